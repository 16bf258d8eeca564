"""The doors for people who pick up when a page rings: what they hear, and the keys they press."""

from fastapi import APIRouter, Request, Response

from dispatch.actions.answer_call import left, pick_up, press
from dispatch.carriers.doors import Door, paged_call
from dispatch.inbound.carrier.alone import alone
from dispatch.inbound.carrier.carrier_request import Proven, proven
from dispatch.inbound.carrier.patience import InTime, heard_in_time
from dispatch.rules.calls import Heard
from dispatch.rules.paged_call import stage_called

_MOST_DIGITS = 20  # more than any number of minutes has

router = APIRouter(include_in_schema=False)


@router.post(Door.PAGE_SAID)
async def somebody_picked_up(request: Request) -> Response:
    sent = await proven(request)

    async def answer(in_time: InTime) -> Response:
        return _says(sent, await in_time.act(pick_up, sent.id_))

    return await heard_in_time(sent, answer)


@router.post(Door.PAGE_KEYS)
async def keys_pressed(request: Request) -> Response:
    sent = await proven(request)
    keys = sent.carrier.keys(sent.request)
    stage = stage_called(keys.stage)

    async def answer(in_time: InTime) -> Response:
        return _says(sent, await in_time.act(press, sent.id_, stage, keys.pressed[:_MOST_DIGITS]))

    return await heard_in_time(sent, answer)


@router.post(Door.PAGE_WAITS)
async def waits_for_another(request: Request) -> Response:
    return await alone(await proven(request), paged_call)


@router.post(Door.PAGE_LEFT)
async def left_conference(request: Request) -> Response:
    sent = await proven(request)

    async def answer(in_time: InTime) -> Response:
        return _says(sent, await in_time.act(left, sent.id_))

    return await heard_in_time(sent, answer)


def _says(sent: Proven, heard: Heard) -> Response:
    document = sent.carrier.hears(heard, paged_call(sent.id_), sent.request)
    return Response(document.content, media_type=document.media_type)
