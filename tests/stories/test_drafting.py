"""A quarter is drafted while the nights go on."""

from dataclasses import replace
from datetime import timedelta

from dispatch.actions.drafting.draft_roster import draft_roster
from dispatch.actions.schedule.change_roster import (
    ChangedRoster,
    Planning,
    import_roster,
    make_change,
    planning,
    undoing,
)
from dispatch.rules.facts.actors import OPERATOR, Actor, ActorKind, Source
from dispatch.rules.roster.on_call import on_call
from dispatch.rules.schedule.edits import FillNights
from tests.stories.story import NIGHT, ROSTER, Story

CORA = Actor(ActorKind.COORDINATOR, "cora")
SHARED = replace(ROSTER, rotations=(replace(ROSTER.rotations[0], members=("ana", "cleo")), *ROSTER.rotations[1:]))


async def _made(story: Story, wanted: Planning) -> ChangedRoster:
    runner = story.town.service.runner
    shown = (await runner.ask(wanted)).preview
    made = await make_change(
        runner, wanted, CORA, Source.WEB, version=shown.version, digest=shown.digest, ticked=shown.ticks
    )
    assert isinstance(made, ChangedRoster)
    return made


async def _nights(story: Story) -> list[tuple[str, ...]]:
    """Who has primary at 23:14 of the four weeks from next Monday on."""
    roster = await story.town.service.runner.ask(lambda tx, context: context.roster(tx))
    begins = NIGHT + timedelta(days=6, hours=21)
    return [on_call(roster, roster.rotations[0], begins + timedelta(days=number)) for number in range(28)]


async def test_a_draft_is_taken_told_in_the_morning_and_taken_back(story: Story) -> None:
    """A quarter drafted at a quarter past two wakes nobody. At eight whoever is on call otherwise within two weeks
    reads of it in one text. The undo gives back what was."""
    await story.town.service.runner.act(import_roster, SHARED, OPERATOR, Source.CLI, at_once=True)
    was = await _nights(story)
    runner = story.town.service.runner
    draft = await draft_roster(runner, "primary", 13)
    assert await _nights(story) == was
    made = await _made(story, planning(FillNights("primary", draft.overrides)))
    now = await _nights(story)
    assert now == [(one.person,) for one in draft.nights[:28]]
    assert draft.spread <= 1.5
    assert draft.broken == ()
    await story.passes(seconds=2)
    story.expect_silence()
    await story.passes(minutes=5 * 60 + 50)
    assert "on call Tue 1 Dec 09:00" in story.expect_text("ana", "Schedule changed. You are ")
    assert "off call Tue 1 Dec 09:00" in story.expect_text("cleo", "Schedule changed. You are ")
    story.expect_silence()
    await _made(story, undoing(made.version))
    assert await _nights(story) == was
    await story.passes(seconds=2)
    assert "off call Tue 1 Dec 09:00" in story.expect_text("ana", "Schedule changed. You are ")
    assert "on call Tue 1 Dec 09:00" in story.expect_text("cleo", "Schedule changed. You are ")
