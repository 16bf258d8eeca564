"""What happens by itself, in words: each row of each kind is said, the nearest first."""

import pytest

from dispatch.rules.board.next_moves import DueRow, NextMove, next_moves
from dispatch.rules.decisions import DeadlineKind
from dispatch.rules.facts.callout import AssignmentRole, Status
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Channel
from tests.rules.situations import (
    ANA,
    BEN,
    CLEO,
    NIGHT,
    assigned,
    callout,
    minutes,
    page,
    roster,
    situation,
    taken,
)

AT = NIGHT + minutes(10)


def test_of_each_person_the_next_page_is_said() -> None:
    """Between the deadlines, by their moments; what is out already, or no page, is none."""
    waiting = (
        page("ana", PageState.WAITING, id="p1", due_at=NIGHT + minutes(4)),
        page("ana", PageState.WAITING, id="p2", due_at=NIGHT + minutes(1), channel=Channel.VOICE),
        page("ana", PageState.WAITING, id="p3", due_at=NIGHT + minutes(2)),
        page("ben", PageState.WAITING, id="p4", due_at=NIGHT + minutes(3)),
        page("ben", id="p5"),
        page("ben", PageState.WAITING, id="p6", purpose=Purpose.REMINDER),
        page(None, PageState.WAITING, id="p7"),
    )
    due = [
        DueRow(DeadlineKind.TARGET_MISSED, NIGHT + minutes(60)),
        DueRow(DeadlineKind.OFFICER_WAITING, NIGHT + minutes(2)),
    ]
    assert next_moves(situation(callout(pages=waiting)), due) == [
        NextMove(NIGHT + minutes(1), "Ana is rung at 02:15", "ana"),
        NextMove(NIGHT + minutes(2), "the officer hears at 02:16 that nobody has answered"),
        NextMove(NIGHT + minutes(3), "Ben is texted at 02:17", "ben"),
        NextMove(NIGHT + minutes(60), "the target is lost at 03:14"),
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (DueRow(DeadlineKind.WARN_TARGET, AT), "coordinators are warned at 02:24 that the target is near"),
        (DueRow(DeadlineKind.REMIND_EN_ROUTE, AT, "ana"), "Ana is asked at 02:24: on the way?"),
        (DueRow(DeadlineKind.REMIND_EN_ROUTE, AT, "ana", 2), "Ana is rung at 02:24: on the way?"),
        (
            DueRow(DeadlineKind.REMIND_EN_ROUTE, AT, "ana", 3),
            "Ana loses it at 02:24 and the next are paged, unless Ana moves or writes",
        ),
        (DueRow(DeadlineKind.REMIND_EN_ROUTE, AT, "ben", 3), "Ben is rung at 02:24: on the way?"),
        (DueRow(DeadlineKind.REMIND_ARRIVAL, AT, "zoe"), "zoe is asked at 02:24: there?"),
        (DueRow(DeadlineKind.CHECK_ON_SCENE, AT), "whoever is there is asked at 02:24: all well?"),
        (DueRow(DeadlineKind.CHECK_HOME, AT, "ana"), "Ana is asked at 02:24: safe at home?"),
        (DueRow(DeadlineKind.CLEAR_UP, AT, "ana"), "coordinators are rung at 02:24, unless Ana writes a clear word"),
        (DueRow(DeadlineKind.DANGER, AT, "ana"), "coordinators are rung again at 02:24: Ana asked for help"),
        (DueRow(DeadlineKind.DANGER, AT), "coordinators are rung again at 02:24: the officer asked for help"),
        (DueRow(DeadlineKind.RING_BACK, AT), "coordinators are rung again at 02:24: the officer was promised a call"),
        (DueRow(DeadlineKind.MOVED, AT, "ana"), "Ana is rung at 02:24, unless Ana answers: the officer has moved"),
        (DueRow(DeadlineKind.ALARM_LAPSES, AT, "cora"), "Cora is rung at 02:24: still at the alarm?"),
    ],
)
def test_every_kind_of_deadline_is_said(row: DueRow, words: str) -> None:
    about = taken(assigned("ben", AssignmentRole.PARTNER))
    assert [move.words for move in next_moves(situation(about), [row])] == [words]


def test_a_deadline_that_nobody_took_yet() -> None:
    row = DueRow(DeadlineKind.REMIND_EN_ROUTE, AT, "ana", 3)
    assert next_moves(situation(), [row])[0].words == "Ana is rung at 02:24: on the way?"


@pytest.mark.parametrize(
    ("step", "paged", "words"),
    [
        (1, ("ana",), "Ana's step ends at 02:24, then Ben"),
        (2, ("ben", "cleo"), "Ben and Cleo's step ends at 02:24, then everyone"),
        (2, (), "nobody's step ends at 02:24, then everyone"),
        (3, ("ana",), "this round of everyone ends at 02:24, then everyone again"),
    ],
)
def test_a_turn_is_told_with_what_follows(step: int, paged: tuple[str, ...], words: str) -> None:
    pages = tuple(page(one, id=f"p{one}", step=step) for one in paged)
    about = callout(step=step, pages=pages)
    assert [move.words for move in next_moves(situation(about), [DueRow(DeadlineKind.ESCALATE, AT)])] == [words]


def test_a_step_with_nobody_in_it_is_passed_over() -> None:
    """As it will be when the moment comes."""
    about = callout(Status.PAGING, step=1, pages=(page("ana", step=1),), declined=frozenset({"ben"}))
    moves = next_moves(situation(about, roster(ANA, BEN, CLEO)), [DueRow(DeadlineKind.ESCALATE, AT)])
    assert moves[0].words == "Ana's step ends at 02:24, then everyone"
