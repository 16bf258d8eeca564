"""Pages are made a few at a time, so that call-outs share each turn of the loop with few of them.

A call-out takes several turns, and in each of them every other request has its own. 150 strangers who asked for a page
that is not there, each again as soon as it had an answer, made a call-out take five seconds.
"""

import asyncio
from collections import defaultdict

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch.inbound.http.cookies import carries_ours

_PLACES = 3
"""In each room. What waits for a place waits in its order of arrival."""
_ROOMS = frozenset({"v1", "twilio", "r", "a", "o", "healthz", "readyz", "metrics"})
"""The doors that have a room of their own, by the first part of the path: nobody there waits behind strangers who ask
for anything else."""
_CREDENTIALS = (b"authorization", b"webhook-signature", b"x-twilio-signature")
_BOUNDED_ELSEWHERE = ("/sign-in", "/welcome/")  # a password takes a tenth of a second, and has places of its own


class Places:
    """The law: **whoever shows a key or a signature at a door for programs waits for nobody.** Neither does a stream,
    which does not end. A place is left when the answer begins: how slowly it is read is its reader's own matter."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._rooms: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(_PLACES))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (room := _room(scope)) is None:
            await self._app(scope, receive, send)
            return
        place = self._rooms[room]
        await place.acquire()
        leaves = [place.release]

        async def answer(message: Message) -> None:
            if leaves:
                leaves.pop()()
            await send(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            if leaves:
                leaves.pop()()


def _room(scope: Scope) -> str | None:
    path: str = scope["path"]
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    headers = dict(scope["headers"])
    if first in ("v1", "twilio") and any(name in headers for name in _CREDENTIALS):
        return None
    if path.endswith("/events") or (scope["method"] == "POST" and path.startswith(_BOUNDED_ELSEWHERE)):
        return None
    if first in _ROOMS:
        return first
    return "signed in" if carries_ours(headers.get(b"cookie", b"").decode("latin-1")) else "others"
