"""Whoever drives hears that the officer has moved: by text at once, and by call unless they answer."""

from dataclasses import replace
from datetime import timedelta

from dispatch.rules.callout.stay_away import may_have_moved, on_taking
from dispatch.rules.deadlines import meet
from dispatch.rules.decisions import DeadlineKind, Note, NoteKind, SendPage, SetDeadline
from dispatch.rules.facts.callout import AssignmentRole, CallOut, Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel
from tests.each import each
from tests.rules.situations import (
    ANA,
    BEN,
    CORA,
    NIGHT,
    assigned,
    callout,
    due,
    has_moved,
    has_written,
    only,
    roster,
    situation,
)

DRIVES = callout(
    Status.EN_ROUTE, assigned("ana", en_route_at=NIGHT), assigned("ben", AssignmentRole.PARTNER, arrived_at=NIGHT)
)


def test_a_text_at_once_and_a_call_a_minute_later() -> None:
    """To whoever is not there yet. The call leads to the menu, where 4 is the officer."""
    decisions = may_have_moved(situation(DRIVES), NIGHT)
    (told,) = only(SendPage, decisions)
    assert (told.person, told.channel, told.with_link) == ("ana", Channel.SMS, True)
    assert due(decisions, NIGHT) == {DeadlineKind.MOVED: timedelta(minutes=1)}
    (rung,) = meet(situation(DRIVES), DeadlineKind.MOVED, "ana", 1, NIGHT)
    assert isinstance(rung, SendPage)
    assert (rung.person, rung.channel, rung.purpose) == ("ana", Channel.VOICE, Purpose.CONFIRMATION)
    assert "press 4" in rung.text


def test_whoever_has_opted_out_of_texts_is_rung_at_once() -> None:
    """And once."""
    deaf = replace(ANA, opted_out=True)
    decisions = may_have_moved(replace(situation(DRIVES), roster=roster(deaf, BEN, CORA)), NIGHT)
    assert [page.channel for page in only(SendPage, decisions)] == [Channel.VOICE]
    assert only(SetDeadline, decisions) == []


@each(
    about=[
        callout(Status.ON_SCENE, assigned("ana", arrived_at=NIGHT)),
        callout(),
        callout(Status.ACKNOWLEDGED, assigned("ben")),
    ]
)
def test_nobody_is_rung_who_does_not_go_there(about: CallOut) -> None:
    """They are there already, or it is no longer theirs."""
    assert meet(situation(about), DeadlineKind.MOVED, "ana", 1, NIGHT) == []


def test_whoever_has_answered_is_not_rung() -> None:
    assert meet(has_written(situation(DRIVES)), DeadlineKind.MOVED, "ana", 1, NIGHT) == []


def test_while_nobody_goes_nobody_is_told_and_whoever_takes_it_is() -> None:
    """It is noted for them, unless somebody is there already."""
    (noted,) = may_have_moved(situation(callout()), NIGHT)
    assert isinstance(noted, Note)
    assert noted.kind is NoteKind.MOVED
    assert may_have_moved(situation(callout(Status.ON_SCENE, assigned("ana", arrived_at=NIGHT))), NIGHT) == []
    assert on_taking(situation(callout()), BEN, NIGHT) == []
    decisions = on_taking(has_moved(situation(callout())), BEN, NIGHT)
    (told,) = only(SendPage, decisions)
    assert (told.person, told.channel) == ("ben", Channel.SMS)
    assert due(decisions, NIGHT) == {DeadlineKind.MOVED: timedelta(minutes=1)}
