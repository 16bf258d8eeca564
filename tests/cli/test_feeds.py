"""`dispatch feed`, and keys for the schedule."""

from tests.cli.commands import answer, complaint, run


def test_a_feed_is_made_listed_and_revoked(with_roster: str) -> None:
    """Its address is printed once, and alone on standard output, for a script."""
    made = run("feed", "new", "--person", "Ana")
    assert made.stdout.startswith("http")
    assert made.stdout.strip().endswith(".ics")
    assert "Shifts of Ana Reyes" in made.stderr
    (feed,) = answer("feed", "list")
    assert (feed["person"], feed["rotation"]) == ("ana", None)
    assert feed["id"] in run("feed", "list").stdout
    assert "no longer works" in run("feed", "revoke", feed["id"]).stdout
    assert answer("feed", "list") == []
    assert "There is no calendar feed yet" in run("feed", "list").stdout
    assert "no calendar feed" in complaint("feed", "revoke", feed["id"])


def test_a_feed_is_of_a_person_or_of_a_rotation(with_roster: str) -> None:
    assert "either a person or a rotation" in complaint("feed", "new")
    assert "either a person or a rotation" in complaint("feed", "new", "--person", "ana", "--rotation", "primary")
    assert "nobody in the roster" in complaint("feed", "new", "--person", "zoe")
    assert "there are: primary, backup" in complaint("feed", "new", "--rotation", "night")
    assert answer("feed", "new", "--rotation", "primary")["address"].endswith(".ics")


def test_a_key_for_the_schedule_says_so(with_roster: str) -> None:
    """Only a coordinator's has a scope, and only one that there is."""
    answer("key", "new", "--coordinator", "cora", "--scope", "schedule")
    answer("key", "new", "--coordinator", "cora")
    assert [one["scope"] for one in answer("key", "list")] == ["schedule", None]
    assert "coordinator cora (schedule)" in run("key", "list").stdout
    assert "there are: schedule" in complaint("key", "new", "--coordinator", "cora", "--scope", "paging")
    assert "has no scope" in complaint("key", "new", "--agency", "LBPD", "--scope", "schedule")
