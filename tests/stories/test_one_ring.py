"""Stories of phones that ring once at a time."""

from datetime import timedelta
from itertools import pairwise

import pytest

from dispatch.store import tables as t
from tests.stories.story import DCFS, NIGHT, Behaviour, Story
from twilio_simulator import PhoneCall
from twilio_simulator.faults import Late


def rang_at_once(calls: list[PhoneCall]) -> bool:
    """Whether any two of these calls went on at the same moment."""
    spans = sorted((call.created_at, call.ended_at or call.created_at + timedelta(hours=1)) for call in calls)
    return any(later[0] < earlier[1] for earlier, later in pairwise(spans))


async def burst(story: Story, count: int) -> list[str]:
    codes = []
    for number in range(count):
        opened = await story.call_out(officer={"callback_phone": f"+1562555012{number}"}, unit=f"{number}")
        codes.append(str(opened["code"]))
    return codes


def forget(story: Story) -> None:
    story.forget("ana", "ben", "cleo", "cora", DCFS, *(f"+1562555012{number}" for number in range(9)))


async def test_a_burst_is_a_text_each_and_one_call(story: Story) -> None:
    """Six call-outs within seconds: Ana reads six codes, and her phone rings once, and says how many there are."""
    story.behave("ana", Behaviour.LEFT_TO_RING)
    codes = await burst(story, 6)
    await story.passes(seconds=62)
    read = " ".join(text.body for text in story.phone("ana").texts)
    assert all(code in read for code in codes)
    assert len(story.phone("ana").calls) == 1
    await story.answers("ana", seconds=5)
    assert "6 call-outs wait for you" in " ".join(story.phone("ana").calls[0].heard)
    await story.presses("ana", "1")
    assert not rang_at_once(story.phone("ana").calls)
    await story.hangs_up("ana", seconds=5)
    forget(story)


async def test_danger_ends_a_call_that_only_rings(story: Story) -> None:
    """And that comes again a minute later, since nobody has heard it."""
    story.behave("cora", Behaviour.LEFT_TO_RING)
    story.behave("ana", Behaviour.LEFT_TO_RING)
    story.behave("ben", Behaviour.LEFT_TO_RING)
    await story.paging(minutes=10, seconds=5)
    before = len(story.phone("cora").calls)
    assert before
    assert story.phone("cora").ringing is not None, "the chain has ended"
    await story.says("ana", "not safe", seconds=4)
    assert len(story.phone("cora").calls) == before + 1
    await story.answers("cora", seconds=8)
    assert "DANGER" in " ".join(story.phone("cora").calls[-1].heard)
    await story.presses("cora", "1", seconds=4)
    if story.phone("cora").connected:
        await story.phone("cora").hang_up()
    await story.passes(minutes=1, seconds=10)
    assert not rang_at_once(story.phone("cora").calls)
    pages = [row for row in await story.rows(t.page) if row["breaks_in"]]
    assert pages
    assert all(row["tried_at"] - row["created_at"] < timedelta(seconds=3) for row in pages if row["created_at"] > NIGHT)
    story.forget("ana", "ben", "cleo", "cora", DCFS, "+15625550177")


@pytest.mark.parametrize("soon", [1, 5])
async def test_a_call_waits_for_whoever_pressed_a_key_and_listens_on(story: Story, soon: int) -> None:
    """Ana took it by key, and is still in the menu; the next page rang her phone, and found the line busy. She may have
    been quicker than the carrier, which says two seconds after the call begins that a person has answered."""
    story.behave("ana", Behaviour.LEFT_TO_RING)
    await burst(story, 1)
    await story.passes(seconds=62)
    await story.answers("ana", seconds=soon)
    await story.presses("ana", "1", seconds=5)
    assert story.phone("ana").connected, "the menu goes on"
    await story.says("ana", "call", seconds=20)
    assert len(story.phone("ana").calls) == 1
    await story.hangs_up("ana", seconds=5)
    assert len(story.phone("ana").calls) == 2, "what waited leaves once the line is free"
    assert not rang_at_once(story.phone("ana").calls)
    forget(story)


async def test_what_a_call_told_of_rings_when_that_call_is_ended(story: Story) -> None:
    """Ana's phone rings for two call-outs, and the first is cancelled before she picks up. The second rings at once:
    nobody has heard of it, and her phone was not to ring again for three minutes."""
    story.behave("ana", Behaviour.LEFT_TO_RING)
    first, second = await burst(story, 2)
    await story.passes(seconds=70)
    assert len(story.phone("ana").calls) == 1
    await story.request("POST", f"/v1/callouts/{first}/cancel")
    await story.passes(seconds=5)
    assert [call.ended for call in story.phone("ana").calls] == [True, False]
    await story.answers("ana", seconds=5)
    assert ", ".join(second) in " ".join(story.phone("ana").calls[1].heard)
    await story.presses("ana", "1")
    await story.hangs_up("ana", seconds=5)
    forget(story)


async def test_a_call_that_could_not_be_put_through_told_of_nothing(story: Story) -> None:
    """Ana's phone is off. Each of three call-outs learns that at once, and pages Ben: two of them waited for Ana for
    minutes, because the first one's call was taken to have told of them."""
    story.behave("ana", Behaviour.UNREACHABLE)
    codes = await burst(story, 3)
    await story.passes(seconds=20)
    assert [code for code in codes if any(code in text.body for text in story.phone("ben").texts)] == codes
    assert not rang_at_once(story.phone("ana").calls)
    forget(story)


async def test_a_key_proves_that_the_call_was_picked_up(story: Story) -> None:
    """The carrier says so twenty seconds later. Ana has heard that two wait for her, and is not rung once more."""
    story.behave("ana", Behaviour.LEFT_TO_RING)
    await burst(story, 2)
    await story.passes(seconds=62)
    story.town.carrier.faults.add(Late(20.0), times=5, only="call")
    await story.answers("ana", seconds=12)
    await story.presses("ana", "1")
    await story.hangs_up("ana", seconds=60)
    assert len(story.phone("ana").calls) == 1
    forget(story)
