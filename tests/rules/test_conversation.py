"""Which call-out a text is about, which rule decides on it, and what else it brings."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules import conversation
from dispatch.rules.conversation import Involvement, Reaction, Within, choose
from dispatch.rules.decisions import (
    AlarmCoordinators,
    Assign,
    Decision,
    EndTest,
    HurryPage,
    MarkDeclined,
    Note,
    NoteKind,
    OptIn,
    OptOut,
    SendPage,
    SetEta,
    Stamp,
    StampKind,
)
from dispatch.rules.facts import Channel, Page, PageState, Person, Purpose, Status
from dispatch.rules.page_failures import told_of_opt_out
from dispatch.rules.paging import text_to
from dispatch.rules.reply import Reply, ReplyKind
from dispatch.rules.wording import alarms, texts
from tests.rules.situations import ANA, NIGHT, assigned, callout, minutes, only, page, situation


def involved(
    code: str, status: Status = Status.PAGING, *, assigned: bool = False, ended_at: datetime | None = None
) -> Involvement:
    return Involvement(f"id of {code}", code, status, assigned, ended_at)


def ended(code: str) -> Involvement:
    return involved(code, Status.CLOSED, ended_at=NIGHT)


def said(kind: ReplyKind = ReplyKind.TAKE, code: str | None = None, eta: int | None = None) -> Reply:
    return Reply(kind, code, eta, "as it came")


# ---- which call-out ------------------------------------------------------------------------------------------------


def test_a_code_decides() -> None:
    """Whatever else is open, the named one is meant, even when somebody else has it."""
    mine, named = involved("K7Q", assigned=True), involved("M2R", Status.EN_ROUTE)
    assert choose(said(code="M2R"), [mine, named]) is named


def test_a_code_that_was_given_out_again_means_the_newer_one() -> None:
    """A code may come back after its call-out is over."""
    newer = involved("K7Q")
    assert choose(said(code="K7Q"), [ended("K7Q"), newer]) is newer


def test_an_unknown_code_is_answered() -> None:
    """A code of no call-out of theirs changes nothing, even with one open."""
    assert choose(said(code="X9X"), [involved("K7Q")]) == texts.no_such_callout("X9X")


def test_a_code_of_what_is_over_is_answered() -> None:
    """They hear that it is over, and nothing else is meant instead."""
    assert choose(said(code="M2R"), [ended("M2R"), involved("K7Q")]) == texts.already_closed("M2R")


@pytest.mark.parametrize(
    "only_one", [involved("K7Q"), involved("K7Q", Status.EN_ROUTE, assigned=True)], ids=["paged", "on it"]
)
def test_without_a_code_the_only_one_is_meant(only_one: Involvement) -> None:
    """What waits for them or what they have, when it is one; what others have or what is over does not count."""
    others = [ended("M2R"), involved("P4T", Status.ACKNOWLEDGED)]
    assert choose(said(), [*others, only_one]) is only_one


def test_without_a_code_two_are_asked_about() -> None:
    """One on their hands and one that waits: nobody guesses."""
    two = [involved("K7Q", Status.EN_ROUTE, assigned=True), involved("M2R")]
    assert choose(said(), two) == texts.which_callout(["K7Q", "M2R"])


@pytest.mark.parametrize("kind", [ReplyKind.TAKE, ReplyKind.NUMBER])
def test_a_yes_is_not_about_what_they_offered_already(kind: ReplyKind) -> None:
    """Somebody who could come along elsewhere, and is paged anew, says yes to the page."""
    elsewhere, waits = replace(involved("K7Q", Status.EN_ROUTE, assigned=True), offered=True), involved("M2R")
    assert choose(said(kind), [elsewhere, waits]) is waits
    assert choose(said(kind), [elsewhere]) is elsewhere


def test_on_my_way_may_be_about_what_they_offered() -> None:
    """It may mean either, so it is asked about: nobody must be believed to drive to where nobody drives."""
    elsewhere, waits = replace(involved("K7Q", Status.EN_ROUTE, assigned=True), offered=True), involved("M2R")
    assert choose(said(ReplyKind.ON_MY_WAY), [elsewhere, waits]) == texts.which_callout(["K7Q", "M2R"])


def test_a_late_answer_is_about_the_newest() -> None:
    """When others have all that is open, the newest is meant."""
    newest = involved("M2R", Status.EN_ROUTE)
    assert choose(said(), [involved("K7Q", Status.ACKNOWLEDGED), newest]) is newest


def test_an_answer_to_nothing() -> None:
    """With nothing open they hear what is over, or that nothing is."""
    assert choose(said(), [ended("K7Q"), ended("M2R")]) == texts.already_closed("M2R")
    assert choose(said(), []) == texts.nothing_open()


_INVOLVED = st.builds(
    Involvement,
    callout=st.uuids().map(str),
    code=st.sampled_from(("K7Q", "M2R", "P4T")),
    status=st.sampled_from(Status),
    assigned=st.booleans(),
    ended_at=st.none() | st.just(NIGHT),
    offered=st.booleans(),
)


@given(st.none() | st.sampled_from(("K7Q", "M2R", "P4T", "X9X")), st.lists(_INVOLVED, max_size=5))
def test_never_guess(code: str | None, known: list[Involvement]) -> None:
    """What is chosen is open, has the code if one was named, and without one was not one of several that wait."""
    chosen = choose(said(ReplyKind.ON_MY_WAY, code=code), known)
    if isinstance(chosen, Involvement):
        assert chosen.ended_at is None
        assert code in {None, chosen.code}
        if code is None:
            waiting = [one for one in known if one.ended_at is None and (one.assigned or one.status is Status.PAGING)]
            assert waiting in ([], [chosen])
    else:
        assert chosen


# ---- what it does --------------------------------------------------------------------------------------------------


def decide(kind: ReplyKind, *, eta: int | None = None, status: Status = Status.PAGING) -> list[Decision]:
    mine = assigned("ana") if status is Status.ACKNOWLEDGED else assigned("ana", en_route_at=NIGHT, arrived_at=NIGHT)
    about = callout(status, *(() if status is Status.PAGING else (mine,)))
    return conversation.decide(situation(about), ANA, said(kind, eta=eta), NIGHT + minutes(5))


@pytest.mark.parametrize("kind", [ReplyKind.TAKE, ReplyKind.NUMBER, ReplyKind.ETA])
def test_a_yes_or_a_number_takes_it(kind: ReplyKind) -> None:
    """While it waits a number alone takes it with that ETA; from whoever has it, it is a new ETA."""
    assert only(Assign, decide(kind, eta=20))[0].eta_at == NIGHT + minutes(25)
    assert only(SetEta, decide(kind, eta=20, status=Status.ACKNOWLEDGED)) == [SetEta("ana", NIGHT + minutes(25))]


@pytest.mark.parametrize(
    ("kind", "status", "stamp"),
    [
        (ReplyKind.ON_MY_WAY, Status.ACKNOWLEDGED, StampKind.EN_ROUTE),
        (ReplyKind.HERE, Status.ACKNOWLEDGED, StampKind.ARRIVED),
        (ReplyKind.CLEARED, Status.ON_SCENE, StampKind.CLEARED),
        (ReplyKind.HOME, Status.ON_SCENE, StampKind.HOME),
    ],
)
def test_each_word_sets_its_stamp(kind: ReplyKind, status: Status, stamp: StampKind) -> None:
    """On my way, here, done and home are stamped at the moment they are said."""
    assert only(Stamp, decide(kind, status=status))[-1] == Stamp("ana", stamp, NIGHT + minutes(5))


def test_a_no_declines() -> None:
    """From somebody who is paged."""
    assert MarkDeclined("ana") in decide(ReplyKind.DECLINE)


@pytest.mark.parametrize("kind", [ReplyKind.OPT_OUT, ReplyKind.OPT_IN, ReplyKind.HELP, ReplyKind.NOT_UNDERSTOOD])
def test_any_other_word_decides_nothing(kind: ReplyKind) -> None:
    """What the carrier acts on, and what nobody understands, changes no call-out."""
    assert decide(kind) == []


# ---- what a text brings --------------------------------------------------------------------------------------------


def react(
    kind: ReplyKind, *known: Involvement, person: Person = ANA, test: str | None = None, code: str | None = None
) -> Reaction:
    return conversation.react(person, said(kind, code=code), known, test, NIGHT)


def answered(text: str) -> SendPage:
    return text_to(ANA, Purpose.ANSWER, text, NIGHT)


def test_an_answer_is_decided_within_its_call_out() -> None:
    """If that ended while they answered they hear so."""
    reaction = react(ReplyKind.TAKE, involved("K7Q"))
    within = Within("id of K7Q", conversation.decide, answered(texts.already_closed("K7Q")))
    assert reaction == Reaction((within,), "id of K7Q")


def test_an_answer_to_no_call_out_is_answered() -> None:
    """It changes nothing, and is kept with no call-out."""
    assert react(ReplyKind.TAKE, code="X9X") == Reaction((answered(texts.no_such_callout("X9X")),))


def test_an_answer_to_a_test_page() -> None:
    """The page did what it was for, and whoever answered hears that texts reach them."""
    assert react(ReplyKind.TAKE, ended("K7Q"), test="p7") == Reaction((EndTest("p7"), answered(texts.test_answered())))


@pytest.mark.parametrize(
    ("kind", "known", "may"),
    [
        (ReplyKind.TAKE, [], True),
        (ReplyKind.TAKE, [ended("K7Q")], True),
        (ReplyKind.TAKE, [involved("K7Q")], False),
        (ReplyKind.HELP, [], False),
        (ReplyKind.NOT_UNDERSTOOD, [], False),
    ],
)
def test_what_may_answer_a_test_page(kind: ReplyKind, known: list[Involvement], may: bool) -> None:
    """An answer, while no call-out runs that it could be about."""
    assert conversation.may_answer_a_test(said(kind), known) is may


def test_opting_out_alarms_and_rings_for_whatever_runs() -> None:
    """Texts are stopped, coordinators hear of it, and each open call-out rings in their place."""
    alarm = told_of_opt_out(ANA)
    rings = tuple(Within(f"id of {code}", conversation.ring_instead) for code in ("K7Q", "M2R"))
    known = (ended("P4T"), involved("K7Q"), involved("M2R"))
    assert react(ReplyKind.OPT_OUT, *known) == Reaction((OptOut("ana"), alarm, *rings))
    assert react(ReplyKind.OPT_OUT, person=replace(ANA, opted_out=True)) == Reaction((alarm,))


def test_opting_in_and_asking_for_help_are_answered() -> None:
    """Texts are sent again; help says which words there are."""
    assert react(ReplyKind.OPT_IN) == Reaction((OptIn("ana"), answered(texts.opted_in())))
    assert react(ReplyKind.HELP, involved("K7Q")) == Reaction((answered(texts.not_understood()),))


def test_what_nobody_understands_is_read_by_a_person() -> None:
    """In the story of the newest call-out that runs, or of none; whoever sent it hears which words there are."""
    text = alarms.unclear_text("Ana", "as it came", ANA.phone)
    alarm, answer = AlarmCoordinators(text, but="ana"), answered(texts.not_understood())
    assert react(ReplyKind.NOT_UNDERSTOOD, ended("K7Q")) == Reaction((alarm, answer))
    about = "id of M2R"
    assert react(ReplyKind.NOT_UNDERSTOOD, involved("K7Q"), involved("M2R"), ended("P4T")) == Reaction(
        (Within(about, conversation.have_read), answer), about
    )
    assert conversation.have_read(situation(), ANA, said(ReplyKind.NOT_UNDERSTOOD), NIGHT) == [
        alarm,
        Note(NoteKind.TEXT, "Ana Reyes sent a text that was not understood"),
    ]


def test_who_reads_a_text() -> None:
    """A coordinator reads what comes from a stranger, and what is not understood."""
    assert conversation.is_for_a_person(None, said())
    assert conversation.is_for_a_person(ANA, said(ReplyKind.NOT_UNDERSTOOD))
    assert not conversation.is_for_a_person(ANA, said())


def ring_instead(*pages: Page, status: Status = Status.PAGING) -> list[Decision]:
    about = callout(status, pages=pages, turn=2)
    return conversation.ring_instead(situation(about), ANA, said(ReplyKind.OPT_OUT), NIGHT)


def test_whoever_opts_out_while_paged_is_rung_now() -> None:
    """Their next call is hurried; without one waiting they are rung all the same. Others' pages stay."""
    note = Note(NoteKind.OPTED_OUT, "Ana Reyes opted out of texts", "ana")
    waits, voice = PageState.WAITING, Channel.VOICE
    others = (
        page("ben", waits, id="p1", channel=voice),
        page("ana", waits, id="p2"),
        page("ana", waits, id="p3", channel=voice, purpose=Purpose.REMINDER),
        page("ana", PageState.FAILED, id="p4", channel=voice),
    )
    assert ring_instead(*others, page("ana", waits, id="p5", channel=voice)) == [note, HurryPage("p5")]
    told, call = ring_instead(*others)
    assert told == note
    assert isinstance(call, SendPage)
    assert (call.purpose, call.channel, call.to, call.turn) == (Purpose.PAGE, Channel.VOICE, ANA.phone, 2)


def test_whoever_opts_out_of_what_is_taken_is_not_rung() -> None:
    """Nobody is asked to take what somebody has."""
    assert ring_instead(status=Status.ACKNOWLEDGED) == []
