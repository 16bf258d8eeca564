"""Strangers are let in one after another, before anything looks for their door.

A stranger is whoever has shown nothing that holds (`inbound/proof.py`), whatever they ask for and whatever they have
made up. Beside 400 of them who asked for a view again as soon as they had one, nobody else was served for 18 seconds.

The laws: **strangers have a fifth of the loop together**, one request after another; while others of them wait, the
loop is free for four times as long as each took. Whoever has shown something that holds waits for none of them.
**Nothing of a stranger's is written before anything of anybody else's** (`actions/runner.py`).

Anybody gets a link by ringing the hotline, and 400 who asked for the view behind one held up a call-out for 12 seconds.
So whoever shows no more than a link, or a session that is over, has turns too, in a queue beside that of strangers, and
each of these is a line of its own: a flood at one costs whoever has another a turn at most.

Whoever asks whether the node is well is asked for nothing, and stands in a line of the address. These lines and that
of everybody else take turns, so that a flood at one door does not have the node restarted.
"""

import asyncio
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch.actions.runner import FOR_A_STRANGER
from dispatch.inbound.http.fair_queue import STRANGERS, FairQueue
from dispatch.inbound.http.for_programs import LIVES, METRICS, READY
from dispatch.inbound.proof import Proof, line_of

_ASKED_BY_ANYBODY = frozenset({LIVES, READY, METRICS})


class OneAfterAnother:
    """It stands behind what reads the body: a signature is made over all of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = await receive()
        request = Request(scope, _first(body, receive))
        proof: Proof = scope["app"].state.proof
        line = scope["path"] if scope["path"] in _ASKED_BY_ANYBODY else STRANGERS
        is_known = line == STRANGERS and await proof.holds(request)
        # Also for whoever is none: a connection hands it on to its next request.
        before = FOR_A_STRANGER.set(not is_known)
        try:
            async with AsyncExitStack() as turn:
                if await _has_come(turn, _its_turn(request, line, is_known=is_known), receive):
                    await self._app(scope, _first(body, receive), send)
        finally:
            FOR_A_STRANGER.reset(before)


def _its_turn(request: Request, line: str, *, is_known: bool) -> AbstractAsyncContextManager[None] | None:
    strangers: FairQueue = request.app.state.fair_queue
    lines: FairQueue = request.app.state.lines_of_known
    if not is_known:
        return strangers.one(line)
    own = line_of(request)
    return None if own is None else lines.one(own)


async def _has_come(turn: AsyncExitStack, its: AbstractAsyncContextManager[None] | None, receive: Receive) -> bool:
    """Wait for `its` turn, which ends with `turn`. False when the client hangs up meanwhile: of clients who ask and
    leave at once four thousand would stand in line, and as many make the server refuse everybody."""
    if its is None:
        return True
    with suppress(TimeoutError):
        async with asyncio.timeout(None) as here:
            watching = asyncio.create_task(_watch(receive, here))
            try:
                await turn.enter_async_context(its)
            finally:
                watching.cancel()
            return True
    return False


async def _watch(receive: Receive, here: asyncio.Timeout) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    here.reschedule(asyncio.get_running_loop().time())


def _first(message: Message, receive: Receive) -> Receive:
    """Gives `message` once more, and then what `receive` gives."""
    left = [message]

    async def again() -> Message:
        return left.pop() if left else await receive()

    return again
