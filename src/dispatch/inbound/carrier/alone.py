"""Somebody is alone in a conference that has not begun: they wait a moment for the other one, or are led back to us."""

from collections.abc import Callable

from fastapi import Response

from dispatch.actions.bridge import waits_in_vain
from dispatch.carriers.doors import CallDoors
from dispatch.inbound.carrier.carrier_request import Proven
from dispatch.inbound.carrier.patience import InTime, heard_in_time


async def alone(sent: Proven, doors: Callable[[str], CallDoors]) -> Response:
    """The next moment of their waiting. When the other one will not come, the carrier is told to lead them out; were
    that lost, the next moment tells it again."""
    call = doors(sent.id_)

    async def answer(in_time: InTime) -> Response:
        if await in_time.act(waits_in_vain, sent.id_):
            await sent.carrier.lead_back(sent.carrier.waiting_call(sent.request), call)
        document = sent.carrier.waits(call)
        return Response(document.content, media_type=document.media_type)

    return await heard_in_time(sent, answer)
