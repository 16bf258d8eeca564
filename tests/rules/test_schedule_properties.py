"""What every view of the schedule says of a moment is what the resolver says, whatever the roster."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import CoverageGap, Override, Rotation
from dispatch.rules.roster.nights import coming, span_of, tonight
from dispatch.rules.roster.on_call import coverage_gaps, on_call
from dispatch.rules.schedule.feed_shifts import feed_shifts
from dispatch.rules.schedule.six_weeks import monday_of, six_weeks
from dispatch.rules.schedule.spans_on_call import at_moment, spans
from tests.rules.test_roster_properties import IDS, listed_overrides, moments, rotations

_EVERYBODY = tuple(Person(name, name.title(), "+15625550101") for name in IDS)
_days = st.integers(0, 60 * 24 * 20)


def _roster(rotation: Rotation, exceptions: tuple[Override, ...]) -> Roster:
    return Roster(people=_EVERYBODY, rotations=(rotation,), overrides=exceptions)


@given(rotations, listed_overrides, moments)
def test_a_moment_a_row_and_a_calendar_say_the_same(
    rotation: Rotation, exceptions: tuple[Override, ...], at: datetime
) -> None:
    roster = _roster(rotation, exceptions)
    people = on_call(roster, rotation, at)
    (then,) = at_moment(roster, at, at)
    assert tuple(one.person for one in then.on_call) == people == then.around.people
    for one in then.on_call:
        assert one.since is None or one.since <= at
        assert one.until is None or at < one.until
    day = tonight(at)
    entries = feed_shifts(roster, rotation, at - timedelta(days=3), at + timedelta(days=3))
    assert {one.person for one in entries if one.starts_at <= at < one.ends_at} == set(people)
    weeks = six_weeks(roster, monday_of(day), at)
    for night in weeks.nights:
        _, begins, ends = span_of(night.day, rotation.timezone)
        if begins <= at < ends:
            (found,) = [one for one in night.cells[0].night if one.starts_at <= at < one.ends_at]
            assert found.people == people


@given(rotations, listed_overrides, moments, _days)
def test_spans_tile_and_their_gaps_are_those_that_are_alarmed(
    rotation: Rotation, exceptions: tuple[Override, ...], start: datetime, length: int
) -> None:
    """Of what is to come."""
    roster, end = _roster(rotation, exceptions), start + timedelta(minutes=length + 1)
    found = spans(roster, rotation, start, end, start)
    assert [one.starts_at for one in found] == [start, *(one.ends_at for one in found[:-1])]
    assert found[-1].ends_at == end
    gaps = [(one.starts_at, one.ends_at) for one in found if one.is_gap]
    assert gaps == [(one.starts_at, one.ends_at) for one in coverage_gaps(roster, start, end)]


@given(rotations, listed_overrides, moments, st.tuples(*[st.none() | st.integers(-2, 9)] * 4))
@pytest.mark.costs(4)
def test_whose_training_is_over_covers_nothing_wherever_it_is_told(
    rotation: Rotation, exceptions: tuple[Override, ...], start: datetime, ends_after: tuple[int | None, ...]
) -> None:
    """Spans, rows, gaps and the nights in words all turn at the midnight that ends somebody's last day, and none
    elsewhere. Whoever is on call stays so."""
    first = start.astimezone(ZoneInfo(LOCAL)).date()
    last_days = [None if days is None else first + timedelta(days=days) for days in ends_after]
    people = tuple(replace(one, qualified_until=day) for one, day in zip(_EVERYBODY, last_days, strict=False))
    roster, end = replace(_roster(rotation, exceptions), people=people), start + timedelta(days=9)
    found = spans(roster, rotation, start, end, start)
    gaps = coverage_gaps(roster, start, end)
    told = {night.begins_on: dict(night.on_call)[rotation.name] for night in coming(roster, start)}
    for span in found:
        for at in (span.starts_at, span.ends_at - timedelta.resolution):
            day = at.astimezone(ZoneInfo(LOCAL)).date()
            ids = on_call(roster, rotation, at)
            goes = [
                one.id
                for one in people
                if one.id in ids and (one.qualified_until is None or day <= one.qualified_until)
            ]
            assert span.people == on_call(_roster(rotation, exceptions), rotation, at)
            assert span.is_gap == (not goes) == any(gap.starts_at <= at < gap.ends_at for gap in gaps)
    for day, said in told.items():
        _, begins, ends = span_of(day, rotation.timezone)
        over = {
            one
            for gap in gaps
            for one in on_call(roster, rotation, max(gap.starts_at, begins))
            if _meets(gap, begins, ends)
        }
        if over and begins >= start and ends <= end:
            assert "no longer qualified" in said


def _meets(gap: CoverageGap, begins: datetime, ends: datetime) -> bool:
    return gap.starts_at < ends and begins < gap.ends_at


@given(rotations, listed_overrides, moments)
def test_no_gap_is_in_no_row(rotation: Rotation, exceptions: tuple[Override, ...], at: datetime) -> None:
    """Each gap of the weeks stands in a cell, by night or by day."""
    weeks = six_weeks(_roster(rotation, exceptions), monday_of(tonight(at)), at)
    shown = [one for night in weeks.nights for cell in night.cells for one in (*cell.night, *cell.by_day)]
    first, last = (span_of(weeks.nights[place].day, rotation.timezone) for place in (0, -1))
    for gap in weeks.gaps:
        if first[0] <= gap.starts_at and gap.ends_at <= last[2]:
            assert gap in shown


@given(rotations, listed_overrides, moments, st.integers(1, 20))
def test_an_entry_keeps_its_key_as_days_pass(
    rotation: Rotation, exceptions: tuple[Override, ...], start: datetime, days: int
) -> None:
    """A calendar that is made later has the same keys for what both have whole, and no key twice."""
    roster, end = _roster(rotation, exceptions), start + timedelta(days=40)
    early, late = (feed_shifts(roster, rotation, begins, end) for begins in (start, start + timedelta(days=days)))
    assert len({one.key for one in early}) == len(early)
    assert {(one.person, one.starts_at): one.key for one in early}.items() >= {
        (one.person, one.starts_at): one.key for one in late if one.starts_at >= start + timedelta(days=days)
    }.items()
