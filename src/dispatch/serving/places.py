"""Pages are made a few at a time, so that call-outs share each turn of the loop with few of them.

A call-out takes several turns, and in each of them every other request has its own. 150 strangers who asked for a page
that is not there, each again as soon as it had an answer, made a call-out take five seconds.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch.inbound.http.cookies import carries_ours
from dispatch.rules.sign_in import SIGN_IN, WELCOME

_PLACES = 3
"""In each room. What waits for a place waits in its order of arrival."""
_ROOMS = frozenset({"r", "a", "o", "healthz", "readyz", "metrics"})
"""The doors that have a room of their own, by the first part of the path: nobody there waits behind strangers who ask
for anything else."""
_PASSWORDS = tuple(path.partition("{")[0] for path in (SIGN_IN, WELCOME))
"""What is posted there has places of its own: a password takes a tenth of a second."""


class Places:
    """The law: **whoever shows a key or a signature at a door for programs waits for nobody.** Neither does a stream,
    which does not end. A place is left when the answer begins: how slowly it is read is its reader's own matter.

    `programs` are the first parts of the paths of their doors.
    """

    def __init__(self, app: ASGIApp, programs: Collection[str]) -> None:
        self._app, self._programs = app, programs
        self._rooms: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(_PLACES))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (room := self._room(scope)) is None:
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

    def _room(self, scope: Scope) -> str | None:
        path: str = scope["path"]
        first = path.removeprefix("/").partition("/")[0]
        if first in self._programs:
            return None if any(map(_is_credential, scope["headers"])) else first
        if path.endswith("/events") or (scope["method"] == "POST" and path.startswith(_PASSWORDS)):
            return None
        if first in _ROOMS:
            return first
        return "signed in" if carries_ours(Headers(scope=scope).get("cookie", "")) else "others"


def _is_credential(header: tuple[bytes, bytes]) -> bool:
    """Agencies sign in one header, each carrier in one of its own."""
    return header[0] == b"authorization" or header[0].endswith(b"-signature")
