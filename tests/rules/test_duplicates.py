"""Two reports that are probably of one recovery: people hear of it, and both are paged."""

import pytest

from dispatch.rules.callout.duplicates import comes_out, flag, probable
from dispatch.rules.callout.moves import cancel, close, open_callout
from dispatch.rules.decisions import AlarmCoordinators, Note, NoteKind, TellPartners, TextOfficer, WriteCallOut
from dispatch.rules.facts.callout import Alike, Details, Likeness
from dispatch.rules.facts.pages import Purpose
from tests.rules.situations import ANA, NIGHT, OFFICER, callout, only, pages_to, roster, situation

PHONE, UNIT = Alike("F3T", Likeness.PHONE), Alike("M4R", Likeness.UNIT, "ana")


@pytest.mark.parametrize(
    ("alike", "found"), [((), None), ((PHONE,), PHONE), ((UNIT,), UNIT), ((UNIT, PHONE), PHONE), ((PHONE, UNIT), PHONE)]
)
def test_the_number_says_more_than_the_unit(alike: tuple[Alike, ...], found: Alike | None) -> None:
    """A unit has many officers, each with a number of their own."""
    assert probable(alike) == found


def test_both_are_paged_and_people_hear_of_it() -> None:
    """Nothing is merged: it pages like any other, whoever is paged reads it, and coordinators get a text."""
    decisions = open_callout(situation(callout(step=0, same_as="F3T")), Details(OFFICER), NIGHT, PHONE)
    assert pages_to(decisions) == ["ana"]
    (note,) = [note for note in only(Note, decisions) if note.kind is NoteKind.PROBABLE_DUPLICATE]
    assert note.text == "probably the same as F3T: same callback number"
    (alarm,) = only(AlarmCoordinators, decisions)
    assert not alarm.rings
    assert "K7Q: probably the same as F3T (same callback number)" in alarm.text


def test_nothing_is_said_of_one_that_is_like_no_other() -> None:
    """Most are."""
    assert not only(AlarmCoordinators, open_callout(situation(callout(step=0)), Details(OFFICER), NIGHT))


def test_whoever_has_the_other_hears_of_it() -> None:
    """They stand with the officer, or soon will: nobody can find out sooner. Whoever left the roster cannot be told."""
    assert pages_to(flag(situation(), UNIT, NIGHT), Purpose.REMINDER) == [ANA.id]
    assert not pages_to(flag(situation(), PHONE, NIGHT), Purpose.REMINDER)
    assert not pages_to(flag(situation(people=roster()), UNIT, NIGHT), Purpose.REMINDER)


def test_it_can_come_out_later() -> None:
    """The caller names the station, and another call-out has the same: it is written and told once."""
    assert comes_out(situation(), [UNIT], NIGHT) == [
        WriteCallOut({"probable_duplicate_of": "M4R"}),
        *flag(situation(), UNIT, NIGHT),
    ]
    assert comes_out(situation(), [], NIGHT) == comes_out(situation(callout(same_as="F3T")), [UNIT], NIGHT) == []


def test_closing_a_duplicate_takes_nobody_from_the_officer() -> None:
    """The officer of both must not hear that nobody will come while somebody drives for the other."""
    (told,) = only(TextOfficer, close(situation(callout(same_as="F3T")), "Cora", NIGHT))
    assert "probably the same as F3T, which goes on" in told.text
    (partners,) = only(TellPartners, close(situation(callout(same_as="F3T")), "Cora", NIGHT))
    assert partners.text.startswith("K7Q is closed: probably the same as F3T, which goes on.")
    (told,) = only(TextOfficer, close(situation(callout()), "Cora", NIGHT))
    assert "nobody will come" in told.text


def test_cancelling_a_duplicate_takes_nobody_from_the_officer() -> None:
    """Whoever cancels the second report means the report, not the specialist who drives for the first."""
    for by in (None, "Cora"):
        decisions = cancel(situation(callout(same_as="F3T")), None, NIGHT, by)
        (told,) = only(TextOfficer, decisions)
        assert told.text == "K7Q is cancelled. It is probably the same as F3T, which goes on."
        (partners,) = only(TellPartners, decisions)
        assert partners.text.startswith("K7Q is cancelled: probably the same as F3T, which goes on.")
    (told,) = only(TextOfficer, cancel(situation(callout()), None, NIGHT))
    assert "nobody will come" in told.text
