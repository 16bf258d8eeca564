"""What people meant is compared with what the service believes of them."""

from datetime import UTC, datetime, timedelta

import pytest

from rehearsal.law import Violated
from rehearsal.meanings import Meanings
from rehearsal.meant import Meant

NOW = datetime(2026, 11, 24, 10, 14, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
HOURS_LATER = NOW + timedelta(hours=3)
_NIGHT = (Meant.GO, Meant.LEAVE, Meant.ARRIVED, Meant.DONE, Meant.HOME)


def believes(meanings: Meanings, *stamps: datetime | None, now: datetime = NOW) -> None:
    """The service has these stamps of Ana, from the acknowledgement on, and has them now."""
    meanings.check([(1, "c1", "ana", (*stamps, *[None] * (5 - len(stamps))))], [], now)


def test_a_night_that_was_meant_is_believed() -> None:
    """From the acknowledgement to her bed Ana meant each step."""
    meanings = Meanings()
    for meant in _NIGHT:
        meanings.say("ana", "c1", meant, NOW)
    believes(meanings, NOW, NOW, NOW, NOW, NOW)


def test_what_is_meant_later_was_not_meant_before() -> None:
    """She was thought there ten minutes before she was: that she said so afterwards changes nothing."""
    meanings = Meanings()
    meanings.say("ana", "c1", Meant.GO, NOW)
    with pytest.raises(Violated, match="thought there"):
        believes(meanings, NOW, None, NOW)
    meanings.say("ana", "c1", Meant.ARRIVED, LATER)
    believes(meanings, NOW, None, LATER, now=LATER)


def test_what_was_said_hours_ago_is_no_reason_now() -> None:
    """What is believed stays believed; a stamp that is new, or moved, needs a meaning of its own time."""
    meanings = Meanings()
    meanings.say("ana", "c1", Meant.GO, NOW)
    meanings.say("ana", "c1", Meant.LEAVE, NOW)
    believes(meanings, NOW, NOW)
    believes(meanings, NOW, NOW, now=HOURS_LATER)
    with pytest.raises(Violated, match="on the way"):
        believes(meanings, NOW, HOURS_LATER, now=HOURS_LATER)


def test_nobody_is_home_minutes_after_here() -> None:
    """HOME a minute after HERE is a slip; a text that comes in ten minutes later may be true."""
    meanings = Meanings()
    for meant in (Meant.GO, Meant.ARRIVED, Meant.HOME):
        meanings.say("ana", "c1", meant, NOW)
    with pytest.raises(Violated, match="thought gone"):
        believes(meanings, NOW, None, NOW, NOW, NOW)
    believes(meanings, NOW, None, NOW, LATER, LATER, now=LATER)


def test_a_coordinator_says_what_was_meant_before() -> None:
    """She told them that she has been there for a while, so she may be home by now."""
    meanings = Meanings()
    meanings.say("ana", "c1", Meant.GO, NOW)
    meanings.vouch("ana", "c1", Meant.ARRIVED, LATER, since=NOW)
    meanings.say("ana", "c1", Meant.HOME, LATER)
    believes(meanings, NOW, None, NOW, LATER, LATER, now=LATER)


@pytest.mark.parametrize(
    ("number", "violated"),
    [(1, "on the way"), (2, "there"), (3, "gone"), (4, "home")],
    ids=["left", "here", "done", "home"],
)
def test_a_step_that_nobody_meant_is_found(number: int, violated: str) -> None:
    """A stamp without its meaning is a violation."""
    meanings = Meanings()
    for meant in _NIGHT[:number]:
        meanings.say("ana", "c1", meant, NOW)
    believes(meanings, *[NOW] * number)
    with pytest.raises(Violated, match=f"thought {violated}"):
        believes(meanings, *[NOW] * (number + 1))


def test_a_call_out_that_nobody_meant_to_take() -> None:
    """Whoever only woke up does not go."""
    meanings = Meanings()
    meanings.say("ana", "c1", Meant.NOTHING, NOW)
    with pytest.raises(Violated, match="did not mean to go"):
        believes(meanings, NOW)


@pytest.mark.parametrize("meant", [Meant.ARRIVED, Meant.DONE, Meant.HOME])
def test_what_the_night_has_not_come_to_is_not_meant(meant: Meant) -> None:
    """ "Here" from somebody who never set out says that they are awake."""
    meanings = Meanings()
    meanings.say("ana", "c1", meant, NOW)
    meanings.say("ana", None, meant, NOW)
    with pytest.raises(Violated):
        believes(meanings, None, None, NOW)


def test_a_no_that_was_none() -> None:
    """Somebody who meant to go and counts as a decline is lost."""
    meanings = Meanings()
    meanings.say("ana", "c1", Meant.GO, NOW)
    with pytest.raises(Violated, match="no one who meant to go is lost"):
        meanings.check([], [("c1", "ana", NOW)], NOW)
    meanings.press("ana", ("2",), NOW, timedelta(minutes=10))
    meanings.check([], [("c1", "ana", LATER)], LATER)


def test_what_is_about_no_call_out_holds_for_a_while() -> None:
    """Without a code, or by a key, it may be about any; hours later it is about none."""
    meanings = Meanings()
    meanings.press("ana", ("1", "20#"), NOW, timedelta(minutes=10))
    meanings.say("ana", None, Meant.ARRIVED, LATER)
    believes(meanings, LATER, LATER, LATER, now=LATER)
    with pytest.raises(Violated):
        believes(meanings, HOURS_LATER, now=HOURS_LATER)
