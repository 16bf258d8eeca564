"""Stories about whoever goes only if nobody else does: kept, called in, thanked."""

from datetime import timedelta
from typing import Any

import pytest

from dispatch.actions.alarms.keep_watch import make_up_for
from dispatch.actions.board.callout_view import read_view
from dispatch.actions.callout.coordinator_view import whole_view
from dispatch.actions.commands import give
from dispatch.rules.commands.commands import CallIn
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.rules.limited import offers
from tests.stories.story import DCFS, OFFICER, Behaviour, Story, t, tell


async def _offered(story: Story, text: str = "L 20") -> dict[str, Any]:
    """Ana, whose step it is, says it at 02:14; Ben is paged at once, as after a no."""
    callout = await story.call_out()
    await story.passes(seconds=3)
    story.expect_text("ana", callout["code"])
    await story.replies("ana", text)
    await story.passes(seconds=3)
    story.expect_text("ben", f"LBPD call-out {callout['code']}")
    return callout


async def _roles(story: Story) -> dict[str, str]:
    return {row["person"]: row["role"] for row in await story.rows(t.assignment) if row["released_at"] is None}


async def test_an_offer_is_kept_and_thanked_when_somebody_else_goes(database_url: str) -> None:
    """It takes nothing, and the officer hears nothing of it; Ana's phone does not ring any more."""
    async with tell(database_url) as story:
        callout = await _offered(story)
        code = callout["code"]
        story.expect_text("ana", f"{code}: noted, only if nobody else goes", f"To go now reply {code} 1")
        assert await _roles(story) == {"ana": "limited"}
        assert (await story.status(callout))["status"] == "paging"
        await story.passes(minutes=2)
        assert not story.phone("ana").calls
        story.forget("ben")
        await story.replies("ben", "1 25")
        await story.passes(seconds=3)
        story.expect_text("ben", f"You have {code}")
        story.expect_text("ana", f"Ben has {code}, so we need you no more. Thank you for offering")
        story.expect_text(OFFICER, "Ben is coming")
        story.forget(DCFS)


async def test_the_best_offer_is_called_in_after_the_last_step(database_url: str) -> None:
    """By text and call, beside the round of everyone; the yes takes it and everybody else may sleep."""
    async with tell(database_url) as story:
        callout = await _offered(story, "solo si no hay nadie, 20 min")
        code = callout["code"]
        story.forget("ana", "ben")
        await story.passes(minutes=5)
        story.expect_text("ana", f"call-out {code}: nobody else has come, so we need you", "1 25 = there in 25 min")
        assert len(story.phone("ana").calls) == 1
        story.expect_text("cleo", code)  # everybody is paged as ever
        (row,) = await story.rows(t.callout)
        assert (row["status"], row["acknowledged_at"]) == ("paging", None)
        story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)
        await story.replies("ana", "1 20")
        await story.passes(seconds=3)
        story.expect_text("ana", f"You have {code}, ETA")
        story.expect_text(OFFICER, "Ana is coming")
        story.forget("ben", "cleo", "cora", DCFS)
        mine = [row for row in await story.rows(t.assignment) if row["released_at"] is None]
        (row,) = await story.rows(t.callout)
        assert [one["acknowledged_at"] for one in mine] == [row["acknowledged_at"]]


async def _set_back(story: Story) -> None:
    """The clock, by an hour."""
    story.town.clock.moment -= timedelta(hours=1)
    await story.town.service.runner.act(make_up_for, timedelta(hours=1))


async def test_an_offer_of_before_the_clock_was_set_back_is_called_in_once(database_url: str) -> None:
    """Ana offered by the old clock, and is called in by the new one: from then on her minutes are a yes."""
    async with tell(database_url) as story:
        everybody = ("ana", "ben", "cleo", "cora", OFFICER, DCFS)
        code = (await _offered(story))["code"]
        story.forget("ana")
        await _set_back(story)
        await story.passes(minutes=5)
        story.expect_text("ana", f"call-out {code}: nobody else has come, so we need you")
        story.forget(*everybody)
        await story.passes(minutes=5)
        calls_in = [row for row in await story.rows(t.page) if row["purpose"] == "call_in"]
        assert [row["channel"] for row in calls_in] == ["sms", "voice"]
        await story.replies("ana", "20")
        await story.passes(seconds=3)
        assert await _roles(story) == {"ana": "primary"}
        story.forget(*everybody)


async def test_an_offer_is_said_again_after_the_clock_was_set_back(database_url: str) -> None:
    """Ana was paged and offered by the old clock, by which the call-out came in an hour from now: her minutes are no
    yes, and she needs as long as she says."""
    async with tell(database_url) as story:
        callout = await _offered(story)
        story.forget("ana", "ben")
        await _set_back(story)
        await story.replies("ana", "25")
        await story.passes(seconds=3)
        story.expect_text("ana", f"{callout['code']}: noted, only if nobody else goes")
        view = await story.town.service.runner.ask(read_view, callout["code"], Actor(ActorKind.COORDINATOR, "cora"))
        assert offers.shown(view.detail.callout, view.detail.roster) == "Ana: only if nobody else, needs 25 min."
        story.forget("cora", DCFS)


async def test_whoever_was_called_in_is_called_in_again_when_the_taker_lets_go(database_url: str) -> None:
    """Ana was called in, Ben took it, and she read that she may sleep. He lets go, and nobody else has come."""
    async with tell(database_url) as story:
        callout = await _offered(story)
        code = callout["code"]
        await story.passes(minutes=5)
        story.forget("ana")
        await story.replies("ben", f"{code} 1 30")
        await story.passes(seconds=3)
        story.expect_text("ana", "we need you no more")
        story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)
        await story.passes(minutes=4)
        await story.replies("ben", f"{code} no")
        await story.passes(seconds=3)
        story.expect_text("ana", f"call-out {code}: nobody else has come, so we need you")
        (mine,) = [row for row in await story.rows(t.assignment) if row["released_at"] is None]
        assert (mine["person"], mine["role"], (mine["eta_at"] - mine["acknowledged_at"]).seconds) == (
            "ana",
            "limited",
            1200,
        )
        story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)


async def test_whoever_is_called_in_and_silent_changes_nothing(database_url: str) -> None:
    """Round follows round; and a no ends the offer, after which nobody asks again."""
    async with tell(database_url) as story:
        callout = await _offered(story)
        await story.passes(minutes=11)
        (row,) = await story.rows(t.callout)
        assert (row["status"], row["step"]) == ("paging", 4)
        called = [one for one in await story.rows(t.page) if one["purpose"] == "call_in"]
        assert sorted(one["channel"] for one in called) == ["sms", "voice"]
        story.forget("ana")
        await story.replies("ana", "no")
        await story.passes(seconds=3)
        story.expect_text("ana", f"you are not going to {callout['code']}")
        assert await _roles(story) == {}
        await story.passes(minutes=6)
        assert len([one for one in await story.rows(t.page) if one["purpose"] == "call_in"]) == 2
        story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)


async def test_who_cannot_be_reached_makes_room(database_url: str) -> None:
    """Ana's phone is dead by then: Ben, who offered as well, is called in at once."""
    async with tell(database_url) as story:
        await _offered(story, "L 20")
        await story.replies("ben", "L 40")
        story.behave("ana", Behaviour.UNREACHABLE)
        await story.passes(minutes=2)
        people = [one["person"] for one in await story.rows(t.page) if one["purpose"] == "call_in"]
        assert set(people) == {"ana", "ben"}
        story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)


async def test_an_offer_with_minutes_is_called_in_before_it_would_be_too_late(database_url: str) -> None:
    """`L 52` can wait for three minutes, and no longer."""
    async with tell(database_url) as story:
        await _offered(story, "L 52")
        story.forget("ana", "ben", "cora", OFFICER, DCFS)
        await story.passes(minutes=2)
        assert not [one for one in await story.rows(t.page) if one["purpose"] == "call_in"]
        await story.passes(minutes=1, seconds=5)
        story.expect_text("ana", "nobody else has come, so we need you")
        story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)


async def test_a_coordinator_calls_one_in(database_url: str) -> None:
    """With one command; the offers stand in the call-out's view, and what was shown is what is sent."""
    async with tell(database_url) as story:
        callout = await _offered(story)
        story.forget("ana", "ben")
        runner, by = story.town.service.runner, Actor(ActorKind.COORDINATOR, "cora")
        view = await runner.ask(read_view, callout["id"], by)
        assert CallIn in view.possible
        (offered,) = whole_view(view.detail)["offers"]
        assert offered == {"person": "ana", "name": "Ana Reyes", "limited": True, "called_in": False, "minutes": 20}
        shown = await runner.ask(give.preview_command, callout["id"], CallIn("ana"), by)
        assert [letter.channel.value for letter in shown.letters] == ["sms", "voice"]
        await runner.act(give.do_command, callout["id"], CallIn("ana"), by, shown.digest, Source.WEB)
        await story.passes(seconds=3)
        story.expect_text("ana", shown.letters[0].words)
        assert len(story.phone("ana").calls) == 1
        story.forget("ana", "ben", "cora", OFFICER, DCFS)


@pytest.mark.parametrize("keys", ["1", "2"])
async def test_a_key_on_the_call_answers(database_url: str, keys: str) -> None:
    """1 takes it; 2 withdraws."""
    async with tell(database_url) as story:
        await _offered(story)
        story.behave("ana", Behaviour.ANSWERS, presses=(keys,))
        await story.passes(minutes=6)
        assert await _roles(story) == ({"ana": "primary"} if keys == "1" else {})
        story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)
