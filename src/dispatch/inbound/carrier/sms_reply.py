"""The door for texts. Our answer goes out as a page, like everything else that is sent, so it is never lost."""

from fastapi import APIRouter, Request, Response

from dispatch.actions.replies.record_reply import record_reply
from dispatch.actions.shifts.take_cover import tell_running_by_text
from dispatch.carriers.doors import Door
from dispatch.inbound.carrier.carrier_request import proven
from dispatch.inbound.http.conflicts import again_on_conflict
from dispatch.rules.reader.shift_words import ShiftWord

router = APIRouter(include_in_schema=False)


@router.post(Door.TEXT)
async def text_came_in(request: Request) -> Response:
    sent = await proven(request)
    text = sent.carrier.text(sent.request)
    understood_as = await again_on_conflict(lambda: sent.runner.act(record_reply, text))
    if understood_as == ShiftWord.COVER:
        await tell_running_by_text(sent.runner, text.sender)
    received = sent.carrier.received()
    return Response(received.content, media_type=received.media_type)
