"""What the board shows first: red is what needs a person and nobody has, and every word may stand on a wall."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules import board
from dispatch.rules.board import Sentence, Standing, sentence, shown_moves, standing, tried, trouble, why
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import AssignmentRole, CallOut, Status
from dispatch.rules.facts.pages import PageState
from dispatch.rules.next_moves import NextMove
from dispatch.rules.standing import Level
from tests.rules.situations import (
    NIGHT,
    ROSTER,
    assigned,
    callout,
    minutes,
    page,
    situation,
    taken,
)

SOON_AFTER = NIGHT + minutes(2)
NEAR = NIGHT + minutes(45)
LATE = NIGHT + minutes(61)
IN_TIME = NIGHT + minutes(50)


def alarm(kind: AlarmKind, owner: str | None = None, **facts: Any) -> Alarm:
    usual: dict[str, Any] = {"callout": "c1", "code": "K7Q", "deed_at": NIGHT if owner else None}
    return Alarm(str(kind), kind, "words with +15625550177 in them", NIGHT, owner=owner, **(usual | facts))


def stands(about: CallOut, now: Any = SOON_AFTER, *alarms: Alarm) -> Standing:
    return standing(replace(situation(about), alarms=alarms), now)


@pytest.mark.parametrize(
    ("about", "now", "level", "words"),
    [
        (callout(turn=0), SOON_AFTER, Level.NEUTRAL, "Paging"),
        (callout(pages=(page("ana"),)), SOON_AFTER, Level.NEUTRAL, "Paging Ana"),
        (callout(pages=(page("ana"), page("ben", id="p2"))), SOON_AFTER, Level.NEUTRAL, "Paging Ana and Ben"),
        (
            callout(pages=tuple(page(one, id=one) for one in ("ana", "ben", "cleo"))),
            SOON_AFTER,
            Level.NEUTRAL,
            "Paging 3 people",
        ),
        (callout(pages=(page("ana"),)), NEAR, Level.ACT, "Nobody is coming"),
        (callout(pages=(page("ana"),)), LATE, Level.ACT, "Nobody is coming"),
        (callout(turn=3, pages=(page("ana", turn=3),)), SOON_AFTER, Level.ACT, "Nobody is coming"),
        (taken(), SOON_AFTER, Level.NEUTRAL, "Ana has it, no ETA"),
        (taken(), NEAR, Level.SOON, "Ana has it, no ETA"),
        (taken(eta_at=IN_TIME), NEAR, Level.NEUTRAL, "Ana has it, there 03:04"),
        (
            taken(eta_at=NIGHT + minutes(65.5), status=Status.EN_ROUTE, en_route_at=NIGHT),
            SOON_AFTER,
            Level.SOON,
            "Ana is on the way, there 03:19, 6 min late",
        ),
        (
            taken(eta_at=IN_TIME, status=Status.EN_ROUTE),
            IN_TIME + timedelta(seconds=1),
            Level.SOON,
            "Ana is on the way, there 03:04",
        ),
        (
            taken(eta_at=IN_TIME, status=Status.EN_ROUTE),
            LATE,
            Level.ACT,
            "Ana is on the way, there 03:04, past the target",
        ),
        (taken(status=Status.ON_SCENE, arrived_at=IN_TIME), LATE, Level.QUIET, "Ana is there"),
        (taken(status=Status.CLEARED, arrived_at=IN_TIME), LATE, Level.QUIET, "Ana has left the scene"),
        (
            callout(Status.ACKNOWLEDGED, assigned("gone")),
            SOON_AFTER,
            Level.NEUTRAL,
            "somebody has it, no ETA",
        ),
    ],
)
def test_each_state_has_its_level_and_its_words(about: CallOut, now: Any, level: Level, words: str) -> None:
    """Without any alarm: what needs a person does so by itself."""
    assert stands(about, now) == Standing(level, words)


@pytest.mark.parametrize(
    ("kind", "person", "about", "words"),
    [
        (AlarmKind.DANGER, "ana", taken(eta_at=IN_TIME), "Ana asked for help"),
        (AlarmKind.DANGER, None, taken(eta_at=IN_TIME), "The officer asked for help"),
        (AlarmKind.DANGER, "ana", taken(status=Status.ON_SCENE, arrived_at=IN_TIME), "Ana asked for help"),
        (AlarmKind.STILL_UNCLEAR, "ana", taken(eta_at=IN_TIME), "Ana may have let it go"),
        (AlarmKind.OFFICER_CALLS_OFF, None, callout(), "The officer says that it is off"),
        (AlarmKind.RELEASED, "ana", callout(), "Nobody is coming"),
        (AlarmKind.CHAIN_ENDED, None, taken(eta_at=IN_TIME), "Ana has it, there 03:04"),
    ],
)
def test_an_urgent_alarm_is_red_until_somebody_has_it(
    kind: AlarmKind, person: str | None, about: CallOut, words: str
) -> None:
    """Then it is amber, with their name."""
    assert stands(about, SOON_AFTER, alarm(kind, person=person)) == Standing(Level.ACT, words, alarmed=True)
    owned = alarm(kind, "cora", person=person)
    assert stands(about, SOON_AFTER, owned) == Standing(Level.SOON, words, "Cora", alarmed=True)


def test_another_alarm_that_nobody_has_is_red_again() -> None:
    """Whoever has the first has not said anything about the second."""
    first, second = alarm(AlarmKind.CHAIN_ENDED, "cora"), alarm(AlarmKind.TARGET_MISSED)
    assert stands(callout(), LATE, first, second) == Standing(Level.ACT, "Nobody is coming", "Cora", alarmed=True)


def test_being_late_is_red_even_without_an_alarm() -> None:
    """The alarm may be on its way; whoever has a milder one has the call-out in hand."""
    about = taken(eta_at=IN_TIME, status=Status.EN_ROUTE)
    assert stands(about, LATE, alarm(AlarmKind.LATE_ARRIVAL)).level is Level.ACT
    assert stands(about, LATE, alarm(AlarmKind.LATE_ARRIVAL, "cora")).level is Level.SOON
    urgent = stands(about, LATE, alarm(AlarmKind.TARGET_MISSED, "cora"))
    assert urgent == Standing(Level.SOON, "Late: Ana is on the way, there 03:04", "Cora", alarmed=True)


def test_a_warning_is_amber_and_news_is_nothing() -> None:
    """Whether somebody has it or not: the service goes on by itself."""
    about = taken(eta_at=IN_TIME)
    for owner, name in ((None, None), ("cora", "Cora")):
        found = stands(about, SOON_AFTER, alarm(AlarmKind.NOT_MOVING, owner))
        assert found == Standing(Level.SOON, "Ana has it, there 03:04", name, alarmed=True)
    assert stands(about, SOON_AFTER, alarm(AlarmKind.NEWS)).level is Level.NEUTRAL


@given(
    st.permutations(list(Level)),
    st.lists(st.integers(0, 90), min_size=4, max_size=4),
)
def test_the_most_pressing_come_first(levels: list[Level], left: list[int]) -> None:
    """By level, then whatever is nearest to its target; two that are alike keep one order on every node."""
    places = [
        board.order(level, NIGHT + minutes(wait), str(n))
        for n, (level, wait) in enumerate(zip(levels, left, strict=True))
    ]
    assert [place[0] for place in sorted(places)] == [0, 1, 2, 3]
    assert board.order(Level.ACT, NIGHT, "b") < board.order(Level.ACT, NIGHT + minutes(1), "a")
    assert board.order(Level.ACT, NIGHT, "a") < board.order(Level.ACT, NIGHT, "b")


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
        (AlarmKind.END_NOT_TOLD, None, Level.SOON, "End not told"),
    ],
)
def test_trouble_of_the_service_stands_on_the_board(
    kind: AlarmKind, owner: str | None, level: Level, words: str
) -> None:
    """ "Nothing needs you" while pages are late would be a lie."""
    found = trouble(alarm(kind, owner, callout=None, code=None, person="ana"), ROSTER, SOON_AFTER)
    assert found == Standing(level, words, "Cora" if owner else None, alarmed=True)


def test_every_state_of_a_page_is_said() -> None:
    """A call that the carrier has taken rings; a text is sent."""
    texts = [board.far(state, rings=False) for state in PageState]
    calls = [board.far(state, rings=True) for state in PageState]
    assert texts == ["waits", "being sent", "perhaps sent", "sent", "delivered", "failed", "answered", "taken back"]
    assert calls == ["waits", "being sent", "perhaps sent", "ringing", "answered", "failed", "answered", "taken back"]


def test_why_a_page_failed_is_said_in_our_words() -> None:
    """What a carrier writes may hold a number."""
    said = [why(one) for one in ("no answer", "undelivered (30003)", "cannot reach +15625550101", None)]
    assert said == ["no answer", "undelivered", "failed", "failed"]


def test_who_was_tried_stands_together_by_what_came_of_it() -> None:
    """A decline says more than a failed page; whoever has it, or has yet to answer, was not tried in vain."""
    about = callout(
        Status.PAGING,
        assigned("ben", AssignmentRole.PARTNER),
        turn=2,
        declined=frozenset({"cleo"}),
        passed_over=frozenset({"cora"}),
        pages=(
            page("ana"),
            page("ben", id="p2"),
            page("cleo", id="p3"),
            page("gone", id="p4"),
            page("dan", id="p5", turn=2),
            page("eve", PageState.WITHDRAWN, id="p6", went_out=False),
            page(None, id="p7"),
        ),
    )
    assert tried(situation(about), {"ana": "busy", "cleo": "busy"}) == [
        ("Ana", "busy"),
        ("Cleo", "declined"),
        ("Cora", "lost it by silence"),
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
