"""Stories of rest: whoever was out tonight is left to sleep while others can go, and no child waits for it."""

from datetime import timedelta
from typing import Any

import pytest

from dispatch.actions.roster.edit_roster import NobodyOfThatName
from dispatch.actions.roster.overrule_rest import RestsNot, overrule_rest
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.rules.roster.rest import sentence
from dispatch.store import tables as t
from dispatch.store.callout import timeline
from tests.stories.story import DCFS, NIGHT, OFFICER, OTHER, OTHER_OFFICER, Story

_TOOK = timedelta(minutes=96)


async def comes_home(story: Story) -> None:
    """Ana takes a call-out at 2:14 and is home at 3:50."""
    await story.paging()
    for word, minutes in (("OMW 25", 25), ("HERE", 60), ("DONE", 11)):
        await story.replies("ana", word)
        await story.passes(minutes=minutes - (5 if word == "OMW 25" else 0))
    await story.passes(minutes=5 - 2 / 60)
    story.forget("ana", "cora", OFFICER, DCFS)
    await story.says("ana", "HOME")


async def another(story: Story) -> dict[str, Any]:
    """A second call-out, of another agency."""
    second = await story.paging("LAPD", officer=OTHER_OFFICER)
    return {**second, "agency": "LAPD"}


async def over(story: Story, callout: dict[str, Any]) -> None:
    await story.request("POST", f"/v1/callouts/{callout['code']}/cancel", "LAPD")
    await story.passes(seconds=2)
    story.forget("ana", "ben", "cleo", "cora", OTHER, DCFS)


async def test_whoever_was_out_sleeps_while_another_goes(story: Story) -> None:
    """She hears until when; the next call-out pages Ben at once, its timeline says why, and nobody is alarmed. Ten
    hours later she is paged as ever."""
    await comes_home(story)
    story.expect_text("ana", "Rest until 13:50", "you are not paged unless nobody else answers")
    second = await another(story)
    story.expect_text("ben", second["code"])
    (told,) = [one for one in await _lines(story, second) if one.kind == "rests"]
    assert told.text == sentence("Ana", NIGHT + _TOOK + timedelta(hours=10), ["Ben"])
    (row,) = [one for one in await story.rows(t.page) if one["person"] == "ben"][:1]
    opened = next(one for one in await story.rows(t.callout) if one["id"] == second["id"])
    assert row["created_at"] == opened["received_at"]
    await over(story, second)
    await story.passes(minutes=600)
    story.forget("cora")
    third = await another(story)
    story.expect_text("ana", third["code"])
    await over(story, third)


async def _lines(story: Story, callout: dict[str, Any]) -> list[timeline.TimelineEntry]:
    return await story.town.service.database.read(lambda tx: timeline.entries(tx, callout["id"]))


async def test_whoever_turned_back_rests_as_well(story: Story) -> None:
    """Ana drives for 40 minutes and is let go: the next call-out pages Ben. Whoever lets go before they set out has
    lost no night."""
    first = await story.paging()
    await story.replies("ana", "1 50")
    await story.says("ana", "OMW", minutes=40)
    await story.says("ana", "NO")
    assert (await story.status(first))["status"] == "paging"
    story.forget("ana", "ben", "cora", OFFICER, DCFS)
    second = await another(story)
    story.expect_text("ben", second["code"])
    (told,) = [one for one in await _lines(story, second) if one.kind == "rests"]
    assert told.text == sentence("Ana", NIGHT + timedelta(minutes=640), ["Ben"])
    await over(story, second)


async def test_a_coordinator_overrules_it_for_one_night(story: Story) -> None:
    """Ana is paged as the policy says. A second time there is nothing to overrule; the audit says who
    did it; and after her next night she rests again."""
    await comes_home(story)
    story.forget("ana")
    runner, cora = story.town.service.runner, Actor(ActorKind.COORDINATOR, "cora")
    assert (await runner.act(overrule_rest, "ana", cora, Source.WEB))[0].name == "Ana Reyes"
    with pytest.raises(RestsNot):
        await runner.act(overrule_rest, "ana", cora, Source.WEB)
    with pytest.raises(NobodyOfThatName):
        await runner.act(overrule_rest, "nobody", cora, Source.WEB)
    (said,) = [one for one in await story.rows(t.audit) if one["did"] == "overruled somebody's rest"]
    assert (said["actor_kind"], said["detail"]) == ("coordinator", "of ana, until Tue 24 Nov 13:50")
    second = await another(story)
    story.expect_text("ana", second["code"])
    for word in ("OMW 25", "HERE", "DONE", "HOME"):
        await story.says("ana", word, minutes=2)
    story.forget("ana", "cora", OTHER, DCFS)
    third = await another(story)
    story.expect_text("ben", third["code"])
    await over(story, third)
