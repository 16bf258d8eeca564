"""Pages are made a few at a time, so that call-outs share each turn of the loop with few of them.

A call-out takes several turns, and in each of them every other request has its own. 150 strangers who asked for a page
that is not there, each again as soon as it had an answer, made a call-out take five seconds.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PLACES = 3
"""In each room. Whoever waits for a place waits in the order of arrival."""


class Places:
    """`room` names the room of a request; None for one that waits for nobody.

    The law: **a place is left when the answer begins.** How slowly it is read is its reader's own matter.
    """

    def __init__(self, app: ASGIApp, room: Callable[[Scope], str | None]) -> None:
        self._app, self._room = app, room
        self._rooms: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(_PLACES))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        room = self._room(scope) if scope["type"] == "http" else None
        if room is None:
            await self._app(scope, receive, send)
            return
        places = self._rooms[room]
        await places.acquire()
        with ExitStack() as place:
            place.callback(places.release)
            # Most pages wait for nothing. Without a turn in its place each would leave it before the next one comes, so
            # nobody would ever wait: 400 strangers at one such page made a call-out take nine seconds.
            await asyncio.sleep(0)

            async def answer(message: Message) -> None:
                place.close()  # does nothing the second time
                await send(message)

            await self._app(scope, receive, answer)
