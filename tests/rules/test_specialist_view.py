"""What the view behind a specialist's link offers, and what a press decides."""

from dataclasses import replace
from typing import Any

import pytest

from dispatch.rules.decisions import (
    UNCLEAR,
    AlarmCoordinators,
    DropDeadlines,
    Note,
    SendPage,
    Stamp,
    StampKind,
    WriteEta,
)
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Assignment, AssignmentRole, Decline, Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.situation import Paging, Situation
from dispatch.rules.reader.read_text import read
from dispatch.rules.replies.specialist_view import (
    LettingGo,
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
from tests.rules.situations import ANA, BEN, NIGHT, callout, minutes, only, plan, roster, situation

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


def test_after_a_clock_was_set_back_a_press_counts() -> None:
    """The stamp lies an hour ahead. Of a stamp by a node whose clock is a second ahead it is the same press."""
    mine = replace(MINE, en_route_at=NOW)
    assert report(_situation(mine), ANA, StampKind.ARRIVED, NOW - minutes(60))
    assert report(_situation(mine), ANA, StampKind.ARRIVED, NOW - minutes(1 / 60)) == []


def test_an_eta_lies_ahead() -> None:
    """Up to six hours; the same again is no news, but heard, and nobody waits for that of somebody who is there."""
    for at in (NOW, NOW - minutes(1), NOW + minutes(361)):
        with pytest.raises(NoSuchTime):
            give_eta(_situation(), ANA, at, NOW)
    at = NOW + minutes(360)
    assert WriteEta("ana", at) in give_eta(_situation(), ANA, at, NOW)
    heard, *_ = give_eta(_situation(replace(MINE, eta_at=at)), ANA, at, NOW)
    assert isinstance(heard, Note)
    assert give_eta(_situation(replace(MINE, eta_at=at, en_route_at=NOW)), ANA, at, NOW) == []
    assert give_eta(_situation(_after("arrived_at")), ANA, at, NOW) == []


def test_chips_are_whole_minutes() -> None:
    """The officer hears hours and minutes, so the moment that is chosen has no seconds."""
    assert chips(NOW + minutes(0.5))[2] == (20, NOW + minutes(20))


def _shown(about: Situation, person: Person) -> LettingGo:
    return show_letting_go(about, plan(about, let_go(about, person, NOW), NOW, person.id), NOW)


def test_letting_go_says_who_is_next() -> None:
    """Paging goes on, or a partner has it, or a partner leaves and nothing else happens."""
    situation = _situation()
    shown = _shown(situation, ANA)
    assert (shown.heir, shown.pages, shown.asked, shown.coordinators) == (None, True, ("Ben",), True)
    assert shown.officer is not None
    partner = Assignment("ben", AssignmentRole.PARTNER, NIGHT, en_route_at=NIGHT)
    situation = _situation(MINE, partner)
    shown = _shown(situation, ANA)
    assert (shown.heir, shown.pages, shown.asked) == ("Ben", False, ())
    shown = _shown(situation, BEN)
    assert (shown.heir, shown.pages, shown.asked, shown.officer, shown.coordinators) == (None, False, (), None, False)
    gone = replace(situation, roster=roster(ANA))
    assert _shown(gone, ANA).heir == "ben"
    assert let_go(_situation(_after("arrived_at")), ANA, NOW) == []


def test_a_partner_who_lets_go_leaves_it_to_whoever_has_it() -> None:
    """Ben would have been there first, so the officer reads that Ana comes; nobody is paged."""
    partner = Assignment("ben", AssignmentRole.PARTNER, NIGHT, NOW + minutes(5), en_route_at=NIGHT)
    situation = _situation(replace(MINE, eta_at=NOW + minutes(20)), partner)
    shown = _shown(situation, BEN)
    assert (shown.heir, shown.pages, shown.asked) == (None, False, ())
    assert shown.officer is not None
    assert "Ana is coming" in shown.officer


def test_what_the_officer_gets_is_shown_as_it_is_sent() -> None:
    """A text; a call to a phone that takes none; nothing where we have no number, or one that we do not dial."""
    usual, no_text, no_number, not_dialled = (
        _shown(about, ANA)
        for about in (
            _situation(),
            *(
                _about(**facts)
                for facts in ({"takes_no_texts": True}, {"officer_phone": ""}, {"officer_phone": "+49301"})
            ),
        )
    )
    assert not usual.officer_hears
    assert no_text.officer_hears
    assert (no_text.officer or "").startswith("This is the on-call specialist service.")
    assert (no_number.officer, not_dialled.officer) == (None, None)
    assert len({one.digest for one in (usual, no_text, no_number)}) == 3


def _about(**facts: Any) -> Situation:
    known = _situation()
    return replace(known, callout=replace(known.callout, **facts))


def test_while_nobody_can_be_paged_nobody_is_said_to_be() -> None:
    """It pages again all the same; a partner who has it then needs no page."""
    usual = _situation()
    gone = replace(usual, paging=Paging(nobody=True, why="the carrier has not answered for", since=NIGHT))
    waits, pages = (_shown(about, ANA) for about in (gone, usual))
    assert (waits.pages, waits.asked, waits.waits) == (True, ("Ben",), "the carrier takes it")
    assert (pages.waits, pages.digest == waits.digest) == ("", False)
    partner = Assignment("ben", AssignmentRole.PARTNER, NIGHT, en_route_at=NIGHT)
    gone = replace(gone, callout=replace(gone.callout, assignments=(MINE, partner)))
    assert _shown(gone, ANA).waits == ""


def test_whoever_goes_only_if_nobody_else_does_is_named() -> None:
    """After the last step Cleo, who goes only if nobody else does, is asked at once as well."""
    about = _about(step=2, declined=frozenset({"cleo"}), limited=(Decline("cleo", NIGHT, limited=True, minutes=20),))
    assert "Cleo" in _shown(about, ANA).asked


def test_a_word_moves_nothing() -> None:
    """Whatever it says, but for a cry for help."""
    for words in ("here", "NO", "running late"):
        assert tell_coordinators(_situation(), ANA, read(words), NOW) == [
            AlarmCoordinators(f'K7Q: Ana, {ANA.phone}, wrote: "{words}".', but="ana")
        ]
    for cry in ("ayuda", "he is banging on my car window and won't leave"):
        (alarm,) = only(AlarmCoordinators, tell_coordinators(_situation(_after("en_route_at")), ANA, read(cry), NOW))
        assert alarm.kind is AlarmKind.DANGER
