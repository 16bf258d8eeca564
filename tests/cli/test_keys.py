"""`dispatch key new`, and whom a key is for."""

import json

import pytest

from tests.cli.commands import answer, complaint, run


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
    ("name", "warns"), [("cora", False), ("Cora Whitfield", False), ("ana", True), ("night desk", True)]
)
def test_a_key_in_nobodys_name_is_warned_of(with_roster: str, name: str, warns: bool) -> None:
    """It works, but whoever has an alarm by it cannot be rung. Said where it spoils no output."""
    made = run("key", "new", "--coordinator", name, "--json")
    assert ("cannot be rung" in made.stderr) == warns
    assert json.loads(made.stdout)["key"].startswith("coordinator_")
