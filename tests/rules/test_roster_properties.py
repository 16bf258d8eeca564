"""What holds for every rotation, whatever its members, hand-off, zone and overrides."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster, Target, TargetKind
from dispatch.rules.facts.schedule import CoverageGap, Override, OverrideKind, Pause, Rotation, RotationUnit, Shift
from dispatch.rules.roster.local_clock import local_moment
from dispatch.rules.roster.on_call import coverage_gaps, has_effect, on_call, resolve, shifts
from tests.rules import asked_each

IDS = ("ana", "ben", "cleo")
ZONES = ("America/Los_Angeles", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kolkata", "UTC")
OPENS = datetime(2026, 2, 20, tzinfo=UTC)

minutes = st.integers(0, 60 * 24 * 20)
# Around the two nights on which the clocks change, where mistakes would be.
moments = st.builds(
    lambda base, offset: base + timedelta(minutes=offset),
    st.sampled_from((OPENS, datetime(2026, 10, 20, tzinfo=UTC))),
    minutes,
)
# Spans that do not overlap: each edge lies after the one before.
pauses = st.lists(moments, max_size=4, unique=True).map(
    lambda edges: tuple(map(Pause, *([iter(sorted(edges)[: len(edges) // 2 * 2])] * 2)))
)
rotations = st.builds(
    Rotation,
    name=st.just("primary"),
    members=st.lists(st.sampled_from(IDS), max_size=4).map(tuple),
    unit=st.sampled_from(RotationUnit),
    length=st.integers(1, 3),
    handoff=st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    starts_on=st.dates(date(2025, 12, 1), date(2026, 11, 30)),
    timezone=st.sampled_from(ZONES),
    pauses=pauses,
)


@st.composite
def overrides(draw: st.DrawFn) -> Override:
    start = draw(moments)
    return Override(
        rotation=draw(st.sampled_from(("primary", "primary", "backup"))),
        kind=draw(st.sampled_from(OverrideKind)),
        starts_at=start,
        ends_at=start + timedelta(minutes=draw(st.integers(1, 60 * 24 * 5))),
        person=draw(st.none() | st.sampled_from(IDS)),
        replaces=draw(st.none() | st.sampled_from(IDS)),
    )


listed_overrides = st.lists(overrides(), max_size=5).map(tuple)


@st.composite
def edges(draw: st.DrawFn, exceptions: tuple[Override, ...]) -> datetime:
    """A moment at which somebody might be off by one: an override's start or end, or a microsecond before it."""
    moment = draw(st.sampled_from([edge for one in exceptions for edge in (one.starts_at, one.ends_at)] or [OPENS]))
    return moment - draw(st.sampled_from((timedelta(0), timedelta.resolution)))


many_overrides = st.lists(overrides(), max_size=14).map(tuple)


@given(rotations, many_overrides, st.data(), st.integers(0, 60 * 24 * 20))
def test_the_sweep_finds_what_asking_each_override_finds(
    rotation: Rotation, exceptions: tuple[Override, ...], data: st.DataObject, length: int
) -> None:
    """However overrides nest, overlap and touch, the answer is as if each were asked at each moment."""
    roster = Roster(rotations=(rotation,), overrides=exceptions)
    start = data.draw(moments | edges(exceptions))
    end = start + timedelta(minutes=length)
    assert on_call(roster, rotation, start) == asked_each.on_call(rotation, exceptions, start)
    assert shifts(roster, rotation, start, end) == asked_each.shifts(rotation, exceptions, start, end)


@given(rotations, st.lists(overrides(), min_size=1, max_size=6).map(tuple), moments)
def test_an_override_has_effect_if_shifts_differ_without_it(
    rotation: Rotation, exceptions: tuple[Override, ...], since: datetime
) -> None:
    """Those that lie elsewhere are left aside, and change nothing of the answer."""
    override = exceptions[-1]
    start, others = max(since, override.starts_at), exceptions[:-1]
    without, standing = (asked_each.shifts(rotation, all_, start, override.ends_at) for all_ in (others, exceptions))
    roster = Roster(rotations=(rotation,), overrides=exceptions)
    if override.rotation == rotation.name:
        assert has_effect(roster, rotation, override, since) == (without != standing)


@given(rotations, listed_overrides, moments, st.integers(1, 60 * 24 * 20), st.integers(0, 10**6))
def test_shifts_agree_with_on_call(
    rotation: Rotation, exceptions: tuple[Override, ...], start: datetime, length: int, pick: int
) -> None:
    """At any moment of a span the shifts name exactly the people who are on call, each of them once."""
    roster = Roster(overrides=exceptions)
    found = shifts(roster, rotation, start, start + timedelta(minutes=length))
    at = start + timedelta(minutes=pick % length)
    standing = [shift.person for shift in found if shift.starts_at <= at < shift.ends_at]
    assert sorted(standing) == sorted(on_call(roster, rotation, at))


@given(rotations, listed_overrides, moments, st.integers(0, 60 * 24 * 20))
def test_shifts_are_sorted_clipped_and_whole(
    rotation: Rotation, exceptions: tuple[Override, ...], start: datetime, length: int
) -> None:
    """Shifts are sorted by their start, inside the span and not empty, and no two of one person touch."""
    end = start + timedelta(minutes=length)
    found = shifts(Roster(overrides=exceptions), rotation, start, end)
    assert [shift.starts_at for shift in found] == sorted(shift.starts_at for shift in found)
    for shift in found:
        assert start <= shift.starts_at < shift.ends_at <= end
    for person in IDS:
        own = [shift for shift in found if shift.person == person]
        assert all(shift.ends_at < following.starts_at for shift, following in pairwise(own))


@given(rotations, listed_overrides, moments, st.integers(1, 60 * 24 * 20), st.sets(st.sampled_from(IDS)))
def test_shifts_and_gaps_tile_the_span(
    rotation: Rotation, exceptions: tuple[Override, ...], start: datetime, length: int, known: set[str]
) -> None:
    """Every moment of a span lies either in a known specialist's shift or in a gap, and never in both."""
    end = start + timedelta(minutes=length)
    roster = Roster(
        people=tuple(Person(name, name.title(), "+15625550101") for name in sorted(known)),
        rotations=(rotation,),
        overrides=exceptions,
    )
    gaps = coverage_gaps(roster, start, end)
    covering = [shift for shift in shifts(roster, rotation, start, end) if shift.person in known]
    spans: list[Shift | CoverageGap] = [*gaps, *covering]
    edges = {start, end, *(span.starts_at for span in spans), *(span.ends_at for span in spans)}
    for at in sorted(edges - {end}):
        in_gap = sum(gap.starts_at <= at < gap.ends_at for gap in gaps)
        in_shift = any(shift.starts_at <= at < shift.ends_at for shift in covering)
        assert in_gap == (0 if in_shift else 1)
        assert bool(resolve(roster, Target(TargetKind.ROTATION, "primary"), at)) == in_shift


@given(rotations, moments)
def test_a_pause_holds_the_order_where_it_stands(rotation: Rotation, at: datetime) -> None:
    """Hand-offs that fall into a pause do not count: whoever is on call is found by counting the others one by one."""
    unpaused = replace(rotation, pauses=())
    begins = datetime.combine(rotation.starts_on, time(0), UTC) - timedelta(days=2)
    each = shifts(Roster(), replace(unpaused, members=tuple(map(str, range(400)))), begins, at + timedelta.resolution)
    paused = any(pause.starts_at <= at < pause.ends_at for pause in rotation.pauses)
    counted = [one for one in each if not any(p.starts_at <= one.starts_at < p.ends_at for p in rotation.pauses)]
    expected = (
        ()
        if paused or not each or not rotation.members
        else (rotation.members[max(0, len(counted) - 1) % len(rotation.members)],)
    )
    assert on_call(Roster(), rotation, at) == expected


@given(st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)), st.sampled_from(ZONES))  # noqa: DTZ001 - local times
@example(datetime(2026, 3, 8, 2, 30, 0, 1), "America/Los_Angeles")  # noqa: DTZ001
@example(datetime(2026, 11, 1, 1, 30), "America/Los_Angeles")  # noqa: DTZ001
def test_a_local_time_is_the_first_moment_that_shows_it_or_later(wall: datetime, timezone: str) -> None:
    """At the moment found the local clock shows the time or later, and a microsecond before it had not yet shown it."""
    zone = ZoneInfo(timezone)
    moment = local_moment(wall, timezone)
    assert moment.astimezone(zone).replace(tzinfo=None) >= wall
    assert (moment - timedelta(microseconds=1)).astimezone(zone).replace(tzinfo=None) < wall
