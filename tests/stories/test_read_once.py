"""One text is read once, whoever wrote it, and the weights are asked once for each position."""

import sys
from collections import Counter
from types import FrameType

import pytest

from dispatch.actions.context import Context
from dispatch.actions.replies.record_reply import InboundText, record_reply
from dispatch.rules.reader import gist, letters, read_text
from dispatch.store.transaction import Transaction
from tests.stories.story import DCFS, OFFICER, Story

_READING = {one.__code__: one.__name__ for one in (read_text.read, letters.take_apart, gist.features)}


@pytest.mark.parametrize(
    ("who", "text"),
    [
        ("ana", "1 25"),
        ("ana", "the truck is making a weird noise over here"),
        (OFFICER, "she wants to eat something and her phone is nearly dead"),
        ("cora", "somebody please look into that one, it is odd"),
    ],
)
async def test_a_text_is_taken_apart_once(story: Story, who: str, text: str) -> None:
    """However many rules ask what it says, of somebody on the way, an officer or a coordinator with an alarm."""
    await story.paging()
    if text != "1 25":
        await story.says("ana", "omw 25")
    await story.says("ben", "SOS")  # so an alarm is open to coordinators
    read = Counter[tuple[object, ...]]()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and (name := _READING.get(frame.f_code)) is not None:
            said = frame.f_locals.get("text") or frame.f_locals["intent"].as_written
            read[name, said, frame.f_locals.get("position")] += 1

    def traced(tx: Transaction, context: Context) -> None:
        sys.setprofile(note)
        try:
            record_reply(tx, context, InboundText("SM-once", story.phone(who).number, text))
        finally:
            sys.setprofile(None)

    await story.town.service.runner.act(traced)
    await story.passes(seconds=2)
    story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)
    assert read["read", text, None] == read["take_apart", text, None] == 1
    assert max(read.values()) == 1, read
