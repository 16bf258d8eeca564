"""Stories about whoever goes only if nobody else does: kept, asked again by each round, told when they may sleep."""

from typing import Any

from tests.stories.story import DCFS, OFFICER, Story, t

_EVERYBODY = ("ana", "ben", "cleo", "cora", OFFICER, DCFS)


async def _said(story: Story, text: str = "L 20") -> dict[str, Any]:
    """Ana, whose step it is, says it at 02:14; Ben is paged at once, as after a no."""
    callout = await story.paging(seconds=3)
    story.expect_text("ana", callout["code"])
    await story.says("ana", text, seconds=3)
    story.expect_text("ben", f"LBPD call-out {callout['code']}")
    return callout


async def _roles(story: Story) -> dict[str, str]:
    return {row["person"]: row["role"] for row in await story.rows(t.assignment) if row["released_at"] is None}


async def test_it_is_kept_and_they_hear_when_somebody_else_goes(story: Story) -> None:
    """It takes nothing, and the officer hears nothing of it; Ana's phone does not ring any more."""
    callout = await _said(story)
    code = callout["code"]
    story.expect_text("ana", f"{code}: noted, only if nobody else goes", f"To go now reply {code} 1")
    assert await _roles(story) == {}
    assert (await story.status(callout))["status"] == "paging"
    await story.passes(minutes=2)
    assert not story.phone("ana").calls
    story.forget("ben")
    await story.says("ben", "1 25", seconds=3)
    story.expect_text("ben", f"You have {code}")
    story.expect_text("ana", f"Ben has {code}. Nothing to do, thank you.")
    story.expect_text(OFFICER, "Ben is coming")
    story.forget(DCFS)


async def test_each_round_asks_them_first_by_text_and_call(story: Story) -> None:
    """Beside everybody else, round after round; the yes takes it and everybody else may sleep."""
    callout = await _said(story, "solo si no hay nadie, 20 min")
    code = callout["code"]
    story.forget("ana", "ben")
    await story.passes(minutes=5)
    story.expect_text("ana", f"Again: LBPD call-out {code}, nobody has it yet.")
    assert len(story.phone("ana").calls) == 1
    story.expect_text("cleo", code)  # everybody is paged as ever
    pages = sorted(await story.rows(t.page), key=lambda row: str(row["id"]))
    first = [row["person"] for row in pages if row["purpose"] == "page" and row["step"] == 3]
    assert first[:3] == ["ana", "ana", "ben"]
    story.forget("ana", "cleo", "cora", OFFICER, DCFS)
    await story.says("ana", "l", seconds=3)
    story.expect_text("ana", f"{code}: nobody else has come. Reply {code} 1 to go or {code} 2 if you cannot.")
    await story.passes(minutes=5)
    assert len(story.phone("ana").calls) == 2
    story.forget(*_EVERYBODY)
    await story.says("ana", "1 20", seconds=3)
    story.expect_text("ana", f"You have {code}, ETA")
    story.expect_text(OFFICER, "Ana is coming")
    story.forget(*_EVERYBODY)
    assert await _roles(story) == {"ana": "primary"}
