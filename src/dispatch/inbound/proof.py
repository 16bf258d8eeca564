"""Who asks, by what the request shows: a key, a signature, or a session or a link that exists.

It opens no door. Each door still asks what is shown for what it wants; this says only who is no stranger, whatever
they ask for. What holds for a session or a link is remembered for a minute, and longer while the database is late.

The law: **whoever is not judged yet is no stranger.** An opening waits until its key or signature is looked up, and
where the database is away its own door says so. The keys and secrets that there are need no database.
"""

import asyncio
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import TypeVar

from fastapi import FastAPI, Request
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute

from dispatch.carriers.carrier import Carrier, NotTheCarrier, TooMuch, WrongKind
from dispatch.carriers.doors import below
from dispatch.inbound.carrier.carrier_request import from_carrier
from dispatch.inbound.http import cookies
from dispatch.inbound.http.auth import Doorkeeper, NotSignedIn, opens
from dispatch.inbound.http.fair_queue import STRANGERS
from dispatch.inbound.http.look_ups import LookUp
from dispatch.inbound.http.turns import Turns, Urgency
from dispatch.rules.facts.storable import is_storable
from dispatch.store.access import links, sessions
from dispatch.store.access.links import token_hash
from dispatch.store.engine.database_errors import DatabaseFault, DatabaseUnreachable

T = TypeVar("T")

_REMEMBERED = timedelta(minutes=1)
_PATIENCE_SECONDS = 1.0
"""When the database hangs, nobody who was not found before can be told apart."""
_LATE = (TimeoutError, DatabaseUnreachable, DatabaseFault)


class Asker(Enum):
    CARRIER = auto()
    OPENING = auto()
    KNOWN = auto()
    UNJUDGED = auto()
    PROBE = auto()
    STRANGER = auto()


@dataclass(frozen=True, slots=True)
class Tenant:
    """Those who share places: all requests with the same `name`."""

    asker: Asker
    name: Hashable = STRANGERS


A_STRANGER = Tenant(Asker.STRANGER)


def link_paths(routes: Sequence[BaseRoute]) -> frozenset[tuple[str, str]]:
    """What stands before and behind the token in the path of each door that a link opens."""
    paths = (str(route.path).partition("{token}") for route in iter_route_contexts(routes))
    return frozenset((before, behind.partition("/")[0]) for before, token, behind in paths if token)


class Proof:
    """What one node knows of those who ask. The application has all of its doors by then."""

    def __init__(self, app: FastAPI, turns: Turns) -> None:
        self._doorkeeper: Doorkeeper = app.state.doorkeeper
        carrier: Carrier = app.state.carrier
        self._from_carrier = f"{below(carrier.name)}/"
        self._sessions = LookUp(app.state.runner, sessions.exist, _REMEMBERED)
        self._links = LookUp(app.state.runner, links.exist, _REMEMBERED)
        self._link_paths = link_paths(app.routes)
        self._turns = turns

    async def tenant(self, request: Request) -> Tenant:
        if request.scope["path"].startswith(self._from_carrier):
            return Tenant(Asker.CARRIER) if await self._is_from_carrier(request) else A_STRANGER
        is_opening = opens(request)
        try:
            async with asyncio.timeout(None if is_opening else _PATIENCE_SECONDS):
                client = await self._doorkeeper.knows(request)
        except NotSignedIn:
            client = None
        except _LATE:
            return Tenant(Asker.UNJUDGED) if is_opening else A_STRANGER
        if client is not None:
            return Tenant(Asker.OPENING if is_opening and client.agency else Asker.KNOWN, client.actor)
        tokens = (cookies.read(request, name) for name in ("dispatch-session", "dispatch-half"))
        shown = await self._first(self._sessions, (token for token in tokens if token))
        shown = shown or await self._first(self._links, self._tokens(request.scope["path"]))
        return Tenant(Asker.KNOWN, shown) if shown else A_STRANGER

    async def _is_from_carrier(self, request: Request) -> bool:
        """A receipt waits for whoever says or presses something. A false signature costs as much as a true one."""
        urgency = Urgency.RECEIPT if "/status" in request.scope["path"] else Urgency.FIRST
        if not await self._turns.come(urgency, len(await request.body())):
            return False
        try:
            await from_carrier(request)
        except (NotTheCarrier, WrongKind, TooMuch):
            return False
        return True

    def _tokens(self, path: str) -> Iterator[str]:
        for before, behind in self._link_paths:
            token = path.removeprefix(before).partition("/")[0].removesuffix(behind) if path.startswith(before) else ""
            if token and is_storable(token):
                yield token

    async def _first(self, look_up: LookUp[T], tokens: Iterator[str]) -> str | None:
        """The hash of the first that exists, or did when the database last answered."""
        for hash_ in map(token_hash, tokens):
            try:
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    found = await look_up.find(hash_)
            except _LATE:
                found = look_up.knew(hash_)
            if found is not None:
                return hash_
        return None
