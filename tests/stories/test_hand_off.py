"""Stories of whoever comes on: what runs, in one text, and nothing where nothing does."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time

import pytest

from tests.stories.story import DCFS, OFFICER, Story, tell
from tests.stories.test_shift_tests import MORNING, SHIFTS, waits

_OWN = replace(SHIFTS.rotations[0], name="coordinators", members=("cora", "dan"), handoff=time(9), takes_alarms=True)
TOWN = replace(SHIFTS, rotations=(*SHIFTS.rotations, _OWN))


@pytest.fixture
async def morning(database_url: str) -> AsyncIterator[Story]:
    async with tell(database_url, TOWN, start=MORNING) as story:
        yield story


def _handed_over(story: Story, who: str) -> list[str]:
    return [text.body for text in story.phone(who).texts if text.body.startswith(("You are on call now", "Su turno"))]


async def test_nothing_is_said_where_nothing_runs(morning: Story) -> None:
    await waits(morning, 1)
    await waits(morning, 2)
    for who in ("ana", "dev", "cora", "dan"):
        assert not _handed_over(morning, who)
    morning.forget("ana", "dev")


async def test_whoever_comes_on_reads_what_is_open_and_who_has_which_alarm(morning: Story) -> None:
    """Once, when their shift begins; the specialist who is paged for it reads it in the page already."""
    callout = await morning.paging(seconds=1)
    has_it = next(who for who in ("ana", "dev") if morning.phone(who).texts)
    await morning.says(has_it, "SOS", seconds=1)
    await morning.replies("cora", "OK")
    await waits(morning, 1)
    await waits(morning, 2)
    await waits(morning, 2)
    on = {who: _handed_over(morning, who) for who in ("ana", "dev", "ben", "cora", "dan")}
    comes_on = next(who for who in ("ana", "dev") if who != has_it)
    assert on.pop(comes_on) == [f"You are on call now. Open: {callout['code']}."]
    (coordinator,) = (who for who in ("cora", "dan") if on[who])
    assert on.pop(coordinator) == [f"You are on call now. Open: {callout['code']}; alarms: {callout['code']} (Cora)."]
    assert not any(on.values())
    morning.forget("ana", "dev", "ben", "cora", "dan", OFFICER, DCFS)
