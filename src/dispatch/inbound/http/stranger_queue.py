"""Strangers are let in one after another, before anything looks for their door.

A call-out takes several turns of the event loop, and in each of them every other request has its own: beside 100
strangers who asked for a view again as soon as they had one, a page left after 2.8 seconds instead of 0.2.

The law: **in each turn of the loop one stranger's request begins**, in the order of arrival. Whoever shows a session
waits only for others who do. So does whoever shows a link, and whoever asks whether the node is well: a flood of views
would have it restarted. Whoever shows a key or a signature at a door for programs waits for nobody. Whether any of
these holds is asked behind the door.
"""

import asyncio
from collections import defaultdict

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from dispatch.inbound.http.cookies import carries_ours
from dispatch.inbound.http.for_programs import LIVES, METRICS, READY
from dispatch.rules.access import alarm_link, place_link
from dispatch.rules.replies import officer_view

_LINKS = tuple(one.PATH.partition("{")[0] for one in (alarm_link, officer_view, place_link))


class OneAfterAnother:
    """`carrier` is the name with which the carrier's paths begin."""

    def __init__(self, app: ASGIApp, carrier: str) -> None:
        self._app = app
        self._for_programs = ("/v1/", f"/{carrier}/")
        self._lines: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (line := self.line_of(scope)) is not None:
            async with self._lines[line]:
                await asyncio.sleep(0)
        await self._app(scope, receive, send)

    def line_of(self, scope: Scope) -> str | None:
        """The name of the line in which this request stands; None for one that waits for nobody."""
        path: str = scope["path"]
        if path.startswith(self._for_programs) and any(map(_is_credential, scope["headers"])):
            return None
        if path.startswith(_LINKS):
            return "links"
        if path in (LIVES, READY, METRICS):
            return "health"
        return "sessions" if carries_ours(Headers(scope=scope).get("cookie", "")) else "strangers"


def _is_credential(header: tuple[bytes, bytes]) -> bool:
    """Agencies sign in one header, each carrier in one of its own."""
    return header[0] == b"authorization" or header[0].endswith(b"-signature")
