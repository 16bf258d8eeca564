"""`dispatch test-page`: asked for in one process, and sent by another."""

import sqlite3
from contextlib import closing

import pytest

from dispatch.cli import trial_page
from tests.cli.commands import SAMPLE, complaint, run, running


def test_the_running_service_sends_a_test_page(database_url: str, carrier: dict[str, str]) -> None:
    """Asked for in one process and sent by another: what the operator reads is what the carrier said."""
    settings = carrier | {"DISPATCH_DATABASE_URL": database_url}
    run("roster", "import", str(SAMPLE), env=settings)
    with running("dispatch", "serve", "--port", "0", until='"serving"', **settings):
        said = run("test-page", "Ana", env=settings).stdout
    assert said.startswith("Paging Ana Reyes at +*********01:\n  text  ")
    assert "  call  the carrier took it\n" in said


def test_a_test_page_that_no_service_takes_is_withdrawn(with_roster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody wants it days later, when somebody starts the service; the exit code says that nothing was sent."""
    monkeypatch.setattr(trial_page, "_PATIENCE_SECONDS", 0.2)
    assert "start `dispatch serve`" in complaint("test-page", "ana")
    with closing(sqlite3.connect(with_roster.removeprefix("sqlite:///"))) as database:
        assert database.execute("SELECT DISTINCT state FROM page").fetchall() == [("withdrawn",)]


def test_a_test_page_for_nobody_says_who_there_is(with_roster: str) -> None:
    """A slip in the name is answered with the names."""
    assert "'anna' is nobody in the roster; there are: ana, ben" in complaint("test-page", "anna")
