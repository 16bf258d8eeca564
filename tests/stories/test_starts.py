"""Stories about where people start from for a while: it moves no call-out, and ends by itself."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest

from demo.town import OUR_NUMBER
from dispatch import logs
from dispatch.actions.calendar import run_calendar
from dispatch.rules.facts.roster import Area, Roster
from dispatch.store import tables as t
from tests.stories.own_view import starts_from
from tests.stories.story import DCFS, OFFICER, ROSTER, Story, tell

START = "Quartz Hollow"  # a name that nothing else here has
STRANGER = "+15625550198"


def _with_areas() -> Roster:
    people = tuple(replace(person, area_night="LBH", area_day="LBH") for person in ROSTER.people)
    return replace(
        ROSTER, people=people, areas=(Area("LBH", "Long Beach", 33.77, -118.19), Area("QZH", START, 33.90, -118.22))
    )


SET_IN = (_with_areas(),)


async def _starts(story: Story) -> dict[str, str]:
    return {row["person"]: row["area"] for row in await story.rows(t.starts_from)}


async def test_a_start_while_paged_is_applied_and_the_page_still_waits(story: Story) -> None:
    """It takes nothing and declines nothing: she takes it afterwards with a 1, and the drive counts from there."""
    callout = await story.paging(meeting_place={"address": "400 W Broadway, Long Beach"})
    story.expect_text("ana", callout["code"])
    before = await story.timeline(callout)
    await starts_from(story, "ana", "QZH")
    assert await story.timeline(callout) == before
    assert (await story.status(callout))["status"] == "paging"
    assert await _starts(story) == {"ana": "QZH"}
    await story.says("ana", "1 20", minutes=1)
    assert (await story.status(callout))["status"] == "acknowledged"
    await story.says("ana", "OMW", minutes=17)
    await story.says("ana", "HERE")
    (drive,) = await story.rows(t.measured_drive)
    assert (drive["from_area"], drive["to_area"]) == ("QZH", "LBH")
    story.forget("ana", OFFICER, DCFS)


async def test_from_gets_the_link_and_changes_nothing(story: Story) -> None:
    """Also from a coordinator whatever alarm is open: it takes none. A stranger and the officer get no link."""
    await story.says("ana", "SOS")
    story.forget("ana", "cora")
    await story.says("cora", "FROM QZH")
    story.expect_text("cora", "Nothing changed. Cover, days away, where you start: ", "/me/")
    assert [alarm["owner"] for alarm in await story.rows(t.alarm)] == [None]
    await story.town.carrier.phone(STRANGER).reply("FROM QZH", to=OUR_NUMBER)
    await story.passes(seconds=2)
    assert "/me/" not in story.expect_text(STRANGER)
    assert await _starts(story) == {}
    story.forget("ana", "cora")


@pytest.mark.both_databases
async def test_it_ends_at_the_handoff_and_is_forgotten(story: Story) -> None:
    """A newer word replaces the older one. In the night after the end, no row is left."""
    await starts_from(story, "ben", "QZH")
    await starts_from(story, "ben", "LBH")
    assert await _starts(story) == {"ben": "LBH"}
    runner = story.town.service.runner
    await runner.act(run_calendar)
    for days, left in ((13, {"ben": "LBH"}), (2, {})):
        story.town.clock.moment += timedelta(days=days)
        assert "purge" in await runner.act(run_calendar)
        assert await _starts(story) == left
    story.forget("cora")


async def test_an_area_out_of_reach_is_told_at_the_coverage_check(database_url: str) -> None:
    """In one text to coordinators, by day; whoever is on call is paged as ever."""
    far = Area("PMD", "Palmdale", 34.58, -118.12)
    roster = _with_areas()
    async with tell(database_url, replace(roster, areas=(*roster.areas, far))) as story:
        runner = story.town.service.runner
        await runner.act(run_calendar)
        await story.passes(minutes=7 * 60)
        assert "coverage check" in await runner.act(run_calendar)
        await story.passes(seconds=2)
        story.expect_text("cora", "Nobody on call could be in Palmdale within 60 minutes tonight.")
        story.expect_silence()


@pytest.mark.usefixtures("own_logging")
async def test_no_log_and_no_audit_says_from_where(database_url: str) -> None:
    """The audit has who said it."""
    stream = io.StringIO()
    logs.configure("DEBUG", stream)
    async with tell(database_url, _with_areas()) as story:
        await starts_from(story, "ben", "QZH")
        audited = [row for row in await story.rows(t.audit) if row["did"] == "said where they start from"]
        assert [(row["actor_id"], row["source"], row["detail"]) for row in audited] == [("ben", "link", None)]
        told = stream.getvalue() + str(await story.rows(t.audit))
        assert "ben" in told
        assert START not in told
        assert "QZH" not in told
