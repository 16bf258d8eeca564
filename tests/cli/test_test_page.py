"""`dispatch test-page`: asked for in one process, and sent by another."""

import json
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import httpx
import pytest
from twilio.request_validator import RequestValidator

from dispatch.cli import test_page
from tests.cli.commands import SAMPLE, complaint, run, running


@pytest.mark.timeout(120)  # it starts a carrier and the service; a busy machine takes its time
@pytest.mark.slow
def test_whether_it_was_answered_is_shown(sqlite_url: str, carrier: dict[str, str]) -> None:
    """Whoever waits reads that she replied; the reply is hers, signed by the carrier as any other."""
    settings = carrier | {"DISPATCH_DATABASE_URL": sqlite_url}
    run("roster", "import", str(SAMPLE), env=settings)
    with running("dispatch", "serve", "--port", "0", until='"serving"', **settings) as (_, line):
        url = json.loads(line)["url"]
        with ThreadPoolExecutor() as beside:
            replied = beside.submit(_reply_once_sent, sqlite_url.removeprefix("sqlite:///"), url)
            said = run("test-page", "Ana", "--wait", "15", env=settings).stdout
            assert replied.result() == 200
        nobody = run("test-page", "Ben", "--wait", "0.5", env=settings, exit_code=1)
    assert said.startswith("Paging Ana Reyes at +15625550101:\n  text  ")
    assert "  call  the carrier took it\n" in said
    assert "Waiting for the answer, 15 seconds at most:" in said
    assert said.partition("at most:")[2].splitlines()[1] == "  text  answered"
    assert said.endswith("\nAna Reyes answered.\n")
    assert nobody.stderr == "dispatch: Ben Okafor did not answer within 0.5 seconds\n"


@pytest.mark.timeout(120)  # it starts a carrier and the service; a busy machine takes its time
@pytest.mark.slow
def test_a_test_page_that_fails_says_so_last(sqlite_url: str, carrier: dict[str, str]) -> None:
    """The carrier does not know who we are: nothing went out, nobody is waited for, and a script can tell."""
    settings = carrier | {"DISPATCH_DATABASE_URL": sqlite_url}
    run("roster", "import", str(SAMPLE), env=settings)
    wrong = settings | {"DISPATCH_TWILIO_FROM": "+15625550199"}
    with running("dispatch", "serve", "--port", "0", until='"serving"', **wrong):
        result = run("test-page", "Ana", "--wait", "6", env=wrong, exit_code=1)
    assert "Waiting" not in result.stdout
    assert result.stderr == "dispatch: not every test page to Ana Reyes went out\n"


def _reply_once_sent(file: str, url: str) -> int:
    """Ana's `1`, once the carrier has her text."""
    with closing(sqlite3.connect(file)) as database:
        sent = "SELECT count(*) FROM page WHERE channel = 'sms' AND purpose = 'test' AND sid IS NOT NULL"
        while not database.execute(sent).fetchone()[0]:
            time.sleep(0.05)
    form = {"MessageSid": "SM1", "From": "+15625550101", "To": "+15625550100", "Body": "1"}
    signature = RequestValidator("token").compute_signature("http://127.0.0.1:8000/twilio/sms", form)
    answer = httpx.post(f"{url}/twilio/sms", data=form, headers={"X-Twilio-Signature": signature}, timeout=60)
    return answer.status_code


def test_a_test_page_that_no_service_takes_is_withdrawn(with_roster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody wants it days later, when somebody starts the service; the exit code says that nothing was sent."""
    monkeypatch.setattr(test_page, "_PATIENCE_SECONDS", 0.2)
    assert "start `dispatch serve`" in complaint("test-page", "ana")
    with closing(sqlite3.connect(with_roster.removeprefix("sqlite:///"))) as database:
        assert database.execute("SELECT DISTINCT state FROM page").fetchall() == [("withdrawn",)]


def test_a_test_page_for_nobody_says_who_there_is(with_roster: str) -> None:
    """A slip in the name is answered with the names."""
    assert "'anna' is nobody in the roster; there are: ana, ben" in complaint("test-page", "anna")
