"""`dispatch key new`, and whom a key is for."""

import json
from pathlib import Path

import pytest

from tests.cli.commands import SAMPLE, answer, complaint, run


def test_a_key_needs_one_owner(with_roster: str) -> None:
    """An agency, or a coordinator, and not both; and an agency that the roster knows."""
    assert "either --agency CODE or --coordinator NAME" in complaint("key", "new")
    assert "either" in complaint("key", "new", "--agency", "LBPD", "--coordinator", "cora")
    assert "there are: LBPD, LAPD, LASD, PROBATION, DCFS" in complaint("key", "new", "--agency", "FBI")


def test_a_coordinator_gets_a_key_without_a_webhook_secret(with_roster: str) -> None:
    """Webhooks are between agencies and us."""
    made = answer("key", "new", "--coordinator", "cora")
    assert made["key"].startswith("coordinator_")
    assert made["webhook_secret"] is None
    assert "webhook" not in run("key", "new", "--coordinator", "cora").stdout


@pytest.mark.parametrize(
    ("name", "works"), [("cora", True), ("Cora Whitfield", True), ("ana", False), ("night desk", False)]
)
def test_a_key_is_for_a_coordinator_of_the_roster(with_roster: str, name: str, works: bool) -> None:
    """Whoever has an alarm by a key must be somebody who can be rung when it lapses; a slip is answered with names."""
    if works:
        assert json.loads(run("key", "new", "--coordinator", name, "--json").stdout)["key"].startswith("coordinator_")
    else:
        said = complaint("key", "new", "--coordinator", name)
        assert f"no coordinator in the roster is called {name!r}; there are: cora" in said
        assert answer("key", "list") == []


def test_two_coordinators_of_one_first_name(with_roster: str) -> None:
    """Whoever gives it is told that several are called so, and their ids; an id is enough."""
    roster = SAMPLE.read_text()
    added = '\n[people.cora-b]\nname = "Cora Blake"\nphone = "+15625550144"\nroles = ["coordinator"]\n'
    Path("two.toml").write_text(roster + added)
    run("roster", "import", "two.toml")
    said = complaint("key", "new", "--coordinator", "Cora")
    assert "several coordinators in the roster are called 'Cora'; give the id: cora, cora-b" in said
    assert answer("key", "new", "--coordinator", "cora-b")["key"].startswith("coordinator_")
    said = complaint("user", "sign-out", "Cora")
    assert "several people in the roster are called 'Cora'; give the id: cora, cora-b" in said
