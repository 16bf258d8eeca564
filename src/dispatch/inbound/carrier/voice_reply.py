"""The doors for people who pick up when a page rings: what they hear, and the keys they press."""

from fastapi import APIRouter

from dispatch.actions.context import Context
from dispatch.actions.hotline.answer_call import left, pick_up, press
from dispatch.carriers.doors import Door, paged_call
from dispatch.inbound.carrier.on_the_line import CallAction, CallKind, open_doors
from dispatch.rules.phone.calls import SpokenReply
from dispatch.rules.phone.paged_call import stage_called
from dispatch.store.transaction import Transaction

router = APIRouter(include_in_schema=False)


def _presses(stage: str | None, keys: str) -> CallAction:
    at = stage_called(stage)
    return lambda tx, context, page: press(tx, context, page, at, keys)


def _hears(tx: Transaction, context: Context, page: str) -> SpokenReply:
    return pick_up(tx, context, page)  # looked up at each call: rehearsals plant a fault here


PAGED = CallKind(paged_call, stands=pick_up, hears=_hears, presses=_presses, left=left)
open_doors(router, PAGED, Door.PAGE_SAID, Door.PAGE_KEYS, Door.PAGE_WAITS, Door.PAGE_LEFT)
