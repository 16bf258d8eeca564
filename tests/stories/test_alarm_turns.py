"""Stories of coordinators who have a rotation of their own: Dan is on, and Cora sleeps."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time

import pytest

from dispatch.actions.delivery import test_page
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.people import Person, Role
from tests.stories.story import DCFS, OFFICER, ROSTER, Behaviour, Story, tell

_DAN = Person("dan", "Dan Ito", "+15625550111", frozenset({Role.COORDINATOR}))
_OWN = replace(ROSTER.rotations[1], name="coordinators", members=("dan",), handoff=time(9), takes_alarms=True)
TOWN = replace(ROSTER, people=(*ROSTER.people, _DAN), rotations=(*ROSTER.rotations, _OWN))


@pytest.fixture
async def night(database_url: str) -> AsyncIterator[Story]:
    async with tell(database_url, TOWN) as story:
        yield story


async def takes_no_texts(story: Story, who: str) -> None:
    """The carrier says so of a test page: an alarm that can wait."""
    story.behave(who, Behaviour.OPTED_OUT)
    await story.town.service.runner.act(test_page.request, who, OPERATOR, Source.CLI)
    await story.passes(seconds=1)


async def test_whoever_is_on_hears_first_and_the_others_after_two_minutes(night: Story) -> None:
    """Nobody says that they have it; the process dies meanwhile, since the others' texts are rows."""
    await takes_no_texts(night, "ben")
    night.expect_text("dan", "Ben has opted out")
    await night.passes(seconds=110)
    assert not night.phone("cora").texts
    await night.town.crash()
    await night.passes(seconds=15)
    night.expect_text("cora", "Ben has opted out")
    night.forget("ben", "dan", "cora")


async def test_an_alarm_that_whoever_is_on_has_wakes_nobody_else(night: Story) -> None:
    """Neither the alarm reaches Cora, nor who has it, nor its end."""
    await takes_no_texts(night, "ben")
    night.expect_text("dan", "Ben has opted out")
    await night.passes(seconds=30)
    await night.says("dan", "OK", minutes=5)
    night.behave("ben", Behaviour.LEFT_TO_RING)
    await night.says("ben", "START", minutes=5)
    assert not night.phone("cora").texts
    assert not night.phone("cora").calls
    night.forget("ben", "dan")


async def test_trouble_that_ends_within_two_minutes_wakes_nobody_else(night: Story) -> None:
    """Nobody had it. Whoever heard it hears that it is over; Cora sleeps."""
    callout = await night.paging()
    await night.replies("ana", "1")
    before = len(night.phone("cora").texts)
    for _ in range(60):
        if len(night.phone("dan").texts) > before:
            break
        await night.passes(seconds=30)
    night.expect_text("dan", callout["code"], "Ana")
    await night.says("ana", "OMW 20", minutes=5)
    assert (await night.status(callout))["status"] == "en_route"
    assert night.all_clears("dan") == [f"{callout['code']}: Ana is on the way, there 02:49; alarm over."]
    assert len(night.phone("cora").texts) == before
    night.forget("ana", "ben", "cora", "dan", OFFICER, DCFS)
