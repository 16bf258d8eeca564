"""The doors for people who pick up when a page rings: what they hear, and the keys they press."""

from fastapi import APIRouter

from dispatch.actions.hotline.answer_call import left, pick_up, press
from dispatch.carriers.doors import Door, paged_call
from dispatch.inbound.carrier.on_the_line import CallAction, CallKind, open_doors
from dispatch.rules.phone.paged_call import stage_called

router = APIRouter(include_in_schema=False)


def _presses(stage: str | None, keys: str) -> CallAction:
    at = stage_called(stage)
    return lambda tx, context, page: press(tx, context, page, at, keys)


PAGED = CallKind(paged_call, stands=pick_up, hears=pick_up, presses=_presses, left=left)
open_doors(router, PAGED, Door.PAGE_SAID, Door.PAGE_KEYS, Door.PAGE_WAITS, Door.PAGE_LEFT)
