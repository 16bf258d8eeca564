"""The doors for people who pick up when a page rings: what they hear, and the keys they press."""

from fastapi import APIRouter, Request, Response

from dispatch.actions.hotline.answer_call import left, pick_up, press
from dispatch.carriers.doors import Door, paged_call
from dispatch.inbound.carrier.carrier_request import proven
from dispatch.inbound.carrier.on_the_line import MOST_KEYS, CallKind, acts, alone, hears
from dispatch.rules.phone.paged_call import stage_called

router = APIRouter(include_in_schema=False)

PAGED = CallKind(paged_call, pick_up)


@router.post(Door.PAGE_SAID)
async def somebody_picked_up(request: Request) -> Response:
    sent = await proven(request)
    return await hears(sent, PAGED, pick_up)


@router.post(Door.PAGE_KEYS)
async def keys_pressed(request: Request) -> Response:
    sent = await proven(request)
    keys = sent.carrier.keys(sent.request)
    stage, pressed = stage_called(keys.stage), keys.pressed[:MOST_KEYS]
    return await acts(sent, PAGED, lambda tx, context, page: press(tx, context, page, stage, pressed))


@router.post(Door.PAGE_WAITS)
async def waits_for_another(request: Request) -> Response:
    sent = await proven(request)
    return await alone(sent, PAGED)


@router.post(Door.PAGE_LEFT)
async def left_conference(request: Request) -> Response:
    sent = await proven(request)
    return await acts(sent, PAGED, left)
