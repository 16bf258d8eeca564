"""When somebody would be there: turnout and drive, by drives, by the table, by the straight line, or unknown."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.facts.moments import NaiveMoment
from dispatch.rules.facts.people import DayPart, Person
from dispatch.rules.facts.roster import Area, Drive, Roster
from dispatch.rules.nearer.estimate import (
    FEWEST_DRIVES,
    Estimate,
    MeasuredDrive,
    area_of,
    estimate,
    measured_drive,
    part_of_day,
    straight_minutes,
)

NIGHT = datetime(2026, 11, 24, 10, 14, tzinfo=UTC)  # 02:14 in Los Angeles
DAY = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)  # 12:00
LONG_BEACH = Area("LBH", "Long Beach", 33.77, -118.19)
COMPTON = Area("CPT", "Compton", 33.90, -118.22)
HOLLYWOOD = Area("HWD", "Hollywood", 34.10, -118.33)
AREAS = (LONG_BEACH, COMPTON, HOLLYWOOD)
ANA = Person("ana", "Ana Reyes", "+15625550101", area_night="HWD", area_day="CPT")
ROSTER = Roster(people=(ANA,), areas=AREAS, drives=(Drive("HWD", "LBH", night=35), Drive("LBH", "CPT", day=25)))


def drives(*minutes: int, way: tuple[str, str] = ("HWD", "LBH"), part: DayPart = DayPart.NIGHT) -> list[MeasuredDrive]:
    return [MeasuredDrive(*way, part, took) for took in minutes]


@pytest.mark.parametrize(
    ("moment", "to", "measured", "expected"),
    [
        (
            NIGHT,
            LONG_BEACH,
            [],
            Estimate(45, "about 45 min: 10 to get going, 35 from Hollywood at night by the table"),
        ),
        (
            DAY,  # the way back is in the table
            LONG_BEACH,
            [],
            Estimate(35, "about 35 min: 10 to get going, 25 from Compton by day by the table"),
        ),
        (
            NIGHT,
            COMPTON,
            [],
            Estimate(
                56,
                "about 56 min: 10 to get going, 46 from Hollywood at night, estimated by the straight line",
            ),
        ),
        (
            NIGHT,
            HOLLYWOOD,
            [],
            Estimate(
                15,
                "about 15 min: 10 to get going, 5 within Hollywood at night, estimated by the straight line",
            ),
        ),
        (
            NIGHT,
            LONG_BEACH,
            drives(40, 41, 42, 43, 90),
            Estimate(49, "about 49 min: 10 to get going, 39 from Hollywood at night by 5 drives"),
        ),
        (NIGHT, None, [], Estimate(None, "unknown: the meeting place is in no area that we know")),
    ],
)
def test_the_reason_says_how_it_is_known(
    moment: datetime, to: Area | None, measured: list[MeasuredDrive], expected: Estimate
) -> None:
    """Minutes to get going and minutes to drive, from which area, and by what."""
    assert estimate(ANA, to, ROSTER, measured, moment) == expected


def test_whoever_has_no_area_stays_unknown() -> None:
    """Nothing is guessed, neither from the other part of the day nor from an area that has left the roster."""
    by_day = Person("ben", "Ben Okafor", "+15625550102", area_day="CPT")
    assert estimate(by_day, LONG_BEACH, ROSTER, [], NIGHT).reason == "unknown: Ben has no area by night"
    gone = Person("ben", "Ben Okafor", "+15625550102", area_night="XYZ")
    assert estimate(gone, LONG_BEACH, ROSTER, [], NIGHT).minutes is None
    assert estimate(by_day, LONG_BEACH, ROSTER, [], DAY).minutes == 35


def test_a_line_of_the_table_stands_for_the_way_back_unless_that_has_its_own() -> None:
    """Each part of the day by itself."""
    roster = Roster(areas=AREAS, drives=(Drive("HWD", "LBH", night=35, day=65), Drive("LBH", "HWD", day=75)))
    from_long_beach = Person("ben", "Ben", "+15625550102", area_night="LBH", area_day="LBH", turnout_minutes=0)
    assert estimate(from_long_beach, HOLLYWOOD, roster, [], NIGHT).minutes == 35
    assert estimate(from_long_beach, HOLLYWOOD, roster, [], DAY).minutes == 75


@pytest.mark.parametrize(
    ("asked", "turnout", "found"),
    [
        (datetime(2026, 11, 24, 13, 52, tzinfo=UTC), 10, "about 35 min: 10 to get going, 25 from Compton by day"),
        (datetime(2026, 11, 24, 13, 49, tzinfo=UTC), 10, "about 45 min: 10 to get going, 35 from Hollywood at night"),
        (datetime(2026, 11, 25, 5, 52, tzinfo=UTC), 10, "about 45 min: 10 to get going, 35 from Hollywood at night"),
        (datetime(2026, 11, 25, 5, 52, tzinfo=UTC), 5, "about 30 min: 5 to get going, 25 from Compton by day"),
    ],
)
def test_the_hour_in_which_they_would_set_out_counts(asked: datetime, turnout: int, found: str) -> None:
    """Asked at 5:52, somebody who needs ten minutes sets out by day; asked at 21:52, at night."""
    person = replace(ANA, turnout_minutes=turnout)
    assert estimate(person, LONG_BEACH, ROSTER, [], asked).reason.startswith(found)


# ---- what drives really took ---------------------------------------------------------------------------------------


def test_four_drives_change_nothing() -> None:
    """They say more about one evening than about the way."""
    without = estimate(ANA, LONG_BEACH, ROSTER, [], NIGHT)
    assert estimate(ANA, LONG_BEACH, ROSTER, drives(*[60] * (FEWEST_DRIVES - 1)), NIGHT) == without
    assert estimate(ANA, LONG_BEACH, ROSTER, drives(*[60] * FEWEST_DRIVES), NIGHT) != without


def test_drives_of_another_way_or_part_of_the_day_do_not_count() -> None:
    """The way back has its own traffic, and so has the day."""
    others = [
        *drives(*[60] * 9, way=("LBH", "HWD")),
        *drives(*[60] * 9, way=("CPT", "LBH")),
        *drives(*[60] * 9, part=DayPart.DAY),
    ]
    assert estimate(ANA, LONG_BEACH, ROSTER, others, NIGHT).reason.endswith(" by the table")


def test_the_more_drives_the_less_the_table() -> None:
    """Five count as much as the table; a hundred nearly alone. One that took two hours moves the median little."""
    minutes = [
        estimate(ANA, LONG_BEACH, ROSTER, drives(*[55] * count), NIGHT).minutes for count in (5, 10, 20, 100, 500)
    ]
    assert minutes == [55, 59, 61, 65, 65]
    assert estimate(ANA, LONG_BEACH, ROSTER, drives(40, 40, 40, 40, 120), NIGHT).minutes == 48


def test_drives_correct_the_straight_line_as_well() -> None:
    """Where the table is empty, they are drawn to what was estimated."""
    found = estimate(ANA, COMPTON, ROSTER, drives(*[26] * 5, way=("HWD", "CPT")), NIGHT)
    assert found.reason.endswith(" by 5 drives")
    assert found.minutes == 10 + 36  # half way from 46 to 26


def test_a_drive_is_kept_without_its_person() -> None:
    """Its two areas, the part of the day in which it began, whole minutes and the local day."""
    left = datetime(2026, 11, 25, 13, 50, tzinfo=UTC)  # 05:50: still night
    kept = measured_drive(ANA, LONG_BEACH, ROSTER, left, left + timedelta(minutes=31, seconds=40))
    assert kept == MeasuredDrive("HWD", "LBH", DayPart.NIGHT, 32, date(2026, 11, 25))


@pytest.mark.parametrize("seconds", [0, 29, -300, 181 * 60, 5 * 3600])
def test_what_is_no_drive_is_not_kept(seconds: int) -> None:
    """HERE in the same breath, a clock that went back, and HERE hours after they came."""
    assert measured_drive(ANA, LONG_BEACH, ROSTER, NIGHT, NIGHT + timedelta(seconds=seconds)) is None


def test_without_both_areas_or_a_departure_nothing_is_kept() -> None:
    """Unknown stays unknown."""
    later = NIGHT + timedelta(minutes=20)
    nobody = Person("ben", "Ben", "+15625550102")
    assert measured_drive(ANA, None, ROSTER, NIGHT, later) is None
    assert measured_drive(ANA, LONG_BEACH, ROSTER, None, later) is None
    assert measured_drive(nobody, LONG_BEACH, ROSTER, NIGHT, later) is None


# ---- day and night -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "part"),
    [
        (datetime(2026, 7, 2, 4, 59, 59, tzinfo=UTC), DayPart.DAY),  # 21:59:59 in summer
        (datetime(2026, 7, 2, 5, 0, tzinfo=UTC), DayPart.NIGHT),
        (datetime(2026, 7, 2, 12, 59, 59, tzinfo=UTC), DayPart.NIGHT),
        (datetime(2026, 7, 2, 13, 0, tzinfo=UTC), DayPart.DAY),
        (datetime(2026, 12, 2, 5, 30, tzinfo=UTC), DayPart.DAY),  # 21:30 in winter
        (datetime(2026, 12, 2, 6, 0, tzinfo=UTC), DayPart.NIGHT),
        (datetime(2026, 12, 2, 13, 59, 59, tzinfo=UTC), DayPart.NIGHT),
        (datetime(2026, 12, 2, 14, 0, tzinfo=UTC), DayPart.DAY),
    ],
)
def test_night_is_from_ten_to_six_on_the_local_clock(moment: datetime, part: DayPart) -> None:
    """In summer and in winter."""
    assert part_of_day(moment) is part


@pytest.mark.parametrize(
    ("evening", "hours"),
    [
        (datetime(2026, 3, 8, 4, tzinfo=UTC), 7),  # the clock skips an hour
        (datetime(2026, 11, 1, 3, tzinfo=UTC), 9),  # it shows one twice
        (datetime(2026, 6, 1, 3, tzinfo=UTC), 8),
    ],
)
def test_a_night_in_which_clocks_change_is_one_night(evening: datetime, hours: int) -> None:
    """It is an hour shorter or longer, and nowhere interrupted."""
    quarters = [part_of_day(evening + timedelta(minutes=15 * number)) for number in range(60)]
    assert quarters.count(DayPart.NIGHT) == 4 * hours
    changes = sum(one is not other for one, other in pairwise(quarters))
    assert changes == 2


def test_a_moment_without_a_zone_is_refused() -> None:
    """Nobody knows whether it is night."""
    with pytest.raises(NaiveMoment):
        part_of_day(datetime(2026, 11, 24, 2, 14))  # noqa: DTZ001


# ---- what holds for all --------------------------------------------------------------------------------------------

areas = st.builds(
    Area,
    code=st.sampled_from(("AA", "BB", "CC")),
    name=st.sampled_from(("Here", "There")),
    lat=st.floats(33.3, 34.9),
    lon=st.floats(-119, -117.6),
)
county = st.lists(areas, min_size=1, max_size=3, unique_by=lambda area: area.code).map(tuple)
minutes = st.integers(1, 300)
codes = st.sampled_from(("AA", "BB", "CC", "DD"))
tables = st.lists(
    st.builds(Drive, codes, codes, st.none() | minutes, st.none() | minutes),
    max_size=5,
    unique_by=lambda drive: (drive.from_area, drive.to_area),
).map(tuple)
took = st.lists(st.builds(MeasuredDrive, codes, codes, st.sampled_from(DayPart), st.integers(1, 180)), max_size=12)
people = st.builds(
    Person,
    id=st.just("ana"),
    name=st.just("Ana"),
    phone=st.just("+15625550101"),
    area_night=st.none() | codes,
    area_day=st.none() | codes,
    turnout_minutes=st.integers(0, 120),
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(people, county, tables, took, moments, st.data())
def test_an_estimate_is_never_negative_and_unknown_stays_unknown(
    person: Person,
    here: tuple[Area, ...],
    table: tuple[Drive, ...],
    measured: list[MeasuredDrive],
    moment: datetime,
    data: st.DataObject,
) -> None:
    """It is at least the turnout; it is None exactly where an end of the way is unknown, and says so."""
    roster = Roster(areas=here, drives=table)
    to = data.draw(st.none() | st.sampled_from(here))
    found = estimate(person, to, roster, measured, moment)
    leaves = moment + timedelta(minutes=person.turnout_minutes)
    known = to is not None and area_of(person, roster, leaves) is not None
    assert (found.minutes is not None) == known
    if found.minutes is not None:
        assert found.minutes >= person.turnout_minutes + 1
        assert found.reason.startswith(f"about {found.minutes} min: ")
    else:
        assert found.reason.startswith("unknown: ")


@given(areas, areas)
def test_what_is_estimated_is_the_same_both_ways(start: Area, end: Area) -> None:
    """And never less than a drive within one area."""
    assert straight_minutes(start, end) == straight_minutes(end, start) >= straight_minutes(start, start) == 5


@given(st.lists(st.floats(33.3, 34.9), min_size=3, max_size=3))
def test_whoever_is_further_away_is_never_there_sooner(lats: list[float]) -> None:
    """By the straight line, on one road to the north."""
    near, middle, far = (Area("AA", "Here", lat, -118.2) for lat in sorted(lats))
    assert straight_minutes(near, middle) <= straight_minutes(near, far)


@given(minutes, minutes, st.lists(st.integers(1, 180), max_size=12), st.integers(0, 120), st.integers(0, 120))
def test_more_minutes_in_the_table_or_to_get_going_never_make_it_sooner(
    one: int, other: int, measured: list[int], turnout: int, later: int
) -> None:
    """However many drives there were."""
    quick, slow = sorted((one, other))
    early, late = sorted((turnout, later))

    def there(table: int, going: int) -> int:
        person = Person("ana", "Ana", "+15625550101", area_night="HWD", turnout_minutes=going)
        roster = Roster(areas=AREAS, drives=(Drive("HWD", "LBH", night=table),))
        found = estimate(person, LONG_BEACH, roster, drives(*measured), NIGHT).minutes
        assert found is not None
        return found

    assert there(quick, early) <= there(slow, early) <= there(slow, late)


@given(minutes, st.lists(st.integers(1, 180), min_size=FEWEST_DRIVES, max_size=20))
def test_drives_are_drawn_to_the_table(table: int, measured: list[int]) -> None:
    """The drive lies between what the table says and the longest and shortest that were measured."""
    roster = Roster(areas=AREAS, drives=(Drive("HWD", "LBH", night=table),))
    person = Person("ana", "Ana", "+15625550101", area_night="HWD", turnout_minutes=0)
    found = estimate(person, LONG_BEACH, roster, drives(*measured), NIGHT)
    assert found.reason.endswith(f" by {len(measured)} drives")
    assert found.minutes is not None
    assert min(table, *measured) <= found.minutes <= max(table, *measured)


def test_every_pair_of_areas_has_a_way() -> None:
    """There is no area that nobody can start from."""
    for start, to in product(AREAS, AREAS):
        person = Person("ana", "Ana", "+15625550101", area_night=start.code)
        assert estimate(person, to, ROSTER, [], NIGHT).minutes
