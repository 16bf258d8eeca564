"""The schedule as people read it: rows of nights, reasons, and calendars' entries."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from dispatch.rules.access.calendar_link import has_subject
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, OverrideKind, Pause, Rotation, RotationUnit, Shift
from dispatch.rules.roster import nights
from dispatch.rules.roster.edited import edited
from dispatch.rules.roster.local_clock import local_moment
from dispatch.rules.roster.nights import tonight
from dispatch.rules.schedule.feed_shifts import FeedShift, feed_shifts
from dispatch.rules.schedule.six_weeks import SixWeeks, monday_of, part_of_night, six_weeks
from dispatch.rules.schedule.spans_on_call import (
    OnCallSpan,
    Reason,
    at_moment,
    overrides_touching,
    spans,
)

IDS = ("ana", "ben", "cleo")
PEOPLE = tuple(Person(one, one.title(), f"+1562555010{number}") for number, one in enumerate(IDS))
PRIMARY = Rotation("primary", IDS, RotationUnit.DAYS, 1, time(9), date(2026, 1, 6))
NOW = datetime(2026, 11, 27, 20, tzinfo=UTC)  # Friday noon
FRIDAY = date(2026, 11, 27)


def here(day: date, hour: int, minute: int = 0) -> datetime:
    return local_moment(datetime.combine(day, time(hour, minute)), "America/Los_Angeles")


def weeks_of(*overrides: Override, rotation: Rotation = PRIMARY, now: datetime = NOW, day: date = FRIDAY) -> SixWeeks:
    roster = Roster(people=PEOPLE, rotations=(rotation,), overrides=overrides)
    return six_weeks(roster, monday_of(day), now)


def instead(starts_at: datetime, ends_at: datetime, kind: OverrideKind = OverrideKind.REPLACE) -> Override:
    person = None if kind is OverrideKind.REMOVE else "cleo"
    return Override("primary", kind, starts_at, ends_at, person, key="one")


def row(weeks: SixWeeks, day: date) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Who has the night, and who is told of the day before it."""
    (night,) = [one for one in weeks.nights if one.day == day]
    (cell,) = night.cells
    return [one.people for one in cell.night], [one.people for one in cell.by_day]


def test_a_row_has_the_night_and_not_the_hand_off_of_the_day() -> None:
    """Every day at 9:00 somebody else has it; only who has the night is told."""
    weeks = weeks_of()
    assert len(weeks.nights) == 42
    assert [row(weeks, FRIDAY + timedelta(days=number)) for number in range(3)] == [
        ([("ben",)], []),
        ([("cleo",)], []),
        ([("ana",)], []),
    ]


def test_an_exception_by_day_stands_in_its_day() -> None:
    """What reaches into a night is told there, and not again by day."""
    by_day = weeks_of(instead(here(FRIDAY, 12), here(FRIDAY, 15)))
    assert row(by_day, FRIDAY) == ([("ben",)], [("cleo",)])
    over_night = weeks_of(instead(here(FRIDAY, 18), here(FRIDAY + timedelta(days=1), 8)))
    assert row(over_night, FRIDAY) == ([("cleo",)], [])
    in_the_night = weeks_of(instead(here(FRIDAY, 23), here(FRIDAY + timedelta(days=1), 2)))
    assert row(in_the_night, FRIDAY) == ([("ben",), ("cleo",), ("ben",)], [])


def test_a_night_of_a_long_shift_is_a_day_of_it() -> None:
    """From hand-off to hand-off, as far as it is in the shift; where that falls by night, the row. So a cover for
    tonight is none for the week; a shift of a day or two is meant as a whole."""
    monday, saturday = date(2026, 11, 23), FRIDAY + timedelta(days=1)
    week = Shift("primary", "ana", here(monday, 9), here(monday + timedelta(days=7), 9))
    assert part_of_night(week, PRIMARY, FRIDAY) == (here(FRIDAY, 9), here(saturday, 9))
    by_night = replace(PRIMARY, handoff=time(23))
    assert part_of_night(week, by_night, FRIDAY) == (here(FRIDAY, 6), here(saturday, 6))
    from_noon = replace(week, starts_at=here(FRIDAY, 12))
    assert part_of_night(from_noon, PRIMARY, FRIDAY) == (here(FRIDAY, 12), here(saturday, 9))
    assert part_of_night(week, PRIMARY, monday - timedelta(days=3)) == (week.starts_at, week.ends_at)  # none of it
    day = replace(week, ends_at=here(monday + timedelta(days=1), 9))
    assert part_of_night(day, PRIMARY, monday) == (day.starts_at, day.ends_at)


def test_a_gap_is_named_with_its_reason() -> None:
    """A pause, and somebody taken off; and the row that it lies in shows it."""
    start, end = here(FRIDAY, 12), here(FRIDAY, 15)
    paused = weeks_of(rotation=replace(PRIMARY, pauses=(Pause(start, end),)))
    taken_off = weeks_of(instead(start, end, OverrideKind.REMOVE))
    for weeks, reason in ((paused, Reason.PAUSE), (taken_off, Reason.OVERRIDE)):
        (gap,) = weeks.gaps
        assert (gap.starts_at, gap.ends_at, gap.reason) == (start, end, reason)
        assert row(weeks, FRIDAY)[1] == [()]


def test_somebody_who_cannot_go_is_a_gap() -> None:
    """They are named, and it is a gap all the same, as for whoever watches coverage."""
    people = tuple(replace(one, roles=frozenset({Role.COORDINATOR})) if one.id == "ben" else one for one in PEOPLE)
    weeks = six_weeks(Roster(people=people, rotations=(PRIMARY,)), monday_of(FRIDAY), NOW)
    assert {one.people for one in weeks.gaps} == {("ben",)}


def test_what_was_before_a_rotation_began_was_no_gap() -> None:
    """Nobody was called on then. What is to come until it begins is one."""
    founded = replace(PRIMARY, starts_on=FRIDAY)
    assert not weeks_of(rotation=founded).gaps
    later = replace(PRIMARY, starts_on=FRIDAY + timedelta(days=7))
    (gap,) = [one for one in weeks_of(rotation=later).gaps if one.ends_at > NOW]
    assert (gap.reason, gap.ends_at) == (Reason.NOT_BEGUN, here(FRIDAY + timedelta(days=7), 9))


def test_the_nights_in_which_clocks_change_have_their_hours() -> None:
    weeks = weeks_of(day=date(2026, 10, 30))
    assert {one.day: one.hours for one in weeks.nights if one.hours} == {date(2026, 10, 31): 9}
    weeks = weeks_of(day=date(2026, 3, 6))
    assert {one.day: one.hours for one in weeks.nights if one.hours} == {date(2026, 3, 7): 7}


def test_tonight_goes_on_until_six() -> None:
    assert tonight(here(FRIDAY, 6)) == FRIDAY
    assert tonight(here(FRIDAY, 5, 59)) == FRIDAY - timedelta(days=1)
    assert [one.day for one in weeks_of().nights if one.is_tonight] == [FRIDAY]


def test_the_past_stays_with_whoever_has_left() -> None:
    """A rotation that the roster has no longer, and a person: both are told of their time, and neither is a gap."""
    before = Roster(people=PEOPLE, rotations=(PRIMARY,))
    second = replace(PRIMARY, name="second", members=("ben",))
    after = edited(before, replace(before, people=PEOPLE[1:], rotations=(second,)), NOW)
    then = {one.rotation: one for one in at_moment(after, NOW - timedelta(days=1), NOW)}["primary"]
    assert ([one.person for one in then.on_call], then.around.is_gap) == (["ana"], False)
    assert [one.rotation for one in at_moment(after, NOW + timedelta(days=1), NOW)] == ["second"]


def test_who_and_since_when_and_until_when() -> None:
    """A shift of a week, cut by a cover; and somebody who never leaves."""
    weekly = replace(PRIMARY, unit=RotationUnit.WEEKS, starts_on=date(2026, 1, 5))
    roster = Roster(people=PEOPLE, rotations=(weekly, replace(PRIMARY, name="always", members=("ana",))))
    primary, always = at_moment(roster, NOW, NOW)
    (one,) = primary.on_call
    assert (one.since, one.until) == (here(date(2026, 11, 23), 9), here(date(2026, 11, 30), 9))
    assert [(one.since, one.until) for one in always.on_call] == [(None, None)]


def test_reasons() -> None:
    roster = Roster(people=PEOPLE, rotations=(PRIMARY,), overrides=(instead(here(FRIDAY, 12), here(FRIDAY, 15)),))
    found = spans(roster, PRIMARY, here(FRIDAY, 10), here(FRIDAY, 20), NOW)
    assert [(one.people, one.holder, one.reason) for one in found] == [
        (("ben",), "ben", Reason.ROTATION),
        (("cleo",), "ben", Reason.OVERRIDE),
        (("ben",), "ben", Reason.ROTATION),
    ]
    assert all(isinstance(one, OnCallSpan) for one in found)


# ---- calendars -----------------------------------------------------------------------------------------------------


def feed(*overrides: Override, rotation: Rotation = PRIMARY) -> dict[str, FeedShift]:
    roster = Roster(people=PEOPLE, rotations=(rotation,), overrides=overrides)
    start = here(date(2026, 11, 20), 0)
    found = feed_shifts(roster, rotation, start, start + timedelta(days=14))
    assert len({one.key for one in found}) == len(found)
    return {one.key: one for one in found}


def test_an_entry_keeps_its_key_when_a_cover_is_moved() -> None:
    """Nothing goes from a calendar and comes back as something else: the same entries begin and end otherwise."""
    day = FRIDAY
    one = feed(instead(here(day, 12), here(day, 15)))
    other = feed(instead(here(day, 13), here(day, 16)))
    assert one.keys() == other.keys()
    mine = [(shift.starts_at, shift.ends_at) for key, shift in other.items() if key.startswith(f"primary {day} ben")]
    assert mine == [(here(day, 9), here(day, 13)), (here(day, 16), here(day + timedelta(days=1), 9))]


def test_entries_end_with_the_shift() -> None:
    """Whoever has two days in a row has two entries: a swap of one leaves the other alone."""
    alone = feed(rotation=replace(PRIMARY, members=("ana",)))
    assert len(alone) == 15
    assert {shift.ends_at - shift.starts_at for shift in list(alone.values())[1:-1]} == {timedelta(days=1)}
    roster = Roster(people=PEOPLE, rotations=(PRIMARY,))
    everybodys = feed_shifts(roster, PRIMARY, NOW, NOW + timedelta(days=9))
    mine = feed_shifts(roster, PRIMARY, NOW, NOW + timedelta(days=9), "cleo")
    assert mine == [shift for shift in everybodys if shift.person == "cleo"]
    assert mine
    of = (("cleo", None), ("zoe", None), (None, "primary"), (None, "gone"))  # the feed of whoever has left is over
    assert [has_subject(roster, person, rotation) for person, rotation in of] == [True, False, True, False]


def test_a_new_version_leaves_earlier_entries_alone() -> None:
    before = Roster(people=PEOPLE, rotations=(PRIMARY,))
    after = edited(before, replace(before, rotations=(replace(PRIMARY, members=("cleo", "ana")),)), NOW)
    start, end = NOW - timedelta(days=10), NOW + timedelta(days=10)
    was, is_ = (
        {one.key: one for one in feed_shifts(roster, roster.rotations[0], start, end) if one.ends_at <= NOW}
        for roster in (before, after)
    )
    assert was == is_
    assert len(was) > 8


# ---- the coming nights, at a terminal ------------------------------------------------------------------------------


def test_the_nights_of_the_past_name_whoever_has_left() -> None:
    """And a rotation that has ended since, as long as it held; what had not begun is no line of them."""
    backup = replace(PRIMARY, name="backup", members=("ana",))
    before = Roster(people=PEOPLE, rotations=(PRIMARY, backup))
    listed = Roster(
        people=PEOPLE[:2],
        rotations=(replace(PRIMARY, members=("ana", "ben")), replace(PRIMARY, name="new", members=("ben",))),
    )
    after = edited(before, listed, NOW, at_once=True)
    was = nights.coming(before, NOW - timedelta(days=14))
    now = nights.coming(after, NOW - timedelta(days=14), NOW + timedelta(days=1))
    assert [night.begins_on for night in now] == [night.begins_on for night in was]
    ids = {"Ana": "Ana", "Ben": "Ben", "Cleo": "cleo"}
    assert [night.on_call for night in now] == [
        tuple((name, ids[told]) for name, told in night.on_call) for night in was
    ]
    assert {name for night in nights.coming(after, NOW) for name, _ in night.on_call} == {"primary", "new"}


# ---- what has touched a span ---------------------------------------------------------------------------------------


def test_whoever_asks_what_changed_a_night_reads_what_held_in_it() -> None:
    """The version that ran and the one that followed, and each exception, ended or not, that was listed for it."""
    cover = instead(here(FRIDAY, 18), here(FRIDAY, 20))
    ended = replace(cover, ended_at=NOW, key="ended")
    roster = Roster(people=PEOPLE, rotations=(PRIMARY,), overrides=(cover, ended, replace(cover, rotation="backup")))
    new = edited(roster, replace(roster, rotations=(replace(PRIMARY, members=("cleo",)),)), NOW).rotations[0]
    assert new.holds_from is not None
    night, before, after = ((at, at + timedelta(hours=8)) for at in (NOW, NOW - timedelta(days=9), new.holds_from))
    assert overrides_touching(roster, "primary", *night) == [cover, ended]
    assert overrides_touching(roster, "primary", *before) == []
    around = (new.holds_from - timedelta(hours=1), new.holds_from + timedelta(hours=1))
    held = [[one.version for one, _, _ in new.holding(*span)] for span in (before, around, after)]
    assert held == [[1], [1, 2], [2]]
