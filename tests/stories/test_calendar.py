"""Stories about what falls on a time of day."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.actions import calendar
from dispatch.actions.calendar import run_calendar
from dispatch.rules.facts.schedule import Override, OverrideKind
from dispatch.store import tables as t
from tests.stories.story import DCFS, NIGHT, OFFICER, OTHER, ROSTER, Story, tell


async def test_a_gap_is_raised_days_ahead(database_url: str) -> None:
    """At nine in the morning coordinators hear of a gap in the coming week, once."""
    gap = Override("primary", OverrideKind.REMOVE, NIGHT + timedelta(days=4), NIGHT + timedelta(days=4, hours=3))
    async with tell(database_url, replace(ROSTER, overrides=(gap,))) as story:
        runner = story.town.service.runner
        assert await runner.act(run_calendar) == []
        await story.passes(minutes=7 * 60)
        assert await runner.act(run_calendar) == ["coverage check", "purge"]
        assert await runner.act(run_calendar) == []
        await story.passes(seconds=2)
        story.expect_text("cora", "primary", "02:14")


async def test_details_are_purged_and_timings_stay(story: Story) -> None:
    """Ninety days after its end a call-out has lost its officer, its place and its texts, and kept every stamp."""
    callout = await story.paging(meeting_place={"address": "Station 4"}, reference="26-7")
    await story.says("ana", "1 20")
    await story.says("ana", "is Maria still at the station?")
    await story.request("POST", f"/v1/callouts/{callout['id']}/cancel", json={"reason": "Maria has run away"})
    await story.passes(seconds=5)
    story.forget("ana", "cora", OFFICER, DCFS)
    await story.town.service.runner.act(run_calendar)
    story.town.clock.moment += timedelta(days=91)
    await story.town.service.runner.act(run_calendar)
    await story.passes(seconds=2)

    (row,) = await story.rows(t.callout)
    assert (row["officer_phone"], row["place_address"], row["reference"]) == ("(deleted)", None, None)
    assert row["acknowledged_at"] is not None
    everything = str([await story.rows(table) for table in (t.callout, t.page, t.inbound_text, t.timeline, t.link)])
    assert OFFICER not in everything
    assert "Station 4" not in everything
    assert "Maria" not in everything
    assert "acknowledged" in await story.timeline(callout)


async def test_a_purge_goes_on_until_nothing_is_left(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction forgets a portion, and the next look a few seconds later the next one, not tomorrow's."""
    monkeypatch.setattr(calendar, "_AT_ONCE", 1)
    for officer in (OFFICER, OTHER):
        callout = await story.call_out(officer={"callback_phone": officer})
        await story.request("POST", f"/v1/callouts/{callout['id']}/cancel", json={"reason": "in error"})
        await story.passes(seconds=5)
    story.forget("ana", OFFICER, OTHER, DCFS)
    runner = story.town.service.runner
    await runner.act(run_calendar)
    story.town.clock.moment += timedelta(days=91)
    ran = [await runner.act(run_calendar) for _ in range(4)]
    assert ran == [["coverage check", "purge"], ["purge"], ["purge"], []]
    assert {row["officer_phone"] for row in await story.rows(t.callout)} == {"(deleted)"}
