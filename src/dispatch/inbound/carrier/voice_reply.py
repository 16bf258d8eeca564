"""The doors for people who pick up when a page rings: what they hear, and the keys they press."""

from fastapi import APIRouter, HTTPException, Request, Response

from dispatch.actions.answer_call import pick_up, press
from dispatch.inbound.carrier.carrier_request import Proven, proven
from dispatch.rules.calls import Heard
from dispatch.rules.paged_call import Stage

_MOST_DIGITS = 20  # more than any number of minutes has

router = APIRouter(include_in_schema=False)


@router.post("/voice/page/{page}")
async def somebody_picked_up(request: Request) -> Response:
    sent = await proven(request)
    return _says(sent, await sent.office.act(pick_up, sent.page))


@router.post("/voice/page/{page}/keys")
async def keys_pressed(request: Request) -> Response:
    sent = await proven(request)
    keys = sent.read(sent.carrier.keys)
    try:
        stage = Stage.PAGE if keys.stage is None else Stage(keys.stage)
    except ValueError as error:
        raise HTTPException(404, "there is no such stage of a call") from error
    return _says(sent, await sent.office.act(press, sent.page, stage, keys.pressed[:_MOST_DIGITS]))


def _says(sent: Proven, heard: Heard) -> Response:
    document = sent.carrier.hears(heard, sent.page, sent.request)
    return Response(document.content, media_type=document.media_type)
