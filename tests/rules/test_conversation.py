"""Which call-out a text is about, which rule decides on it, and what else follows from it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.alarms.alarm_kinds import rings
from dispatch.rules.callout.page_failures import told_of_opt_out
from dispatch.rules.decisions import (
    AlarmCoordinators,
    Decision,
    EndTest,
    HurryPage,
    Note,
    NoteKind,
    OptIn,
    OptOut,
    SendPage,
)
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.pages import Page, PageState, Purpose, WhichCallOut
from dispatch.rules.facts.people import Channel
from dispatch.rules.reader.intent import Intent
from dispatch.rules.reader.read_text import read
from dispatch.rules.reader.vocabulary import Consent, Word
from dispatch.rules.replies import answering, conversation
from dispatch.rules.replies.conversation import Involvement, Reaction, Within, choose
from dispatch.rules.wording import alarms, texts
from dispatch.rules.wording.languages import Words
from tests.each import each
from tests.rules.situations import ANA, CORA, NIGHT, callout, minutes, only, page, situation

OVER = texts.over_and_read("K7Q", called_off=False)


def involved(
    code: str, status: Status = Status.PAGING, *, assigned: bool = False, ended_at: datetime | None = None
) -> Involvement:
    return Involvement(f"id of {code}", code, status, assigned, ended_at)


def ended(code: str) -> Involvement:
    return involved(code, Status.CLOSED, ended_at=NIGHT)


def said(word: Word = Word.TAKE, code: str | None = None, eta: int | None = None) -> Intent:
    return replace(read("as it came"), word=word, code=code, eta=eta, eta_said=eta is not None)


# ---- which call-out ------------------------------------------------------------------------------------------------


def test_a_yes_of_somebody_who_answered_late_is_about_what_pages_them() -> None:
    """Their offer stands; once it pages them again, too, either may be meant."""
    offered = replace(involved("K7Q", assigned=True), offered=True, declined=True)
    paged = involved("M2R")
    assert choose(said(), [offered, paged]) is paged
    assert isinstance(choose(said(), [replace(offered, declined=False), paged]), Words)


def test_a_code_decides() -> None:
    """Whatever else is open, the named one is meant, even when somebody else has it."""
    mine, named = involved("K7Q", assigned=True), involved("M2R", Status.EN_ROUTE)
    assert choose(said(code="M2R"), [mine, named]) is named


def test_a_code_that_was_given_out_again_means_the_newer_one() -> None:
    """A code may come back after its call-out is over."""
    newer = involved("K7Q")
    assert choose(said(code="K7Q"), [ended("K7Q"), newer]) is newer


def test_an_unknown_code_is_answered() -> None:
    """A code of no call-out of theirs changes nothing, even when they have one open."""
    assert choose(said(code="X9X"), [involved("K7Q")]) == texts.no_such_callout("X9X")


def test_a_code_of_what_is_over_is_answered() -> None:
    """They hear that it is over, and nothing else is meant instead."""
    assert choose(said(code="M2R"), [ended("M2R")]) == texts.already_closed("M2R")
    home = read("M2R home")
    assert choose(home, [ended("M2R"), involved("K7Q", assigned=True)]) == texts.already_closed("M2R")


@pytest.mark.parametrize(
    ("text", "waits", "example"),
    [
        ("M2R 1 25", involved("K7Q"), "K7Q 1 25"),
        ("M2R no", involved("K7Q", Status.EN_ROUTE, assigned=True), "K7Q NO"),
        ("M2R omw", replace(involved("K7Q", Status.EN_ROUTE), asked=True), "K7Q OMW"),
    ],
)
def test_an_answer_to_what_is_over_hears_what_waits(text: str, waits: Involvement, example: str) -> None:
    """ "Nothing to do" would send them to sleep while another call-out pages them, or is theirs."""
    answer = choose(read(text), [ended("M2R"), waits])
    assert isinstance(answer, Words)
    assert answer == f"M2R is already closed. K7Q is open: if you mean that, reply {example}."
    others = involved("K7Q", Status.EN_ROUTE)
    assert choose(read(text), [ended("M2R"), others]) == texts.already_closed("M2R")


def test_a_cry_with_the_code_of_what_is_over_is_about_what_they_are_on() -> None:
    """There it rings until somebody has it."""
    mine = involved("K7Q", Status.EN_ROUTE, assigned=True)
    assert choose(read("M2R SOS"), [ended("M2R"), mine]) is mine
    assert choose(read("M2R SOS"), [ended("M2R"), involved("K7Q")]) == texts.already_closed("M2R")


@pytest.mark.parametrize(
    "only_one", [involved("K7Q"), involved("K7Q", Status.EN_ROUTE, assigned=True)], ids=["paged", "on it"]
)
def test_without_a_code_the_only_one_is_meant(only_one: Involvement) -> None:
    """The one that waits for them or that they have; those that others have or that are over do not count."""
    others = [ended("M2R"), involved("P4T", Status.ACKNOWLEDGED)]
    assert choose(said(), [*others, only_one]) is only_one


def test_without_a_code_two_are_asked_about() -> None:
    """They have one and another waits: nobody guesses."""
    two = [involved("K7Q", Status.EN_ROUTE, assigned=True), involved("M2R")]
    assert choose(said(), two) == texts.which_callout(["K7Q", "M2R"], "1", "M2R")


@pytest.mark.parametrize(
    ("text", "like"),
    [("1", "M2R"), ("2", "M2R"), ("ok", "M2R"), ("no", "M2R"), ("125", "M2R"), ("omw", "K7Q"), ("20", "K7Q")],
)
def test_the_example_is_the_one_on_which_the_word_can_act(text: str, like: str) -> None:
    """It is copied: "K7Q 2" would give up the one that they have, when they meant the page."""
    two = [involved("K7Q", Status.EN_ROUTE, assigned=True), involved("M2R")]
    asked = choose(read(text), two)
    assert isinstance(asked, Words)
    assert f"such as {like} " in asked
    assert f"por ejemplo {like} " in asked.spanish


@pytest.mark.parametrize(("text", "answers"), [("1", True), ("2", True), ("1 25", True), ("ok", False), ("no", False)])
def test_at_a_scene_a_key_answers_the_page(text: str, answers: bool) -> None:
    """There it changes nothing, so it can only mean the other; an "ok" may answer whatever we said last."""
    there, waits = replace(involved("K7Q", Status.ON_SCENE, assigned=True), there=True), involved("M2R")
    assert (choose(read(text), [there, waits]) is waits) is answers
    assert isinstance(choose(read(text), [there, waits, involved("P4T")]), Words)


@each(text=["1", "ok", "omw", "here"], newer_is_theirs=[False, True])
def test_of_two_that_are_probably_one_they_mean_theirs(text: str, newer_is_theirs: bool) -> None:
    """The officer called twice, and both page; whoever has one of them means that."""
    older, newer = involved("K7Q"), replace(involved("M2R"), same_as="K7Q")
    if newer_is_theirs:
        newer = replace(newer, status=Status.EN_ROUTE, assigned=True)
    else:
        older = replace(older, status=Status.EN_ROUTE, assigned=True)
    assert choose(read(text), [older, newer]) is (newer if newer_is_theirs else older)
    assert isinstance(choose(read("1"), [involved("K7Q"), replace(involved("M2R"), same_as="K7Q")]), Words)


def test_a_wrong_code_from_somebody_who_is_on_one() -> None:
    """They hear which one they have, with what they said behind it."""
    has = involved("W8W", Status.EN_ROUTE, assigned=True)
    hint = choose(read("K7Q omw"), [has])
    assert isinstance(hint, Words)
    assert "You have W8W. Reply W8W OMW." in hint
    assert choose(read("K7Q omw"), [has, replace(has, code="M2R")]) == texts.no_such_callout("K7Q")


@pytest.mark.parametrize("text", ["2", "X9X HERE", "omw"])
def test_whoever_is_asked_for_the_code_is_heard_of(text: str) -> None:
    """Coordinators read it, and where somebody waits for them the call-out is looked at; the same words once more only
    are answered."""
    has, waits = involved("K7Q", Status.EN_ROUTE, assigned=True), involved("M2R")
    reply = read(text)
    steps = conversation.react(ANA, reply, [has, waits], NIGHT).steps
    assert only(AlarmCoordinators, steps) == [AlarmCoordinators(alarms.unclear_text("Ana", text, ANA.phone), but="ana")]
    assert only(Within, steps) == [Within("id of K7Q", answering.await_clear_word)]
    again = conversation.react(ANA, reply, [has, waits], NIGHT, said_before=True).steps
    assert not only(AlarmCoordinators, again)
    assert not only(Within, conversation.react(ANA, reply, [waits, involved("P4T")], NIGHT).steps)


def test_whoever_names_the_code_has_cleared_it_up() -> None:
    """The one that they have is in no doubt any more once they answer the page, if we had asked which one they mean."""
    has, waits = involved("K7Q", Status.EN_ROUTE, assigned=True), involved("M2R")
    steps = conversation.react(ANA, read("M2R 2"), [has, waits], NIGHT).steps
    assert [one.rule for one in only(Within, steps)] == [answering.answer, answering.meant_another]
    assert len(conversation.react(ANA, read("here"), [has, waits], NIGHT).steps) == 1


@pytest.mark.parametrize("text", ["no wait I am still there", "K7Q here", "sigo aquí", "arrived"])
def test_whoever_is_still_there_when_it_is_over_rings(text: str) -> None:
    """A slip closed it, or nobody told them: coordinators are rung, once, while it has been over for minutes only."""
    reply, late = read(text), NIGHT + timedelta(minutes=10)
    answer, alarm = (
        OVER,
        alarms.wrote_after_the_end("K7Q", "Ana", text, ANA.phone),
    )
    steps = conversation.react(ANA, reply, [ended("K7Q")], late - timedelta(seconds=1)).steps
    (rung,) = only(AlarmCoordinators, steps)
    assert (rung.text, rings(rung)) == (alarm, True)
    assert [page.text for page in only(SendPage, steps)] == [answer]
    assert not only(AlarmCoordinators, conversation.react(ANA, reply, [ended("K7Q")], NIGHT, said_before=True).steps)
    assert alarm not in [
        one.text for one in only(AlarmCoordinators, conversation.react(ANA, reply, [ended("K7Q")], late).steps)
    ]
    other = [ended("K7Q"), involved("M2R")]
    assert (
        alarm in [one.text for one in only(AlarmCoordinators, conversation.react(ANA, reply, other, NIGHT).steps)]
    ) is (reply.code is not None)


@pytest.mark.parametrize("text", ["why", "am i still needed"])
def test_a_question_about_what_is_over(text: str) -> None:
    """They hear that they need not go, and that a person reads it."""
    alarm, answer = conversation.react(ANA, read(text), [ended("K7Q")], NIGHT).steps
    assert isinstance(alarm, AlarmCoordinators)
    assert answer == answered(OVER)


@pytest.mark.parametrize("known", [[], [involved("K7Q")], [involved("K7Q"), involved("M2R")], [ended("K7Q")]])
def test_thanks_want_no_answer(known: list[Involvement]) -> None:
    """Nor is anybody woken by them."""
    assert conversation.react(ANA, read("thanks"), known, NIGHT).steps == ()


@pytest.mark.parametrize("word", [Word.TAKE, Word.OK, Word.ETA])
def test_a_yes_is_not_about_what_they_offered_already(word: Word) -> None:
    """Somebody who offered to come along elsewhere, and is paged again, says yes to the page."""
    elsewhere, waits = replace(involved("K7Q", Status.EN_ROUTE, assigned=True), offered=True), involved("M2R")
    assert choose(said(word), [elsewhere, waits]) is waits
    assert choose(said(word), [elsewhere]) is elsewhere


def test_on_my_way_may_be_about_what_they_offered() -> None:
    """It may mean either, so we ask: nobody may believe that help is on its way to a place where it is not."""
    elsewhere, waits = replace(involved("K7Q", Status.EN_ROUTE, assigned=True), offered=True), involved("M2R")
    assert choose(said(Word.ON_MY_WAY), [elsewhere, waits]) == texts.which_callout(["K7Q", "M2R"], "OMW")


@pytest.mark.parametrize("word", [Word.HERE, Word.LEFT, Word.HOME, Word.CALL, Word.HELP])
def test_a_word_of_the_scene_is_about_what_they_have(word: Word) -> None:
    """However many others page them: nobody is done at a scene to which they never went."""
    has, waits = involved("K7Q", Status.EN_ROUTE, assigned=True), involved("M2R")
    assert choose(said(word), [has, waits]) is has
    also = involved("P4T", Status.EN_ROUTE, assigned=True)
    assert isinstance(choose(said(word), [has, waits, also]), str)


def test_an_eta_is_about_what_they_have_and_a_number_alone_may_not_be() -> None:
    """ "ETA 20" is what somebody who drives says; "20" is also how a page is answered."""
    has, waits = involved("K7Q", Status.EN_ROUTE, assigned=True), involved("M2R")
    assert choose(read("eta 20"), [has, waits]) is has
    assert choose(read("20"), [has, waits]) == texts.which_callout(["K7Q", "M2R"], "ETA 20")


@pytest.mark.parametrize("text", ["hmm", "2-3 min", "no, 25 min", "ok 2", "sos"])
def test_what_is_doubtful_is_about_what_they_have(text: str) -> None:
    """It is asked back, so it is asked where somebody waits for them; without one, about the newest."""
    has, waits = involved("K7Q", Status.EN_ROUTE, assigned=True), involved("M2R")
    assert choose(read(text), [has, waits]) is has
    assert choose(read(text), [involved("K7Q"), waits]) is waits


def test_a_cry_for_help_is_never_turned_away() -> None:
    """Not even when the code that stands in it is none that is open."""
    has = involved("K7Q", Status.EN_ROUTE, assigned=True)
    assert choose(read("X9X sos"), [has]) is has


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        *(("1", "1"), ("1 25", "1 25"), ("omw", "OMW"), ("2", "2"), ("nope", "NO"), ("no, ahorita", "NO"), ("ok", "1")),
        *(("20", "ETA 20"), ("22", "1"), ("just left", "OMW"), ("still here", "HERE")),
    ],
)
def test_the_hint_shows_what_was_said(text: str, shown: str) -> None:
    """Whoever must name the code sees their own word behind it."""
    asked = choose(read(text), [involved("K7Q"), involved("M2R")])
    assert asked == texts.which_callout(["K7Q", "M2R"], shown)


@pytest.mark.parametrize(("status", "let_in"), [(Status.PAGING, True), (Status.EN_ROUTE, False)])
def test_whoever_is_awake_and_names_a_code_is_let_in(status: Status, let_in: bool) -> None:
    """A specialist whom nobody has paged yet may take what still pages; nobody else is shown what is open."""
    mine, named = involved("K7Q"), involved("M2R", status)
    assert conversation.is_new("M2R", [mine])
    assert not conversation.is_new("K7Q", [mine])
    assert conversation.is_new("K7Q", [involved("K7Q", ended_at=NIGHT)])  # the code may have come again
    assert conversation.with_named([mine], named, ANA) == ([mine, named] if let_in else [mine])
    assert conversation.with_named([mine], named, CORA) == [mine]
    assert conversation.with_named([mine], None, ANA) == [mine]


def test_a_late_answer_is_about_the_newest() -> None:
    """When others have all that is open, the newest is meant."""
    newest = involved("M2R", Status.EN_ROUTE)
    assert choose(said(), [involved("K7Q", Status.ACKNOWLEDGED), newest]) is newest


def test_an_answer_to_nothing() -> None:
    """With nothing open they hear what is over, or that there is nothing."""
    assert choose(said(), [ended("K7Q"), ended("M2R")]) == texts.already_closed("M2R")
    assert choose(said(), []) == texts.NOTHING_OPEN


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
    """The chosen call-out is open and has the code, if one was named; otherwise it is not one of several that wait."""
    chosen = choose(said(Word.ON_MY_WAY, code=code), known)
    if isinstance(chosen, Involvement):
        assert chosen.ended_at is None
        assert code in {None, chosen.code}
        if code is None:
            waiting = [
                involvement
                for involvement in known
                if involvement.ended_at is None and (involvement.assigned or involvement.status is Status.PAGING)
            ]
            assert waiting in ([], [chosen])
    else:
        assert chosen


# ---- what a text brings --------------------------------------------------------------------------------------------


def react(
    word: Word,
    *known: Involvement,
    tests: Sequence[str] = (),
    code: str | None = None,
    said_before: bool = False,
) -> Reaction:
    return conversation.react(ANA, said(word, code=code), known, NIGHT, tests=tests, said_before=said_before)


def answered(text: str) -> SendPage:
    return text_to(ANA, Purpose.ANSWER, text, NIGHT)


def test_an_answer_is_decided_within_its_call_out() -> None:
    """If the call-out ended while they answered, they hear so."""
    reaction = react(Word.TAKE, involved("K7Q"))
    within = Within("id of K7Q", answering.answer, (answered(texts.already_closed("K7Q")),))
    assert reaction == Reaction((within,), "id of K7Q")
    again = Within("id of K7Q", conversation.answer_again, (answered(texts.already_closed("K7Q")),))
    assert react(Word.NO, involved("K7Q"), said_before=True) == Reaction((again,), "id of K7Q")
    assert conversation.answer_again(situation(), ANA, said(Word.UNCLEAR), NIGHT) == []


@pytest.mark.parametrize("text", ["help!", "here", "why", "1"])
def test_a_call_out_that_ends_meanwhile_has_ended(text: str) -> None:
    """Whoever is still there is heard: as if they had written after the end."""
    mine = involved("K7Q", Status.EN_ROUTE, assigned=True)
    for named in (text, f"K7Q {text}"):
        (within,) = only(Within, conversation.react(ANA, read(named), [mine], NIGHT, contact=CORA.phone).steps)
        afterwards = conversation.react(ANA, read(named), [ended("K7Q")], NIGHT, contact=CORA.phone)
        assert within.if_over == afterwards.steps


def test_an_answer_to_no_call_out_is_answered() -> None:
    """It changes nothing, and is kept with no call-out."""
    assert react(Word.TAKE, code="X9X") == Reaction((answered(texts.no_such_callout("X9X")),))


def test_an_answer_to_a_test_page() -> None:
    """Every page of the test did what it was for, and whoever answered hears that texts reach them."""
    ended_tests = Reaction((EndTest("p7"), EndTest("p6"), answered(texts.TEST_ANSWERED)))
    assert react(Word.TAKE, ended("K7Q"), tests=["p7", "p6"]) == ended_tests


def test_a_yes_amid_a_test_is_asked_for_the_code() -> None:
    """A page has just left, and an older test waits: nobody takes a call-out by a yes to the test."""
    paged = [involved("K7Q")]
    reaction = conversation.react(ANA, read("1"), paged, NIGHT, amid_a_test=True)
    asks = WhichCallOut(("K7Q",))
    assert reaction == Reaction((replace(answered(texts.which_callout(["K7Q"])), asks=asks),), "id of K7Q")
    for text in ("1", "ok"):
        assert conversation.may_mean_the_test(read(text), paged)
        assert not conversation.may_mean_the_test(read(text), [involved("K7Q", Status.EN_ROUTE, assigned=True)])
    for text in ("K7Q 1", "1 25", "omw", "2"):
        assert not conversation.may_mean_the_test(read(text), paged)


@pytest.mark.parametrize(
    ("text", "known", "may"),
    [
        ("1", [], True),
        ("1", [ended("K7Q")], True),
        ("1", [involved("K7Q")], False),
        ("help", [], False),
        ("asdfgh", [], True),
        ("K7O 1", [], False),
        ("here", [], True),
        ("here", [ended("K7Q")], False),
    ],
)
def test_what_may_answer_a_test_page(text: str, known: list[Involvement], may: bool) -> None:
    """An answer counts while there is no open call-out that it could be about, and it names none and takes back no
    end."""
    assert conversation.may_answer_a_test(read(text), known, NIGHT) is may


@pytest.mark.parametrize("text", ["who is closest?", "where?", "received", "on my way where do i go", "1 25 omw"])
def test_what_says_more_than_that_a_test_came_is_read_too(text: str) -> None:
    """It has reached them all the same; they read that there is nowhere to go, and coordinators read them."""
    ends, told, answer = conversation.react(CORA, read(text), [], NIGHT, tests=["p7"]).steps
    assert ends == EndTest("p7")
    assert told == AlarmCoordinators(alarms.unclear_text("Cora", text, CORA.phone), but="cora")
    assert isinstance(answer, SendPage)
    assert answer.text == texts.TEST_ONLY
    assert conversation.may_answer_a_test(read(text), [], NIGHT)


def test_a_tapback_on_a_test_answers_it() -> None:
    (_, answer) = conversation.react(ANA, read("Loved “Dev, this is a test.”"), [], NIGHT, tests=["p7"]).steps
    assert answer == answered(texts.TEST_ANSWERED)


def test_opting_out_alarms_and_rings_for_whatever_runs() -> None:
    """Texts stop, coordinators hear of it, and each open call-out rings the phone instead."""
    alarm = told_of_opt_out(ANA)
    rings = tuple(Within(f"id of {code}", conversation.ring_instead) for code in ("K7Q", "M2R"))
    known = (ended("P4T"), involved("K7Q"), involved("M2R"))
    assert conversation.opt(ANA, Consent.OPT_OUT, known, NIGHT) == Reaction((OptOut("ana"), alarm, *rings))
    assert conversation.opt(replace(ANA, opted_out=True), Consent.OPT_OUT, (), NIGHT) == Reaction((alarm,))


def test_stop_from_whoever_is_on_it_may_mean_the_call_out() -> None:
    """Coordinators are rung about it, in place of the alarm that only says that texts stop."""
    known = (replace(involved("K7Q"), assigned=True), involved("M2R"))
    reaction = conversation.opt(ANA, Consent.OPT_OUT, known, NIGHT)
    rings = tuple(Within(f"id of {code}", conversation.ring_instead) for code in ("K7Q", "M2R"))
    assert reaction == Reaction((OptOut("ana"), Within("id of K7Q", conversation.stopped), *rings))
    told = AlarmCoordinators(alarms.stopped("K7Q", "Ana", ANA.phone), kind=AlarmKind.STOPPED, person="ana")
    assert conversation.stopped(situation(callout()), ANA, read("STOP"), NIGHT) == [told]


def test_whoever_said_no_is_not_rung_for_their_stop() -> None:
    """Nobody pages them any more, alone or "only if nobody else"; paged since, they are rung."""
    known = (replace(involved("K7Q"), declined=True), replace(involved("M2R"), assigned=True, offered=True))
    _, _, *rings = conversation.opt(ANA, Consent.OPT_OUT, known, NIGHT).steps
    assert rings == [Within("id of M2R", conversation.ring_instead)]


def test_opting_in_is_answered() -> None:
    """Texts are sent again, and the answer is one: nobody is rung to hear so."""
    opted_in = Reaction((OptIn("ana"), answered(texts.OPTED_IN)))
    assert conversation.opt(ANA, Consent.OPT_IN, (), NIGHT) == opted_in
    assert conversation.opt(replace(ANA, opted_out=True), Consent.OPT_IN, (), NIGHT) == opted_in


def test_what_nobody_understands_is_read_by_a_person() -> None:
    """Where no call-out runs too, once for the same words; whoever sent it hears which words there are."""
    text = alarms.unclear_text("Ana", "as it came", ANA.phone)
    alarm = AlarmCoordinators(text, but="ana")
    assert react(Word.UNCLEAR) == Reaction((alarm, answered(texts.NOT_UNDERSTOOD)))
    assert react(Word.UNCLEAR, ended("K7Q")) == Reaction((alarm, answered(OVER)))
    assert react(Word.UNCLEAR, ended("K7Q"), said_before=True) == Reaction(())
    assert react(Word.UNCLEAR, involved("K7Q"), involved("M2R"), ended("P4T")).about == "id of M2R"


@each(
    text=[
        *("me quedé sin gasolina", "falling asleep", "send someone else", "no, my kid is sick", "nadie aquí"),
        *("I'm not on call", "ok but I can't after midnight", "not sure I can do tonight"),
    ]
)
def test_whoever_says_that_all_is_not_well_is_read_by_a_person(text: str) -> None:
    """After the end as well, on the way home: "nothing to do" would leave them there."""
    told, answer = conversation.react(ANA, read(text), [ended("K7Q")], NIGHT).steps
    assert told == AlarmCoordinators(alarms.unclear_text("Ana", text, ANA.phone), but="ana")
    assert answer == answered(OVER)
    told, answer = conversation.react(ANA, read(text), [], NIGHT).steps
    assert isinstance(told, AlarmCoordinators)
    assert answer == answered(texts.NOT_UNDERSTOOD)
    assert conversation.react(ANA, read(text), [ended("K7Q")], NIGHT, said_before=True) == Reaction(())


def test_a_cry_for_help_without_a_call_out_rings_too() -> None:
    """Coordinators are rung with the words, and whoever cries hears it. About a call-out that is over, or ends
    meanwhile, they are rung until somebody has it."""
    text = alarms.danger("", "Ana", ANA.phone, said="as it came")
    alarm = AlarmCoordinators(text, kind=AlarmKind.DANGER, person="ana", said_at=NIGHT)
    assert react(Word.DANGER) == Reaction((alarm, answered(texts.DANGER_HEARD)))
    within = Reaction((Within("id of K7Q", conversation.cried),), "id of K7Q")
    assert react(Word.DANGER, ended("K7Q")) == react(Word.DANGER, involved("K7Q")) == within
    open_ = situation()
    assert conversation.cried(open_, ANA, read("SOS"), NIGHT) == answering.answer(open_, ANA, read("SOS"), NIGHT)
    over = situation(replace(situation().callout, status=Status.CLOSED))
    assert answered(texts.DANGER_HEARD) in conversation.cried(over, ANA, read("SOS, omw 20"), NIGHT)
    assert text.endswith('"as it came".'), "he has a gun, room 12"


@pytest.mark.parametrize(
    ("word", "may"), [(Word.UNCLEAR, True), (Word.TWO, True), (Word.TAKE, False), (Word.HELP, False)]
)
def test_what_a_coordinator_may_have_read_just_now(word: Word, may: bool) -> None:
    """What is asked back from somewhere; what always acts never waits for that question."""
    assert conversation.may_be_said_again(said(word)) is may


def test_what_a_text_is_about() -> None:
    """The call-out, where it is clear which."""
    assert conversation.about(said(), [involved("K7Q")]) == "id of K7Q"
    assert conversation.about(said(), []) is None


def ring_instead(*pages: Page, status: Status = Status.PAGING) -> list[Decision]:
    about = callout(status, pages=pages, step=2)
    return conversation.ring_instead(situation(about), ANA, said(Word.UNCLEAR), NIGHT)


def test_whoever_opts_out_while_paged_is_rung_now() -> None:
    """Their next call comes now; if none is waiting they are rung all the same. Others' pages stay."""
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
    assert (call.purpose, call.channel, call.to, call.step) == (Purpose.PAGE, Channel.VOICE, ANA.phone, 2)


def test_whoever_opts_out_of_what_is_taken_is_not_rung() -> None:
    """Nobody is asked to take what somebody already has."""
    assert ring_instead(status=Status.ACKNOWLEDGED) == []


@pytest.mark.parametrize("known", [(), (ended("K7Q"),), (involved("K7Q"), involved("M2R"))])
def test_help_outside_a_call_out_names_whom_to_ring(known: tuple[Involvement, ...]) -> None:
    """Whether none is open for them, one is over, or two are open."""
    reaction = conversation.react(ANA, said(Word.HELP), known, NIGHT, contact="+12135550100")
    (answer,) = reaction.steps
    assert isinstance(answer, SendPage)
    assert answer.text.endswith("Or call +12135550100.")
    (plain,) = conversation.react(ANA, said(Word.HELP), known, NIGHT).steps
    assert isinstance(plain, SendPage)
    assert "call +" not in plain.text


def test_only_of_what_was_called_off_nobody_needs_to_go() -> None:
    """Somebody who was home from it thanked us, and read "K7Q is off, you need not go"."""
    off = involved("K7Q", Status.CANCELLED, ended_at=NIGHT)
    for known, words in ((ended("K7Q"), "K7Q is over. Coordinators have your text."), (off, "you need not go")):
        assert any(
            words in one.text
            for one in only(SendPage, conversation.react(ANA, read("flat tire"), [known], NIGHT).steps)
        )


@pytest.mark.parametrize(
    "text",
    ["i keep crying, can somebody call me", "i keep seeing her face. is there anyone i can talk to today"],
)
def test_whoever_wants_to_talk_after_the_end_is_rung(text: str) -> None:
    """It had only been read, some day."""
    told, _ = conversation.react(ANA, read(text), [ended("K7Q")], NIGHT + minutes(30)).steps
    assert isinstance(told, AlarmCoordinators)
    assert told.kind is AlarmKind.ASKS_FOR_A_CALL


@pytest.mark.parametrize("text", ["not actually home yet, still on the 105", "no estoy en casa todavía"])
def test_whoever_is_not_home_after_all_is_heard(text: str) -> None:
    """Their call-out was over with their HOME, and nobody asked any more whether they came home."""
    told, _ = conversation.react(ANA, read(text), [ended("K7Q")], NIGHT + minutes(4)).steps
    assert isinstance(told, AlarmCoordinators)
    assert told.kind is AlarmKind.WROTE_AFTER_THE_END


def test_the_agency_that_is_named_decides() -> None:
    """Of two that page them."""
    lbpd, lapd = (
        replace(involved(code), agency=short, agency_name=f"{place} Police")
        for code, short, place in (("K7Q", "LBPD", "Long Beach"), ("M2R", "LAPD", "Los Angeles"))
    )
    for words in ("ill take long beach", "LBPD yes"):
        assert choose(read(words), [lbpd, lapd]) is lbpd
    assert isinstance(choose(read("yes"), [lbpd, lapd]), Words)


def test_a_yes_to_our_own_question_is_about_its_call_out() -> None:
    """Unless that one is over."""
    one, two = involved("K7Q"), involved("M2R")
    assert conversation.about_which(one.callout, [one, two]) == [one]
    assert conversation.about_which(one.callout, [replace(one, ended_at=NIGHT), two]) != [one]
    assert conversation.about_which(None, [one, two]) == [one, two]
