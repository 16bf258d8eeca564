"""Which areas nobody on call could reach within the hour tonight."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from dispatch.rules.facts.people import DayPart, Person, Role
from dispatch.rules.facts.roster import Agency, Area, Drive, Policy, PolicyStep, Roster, Target, TargetKind
from dispatch.rules.facts.schedule import Override, OverrideKind, Rotation, RotationUnit
from dispatch.rules.nearer.estimate import MeasuredDrive
from dispatch.rules.nearer.reach import out_of_reach, reach_tonight, the_first

HOUR = timedelta(hours=1)
NIGHT = datetime(2026, 11, 24, 10, 14, tzinfo=UTC)  # 02:14 in Los Angeles
NOON = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
TEN = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)  # 22:00 that evening
HERE, FAR = Area("LBH", "Long Beach", 33.77, -118.19), Area("PMD", "Palmdale", 34.58, -118.12)
ANA = Person("ana", "Ana Reyes", "+15625550101", area_night="LBH", area_day="LBH")
BEN = Person("ben", "Ben Okafor", "+15625550102", area_night="LBH", area_day="LBH")
CLEO = Person("cleo", "Cleo Martin", "+15625550103", area_night="PMD", area_day="PMD")
DAILY = Rotation("primary", ("ana",), RotationUnit.DAYS, 1, time(9), date(2026, 1, 5))
ROSTER = Roster(
    people=(ANA, BEN, CLEO),
    areas=(HERE, FAR),
    drives=(Drive("LBH", "PMD", night=80, day=110),),
    rotations=(DAILY, replace(DAILY, name="backup", members=("ben",))),
    policies=(
        Policy(
            "default",
            (
                PolicyStep((Target(TargetKind.ROTATION, "primary"),), 300),
                PolicyStep((Target(TargetKind.ROTATION, "backup"),), 300),
            ),
        ),
    ),
    agencies=(Agency("LBPD", "Long Beach Police Department"),),
)


def _gaps(roster: Roster, now: datetime = NIGHT) -> list[tuple[str, int | None]]:
    return [(one.area.code, one.minutes) for one in out_of_reach(roster, {}, HOUR, now)]


def test_a_far_area_is_a_gap_though_somebody_is_on_call() -> None:
    """Ten minutes to get going and eighty of driving. Cleo, who lives there, is asked only when everybody is."""
    assert _gaps(ROSTER) == [("PMD", 90)]


def test_whoever_is_paged_with_a_far_first_step_counts() -> None:
    """Where the policy says so, Cleo is paged at once for a call from there."""
    far = replace(ROSTER, policies=(replace(ROSTER.policies[0], far_minutes=45),))
    assert _gaps(far) == []
    assert [one.minutes for one in reach_tonight(far, {}, NIGHT)] == [15, 15]
    assert _gaps(replace(far, people=(ANA, BEN, replace(CLEO, roles=frozenset({Role.COORDINATOR}))))) == [("PMD", 90)]


def test_whoever_a_later_step_pages_comes_later_by_that_much() -> None:
    """Cleo as the backup: five minutes, and within her own area."""
    near = replace(ROSTER, rotations=(DAILY, replace(DAILY, name="backup", members=("cleo",))))
    assert _gaps(near) == []
    (_, palmdale) = reach_tonight(near, {}, NIGHT)
    assert palmdale.minutes == 5 + 10 + 5


def test_an_unknown_way_is_neither_near_nor_far() -> None:
    """Ben has no area: perhaps he could."""
    unknown = replace(ROSTER, people=(ANA, replace(BEN, area_night=None), CLEO))
    assert _gaps(unknown) == []
    assert [one.minutes for one in reach_tonight(unknown, {}, NIGHT)] == [None, None]


def test_nobody_on_call_is_a_gap_of_another_kind() -> None:
    assert _gaps(replace(ROSTER, rotations=())) == []


def test_whoever_is_no_specialist_is_paged_and_cannot_go() -> None:
    """A step of hers takes its time all the same."""
    desk = replace(CLEO, roles=frozenset({Role.COORDINATOR}))
    mixed = replace(ROSTER, people=(ANA, BEN, desk), rotations=(replace(DAILY, members=("cleo",)), ROSTER.rotations[1]))
    (here, _) = reach_tonight(mixed, {}, NIGHT)
    assert here.minutes == 5 + 10 + 5
    assert _gaps(mixed) == [("PMD", 95)]


def test_by_day_the_coming_night_is_looked_at() -> None:
    """With its minutes, not those of the day."""
    assert _gaps(ROSTER, NOON) == [("PMD", 90)]
    assert out_of_reach(ROSTER, {}, HOUR, NOON)[0].at == TEN


def test_the_worst_hour_of_the_night_counts() -> None:
    """Cleo is on call but between 2:30 and 4."""
    begins, ends = NIGHT + timedelta(minutes=16), NIGHT + timedelta(minutes=106)
    gone = Override("primary", OverrideKind.REPLACE, begins, ends, "ana")
    known = replace(ROSTER, rotations=(replace(DAILY, members=("cleo",)), ROSTER.rotations[1]), overrides=(gone,))
    (gap,) = out_of_reach(known, {}, HOUR, NIGHT)
    assert (gap.area, gap.at, gap.minutes) == (FAR, begins, 90)


def test_the_agency_that_fares_worst_counts() -> None:
    """LAPD's own policy pages Cleo alone, who is near to the one and far from the other."""
    own = Policy("own", (PolicyStep((Target(TargetKind.PERSON, "cleo"),), 300),))
    two = replace(
        ROSTER,
        policies=(*ROSTER.policies, own),
        agencies=(*ROSTER.agencies, Agency("LAPD", "Los Angeles Police Department", policy="own")),
    )
    assert _gaps(two) == [("LBH", 90), ("PMD", 90)]
    assert _gaps(replace(two, agencies=two.agencies[1:])) == [("LBH", 90)]


def test_measured_drives_count() -> None:
    """They are as fast as nobody thought: the way is no gap any more."""
    took = [MeasuredDrive("LBH", "PMD", DayPart.NIGHT, 20)] * 50
    assert out_of_reach(ROSTER, {"PMD": took}, HOUR, NIGHT) == []


def test_a_roster_without_areas_or_callers_has_no_such_gap() -> None:
    assert _gaps(replace(ROSTER, areas=())) == []
    assert _gaps(replace(ROSTER, agencies=())) == []


@pytest.mark.parametrize(
    ("ways", "first"),
    [([], None), ([(0, None), (5, 1)], None), ([(0, 40), (5, 20)], 25), ([(0, 20), (5, 20)], 20)],
)
def test_the_first_of_several(ways: list[tuple[int, int | None]], first: int | None) -> None:
    assert the_first((timedelta(minutes=after), minutes) for after, minutes in ways) == first
