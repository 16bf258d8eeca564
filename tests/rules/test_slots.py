"""Slots: what is free, who may take it, how many, and until when it is given back."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.rules.covers import slot_texts
from dispatch.rules.covers.slot_taking import (
    NoSlot,
    SlotName,
    SlotRefusal,
    all_free,
    free_part,
    given_back,
    override_of_slot,
    refused_slot,
    slot_named,
    to_be_had,
)
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import (
    OF_A_TEST,
    Absence,
    CoverageGap,
    Override,
    OverrideKind,
    Pause,
    Rotation,
    RotationUnit,
    SlotTerms,
)
from dispatch.rules.reports.readiness import gap_text
from dispatch.rules.roster.on_call import coverage_gaps, on_call, running_shift, shifts, slot_at
from dispatch.rules.roster.rest import Rests
from dispatch.rules.roster.slot_spans import (
    SLOTS_AHEAD,
    FreeSlot,
    OwnSlot,
    QuotaUsed,
    free_slots,
    frozen_since,
    is_weekend,
    own_slots,
    quota_used,
    quotas_of,
    slots_between,
)
from dispatch.rules.schedule.edits import AddOverride, Edit, EndOverride, PauseRotation, Put, after
from dispatch.rules.schedule.foreseeing import foresee
from dispatch.rules.schedule.six_weeks import six_weeks
from dispatch.rules.schedule.spans_on_call import Reason, spans
from dispatch.rules.wording.alphabet import segments
from dispatch.rules.wording.languages import Words

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)  # Tuesday 10:00 in Los Angeles
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RESTS = Rests({}, 10 * HOUR)
TUESDAY = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # 18:00, the first slot that is to come
FRIDAY = TUESDAY + 3 * DAY
_TERMS = SlotTerms(wanted=1, month_quota=3, weekend_quota=1, frozen_days=2)
NIGHTS = Rotation("nights", ("ana", "ben", "cleo"), RotationUnit.DAYS, 1, time(18), date(2026, 11, 20), slots=_TERMS)
PEOPLE = tuple(
    Person(id_, f"{id_.title()} Long", f"+156255501{at:02}") for at, id_ in enumerate(["ana", "ben", "cleo", "dev"])
)
ROSTER = Roster(
    people=(*PEOPLE, Person("cora", "Cora Lind", "+15625550110", frozenset({Role.COORDINATOR}))),
    rotations=(NIGHTS, Rotation("backup", ("dev",), RotationUnit.WEEKS, 1, time(9), date(2026, 11, 23), weekday=0)),
)


def of(rotation: Rotation) -> Roster:
    return replace(ROSTER, rotations=(rotation, *ROSTER.rotations[1:]))


def wanting(how_many: int) -> Roster:
    return of(replace(NIGHTS, slots=SlotTerms(wanted=how_many)))


def person(roster: Roster, id_: str) -> Person:
    return next(one for one in roster.people if one.id == id_)


def named(roster: Roster, begins: datetime) -> SlotName:
    slot = slot_named(roster, "nights", begins)
    assert slot is not None
    return slot


def tries(roster: Roster, who: str, begins: datetime, now: datetime = NOW, *away: Absence) -> NoSlot | None:
    return refused_slot(roster, named(roster, begins), person(roster, who), away, RESTS, now, is_busy=False)


def took(roster: Roster, who: str, *slots: datetime, now: datetime = NOW) -> Roster:
    """They take these, which nothing is against."""
    for begins in slots:
        assert tries(roster, who, begins, now) is None
        free = free_part(roster, named(roster, begins), now)
        assert free is not None
        roster = after(roster, AddOverride(override_of_slot(roster, free, who)), now)
    return roster


def why(refused: NoSlot | None) -> SlotRefusal | None:
    return refused.why if refused is not None else None


# ---- who is on call, and what is a gap -----------------------------------------------------------------------------


def test_nobody_has_a_slot_by_order() -> None:
    """So a slot that nobody took is a gap, and one that somebody took is theirs, from hand-off to hand-off."""
    assert on_call(ROSTER, NIGHTS, FRIDAY) == ()
    assert running_shift(NIGHTS, FRIDAY) is None
    roster = took(ROSTER, "ana", FRIDAY)
    assert [(one.person, one.starts_at, one.ends_at) for one in shifts(roster, NIGHTS, NOW, NOW + 9 * DAY)] == [
        ("ana", FRIDAY, FRIDAY + DAY)
    ]
    gaps = [gap for gap in coverage_gaps(roster, NOW, FRIDAY + 2 * DAY) if gap.rotation == "nights"]
    assert gaps == [CoverageGap("nights", NOW, FRIDAY), CoverageGap("nights", FRIDAY + DAY, FRIDAY + 2 * DAY)]


def test_a_gap_says_how_many_there_are() -> None:
    """With one of two on call it is a smaller gap than with nobody, and whoever edits ticks either."""
    roster = wanting(2)
    one = took(roster, "ana", TUESDAY)
    two = took(one, "ben", TUESDAY)
    until = TUESDAY + DAY

    def found(roster: Roster) -> list[CoverageGap]:
        return [gap for gap in coverage_gaps(roster, TUESDAY, until) if gap.rotation == "nights"]

    assert found(roster) == [CoverageGap("nights", TUESDAY, until, 0, 2)]
    assert found(one) == [CoverageGap("nights", TUESDAY, until, 1, 2)]
    assert found(two) == []
    (own,) = own_slots(two, "ben", NOW)
    (gap,) = foresee(two, 7, EndOverride(own.key), NOW).preview.gaps
    assert gap.line == "1 of 2 on call for nights, Tue 24 Nov 18:00 to Wed 25 Nov 18:00"
    (own,) = own_slots(one, "ana", NOW)
    (gap,) = foresee(one, 7, EndOverride(own.key), NOW).preview.gaps
    assert gap.line.startswith("nobody on call for nights")
    assert gap_text(one, CoverageGap("nights", TUESDAY, until, 1, 2), NOW).startswith("1 of 2 on call for nights from ")


def test_whoever_rests_when_it_begins_does_not_get_it() -> None:
    """Paging would pass over them: it would be a gap that looks taken."""
    rests = Rests({"ana": FRIDAY + HOUR}, 10 * HOUR)
    refused = refused_slot(ROSTER, named(ROSTER, FRIDAY), person(ROSTER, "ana"), (), rests, NOW, is_busy=False)
    assert refused == NoSlot(SlotRefusal.RESTING, until=FRIDAY + HOUR)
    assert FRIDAY not in {one.begins for one in to_be_had(ROSTER, person(ROSTER, "ana"), (), rests, NOW)}
    assert FRIDAY in {one.begins for one in to_be_had(ROSTER, person(ROSTER, "ana"), (), RESTS, NOW)}


def test_slots_beside_training_that_ends() -> None:
    """Whoever is past it covers nothing, so the slot is free again for one who covers it."""
    lapsed = replace(
        ROSTER, people=tuple(replace(one, qualified_until=date(2026, 11, 27)) for one in PEOPLE[:1]) + ROSTER.people[1:]
    )
    assert why(tries(lapsed, "ana", FRIDAY)) is SlotRefusal.NOT_QUALIFIED
    roster = after(lapsed, AddOverride(Override("nights", OverrideKind.ADD, FRIDAY, FRIDAY + DAY, "ana")), NOW)
    (free,) = [one for one in free_slots(roster, NIGHTS, NOW, FRIDAY + DAY) if one.begins == FRIDAY]
    assert (free.starts_at, free.ends_at) == (datetime(2026, 11, 28, 8, tzinfo=UTC), FRIDAY + DAY)


def test_the_schedule_has_a_span_for_each_slot() -> None:
    """Red where it is free, with why; and where one of two has taken it."""
    roster = took(wanting(2), "ana", TUESDAY)
    found = spans(roster, roster.rotations[0], TUESDAY, TUESDAY + 2 * DAY, NOW)
    assert [(one.starts_at, one.people, one.reason, one.is_gap, one.wanted) for one in found] == [
        (TUESDAY, ("ana",), Reason.SLOT, True, 2),
        (TUESDAY + DAY, (), Reason.SLOT, True, 2),
    ]
    full = took(roster, "ben", TUESDAY)
    assert not spans(full, full.rotations[0], TUESDAY, TUESDAY + DAY, NOW)[0].is_gap
    assert six_weeks(full, date(2026, 11, 23), NOW).gaps[-1].reason is Reason.SLOT


def test_before_it_begins_and_in_a_pause_there_are_no_slots() -> None:
    """Such a moment is a gap all the same, as of any rotation."""
    assert slot_at(NIGHTS, datetime(2026, 11, 1, tzinfo=UTC)) is None
    paused = after(ROSTER, PauseRotation("nights", Pause(FRIDAY + HOUR, FRIDAY + 2 * HOUR)), NOW).rotations[0]
    assert slot_at(paused, FRIDAY) is None
    assert [begins for begins, _ in slots_between(paused, TUESDAY, TUESDAY + 5 * DAY)] == [
        TUESDAY + number * DAY for number in (0, 1, 2, 4)
    ]
    assert slots_between(ROSTER.rotations[1], NOW, NOW + 9 * DAY) == []
    assert free_slots(ROSTER, ROSTER.rotations[1], NOW, NOW + 9 * DAY) == []


def test_a_rotation_becomes_one_of_slots_at_its_hand_off() -> None:
    """Whoever has the shift keeps it, and the slots begin after it. The past stays whose it was."""
    ordered = of(replace(NIGHTS, slots=None))
    roster = after(ordered, Put(NIGHTS), NOW)
    changed = roster.rotations[0]
    assert on_call(roster, changed, NOW) == on_call(ordered, ordered.rotations[0], NOW) != ()
    assert slot_at(changed, NOW) is None
    assert [one.begins for one in all_free(roster, NOW)][:2] == [TUESDAY, TUESDAY + DAY]
    gaps = [gap for gap in coverage_gaps(roster, NOW, NOW + 9 * DAY) if gap.rotation == "nights"]
    assert gaps == [CoverageGap("nights", TUESDAY, NOW + 9 * DAY)]
    assert slot_at(replace(changed, ended_at=NOW), FRIDAY) is None


def test_a_slot_in_a_night_of_25_hours() -> None:
    """It is from hand-off to hand-off on the clock."""
    begins, ends = slots_between(NIGHTS, *(datetime(2027, 11, 7, hour, tzinfo=UTC) for hour in (4, 5)))[0]
    assert ends - begins == 25 * HOUR


# ---- taken ---------------------------------------------------------------------------------------------------------


def test_who_gets_a_slot_and_who_does_not() -> None:
    away = Absence("a", "ana", FRIDAY + HOUR, FRIDAY + 2 * HOUR)
    roster = took(ROSTER, "ben", TUESDAY)
    busy, later = (
        refused_slot(ROSTER, named(ROSTER, FRIDAY), person(ROSTER, "ana"), (), RESTS, at, is_busy=True)
        for at in (FRIDAY - 11 * HOUR, NOW)
    )
    assert later is None, "by then they are home"
    assert [
        why(one)
        for one in (
            tries(ROSTER, "ana", FRIDAY),
            tries(ROSTER, "ana", FRIDAY, NOW, away),
            tries(ROSTER, "ana", FRIDAY, NOW, replace(away, person="ben")),
            tries(ROSTER, "dev", FRIDAY),
            tries(ROSTER, "cora", FRIDAY),
            tries(roster, "ana", TUESDAY),
            tries(roster, "ben", TUESDAY),
            tries(ROSTER, "ana", FRIDAY, FRIDAY + DAY),
            tries(ROSTER, "ana", FRIDAY + SLOTS_AHEAD),
            busy,
        )
    ] == [
        None,
        SlotRefusal.AWAY,
        None,
        SlotRefusal.NO_MEMBER,
        SlotRefusal.NO_MEMBER,
        SlotRefusal.TAKEN,
        SlotRefusal.YOURS_ALREADY,
        SlotRefusal.GONE,
        SlotRefusal.TOO_FAR,
        SlotRefusal.BUSY,
    ]
    taken = tries(roster, "ana", TUESDAY)
    assert taken is not None
    assert taken.others == ("Ben",)


def test_nobody_has_two_places_at_once() -> None:
    """Of a slot that wants two, and of one beside another rotation."""
    roster = took(wanting(2), "ana", FRIDAY)
    assert why(tries(roster, "ana", FRIDAY)) is SlotRefusal.YOURS_ALREADY
    assert tries(roster, "ben", FRIDAY) is None
    member = of(replace(NIGHTS, members=("dev", "ana")))
    elsewhere = tries(member, "dev", FRIDAY)
    assert elsewhere is not None
    assert (elsewhere.why, elsewhere.rotation) == (SlotRefusal.ON_CALL, "backup")


def test_coordinators_may_have_a_rotation_of_slots() -> None:
    """In which nobody is but them."""
    roster = of(replace(NIGHTS, members=("cora", "ana"), takes_alarms=True))
    assert tries(roster, "cora", FRIDAY) is None
    assert why(tries(roster, "ana", FRIDAY)) is SlotRefusal.NOT_QUALIFIED


def test_what_is_left_of_a_slot_that_runs_is_taken() -> None:
    at = FRIDAY + 3 * HOUR
    roster = took(ROSTER, "ana", FRIDAY, now=at)
    assert on_call(roster, NIGHTS, FRIDAY + 2 * HOUR) == ()
    assert on_call(roster, NIGHTS, at) == ("ana",)


def test_a_rotation_that_is_made_in_the_middle_of_a_slot_has_what_is_left_of_it() -> None:
    """It holds from now on, and its slot is named after the hand-off before."""
    at = FRIDAY + 3 * HOUR
    roster = after(ROSTER, Put(replace(NIGHTS, name="new")), at)
    free = all_free(roster, at)[0]
    assert (free.begins, free.starts_at) == (FRIDAY, at)
    slot = slot_named(roster, "new", FRIDAY)
    assert slot == SlotName("new", FRIDAY, FRIDAY + DAY)
    assert refused_slot(roster, slot, person(roster, "ana"), (), RESTS, at, is_busy=False) is None
    assert slot_named(roster, "new", FRIDAY - DAY) is None


def test_after_an_edit_of_the_hand_off_each_moment_is_in_one_slot() -> None:
    """What is left of the one that ran is offered as a part of the new one, and no moment twice."""
    at = FRIDAY + 3 * HOUR
    roster = after(ROSTER, Put(replace(NIGHTS, handoff=time(20))), at)
    first, second, *_ = all_free(roster, at)
    assert (first.begins, first.starts_at, first.ends_at) == (FRIDAY + 2 * HOUR, at, FRIDAY + 26 * HOUR)
    assert second.begins == first.ends_at
    assert on_call(took(roster, "ana", first.begins, now=at), roster.rotations[0], at) == ("ana",)


def test_a_gap_before_the_first_slot_is_no_part_of_it() -> None:
    """A rotation with an order is to have slots from its hand-off on, each twelve hours after that, and nobody has the
    afternoon before. Whoever takes the first slot has it, and what is a gap before it stays one."""
    ordered = of(replace(NIGHTS, slots=None))
    (holder,) = on_call(ordered, ordered.rotations[0], NOW)
    off = Override("nights", OverrideKind.REMOVE, NOW + HOUR, TUESDAY, None, holder)
    roster = after(after(ordered, AddOverride(off), NOW), Put(replace(NIGHTS, handoff=time(6))), NOW)
    first = all_free(roster, NOW)[0]
    assert (first.begins, first.starts_at, first.ends_at) == (TUESDAY - 12 * HOUR, TUESDAY, TUESDAY + 12 * HOUR)
    who = next(one for one in NIGHTS.members if one != holder)
    roster = took(roster, who, first.begins)
    assert [one.begins for one in own_slots(roster, who, NOW)] == [first.begins]
    assert coverage_gaps(roster, NOW, TUESDAY + HOUR)[0] == CoverageGap("nights", NOW + HOUR, TUESDAY)


def test_of_two_parts_that_are_free_the_first_is_taken() -> None:
    """Dev stands in from 20:00 to 22:00: whoever takes the slot has what lies before it, and then what lies behind."""
    dev = Override("nights", OverrideKind.ADD, FRIDAY + 2 * HOUR, FRIDAY + 4 * HOUR, "dev")
    roster = after(ROSTER, AddOverride(dev), NOW)
    roster = took(roster, "ana", FRIDAY)
    (free,) = [one for one in all_free(roster, NOW) if one.begins == FRIDAY]
    assert (free.starts_at, free.ends_at) == (FRIDAY + 4 * HOUR, FRIDAY + DAY)


def test_what_no_roster_has_is_no_slot() -> None:
    for rotation, begins in (("nights", FRIDAY + HOUR), ("backup", FRIDAY), ("days", FRIDAY)):
        assert slot_named(ROSTER, rotation, begins) is None
    for year in (1, 1999, 2101, 9999):
        assert slot_named(ROSTER, "nights", datetime(year, 12, 31, tzinfo=UTC)) is None


# ---- quotas --------------------------------------------------------------------------------------------------------


def test_a_quota_is_a_months_and_a_weekends() -> None:
    """Friday's and Saturday's nights are at a weekend. What somebody else covers for them counts for that one."""
    roster = took(ROSTER, "ana", FRIDAY)
    assert why(tries(roster, "ana", FRIDAY + DAY)) is SlotRefusal.WEEKENDS_FULL
    roster = took(roster, "ana", FRIDAY + 2 * DAY, TUESDAY)
    full = tries(roster, "ana", FRIDAY + 3 * DAY)
    assert full is not None
    assert full.why is SlotRefusal.MONTH_FULL
    assert full.quota == QuotaUsed("nights", date(2026, 11, 1), _TERMS, 3, 1)
    assert tries(roster, "ana", FRIDAY + 5 * DAY) is None  # December
    given = Override("nights", OverrideKind.REPLACE, FRIDAY, FRIDAY + DAY, "ben", "ana")
    covered = after(roster, AddOverride(given), NOW)
    assert quota_used(covered, NIGHTS, "ana", NOW).taken == 2
    assert quota_used(covered, NIGHTS, "ben", NOW).weekends == 1
    assert [(one.month.month, one.taken) for one in quotas_of(covered, "ben", NOW)] == [(11, 1), (12, 0)]
    assert quotas_of(covered, "dev", NOW) == []


def test_without_a_quota_there_is_no_end() -> None:
    roster = of(replace(NIGHTS, slots=SlotTerms()))
    roster = took(roster, "ana", *(TUESDAY + number * DAY for number in range(14)))
    assert len(own_slots(roster, "ana", NOW)) == 14


@pytest.mark.parametrize(
    ("handoff", "hours", "weekend"),
    [
        (time(18), 24, {4, 5}),  # the middle of it is 6:00 of the next day
        (time(9), 24, {4, 5}),
        (time(9), 12, {5, 6}),
        (time(21), 12, {4, 5}),
    ],
)
def test_what_is_at_a_weekend(handoff: time, hours: int, weekend: set[int]) -> None:
    days = [date(2026, 11, 23) + number * DAY for number in range(7)]
    found = set()
    for day in days:
        begins = datetime.combine(day, handoff, UTC) + 8 * HOUR
        if is_weekend(NIGHTS, begins, begins + hours * HOUR):
            found.add(day.weekday())
    assert found == weekend


def test_a_quota_that_cannot_be_met_is_said() -> None:
    """Whoever sets it reads so before it is made; it is made all the same, and the gaps are told."""
    for terms, said in (
        (SlotTerms(month_quota=4), "some 31 slots a month, and by their quota its people take 12 at most"),
        (SlotTerms(wanted=4), "nights wants 4 at a time, and has 3 to take its slots"),
    ):
        preview = foresee(ROSTER, 1, Put(replace(NIGHTS, slots=terms)), NOW).preview
        assert any(said in note for note in preview.notes), preview.notes
    fine = replace(NIGHTS, unit=RotationUnit.WEEKS, slots=SlotTerms(month_quota=2))
    for rotation in (fine, replace(NIGHTS, slots=None), replace(NIGHTS, slots=SlotTerms())):
        preview = foresee(of(replace(NIGHTS, members=("ana",))), 1, Put(rotation), NOW).preview
        assert not any("slots" in note for note in preview.notes)


# ---- given back ----------------------------------------------------------------------------------------------------


def test_a_slot_is_given_back_until_it_is_frozen() -> None:
    """Two days before, at the hour of its hand-off; later it is covered like any shift."""
    roster = took(ROSTER, "ana", FRIDAY)
    frozen = FRIDAY - 2 * DAY
    own = given_back(roster, named(roster, FRIDAY), "ana", frozen - HOUR)
    assert isinstance(own, OwnSlot)
    assert own.frozen_from == frozen
    assert on_call(after(roster, EndOverride(own.key), frozen - HOUR), NIGHTS, FRIDAY) == ()
    for who, now, reason in (("ana", frozen, SlotRefusal.FROZEN), ("ben", NOW, SlotRefusal.NOT_YOURS)):
        refused = given_back(roster, named(roster, FRIDAY), who, now)
        assert isinstance(refused, NoSlot)
        assert refused.why is reason


def test_a_day_before_a_night_with_another_clock_is_a_day_on_the_clock() -> None:
    """Daylight saving ends on Sunday 7 November 2027 at 2:00."""
    begins = datetime(2027, 11, 9, 2, 0, tzinfo=UTC)  # Monday 18:00
    assert begins - frozen_since(NIGHTS, begins) == 49 * HOUR
    assert frozen_since(replace(NIGHTS, slots=None), begins) == begins


def test_what_somebody_covers_or_was_put_on_for_is_no_slot_of_theirs() -> None:
    """What has been given away is not given back, nor what a coordinator has put them on for longer than a slot."""
    given = Override("nights", OverrideKind.REPLACE, FRIDAY, FRIDAY + HOUR, "ben", "ana")
    roster = after(took(ROSTER, "ana", FRIDAY), AddOverride(given), NOW)
    assert own_slots(roster, "ana", NOW) == own_slots(roster, "ben", NOW) == []
    longer = Override("nights", OverrideKind.ADD, TUESDAY, TUESDAY + 2 * DAY, "ana")
    assert own_slots(after(ROSTER, AddOverride(longer), NOW), "ana", NOW) == []


def test_whoever_came_in_beside_a_silent_one_cannot_give_that_back() -> None:
    """They have taken no slot: the service put them on, until the silent one answers."""
    roster = took(ROSTER, "ana", FRIDAY)
    beside = Override("nights", OverrideKind.ADD, FRIDAY, FRIDAY + DAY, "dev", key=f"{OF_A_TEST}7")
    roster = after(roster, AddOverride(beside), NOW)
    assert on_call(roster, NIGHTS, FRIDAY) == ("ana", "dev")
    assert own_slots(roster, "dev", NOW) == []


# ---- the laws ------------------------------------------------------------------------------------------------------

_WHO = st.sampled_from(["ana", "ben", "cleo"])
_DOES = st.tuples(st.sampled_from(["take", "take", "take", "back", "cover", "off"]), _WHO, st.integers(0, 20))


@pytest.mark.costs(7)
@settings(max_examples=40)
@given(
    terms=st.builds(
        SlotTerms, st.integers(1, 3), st.none() | st.integers(1, 5), st.none() | st.integers(0, 2), st.integers(0, 4)
    ),
    done=st.lists(_DOES, min_size=1, max_size=25),
    step=st.integers(0, 20),
)
def test_never_more_than_wanted_never_above_a_quota_and_never_given_back_when_frozen(
    terms: SlotTerms, done: list[tuple[str, str, int]], step: int
) -> None:
    """Whatever people take, give back, cover and are taken off for, hour after hour; and the past never changes."""
    roster, now = of(replace(NIGHTS, slots=terms)), NOW
    for what, who, number in done:
        rotation, slot = roster.rotations[0], named(roster, TUESDAY + number * DAY)
        edit = _edit(roster, what, who, slot, now)
        if edit is not None:
            was = shifts(roster, rotation, _LONG_AGO, now)
            roster = after(roster, edit, now)
            assert shifts(roster, rotation, _LONG_AGO, now) == was
        if what == "take" and edit is not None:
            quota = quota_used(roster, rotation, who, slot.begins)
            assert terms.month_quota is None or quota.taken <= terms.month_quota
            if is_weekend(rotation, slot.begins, slot.ends) and _has_all(roster, who, slot, now):
                assert terms.weekend_quota is None or quota.weekends <= terms.weekend_quota
        if what == "back" and edit is not None:
            assert now < frozen_since(rotation, slot.begins)
        for shift in shifts(roster, rotation, _LONG_AGO, TUESDAY + 22 * DAY):  # there are more only where one begins
            assert len(on_call(roster, rotation, shift.starts_at)) <= terms.wanted
        now += step * HOUR
    free = {(one.begins, one.starts_at) for one in all_free(roster, now)}
    gaps = [gap for gap in coverage_gaps(roster, now, now + SLOTS_AHEAD) if gap.rotation == "nights"]
    for begins, starts_at in free:
        assert any(gap.starts_at <= starts_at < gap.ends_at for gap in gaps), begins
    for who in ("ana", "ben", "cleo"):
        for one in to_be_had(roster, person(roster, who), (), RESTS, now):
            assert tries(roster, who, one.begins, now) is None


_LONG_AGO = NOW - 30 * DAY


def _has_all(roster: Roster, who: str, slot: SlotName, now: datetime) -> bool:
    return any(one.begins == slot.begins for one in own_slots(roster, who, now))


def _edit(roster: Roster, what: str, who: str, slot: SlotName, now: datetime) -> Edit | None:
    if slot.ends <= now:
        return None
    if what == "take":
        free = free_part(roster, slot, now)
        if free is None or refused_slot(roster, slot, person(roster, who), (), RESTS, now, is_busy=False) is not None:
            return None
        return AddOverride(override_of_slot(roster, free, who))
    if what == "back":
        own = given_back(roster, slot, who, now)
        return EndOverride(own.key) if isinstance(own, OwnSlot) else None
    having = on_call(roster, roster.rotations[0], max(slot.begins, now))
    if not having or who in having:
        return None
    middle = max(slot.begins, now) + (slot.ends - max(slot.begins, now)) / 2
    kind, by = (OverrideKind.REPLACE, who) if what == "cover" else (OverrideKind.REMOVE, None)
    return AddOverride(Override("nights", kind, middle, slot.ends, by, having[0]))


# ---- in words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", SlotRefusal)
def test_a_coordinator_reads_of_somebody_else_why_it_is_not_theirs(reason: SlotRefusal) -> None:
    """Nothing that speaks to her, since it was not she who wanted it."""
    quota = QuotaUsed("nights", date(2026, 9, 1), SlotTerms(1, 31, 31), 31, 31)
    told = [
        slot_texts.why_not(NoSlot(reason, ("Ben",), "nights", quota, FRIDAY, FRIDAY), "Ana"),
        slot_texts.why_not(NoSlot(reason), "Ana"),
    ]
    for said in told:
        assert not re.search(r"\byour?\b|\bNone\b", said)


def _everything_said() -> list[Words]:
    """With names and spans as long as they get."""
    long = of(replace(NIGHTS, unit=RotationUnit.WEEKS))
    free = FreeSlot("nights", FRIDAY, FRIDAY, FRIDAY + 9 * DAY)
    own = OwnSlot("nights", FRIDAY, FRIDAY, FRIDAY + 9 * DAY, "key", FRIDAY - DAY)
    numbered = [(99998, free), (99999, free)]
    quota = QuotaUsed("nights", date(2026, 9, 1), SlotTerms(1, 31, 31), 31, 31)
    return [
        *(slot_texts.free(found, more, long) for found, more in (([], 0), (numbered[:1], 0), (numbered, 60))),
        *(slot_texts.yours(99999, own, long, now) for now in (NOW, FRIDAY)),
        slot_texts.given_to_you(own, long),
        *(slot_texts.taken_from_you(own, who, long) for who in ("ana", "dev")),
        *(slot_texts.given_back(99999, own, who, long) for who in ("ana", "dev")),
        *(slot_texts.which_back(found, more, long) for found, more in (([], 0), (numbered, 60))),
        slot_texts.no_such(999999999),
        *(
            slot_texts.refused(99999, NoSlot(reason, ("Maximiliano-Alexander",) * 3, "the long name", quota, FRIDAY))
            for reason in SlotRefusal
        ),
        slot_texts.refused(99999, NoSlot(SlotRefusal.TAKEN)),
        slot_texts.refused(99999, NoSlot(SlotRefusal.MONTH_FULL)),
        slot_texts.refused(99999, NoSlot(SlotRefusal.FROZEN)),
    ]


def test_whoever_has_another_rotation_reads_of_which_they_are_off_call() -> None:
    """Dev has the backup all the while."""
    own = OwnSlot("nights", FRIDAY, FRIDAY, FRIDAY + DAY, "key", FRIDAY - DAY)
    for said in (slot_texts.taken_from_you(own, "dev", ROSTER), slot_texts.given_back(7, own, "dev", ROSTER)):
        assert said.endswith(": Fri 27 Nov 18:00-Sat 18:00. You are off call (nights) then.")
        assert said.spanish.endswith(" No tiene guardia (nights).")
    assert slot_texts.given_back(7, own, "ana", ROSTER).endswith("You are off call then.")


def test_two_have_a_slot_and_one_has_it() -> None:
    assert "Fay and Gus have it." in slot_texts.refused(1, NoSlot(SlotRefusal.TAKEN, ("Fay", "Gus")))
    assert "Fay has it." in slot_texts.refused(1, NoSlot(SlotRefusal.TAKEN, ("Fay",)))


def test_what_is_said_fits_one_segment_in_both_languages() -> None:
    for said in _everything_said():
        for words in (said, said.spanish):
            assert segments(words) == 1, words
            assert not words.endswith(("…", "...")), words


def test_until_when_it_is_given_back_in_words() -> None:
    own = OwnSlot("nights", FRIDAY, FRIDAY, FRIDAY + DAY, "key", FRIDAY - 2 * DAY)
    free = FreeSlot("nights", FRIDAY, FRIDAY, FRIDAY + DAY)
    assert slot_texts.back_until(own, ROSTER, NOW, spanish=False) == "Wed 25 Nov 18:00"
    assert slot_texts.back_until(own, ROSTER, FRIDAY, spanish=False) == ""
    assert slot_texts.back_until(free, ROSTER, NOW, spanish=False) == ""


def test_a_quota_in_words() -> None:
    quota = QuotaUsed("nights", date(2026, 12, 1), SlotTerms(1, 4, 2), 1, 2)
    assert (
        slot_texts.quota_said(quota, spanish=False) == "nights, December: 1 of 4, 3 left; at a weekend 2 of 2, 0 left"
    )
    assert slot_texts.quota_said(quota, spanish=True).startswith("nights, diciembre: 1 de 4, quedan 3")
    assert slot_texts.quota_said(replace(quota, slots=SlotTerms()), spanish=False) == "nights, December: 1"
