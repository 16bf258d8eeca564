"""What is logged, and how."""

import io
import json
import logging

import pytest
import structlog

from dispatch import logs
from dispatch.store.engine.log_lines import LogLine, say

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


class _Counting(io.StringIO):
    """Counts how often something is written."""

    writes = 0

    def write(self, text: str) -> int:
        self.writes += 1
        return super().write(text)


def test_steps_of_one_commit_are_written_at_once() -> None:
    """A write for each line cost a call-out more than making the line did."""
    logs.configure("INFO", stream := _Counting())
    for code in ("K7Q", "T4W"):
        say([LogLine("opened", {"code": code, "by": "coordinator +15625550101"}), LogLine("waiting", {"code": code})])
    said = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(line["code"], line["event"], line["logger"], line["level"]) for line in said] == [
        (code, event, "dispatch.steps", "info") for code in ("K7Q", "T4W") for event in ("opened", "waiting")
    ]
    assert {line.get("by") for line in said} == {None, "coordinator +*********01"}
    assert all(line["timestamp"].endswith("Z") for line in said)
    assert stream.writes == 2


def test_steps_below_the_level_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    """As every other line is; below INFO none is."""
    logs.configure("INFO")
    say([LogLine("opened", {"code": "K7Q"})])
    logs.configure("WARNING")
    say([LogLine("opened", {"code": "T4W"})])
    assert [json.loads(line)["code"] for line in capsys.readouterr().err.splitlines()] == ["K7Q"]
