"""What is no word of the matrix, and is heard all the same: a wish to be rung, thanks, "I am still there"."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.rules.alarms.alarm_kinds import rings
from dispatch.rules.decisions import (
    AlarmCoordinators,
    AssignSpecialist,
    DeadlineKind,
    Decision,
    MarkDeclined,
    SendPage,
    SetDeadline,
    Stamp,
    StampKind,
)
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import CallOut, Status
from dispatch.rules.facts.pages import Purpose, SentText
from dispatch.rules.facts.people import Channel
from dispatch.rules.reader.read_text import read
from dispatch.rules.replies.answering import answer
from dispatch.rules.wording import asking, texts
from tests.rules.situations import ANA, NIGHT, assigned, callout, minutes, only, situation

EARLIER = NIGHT - minutes(30)
UNDER_WAY = callout(Status.EN_ROUTE, assigned("ana", en_route_at=EARLIER))
THERE = callout(Status.ON_SCENE, assigned("ana", arrived_at=EARLIER))
LEFT = callout(Status.CLEARED, assigned("ana", arrived_at=EARLIER, cleared_at=EARLIER))
GIVEN_TO_BEN = callout(Status.ACKNOWLEDGED, assigned("ben"), passed_over=frozenset({"ana"}))


def said(text: str, about: CallOut, newest: SentText | None = None) -> list[Decision]:
    return answer(situation(about, newest=newest), ANA, read(text), NIGHT)


@pytest.mark.parametrize("text", ["can someone call me", "llámame por favor", "I need to talk to somebody"])
@pytest.mark.parametrize("about", [UNDER_WAY, THERE, LEFT])
def test_who_asks_to_be_rung_rings_coordinators(text: str, about: CallOut) -> None:
    """They hear so, without a promise, and nothing else changes."""
    alarm, told = said(text, about)
    assert isinstance(alarm, AlarmCoordinators)
    assert rings(alarm)
    assert alarm.kind is AlarmKind.ASKS_FOR_A_CALL
    assert isinstance(told, SendPage)
    assert told.text == texts.call_me_heard("K7Q")


def test_who_is_asked_to_go_and_cannot_read_is_rung_for_that() -> None:
    """The call leads to the keys that take it; no coordinator is woken for it."""
    decisions = said("pls call i cant read without my glasses", callout())
    (call,) = only(SendPage, decisions)
    assert (call.purpose, call.channel) == (Purpose.PAGE, Channel.VOICE)
    assert not any(map(rings, only(AlarmCoordinators, decisions)))


@pytest.mark.parametrize("text", ["ok", "👍", "understood", "ok thanks for covering", "thank god somebody went"])
def test_thanks_for_going_are_no_offer(text: str) -> None:
    """To somebody who was passed over, once another has it."""
    decisions = said(text, GIVEN_TO_BEN)
    assert not only(AssignSpecialist, decisions)
    assert [page.text for page in only(SendPage, decisions)] == ["Ben has K7Q. Nothing to do, thank you."]


@pytest.mark.parametrize("text", ["my phone was on do not disturb", "I'm not on call"])
def test_a_not_is_no_refusal_of_who_was_passed_over(text: str) -> None:
    """Nobody asked them anything, so it is asked back."""
    decisions = said(text, callout(passed_over=frozenset({"ana"})))
    assert not only(MarkDeclined, decisions)


@pytest.mark.parametrize("text", ["not on my way", "not omw", "I'm not on my way", "no estoy en camino"])
@pytest.mark.parametrize("about", [callout(), callout(Status.ACKNOWLEDGED, assigned("ana"))])
def test_the_opposite_of_what_was_written_is_not_asked(text: str, about: CallOut) -> None:
    """A yes to anything else would have her on the way, and nobody would ask any more whether she has left."""
    decisions = said(text, about)
    assert not [page for page in only(SendPage, decisions) if "on your way?" in page.text]
    asked = next(page for page in only(SendPage, decisions) if page.person == ANA.id)
    newest = SentText(asked.purpose, about.id, asked.asks, NIGHT, NIGHT)
    assert not [stamp for stamp in only(Stamp, said("yes", about, newest)) if stamp.kind is StampKind.EN_ROUTE]


def test_who_has_left_and_is_still_there_says_so_with_a_yes() -> None:
    """Coordinators read it: the stamp is theirs to correct."""
    (asked,) = only(SendPage, said("still here actually", LEFT))
    assert asked.text.startswith("K7Q: still there, and all well? Reply Y.")
    before = NIGHT - timedelta(seconds=5)
    newest = SentText(asked.purpose, LEFT.id, asked.asks, before, before)
    assert [page.text for page in only(SendPage, said("y", LEFT, newest))] == [texts.still_there_noted("K7Q")]
    unread = replace(newest, decided_at=NIGHT, read_from=NIGHT - timedelta(seconds=1))
    assert [page.text for page in only(SendPage, said("y", LEFT, unread))] != [texts.still_there_noted("K7Q")], (
        "it was written before the question was read"
    )


@pytest.mark.parametrize("text", ["flat tire", "I had to pull over, cant stop crying", "se me ponchó una llanta"])
def test_who_is_not_well_on_the_way_home_is_rung_about(text: str) -> None:
    """Within minutes, unless HOME follows."""
    assert DeadlineKind.CLEAR_UP in {one.kind for one in only(SetDeadline, said(text, LEFT))}


def test_wrong_place_a_while_after_here() -> None:
    """They drive on, and coordinators read it."""
    decisions = said("I said here but this is the north substation and they say it's not here", THERE)
    (rings,) = only(SetDeadline, decisions)
    assert [page.text for page in only(SendPage, decisions)] == [asking.if_not_there("K7Q").kept_by(rings)]


def test_a_cry_that_also_lets_it_go_asks_so() -> None:
    """Danger acts, and the question stands behind it."""
    decisions = said("Have to turn around, my daughter called, emergency at home, call 911", UNDER_WAY)
    assert AlarmKind.DANGER in {alarm.kind for alarm in only(AlarmCoordinators, decisions)}
    assert only(SendPage, decisions)[-1].purpose is Purpose.QUESTION


@pytest.mark.parametrize("word", ["ok", "K7Q ok", "vale", "K7Q vale"])
def test_an_ok_to_not_going_is_neither_yes_nor_no(word: str) -> None:
    """It is asked again: with the code it had declined, and without it had taken the call-out."""
    text = "my mother had a stroke, i am at the er with her"
    (asked,) = [page for page in only(SendPage, said(text, callout())) if page.person == "ana"]
    assert "not going? Reply Y" in asked.text
    newest = SentText(Purpose.ANSWER, callout().id, asked.asks, NIGHT, NIGHT - minutes(1))
    (again,) = said(word, callout(), newest)
    assert isinstance(again, SendPage)
    assert (again.text, again.asks) == (asked.text, asked.asks)
    for yes in ("Y", "K7Q Y"):
        assert only(MarkDeclined, said(yes, callout(), newest))
    for key in ("1", "K7Q 1", "1."):  # "not going? Reply Y. If not, reply K7Q 1 to take it"
        assert not only(MarkDeclined, said(key, callout(), newest))
        assert only(AssignSpecialist, said(key, callout(), newest))
