"""Faults of the schedule and of edits of it: each breaks what a coordinator relies on who reads a preview."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from dispatch.actions.context import Context
from dispatch.actions.runner import Runner
from dispatch.actions.schedule import change_roster
from dispatch.actions.schedule.change_roster import (
    ChangedRoster,
    Making,
    PlannedChange,
    Planning,
    RosterOrder,
    make_planned,
)
from dispatch.rules.facts.actors import Actor, Source
from dispatch.rules.facts.roster import Policy, Roster
from dispatch.rules.facts.schedule import CoverageGap, Rotation, Shift
from dispatch.rules.roster import edited, on_call
from dispatch.rules.schedule import differing, edits, undo
from dispatch.rules.schedule.foreseeing import SeenPreview
from dispatch.rules.schedule.undo import RosterChange
from dispatch.store.transaction import Transaction
from tests.planted.fault import original, replaces

T = TypeVar("T", Rotation, Policy)


@replaces(on_call.lapses, "rules/test_schedule_properties.py")
def the_schedule_misses_when_training_ends(roster: Roster, of: Iterable[Shift]) -> Iterator[datetime]:
    """Coordinators are alarmed about a gap that the schedule does not show."""
    return iter(())


@replaces(differing.new_gaps, "rules/test_roster_change_laws.py::test_no_gap_arises_that_the_preview_does_not_name")
def a_preview_names_the_first_gap_alone(
    before: Roster, after: Roster, start: datetime, end: datetime
) -> list[CoverageGap]:
    """A coordinator ticks one gap, and leaves three."""
    return original(differing.new_gaps)(before, after, start, end)[:1]


@replaces(edited._next_version, "rules/test_roster_change_laws.py::test_no_edit_moves_the_past")
def an_edit_of_a_rotation_rewrites_its_past(was: T, listed: T, now: datetime, holds_from: datetime) -> T:
    """After another order of members, a report says of last March that Eva was on call, who was not."""
    return replace(original(edited._next_version)(was, listed, now, holds_from), earlier=(), holds_from=None)


@replaces(change_roster._paged_for, "stories/test_edits_at_random.py::test_no_edit_takes_a_page_from_anybody")
def a_timeline_does_not_say_that_the_roster_changed(tx: Transaction, _: Context) -> list[str]:
    """Ana is paged, Eva is on call, and nobody who reads the call-out later knows why."""
    return []


@replaces(undo._meet, "rules/test_shift_edits.py")
def an_undo_passes_over_what_came_later(one: RosterChange, other: RosterChange) -> bool:
    """Yesterday's mistake is undone, and with it half of what was agreed on since."""
    return False


@replaces(edits._held_again, "rules/test_shift_edits.py")
def an_undo_lets_what_came_at_once_run_on(roster: Roster, listed: Roster, now: datetime) -> Roster:
    """Eva was put on a week too early, and the coordinator who took it back leaves her on until its hand-off."""
    return roster


@replaces(
    change_roster.make_change,
    "stories/test_edits_at_random.py::test_an_edit_is_made_on_the_version_that_was_shown_and_on_no_other",
)
async def an_edit_is_made_whatever_was_shown(
    runner: Runner,
    wanted: Planning,
    by: Actor,
    source: Source,
    seen: SeenPreview,
    making: Making = change_roster.change_roster,
) -> ChangedRoster | PlannedChange:
    """Two coordinators cover one night, and the second takes the first's cover away without having seen it."""
    return await make_planned(runner, wanted, RosterOrder(await runner.ask(wanted), by, source, seen.ticked), making)
