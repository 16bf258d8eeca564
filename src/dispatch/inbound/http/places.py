"""Who may be inside together: a place is held from before anything looks for the door until the answer is there.

A stranger is whoever has shown nothing that holds (`inbound/proof.py`), whatever they ask for and whatever they have
made up. Beside 400 of them who asked for a view again as soon as they had one, nobody else was served for 18 seconds;
beside 400 clients of one valid key another agency's call-out took 13.

The laws: **whoever has shown something that holds never shares a bound with strangers**, nor with anybody else.
**Nobody waits without a bound**: beyond it the answer is a refusal, made beforehand, which costs no door, no view and
no read, and the places of this table are all there are. **Strangers have a fifth of the loop together**, one request
after another (`fair_queue.py`). **Nothing of a stranger's is written before anything of anybody else's**
(`actions/runner.py`).
"""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from weakref import WeakValueDictionary

from fastapi import Request
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch.actions.runner import FOR_A_STRANGER
from dispatch.inbound.http import unavailable
from dispatch.inbound.http.fair_queue import FairQueue
from dispatch.inbound.http.for_programs import LIVES, METRICS, READY
from dispatch.inbound.http.problem import last_problem, problem
from dispatch.inbound.http.refusals import Refusals
from dispatch.inbound.http.turns import Turns, Urgency
from dispatch.inbound.proof import A_STRANGER, Asker, Tenant
from dispatch.rules.alarms.refusals import Refusal, Why
from dispatch.rules.facts.actors import Actor


@dataclass(frozen=True, slots=True)
class Bound:
    """`at_once` are inside, `waiting` wait in order; whoever comes beyond these is answered `status`, `in_words`. After
    so many seconds as `at_most` a place is given to the next who waits: this one waits for something else by then."""

    who: str
    at_once: int
    waiting: int
    status: int
    in_words: str
    at_most: float | None = None


BOUNDS: Mapping[Asker, Bound | None] = MappingProxyType(
    {
        Asker.CARRIER: None,
        # A storm fits in. Admission bounds what is opened, by how far behind paging is (`worker/admission.py`).
        Asker.OPENING: Bound(
            "what each agency opens", 8, 2_048, 503, f"{unavailable.NO_PLACE}, or call the hotline", at_most=0.01
        ),
        Asker.KNOWN: Bound(
            "each agency, coordinator's key, session and link",
            8,
            64,
            429,
            unavailable.TOO_MANY_OF_YOURS,
        ),
        Asker.UNJUDGED: Bound(
            "openings that the database is too far away to judge, together", 8, 64, 503, unavailable.NO_PLACE
        ),
        Asker.PROBE: Bound("`/readyz` and `/metrics`, each", 8, 64, 503, unavailable.NO_PLACE),
        Asker.STRANGER: Bound("strangers together", 64, 256, 503, unavailable.NO_PLACE),
    }
)
"""The table of places. Whoever is being sent an answer holds none. Beyond `None` there is no place, line or
refusal."""
ALL_TOGETHER: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "previews and schedules": (2, r"(GET|POST) /((v1/)?schedule\b|v1/.*/preview$|fairness$|calendar/)"),
        "reports": (2, r"GET /(response-times|audit)\b"),
    }
)
"""Of these so many are inside at once over all, whoever asks: each takes long, and computes while call-outs wait for
the same lock of Python's. The rest of them wait in the place that their sender holds."""


class _NoPlace(Exception):
    pass


class _Line(asyncio.Semaphore):
    here = 0
    """Inside and waiting."""


class Places:
    """The places of one node."""

    def __init__(self, turns: Turns) -> None:
        self.turns, self.fair_queue = turns, FairQueue()
        # Eight views that are made at the same time are one turn of the loop for everybody else.
        self.known = FairQueue(longest=0.1, free=1)
        self.let_in_stranger = partial(self.let_in, A_STRANGER)
        """What is wrong with the request itself is told in a stranger's place, whatever it shows."""
        self._lasting: set[asyncio.Timeout] = set()
        self._closing = False
        self._lines: WeakValueDictionary[Tenant, _Line] = WeakValueDictionary()  # while anybody is in it
        self._all_together = [(re.compile(paths), asyncio.Semaphore(most)) for most, paths in ALL_TOGETHER.values()]

    async def let_in(
        self, tenant: Tenant, app: ASGIApp, scope: Scope, receive: Receive, send: Send, body: Message | None = None
    ) -> None:
        """Have `app` answer once there is a place for `tenant`, unless there are too many of it or it hangs up. Whoever
        waits to be refused holds no `body` meanwhile."""
        # Also for whoever is none: a connection hands it on to its next request.
        before = FOR_A_STRANGER.set(tenant.asker in _STRANGE)
        try:
            if (bound := BOUNDS[tenant.asker]) is None:
                await app(scope, receive, send)
                return
            if tenant.asker is Asker.OPENING:  # also for whoever has hung up: it is a child who waits
                async with self._place(tenant, bound):
                    await app(scope, receive, send)
                return
            async with AsyncExitStack() as held:
                if await self._has_come(held, tenant, bound, scope, receive):
                    await app(scope, receive, _until_it_is_sent(send, held))
                return
        except _NoPlace:
            pass  # its traceback holds what is not to be held while a refusal lasts
        finally:
            FOR_A_STRANGER.reset(before)
        await self.turns.come(Urgency.REFUSAL)
        if body is None:  # the rest of it may still come, and nobody reads it
            await _LAST_REFUSAL(scope, receive, send)
            return
        body.clear()
        is_slow = tenant.asker is Asker.STRANGER and len(self._lasting) < _MOST_LASTING and not self._closing
        refuse = self._refuse_slowly if is_slow else _REFUSALS[tenant.asker]
        await refuse(scope, receive, send)
        if tenant.asker is Asker.OPENING:  # once it is answered: where the database hangs, to tell of it takes long
            assert isinstance(tenant.name, Actor), "an agency opens"
            trace: Refusals = scope["app"].state.refusals
            await trace.note(Refusal(Why.OVERLOAD, tenant.name.id, proven=True))

    async def _refuse_slowly(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The refusal is there at once, and ends when its `Retry-After` is over. Until then nothing more is read from
        the connection: whoever asks again as soon as they are answered asks once in so many seconds. It may last up to
        twice as long, or all who were refused together would ask again together."""
        is_head = scope["method"] == "HEAD"  # whose answer ends with its head
        if not is_head:
            for message in _NO_PLACE:
                await send(message)
        with suppress(TimeoutError):
            async with asyncio.timeout(unavailable.AWAY_SECONDS * (1 + random.random())) as lasts:
                self._lasting.add(lasts)
                try:
                    await _hangs_up(receive)
                finally:
                    self._lasting.discard(lasts)
        if is_head:
            await send(_NO_PLACE[0])
        await send({"type": "http.response.body"})

    def close(self) -> None:
        """End every refusal that lasts, and let none last any more, so that the server can stop."""
        self._closing = True
        for lasts in self._lasting:
            if not lasts.expired():
                lasts.reschedule(asyncio.get_running_loop().time())

    async def _has_come(
        self, held: AsyncExitStack, tenant: Tenant, bound: Bound, scope: Scope, receive: Receive
    ) -> bool:
        """Wait for a place and a turn, which are given back with `held`. False when the client hangs up meanwhile: of
        clients who ask and leave at once as many would stand in line as may. Raises `_NoPlace`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(None) as here:
                watching = asyncio.create_task(_watch(receive, here))
                try:
                    await held.enter_async_context(self._place(tenant, bound))
                    turns = self.fair_queue if tenant.asker in _STRANGE else self.known
                    if turns is self.known:  # whoever waits for these must not have the turn meanwhile
                        for paths, together in self._all_together:
                            if paths.match(f"{scope['method']} {scope['path']}"):
                                await held.enter_async_context(together)
                    await held.enter_async_context(turns.one(str(tenant.name)))
                finally:
                    watching.cancel()
                return True
        return False

    @asynccontextmanager
    async def _place(self, tenant: Tenant, bound: Bound) -> AsyncIterator[None]:
        line = self._lines.setdefault(tenant, _Line(bound.at_once))
        if line.here >= bound.at_once + bound.waiting:
            raise _NoPlace
        line.here += 1
        try:
            with ExitStack() as place:
                await line.acquire()
                place.callback(line.release)
                if bound.at_most is not None:
                    asyncio.get_running_loop().call_later(bound.at_most, place.close)
                yield
        finally:
            line.here -= 1


_MOST_LASTING = 8_192
"""Refusals that last, each some 30 KB. Whoever comes beyond these is refused all the same."""
_STRANGE = frozenset({Asker.STRANGER, Asker.PROBE})
_REFUSALS: Mapping[Asker, Response] = {
    asker: problem(bound.status, bound.in_words, headers={"Retry-After": str(unavailable.AWAY_SECONDS)})
    for asker, bound in BOUNDS.items()
    if bound is not None
}
_LAST_REFUSAL = last_problem(503, unavailable.NO_PLACE)
_LAST_REFUSAL.headers["Retry-After"] = str(unavailable.AWAY_SECONDS)
_NO_PLACE: tuple[Message, Message] = (
    {
        "type": "http.response.start",
        "status": _REFUSALS[Asker.STRANGER].status_code,
        "headers": [
            *(one for one in _REFUSALS[Asker.STRANGER].raw_headers if one[0] != b"content-length"),
            (b"x-accel-buffering", b"no"),  # a proxy that gathers would hold it back until it ends
        ],
    },
    {"type": "http.response.body", "body": _REFUSALS[Asker.STRANGER].body, "more_body": True},
)
_ALIVE = Response(b'{"status":"ok"}', media_type="application/json")


class InPlaces:
    """Stands behind what reads the body: a signature is made over all of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path, proof = scope["path"], scope["app"].state.proof
        places: Places = scope["app"].state.places
        if path == LIVES and scope["method"] == "GET" and not scope["query_string"]:
            await places.turns.come(Urgency.LIVES)
            await _ALIVE(scope, receive, send)
            return
        body = await receive()
        is_probe = path in {LIVES, READY, METRICS}
        tenant = Tenant(Asker.PROBE, path) if is_probe else await proof.tenant(Request(scope, _first(body, receive)))

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await self._app(scope, _first(body, receive), send)

        await places.let_in(tenant, app, scope, receive, send, body)


def _until_it_is_sent(send: Send, held: AsyncExitStack) -> Send:
    """Give back the place once the answer is there: a stream of events has no end, and a client that reads nothing
    would keep it as long as it likes. A table goes on being read from the database while it is sent."""

    async def sends(message: Message) -> None:
        if "headers" in message and not Headers(raw=message["headers"]).get("content-type", "").startswith("text/csv"):
            await held.aclose()
        await send(message)

    return sends


async def _hangs_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _watch(receive: Receive, here: asyncio.Timeout) -> None:
    await _hangs_up(receive)
    here.reschedule(asyncio.get_running_loop().time())


def _first(message: Message, receive: Receive) -> Receive:
    """Gives `message` once more, and then what `receive` gives."""
    left = [message]

    async def again() -> Message:
        return left.pop() if left else await receive()

    return again
