"""What the board shows first, and in which words: every one of them may stand on a wall."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.board import rank
from dispatch.rules.board.next_moves import NextMove
from dispatch.rules.board.rank import Sentence, sentence, shown_moves, tried, trouble, why
from dispatch.rules.board.standing import Level, Standing
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import AssignmentRole, Status
from dispatch.rules.facts.pages import PageState
from tests.rules.situations import ANA, NIGHT, ROSTER, assigned, callout, minutes, page, situation
from tests.rules.test_standing import SOON_AFTER, alarm, stands


@given(
    st.permutations(list(Level)),
    st.lists(st.integers(0, 90), min_size=4, max_size=4),
)
def test_the_most_pressing_come_first(levels: list[Level], left: list[int]) -> None:
    """By level, then whatever is nearest to its target; two that are alike keep one order on every node."""
    places = [
        rank.order(level, NIGHT + minutes(wait), str(n))
        for n, (level, wait) in enumerate(zip(levels, left, strict=True))
    ]
    assert [place[0] for place in sorted(places)] == [0, 1, 2, 3]
    assert rank.order(Level.ACT, NIGHT, "b") < rank.order(Level.ACT, NIGHT + minutes(1), "a")
    assert rank.order(Level.ACT, NIGHT, "a") < rank.order(Level.ACT, NIGHT, "b")


@pytest.mark.parametrize(
    ("open_", "service", "level", "words"),
    [
        ((), (), Level.QUIET, "Nothing needs you"),
        ((Level.NEUTRAL, Level.QUIET), (), Level.NEUTRAL, "Nothing needs you"),
        ((Level.SOON,), (Level.SOON,), Level.SOON, "1 call-out may need you"),
        ((Level.SOON, Level.SOON), (), Level.SOON, "2 call-outs may need you"),
        ((Level.ACT, Level.SOON), (Level.ACT,), Level.ACT, "1 call-out needs you"),
        ((Level.ACT, Level.ACT), (), Level.ACT, "2 call-outs need you"),
        ((Level.SOON,), (Level.ACT,), Level.ACT, "The service needs you"),
        ((Level.NEUTRAL,), (Level.SOON,), Level.SOON, "The service may need you"),
    ],
)
def test_one_sentence_tells_it_all(
    open_: tuple[Level, ...], service: tuple[Level, ...], level: Level, words: str
) -> None:
    assert sentence(open_, service) == Sentence(level, words)


@pytest.mark.parametrize(
    ("kind", "owner", "level", "words"),
    [
        (AlarmKind.WORK_IS_LATE, None, Level.ACT, "Work is late"),
        (AlarmKind.WORK_IS_LATE, "cora", Level.SOON, "Work is late"),
        (AlarmKind.OPTED_OUT, None, Level.SOON, "Ana gets no texts any more"),
        (AlarmKind.END_NOT_TOLD, None, Level.SOON, "Ana was not told that it is over"),
        (AlarmKind.DANGER, None, Level.ACT, "Ana may be in danger"),
    ],
)
def test_trouble_of_the_service_stands_on_the_board(
    kind: AlarmKind, owner: str | None, level: Level, words: str
) -> None:
    """ "Nothing needs you" while pages are late would be a lie."""
    found = trouble(alarm(kind, owner, callout=None, code=None, person="ana"), ROSTER, SOON_AFTER)
    assert found == Standing(level, words, "Cora" if owner else None, alarmed=True)
    goes_on = trouble(alarm(kind, owner, person="ana"), ROSTER, SOON_AFTER)
    assert goes_on == replace(found, words=f"{words}; K7Q is over")


def test_whoever_cried_for_help_is_rung() -> None:
    """If they are one of our people, also after the call-out; nothing else is said before it."""
    cry = alarm(AlarmKind.DANGER, person="ana")
    assert rank.whom_to_ring(cry, ROSTER) == ANA
    for other in (replace(cry, person=None), replace(cry, person="gone"), alarm(AlarmKind.HOME_CHECK, person="ana")):
        assert rank.whom_to_ring(other, ROSTER) is None
    assert sentence([Level.ACT], in_danger=True) == Sentence(Level.ACT, "Somebody may be in danger")


def test_why_a_page_failed_is_said_in_our_words() -> None:
    """What a carrier writes may hold a number."""
    said = [why(one) for one in ("no answer", "undelivered (30003)", "cannot reach +15625550101", None)]
    assert said == ["no answer", "undelivered", "failed", "failed"]
    assert why("takes no more texts from us: ring them (21610)") == "takes no more texts from us: ring them"


def test_who_was_tried_stands_together_by_what_came_of_it() -> None:
    """A decline says more than a failed page; whoever has it, or has yet to answer, was not tried in vain. What the
    carrier never took is not "no answer"."""
    about = callout(
        Status.PAGING,
        assigned("ben", AssignmentRole.PARTNER),
        step=2,
        declined=frozenset({"cleo"}),
        passed_over=frozenset({"cora"}),
        pages=(
            page("ana"),
            page("ben", id="p2"),
            page("cleo", id="p3"),
            page("gone", id="p4"),
            page("fay", PageState.WITHDRAWN, id="p8"),
            page("cora", PageState.WITHDRAWN, id="p9"),
            page("dan", id="p5", step=2),
            page("eve", PageState.WITHDRAWN, id="p6", tried_at=None),
            page(None, id="p7"),
        ),
    )
    assert tried(situation(about), {"ana": "busy", "cleo": "busy"}) == [
        ("Ana", "busy"),
        ("Cleo", "declined"),
        ("Cora", "lost it by silence"),
        ("somebody", "not sent"),
        ("somebody", "no answer"),
    ]


def test_what_ends_the_turn_is_said_before_whose_phone_rings() -> None:
    moves = [NextMove(NIGHT + minutes(n), str(n), who) for n, who in enumerate(("ana", "ben", None, None))]
    assert [move.words for move in shown_moves(moves)] == ["0", "2"]
    assert [move.words for move in shown_moves([*moves[:2], replace(moves[2], person="cleo")])] == ["0", "1"]
    assert shown_moves(moves[:2]) == moves[:2]


def test_no_word_of_an_alarm_reaches_the_board() -> None:
    """Its text is full of numbers: the board says its kind in words of its own."""
    for kind in AlarmKind:
        for found in (
            stands(callout(), SOON_AFTER, alarm(kind)),
            trouble(alarm(kind, callout=None, code=None), ROSTER, SOON_AFTER),
        ):
            assert "5625550177" not in found.words
