"""`dispatch key`: what a key for the schedule may do."""

from dispatch.rules.access.permissions import Scope
from tests.cli.commands import answer, complaint, run


def test_a_key_for_the_schedule_says_so(with_roster: str) -> None:
    """Only a coordinator's has a scope, and only one that there is."""
    answer("key", "new", "--coordinator", "cora", "--scope", "schedule")
    answer("key", "new", "--coordinator", "cora")
    assert [one["scope"] for one in answer("key", "list")] == ["schedule", None]
    assert "coordinator cora (schedule)" in run("key", "list").stdout
    assert "there are: schedule" in complaint("key", "new", "--coordinator", "cora", "--scope", "paging")
    assert "has no scope" in complaint("key", "new", "--agency", "LBPD", "--scope", "schedule")
    assert all(scope in run("key", "new", "--help").stdout for scope in Scope)
