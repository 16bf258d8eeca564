"""Every answer to somebody on the line is given here, in time: they hear what an action says, at their call's doors."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from fastapi import Response

from dispatch.actions.bridge import waits_in_vain
from dispatch.actions.desk import Desk
from dispatch.carriers.carrier import Document
from dispatch.carriers.doors import CallDoors
from dispatch.inbound.carrier.carrier_request import Proven
from dispatch.inbound.carrier.patience import InTime, heard_in_time
from dispatch.rules.calls import Heard
from dispatch.store.transaction import Transaction

MOST_KEYS = 20
"""More than any number has; what somebody presses beyond that is not read."""

P = ParamSpec("P")


async def hears(
    sent: Proven,
    call: CallDoors,
    action: Callable[Concatenate[Transaction, Desk, P], Heard],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Response:
    """They hear what `action` says; the call goes on at the doors of `call`."""

    async def answer(in_time: InTime) -> Response:
        return says(sent, call, await in_time.act(action, *args, **kwargs))

    return await heard_in_time(sent, answer)


async def alone(sent: Proven, call: CallDoors) -> Response:
    """They are alone in a conference that has not begun, and wait a moment for the other one. When that one will not
    come, the carrier is told to lead them out; were that lost, the next moment tells it again."""

    async def answer(in_time: InTime) -> Response:
        if await in_time.act(waits_in_vain, sent.id_):
            await sent.carrier.lead_back(sent.carrier.waiting_call(sent.request), call)
        return _written(sent.carrier.waits(call))

    return await heard_in_time(sent, answer)


def says(sent: Proven, call: CallDoors, heard: Heard) -> Response:
    return _written(sent.carrier.hears(heard, call, sent.request))


def _written(document: Document) -> Response:
    return Response(document.content, media_type=document.media_type)
