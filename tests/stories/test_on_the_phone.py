"""Stories told over the phone: keys, minutes, the meeting place, the officer."""

import pytest

from demo.town import OUR_NUMBER
from dispatch.actions.delivery.send_pages import AMPLE, claim_pages
from dispatch.rules.delivery.page_life import SendTask
from dispatch.store.engine.database_errors import DatabaseUnreachable
from tests.stories.story import DCFS, OFFICER, Story


async def test_taken_by_key_with_minutes(story: Story) -> None:
    """1 takes it, minutes and # give the ETA, 3 says the place, 4 connects with the officer."""
    callout = await story.paging(
        meeting_place={"address": "Station 4, Pacific Avenue", "note": "side door"}, seconds=61
    )
    story.expect_text("ana")
    call = story.expect_call("ana")
    ana = story.phone("ana")
    await ana.answer()
    assert "Long Beach Police Department" in " ".join(call.heard)
    assert "Pacific" not in " ".join(call.heard)
    await ana.press("1")
    await story.passes(seconds=2)
    await ana.press("25#")
    await story.passes(seconds=2)
    story.expect_text(OFFICER, "Ana is coming")
    story.expect_text(OFFICER, "Ana")
    status = await story.status(callout)
    assert (status["status"], status["eta_at"][:16]) == ("acknowledged", "2026-11-24T10:40")

    await ana.press("3")
    assert "Pacific Avenue" in " ".join(call.heard)
    assert "side door" in " ".join(call.heard)
    story.phone(OFFICER).behave(story.phone(OFFICER).behaviour)
    await ana.press("4")
    await story.passes(seconds=2)
    connecting = story.expect_call(OFFICER)
    assert connecting.status == "ringing"
    assert connecting.from_ == OUR_NUMBER, "the officer does not see the specialist's own number"
    await story.answers(OFFICER, seconds=20)
    await ana.hang_up()
    await story.passes(seconds=5)
    story.forget("ana", DCFS)
    assert (await story.status(callout))["status"] == "acknowledged"


async def test_nine_repeats_and_silence_is_no_answer(story: Story) -> None:
    """9 says the page again; somebody who then presses nothing has not answered."""
    callout = await story.paging(seconds=61)
    story.forget("ana", DCFS)
    call = story.phone("ana").calls[0]
    await story.answers("ana", seconds=1)
    await story.presses("ana", "9", seconds=1)
    assert sum("This is a call-out" in line for line in call.heard) == 2
    await story.hangs_up("ana")
    assert (await story.status(callout))["status"] == "paging"
    story.expect_text("ana", callout["code"])
    await story.says("ana", "1", seconds=3)
    story.forget("ana", DCFS, OFFICER)


async def test_phones_stop_ringing_when_somebody_has_it(story: Story) -> None:
    """A phone that rings when somebody else takes it is hung up at once, and its owner gets the stand-down text."""
    await story.paging(minutes=6, seconds=10)
    call = story.phone("ben").ringing
    assert call is not None
    story.forget("ana", "ben", DCFS)
    await story.replies("ana", "1")
    assert story.phone("ben").ringing is None
    assert call.status == "canceled"
    await story.passes(seconds=60)
    story.expect_text("ben", "Ana has")
    story.forget("ana", DCFS, OFFICER)


async def test_a_dead_process_lets_no_phone_ring_on(story: Story) -> None:
    """A phone that was to be hung up when the process died stops ringing as soon as another takes over its work."""
    await story.paging(minutes=6, seconds=10)
    ben, service = story.phone("ben"), story.town.service
    story.forget("ana", "ben", DCFS)
    await story.phone("ana").reply("1", to=OUR_NUMBER)
    claimed, _ = await service.runner.act(claim_pages, AMPLE, service.node.id)
    assert SendTask.HANG_UP in {claim.send_task for claim in claimed}
    call = ben.ringing
    assert call is not None, "claimed, not hung up yet"
    await story.town.crash()
    await story.town.settle()
    assert call.status == "canceled"
    await story.passes(seconds=60)
    story.expect_text("ben", "Ana has")
    story.forget("ana", DCFS, OFFICER)


async def test_picking_up_when_another_has_it(story: Story) -> None:
    """Whoever is listening when somebody else takes it hears so after the next key, and is asked for nothing."""
    await story.paging(minutes=6, seconds=10)
    call = story.phone("ben").calls[0]
    await story.phone("ben").answer()
    story.forget("ana", "ben", DCFS)
    await story.replies("ana", "1")
    await story.phone("ben").press("9")
    assert "Ana already has" in " ".join(call.heard)
    await story.passes(seconds=60)
    story.expect_text("ben", "Ana has")
    story.forget("ana", DCFS, OFFICER)


async def test_a_key_is_not_lost_with_the_database(story: Story) -> None:
    """A key that is pressed while the database is away still counts: the carrier asks again what to do with it."""
    callout = await story.paging(seconds=61)
    ana, database = story.phone("ana"), story.town.service.database
    await ana.answer()
    with pytest.MonkeyPatch.context() as patch:

        async def away(*_: object, **__: object) -> None:
            raise DatabaseUnreachable("as if it had been restarted")

        patch.setattr(database, "write", away)
        await ana.press("1")
    await story.passes(seconds=12)  # "one moment please", in two languages, and a pause
    assert (await story.status(callout))["status"] == "acknowledged"
    await ana.hang_up()
    await story.passes(seconds=2)
    story.forget("ana", OFFICER, DCFS)
