"""What happens by itself, in words: each row of each kind is said, the nearest first."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules import deadlines
from dispatch.rules.board.next_moves import NextMove, next_moves, unforeseen
from dispatch.rules.decisions import DeadlineKind, DropDeadlines, SetDeadline, TellAgency
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import CallOut, Status
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.situation import Paging
from tests.rules.situations import ANA, BEN, CLEO, NIGHT, alarm, callout, minutes, page, roster, situation, taken

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
        SetDeadline(DeadlineKind.TARGET_MISSED, NIGHT + minutes(60)),
        SetDeadline(DeadlineKind.OFFICER_WAITING, NIGHT + minutes(2)),
    ]
    assert next_moves(situation(callout(pages=waiting)), due) == [
        NextMove(NIGHT + minutes(1), "Ana is rung at 02:15", "ana"),
        NextMove(NIGHT + minutes(2), "the officer hears at 02:16 that nobody has it yet"),
        NextMove(NIGHT + minutes(3), "Ben is texted at 02:17", "ben"),
        NextMove(NIGHT + minutes(60), "it counts as missed at 03:14, unless somebody is there"),
    ]


def test_no_moment_is_promised_while_nobody_can_be_paged() -> None:
    """What waits is said to wait, and whatever texts or rings somebody depends on the carrier. That a target is missed
    does not."""
    waiting = (
        page("ana", PageState.WAITING, id="p1", due_at=NIGHT + minutes(1)),
        page("ben", PageState.WAITING, id="p2", due_at=NIGHT + minutes(3), channel=Channel.VOICE),
    )
    due = [
        SetDeadline(DeadlineKind.TARGET_MISSED, NIGHT + minutes(60)),
        SetDeadline(DeadlineKind.OFFICER_WAITING, NIGHT + minutes(2)),
    ]
    gone = Paging(nobody=True, why="the carrier has not answered for", since=NIGHT)
    assert next_moves(situation(callout(pages=waiting), paging=gone), due) == [
        NextMove(NIGHT + minutes(1), "a text to Ana waits until the carrier takes it", "ana", waits=True),
        NextMove(
            NIGHT + minutes(2), "the officer hears at 02:16 that nobody has it yet, if by then the carrier takes it"
        ),
        NextMove(NIGHT + minutes(3), "a call to Ben waits until the carrier takes it", "ben", waits=True),
        NextMove(NIGHT + minutes(60), "it counts as missed at 03:14, unless somebody is there"),
    ]
    silent = replace(gone, silent=True)
    assert next_moves(situation(callout(pages=waiting[:1]), paging=silent), ()) == [
        NextMove(NIGHT + minutes(1), "a text to Ana waits until the service is at work again", "ana", waits=True)
    ]


THERE = taken(status=Status.ON_SCENE, arrived_at=NIGHT)
LEFT = taken(status=Status.CLEARED, arrived_at=NIGHT, cleared_at=NIGHT)
DRIVES = taken(status=Status.EN_ROUTE, en_route_at=NIGHT)
CRY, ASKED = alarm(AlarmKind.DANGER), alarm(AlarmKind.OFFICER_CALLS)
UNSAFE = alarm(AlarmKind.SCENE_UNSAFE)
CORAS = alarm(AlarmKind.CHAIN_ENDED, "cora", acted_at=NIGHT)


def _due(kind: DeadlineKind, person: str | None = None, attempt: int = 1) -> SetDeadline:
    return SetDeadline(kind, AT, person, attempt)


@pytest.mark.parametrize(
    ("about", "known", "row", "words"),
    [
        (taken(), (), _due(DeadlineKind.WARN_TARGET), "coordinators are warned at 02:24 that the target is near"),
        (taken(), (), _due(DeadlineKind.REMIND_EN_ROUTE, "ana"), "Ana is asked at 02:24: on the way?"),
        (taken(), (), _due(DeadlineKind.REMIND_EN_ROUTE, "ana", 2), "Ana is rung at 02:24: on the way?"),
        (
            taken(),
            (),
            _due(DeadlineKind.REMIND_EN_ROUTE, "ana", 3),
            "Ana loses it at 02:24 and the next are paged, unless Ana moves or writes",
        ),
        (DRIVES, (), _due(DeadlineKind.REMIND_ARRIVAL, "ana"), "Ana is asked at 02:24: there?"),
        (THERE, (), _due(DeadlineKind.CHECK_ON_SCENE), "whoever is there is asked at 02:24: all well?"),
        (LEFT, (), _due(DeadlineKind.CHECK_HOME, "ana"), "Ana is asked at 02:24: safe at home?"),
        (
            taken(),
            (),
            _due(DeadlineKind.CLEAR_UP, "ana"),
            "coordinators are rung at 02:24, unless Ana writes a clear word",
        ),
        (taken(), (CRY,), _due(DeadlineKind.DANGER, "ana"), "coordinators are rung again at 02:24: Ana asked for help"),
        (
            taken(),
            (CRY,),
            _due(DeadlineKind.DANGER),
            "coordinators are rung again at 02:24: the officer asked for help",
        ),
        (
            callout(),
            (ASKED,),
            _due(DeadlineKind.RING_BACK),
            "coordinators are rung again at 02:24: the officer was promised a call",
        ),
        (
            callout(trust=Trust.UNLISTED),
            (ASKED,),
            _due(DeadlineKind.RING_BACK),
            "coordinators are rung again at 02:24: the officer was promised a call",
        ),
        (callout(), (CORAS,), _due(DeadlineKind.ALARM_LAPSES, "cora"), "Cora is rung at 02:24: still at the alarm?"),
        (
            callout(),
            (CORAS,),
            _due(DeadlineKind.ALARM_LAPSES, "cora", 2),
            "coordinators are rung at 02:24: Cora has the alarm and is not heard from",
        ),
        (
            DRIVES,
            (),
            _due(DeadlineKind.MOVED, "ana"),
            "Ana is rung at 02:24, unless Ana answers: the officer has moved",
        ),
        (
            DRIVES,
            (UNSAFE,),
            _due(DeadlineKind.STAY_AWAY, "ana", 2),
            "Ana is rung again at 02:24, unless Ana answers: stay away",
        ),
        (
            DRIVES,
            (UNSAFE,),
            _due(DeadlineKind.STAY_AWAY),
            "coordinators are rung again at 02:24: the scene is not safe",
        ),
    ],
)
def test_every_kind_of_deadline_is_said(about: CallOut, known: tuple[Alarm, ...], row: SetDeadline, words: str) -> None:
    assert [move.words for move in next_moves(situation(about, alarms=known), [row])] == [words]


@pytest.mark.parametrize(
    ("about", "known", "row"),
    [
        (taken(eta_at=NIGHT + minutes(25)), (), _due(DeadlineKind.WARN_TARGET)),
        (taken(), (), _due(DeadlineKind.ALARM_LAPSES, "cora")),
        (DRIVES, (CORAS,), _due(DeadlineKind.ALARM_LAPSES, "cora")),
        (callout(), (replace(CORAS, acted_at=AT - minutes(1)),), _due(DeadlineKind.ALARM_LAPSES, "cora")),
        (THERE, (), _due(DeadlineKind.TARGET_MISSED)),
        (taken(), (), _due(DeadlineKind.OFFICER_WAITING)),
        (callout(officer_phone=""), (), _due(DeadlineKind.OFFICER_WAITING)),
        (callout(officer_phone="+18765550123"), (), _due(DeadlineKind.OFFICER_WAITING)),
        (callout(Status.CLOSED), (), _due(DeadlineKind.CHECK_HOME, "ana")),
    ],
    ids=[
        *("the ETA is in time", "the alarm is over", "somebody drives", "the owner was heard from"),
        *("somebody is there", "somebody has it", "the officer has no number"),
        *("we do not dial the officer's number", "the call-out is over"),
    ],
)
def test_what_will_not_happen_is_not_said(about: CallOut, known: tuple[Alarm, ...], row: SetDeadline) -> None:
    """A row may be there and its rule do nothing when its moment comes."""
    assert next_moves(situation(about, alarms=known), [row]) == []


@given(st.sampled_from(DeadlineKind), st.integers(1, 4), st.integers(0, 5), st.booleans())
def test_what_is_said_is_what_its_rule_does(kind: DeadlineKind, attempt: int, which: int, coras: bool) -> None:
    """For any call-out and row: a move is said if and only if the rule then writes to somebody, rings or notes."""
    about = (callout(), taken(), DRIVES, THERE, LEFT, taken(eta_at=NIGHT + minutes(25)))[which]
    person = "cora" if kind is DeadlineKind.ALARM_LAPSES else "ana"
    stands = situation(about, alarms=(CORAS,) if coras else ())
    decided = deadlines.meet(stands, kind, person, attempt, AT)
    seen = [one for one in decided if not isinstance(one, SetDeadline | DropDeadlines | TellAgency)]
    assert bool(next_moves(stands, [SetDeadline(kind, AT, person, attempt)])) is bool(seen)


def test_what_a_mistake_hides_is_said_with_its_moment() -> None:
    due = [SetDeadline(DeadlineKind.TARGET_MISSED, AT + minutes(9)), _due(DeadlineKind.WARN_TARGET)]
    words = "something is due at 02:24, and a mistake of ours hides what"
    assert (unforeseen(due), unforeseen([])) == ([NextMove(AT, words)], [])


def test_a_page_that_the_carrier_did_not_take_is_tried_again() -> None:
    """ "Ana is texted" would be said again and again."""
    refused = page("ana", PageState.WAITING, tried_at=NIGHT)
    assert next_moves(situation(callout(pages=(refused,))), [])[0].words == "Ana is tried again by text at 02:14"


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
    assert [move.words for move in next_moves(situation(about), [_due(DeadlineKind.ESCALATE)])] == [words]


def test_a_step_with_nobody_in_it_is_passed_over() -> None:
    """As it will be when the moment comes."""
    about = callout(Status.PAGING, step=1, pages=(page("ana", step=1),), declined=frozenset({"ben"}))
    moves = next_moves(situation(about, roster(ANA, BEN, CLEO)), [_due(DeadlineKind.ESCALATE)])
    assert moves[0].words == "Ana's step ends at 02:24, then everyone"
