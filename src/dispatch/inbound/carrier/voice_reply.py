"""The doors for people who pick up when a page rings: what they hear, and the keys they press."""

from fastapi import APIRouter, Request, Response

from dispatch.actions.answer_call import pick_up, press
from dispatch.carriers.doors import Door, paged_call
from dispatch.inbound.carrier.carrier_request import Proven, proven
from dispatch.rules.calls import Heard
from dispatch.rules.paged_call import stage_called

_MOST_DIGITS = 20  # more than any number of minutes has

router = APIRouter(include_in_schema=False)


@router.post(Door.PAGE_SAID)
async def somebody_picked_up(request: Request) -> Response:
    sent = await proven(request)
    return _says(sent, await sent.office.act(pick_up, sent.page))


@router.post(Door.PAGE_KEYS)
async def keys_pressed(request: Request) -> Response:
    sent = await proven(request)
    keys = sent.carrier.keys(sent.request)
    stage = stage_called(keys.stage)
    return _says(sent, await sent.office.act(press, sent.page, stage, keys.pressed[:_MOST_DIGITS]))


def _says(sent: Proven, heard: Heard) -> Response:
    document = sent.carrier.hears(heard, paged_call(sent.page), sent.request)
    return Response(document.content, media_type=document.media_type)
