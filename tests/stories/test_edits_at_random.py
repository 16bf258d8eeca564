"""Edits at random while call-outs are paged for: what holds for each of them, whatever it is."""

from random import Random
from typing import Any

import pytest

from dispatch.actions.schedule.change_roster import ChangedRoster, PlannedChange, make_change, plan, planning
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.rules.facts.roster import Roster
from dispatch.rules.roster.on_call import on_call
from dispatch.rules.schedule.edits import Edit, EditRefused
from dispatch.rules.schedule.foreseeing import RosterPreview
from dispatch.store import tables as t
from rehearsal.schedule_editors import EDITED, drawn_edit
from tests.stories.story import Story

CORA = Actor(ActorKind.COORDINATOR, "cora")
_EDITS = 12


async def _roster(story: Story) -> Roster:
    roster: Roster = await story.town.service.runner.ask(lambda tx, context: context.roster(tx))
    return roster


async def _drawn(story: Story, chance: Random) -> tuple[Edit, RosterPreview]:
    """One that is not refused."""
    runner = story.town.service.runner
    while True:
        edit = drawn_edit(chance.choice(EDITED), await _roster(story), runner.now(), chance)
        if edit is None:
            continue
        try:
            planned = await runner.ask(plan, edit)
        except EditRefused:
            continue
        if not planned.is_empty:
            return edit, planned.preview


async def _make(story: Story, edit: Edit, shown: RosterPreview) -> ChangedRoster | PlannedChange:
    return await make_change(story.town.service.runner, planning(edit), CORA, Source.WEB, shown.seen)


async def _pages(story: Story) -> list[dict[str, Any]]:
    return [dict(row) for row in await story.rows(t.page) if row["purpose"] == "page"]


def _now_on_call(roster: Roster, story: Story) -> dict[str, set[str]]:
    now = story.town.service.runner.now()
    return {one.name: set(on_call(roster, one, now)) for one in roster.rotations}


@pytest.mark.parametrize("seed", range(4))
async def test_no_edit_takes_a_page_from_anybody(story: Story, seed: int) -> None:
    """Three call-outs go on with exactly those whom they page, and the timeline of each says when an edit has changed
    who is on call at that moment, and at no other."""
    chance = Random(f"edits of pages {seed}")
    for _ in range(3):
        await story.call_out()
    for _ in range(_EDITS):
        edit, shown = await _drawn(story, chance)
        pages, lines, was = await _pages(story), await story.rows(t.timeline), await _roster(story)
        assert isinstance(await _make(story, edit, shown), ChangedRoster)
        assert await _pages(story) == pages, edit
        fresh = [line for line in await story.rows(t.timeline) if line not in lines]
        differs = _now_on_call(was, story) != _now_on_call(await _roster(story), story)
        assert [line["kind"] for line in fresh] == (["roster"] * 3 if differs else []), edit
    story.forget(*(phone.number for phone in story.town.carrier.phones))


@pytest.mark.parametrize("seed", range(4))
async def test_an_edit_is_made_on_the_version_that_was_shown_and_on_no_other(story: Story, seed: int) -> None:
    """Two coordinators look at one version. Whoever presses first has it; the other is shown what it would do now, or
    why it cannot be, and has changed nothing."""
    chance = Random(f"edits of versions {seed}")
    for _ in range(_EDITS):
        (first, first_shown), (second, second_shown) = await _drawn(story, chance), await _drawn(story, chance)
        made = await _make(story, first, first_shown)
        assert isinstance(made, ChangedRoster)
        assert made.version == first_shown.version + 1
        try:
            late = await _make(story, second, second_shown)
        except EditRefused:
            late = None
        if late is not None:
            assert isinstance(late, PlannedChange)
            assert late.preview.version == made.version
        assert await _roster(story) == made.after
    story.forget(*(phone.number for phone in story.town.carrier.phones))
