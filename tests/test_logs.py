"""What is logged, and how."""

import json
import logging

import pytest
import structlog

from dispatch import logs

pytestmark = pytest.mark.usefixtures("own_logging")


def test_logs_mask_phone_numbers_wherever_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """Only the last two digits remain, in a message, a field, inside a field, a traceback and a library's line."""
    logs.configure("INFO")
    log = structlog.get_logger("dispatch.test")
    log.info("called +15625550101", who={"phone": ["(562) 555-0102"]}, number=15625550103, url="?To=%2B15625550104")
    try:
        raise ValueError("+1 562 555 0105")
    except ValueError:
        log.exception("failed")
    logging.getLogger("uvicorn.error").error("from %s", "562-555-0106")
    written = capsys.readouterr().err
    first, second, third = map(json.loads, written.splitlines())
    assert first["event"] == "called +*********01"
    assert first["who"] == {"phone": ["(***) ***-**02"]}
    assert first["number"] == "*********03"
    assert first["url"] == "?To=%2B*********04"
    assert second["exception"].endswith("ValueError: +* *** *** **05")
    assert (third["event"], third["logger"]) == ("from ***-***-**06", "uvicorn.error")


@pytest.mark.parametrize(
    "text",
    [
        "0197f3a1-1234-7567-8901-567890123456",
        "SM" + "1" * 32,
        "2026-08-01T02:14:00.123456+00:00",
        "K7Q in 60 minutes",
        "key_0123456789",
    ],
)
def test_logs_leave_alone_what_is_no_phone_number(text: str) -> None:
    """Ids, SIDs and moments are what people search logs for."""
    assert logs.mask_phones(text) == text


def test_logs_keep_libraries_quiet_at_debug(capsys: pytest.CaptureFixture[str]) -> None:
    """At DEBUG some libraries write whole requests and statements, and with them places and numbers."""
    logs.configure("DEBUG")
    structlog.get_logger("dispatch.test").debug("ours")
    logging.getLogger("sqlalchemy.engine").info("theirs")
    logging.getLogger("apscheduler.executors.default").info("theirs")
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["ours"]
