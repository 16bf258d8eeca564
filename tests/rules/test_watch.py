"""When the service itself is an alarm."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dispatch.rules.alarms import watch
from dispatch.rules.decisions import AlarmCoordinators
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.roster import Area
from dispatch.rules.facts.schedule import Override, OverrideKind
from dispatch.rules.nearer.reach import Reach
from dispatch.rules.wording import alarms
from dispatch.rules.wording.alphabet import segments
from tests.rules.situations import NIGHT, ROSTER, minutes


def test_the_longest_due_work_says_how_late_it_is() -> None:
    """What is due later is not late, and neither is nothing at all."""
    assert watch.lateness([None, NIGHT + minutes(2), NIGHT + minutes(1)], NIGHT + minutes(5)) == minutes(4)
    assert watch.lateness([NIGHT + minutes(1)], NIGHT) == timedelta(0)
    assert watch.lateness([None, None], NIGHT) == timedelta(0)


def test_when_work_is_late() -> None:
    """A round or two may fall behind in a storm; half a minute is no storm."""
    assert watch.is_late(watch.LATE)
    assert not watch.is_late(watch.LATE - timedelta(seconds=1))


def test_late_work_rings() -> None:
    """Coordinators are woken: pages may not be going out."""
    assert watch.warn_of_late_work(timedelta(seconds=41.7)) == AlarmCoordinators(
        alarms.work_is_late(41), kind=AlarmKind.WORK_IS_LATE
    )


@pytest.mark.parametrize(("set_back", "heard"), [(59, []), (60, [1]), (3600, [60])])
def test_a_clock_that_was_set_back(set_back: int, heard: list[int]) -> None:
    """Coordinators hear of it when it is a minute or more."""
    expected = [AlarmCoordinators(alarms.clock_set_back(by), kind=AlarmKind.CLOCK_SET_BACK) for by in heard]
    assert watch.warn_of_clock(timedelta(seconds=set_back)) == expected


def test_gaps_of_the_coming_week_are_warned_of() -> None:
    """Only the three nearest; those further away can wait."""
    days = [timedelta(days=day) for day in (1, 2, 3, 4, 8)]
    gaps = tuple(Override("primary", OverrideKind.REMOVE, NIGHT + day, NIGHT + day + minutes(60)) for day in days)
    known = replace(ROSTER, overrides=gaps)
    expected = [AlarmCoordinators(alarms.coverage_gap("primary", NIGHT + day)) for day in days[:3]]
    assert watch.warn_of_gaps(known, NIGHT) == expected
    assert watch.warn_of_gaps(replace(ROSTER, overrides=gaps[4:]), NIGHT) == []


def test_a_gap_of_training_is_none_of_people() -> None:
    """Ana is on call and will be paged, and nobody qualified is: "nobody" would have coordinators look for a person."""
    lapsed = tuple(replace(one, qualified_until=date(2026, 1, 1)) for one in ROSTER.people)
    (warned, *_) = watch.warn_of_gaps(replace(ROSTER, people=lapsed), NIGHT)
    assert isinstance(warned, AlarmCoordinators)
    assert warned.text.startswith("Nobody qualified is on call for ")


@pytest.mark.parametrize(("seconds", "apart"), [(0, False), (3.9, False), (4, True), (3600, True)])
def test_clocks_that_are_apart(seconds: float, apart: bool) -> None:
    """From five seconds on nodes take each other for dead, so coordinators hear of it; what the other said last may be
    a second old."""
    assert watch.are_apart(timedelta(seconds=seconds)) is apart
    warned = watch.warn_of_clocks("machine:8000", timedelta(seconds=6.2))
    assert warned == AlarmCoordinators(alarms.clocks_apart("machine:8000", 7), kind=AlarmKind.CLOCKS_APART)


def test_a_mistake_of_ours_rings() -> None:
    assert watch.warn_of_mistake("K7Q") == AlarmCoordinators(alarms.our_mistake("K7Q"), kind=AlarmKind.OUR_MISTAKE)


def test_areas_out_of_reach_are_one_text() -> None:
    """However many; where there is none, nobody hears anything."""
    far = [Reach(Area(f"A{number}", f"Area {number}", 33.0, -118.0), NIGHT, 90) for number in range(6)]
    hour = timedelta(hours=1)
    assert watch.warn_of_far([], hour) == []
    (one,) = watch.warn_of_far(far[:1], hour)
    assert one.text == "Nobody on call could be in Area 0 within 60 minutes tonight. Please see On call."
    (many,) = watch.warn_of_far(far, hour)
    assert "Area 0, Area 1, Area 2 and 3 more" in many.text
    long = [replace(one, area=replace(one.area, name="Rancho Santa Margarita y las Flores")) for one in far]
    assert segments(watch.warn_of_far(long, hour)[0].text) == 1
