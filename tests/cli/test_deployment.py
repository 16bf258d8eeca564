"""A database that a command cannot open: which one, and why."""

from pathlib import Path

import pytest

from tests.cli.commands import CARRIER, complaint
from tests.faults.deployment import free_port


@pytest.mark.parametrize("command", ["who", "migrate", "serve"])
def test_a_database_that_does_not_answer_is_one_line_without_its_password(command: str) -> None:
    """It says which database and why, and keeps the password to itself."""
    url = f"postgresql://dispatch:secret@127.0.0.1:{free_port()}/dispatch"
    said = complaint(command, env={"DISPATCH_DATABASE_URL": url, "DISPATCH_PORT": "0", **CARRIER})
    assert "cannot open the database postgresql://dispatch:***@127.0.0.1" in said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:////no/such/folder/dispatch.db", "unable to open database file"),
        ("sqlite:///not-a-database", "file is not a database"),
        ("postgresql://host:secret/dispatch", "DISPATCH_DATABASE_URL: is not the address of a database"),
        ("mysql://host/dispatch", "DISPATCH_DATABASE_URL: must begin with sqlite:/// or postgresql://"),
    ],
)
def test_a_database_that_cannot_be_one_is_one_line(url: str, words: str) -> None:
    """Whatever the address leads to instead of a database, the line says so."""
    Path("not-a-database").write_text("a letter to somebody, which is long enough to be looked at")
    said = complaint("who", env={"DISPATCH_DATABASE_URL": url})
    assert words in said
    assert "secret" not in said
