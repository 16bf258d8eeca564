"""What the view behind a specialist's link offers, and what a press decides."""

from dataclasses import replace
from typing import Any

import pytest

from dispatch.rules.decisions import (
    UNCLEAR,
    AlarmCoordinators,
    DropDeadlines,
    SendPage,
    Stamp,
    StampKind,
    WriteEta,
)
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Assignment, AssignmentRole, Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.situation import Situation
from dispatch.rules.replies.specialist_view import (
    NoSuchTime,
    Offered,
    chips,
    give_eta,
    let_go,
    offered,
    report,
    show_letting_go,
    tell_coordinators,
)
from tests.rules.situations import ANA, BEN, NIGHT, callout, minutes, only, roster, situation

NOW = NIGHT + minutes(30)
MINE = Assignment("ana", AssignmentRole.PRIMARY, NIGHT + minutes(5))
STAMPS = ("en_route_at", "arrived_at", "with_child_at", "cleared_at", "home_at")


def _situation(mine: Assignment = MINE, *others: Assignment) -> Situation:
    status = Status.ON_SCENE if mine.arrived_at else Status.EN_ROUTE if mine.en_route_at else Status.ACKNOWLEDGED
    about = callout(status, mine, *others, acknowledged_at=mine.acknowledged_at, arrived_at=mine.arrived_at)
    return situation(about)


def _after(*stamps: str) -> Assignment:
    moments: dict[str, Any] = {stamp: NIGHT + minutes(10 + number) for number, stamp in enumerate(stamps)}
    return replace(MINE, **moments)


@pytest.mark.parametrize(
    ("stamps", "offer"),
    [
        ((), Offered(StampKind.EN_ROUTE, StampKind.ARRIVED, on_the_way=True)),
        (STAMPS[:1], Offered(StampKind.ARRIVED, on_the_way=True)),
        (STAMPS[1:2], Offered(StampKind.WITH_CHILD, StampKind.CLEARED)),
        (STAMPS[:3], Offered(StampKind.CLEARED)),
        (STAMPS[1:2] + STAMPS[3:4], Offered(StampKind.HOME)),
        (STAMPS, Offered(None)),
    ],
)
def test_each_stamp_leads_to_the_next(stamps: tuple[str, ...], offer: Offered) -> None:
    """The next one is the big button; whatever was forgotten before it is not asked for."""
    assert offered(_after(*stamps)) == offer
    for kind in StampKind:
        stamped = only(Stamp, report(_situation(_after(*stamps)), ANA, kind, NOW))
        assert [one.kind for one in stamped] == ([kind] if kind in (offer.next, offer.instead) else [])


def test_a_press_is_a_clear_word() -> None:
    """What was unclear before is cleared up, by whatever is pressed; and nobody is texted to hear what they read."""
    dropped = DropDeadlines(UNCLEAR, "ana")
    there = _situation(_after(*STAMPS[:2]))
    for decisions in (
        report(_situation(), ANA, StampKind.EN_ROUTE, NOW),
        report(there, ANA, StampKind.WITH_CHILD, NOW),
        give_eta(_situation(), ANA, NOW + minutes(20), NOW),
        let_go(_situation(), ANA, NOW),
    ):
        assert dropped in decisions
        assert not [page for page in only(SendPage, decisions) if page.purpose is Purpose.ANSWER]


def test_a_thumb_presses_twice() -> None:
    """Within three seconds of a stamp the next button is the same press."""
    mine = replace(MINE, en_route_at=NOW)
    assert report(_situation(mine), ANA, StampKind.ARRIVED, NOW + minutes(2.9 / 60)) == []
    assert report(_situation(mine), ANA, StampKind.ARRIVED, NOW + minutes(3 / 60))


def test_an_eta_lies_ahead() -> None:
    """Up to six hours; the same again is no news, and nobody waits for that of somebody who is there."""
    for at in (NOW, NOW - minutes(1), NOW + minutes(361)):
        with pytest.raises(NoSuchTime):
            give_eta(_situation(), ANA, at, NOW)
    at = NOW + minutes(360)
    assert WriteEta("ana", at) in give_eta(_situation(), ANA, at, NOW)
    assert give_eta(_situation(replace(MINE, eta_at=at)), ANA, at, NOW) == []
    assert give_eta(_situation(_after("arrived_at")), ANA, at, NOW) == []


def test_chips_are_whole_minutes() -> None:
    """The officer hears hours and minutes, so the moment that is chosen has no seconds."""
    assert chips(NOW + minutes(0.5))[2] == (20, NOW + minutes(20))


def test_letting_go_says_who_is_next() -> None:
    """Paging goes on, or a partner has it, or a partner leaves and nothing else happens."""
    situation = _situation()
    shown = show_letting_go(situation, let_go(situation, ANA, NOW), NOW)
    assert (shown.heir, shown.asked, shown.coordinators) == (None, ("Ben",), True)
    assert shown.officer is not None
    partner = Assignment("ben", AssignmentRole.PARTNER, NIGHT, en_route_at=NIGHT)
    situation = _situation(MINE, partner)
    shown = show_letting_go(situation, let_go(situation, ANA, NOW), NOW)
    assert (shown.heir, shown.asked) == ("Ben", ())
    shown = show_letting_go(situation, let_go(situation, BEN, NOW), NOW)
    assert (shown.heir, shown.asked, shown.officer, shown.coordinators) == (None, (), None, False)
    gone = replace(situation, roster=roster(ANA))
    assert show_letting_go(gone, let_go(gone, ANA, NOW), NOW).heir == "ben"
    assert let_go(_situation(_after("arrived_at")), ANA, NOW) == []


def test_a_word_moves_nothing() -> None:
    """Whatever it says, but for a cry for help."""
    for words in ("here", "NO", "running late"):
        assert tell_coordinators(_situation(), ANA, words, NOW) == [
            AlarmCoordinators(f'K7Q: Ana, {ANA.phone}, wrote: "{words}".', but="ana")
        ]
    for cry in ("ayuda", "he is banging on my car window and won't leave"):
        (alarm,) = only(AlarmCoordinators, tell_coordinators(_situation(_after("en_route_at")), ANA, cry, NOW))
        assert alarm.kind is AlarmKind.DANGER
