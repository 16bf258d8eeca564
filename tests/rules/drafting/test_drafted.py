"""A draft of a roster's nights: whose they could be, what stays, and the overrides that make it."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.drafting.draft_nights import CannotDraft, DraftTask, Wish, draft_task
from dispatch.rules.drafting.drafted import Draft, drafted, summary
from dispatch.rules.drafting.filling import Availability, fill
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, OverrideKind, Pause, Rotation, RotationUnit
from dispatch.rules.roster.edited import edited, with_keys
from dispatch.rules.roster.local_clock import local_moment
from dispatch.rules.roster.on_call import coverage_gaps, on_call, shifts
from dispatch.rules.schedule.edits import EditRefused, FillNights, after
from dispatch.rules.schedule.fairness import burdens
from tests.rules.edits_drawn import rosters

IDS = ("ana", "ben", "cleo", "dev")
PEOPLE = tuple(Person(one, one.title(), f"+1562555010{number}") for number, one in enumerate(IDS))
PRIMARY = Rotation("primary", IDS, RotationUnit.WEEKS, 1, time(9), date(2026, 1, 5), weekday=0)
NOW = datetime(2026, 11, 24, 20, tzinfo=UTC)
MONDAY = date(2026, 11, 30)
CHRISTMAS = {date(2026, 12, 25), date(2027, 1, 1)}
ROSTER = Roster(people=PEOPLE, rotations=(PRIMARY,))


def here(day: date, hour: int) -> datetime:
    return local_moment(datetime.combine(day, time(hour)), LOCAL)


def task_of(roster: Roster, weeks: int = 4, first: date = MONDAY) -> DraftTask:
    return draft_task(roster, "primary", first, weeks, CHRISTMAS, NOW)


def draft_of(roster: Roster, weeks: int = 4, first: date = MONDAY) -> Draft:
    task = task_of(roster, weeks, first)
    return drafted(task, fill(task.nights))


def taken(roster: Roster, draft: Draft) -> Roster:
    return after(roster, FillNights("primary", draft.overrides), NOW)


def at_night(roster: Roster, day: date) -> tuple[str, ...]:
    return on_call(roster, roster.rotations[0], here(day, 23))


def override(kind: OverrideKind, day: date, who: str | None, whom: str | None = None, days: int = 1) -> Override:
    return Override("primary", kind, here(day, 9), here(day + timedelta(days=days), 9), who, whom)


def test_whose_the_nights_are_is_what_the_resolver_says_then() -> None:
    """And the view of fairness counts as the draft does, holidays among the rest."""
    draft = draft_of(ROSTER, 13)
    made = taken(ROSTER, draft)
    assert [at_night(made, one.day) for one in draft.nights] == [(one.person,) for one in draft.nights]
    counted = {
        one.person: (one.nights, one.weekend_nights, one.holidays)
        for one in burdens(made, MONDAY, MONDAY + timedelta(weeks=13), CHRISTMAS)
    }
    assert counted == {one.person: (one.nights, one.weekend_nights, one.holidays) for one in draft.parts}
    assert draft.spread <= 1.5
    assert sum(one.holidays for one in draft.parts) == 2
    assert draft.broken == ()


def test_a_night_that_is_theirs_already_needs_no_override() -> None:
    draft = draft_of(ROSTER, 13)
    assert len(draft.overrides) < len(draft.nights)
    assert not [one for one in draft.overrides if on_call(ROSTER, PRIMARY, one.starts_at) == (one.person,)]


def test_no_hole_is_left_between_two_nights_when_the_clocks_change() -> None:
    """Around both nights in which they do."""
    for first in (date(2027, 3, 8), date(2027, 11, 1)):
        draft = draft_of(ROSTER, 2, first)
        made = taken(ROSTER, draft)
        span = here(first, 9), here(first + timedelta(weeks=2), 9)
        assert coverage_gaps(made, *span) == []
        assert all(one.ends_at - one.starts_at == timedelta(days=1) for one in draft.overrides[:2])
        assert len({one.person for one in shifts(made, PRIMARY, *span)}) == 4


def test_a_night_that_somebody_comes_in_for_stays_theirs() -> None:
    """Dev has agreed to two nights, and has fewer of the others for it. Nobody's agreement is written over."""
    agreed = with_keys(override(OverrideKind.REPLACE, MONDAY + timedelta(days=one), "dev", "ana") for one in (0, 2))
    roster = replace(ROSTER, overrides=agreed)
    draft = draft_of(roster)
    assert [one.person for one in draft.nights][:3:2] == ["dev", "dev"]
    assert draft.kept == 2
    assert Counter(one.person for one in draft.nights) == dict.fromkeys(IDS, 7)
    assert not {one.starts_at for one in draft.overrides} & {one.starts_at for one in agreed}
    assert "2 nights stay as they are: somebody comes in already." in summary(draft)


def test_whoever_has_been_taken_off_is_left_alone() -> None:
    """Ana is off for her week, and Ben has found somebody for a night of another rotation."""
    backup = replace(PRIMARY, name="backup", members=("ben",))
    off = override(OverrideKind.REMOVE, MONDAY, None, "ana", days=7)
    cover = replace(override(OverrideKind.REPLACE, date(2026, 12, 9), "eva", "ben"), rotation="backup")
    roster = replace(
        ROSTER,
        people=(*PEOPLE, Person("eva", "Eva", "+15625550109")),
        rotations=(PRIMARY, backup),
        overrides=with_keys((off, cover)),
    )
    has = {one.day: one.person for one in draft_of(roster).nights}
    assert "ana" not in [has[MONDAY + timedelta(days=one)] for one in range(7)]
    assert has[date(2026, 12, 9)] != "ben"


def test_a_wish_that_the_roster_does_not_know_is_one_as_well() -> None:
    """Ben is away for Christmas, from the evening before to the morning after."""
    wish = Wish("ben", here(date(2026, 12, 24), 18), here(date(2026, 12, 26), 8))
    task = draft_task(ROSTER, "primary", MONDAY, 4, CHRISTMAS, NOW, [wish])
    away = {date.fromordinal(one.day).day for one in task.nights if one.could["ben"] is Availability.AWAY}
    assert away == {24, 25}
    has = {one.day.day: one.person for one in drafted(task, fill(task.nights)).nights}
    assert "ben" not in {has[24], has[25]}


def test_nobody_is_asked_who_is_on_call_elsewhere_or_not_qualified() -> None:
    """Cleo has the backup; Dev's training ends, and he is no part of what comes after."""
    backup = replace(PRIMARY, name="backup", members=("cleo",))
    people = (*PEOPLE[:3], replace(PEOPLE[3], qualified_until=date(2026, 12, 6)))
    draft = draft_of(replace(ROSTER, people=people, rotations=(PRIMARY, backup)))
    assert "cleo" not in {one.person for one in draft.nights}
    assert max(one.day for one in draft.nights if one.person == "dev") < date(2026, 12, 6)
    assert draft.broken == ()


def test_what_is_broken_is_said() -> None:
    """Two people, one of whom is off for a day and the other is on call elsewhere; and one alone never rests."""
    off = override(OverrideKind.REMOVE, date(2026, 12, 2), None, "ana")
    two = replace(PRIMARY, members=("ana",))
    roster = replace(ROSTER, rotations=(two,), overrides=with_keys((off,)))
    said = draft_of(roster, 1).broken
    assert said[0] == "Ana has the night of Wed 2 Dec, although they are away: nobody else could have it."
    assert "Ana has two nights in a row, Mon 30 Nov and Tue 1 Dec." in said
    backup = replace(PRIMARY, name="backup", members=("ana",))
    said = draft_of(replace(ROSTER, rotations=(two, backup)), 1).broken
    assert said[0] == "Ana has the night of Mon 30 Nov, although another rotation has them on call then."


def test_a_night_that_nobody_could_have_stays_a_gap() -> None:
    people = tuple(replace(one, roles=frozenset({Role.COORDINATOR})) for one in PEOPLE)
    draft = draft_of(replace(ROSTER, people=people), 1)
    assert (draft.overrides, draft.open_nights, draft.spread) == ((), 7, 0)
    assert "Nobody qualified could have the night of Mon 30 Nov: it stays as it is." in summary(draft)
    with pytest.raises(EditRefused, match="nothing would change"):
        after(ROSTER, FillNights("primary", draft.overrides), NOW)


def test_the_coordinators_rotation_is_drafted_for_coordinators() -> None:
    """Whether they go out as well, and until when their training holds, does not matter there; whoever is no
    coordinator has none of its nights."""
    ana, ben, cleo, dev = PEOPLE
    alone = frozenset({Role.COORDINATOR})
    both = replace(cleo, roles=frozenset({Role.COORDINATOR, Role.SPECIALIST}), qualified_until=date(2026, 12, 6))
    people = (replace(ana, roles=alone), replace(ben, roles=alone), both, dev)
    draft = draft_of(replace(ROSTER, people=people, rotations=(replace(PRIMARY, takes_alarms=True),)), 3)
    has = Counter(one.person for one in draft.nights)
    assert set(has) == {"ana", "ben", "cleo"}
    assert set(has.values()) <= {6, 7, 8}


def test_a_gap_that_somebody_unqualified_covers_is_filled() -> None:
    """An agreement that leaves the night without anybody qualified is not kept."""
    eva = Person("eva", "Eva", "+15625550109", roles=frozenset({Role.COORDINATOR}))
    cover = with_keys([override(OverrideKind.REPLACE, MONDAY, "eva")])
    draft = draft_of(replace(ROSTER, people=(*PEOPLE, eva), overrides=cover), 1)
    assert draft.nights[0].person in IDS


def test_no_night_of_a_pause_or_before_the_rotation_is_drafted() -> None:
    pause = Pause(here(MONDAY, 9), here(MONDAY + timedelta(days=3), 9))
    paused = draft_of(replace(ROSTER, rotations=(replace(PRIMARY, pauses=(pause,)),)), 1)
    assert [one.day for one in paused.nights] == [MONDAY + timedelta(days=one) for one in range(3, 7)]
    later = replace(PRIMARY, starts_on=date(2026, 12, 7))
    assert len(draft_of(replace(ROSTER, rotations=(later,)), 2).nights) == 7


@pytest.mark.parametrize("handoff", [time(0), time(1, 30), time(2, 30), time(5), time(9), time(18), time(23)])
def test_a_night_is_drafted_whole_enough_to_be_somebodys(handoff: time) -> None:
    """Whatever the time of the hand-off, the view of fairness counts what was drafted."""
    roster = replace(ROSTER, rotations=(replace(PRIMARY, handoff=handoff),))
    draft = draft_of(roster)
    made = taken(roster, draft)
    for night in draft.nights:
        counted = burdens(made, night.day, night.day + timedelta(days=1), ())
        assert [one.person for one in counted if one.nights] == [night.person]


def test_what_has_begun_by_now_is_not_drafted() -> None:
    """East of here the first night of a draft may be going on already; whoever has it keeps it."""
    east = replace(PRIMARY, unit=RotationUnit.DAYS, weekday=None, timezone="Australia/Lord_Howe", handoff=time(2))
    roster = replace(ROSTER, rotations=(east,))
    draft = draft_of(roster, 1, date(2026, 11, 25))
    assert [one.day.day for one in draft.nights] == [26, 27, 28, 29, 30, 1]
    assert all(one.starts_at > NOW for one in draft.overrides)


def test_a_member_who_comes_later_is_asked_from_then_on() -> None:
    """From the hand-off on from which the rotation has them."""
    eva = Person("eva", "Eva", "+15625550109")
    wanted = replace(ROSTER, people=(*PEOPLE, eva), rotations=(replace(PRIMARY, members=(*IDS, "eva")),))
    roster = edited(ROSTER, wanted, here(date(2026, 11, 30), 10))
    nights = draft_task(roster, "primary", MONDAY, 4, (), NOW).nights
    assert [("eva" in one.could) for one in nights if not one.outside] == [False] * 7 + [True] * 21


@pytest.mark.parametrize(
    ("name", "first", "weeks", "words"),
    [
        ("night", MONDAY, 13, "there is no rotation 'night'; there are: primary"),
        ("primary", date(2026, 11, 24), 13, "begins tomorrow or later"),
        ("primary", date(2028, 1, 1), 13, "within a year"),
        ("primary", MONDAY, 0, "1 to 26 weeks"),
        ("primary", MONDAY, 27, "1 to 26 weeks"),
    ],
)
def test_what_cannot_be_drafted_is_said(name: str, first: date, weeks: int, words: str) -> None:
    with pytest.raises(CannotDraft, match=words):
        draft_task(ROSTER, name, first, weeks, (), NOW)


@pytest.mark.costs(3)
@given(rosters(), st.dates(date(2026, 11, 25), date(2027, 4, 1)), st.integers(1, 4))
def test_whatever_the_roster_every_night_is_somebodys_who_is_qualified_and_there(
    roster: Roster, first: date, weeks: int
) -> None:
    """By the resolver, after the draft was taken: wherever a member could have the night, somebody qualified has all of
    it, who is away only if everybody is. What was agreed on is as it was, and no gap arises."""
    roster = replace(roster, policies=())
    task = draft_task(roster, "primary", first, weeks, (), NOW)
    draft = drafted(task, fill(task.nights))
    assert draft == drafted(task, fill(task.nights))
    made = taken(roster, draft) if draft.overrides else roster
    rotation = next(one for one in made.rotations if one.name == "primary")
    held = {one.day.toordinal(): one.person for one in draft.nights}
    for night, (begins, ends) in zip(task.nights, task.spans, strict=True):
        if night.outside:
            continue
        if night.holder is not None:
            assert shifts(made, rotation, begins, ends) == shifts(roster, rotation, begins, ends)
        elif night.could:
            who = held[night.day]
            assert who is not None
            assert [(one.person, one.starts_at, one.ends_at) for one in shifts(made, rotation, begins, ends)] == [
                (who, begins, ends)
            ]
            assert (night.could[who] is Availability.AWAY) <= (set(night.could.values()) == {Availability.AWAY})
    start, end = here(first, 9) - timedelta(days=2), here(task.after, 9) + timedelta(days=2)
    before = [one for one in coverage_gaps(roster, start, end) if one.rotation == "primary"]
    for gap in coverage_gaps(made, start, end):
        assert gap.rotation != "primary" or any(
            one.starts_at <= gap.starts_at and gap.ends_at <= one.ends_at for one in before
        )
