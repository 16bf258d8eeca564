"""What an officer answers by key, and what it changes."""

from dataclasses import replace
from typing import Any

from dispatch.rules.alarms.promises import RING_AGAIN
from dispatch.rules.decisions import AlarmCoordinators, DeadlineKind, Note, WriteDetails
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Details, Status
from dispatch.rules.hotline.opening import believe
from dispatch.rules.hotline.questions import keep_answer
from tests.rules.hotline.lines import opened
from tests.rules.situations import NIGHT, OFFICER, due, only, situation, taken, written

SAID = Details(OFFICER)
STATION: dict[str, Any] = {
    "place_address": "4891 Atlantic Avenue",
    "place_note": "North Division",
    "place_unconfirmed": True,
}


def test_what_is_no_place_is_kept() -> None:
    """And nobody is rung for it."""
    decisions = keep_answer(situation(opened(Trust.LISTED)), SAID, {"children": 2}, NIGHT)
    assert only(WriteDetails, decisions) == [WriteDetails(replace(SAID, children=2))]
    assert not only(AlarmCoordinators, decisions)


def test_a_place_that_is_only_said_rings_a_coordinator() -> None:
    """Once: the same key again says nothing new."""
    decisions = keep_answer(situation(opened(Trust.LISTED)), SAID, STATION, NIGHT)
    assert only(WriteDetails, decisions) == [WriteDetails(replace(SAID, **STATION))]
    assert [rung.kind for rung in only(AlarmCoordinators, decisions)] == [AlarmKind.PLACE_UNCONFIRMED]
    assert due(decisions, NIGHT) == {}, "nobody goes there yet"
    goes = situation(replace(taken(), trust=Trust.LISTED))
    assert due(keep_answer(goes, SAID, STATION, NIGHT), NIGHT) == {DeadlineKind.CONFIRM_PLACE: RING_AGAIN}
    assert keep_answer(situation(opened(Trust.LISTED)), replace(SAID, **STATION), STATION, NIGHT) == []


def test_it_never_takes_the_place_of_one_that_is_confirmed() -> None:
    """It is noted, and a coordinator hears of it."""
    confirmed = replace(SAID, place_address="4301 Main Street")
    decisions = keep_answer(situation(opened(Trust.LISTED)), confirmed, STATION, NIGHT)
    assert not only(WriteDetails, decisions)
    assert only(Note, decisions)
    assert only(AlarmCoordinators, decisions)


def test_a_pin_after_the_opening_is_believed() -> None:
    """Once, and only where it says something new."""
    decisions = believe(situation(opened(Trust.LISTED)), Trust.LIKELY, "LBPD")
    assert written(decisions) == {"trust": Trust.LIKELY}
    assert believe(situation(opened(Trust.VERIFIED)), Trust.LIKELY, "LBPD") == []
    assert believe(situation(opened(Trust.LISTED, status=Status.CLOSED)), Trust.LIKELY, "LBPD") == []
