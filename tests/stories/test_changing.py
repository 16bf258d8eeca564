"""Stories in which the officer, or the situation, changes."""

from dispatch.actions.commands.give import do_unseen
from dispatch.rules.commands.commands import Close
from dispatch.rules.facts.actors import Actor, ActorKind
from tests.stories.story import DCFS, OFFICER, Story, t


async def test_cancel_while_paging(story: Story) -> None:
    """A cancelled call-out stops every page that is not out yet, and whoever was reached is told."""
    callout = await story.paging(seconds=30)
    story.forget("ana", DCFS)
    answer = await story.request("POST", f"/v1/callouts/{callout['id']}/cancel")
    assert answer.status_code == 200
    assert answer.json()["status"] == "cancelled"
    await story.passes(minutes=20)
    story.expect_text("ana", callout["code"])
    story.expect_text(DCFS, callout["code"])
    story.expect_text(OFFICER, callout["code"], "cancelled")
    assert not await story.rows(t.deadline)
    await story.says("ana", "1 20")
    story.expect_text("ana", callout["code"], "closed")


async def test_an_officer_who_cancels_at_once_reads_nothing_after_that(story: Story) -> None:
    """Who we are, and who comes, is told two seconds after the call-out: by then it may be off, and nobody comes."""
    callout = await story.call_out()
    answer = await story.request("POST", f"/v1/callouts/{callout['id']}/cancel")
    assert answer.status_code == 200
    await story.passes(minutes=2)
    story.expect_text(OFFICER, callout["code"], "cancelled")
    assert story.introductions() == []
    story.forget("ana", DCFS)


async def test_cancel_on_the_way(story: Story) -> None:
    """Whoever is on the way is told to turn back; their link shows nothing any more."""
    callout = await story.paging(meeting_place={"address": "Station 4"})
    await story.says("ana", "omw 20")
    story.expect_text("ana")
    link = story.expect_text("ana", "/r/").rpartition(" ")[2]
    story.forget(OFFICER, DCFS)
    shown = await story.request("GET", link.removeprefix(story.town.url))
    assert "Station 4" in shown.text
    await story.request("POST", f"/v1/callouts/{callout['id']}/cancel")
    await story.passes(minutes=30)
    story.expect_text("ana", callout["code"])
    story.expect_call("ana")  # whoever drives reads no texts; with the text in her hand nobody is asked to reach her
    story.forget(OFFICER, DCFS)
    assert "Station 4" not in (await story.request("GET", link.removeprefix(story.town.url))).text


async def test_closed_before_anybody_came(story: Story) -> None:
    """A coordinator closes it while somebody is on the way: the officer hears at once that nobody is coming, and so do
    partners."""
    callout = await story.paging()
    await story.says("ana", "omw 20")
    story.forget("ana", OFFICER, DCFS)
    await story.town.service.runner.act(do_unseen, callout["id"], Close(), Actor(ActorKind.COORDINATOR, "cora"))
    await story.passes(seconds=2)
    story.expect_text("ana", callout["code"], "nobody needs to go")
    story.expect_call("ana")
    story.expect_text(OFFICER, callout["code"], "nobody will come")
    story.expect_text(DCFS, callout["code"], "closed, nobody will go")


async def test_closed_when_somebody_had_come(story: Story) -> None:
    """Once a specialist has been there, the officer need not hear that the call-out was closed."""
    callout = await story.paging()
    await story.replies("ana", "omw")
    await story.says("ana", "here")
    story.forget("ana", OFFICER, DCFS)
    await story.town.service.runner.act(do_unseen, callout["id"], Close(), Actor(ActorKind.COORDINATOR, "cora"))
    await story.passes(seconds=2)
    story.expect_text("ana", f"{callout['code']} is closed. We will not ask you about it any more")


async def test_another_place(story: Story) -> None:
    """A changed place reaches whoever has it, by link and never in the text."""
    callout = await story.paging(meeting_place={"address": "Station 4"})
    await story.says("ana", "1 20")
    story.forget("ana", OFFICER, DCFS)
    await story.request(
        "PATCH", f"/v1/callouts/{callout['id']}", json={"meeting_place": {"address": "Harbor Hospital"}}
    )
    await story.passes(seconds=2)
    text = story.expect_text("ana", callout["code"], "/r/")
    assert "Harbor" not in text
    shown = await story.request("GET", text.rpartition(" ")[2].removeprefix(story.town.url))
    assert "Harbor Hospital" in shown.text


async def test_the_same_request_twice_pages_once(story: Story) -> None:
    """The same idempotency key brings the same call-out, and nobody is paged twice."""
    first = await story.call_out(key="a")
    again = await story.call_out(key="a")
    assert first["id"] == again["id"]
    await story.passes(seconds=2)
    story.expect_text("ana")
    story.expect_text(DCFS)
    await story.says("ana", "1")
    story.forget("ana", OFFICER, DCFS)
