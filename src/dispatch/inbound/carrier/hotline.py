"""The doors of the hotline: an officer phones, hears what to press, and hangs up."""

from fastapi import APIRouter, Request, Response

from dispatch.actions.hotline import take_call
from dispatch.carriers.doors import Door, hotline_call
from dispatch.inbound.carrier.carrier_request import proven
from dispatch.inbound.carrier.on_the_line import CallAction, CallKind, open_doors, says
from dispatch.inbound.carrier.patience import InTime, heard_in_time
from dispatch.inbound.http.conflicts import again_on_conflict
from dispatch.rules.hotline.stages import stage_called

router = APIRouter(include_in_schema=False)


def _presses(stage: str | None, keys: str) -> CallAction:
    at = stage_called(stage)
    return lambda tx, context, call: take_call.press(tx, context, call, at, keys)


OFFICER = CallKind(hotline_call, take_call.stands, hears=take_call.resume, presses=_presses, left=take_call.left)
open_doors(router, OFFICER, Door.HOTLINE_SAID, Door.HOTLINE_KEYS, Door.HOTLINE_WAITS, Door.HOTLINE_LEFT)


@router.post(Door.HOTLINE)
async def officer_called(request: Request) -> Response:
    sent = await proven(request)
    inbound = sent.carrier.incoming_call(sent.request)

    async def answer(in_time: InTime) -> Response:
        answered = await again_on_conflict(lambda: in_time.act(take_call.answer, inbound))
        return says(sent, OFFICER, answered.call, answered.said)

    return await heard_in_time(sent, answer)


@router.post(Door.HOTLINE_NEWS)
async def call_ended(request: Request) -> Response:
    sent = await proven(request)
    over = sent.carrier.ended_call(sent.request)
    if over is not None:
        await sent.runner.act(take_call.hung_up, over)
    return Response(status_code=204)
