"""Every error is one clear line, and a non-zero exit."""

import json
import signal
from collections.abc import Coroutine
from typing import Any

import pytest

from tests.cli.commands import complaint, run, running, start


@pytest.mark.slow
def test_a_wrong_setting_is_one_line_in_a_real_process() -> None:
    """The line names the setting; there is no traceback, and the exit is not zero."""
    with start("dispatch", "who", DISPATCH_PORT="many") as process:
        output, errors = process.communicate()
    assert process.returncode == 1
    assert output == ""
    assert errors.startswith("dispatch: DISPATCH_PORT: ")
    assert errors.count("\n") == 1


def test_several_wrong_settings_are_a_line_each() -> None:
    """Whoever mends them reads one after the other, with the setting that was meant; `check` has a finding for each."""
    wrong = {"DISPATCH_PORT": "many", "DISPATCH_TWILLIO_FROM": "+15625550100"}
    lines = [
        "DISPATCH_TWILLIO_FROM: there is no such setting; did you mean DISPATCH_TWILIO_FROM?",
        "DISPATCH_PORT: must be a whole number",
    ]
    assert run("who", exit_code=1, env=wrong).stderr.splitlines() == ["dispatch: 2 settings are wrong:", *lines]
    checked = json.loads(run("check", "--json", exit_code=1, env=wrong).stdout)
    assert [(one["part"], one["text"]) for one in checked["checks"]] == [("settings", line) for line in lines]


def test_an_error_that_nobody_expected_is_one_line_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a bug of ours is a line, in which phone numbers are masked; the traceback is there for whoever asks."""

    def fail(work: Coroutine[Any, Any, None]) -> None:
        work.close()
        raise ZeroDivisionError("divided +15625550101 by\nzero")

    monkeypatch.setattr("dispatch.cli.deployment.asyncio.run", fail)
    said = complaint("key", "revoke", "key_0")
    assert said.startswith("dispatch: unexpected ZeroDivisionError: divided +*********01 by (")
    assert "Traceback" in run("key", "revoke", "key_0", exit_code=1, env={"DISPATCH_LOG_LEVEL": "DEBUG"}).stderr


@pytest.mark.slow
def test_ctrl_c_ends_quietly(with_roster: str) -> None:
    """Ctrl-C in a command that waits is no error worth a traceback; the exit is 130, as a shell expects."""
    waiting = running("dispatch", "test-page", "ana", until="Paging Ana", DISPATCH_DATABASE_URL=with_roster)
    with waiting as (process, _):
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert process.returncode == 130
    assert errors == ""
