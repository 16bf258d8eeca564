"""The doors of the hotline: an officer phones, hears what to press, and hangs up."""

from fastapi import APIRouter, Request, Response

from dispatch.actions import hotline
from dispatch.carriers.doors import Door, hotline_call
from dispatch.inbound.carrier.alone import alone
from dispatch.inbound.carrier.carrier_request import Proven, proven
from dispatch.inbound.carrier.patience import InTime, heard_in_time
from dispatch.inbound.http.conflicts import again_on_conflict
from dispatch.rules.calls import Heard
from dispatch.rules.hotline.menu import stage_called

_MOST_DIGITS = 20  # more than any number has

router = APIRouter(include_in_schema=False)


@router.post(Door.HOTLINE)
async def officer_called(request: Request) -> Response:
    sent = await proven(request)
    inbound = sent.carrier.incoming_call(sent.request)

    async def answer(in_time: InTime) -> Response:
        answered = await again_on_conflict(lambda: in_time.act(hotline.answer, inbound))
        return _says(sent, answered.call, answered.heard)

    return await heard_in_time(sent, answer)


@router.post(Door.HOTLINE_KEYS)
async def officer_pressed(request: Request) -> Response:
    sent = await proven(request)
    keys = sent.carrier.keys(sent.request)
    stage, pressed = stage_called(keys.stage), keys.pressed[:_MOST_DIGITS]

    async def answer(in_time: InTime) -> Response:
        return _says(sent, sent.id_, await in_time.act(hotline.press, sent.id_, stage, pressed, keys.delivery))

    return await heard_in_time(sent, answer)


@router.post(Door.HOTLINE_SAID)
async def officer_listens(request: Request) -> Response:
    sent = await proven(request)

    async def answer(in_time: InTime) -> Response:
        return _says(sent, sent.id_, await in_time.act(hotline.resume, sent.id_))

    return await heard_in_time(sent, answer)


@router.post(Door.HOTLINE_WAITS)
async def officer_waits(request: Request) -> Response:
    return await alone(await proven(request), hotline_call)


@router.post(Door.HOTLINE_LEFT)
async def officer_is_back(request: Request) -> Response:
    sent = await proven(request)

    async def answer(in_time: InTime) -> Response:
        return _says(sent, sent.id_, await in_time.act(hotline.left, sent.id_))

    return await heard_in_time(sent, answer)


@router.post(Door.HOTLINE_NEWS)
async def call_ended(request: Request) -> Response:
    sent = await proven(request)
    over = sent.carrier.ended_call(sent.request)
    if over is not None:
        await sent.office.act(hotline.hung_up, over)
    return Response(status_code=204)


def _says(sent: Proven, call: str, heard: Heard) -> Response:
    document = sent.carrier.hears(heard, hotline_call(call), sent.request)
    return Response(document.content, media_type=document.media_type)
