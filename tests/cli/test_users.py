"""`dispatch user`: accounts from the link to the end of the last session."""

import re

import pytest

from tests.cli.commands import SAMPLE, answer, complaint, run, sign_in


def test_an_account_from_link_to_end(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link for a person of the roster with the role; who has an account; begun again; signed out."""
    monkeypatch.setenv("DISPATCH_DATABASE_URL", database_url)
    monkeypatch.setenv("DISPATCH_PUBLIC_URL", "https://dispatch.example")
    run("roster", "import", str(SAMPLE))
    assert "Nobody has an account yet" in run("user", "list").stdout
    assert "DISPATCH_SECRET_KEYS is not set" in complaint("user", "add", "cora")
    monkeypatch.setenv("DISPATCH_SECRET_KEYS", f"{'A' * 43}= , {'B' * 42}A=")
    made = run("user", "add", "Cora")
    assert re.fullmatch(r"https://dispatch\.example/welcome/\w{23}\n", made.stdout)
    assert "within 30 minutes" in made.stderr
    assert run("user", "reset", "cora").stdout != made.stdout
    assert answer("user", "list") == [
        {
            "person": "cora",
            "name": "Cora Whitfield",
            "roles": ["coordinator", "supervisor"],
            "account": "not enrolled yet",
            "sessions": [],
        }
    ]
    assert "not enrolled yet" in run("user", "list").stdout
    assert "ana is specialist" in complaint("user", "add", "ana")
    assert "nobody in the roster" in complaint("user", "add", "zoe")
    let_in = run("user", "let-in", "Cora")
    assert re.fullmatch(r"https://dispatch\.example/let-in/\w{23}\n", let_in.stdout)
    assert "For Cora Whitfield" in let_in.stderr
    assert "ana is specialist" in complaint("user", "let-in", "ana")
    assert run("user", "sign-out", "cora").stdout == "0 sessions ended.\n"


def test_who_is_signed_in_is_listed(with_roster: str) -> None:
    """By kind and time, so that somebody who rings up can be told; and ended from here."""
    sign_in()
    assert re.search(r"^    normal, since \d{4}-.* UTC$", run("user", "list").stdout, re.MULTILINE)
    assert answer("user", "list")[0]["sessions"][0]["kind"] == "normal"
    assert run("user", "sign-out", "cora").stdout == "1 session ended.\n"
    assert answer("user", "list")[0]["sessions"] == []
