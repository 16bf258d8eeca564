"""Stories about where people start from for a while: said by text, it moves no call-out, and ends by itself."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch import logs
from dispatch.actions.calendar import run_calendar
from dispatch.rules.facts.roster import Area, Roster
from dispatch.store import tables as t
from dispatch.town import OUR_NUMBER
from tests.stories.story import DCFS, OFFICER, ROSTER, Story, tell

START = "Quartz Hollow"  # a name that nothing else here has
STRANGER = "+15625550198"


def _with_areas() -> Roster:
    people = tuple(replace(person, area_night="LBH", area_day="LBH") for person in ROSTER.people)
    return replace(
        ROSTER, people=people, areas=(Area("LBH", "Long Beach", 33.77, -118.19), Area("QZH", START, 33.90, -118.22))
    )


async def _starts(story: Story) -> dict[str, str]:
    return {row["person"]: row["area"] for row in await story.rows(t.starts_from)}


async def test_from_while_paged_is_applied_and_the_page_still_waits(database_url: str) -> None:
    """It takes nothing and declines nothing: she takes it afterwards with a 1, and the drive counts from there."""
    async with tell(database_url, _with_areas()) as story:
        callout = await story.call_out(meeting_place={"address": "400 W Broadway, Long Beach"})
        await story.passes(seconds=2)
        story.expect_text("ana", callout["code"])
        before = await story.timeline(callout)
        await story.replies("ana", "From quartz hollow")
        await story.passes(seconds=2)
        story.expect_text("ana", f"{START} (QZH) until", "Your page still waits: reply 1 or 2.")
        assert await story.timeline(callout) == before
        assert (await story.status(callout))["status"] == "paging"
        assert await _starts(story) == {"ana": "QZH"}
        await story.replies("ana", "1 20")
        await story.passes(minutes=1)
        assert (await story.status(callout))["status"] == "acknowledged"
        await story.replies("ana", "OMW")
        await story.passes(minutes=17)
        await story.replies("ana", "HERE")
        await story.passes(seconds=2)
        (drive,) = await story.rows(t.measured_drive)
        assert (drive["from_area"], drive["to_area"]) == ("QZH", "LBH")
        story.forget("ana", OFFICER, DCFS)


async def test_from_while_under_way_moves_nothing(database_url: str) -> None:
    """No reminder, no alarm, no stamp: she only hears that it is noted."""
    async with tell(database_url, _with_areas()) as story:
        callout = await story.call_out()
        await story.passes(seconds=2)
        await story.replies("ana", "1 20")
        await story.replies("ana", "OMW")
        await story.passes(seconds=2)
        story.forget("ana", OFFICER, DCFS)
        before = await story.timeline(callout)
        await story.replies("ana", "DESDE QZH")
        await story.passes(minutes=5)
        assert "waits" not in story.expect_text("ana", START)
        assert await story.timeline(callout) == before
        story.expect_silence()


async def test_what_may_mean_a_yes_is_asked_back_as_ever(database_url: str) -> None:
    """From somebody who is paged, "from work" reaches the coordinators."""
    async with tell(database_url, _with_areas()) as story:
        callout = await story.call_out()
        await story.passes(seconds=2)
        story.forget("ana", OFFICER, DCFS)
        await story.replies("ana", "from work")
        await story.passes(seconds=2)
        story.expect_text("ana", callout["code"])
        story.expect_text("cora", "from work")
        assert await _starts(story) == {}


async def test_nobody_else_can_say_it(database_url: str) -> None:
    """A stranger and the officer are answered as ever, and nobody starts from anywhere else."""
    async with tell(database_url, _with_areas()) as story:
        await story.call_out()
        await story.passes(seconds=2)
        for sender in (STRANGER, OFFICER):
            await story.town.carrier.phone(sender).reply("FROM QZH", to=OUR_NUMBER)
            await story.town.settle()
        await story.passes(seconds=2)
        assert await _starts(story) == {}
        assert START not in "".join(text.body for phone in story.town.carrier.phones for text in phone.texts)
        story.forget("ana", OFFICER, DCFS, STRANGER, "cora")


async def test_a_coordinator_says_it_too_whatever_alarm_is_open(database_url: str) -> None:
    """It takes no alarm."""
    async with tell(database_url, _with_areas()) as story:
        await story.replies("ana", "SOS")
        await story.passes(seconds=2)
        story.forget("ana", "cora")
        await story.replies("cora", "FROM QZH")
        await story.passes(seconds=2)
        story.expect_text("cora", f"{START} (QZH)")
        assert await _starts(story) == {"cora": "QZH"}
        assert [alarm["owner"] for alarm in await story.rows(t.alarm)] == [None]
        story.forget("ana", "cora")


async def test_a_phone_that_answers_by_itself_is_answered_once(database_url: str) -> None:
    """ "From my phone, driving" comes back for each of our texts."""
    async with tell(database_url, _with_areas()) as story:
        for _ in range(3):
            await story.replies("ben", "From my phone")
            await story.passes(seconds=5)
        story.expect_text("ben", "No area is called MY PHONE")
        story.expect_silence()


async def test_four_hundred_characters_are_read_by_a_person(database_url: str) -> None:
    async with tell(database_url, _with_areas()) as story:
        await story.replies("ben", "FROM " + "somewhere " * 40)
        await story.passes(seconds=2)
        story.expect_text("ben", "Not understood")
        story.expect_text("cora", "FROM somewhere")
        assert await _starts(story) == {}


@pytest.mark.both_databases
async def test_it_ends_at_the_handoff_and_is_forgotten(database_url: str) -> None:
    """A newer word replaces the older one. In the night after the end, no row is left."""
    async with tell(database_url, _with_areas()) as story:
        await story.replies("ben", "FROM QZH")
        await story.replies("ben", "FROM LBH")
        await story.passes(seconds=2)
        story.expect_text("ben", START)
        story.expect_text("ben", "Long Beach (LBH) until")
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
        await story.replies("ben", "FROM QZH")
        await story.passes(seconds=2)
        story.forget("ben")
        audited = [row for row in await story.rows(t.audit) if row["did"] == "said where they start from"]
        assert [(row["actor_id"], row["source"], row["detail"]) for row in audited] == [("ben", "sms", None)]
        told = stream.getvalue() + str(await story.rows(t.audit))
        assert "ben" in told
        assert START not in told
        assert "QZH" not in told
