"""Stories about Sundays, on which people read their next two weeks."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch.actions.covers.tell_two_weeks import tell_two_weeks
from dispatch.rules.facts.people import NO_SUNDAY, Language
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, OverrideKind
from dispatch.rules.schedule.edits import AddOverride
from dispatch.store import tables as t
from tests.stories.story import DCFS, OFFICER, Story, tell
from tests.stories.test_covers import NIGHTS, own_link, press_own
from tests.stories.test_roster_changes import made

AT_FOUR = datetime(2026, 11, 30, 0, 0, tzinfo=UTC)  # Sunday 29 November, 16:00 in Los Angeles


def with_hours(hours: dict[str, int], known: Roster = NIGHTS) -> Roster:
    return replace(
        known, people=tuple(replace(one, sunday_hour=hours.get(one.id, one.sunday_hour)) for one in known.people)
    )


async def looks(story: Story, minutes: float) -> None:
    """Time passes, with the look that the service takes every ten seconds; here every five minutes."""
    for _ in range(round(minutes / 5)):
        await story.passes(minutes=5)
        await story.town.service.runner.act(tell_two_weeks)
        await story.passes(seconds=2)


@pytest.mark.costs(2)
async def test_each_reads_it_once_at_their_own_hour(database_url: str) -> None:
    """Ana at 17:00 as nobody has said otherwise, Ben at 20:00, Cleo never. Dev, Eva and Cora have no shift."""
    async with tell(database_url, with_hours({"ben": 20, "cleo": NO_SUNDAY}), AT_FOUR) as story:
        await looks(story, 55)
        story.expect_silence()
        await looks(story, 15)
        said = story.expect_text("ana", "Your two weeks: Sun 29 Nov 18:00-Mon 18:00, Wed 2 Dec 18:00-Thu 18:00")
        assert len(said) <= 160
        story.expect_text("finn", "Your two weeks: ")
        await looks(story, 160)
        story.expect_silence()
        await looks(story, 15)
        story.expect_text("ben", "Your two weeks: Mon 30 Nov 18:00-Tue 18:00")
        await looks(story, 24 * 60)
        story.expect_silence()
        assert {row["purpose"] for row in await story.rows(t.page)} == {"schedule"}


async def test_whoever_is_paged_or_out_reads_it_afterwards(database_url: str) -> None:
    """And then what the roster says then: Dev has a shift of hers since."""
    async with tell(database_url, with_hours({"finn": NO_SUNDAY}), AT_FOUR) as story:
        await story.passes(minutes=55)
        await story.call_out()
        await story.passes(seconds=5)
        await story.replies("cleo", "1 20")
        story.forget("ana", "ben", "cleo", "finn", "cora", OFFICER, DCFS)
        await looks(story, 15)
        story.expect_text("ana", "Your two weeks: ")
        story.expect_text("ben", "Your two weeks: ")
        assert not [text for text in story.phone("cleo").texts if "Your two weeks" in text.body]
        story.forget("cleo")
        tuesday = AT_FOUR + timedelta(days=2, hours=2)
        hers = Override("primary", OverrideKind.REPLACE, tuesday, tuesday + timedelta(days=1), "dev", "cleo")
        await made(story, AddOverride(hers))
        for word in ("OMW", "HERE", "DONE", "HOME"):
            await story.replies("cleo", word)
        await story.passes(seconds=5)
        story.forget("ana", "ben", "cleo", "dev", "finn", "cora", OFFICER, DCFS)
        await looks(story, 10)
        (said,) = [text.body for text in story.phone("cleo").texts if "Your two weeks" in text.body]
        assert said.startswith("Your two weeks: Sat 28 Nov 18:00-Sun 18:00, Fri 4 Dec 18:00-Sat 18:00")
        story.forget("cleo")


async def test_they_choose_the_hour_behind_their_link(database_url: str) -> None:
    """As a change of the roster that is theirs. Whoever has read it today reads it next Sunday, at whatever hour."""
    async with tell(database_url, NIGHTS, AT_FOUR) as story:
        link = await own_link(story, "ana")
        assert (await press_own(story, link, "sunday", hour="23")).status_code == 409
        assert (await press_own(story, link, "sunday", hour="19")).status_code == 303
        assert 'value="19" selected' in (await press_own(story, link)).text
        assert [row["actor_id"] for row in await _by_link(story)] == ["ana"]
        await looks(story, 120)
        story.forget("ben", "cleo", "finn")
        story.expect_silence()
        await looks(story, 70)
        story.expect_text("ana", "Your two weeks: ")
        assert (await press_own(story, link, "sunday", hour="20")).status_code == 303
        await looks(story, 70)
        assert (await press_own(story, link, "sunday", hour="off")).status_code == 303
        assert (await press_own(story, link, "sunday", hour="off")).status_code == 303
        assert len(await _by_link(story)) == 3
        await looks(story, 60)
        story.expect_silence()


async def _by_link(story: Story) -> list[dict[str, Any]]:
    return [row for row in await story.rows(t.roster_change) if row["source"] == "link"]


async def test_in_spanish_and_only_what_is_news(database_url: str) -> None:
    people = tuple(replace(one, texts_in=Language.SPANISH) for one in NIGHTS.people)
    async with tell(database_url, replace(NIGHTS, people=people), AT_FOUR) as story:
        await looks(story, 65)
        story.expect_text("ana", "Sus dos semanas: dom 29 nov 18:00-lun 18:00", "NOCHES")
        story.forget("ben", "cleo", "finn")
        link = await own_link(story, "dev", "noches")
        refused = await press_own(story, link, "sunday", hour="23")
        assert (refused.status_code, "Elija una hora de 8 a 21, o nunca." in refused.text) == (409, True)
        pictures = (await press_own(story, f"{link}/ring")).text
        assert "Omisión de emergencia" in pictures
        assert "Emergency" not in pictures
        assert '<html lang="es"' in pictures
        story.expect_silence()


async def test_two_nodes_tell_nobody_twice(database_url: str) -> None:
    async with tell(database_url, NIGHTS, AT_FOUR) as story:
        await story.passes(minutes=65)
        runner = story.town.service.runner
        await asyncio.gather(*(runner.act(tell_two_weeks) for _ in range(8)))
        await story.passes(seconds=2)
        for who in ("ana", "ben", "cleo", "finn"):
            story.expect_text(who, "Your two weeks: ")
        story.expect_silence()
        assert len(await story.rows(t.sunday_told)) == len(NIGHTS.people)
        assert {row["at"] - AT_FOUR for row in await story.rows(t.sunday_told)} == {timedelta(minutes=65)}
