"""Only if nobody else: who is called in, and when; what the others are paged for meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.board import rank
from dispatch.rules.board.next_moves import DueRow, next_moves
from dispatch.rules.callout import assignment, page_failures
from dispatch.rules.commands import deciding
from dispatch.rules.commands.candidates import candidates
from dispatch.rules.commands.commands import CallIn, Coordinator
from dispatch.rules.decisions import (
    AssignSpecialist,
    DeadlineKind,
    EndAsks,
    MarkDeclined,
    MoveTo,
    Note,
    NoteKind,
    ReleaseSpecialist,
    SendPage,
    SetDeadline,
    TextOfficer,
)
from dispatch.rules.delivery.sending import Progress
from dispatch.rules.facts.callout import Assignment, AssignmentRole, CallOut, Details, Status
from dispatch.rules.facts.pages import Page, PageState, Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.phone_calls import NOBODY_ON_THE_PHONE, PagedCall, PagedStage
from dispatch.rules.limited import offers
from dispatch.rules.phone import paged_call
from dispatch.rules.replies.matrix import Position, position_of
from dispatch.rules.replies.reader.read_text import read
from dispatch.rules.replies.reader.vocabulary import Word
from tests.rules.situations import (
    ANA,
    BEN,
    CORA,
    NIGHT,
    OFFICER,
    ROSTER,
    Night,
    assigned,
    callout,
    minutes,
    only,
    page,
    pages_to,
    roster,
    situation,
)

IN_ROUNDS = 3


def _offer(person: str, needs: float | None = None, at: timedelta = timedelta()) -> Assignment:
    eta_at = NIGHT + at + minutes(needs) if needs is not None else None
    return Assignment(person, AssignmentRole.LIMITED, NIGHT + at, eta_at)


def _offered(*given_: Assignment, **facts: object) -> CallOut:
    declined = frozenset(one.person for one in given_)
    return replace(callout(Status.PAGING, *given_, declined=declined), **facts)  # type: ignore[arg-type]


def _called_in(person: str, state: PageState = PageState.SENT) -> Page:
    """At 02:20."""
    return page(person, state, purpose=Purpose.CALL_IN, id=f"i-{person}", tried_at=NIGHT + minutes(6))


# ---- the words -----------------------------------------------------------------------------------------------------


def test_what_says_only_if_nobody_else() -> None:
    """In both languages, with minutes or without, whatever yes stands beside it: paging goes on."""
    for text in ("L", "l 40", "K7Q L 40", "L40", "only if nobody else", "yes, only if no one else, 40 min"):
        assert read(text).word is Word.LIMITED, text
    for text in (
        "solo si no hay nadie",
        "Sólo si no hay nadie más",
        "sí, si no hay nadie más",
        "solo si hace falta 40",
    ):
        assert read(text).word is Word.LIMITED, text
    assert read("L 40").eta == read("solo si no hay nadie, 40 min").eta == 40


def test_what_may_say_more_is_asked_back() -> None:
    """A question, a 2, a letter that a thumb hit, or a word that no table has."""
    for text in (
        "L 2",
        "1 L 40",
        "only if nobody else?",
        "40 l",
        "sí l 40",
        "only if nobody else comes to the party",
        "L omw",
    ):
        assert read(text).word in {Word.UNCLEAR, Word.TWO_AND_MORE}, text
    assert read("no, only if nobody else").word is Word.NO_AND_MORE


# ---- the offer -----------------------------------------------------------------------------------------------------


def test_an_offer_ends_its_givers_pages_and_takes_nothing() -> None:
    """It is kept with its ETA; for the step it is a no, so the next begins, and the officer hears nothing."""
    found = assignment.limit(situation(callout(pages=(page("ana"),))), ANA, NIGHT + minutes(20), NIGHT)
    assert only(AssignSpecialist, found) == [AssignSpecialist("ana", AssignmentRole.LIMITED, NIGHT + minutes(20))]
    assert only(MarkDeclined, found) == [MarkDeclined("ana")]
    assert not only(MoveTo, found) + only(TextOfficer, found)
    assert pages_to(found) == ["ben"]
    assert pages_to(found, Purpose.ANSWER) == ["ana"]
    (note,) = [one for one in only(Note, found) if one.kind is NoteKind.LIMITED]
    assert note.text == "Ana Reyes goes only if nobody else does, there by 02:34 if asked now"


def test_an_offer_is_said_again_with_another_time() -> None:
    """From now on that one counts, and nobody is paged anew for it."""
    about = situation(_offered(_offer("ana", 40)))
    found = assignment.note_eta(about, ANA, NIGHT + minutes(25), NIGHT + minutes(5))
    assert only(ReleaseSpecialist, found) == [ReleaseSpecialist("ana")]
    assert [one.eta_at for one in only(AssignSpecialist, found)] == [NIGHT + minutes(25)]
    assert [one.due_at for one in only(SetDeadline, found)] == [NIGHT + minutes(35)]
    assert not pages_to(found)
    assert not only(MarkDeclined, found)


def test_once_somebody_has_it_the_offer_is_kept_for_later() -> None:
    """They hear who has it; if that one lets go, they go only if nobody else does."""
    about = situation(callout(Status.ACKNOWLEDGED, assigned("ben")))
    found = assignment.limit(about, ANA, None, NIGHT)
    assert [one.role for one in only(AssignSpecialist, found)] == [AssignmentRole.LIMITED]
    assert only(MarkDeclined, found) == [MarkDeclined("ana")]
    assert [one.text for one in only(SendPage, found)] == ["Ben has K7Q. Nothing to do, thank you."]


def test_whoever_offered_stands_where_they_said() -> None:
    """Once called in they are asked like anybody who is paged; once somebody has it they may come along."""
    about = _offered(_offer("ana", 20, at=minutes(5)), pages=(page("ana"),))
    assert position_of(about, "ana") is Position.LIMITED
    assert position_of(replace(about, pages=(page("ana"), _called_in("ana"))), "ana") is Position.PAGED
    assert position_of(replace(about, pages=(_called_in("ana", PageState.FAILED),)), "ana") is Position.LIMITED
    assert position_of(callout(Status.EN_ROUTE, assigned("ben"), _offer("ana")), "ana") is Position.OFFERED


def test_the_best_offer_is_the_soonest() -> None:
    """By how long they need, not by when they spoke; a late answer stands in the same list, and no time comes last."""
    late = assigned("dev", AssignmentRole.OFFERED, eta_at=NIGHT + minutes(30))
    about = callout(Status.PAGING, _offer("ana"), _offer("ben", 40), _offer("cleo", 25, at=minutes(20)), late)
    assert [one.person for one in offers.offers(about)] == ["cleo", "dev", "ben", "ana"]


# ---- calling in ----------------------------------------------------------------------------------------------------


def test_nobody_needs_less_than_no_time() -> None:
    """Where the clock was set back before they answered late, how long they need is not known."""
    ben = assigned("ben", AssignmentRole.OFFERED, eta_at=NIGHT - minutes(10))
    assert offers.needs(ben) is None
    assert offers.in_words(callout(Status.ACKNOWLEDGED, assigned("ana"), ben), ben) == "could come too"


def test_the_best_is_called_in_after_the_last_step() -> None:
    """By text and call at once, beside the round of everyone, who are paged as ever."""
    night = Night()
    night.opens()
    night.replies("ana", Word.LIMITED, 50)
    assert night.callout.step == 2
    night.passes(minutes(3.9))
    assert not [one for one in night.pages.values() if one.purpose is Purpose.CALL_IN]
    night.passes(minutes(0.1))
    called = [one for one in night.pages.values() if one.purpose is Purpose.CALL_IN]
    assert [(one.person, one.channel, one.tried_at) for one in called] == [
        ("ana", Channel.SMS, night.now),
        ("ana", Channel.VOICE, night.now),
    ]
    assert {one.person for one in night.pages.values() if one.step == 3 and one.purpose is Purpose.PAGE} == {
        "ben",
        "cleo",
    }
    night.replies("ana", Word.TAKE, 50)
    assert night.callout.primary is not None
    assert night.callout.primary.acknowledged_at == night.now


def test_the_best_is_called_in_before_it_would_be_too_late() -> None:
    """`L 20` waits until minute 35 and no longer: there by five minutes before the target."""
    about = situation(_offered(_offer("ana", 20), _offer("cleo", 40)))
    assert offers.look(about, 1, NIGHT) == [SetDeadline(DeadlineKind.LAST_MOMENT, NIGHT + minutes(35))]
    assert pages_to(offers.at_last_moment(about, NIGHT + minutes(35)), Purpose.CALL_IN) == ["ana"]
    assert offers.at_last_moment(about, NIGHT) == [SetDeadline(DeadlineKind.LAST_MOMENT, NIGHT + minutes(35))]


def test_whoever_can_just_make_it_is_called_in_at_once_and_whoever_cannot_waits() -> None:
    assert pages_to(offers.look(situation(_offered(_offer("ana", 58))), 1, NIGHT), Purpose.CALL_IN) == ["ana"]
    assert offers.look(situation(_offered(_offer("ana", 70))), 1, NIGHT) == []
    assert offers.look(situation(_offered(_offer("ana"))), 1, NIGHT) == []
    assert pages_to(offers.look(situation(_offered(_offer("ana", 70))), IN_ROUNDS, NIGHT), Purpose.CALL_IN) == ["ana"]


def test_somebody_who_is_called_in_has_the_time_of_a_step() -> None:
    """A worse offer waits for the next step, a better one does not; and nobody is called in twice."""
    asked = _offered(_offer("ana", 30), pages=(_called_in("ana"),), step=IN_ROUNDS)
    worse, better = _offer("cleo", 50, at=minutes(7)), _offer("ben", 10, at=minutes(7))
    now = NIGHT + minutes(7)

    def called(*more: Assignment, begins: bool = False) -> list[str | None]:
        about = situation(replace(asked, assignments=(*asked.assignments, *more)))
        return pages_to(offers.look(about, IN_ROUNDS, now, begins=begins), Purpose.CALL_IN)

    assert called(worse) == []
    assert called(worse, begins=True) == ["cleo"]
    assert called(worse, better) == ["ben"]
    assert called(begins=True) == []


def test_a_no_calls_in_the_next() -> None:
    """At once where they were called in; otherwise when the next must be."""
    both = _offered(_offer("ana", 20), _offer("cleo", 30))
    asked = situation(replace(both, pages=(_called_in("ana"),)))
    found = assignment.refuse(asked, ANA, NIGHT + minutes(8))
    assert only(ReleaseSpecialist, found) == [ReleaseSpecialist("ana")]
    assert only(EndAsks, found) == [EndAsks("ana")]
    assert pages_to(found, Purpose.CALL_IN) == ["cleo"]
    quiet = assignment.refuse(situation(both), ANA, NIGHT + minutes(8))
    assert only(SetDeadline, quiet) == [SetDeadline(DeadlineKind.LAST_MOMENT, NIGHT + minutes(25))]


def test_whoever_cannot_be_reached_makes_room_for_the_next() -> None:
    """Once the text and the call have both failed."""
    about = _offered(_offer("ana", 20), _offer("cleo", 30), pages=(_called_in("ana", PageState.FAILED),))
    failed = about.pages[0]
    found = page_failures.call_in_next(situation(about), failed, NIGHT + minutes(8))
    assert pages_to(found, Purpose.CALL_IN) == ["cleo"]
    rings = replace(about, pages=(failed, replace(_called_in("ana"), id="v", channel=Channel.VOICE)))
    assert page_failures.call_in_next(situation(rings), failed, NIGHT + minutes(8)) == []


def test_whoever_left_the_roster_is_passed_by() -> None:
    about = situation(_offered(_offer("dev", 5), _offer("ana", 30), step=IN_ROUNDS))
    assert pages_to(offers.look(about, IN_ROUNDS, NIGHT), Purpose.CALL_IN) == ["ana"]


def test_whoever_opted_out_of_texts_is_rung() -> None:
    ana = replace(ANA, opted_out=True)
    about = situation(_offered(_offer("ana", 5)), roster(ana, BEN, CORA))
    (called,) = only(SendPage, offers.look(about, IN_ROUNDS, NIGHT))
    assert called.channel is Channel.VOICE


def test_said_again_while_called_in_changes_nothing() -> None:
    """They hear that nobody else has come."""
    about = situation(_offered(_offer("ana", 20), pages=(_called_in("ana"),)))
    (told,) = only(SendPage, found := assignment.limit(about, ANA, None, NIGHT + minutes(7)))
    assert len(found) == 1
    assert "nobody else has come" in told.text


# ---- the end -------------------------------------------------------------------------------------------------------


def test_when_somebody_else_takes_it_they_are_thanked() -> None:
    """Whoever was only paged hears what they always did."""
    about = situation(_offered(_offer("ana", 20), pages=(page("ana"), page("cleo", id="p2"))))
    found = assignment.take(about, BEN, NIGHT + minutes(25), NIGHT + minutes(6))
    texts = {one.person: one.text for one in only(SendPage, found) if one.purpose is Purpose.STAND_DOWN}
    assert texts["ana"] == "Ben has K7Q, so we need you no more. Thank you for offering, sleep well."
    assert texts["cleo"] == "Ben has K7Q. Nothing to do, thank you."


def test_when_the_taker_lets_go_an_offer_is_no_page() -> None:
    """A late answer is paged at once, as ever; a limited one waits for the last step or its moment."""
    late = assigned("cleo", AssignmentRole.OFFERED)
    about = situation(
        callout(Status.ACKNOWLEDGED, assigned("ben"), _offer("ana", 20), late, declined=frozenset({"ana"}))
    )
    found = assignment.refuse(about, BEN, NIGHT + minutes(5))
    assert pages_to(found) == ["cleo"]
    assert pages_to(found, Purpose.CALL_IN) == ["ana"]  # step 2 was Ben's alone, so a round has begun


def test_when_the_taker_lets_go_whoever_was_called_in_before_is_called_in_again() -> None:
    """Meanwhile they have read that they may sleep, so the rule begins again, and they need as long as they said."""
    night = Night()
    night.opens()
    night.replies("ana", Word.LIMITED, 20)
    night.passes(minutes(5))
    assert night.situation.callout.is_called_in("ana")
    night.replies("ben", Word.TAKE, 25)
    night.passes(minutes(5))
    night.replies("ben", Word.NO)
    assert [(one.person, offers.needs(one)) for one in offers.offers(night.callout)] == [("ana", minutes(20))]
    night.passes(minutes(1))
    called = [one.tried_at for one in night.pages.values() if one.purpose is Purpose.CALL_IN]
    assert called == [NIGHT + minutes(4)] * 2 + [NIGHT + minutes(10)] * 2


def test_a_call_in_of_before_holds_back_nobody() -> None:
    """Ana's text of then still stands as sent, and she waits like Cleo: the sooner one is called in."""
    about = callout(
        Status.ACKNOWLEDGED, assigned("ben"), _offer("ana", 50), _offer("cleo", 30), pages=(_called_in("ana"),)
    )
    found = assignment.refuse(situation(about), BEN, NIGHT + minutes(10))
    assert pages_to(found, Purpose.CALL_IN) == ["cleo"]
    ana = offers.renewed(situation(about), NIGHT + minutes(10))[0]
    assert ana == Assignment("ana", AssignmentRole.LIMITED, NIGHT + minutes(10), NIGHT + minutes(60))
    assert not replace(about, status=Status.PAGING, assignments=(ana,)).is_called_in("ana")


def test_what_was_taken_back_unsent_has_called_nobody_in() -> None:
    """Ben takes it in the second in which Ana is called in."""
    unsent = replace(_called_in("ana", PageState.WITHDRAWN), tried_at=None)
    about = situation(_offered(_offer("ana", 20), pages=(unsent,)))
    assert pages_to(offers.look(about, IN_ROUNDS, NIGHT), Purpose.CALL_IN) == ["ana"]


def test_whoever_is_out_on_another_call_out_is_called_in_last() -> None:
    """They drive: whoever is free goes first, and they only once others who are out are paged as well."""
    both = _offered(_offer("ana", 40), _offer("cleo", 20), out=frozenset({"cleo"}))
    assert pages_to(offers.look(situation(both), IN_ROUNDS, NIGHT), Purpose.CALL_IN) == ["ana"]
    alone = replace(both, assignments=both.assignments[1:], declined=frozenset({"cleo"}))
    assert offers.look(situation(alone), IN_ROUNDS, NIGHT) == []
    assert pages_to(offers.look(situation(alone), IN_ROUNDS + 1, NIGHT), Purpose.CALL_IN) == ["cleo"]
    nobody = replace(alone, declined=frozenset({"ana", "ben", "cleo"}))
    assert pages_to(offers.look(situation(nobody), IN_ROUNDS, NIGHT), Purpose.CALL_IN) == ["cleo"]
    assert offers.look(situation(nobody), 1, NIGHT + minutes(58)) == []


def test_whoever_is_called_in_and_then_takes_another_holds_back_nobody() -> None:
    """Cleo was called in, and drives to somebody else by now."""
    asked = _offered(
        _offer("ana", 40, at=minutes(7)),
        _offer("cleo", 20),
        pages=(_called_in("cleo"),),
        out=frozenset({"cleo"}),
    )
    assert pages_to(offers.look(situation(asked), IN_ROUNDS, NIGHT + minutes(7)), Purpose.CALL_IN) == ["ana"]


def test_an_offer_that_ends_a_step_and_just_makes_it_is_called_in_once() -> None:
    """By the step that begins: one text, one call, one line of the timeline. What was said is not noted beside it."""
    found = assignment.limit(situation(callout(pages=(page("ana"),))), ANA, NIGHT + minutes(58), NIGHT)
    called = [one.channel for one in only(SendPage, found) if one.purpose is Purpose.CALL_IN]
    assert called == [Channel.SMS, Channel.VOICE]
    assert len([one for one in only(Note, found) if one.kind is NoteKind.CALLED_IN]) == 1
    assert pages_to(found, Purpose.ANSWER) == []
    assert pages_to(found) == ["ben"]


# ---- the phone, the board, a coordinator ---------------------------------------------------------------------------


def test_a_key_answers_the_call() -> None:
    """1 takes it, 2 withdraws; the call says that nobody else has come."""
    about = _offered(_offer("ana", 20), pages=(_called_in("ana"),))
    rings = PagedCall(
        replace(_called_in("ana"), channel=Channel.VOICE),
        ANA,
        situation(about),
        ROSTER,
        alarms=(),
        bridge=NOBODY_ON_THE_PHONE,
    )
    assert "nobody else has come" in paged_call.greet(rings, NIGHT).say[0]
    taken = paged_call.press(rings, PagedStage.PAGE, "1", NIGHT + minutes(7))
    assert [one.role for one in only(AssignSpecialist, taken.decisions)] == [AssignmentRole.PRIMARY]
    refused = paged_call.press(rings, PagedStage.PAGE, "2", NIGHT + minutes(7))
    assert only(ReleaseSpecialist, refused.decisions) == [ReleaseSpecialist("ana")]


def test_the_board_says_when_they_are_called_in() -> None:
    about = situation(_offered(_offer("ana", 20)))
    (move,) = next_moves(about, [DueRow(DeadlineKind.LAST_MOMENT, NIGHT + minutes(35))])
    assert move.words == "whoever goes only if nobody else does is called in at 02:49, unless somebody has it"


def test_the_board_does_not_say_that_they_declined() -> None:
    about = _offered(_offer("ana", 20), pages=(page("ana"),), step=2)
    assert rank.tried(situation(about), {}) == [("Ana", "only if nobody else")]
    assert offers.shown(about, ROSTER) == "Ana: only if nobody else, needs 20 min."
    assert offers.shown(replace(about, pages=(_called_in("ana"),)), ROSTER).endswith("needs 20 min, called in.")


def test_a_coordinator_sees_the_offers_and_calls_one_in() -> None:
    """Whichever they like, and again if there is no answer; paging goes on."""
    about = situation(_offered(_offer("ana", 20), _offer("cleo"), pages=()))
    by = Coordinator("cora", "Cora", CORA)
    known = {one.person.id: one.known for one in candidates(about, NIGHT)}
    assert known["ana"] == "on call, only if nobody else, needs 20 min"
    assert known["cleo"] == "only if nobody else"
    assert CallIn in deciding.possible(about, by)
    assert CallIn not in deciding.possible(situation(), by)
    found = deciding.decide(about, CallIn("cleo"), by, Details(OFFICER), NIGHT)
    assert [one.channel for one in only(SendPage, found)] == [Channel.SMS, Channel.VOICE]
    assert not only(MoveTo, found)
    with pytest.raises(deciding.CommandRefused) as refused:
        deciding.decide(about, CallIn("ben"), by, Details(OFFICER), NIGHT)
    assert refused.value.why is deciding.WhyRefused.NO_OFFER


# ---- random nights -------------------------------------------------------------------------------------------------

_NAMES = ("ana", "ben", "cleo")
_NEEDS = st.none() | st.integers(3, 120) | st.integers(55, 60)  # these are called in at once
_SAYS = st.tuples(st.sampled_from(_NAMES), st.sampled_from((Word.LIMITED, Word.NO)), _NEEDS)
_HAPPENS = st.lists(st.one_of(_SAYS, st.floats(0.1, 9), st.just("fails")), max_size=25)
_GOES = st.tuples(st.sampled_from(_NAMES), st.just(Word.TAKE), st.none())
_HAPPENS_WITH_TAKES = st.lists(st.one_of(_SAYS, _GOES, st.floats(0.1, 9), st.just("fails")), max_size=25)


def _played(happens: list[tuple[str, Word, int | None] | float | str], limited: bool) -> Night:
    """With `limited`, LIMITED is said where it was drawn; otherwise whoever would say it says no."""
    night = Night(ROSTER, callout(step=0))
    night.opens()
    for one in happens:
        if one == "fails":
            rings = [page for page in night.pages.values() if page.purpose is Purpose.PAGE and page.due_at is None]
            theirs = next((page for page in rings if page.state is PageState.SENT and page.person == "ben"), None)
            if theirs is not None:
                night.hears(theirs.id, Progress.FAILED)
        elif isinstance(one, tuple):
            who, word, eta = one
            if word is Word.TAKE:
                night.replies(who, word)
                night.passes(minutes(0.1))
                continue
            says = word is Word.LIMITED and limited
            night.replies(who, Word.LIMITED if says else Word.NO, eta if says else None)
        else:
            assert isinstance(one, float)
            night.passes(minutes(one))
    return night


@given(_HAPPENS)
def test_paging_goes_on_as_if_an_offer_were_a_no(happens: list[tuple[str, Word, int | None] | float | str]) -> None:
    """Everybody else is paged at the same moments, in the same steps, and nobody has it (`Night` checks the law)."""
    offered, refused = _played(happens, limited=True), _played(happens, limited=False)
    givers = {one[0] for one in happens if isinstance(one, tuple) and one[1] is Word.LIMITED}

    def paged(night: Night) -> list[tuple[object, ...]]:
        pages = (one for one in night.pages.values() if one.purpose is Purpose.PAGE and one.person not in givers)
        return [(one.person, one.channel, one.step, one.tried_at, one.state) for one in pages]

    assert paged(offered) == paged(refused)
    assert (offered.callout.step, offered.callout.status) == (refused.callout.step, Status.PAGING)
    assert offered.callout.acknowledged_at is None


@pytest.mark.costs(2)
@given(_HAPPENS_WITH_TAKES)
def test_whoever_offers_is_called_in_within_a_step_and_a_round(
    happens: list[tuple[str, Word, int | None] | float | str],
) -> None:
    """No offer is forgotten: one that stands is called in before long, and once each time that it is said or somebody
    who had the call-out lets it go."""
    night = _played(happens, limited=True)
    if (mine := night.callout.primary) is not None:
        night.replies(mine.person, Word.NO)
    night.passes(minutes(60))
    for one in (one for one in offers.offers(night.callout) if one.role.is_limited):
        called = [
            page
            for page in night.pages.values()
            if page.person == one.person and page.purpose is Purpose.CALL_IN and page.tried_at is not None
        ]
        since = [page for page in called if page.tried_at is not None and page.tried_at >= one.acknowledged_at]
        assert len(since) == 2, "a text and a call"
