"""The doors of the hotline: an officer phones, hears what to press, and hangs up."""

from fastapi import APIRouter, Request, Response

from dispatch.actions.hotline import take_call
from dispatch.carriers.doors import Door, hotline_call
from dispatch.inbound.carrier.carrier_request import proven
from dispatch.inbound.carrier.on_the_line import MOST_KEYS, CallKind, acts, alone, hears, says
from dispatch.inbound.carrier.patience import InTime, heard_in_time
from dispatch.inbound.http.conflicts import again_on_conflict
from dispatch.rules.hotline.stages import stage_called

router = APIRouter(include_in_schema=False)

OFFICER = CallKind(hotline_call, take_call.stands)


@router.post(Door.HOTLINE)
async def officer_called(request: Request) -> Response:
    sent = await proven(request)
    inbound = sent.carrier.incoming_call(sent.request)

    async def answer(in_time: InTime) -> Response:
        answered = await again_on_conflict(lambda: in_time.act(take_call.answer, inbound))
        return says(sent, OFFICER, answered.call, answered.said)

    return await heard_in_time(sent, answer)


@router.post(Door.HOTLINE_KEYS)
async def officer_pressed(request: Request) -> Response:
    sent = await proven(request)
    keys = sent.carrier.keys(sent.request)
    stage, pressed = stage_called(keys.stage), keys.pressed[:MOST_KEYS]
    return await acts(sent, OFFICER, lambda tx, context, call: take_call.press(tx, context, call, stage, pressed))


@router.post(Door.HOTLINE_SAID)
async def officer_listens(request: Request) -> Response:
    sent = await proven(request)
    return await hears(sent, OFFICER, take_call.resume)


@router.post(Door.HOTLINE_WAITS)
async def officer_waits(request: Request) -> Response:
    sent = await proven(request)
    return await alone(sent, OFFICER)


@router.post(Door.HOTLINE_LEFT)
async def officer_is_back(request: Request) -> Response:
    sent = await proven(request)
    return await acts(sent, OFFICER, take_call.left)


@router.post(Door.HOTLINE_NEWS)
async def call_ended(request: Request) -> Response:
    sent = await proven(request)
    over = sent.carrier.ended_call(sent.request)
    if over is not None:
        await sent.runner.act(take_call.hung_up, over)
    return Response(status_code=204)
