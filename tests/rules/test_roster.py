"""Who is on call when: hand-offs on the local clock, overrides, gaps, and whom a target means."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dispatch.rules.facts.moments import NaiveMoment
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.roster import Policy, PolicyStep, Roster, Target, TargetKind
from dispatch.rules.facts.schedule import CoverageGap, Override, OverrideKind, Rotation, RotationUnit, Shift
from dispatch.rules.roster import on_call as resolver
from dispatch.rules.roster.on_call import coverage_gaps, has_effect, resolve

LOS_ANGELES = "America/Los_Angeles"
HOUR = timedelta(hours=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def daily(
    *members: str, handoff: str = "09:00", starts_on: date = date(2026, 1, 5), timezone: str = LOS_ANGELES
) -> Rotation:
    return Rotation("primary", members, RotationUnit.DAYS, 1, time.fromisoformat(handoff), starts_on, timezone)


def weekly(*members: str, length: int = 1) -> Rotation:
    return Rotation("primary", members, RotationUnit.WEEKS, length, time(9), date(2026, 1, 5), LOS_ANGELES, weekday=0)


def override(
    kind: OverrideKind,
    starts_at: str,
    ends_at: str,
    person: str | None = None,
    replaces: str | None = None,
    rotation: str = "primary",
) -> Override:
    return Override(rotation, kind, utc(starts_at), utc(ends_at), person, replaces)


def on_call(rotation: Rotation, overrides: tuple[Override, ...], at: datetime) -> tuple[str, ...]:
    return resolver.on_call(Roster(overrides=overrides), rotation, at)


def shifts(rotation: Rotation, overrides: tuple[Override, ...], start: datetime, end: datetime) -> list[Shift]:
    return resolver.shifts(Roster(overrides=overrides), rotation, start, end)


def spans(found: list[Shift]) -> list[tuple[str, datetime, datetime]]:
    return [(shift.person, shift.starts_at, shift.ends_at) for shift in found]


# ---- turns ---------------------------------------------------------------------------------------------------------


def test_members_take_turns_of_a_week() -> None:
    """A weekly rotation hands off on its weekday at its local time, and begins over after the last member."""
    rotation = weekly("ana", "ben")
    assert spans(shifts(rotation, (), utc("2026-01-12 00:00"), utc("2026-01-26 00:00"))) == [
        ("ana", utc("2026-01-12 00:00"), utc("2026-01-12 17:00")),
        ("ben", utc("2026-01-12 17:00"), utc("2026-01-19 17:00")),
        ("ana", utc("2026-01-19 17:00"), utc("2026-01-26 00:00")),
    ]


def test_a_turn_may_last_several_weeks() -> None:
    """`length` counts units, so a turn of two weeks ends a fortnight after it began."""
    rotation, ends = weekly("ana", "ben", length=2), utc("2026-01-19 17:00")
    assert spans(shifts(rotation, (), utc("2026-01-06 00:00"), ends + HOUR))[0] == (
        "ana",
        utc("2026-01-06 00:00"),
        ends,
    )


def test_a_handoff_belongs_to_the_one_who_comes() -> None:
    """At the moment of the hand-off the next member is on call, and a microsecond before it still the last one."""
    rotation = daily("ana", "ben")
    handoff = utc("2026-01-06 17:00")
    assert on_call(rotation, (), handoff) == ("ben",)
    assert on_call(rotation, (), handoff - timedelta(microseconds=1)) == ("ana",)


def test_nobody_before_the_rotation_starts() -> None:
    """Before `starts_on` nobody is on call, and the first shift begins with the first hand-off."""
    rotation = daily("ana", "ben")
    first = utc("2026-01-05 17:00")
    assert on_call(rotation, (), first - timedelta(microseconds=1)) == ()
    assert on_call(rotation, (), utc("2024-02-29 12:00")) == ()
    assert spans(shifts(rotation, (), first - HOUR, first + HOUR)) == [("ana", first, first + HOUR)]


def test_an_empty_rotation_yields_nobody() -> None:
    """A rotation without members is a gap, not an error."""
    rotation = daily()
    assert on_call(rotation, (), utc("2026-01-06 17:00")) == ()
    assert shifts(rotation, (), utc("2026-01-06 00:00"), utc("2026-01-09 00:00")) == []


def test_one_person_without_a_pause_is_one_shift() -> None:
    """A person who follows themselves has one shift across the hand-offs."""
    start, end = utc("2026-01-06 00:00"), utc("2026-01-20 00:00")
    assert spans(shifts(daily("ana"), (), start, end)) == [("ana", start, end)]


def test_an_empty_span_has_no_shifts() -> None:
    """A span that ends where it starts, or before, holds nothing."""
    moment = utc("2026-01-06 00:00")
    assert shifts(daily("ana"), (), moment, moment) == []
    assert shifts(daily("ana"), (), moment, moment - HOUR) == []


def test_years_later_the_turn_is_right() -> None:
    """Arithmetic from `starts_on` holds over years of daylight saving: day 3652 of two members is the first's again."""
    rotation = daily("ana", "ben")
    far = utc("2036-01-05 17:00")
    assert (date(2036, 1, 5) - date(2026, 1, 5)).days == 3652
    assert on_call(rotation, (), far) == ("ana",)
    assert on_call(rotation, (), far - HOUR) == ("ben",)


# ---- daylight saving -----------------------------------------------------------------------------------------------


def test_the_spring_night_is_an_hour_shorter() -> None:
    """On 2026-03-08 in Los Angeles a 09:00 hand-off stays at 09:00 local, and that turn lasts 23 hours."""
    rotation = daily("ana", "ben")
    found = spans(shifts(rotation, (), utc("2026-03-07 17:00"), utc("2026-03-09 16:00")))
    assert found == [
        ("ben", utc("2026-03-07 17:00"), utc("2026-03-08 16:00")),
        ("ana", utc("2026-03-08 16:00"), utc("2026-03-09 16:00")),
    ]
    assert found[0][2] - found[0][1] == 23 * HOUR


def test_the_autumn_night_is_an_hour_longer() -> None:
    """On 2026-11-01 in Los Angeles a 09:00 hand-off stays at 09:00 local, and that turn lasts 25 hours."""
    rotation = daily("ana", "ben")
    found = spans(shifts(rotation, (), utc("2026-10-31 16:00"), utc("2026-11-02 17:00")))
    assert found == [
        ("ben", utc("2026-10-31 16:00"), utc("2026-11-01 17:00")),
        ("ana", utc("2026-11-01 17:00"), utc("2026-11-02 17:00")),
    ]
    assert found[0][2] - found[0][1] == 25 * HOUR


@pytest.mark.parametrize(
    ("handoff", "expected"),
    [
        ("01:59", "2026-03-08 09:59"),
        ("02:00", "2026-03-08 10:00"),
        ("02:30", "2026-03-08 10:00"),
        ("02:59:59.999999", "2026-03-08 10:00"),
        ("03:00", "2026-03-08 10:00"),
        ("03:01", "2026-03-08 10:01"),
    ],
)
def test_a_handoff_that_spring_skips_happens_when_the_gap_ends(handoff: str, expected: str) -> None:
    """From 02:00 to 03:00 there is no local time on 2026-03-08: a hand-off in it happens at 10:00 UTC."""
    rotation = daily("ana", "ben", handoff=handoff)
    before, after = ("ana", "ben") if (date(2026, 3, 8) - rotation.starts_on).days % 2 else ("ben", "ana")
    assert on_call(rotation, (), utc(expected)) == (after,)
    assert on_call(rotation, (), utc(expected) - timedelta(microseconds=1)) == (before,)


@pytest.mark.parametrize(
    ("handoff", "expected"),
    [
        ("00:59", "2026-11-01 07:59"),
        ("01:00", "2026-11-01 08:00"),
        ("01:30", "2026-11-01 08:30"),
        ("02:00", "2026-11-01 10:00"),
    ],
)
def test_a_handoff_that_autumn_repeats_happens_the_first_time(handoff: str, expected: str) -> None:
    """From 01:00 to 02:00 local time comes twice on 2026-11-01: a hand-off in it happens the first time only."""
    rotation = daily("ana", "ben", "cleo", handoff=handoff)
    moment = utc(expected)
    assert on_call(rotation, (), moment) == ("ana",)
    assert on_call(rotation, (), moment - timedelta(microseconds=1)) == ("cleo",)
    assert on_call(rotation, (), moment + HOUR) == ("ana",)
    assert on_call(rotation, (), moment + 23 * HOUR) == ("ana",)


def test_a_clock_that_goes_back_over_midnight() -> None:
    """At 00:01 on 2008-11-02 St. John's went back to 23:01 of the day before; the hand-off at 00:00 is not undone."""
    rotation = daily("ana", "ben", handoff="00:00", starts_on=date(2008, 11, 1), timezone="America/St_Johns")
    assert on_call(rotation, (), utc("2008-11-02 02:29:59")) == ("ana",)
    assert on_call(rotation, (), utc("2008-11-02 02:30")) == ("ben",)
    assert on_call(rotation, (), utc("2008-11-02 03:00")) == ("ben",)
    assert on_call(rotation, (), utc("2008-11-03 03:29:59")) == ("ben",)
    assert on_call(rotation, (), utc("2008-11-03 03:30")) == ("ana",)


def test_a_day_that_a_zone_left_out() -> None:
    """Samoa had no 2011-12-30: that day's turn is empty and makes no shift."""
    rotation = daily("ana", "ben", "cleo", handoff="00:00", starts_on=date(2011, 12, 29), timezone="Pacific/Apia")
    assert spans(shifts(rotation, (), utc("2011-12-29 10:00"), utc("2012-01-01 10:00"))) == [
        ("ana", utc("2011-12-29 10:00"), utc("2011-12-30 10:00")),
        ("cleo", utc("2011-12-30 10:00"), utc("2011-12-31 10:00")),
        ("ana", utc("2011-12-31 10:00"), utc("2012-01-01 10:00")),
    ]


def test_moments_may_come_in_any_zone() -> None:
    """A local moment in the hour that comes twice is told apart by its fold, and answers are in UTC."""
    zone = ZoneInfo(LOS_ANGELES)
    first, second = (datetime(2026, 11, 1, 1, 30, fold=fold, tzinfo=zone) for fold in (0, 1))
    found = shifts(daily("ana"), (), first, second)
    assert spans(found) == [("ana", utc("2026-11-01 08:30"), utc("2026-11-01 09:30"))]
    assert found[0].starts_at.tzinfo is UTC


# ---- overrides -----------------------------------------------------------------------------------------------------

NIGHT = ("2026-01-06 04:00", "2026-01-06 12:00")
IN_THE_NIGHT = utc("2026-01-06 08:00")


def test_add_puts_a_person_on_call_as_well() -> None:
    """ADD keeps the turn's holder and adds a person, from its start until its end."""
    busy = (override(OverrideKind.ADD, *NIGHT, person="eva"),)
    assert spans(shifts(daily("ana"), busy, utc("2026-01-06 00:00"), utc("2026-01-07 00:00"))) == [
        ("ana", utc("2026-01-06 00:00"), utc("2026-01-07 00:00")),
        ("eva", utc(NIGHT[0]), utc(NIGHT[1])),
    ]
    assert on_call(daily("ana"), busy, IN_THE_NIGHT) == ("ana", "eva")
    assert on_call(daily("ana"), busy, utc(NIGHT[1])) == ("ana",)


def test_nobody_is_on_call_twice() -> None:
    """Adding somebody who is on call anyway, or putting them in another's place, changes nothing."""
    rotation = daily("ana")
    assert on_call(rotation, (override(OverrideKind.ADD, *NIGHT, person="ana"),), IN_THE_NIGHT) == ("ana",)
    both = (
        override(OverrideKind.ADD, *NIGHT, person="eva"),
        override(OverrideKind.REPLACE, *NIGHT, person="eva", replaces="ana"),
    )
    assert on_call(rotation, both, IN_THE_NIGHT) == ("eva",)


def test_replace_puts_one_person_in_the_place_of_another() -> None:
    """REPLACE with `replaces` changes only that person's time, and the shift around it is cut in two."""
    swap = (override(OverrideKind.REPLACE, *NIGHT, person="eva", replaces="ana"),)
    assert spans(shifts(daily("ana"), swap, utc("2026-01-06 00:00"), utc("2026-01-07 00:00"))) == [
        ("ana", utc("2026-01-06 00:00"), utc(NIGHT[0])),
        ("eva", utc(NIGHT[0]), utc(NIGHT[1])),
        ("ana", utc(NIGHT[1]), utc("2026-01-07 00:00")),
    ]


def test_replace_of_somebody_who_is_not_on_call_changes_nothing() -> None:
    """A swap with ben leaves ana's turn alone."""
    swap = (override(OverrideKind.REPLACE, *NIGHT, person="eva", replaces="ben"),)
    assert on_call(daily("ana"), swap, IN_THE_NIGHT) == ("ana",)


def test_replace_of_whoever_it_is() -> None:
    """REPLACE without `replaces` puts the person in for everybody, and also where nobody was on call."""
    rest = (
        override(OverrideKind.ADD, *NIGHT, person="ben"),
        override(OverrideKind.REPLACE, *NIGHT, person="eva"),
    )
    assert on_call(daily("ana"), rest, IN_THE_NIGHT) == ("eva",)
    assert on_call(daily(), rest, IN_THE_NIGHT) == ("eva",)


def test_remove_takes_one_person_off_call() -> None:
    """REMOVE with `replaces` takes off that person and nobody else."""
    busy = override(OverrideKind.ADD, *NIGHT, person="eva")
    assert on_call(daily("ana"), (busy, override(OverrideKind.REMOVE, *NIGHT, replaces="ana")), IN_THE_NIGHT) == (
        "eva",
    )


def test_remove_takes_everybody_off_call() -> None:
    """REMOVE without `replaces` leaves nobody on call."""
    busy = override(OverrideKind.ADD, *NIGHT, person="eva")
    assert on_call(daily("ana"), (busy, override(OverrideKind.REMOVE, *NIGHT)), IN_THE_NIGHT) == ()


def test_the_later_override_has_the_last_word() -> None:
    """Overlapping overrides apply in order: somebody removed and then added is on call; the other way round, not."""
    added = override(OverrideKind.ADD, "2026-01-06 00:00", "2026-01-06 09:00", person="eva")
    removed = override(OverrideKind.REMOVE, "2026-01-06 06:00", "2026-01-06 12:00")
    assert on_call(daily("ana"), (removed, added), IN_THE_NIGHT) == ("eva",)
    assert on_call(daily("ana"), (added, removed), IN_THE_NIGHT) == ()
    assert spans(shifts(daily("ana"), (removed, added), utc("2026-01-06 03:00"), utc("2026-01-06 15:00"))) == [
        ("ana", utc("2026-01-06 03:00"), utc("2026-01-06 06:00")),
        ("eva", utc("2026-01-06 03:00"), utc("2026-01-06 09:00")),
        ("ana", utc("2026-01-06 12:00"), utc("2026-01-06 15:00")),
    ]


def test_a_rotation_that_was_removed_keeps_its_own_clock() -> None:
    """A shift of it is told on that clock; on ours, where there never was one."""
    denver = daily("ana", timezone="America/Denver")
    assert Roster(former_rotations=(denver,)).zone_of("primary") == "America/Denver"
    assert Roster(former_rotations=(denver,)).rotation("primary") is None
    assert Roster(rotations=(denver,)).zone_of("backup") == LOS_ANGELES


def test_an_override_may_be_for_ever() -> None:
    """Until the last day that a calendar has. What was over before it began stays so."""
    short = override(OverrideKind.ADD, "2026-01-05 00:00", "2026-01-05 09:00", person="eva")
    for_ever = override(OverrideKind.ADD, "2026-01-06 00:00", "9999-12-30 00:00", person="dev")
    assert on_call(daily("ana"), (for_ever, short), IN_THE_NIGHT) == ("ana", "dev")


def test_replacing_the_replacement() -> None:
    """A second swap may name the person whom the first one put in."""
    swaps = (
        override(OverrideKind.REPLACE, *NIGHT, person="eva", replaces="ana"),
        override(OverrideKind.REPLACE, *NIGHT, person="dev", replaces="eva"),
    )
    assert on_call(daily("ana"), swaps, IN_THE_NIGHT) == ("dev",)


def test_an_override_of_another_rotation_does_not_apply() -> None:
    """Only overrides with the rotation's name change it, in moments and in spans."""
    other = (override(OverrideKind.REMOVE, *NIGHT, rotation="backup"),)
    start, end = utc("2026-01-06 00:00"), utc("2026-01-07 00:00")
    assert on_call(daily("ana"), other, IN_THE_NIGHT) == ("ana",)
    assert spans(shifts(daily("ana"), other, start, end)) == [("ana", start, end)]


def test_a_cover_goes_on_after_the_one_inside_it() -> None:
    """Ben has the week, and Eva a night of it: from the morning on, and on every day that follows, it is his again."""
    week = override(OverrideKind.REPLACE, "2026-01-05 18:00", "2026-01-12 18:00", person="ben")
    night = override(OverrideKind.REPLACE, *NIGHT, person="eva")
    assert on_call(daily("ana"), (week, night), IN_THE_NIGHT) == ("eva",)
    assert on_call(daily("ana"), (week, night), utc(NIGHT[1])) == ("ben",)
    assert on_call(daily("ana"), (week, night), utc("2026-01-12 17:59")) == ("ben",)


@pytest.mark.parametrize("kind", [OverrideKind.ADD, OverrideKind.REPLACE])
def test_an_unfinished_override_changes_nothing(kind: OverrideKind) -> None:
    """An override that should put somebody in and names nobody does not take anybody off call."""
    assert on_call(daily("ana"), (override(kind, *NIGHT, replaces="ana"),), IN_THE_NIGHT) == ("ana",)


# ---- targets -------------------------------------------------------------------------------------------------------

ANA = Person("ana", "Ana Reyes", "+15625550101")
BEN = Person("ben", "Ben Okafor", "+15625550102")
CORA = Person("cora", "Cora Whitfield", "+15625550106", roles=frozenset({Role.COORDINATOR}))
PRIMARY = Target(TargetKind.ROTATION, "primary")


def test_a_rotation_means_the_people_on_call() -> None:
    """A rotation's target is its holder and whoever an override adds; ids that nobody has are left out."""
    extra = tuple(override(OverrideKind.ADD, *NIGHT, person=person) for person in ("ben", "ghost", "ana"))
    roster = Roster(people=(BEN, ANA, CORA), rotations=(daily("ana"),), overrides=extra)
    assert resolve(roster, PRIMARY, IN_THE_NIGHT) == (ANA, BEN)


def test_a_person_means_that_person() -> None:
    """A person's target is the person, on call or not, and nobody when the roster does not know them."""
    roster = Roster(people=(ANA, CORA))
    assert resolve(roster, Target(TargetKind.PERSON, "cora"), IN_THE_NIGHT) == (CORA,)
    assert resolve(roster, Target(TargetKind.PERSON, "ghost"), IN_THE_NIGHT) == ()


def test_everyone_means_every_specialist() -> None:
    """Everyone is every specialist and no coordinator."""
    assert resolve(Roster(people=(ANA, CORA, BEN)), Target(TargetKind.EVERYONE), IN_THE_NIGHT) == (ANA, BEN)


def test_an_unknown_rotation_means_nobody() -> None:
    """A target that names no rotation is empty, not an error."""
    assert resolve(Roster(people=(ANA,)), PRIMARY, IN_THE_NIGHT) == ()


# ---- gaps ----------------------------------------------------------------------------------------------------------


def test_a_span_that_nobody_covers_is_a_gap() -> None:
    """Before the start, and where an override removes everybody, there is a gap; elsewhere there is none."""
    roster = Roster(
        people=(ANA,), rotations=(daily("ana"),), overrides=(override(OverrideKind.REMOVE, *NIGHT, replaces="ana"),)
    )
    assert coverage_gaps(roster, utc("2026-01-05 00:00"), utc("2026-01-07 00:00")) == [
        CoverageGap("primary", utc("2026-01-05 00:00"), utc("2026-01-05 17:00")),
        CoverageGap("primary", utc(NIGHT[0]), utc(NIGHT[1])),
    ]


def test_the_turn_of_somebody_who_cannot_go_is_a_gap() -> None:
    """A turn of an unknown person or of somebody who is no specialist counts as covered by nobody."""
    roster = Roster(people=(ANA, CORA), rotations=(daily("ghost", "cora", "ana"),))
    assert coverage_gaps(roster, utc("2026-01-05 17:00"), utc("2026-01-08 17:00")) == [
        CoverageGap("primary", utc("2026-01-05 17:00"), utc("2026-01-07 17:00"))
    ]


def test_a_second_person_covers_too() -> None:
    """A shift inside another one leaves no gap behind it."""
    busy = (override(OverrideKind.ADD, *NIGHT, person="ben"),)
    roster = Roster(people=(ANA, BEN), rotations=(daily("ana"),), overrides=busy)
    assert coverage_gaps(roster, utc("2026-01-06 00:00"), utc("2026-01-07 00:00")) == []


def test_gaps_of_all_rotations_come_in_the_order_of_time() -> None:
    """The first gap in the list is the next one to close, whichever rotation it is in."""
    late = Rotation("late", ("ana",), RotationUnit.DAYS, 1, time(9), date(2026, 1, 5))
    overrides = (
        override(OverrideKind.REMOVE, "2026-01-06 10:00", "2026-01-06 11:00", rotation="late"),
        override(OverrideKind.REMOVE, "2026-01-06 04:00", "2026-01-06 05:00"),
    )
    roster = Roster(people=(ANA,), rotations=(late, daily("ana")), overrides=overrides)
    found = coverage_gaps(roster, utc("2026-01-06 00:00"), utc("2026-01-07 00:00"))
    assert [gap.rotation for gap in found] == ["primary", "late"]


def test_a_rotation_that_only_a_policy_believes_in_is_a_gap() -> None:
    """A policy that pages a rotation which does not exist pages nobody, all the time."""
    targets = (PRIMARY, Target(TargetKind.PERSON, "ana"), PRIMARY)
    roster = Roster(people=(ANA,), policies=(Policy("default", (PolicyStep(targets, 300),)),))
    start, end = utc("2026-01-06 00:00"), utc("2026-01-07 00:00")
    assert coverage_gaps(roster, start, end) == [CoverageGap("primary", start, end)]


# ---- naive moments -------------------------------------------------------------------------------------------------


def test_naive_moments_are_refused() -> None:
    """Every function that takes a moment refuses one without an offset."""
    rotation = daily("ana")
    roster = Roster(people=(ANA,), rotations=(rotation,))
    naive, aware = datetime(2026, 1, 6), utc("2026-01-07 00:00")  # noqa: DTZ001 - a naive moment is the point
    for refused in (
        lambda: on_call(rotation, (), naive),
        lambda: shifts(rotation, (), naive, aware),
        lambda: shifts(rotation, (), aware, naive),
        lambda: has_effect(roster, rotation, override(OverrideKind.REMOVE, *NIGHT), naive),
        lambda: coverage_gaps(roster, naive, aware),
        lambda: resolve(roster, Target(TargetKind.EVERYONE), naive),
    ):
        with pytest.raises(NaiveMoment):
            refused()
