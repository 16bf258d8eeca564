"""Whether a request shows anything that holds: a key, a signature, or a session or a link that exists.

It opens no door. Each door still asks what is shown for what it wants; this says only who is no stranger, whatever
they ask for. What holds for a session or a link is remembered for a minute, and one that is over by then counts a
little longer.
"""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

from fastapi import FastAPI, Request

from dispatch.carriers.carrier import Carrier, NotTheCarrier, TooMuch, WrongKind
from dispatch.carriers.doors import below
from dispatch.inbound.carrier.carrier_request import from_carrier
from dispatch.inbound.http import cookies
from dispatch.inbound.http.auth import Doorkeeper
from dispatch.inbound.http.look_ups import LookUp
from dispatch.rules.access import alarm_link, calendar_link, own_link, place_link, sign_in
from dispatch.rules.fields.storable import is_storable
from dispatch.rules.people import new_number
from dispatch.rules.replies import officer_view
from dispatch.store.access import links, sessions
from dispatch.store.access.links import token_hash
from dispatch.store.engine.database_errors import DatabaseFault, DatabaseUnreachable

_LINKS = tuple(
    tuple(path.split("{token}"))
    for path in (
        *(place_link.PATH, officer_view.PATH, alarm_link.PATH, sign_in.WELCOME, sign_in.WALL, sign_in.LET_IN),
        *(calendar_link.PATH, own_link.PATH, new_number.PATH),
    )
)
_REMEMBERED = timedelta(minutes=1)
_PATIENCE_SECONDS = 1.0
"""When the database hangs, nobody can be told apart."""


class Proof:
    """What one node knows of those who ask."""

    def __init__(self, app: FastAPI) -> None:
        self._doorkeeper: Doorkeeper = app.state.doorkeeper
        carrier: Carrier = app.state.carrier
        self._from_carrier = f"{below(carrier.name)}/"
        self._now = app.state.runner.now
        self._sessions = LookUp(app.state.runner, sessions.exist, _REMEMBERED)
        self._links = LookUp(app.state.runner, links.exist, _REMEMBERED)
        self._checking = asyncio.Lock()

    async def holds(self, request: Request) -> bool:
        if request.scope["path"].startswith(self._from_carrier):
            return await self._is_from_carrier(request)
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return (
                    await self._doorkeeper.knows(request)
                    or await self._has_session(request)
                    or await self._has_link(request)
                )
        except (TimeoutError, DatabaseUnreachable, DatabaseFault):
            return False

    async def _is_from_carrier(self, request: Request) -> bool:
        async with self._checking:  # one in each turn of the loop: a false signature costs as much as a true one
            await asyncio.sleep(0)
        try:
            await from_carrier(request)
        except (NotTheCarrier, WrongKind, TooMuch):
            return False
        return True

    async def _has_session(self, request: Request) -> bool:
        for name in ("dispatch-session", "dispatch-half"):
            token = cookies.read(request, name)
            hash_ = token_hash(token) if token else ""
            if hash_ and (ends_at := await self._sessions.find(hash_)) is not None:
                if ends_at <= self._now():
                    request.state.line = hash_
                return True
        return False

    async def _has_link(self, request: Request) -> bool:
        for token in _tokens(request.scope["path"]):
            if await self._links.find(hash_ := token_hash(token)):
                request.state.line = hash_
                return True
        return False


def line_of(request: Request) -> str | None:
    """In which line a request stands that shows no more than a link, or a session that is over; none if it does."""
    line: str | None = getattr(request.state, "line", None)
    return line


def _tokens(path: str) -> Iterator[str]:
    for before, after in _LINKS:
        token = path.removeprefix(before).partition("/")[0].removesuffix(after) if path.startswith(before) else ""
        if token and is_storable(token):
            yield token
