"""How a call-out stands in words, and that red is kept for what needs a person and nobody has."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dispatch.rules.board.standing import Level, Standing, standing, urgent_without_owner, worst_without_owner
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import AssignmentRole, CallOut, Status
from dispatch.rules.facts.pages import PageState
from dispatch.rules.facts.situation import Paging
from tests.rules.situations import NIGHT, assigned, callout, minutes, page, situation, taken

SOON_AFTER = NIGHT + minutes(2)
NEAR = NIGHT + minutes(45)
LATE = NIGHT + minutes(61)
IN_TIME = NIGHT + minutes(50)


def alarm(kind: AlarmKind, owner: str | None = None, **facts: Any) -> Alarm:
    usual: dict[str, Any] = {"callout": "c1", "code": "K7Q", "acted_at": NIGHT if owner else None}
    return Alarm(str(kind), kind, "words with +15625550177 in them", NIGHT, owner=owner, **(usual | facts))


def stands(about: CallOut, now: Any = SOON_AFTER, *alarms: Alarm) -> Standing:
    return standing(situation(about, alarms=alarms), now)


@pytest.mark.parametrize(
    ("about", "now", "level", "words"),
    [
        (callout(step=0), SOON_AFTER, Level.NEUTRAL, "Paging"),
        (callout(pages=(page("ana"),)), SOON_AFTER, Level.NEUTRAL, "Paging Ana"),
        (callout(pages=(page("ana"), page("ben", id="p2"))), SOON_AFTER, Level.NEUTRAL, "Paging Ana and Ben"),
        (
            callout(pages=tuple(page(one, id=one) for one in ("ana", "ben", "cleo"))),
            SOON_AFTER,
            Level.NEUTRAL,
            "Paging 3 people",
        ),
        (callout(pages=(page("ana"),)), NEAR, Level.ACT, "Paging Ana"),
        (callout(pages=(page("ana"),)), LATE, Level.ACT, "Paging Ana, past the target"),
        (callout(pages=(page("ana", PageState.FAILED),)), LATE, Level.ACT, "Nobody is coming"),
        (callout(step=3, pages=(page("ana", step=3),)), SOON_AFTER, Level.ACT, "Paging 1 person"),
        (taken(), SOON_AFTER, Level.NEUTRAL, "Ana has it, no ETA"),
        (taken(), NEAR, Level.SOON, "Ana has it, no ETA"),
        (taken(eta_at=IN_TIME), NEAR, Level.NEUTRAL, "Ana has it, there 03:04"),
        (
            taken(eta_at=NIGHT + minutes(65.5), status=Status.EN_ROUTE, en_route_at=NIGHT),
            SOON_AFTER,
            Level.SOON,
            "Ana is on the way, there 03:19, 5 min past the target",
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
            "Ana is on the way, due 03:04, 11 min late, past the target",
        ),
        (taken(status=Status.ON_SCENE, arrived_at=IN_TIME), LATE, Level.QUIET, "Ana is there"),
        (taken(status=Status.CLEARED, arrived_at=IN_TIME), LATE, Level.QUIET, "Ana has left the scene"),
        (
            callout(Status.ACKNOWLEDGED, assigned("gone")),
            SOON_AFTER,
            Level.NEUTRAL,
            "Somebody has it, no ETA",
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
        (AlarmKind.STILL_UNCLEAR, "ana", taken(status=Status.ON_SCENE, arrived_at=IN_TIME), "Ana may not be well"),
        (AlarmKind.OFFICER_CALLS_OFF, None, callout(), "The officer says that it is off"),
        (AlarmKind.SCENE_UNSAFE, None, taken(eta_at=IN_TIME), "The scene is not safe"),
        (AlarmKind.DANGER_UNHEARD, "ana", taken(eta_at=IN_TIME), "Ana has not heard to stay away"),
        (AlarmKind.DRIVER_SILENT, "ana", taken(eta_at=IN_TIME), "Ana has it, there 03:04"),
        (AlarmKind.RELEASED, "ana", callout(), "Nobody is coming"),
        (AlarmKind.OFFICER_CALLS, None, callout(pages=(page("ana"),)), "Paging Ana; the officer waits for a call"),
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


def test_what_somebody_has_hides_nothing_worse() -> None:
    """Ana asked for a call, which Cora took; then Ana let it go. Or she cried for help, and is late."""
    asked, released = alarm(AlarmKind.ASKS_FOR_A_CALL, "cora", person="ana"), alarm(AlarmKind.RELEASED, person="ana")
    assert stands(callout(), SOON_AFTER, asked, released) == Standing(
        Level.ACT, "Nobody is coming", "Cora", alarmed=True
    )
    had = alarm(AlarmKind.RELEASED, "cora", person="ana")
    assert stands(callout(), SOON_AFTER, asked, had) == Standing(Level.SOON, "Nobody is coming", "Cora", alarmed=True)
    assert stands(callout(step=3), SOON_AFTER, asked).words == "Nobody is coming"
    assert stands(callout(), NEAR, asked).words == "Nobody is coming"
    cry = alarm(AlarmKind.DANGER, "cora", person="ana")
    about = taken(eta_at=IN_TIME, status=Status.EN_ROUTE)
    assert stands(about, SOON_AFTER, cry).words == "Ana asked for help"
    late = "Ana asked for help; Ana is on the way, due 03:04, {} min late"
    assert stands(about, IN_TIME + minutes(5), cry).words == late.format(5)
    assert stands(about, LATE, cry, alarm(AlarmKind.TARGET_MISSED)).words == late.format(11)
    officers = alarm(AlarmKind.DANGER, said_at=IN_TIME, heard_at=IN_TIME - minutes(1))
    assert stands(about, LATE, cry, officers).words.startswith("Ana and the officer asked for help; ")
    heard = replace(cry, heard_at=IN_TIME)
    assert stands(about, SOON_AFTER, heard).words == "Ana is on the way, there 03:04"
    assert stands(about, IN_TIME + minutes(5), heard).words == "Ana is on the way, due 03:04, 5 min late"
    assert stands(callout(), LATE, replace(cry, owner=None)).words == "Ana asked for help"


@pytest.mark.parametrize(
    ("facts", "level", "words"),
    [
        ({"eta_at": IN_TIME, "en_route_at": NIGHT}, Level.NEUTRAL, "Ana is on the way, there 03:04; Cleo has left"),
        ({"eta_at": IN_TIME}, Level.NEUTRAL, "Ana has it, there 03:04; Cleo has left"),
        ({"eta_at": NIGHT + minutes(70)}, Level.NEUTRAL, "Ana has it, there 03:24; Cleo has left"),
        (
            {"eta_at": NIGHT + minutes(40), "en_route_at": NIGHT},
            Level.SOON,
            "Ana is on the way, due 02:54, 5 min late; Cleo has left",
        ),
        ({"arrived_at": NIGHT}, Level.QUIET, "Ana is there"),
    ],
)
def test_nobody_is_there_who_still_drives(facts: dict[str, Any], level: Level, words: str) -> None:
    """Cleo, who came along, was there first, and has left."""
    cleo = assigned("cleo", AssignmentRole.PARTNER, arrived_at=NIGHT + minutes(9), cleared_at=NIGHT + minutes(20))
    assert stands(taken(cleo, status=Status.ON_SCENE, **facts), NEAR) == Standing(level, words)


@pytest.mark.parametrize(
    ("facts", "level", "words"),
    [
        ({"en_route_at": NIGHT}, Level.NEUTRAL, "Ben is on the way, there 03:04; Ana has left"),
        ({}, Level.NEUTRAL, "Ben comes first, there 03:04; Ana has left"),
    ],
)
def test_whoever_had_it_has_left_while_another_drives(facts: dict[str, Any], level: Level, words: str) -> None:
    """Ana was there; Ben, who comes along, is yet to come."""
    ben = assigned("ben", AssignmentRole.PARTNER, eta_at=IN_TIME, **facts)
    left = {"arrived_at": NIGHT + minutes(9), "cleared_at": NIGHT + minutes(20)}
    assert stands(taken(ben, status=Status.ON_SCENE, **left), NEAR) == Standing(level, words)


def test_whoever_was_there_may_be_off_it() -> None:
    about = replace(taken(status=Status.ON_SCENE), arrived_at=NIGHT)
    assert stands(about) == Standing(Level.NEUTRAL, "Ana has it, no ETA")


@pytest.mark.parametrize("kind", [AlarmKind.TARGET_WARNING, AlarmKind.LATE_ARRIVAL])
def test_a_warning_is_over_with_an_eta_in_time(kind: AlarmKind) -> None:
    """Until that has passed as well; a warning about somebody else goes on."""
    late = alarm(kind, person="ana")
    about = taken(eta_at=IN_TIME, status=Status.EN_ROUTE)
    assert stands(about, SOON_AFTER, late) == Standing(Level.NEUTRAL, "Ana is on the way, there 03:04")
    assert worst_without_owner(situation(about, alarms=[late]), SOON_AFTER) is None
    assert stands(about, SOON_AFTER, replace(late, person="ben")).level is Level.SOON
    assert stands(about, IN_TIME + minutes(1), late).alarmed


def test_being_late_is_red_even_without_an_alarm() -> None:
    """The alarm may be on its way; whoever has a milder one has the call-out in hand."""
    about = taken(eta_at=IN_TIME, status=Status.EN_ROUTE)
    assert stands(about, LATE, alarm(AlarmKind.LATE_ARRIVAL)).level is Level.ACT
    assert stands(about, LATE, alarm(AlarmKind.LATE_ARRIVAL, "cora")).level is Level.SOON
    urgent = stands(about, LATE, alarm(AlarmKind.TARGET_MISSED, "cora"))
    assert urgent == Standing(Level.SOON, "Ana is on the way, due 03:04, 11 min late", "Cora", alarmed=True)


def test_a_warning_is_amber_and_news_is_nothing() -> None:
    """Whether somebody has it or not: the service goes on by itself."""
    about = taken(eta_at=IN_TIME)
    for owner, name in ((None, None), ("cora", "Cora")):
        found = stands(about, SOON_AFTER, alarm(AlarmKind.NOT_MOVING, owner))
        assert found == Standing(Level.SOON, "Ana has it, there 03:04", name, alarmed=True)
    assert stands(about, SOON_AFTER, alarm(AlarmKind.NEWS)).level is Level.NEUTRAL


@pytest.mark.parametrize(("status", "words"), [(Status.CLOSED, "Closed"), (Status.CANCELLED, "Cancelled")])
def test_what_is_over_needs_nobody(status: Status, words: str) -> None:
    """A cry that outlives it stands among the service's own alarms."""
    assert stands(callout(status), LATE, alarm(AlarmKind.DANGER)) == Standing(Level.QUIET, words)


def test_the_alarm_to_have_is_the_worst_that_nobody_has() -> None:
    """News is nobody's."""
    warning, urgent = alarm(AlarmKind.TARGET_WARNING), alarm(AlarmKind.GAVE_UP)
    owned = alarm(AlarmKind.DANGER, "cora")
    assert worst_without_owner(situation(alarms=[warning, urgent, owned]), NIGHT) == urgent
    assert worst_without_owner(situation(alarms=[owned, alarm(AlarmKind.NEWS)]), NIGHT) is None


def test_what_sounds_is_each_alarm_that_needs_somebody_and_has_nobody() -> None:
    """Neither a warning nor what somebody has."""
    first, second = alarm(AlarmKind.GAVE_UP), alarm(AlarmKind.DANGER)
    others = alarm(AlarmKind.TARGET_WARNING), alarm(AlarmKind.STOPPED, "cora")
    assert urgent_without_owner(situation(alarms=[first, *others, second]), NIGHT) == (first.id, second.id)


CARRIER_GONE = Paging(nobody=True, why="the carrier has not answered for", since=NIGHT)
NO_NODE = Paging(nobody=True, why="no node of the service has been at work for", since=NIGHT, silent=True)


@pytest.mark.parametrize(
    ("about", "paging", "level", "words"),
    [
        (
            callout(pages=(page("ana", PageState.WAITING),)),
            CARRIER_GONE,
            Level.ACT,
            "Waits: the carrier has not answered for 4 min",
        ),
        (
            callout(pages=(page("ana", PageState.WAITING, tried_at=NIGHT),)),
            CARRIER_GONE,
            Level.ACT,
            "Waits: the carrier has not answered for 4 min",
        ),
        (
            callout(step=0),
            NO_NODE,
            Level.ACT,
            "Waits: no node of the service has been at work for 4 min",
        ),
        (callout(pages=(page("ana"),)), CARRIER_GONE, Level.NEUTRAL, "Paging Ana"),
        (taken(), CARRIER_GONE, Level.NEUTRAL, "Ana has it, no ETA"),
    ],
    ids=["never tried", "tried in vain", "no node at work", "went out before", "taken"],
)
def test_while_nobody_can_be_paged(about: CallOut, paging: Paging, level: Level, words: str) -> None:
    """Nobody is said to be paged of whose pages none has left: a person must ring them."""
    assert standing(situation(about, paging=paging), NIGHT + minutes(4)) == Standing(level, words)


def test_what_is_worse_is_said_while_nobody_can_be_paged() -> None:
    about = callout(pages=(page("ana", PageState.WAITING),))
    assert standing(situation(about, paging=CARRIER_GONE), LATE).words == "Nobody is coming"
