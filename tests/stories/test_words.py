"""What people write half asleep, in the car, in the wrong place and with two call-outs at once: nothing is believed
that they did not mean, and no call-out waits for it. `test_matrix` plays each word from each position."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.stories.story import DCFS, OFFICER, OTHER, OTHER_OFFICER, Story, t
from tests.stories.test_danger import close_by_slip

pytestmark = pytest.mark.one_database  # how words are read; `test_matrix` plays what comes of each on both

_EVERYBODY = ("ana", "ben", "cleo", "cora", OFFICER, OTHER, DCFS)


async def paged(story: Story) -> dict[str, Any]:
    """A call-out for which Ana has just been texted."""
    callout = await story.paging()
    story.forget("ana", DCFS)
    return callout


async def has_it(story: Story, *words: str, who: str = "ana") -> dict[str, Any]:
    """Ana has taken a call-out, and has sent these words since."""
    callout = await paged(story)
    for text in (f"{callout['code']} 1 25", *words):
        await says(story, who, text)
    story.forget(*_EVERYBODY)
    return callout


async def says(story: Story, who: str, text: str) -> None:
    await story.says(who, text, seconds=5)


# ---- who writes is not silent --------------------------------------------------------------------------------------


async def test_whoever_texts_and_drives_keeps_it(story: Story) -> None:
    """Ana texts from a traffic jam and never says OMW: she is not given up, coordinators are rung to ask her; silent
    for one more interval, she is."""
    callout = await has_it(story)
    await story.passes(minutes=16)
    story.forget(*_EVERYBODY)
    await says(story, "ana", "stuck in traffic on 405")
    story.forget("ana", "cora")
    await story.passes(minutes=4)
    story.expect_text("ana", "Reply OMW when you leave", "/r/")
    story.expect_text("cora", "what Ana wrote may mean that they cannot go")
    story.expect_call("cora")
    story.expect_text("cora", f"ALARM {callout['code']}: Ana answers us, but has not said OMW")
    await story.passes(seconds=40)  # her phone rings already, and that call says that two alarms wait
    assert (await story.status(callout))["status"] == "acknowledged"
    await story.passes(minutes=5)
    story.expect_text(OFFICER, "cannot reach the specialist")
    assert (await story.status(callout))["status"] == "paging"
    story.forget(*_EVERYBODY)


@pytest.mark.slow
@pytest.mark.both_databases
async def test_paging_goes_on_however_much_is_due_at_once(story: Story) -> None:
    """The service was away while Ana did not leave, and while what she had written stayed unclear. Giving her up drops
    the second of the two deadlines, and sets the end of the next turn. SQLite gave that the number of the dropped one,
    so it was taken for it: it was gone, and nobody was ever paged again."""
    callout = await has_it(story)
    await story.passes(minutes=15, seconds=30)
    await story.call_out("LAPD", officer=OTHER_OFFICER)  # its deadlines stand between the two
    await story.passes(minutes=2)
    await says(story, "ana", "home")
    story.town.clock.moment += timedelta(minutes=10)
    await story.passes(seconds=1)
    assert (await story.status(callout))["status"] == "paging"
    waiting = {row["kind"] for row in await story.rows(t.deadline) if row["callout"] == callout["id"]}
    assert {"escalate", "officer_waiting"} <= waiting
    story.forget(*_EVERYBODY)
    await story.passes(minutes=5, seconds=2)
    begun = [row for row in await story.rows(t.timeline) if row["callout"] == callout["id"] and row["kind"] == "round"]
    assert begun, "the next turn has begun"
    story.forget(*_EVERYBODY)


async def test_the_same_unclear_words_about_another_call_out(story: Story) -> None:
    """Once within ten minutes is enough about one call-out; after that, or about the next, they are passed on again."""
    await has_it(story, "omw")
    for _ in range(2):
        for _ in range(2):
            await says(story, "ana", "stuck in traffic")
        story.expect_text("ana", "Reply")
        story.expect_text("cora", "stuck in traffic")
        story.expect_silence()
        await story.passes(minutes=10)
        story.expect_text("cora", "what Ana wrote may mean that they cannot go")
        story.expect_call("cora")
    for word in ("here", "done", "home"):
        await says(story, "ana", word)
    await story.passes(minutes=600)  # she has slept
    story.forget(*_EVERYBODY)
    second = await paged(story)
    await says(story, "ana", "stuck in traffic")
    story.expect_text("ana", second["code"])
    story.expect_text("cora", "stuck in traffic")


async def test_the_same_unclear_words_once_they_have_moved_on(story: Story) -> None:
    """Before she took it a flat tire kept Ana from going; on the road she stands there, and is rung about."""
    await paged(story)
    await says(story, "ana", "flat tire")
    for word in ("1 20", "omw"):
        await says(story, "ana", word)
    story.forget(*_EVERYBODY)
    await says(story, "ana", "flat tire")
    story.expect_text("ana", "Reply")
    story.expect_text("cora", "flat tire")
    await story.passes(minutes=3)
    story.expect_text("cora", "what Ana wrote may mean that they cannot go")
    story.expect_call("cora")


@pytest.mark.parametrize(("words", "over"), [("not yet home", False), ("still here", False), ("still here", True)])
async def test_an_end_that_is_taken_back_is_about_that_call_out(story: Story, words: str, over: bool) -> None:
    """Not about the one that Ben has meanwhile, nor about that once it is over, before Ana's."""
    hers = await has_it(story, "omw", "here")
    bens = await story.call_out("LAPD", officer=OTHER_OFFICER)
    await story.passes(seconds=2)
    await says(story, "ben", f"{bens['code']} 1 20")
    await story.passes(minutes=11)
    if over:
        await close_by_slip(story, bens["code"])
    await says(story, "ana", "home")
    story.forget(*_EVERYBODY)
    await says(story, "ana", words)
    story.expect_text("ana", f"{hers['code']} is over. Coordinators have your text.")
    story.expect_text("cora", f"ALARM {hers['code']}: it is over, and Ana wrote")
    story.expect_call("cora")


async def test_whoever_writes_on_without_a_clear_word_is_asked_about_all_the_same(story: Story) -> None:
    """Another unclear text every two minutes: three minutes after the first coordinators are rung, not three after the
    last."""
    await has_it(story, "omw")
    for words in ("wrong turn", "no idea where this is"):
        await says(story, "ana", words)
        story.forget("ana")
        story.expect_text("cora", words)
        await story.passes(minutes=2)
    story.expect_text("cora", "what Ana wrote may mean that they cannot go")
    story.expect_call("cora")
    story.forget("ana")


# ---- what may be about something else ------------------------------------------------------------------------------


async def test_a_no_that_was_taken_back_is_none(story: Story) -> None:
    """Ana said no, thought better of it, took it and drove off without a word. Nobody hears from her, so it is taken
    from her; at the door she writes HERE, and has it."""
    callout = await paged(story)
    await says(story, "ana", "2")
    await says(story, "ana", f"{callout['code']} 1")
    await story.passes(minutes=21)
    assert (await story.status(callout))["status"] == "paging"
    await says(story, "ana", "HERE")
    assert (await story.status(callout))["status"] == "on_scene"
    story.forget(*_EVERYBODY)


async def test_a_yes_that_was_written_before_the_question_was_read_answers_the_page(story: Story) -> None:
    """Her radio code and, half a second later, the 1 that she was typing: she is asked whether she is there, and is
    not there by it."""
    callout = await paged(story)
    await says(story, "ana", "ok")
    await story.replies("ana", "10-97")
    await story.says("ana", "1", seconds=3)
    story.forget(*_EVERYBODY)
    assert (await story.status(callout))["status"] == "acknowledged"


async def paged_for_another(story: Story) -> tuple[str, str]:
    """Ana drives to one, and another pages her since nobody else is left. Returns both codes."""
    first = await has_it(story, "omw")
    second = await story.paging("LAPD", officer=OTHER_OFFICER)
    for who in ("ben", "cleo"):
        await story.says(who, f"{second['code']} 2")
    story.forget(*_EVERYBODY)
    return first["code"], second["code"]


async def _is_off(story: Story, code: str) -> None:
    await story.request("POST", f"/v1/callouts/{code}/cancel", "LAPD")
    await story.passes(seconds=5)
    story.forget(*_EVERYBODY)


async def test_the_code_of_the_other_leaves_in_doubt_what_was_before(story: Story) -> None:
    """Ana has written what nobody understands. She declines the page of the other, once by a word that may be about
    either: coordinators are rung about the first all the same, three minutes after she wrote."""
    first, second = await paged_for_another(story)
    await says(story, "ana", "no idea where this is")
    await says(story, "ana", "2")
    story.forget("ana", "cora")
    await says(story, "ana", f"{second} 2")
    story.expect_text("ana", f"you are not going to {second}")
    assert "let_go" not in [row["kind"] for row in await story.rows(t.deadline)]
    await _is_off(story, second)
    await story.passes(minutes=3)
    story.expect_text("cora", first, "what Ana wrote may mean that they cannot go")
    story.expect_call("cora")


async def test_a_word_without_its_code_rings(story: Story) -> None:
    """Her "2" may have been about the one that Ana has: when nothing clear follows, she is rung, and a minute later
    coordinators, and Ben is asked to go along."""
    _, second = await paged_for_another(story)
    await says(story, "ana", "2")
    await _is_off(story, second)
    await story.passes(minutes=1)
    story.expect_call("ana")
    await story.passes(minutes=1)
    story.expect_text("cora", "Ana wrote NO", "Asked too: Ben")
    story.expect_call("cora")
    story.expect_text("ben", "Ana has")
    story.expect_call("ben")


async def test_a_code_that_comes_again(story: Story) -> None:
    """A call-out that is over had the same code tonight, and Ben was on it: what he answers is about the open one."""
    first = await has_it(story, "omw", who="ben")
    await story.request("POST", f"/v1/callouts/{first['id']}/cancel")
    second = await paged(story)
    same = sa.update(t.callout).where(t.callout.c.id == first["id"]).values(code=second["code"])
    await story.town.service.runner.act(lambda tx, _context: tx.execute(same))
    story.forget("ben", OFFICER)
    await says(story, "ben", f"{second['code']} 1 25")
    story.expect_text("ben", "You have", second["code"])
    story.forget("ana", OFFICER, DCFS)
    assert (await story.status(second))["specialist"] == "Ben"


async def test_a_closure_that_was_wrong(story: Story) -> None:
    """Ana closes it by a slip, and says so minutes later: coordinators are rung."""
    callout = await has_it(story, "omw", "here", "done", "home")
    assert (await story.status(callout))["status"] == "closed"
    await story.passes(minutes=2)
    await says(story, "ana", "no wait I am still there")
    story.expect_text("ana", f"{callout['code']} is over", "Coordinators have your text")
    story.expect_text("cora", f"ALARM {callout['code']}: it is over, and Ana wrote")
    await story.passes(seconds=40)
    story.expect_call("cora")


async def test_what_is_plain_is_done_whatever_stands_around_it(story: Story) -> None:
    """She had been asked for a Y, and was rung beside the next person. Coordinators read what else she says."""
    callout = await paged(story)
    await says(story, "ana", "I got it, coming from Pomona so like 40 min")
    story.expect_text("ana", f"You have {callout['code']}, ETA 02:54")
    assert "coming from Pomona" in story.expect_text("cora", callout["code"], "Ana")
    story.expect_text(OFFICER, "Ana is coming, ETA 02:54")
    assert (await story.status(callout))["specialist"] == "Ana"
    story.forget(DCFS)
