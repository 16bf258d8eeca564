"""Every answer to somebody on the line is given here, in time: they hear what an action says, at their call's doors."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from dispatch.actions.bridge import waits_in_vain
from dispatch.actions.context import Context
from dispatch.actions.phone import exchanges
from dispatch.actions.phone.exchanges import Said
from dispatch.carriers.carrier import Document
from dispatch.carriers.doors import CallDoors, Door, exchange_of
from dispatch.inbound.carrier.carrier_request import Proven, proven
from dispatch.inbound.carrier.patience import InTime, heard_in_time
from dispatch.inbound.http.conflicts import again_on_conflict
from dispatch.rules.phone.calls import SpokenReply
from dispatch.store.transaction import Transaction

MOST_KEYS = 20
"""More than any number has; what somebody presses beyond that is not read."""

CallAction = Callable[[Transaction, Context, str], SpokenReply]
"""What is said on the call of this id."""


@dataclass(frozen=True, slots=True)
class CallKind:
    """One kind of call: its `doors`, by its id and its exchange, and what is said at them. `stands` says how things
    stand and changes nothing. `presses` is given the stage of a call and the keys that were pressed at it, and raises
    `NoSuchStage`."""

    doors: Callable[[str, int | None], CallDoors]
    stands: CallAction
    hears: CallAction
    presses: Callable[[str | None, str], CallAction]
    left: CallAction


def open_doors(router: APIRouter, line: CallKind, said: Door, keys: Door, waits: Door, left: Door) -> None:
    """The four doors of each call of this kind."""

    @router.post(said)
    async def hears(request: Request) -> Response:
        """They hear what is said next, as often as it is asked for."""
        sent = await proven(request)

        async def answer(in_time: InTime) -> Response:
            next_ = await in_time.act(exchanges.listen, sent.id_, lambda tx, context: line.hears(tx, context, sent.id_))
            return says(sent, line, sent.id_, next_)

        return await heard_in_time(sent, answer)

    @router.post(keys)
    async def presses(request: Request) -> Response:
        sent = await proven(request)
        brought = sent.carrier.keys(sent.request)
        return await _acts(sent, line, line.presses(brought.stage, brought.pressed[:MOST_KEYS]))

    @router.post(waits)
    async def waits_alone(request: Request) -> Response:
        return await _alone(await proven(request), line)

    @router.post(left)
    async def is_back(request: Request) -> Response:
        return await _acts(await proven(request), line, line.left)


async def _acts(sent: Proven, line: CallKind, action: CallAction) -> Response:
    """They hear what `action` says. It acts once: the same request again changes nothing, however late."""
    exchange = exchange_of(sent.request.query)

    def act(tx: Transaction, context: Context) -> Said:
        call = sent.id_
        return exchanges.answer(
            tx,
            context,
            call,
            exchange,
            lambda tx, context: action(tx, context, call),
            lambda tx, context: line.stands(tx, context, call),
        )

    async def answer(in_time: InTime) -> Response:
        return says(sent, line, sent.id_, await again_on_conflict(lambda: in_time.act(act)))

    return await heard_in_time(sent, answer)


async def _alone(sent: Proven, line: CallKind) -> Response:
    """They are alone in a conference that has not begun, and wait a moment for the other person. When that person will
    not come, the carrier is told to lead them out; if that is lost, it is told again at its next request."""
    call = line.doors(sent.id_, exchange_of(sent.request.query))

    async def answer(in_time: InTime) -> Response:
        if await in_time.act(waits_in_vain, sent.id_):
            await sent.carrier.lead_back(sent.carrier.waiting_call(sent.request), call)
        return _written(sent.carrier.waits(call))

    return await heard_in_time(sent, answer)


def says(sent: Proven, line: CallKind, call: str, said: Said) -> Response:
    """What is said on the call with this id. Any keys that it asks for come back as the answer to its exchange."""
    return _written(sent.carrier.hears(said.heard, line.doors(call, said.exchange), sent.request))


def _written(document: Document) -> Response:
    return Response(document.content, media_type=document.media_type)
