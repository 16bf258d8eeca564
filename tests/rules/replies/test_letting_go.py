"""A bare NO lets a call-out go only if it answers a text that said so."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.rules import deadlines
from dispatch.rules.callout import assignment
from dispatch.rules.callout.escalation import people_in_step
from dispatch.rules.decisions import (
    AlarmCoordinators,
    AssignSpecialist,
    DeadlineKind,
    Decision,
    DropDeadlines,
    MoveTo,
    ReleaseSpecialist,
    SendPage,
    SetDeadline,
    WithdrawPages,
)
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import AssignmentRole, CallOut, Status
from dispatch.rules.facts.pages import Confirm, Guessed, LetGo, Purpose, Question, SentText
from dispatch.rules.facts.people import Channel
from dispatch.rules.reader.read_text import read
from dispatch.rules.replies import specialist_view
from dispatch.rules.replies.answering import answer, await_clear_word
from dispatch.rules.replies.conversation import Involvement, choose
from dispatch.rules.wording import asking
from tests.each import each
from tests.rules.situations import ANA, BEN, NIGHT, alarm, assigned, callout, minutes, only, page, situation, taken

NOW = NIGHT + minutes(10)
HAS_IT = callout(Status.ACKNOWLEDGED, assigned("ana"))
UNDER_WAY = callout(Status.EN_ROUTE, assigned("ana", en_route_at=NIGHT))
PARTNER = callout(
    Status.EN_ROUTE,
    assigned("ben", en_route_at=NIGHT),
    assigned("ana", AssignmentRole.PARTNER, en_route_at=NIGHT),
)
QUESTION = asking.keep_or_let_go("K7Q")
RUNG = SetDeadline(DeadlineKind.LET_GO, NOW + timedelta(seconds=60), "ana")


def newest(
    asks: Question | None, purpose: Purpose = Purpose.CONFIRMATION, *, ago: timedelta = timedelta(seconds=15)
) -> SentText:
    return SentText(purpose, "c1", asks, NOW - ago, NOW - ago)


def said(text: str, about: CallOut, has_read: SentText | None = None) -> list[Decision]:
    return answer(situation(about, newest=has_read), ANA, read(text), NOW)


def _named(one: SentText | None) -> str:
    return f"{one.asks} {NOW - one.read_from}" if one else "none"


def is_released(decisions: list[Decision]) -> bool:
    return bool(only(ReleaseSpecialist, decisions))


ASKED = LetGo("c1", asked=True)
OFFERS = [newest(LetGo("c1")), newest(ASKED, Purpose.QUESTION)]
DOES_NOT_OFFER = [
    None,
    newest(None),
    newest(Confirm("c1", Guessed.ETA, NOW)),
    newest(LetGo("c2")),
    newest(LetGo("c1", amid_others=True)),
    newest(LetGo("c1"), ago=timedelta(seconds=14)),
    newest(ASKED, Purpose.QUESTION, ago=timedelta(seconds=14)),
]


@each(about=[HAS_IT, UNDER_WAY, PARTNER], text=["NO", "no thanks", "No", "can't", "no gracias"], has_read=OFFERS)
def test_a_no_to_what_offered_it_lets_go(text: str, about: CallOut, has_read: SentText) -> None:
    """The confirmation, a reminder, or the question itself, fifteen seconds old."""
    assert is_released(said(text, about, has_read))


@pytest.mark.parametrize(("seconds", "lets_go"), [(-60, True), (14, True), (15, False)])
def test_a_text_that_came_late_may_be_what_a_no_answers(seconds: int, lets_go: bool) -> None:
    """The carrier took it before the reminder, and it came to the phone long after that."""
    offered = newest(LetGo("c1"), ago=minutes(5))
    another = replace(newest(None), read_from=offered.read_from + timedelta(seconds=seconds), came=True)
    assert is_released(answer(situation(HAS_IT, newest=(offered, another)), ANA, read("NO"), NOW)) is lets_go


TOLD = page("ana", purpose=Purpose.TURN_BACK)


@pytest.mark.parametrize("about", [HAS_IT, UNDER_WAY], ids=["has it", "under way"])
@pytest.mark.parametrize("text", ["K7Q NO", "NO"])
@pytest.mark.parametrize(
    "has_read",
    [
        None,
        newest(LetGo("c1"), Purpose.TURN_BACK),
        newest(None, Purpose.REMINDER),  # that they go on after all
    ],
    ids=_named,
)
def test_a_no_to_an_old_text_that_they_may_turn_back_is_asked_once_more(
    text: str, about: CallOut, has_read: SentText | None
) -> None:
    """Whoever was nearer does not go after all: then nobody would. The question that follows is clear."""
    old = replace(about, nearer=(TOLD,))
    decisions = said(text, old, has_read)
    assert not is_released(decisions)
    assert only(SendPage, decisions)[0].text == QUESTION
    assert is_released(said(text, old, newest(ASKED, Purpose.QUESTION)))
    drives = assigned("ben", AssignmentRole.PARTNER, en_route_at=NIGHT)
    nearer = replace(old, assignments=(*old.assignments, drives))
    assert is_released(said("K7Q NO", nearer, has_read)), "Ben drives"


@each(about=[HAS_IT, UNDER_WAY, PARTNER], text=["NO", "no thanks", "can't", "2", "no gracias"], has_read=DOES_NOT_OFFER)
def test_a_no_to_anything_else_is_asked_once_more(text: str, about: CallOut, has_read: SentText | None) -> None:
    """Nothing is released, moved or declined; they read what lets it go and what keeps it."""
    decisions = said(text, about, has_read)
    assert not is_released(decisions)
    assert not only(MoveTo, decisions) + only(AssignSpecialist, decisions) + only(DropDeadlines, decisions)
    (asked,) = only(SendPage, decisions)
    assert asked.purpose is Purpose.QUESTION
    assert "NO" in asked.text
    assert only(SetDeadline, decisions) == [RUNG]
    if has_read is None or has_read.purpose is not Purpose.QUESTION:
        assert only(AlarmCoordinators, decisions)


def test_what_the_question_says() -> None:
    """With the code, in one line, and what comes when they say nothing."""
    assert QUESTION.startswith("K7Q NO lets it go, OMW keeps it.")
    assert QUESTION.spanish.startswith("K7Q NO lo deja, VOY lo mantiene.")


@pytest.mark.parametrize("about", [HAS_IT, UNDER_WAY, PARTNER], ids=["has it", "under way", "partner"])
def test_the_code_lets_it_go(about: CallOut) -> None:
    """Whatever they have read last."""
    assert is_released(said("K7Q NO", about))
    assert is_released(said("no K7Q", about, newest(None, Purpose.ANSWER)))
    assert is_released(said("K7Q 2", about)) == (about is HAS_IT)


@pytest.mark.parametrize("text", ["Y", "yes", "ok", "1", "sí"])
def test_a_bare_yes_to_the_question_decides_nothing(text: str) -> None:
    """It may be a yes to either: they read the question again, and are rung no later for it."""
    asked = newest(ASKED, Purpose.QUESTION)
    for about in (HAS_IT, UNDER_WAY):
        again, rung = said(text, about, asked)
        assert isinstance(again, SendPage)
        assert (again.text, rung) == (QUESTION, RUNG)


@each(text=["Y", "yes", "sí"], about=[HAS_IT, UNDER_WAY])
def test_a_y_to_a_question_from_before_they_took_it_is_asked_once_more(text: str, about: CallOut) -> None:
    """They were paged, read "not going? Reply Y", took it by key, and the confirmation never came to their phone."""
    decisions = said(text, about, newest(Confirm("c1", Guessed.CANNOT), Purpose.ANSWER))
    assert not is_released(decisions)
    assert [one.text for one in only(SendPage, decisions)] == [QUESTION]
    assert RUNG in decisions


def test_the_question_behind_a_cry_keeps_what_it_promises() -> None:
    """ "Without a word we ring you in a minute": nobody was."""
    decisions = said("sos i cant go", HAS_IT)
    assert [one.text for one in only(SendPage, decisions) if one.purpose is Purpose.QUESTION] == [QUESTION]
    assert RUNG in only(SetDeadline, decisions)


@pytest.mark.parametrize("text", ["OMW", "eta 20", "on my way", "here", "voy"])
def test_what_keeps_it(text: str) -> None:
    """Nobody is rung any more."""
    drops = only(DropDeadlines, said(text, UNDER_WAY, newest(ASKED, Purpose.QUESTION)))
    assert any(DeadlineKind.LET_GO in drop.kinds and drop.person == "ana" for drop in drops)


def test_of_two_that_are_alike_neither_is_guessed() -> None:
    """A 2 to the page of the second releases nobody from the first, and both are named."""
    has = Involvement("c1", "F7R", Status.EN_ROUTE, assigned=True, ended_at=None)
    waits = Involvement("c2", "R9L", Status.PAGING, assigned=False, ended_at=None, same_as="F7R")
    for text in ("2", "NO", "no puedo"):
        asked = choose(read(text), [has, waits])
        assert isinstance(asked, str)
        assert "F7R" in asked
        assert "such as R9L" in asked
    assert choose(read("omw"), [has, waits]) is has
    (waits_for_word,) = await_clear_word(situation(UNDER_WAY), ANA, read("2"), NOW)
    assert waits_for_word == SetDeadline(DeadlineKind.LET_GO, NOW + timedelta(seconds=60), "ana")


# ---- no clear word -------------------------------------------------------------------------------------------------


def met(about: CallOut, attempt: int) -> list[Decision]:
    return deadlines.meet(situation(about), DeadlineKind.LET_GO, "ana", attempt, NOW)


def test_after_a_minute_their_phone_rings() -> None:
    """And a minute later coordinators are rung."""
    decisions = met(UNDER_WAY, 1)
    (call,) = only(SendPage, decisions)
    assert (call.channel, call.purpose, call.to) == (Channel.VOICE, Purpose.QUESTION, ANA.phone)
    assert only(SetDeadline, decisions) == [SetDeadline(DeadlineKind.LET_GO, NOW + minutes(1), "ana", 2)]
    assert not only(AlarmCoordinators, decisions)


def test_after_two_minutes_the_next_are_asked_beside_them() -> None:
    """Coordinators are rung; Ben is asked to go along, by text and by phone; Ana still has it."""
    decisions = met(UNDER_WAY, 2)
    assert not is_released(decisions)
    assert not only(MoveTo, decisions)
    (alarm,) = only(AlarmCoordinators, decisions)
    assert (alarm.kind, alarm.said_at) == (AlarmKind.STILL_UNCLEAR, NOW - minutes(2)), "when the NO was written"
    assert "Ben" in alarm.text
    assert only(AssignSpecialist, decisions) == [AssignSpecialist("ben", AssignmentRole.OFFERED, None)]
    asked = [page for page in only(SendPage, decisions) if page.person == "ben"]
    assert [page.channel for page in asked] == [Channel.SMS, Channel.VOICE]
    assert asked[0].text == asking.go_instead("K7Q", "Ana")


def test_who_is_asked_beside_them() -> None:
    """Whoever offered to come first; nobody twice, nobody while a partner is coming, and not for a partner's own NO."""
    offered = callout(
        Status.EN_ROUTE, assigned("ana", en_route_at=NIGHT), assigned("ben", AssignmentRole.OFFERED), step=2
    )
    decisions = met(offered, 2)
    assert [page.person for page in only(SendPage, decisions)] == ["ben", "ben", "cleo", "cleo"]
    assert [one.person for one in only(AssignSpecialist, decisions)] == ["cleo"]
    assert not only(SendPage, met(PARTNER, 2))
    coming = callout(
        Status.EN_ROUTE, assigned("ana", en_route_at=NIGHT), assigned("ben", AssignmentRole.PARTNER, en_route_at=NIGHT)
    )
    assert not only(SendPage, met(coming, 2))
    assert people_in_step(situation(UNDER_WAY), 2, NOW) == [BEN]


DOUBTED = alarm(AlarmKind.STILL_UNCLEAR, person="ana")
ASKED_BEN = replace(UNDER_WAY, assignments=(*UNDER_WAY.assignments, assigned("ben", AssignmentRole.OFFERED)))


def stood_down(decisions: list[Decision]) -> list[str | None]:
    return [page.person for page in only(SendPage, decisions) if page.purpose is Purpose.STAND_DOWN]


@pytest.mark.parametrize("text", ["omw", "eta 20", "here"])
def test_whoever_was_asked_beside_them_hears_that_they_go(text: str) -> None:
    """Their phone rings no more. Nobody hears it where nobody was asked, of a word that lets it go, or of a partner."""
    decisions = answer(situation(ASKED_BEN, alarms=[DOUBTED]), ANA, read(text), NOW)
    assert stood_down(decisions) == ["ben"]
    assert WithdrawPages("ben") in decisions
    has_it = replace(HAS_IT, assignments=(*HAS_IT.assignments, assigned("ben", AssignmentRole.OFFERED)))
    assert stood_down(answer(situation(has_it, alarms=[DOUBTED]), ANA, read(text), NOW)) == ["ben"]
    assert stood_down(said(text, ASKED_BEN)) == []
    assert stood_down(answer(situation(PARTNER, alarms=[DOUBTED]), ANA, read(text), NOW)) == []
    assert stood_down(answer(situation(ASKED_BEN, alarms=[DOUBTED]), ANA, read("K7Q NO"), NOW)) == []


def test_so_they_do_of_whatever_is_pressed() -> None:
    """An ETA behind the link, a stamp by a key or by hand: each says that she goes, and is the end of the alarm."""
    about = situation(ASKED_BEN, alarms=[DOUBTED])
    assert stood_down(specialist_view.give_eta(about, ANA, NOW + minutes(20), NOW)) == ["ben"]
    assert stood_down(assignment.arrive(about, ANA, NOW)) == ["ben"]
    assert stood_down(assignment.keep(about, ANA, NOW)) == ["ben"]


@pytest.mark.parametrize("attempt", [1, 2])
def test_by_then_it_may_be_clear(attempt: int) -> None:
    """Once they are there, or have it no more, nobody is rung."""
    there = taken(status=Status.ON_SCENE, en_route_at=NIGHT, arrived_at=NOW)
    assert met(there, attempt) == []
    assert met(replace(UNDER_WAY, assignments=(assigned("ben", en_route_at=NIGHT),)), attempt) == []
    assert met(callout(Status.CLOSED), attempt) == []
