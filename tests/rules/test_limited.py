"""Only if nobody else: a no for the steps, and the first whom each round asks."""

from dataclasses import replace

from dispatch.rules.board import rank
from dispatch.rules.board.service import by_hand_for
from dispatch.rules.callout import assignment, escalation
from dispatch.rules.commands.candidates import candidates
from dispatch.rules.decisions import (
    AssignSpecialist,
    Decision,
    MarkDeclined,
    MoveTo,
    Note,
    NoteKind,
    SendPage,
    TextOfficer,
)
from dispatch.rules.facts.callout import AssignmentRole, CallOut, Decline, Status
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.nearer import could_come
from dispatch.rules.reader.read_text import read
from dispatch.rules.reader.vocabulary import Word
from dispatch.rules.replies import answering
from dispatch.rules.replies.matrix import Position, position_of
from tests.rules.situations import (
    ANA,
    BEN,
    CLEO,
    CORA,
    NIGHT,
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


def _limited(*people: str, needs: int | None = None, **facts: object) -> CallOut:
    said = tuple(Decline(person, NIGHT, limited=True, minutes=needs) for person in people)
    return replace(callout(declined=frozenset(people), limited=said), **facts)  # type: ignore[arg-type]


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
        *("L 2", "1 L 40", "only if nobody else?", "40 l", "sí l 40"),
        *("only if nobody else comes to the party", "L omw"),
    ):
        assert read(text).word in {Word.UNCLEAR, Word.TWO_AND_MORE}, text
    assert read("no, only if nobody else").word is Word.NO_AND_MORE


# ---- a no, while others are left -----------------------------------------------------------------------------------


def test_it_ends_its_senders_pages_and_takes_nothing() -> None:
    """It is kept with its minutes; the next step begins, and the officer hears nothing."""
    found = assignment.limit(situation(callout(pages=(page("ana"),))), ANA, NIGHT + minutes(20), NIGHT)
    assert only(MarkDeclined, found) == [MarkDeclined("ana", limited=True, minutes=20)]
    assert not only(AssignSpecialist, found) + only(MoveTo, found) + only(TextOfficer, found)
    assert pages_to(found) == ["ben"]
    assert pages_to(found, Purpose.ANSWER) == ["ana"]
    (note,) = [one for one in only(Note, found) if one.kind is NoteKind.LIMITED]
    assert note.text == "Ana Reyes goes only if nobody else does, needs 20 min"


def test_the_newest_word_counts() -> None:
    """Other minutes replace those of before; a plain no takes it back."""
    about = situation(_limited("ana", needs=40, pages=(page("ben", step=2),), step=2))
    found = assignment.limit(about, ANA, NIGHT + minutes(30), NIGHT + minutes(5))
    assert only(MarkDeclined, found) == [MarkDeclined("ana", limited=True, minutes=25)]
    assert not pages_to(found)
    assert only(MarkDeclined, assignment.refuse(about, ANA, NIGHT)) == [MarkDeclined("ana")]


def test_a_number_alone_says_how_long_they_need() -> None:
    """It takes nothing while they wait; with a yes beside it, or once a round asks them, it does."""
    about = _limited("ana", pages=(page("ben", step=2),), step=2)
    later = NIGHT + minutes(2)

    def said(text: str, about: CallOut) -> list[Decision]:
        return answering.answer(situation(about), ANA, read(text), later)

    assert only(MarkDeclined, said("25", about)) == [MarkDeclined("ana", limited=True, minutes=25)]
    assert not only(MoveTo, said("25", about))
    assert only(MoveTo, said("1 25", about)) == [MoveTo(Status.ACKNOWLEDGED)]
    asked = replace(about, pages=(page("ana", step=IN_ROUNDS, tried_at=later),), step=IN_ROUNDS)
    assert only(MoveTo, said("25", asked)) == [MoveTo(Status.ACKNOWLEDGED)]


def test_once_somebody_has_it_it_is_kept_for_later() -> None:
    """They hear who has it. Whoever answered late before offers it no longer."""
    late = assigned("ana", AssignmentRole.OFFERED)
    about = situation(callout(Status.ACKNOWLEDGED, assigned("ben"), late))
    found = assignment.limit(about, ANA, None, NIGHT)
    assert only(MarkDeclined, found) == [MarkDeclined("ana", limited=True)]
    assert [one.text for one in only(SendPage, found)] == ["Ben has K7Q. Nothing to do, thank you."]
    over = situation(callout(Status.CLEARED, assigned("ben", cleared_at=NIGHT)))
    assert not only(MarkDeclined, assignment.limit(over, ANA, None, NIGHT))


# ---- each round asks them again, first -----------------------------------------------------------------------------


def test_each_round_asks_them_first_by_text_and_call() -> None:
    """Beside everybody who has not declined, and round after round. Whoever opted out of texts is rung."""
    for step in (IN_ROUNDS, IN_ROUNDS + 1):
        about = situation(_limited("cleo", declined=frozenset({"cleo", "ben"}), step=step - 1))
        found = escalation.begin_step(about, step, NIGHT)
        asked = [(one.person, one.channel) for one in only(SendPage, found) if one.due_at == NIGHT]
        assert asked == [("cleo", Channel.SMS), ("cleo", Channel.VOICE), ("ana", Channel.SMS)]
    deaf = situation(_limited("ana"), roster(replace(ANA, opted_out=True), BEN, CORA))
    pages = only(SendPage, escalation.begin_step(deaf, IN_ROUNDS, NIGHT))
    assert [one.channel for one in pages if one.person == "ana" and one.due_at == NIGHT] == [Channel.VOICE]


def test_each_round_asks_a_coordinator_too_who_said_so_in_a_step_of_theirs() -> None:
    """A round asks the specialists; Cora, whom the last step paged, waits to be asked again like anybody."""
    about = situation(_limited("cora", step=IN_ROUNDS - 1))
    assert pages_to(escalation.begin_step(about, IN_ROUNDS, NIGHT)) == ["cora", "ana", "ben", "cleo"]


def test_no_step_asks_them_again() -> None:
    about = situation(_limited("ana", step=0))
    assert pages_to(escalation.begin_step(about, 1, NIGHT)) == ["ben"]


def test_once_all_have_declined_all_are_asked_and_they_come_first() -> None:
    """A child is waiting, and nobody else is left."""
    everyone = frozenset({"ana", "ben", "cleo"})
    about = situation(_limited("cleo", declined=everyone, step=2))
    assert pages_to(escalation.begin_step(about, IN_ROUNDS, NIGHT)) == ["cleo", "ana", "ben"]


def test_whoever_ends_the_last_step_with_it_is_asked_at_once() -> None:
    """Nobody else is left, and what they said is not noted beside the page."""
    about = situation(
        _limited("cleo", declined=frozenset({"ben", "cleo"}), pages=(page("ana", step=2),), step=2), roster(ANA, CORA)
    )
    found = assignment.limit(about, ANA, None, NIGHT)
    assert [(one.person, one.channel) for one in only(SendPage, found) if one.purpose is Purpose.PAGE] == [
        ("ana", Channel.SMS),
        ("ana", Channel.VOICE),
    ]
    assert not pages_to(found, Purpose.ANSWER)


def test_said_again_to_a_page_of_a_round_it_changes_nothing() -> None:
    """They hear that nobody else has come, and may still take it with any yes."""
    asked = page("ana", PageState.SENT, step=IN_ROUNDS, tried_at=NIGHT + minutes(6))
    about = _limited("ana", pages=(page("ana"), asked), step=IN_ROUNDS)
    (told,) = only(SendPage, found := assignment.limit(situation(about), ANA, None, NIGHT + minutes(7)))
    assert len(found) == 1
    assert "nobody else has come" in told.text
    assert position_of(about, "ana") is Position.PAGED
    before = page("ana", tried_at=NIGHT - minutes(1))
    assert position_of(replace(about, pages=(before, replace(asked, state=PageState.FAILED))), "ana") is (
        Position.DECLINED
    )


def test_whoever_is_out_and_goes_only_if_nobody_else_does_is_asked_among_the_last() -> None:
    """Once nobody in the first round can answer any more."""
    dead = (page("ana", PageState.FAILED, step=IN_ROUNDS), page("ben", PageState.FAILED, step=IN_ROUNDS, id="p2"))
    about = situation(_limited("cleo", pages=dead, step=IN_ROUNDS, out=frozenset({"cleo"})))
    assert pages_to(escalation.end_if_hopeless(about, NIGHT)) == ["cleo"]
    waits = page("cleo", PageState.WAITING, step=IN_ROUNDS, id="p3")
    asked = replace(about, callout=replace(about.callout, pages=(*dead, waits), out=frozenset({"cleo", "dev"})))
    assert escalation.end_if_hopeless(asked, NIGHT) == []


def test_a_night_of_one_who_goes_only_if_nobody_else_does() -> None:
    """Asked after the last step, in each round, until they say yes."""
    night = Night()
    night.opens()
    night.passes(minutes(1))
    night.replies("ana", Word.LIMITED, 50)
    assert night.callout.step == 2
    night.passes(minutes(3.9))
    assert not [one for one in night.pages.values() if one.person == "ana" and one.step > 1]
    night.passes(minutes(12))
    asked = [(one.step, one.channel) for one in night.pages.values() if one.person == "ana" and one.step > 1]
    assert asked[:4] == [(3, Channel.SMS), (3, Channel.VOICE), (4, Channel.SMS), (4, Channel.VOICE)]
    night.replies("ana", Word.TAKE, 50)
    assert night.callout.primary is not None
    assert night.callout.primary.acknowledged_at == night.now
    assert night.callout.limited == ()


# ---- the end, the board, a coordinator -----------------------------------------------------------------------------


def test_when_somebody_else_takes_it_they_hear_that_they_may_sleep() -> None:
    """They were told that we would ring them. Once somebody has it, nobody need hear it again."""
    about = _limited("ana", pages=(page("ana"), page("cleo", id="p2")))
    found = assignment.take(situation(about), BEN, NIGHT + minutes(25), NIGHT + minutes(6))
    assert pages_to(found, Purpose.STAND_DOWN) == ["ana", "cleo"]


def test_when_the_taker_lets_go_the_next_round_asks_them() -> None:
    """Step 2 was Ben's alone, so a round begins."""
    about = _limited("ana", status=Status.ACKNOWLEDGED, assignments=(assigned("ben"),))
    assert pages_to(assignment.refuse(situation(about), BEN, NIGHT + minutes(5)))[0] == "ana"


def test_the_board_says_it_with_the_minutes() -> None:
    """Beside whoever answered late, the soonest first; and whoever rings by hand rings them, too."""
    late = assigned("cleo", AssignmentRole.OFFERED, eta_at=NIGHT + minutes(10))
    about = _limited("ana", needs=20, pages=(page("ana"),), step=2, assignments=(late,))
    assert rank.tried(situation(about), {}) == [
        ("Ana", "only if nobody else, needs 20 min"),
    ]
    assert (
        could_come.shown(about, ROSTER) == "Cleo: could come too, needs 10 min; Ana: only if nobody else, needs 20 min."
    )
    assert could_come.shown(replace(about, status=Status.CLOSED), ROSTER) == ""
    both = replace(about, assignments=(assigned("ana", AssignmentRole.OFFERED, eta_at=NIGHT - minutes(1)),))
    assert [one.in_words for one in could_come.offers(both)] == ["could come too"]
    known = {one.person.id: one.known for one in candidates(situation(about), NIGHT)}
    assert known["ana"] == "on call, only if nobody else, needs 20 min"
    assert ANA in by_hand_for(situation(about), NIGHT)
    assert CLEO not in by_hand_for(situation(replace(about, declined=frozenset({"ana", "cleo"}))), NIGHT)
