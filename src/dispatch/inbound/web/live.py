"""Views that stay up to date while they are open: Server-Sent Events of states, never of what happened.

The laws: **a frame is the whole state, and its id is a digest of it.** Whoever comes back with the digest of the newest
gets only a sign of life, from any node, without a buffer. **Nothing is made without viewers**, and it is made once a
node for all of them, four times a second at most, in pieces between which the loop goes on with call-outs. **Silence
means old**: a sign of life is sent only while frames can still be made, so when the database is gone the views show it.

A view joins by a topic and a function that makes its parts (see `board/board_view.py`).
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from dispatch.actions.access import sign_in
from dispatch.actions.runner import Runner
from dispatch.inbound.http.problem import problem
from dispatch.inbound.http.viewer import Viewer
from dispatch.rules.access.permissions import Access, Permission, permits

_log = structlog.get_logger("dispatch.live")

LIVE_BEAT_SECONDS = 10.0  # a view takes 20 seconds without a word for a lost connection
POLL_SECONDS = 1.0  # what no commit of ours tells of: another node's receipts, time itself
_APART_SECONDS = 0.25
_GATHER_SECONDS = 0.01  # the page that a commit has made due leaves first
_AT_ONCE = 5  # viewers who are written to before the loop looks for anything else to do
_CHECK_SECONDS = 2.0  # how soon an ended session sees nothing any more
_AGAIN_MILLISECONDS = 500
_FULL_AGAIN_SECONDS = 10
_LAST_WORD_SECONDS = 5.0
_FULL = "so many views are open that this one cannot be kept up to date; close one, or try again in ten seconds"
_ELSEWHERE = "elsewhere"
_STREAM_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # a proxy that gathers would hold back the news
    "X-Content-Type-Options": "nosniff",
}


def digest_of(*said: object) -> str:
    return sha256(repr(said).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a view: the element with this `id`, in the view's `slot`. `digest` says what is in it, whatever the
    moment that its words were written for. `said` is what it was made of, for a maker that compares it the next
    time."""

    slot: str
    id: str
    digest: str
    html: str
    said: object = field(default=None, repr=False, compare=False)


class Frame:
    """Everything that a view shows at one moment. `events` are kept: most viewers have seen the same frame before."""

    def __init__(self, parts: Sequence[Part], clock: dict[str, float]) -> None:
        self.parts = tuple(parts)
        self._clock = clock
        self._by_id = {part.id: part.digest for part in parts}
        self._events: dict[str, bytes] = {}

    @cached_property
    def digest(self) -> str:
        return digest_of([(part.slot, part.id, part.digest) for part in self.parts])

    @property
    def by_slot(self) -> dict[str, list[Part]]:
        """The parts as the view itself shows them, before any event."""
        slots: dict[str, list[Part]] = {}
        for part in self.parts:
            slots.setdefault(part.slot, []).append(part)
        return slots

    def state(self, since: "Frame | None" = None) -> dict[str, Any]:
        """What a view needs that shows `since`, or nothing."""
        known = since._by_id if since is not None else {}
        slots: dict[str, list[list[str]]] = {}
        for part in self.parts:
            slots.setdefault(part.slot, []).append([part.id, part.digest])
        html = {part.id: part.html for part in self.parts if known.get(part.id) != part.digest}
        return {"digest": self.digest, "slots": slots, "html": html, **self._clock}

    def event(self, since: "Frame | None") -> bytes:
        key = since.digest if since is not None else ""
        if key not in self._events:
            data = json.dumps(self.state(since), separators=(",", ":"), ensure_ascii=False)
            self._events[key] = f"id: {self.digest}\nevent: state\ndata: {data}\n\n".encode()
        return self._events[key]


Make = Callable[[Sequence[Part]], Awaitable[list[Part]]]
"""Makes the parts of a view. It is given those of the last frame: what has not changed need not be written again."""


@dataclass(frozen=True, slots=True)
class StreamBound:
    """`each` is how many streams one session or link holds at a node; the next one ends its oldest. Where `together`
    are open the next is answered 503. None waits, and none has a place among requests."""

    each: int
    together: int


PEOPLES_STREAMS = StreamBound(each=4, together=250)
LINKS_STREAMS = StreamBound(each=2, together=150)
"""A wall's too: a link opened it, and whoever passes may have copied its cookie."""


class Watching:
    """One stream: which frame its view shows, whose session it is, and which bound it counts in."""

    __slots__ = ("bound", "over", "patience", "permission", "session_id", "shows", "topic", "why", "woken")

    def __init__(self, topic: "_Topic", session_id: str, permission: Permission, bound: StreamBound) -> None:
        self.topic, self.session_id, self.permission, self.bound = topic, session_id, permission, bound
        self.shows: Frame | None = None
        self.over, self.why = False, ""
        self.patience = asyncio.timeout(None)
        self.woken = asyncio.Event()

    def end(self, why: str = "") -> None:
        """Say `why`, and that it is over. A client that reads nothing is not waited for."""
        if not self.over:
            self.over, self.why = True, why
            self.woken.set()
            self.patience.reschedule(asyncio.get_running_loop().time() + _LAST_WORD_SECONDS)


class _Topic:
    """A view that somebody looks at. Its task lives as long as it has viewers."""

    def __init__(self, live: "Live", name: str, make: Make) -> None:
        self.live, self.name, self.make = live, name, make
        self.viewers: set[Watching] = set()
        self.frame: Frame | None = None
        self.woken = asyncio.Event()
        self.made_at = float("-inf")
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._keep_making())

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    @property
    def is_fresh(self) -> bool:
        return asyncio.get_running_loop().time() - self.made_at < LIVE_BEAT_SECONDS

    async def _keep_making(self) -> None:
        loop = asyncio.get_running_loop()
        well = True
        while True:
            self.woken.clear()
            began = loop.time()
            try:
                parts = await self.make(self.frame.parts if self.frame is not None else ())
            except Exception as error:  # a lost database must not end this: only this shows that it is back
                if well:
                    _log.warning("a live view cannot be made", view=self.name, error=repr(error))
                well = False
            else:
                well, self.made_at = True, loop.time()
                await self._show(parts)
            await self._until_there_is_news(loop.time() - began)

    async def _show(self, parts: Sequence[Part]) -> None:
        frame = Frame(parts, self.live.clock())
        if self.frame is None or frame.digest != self.frame.digest:
            self.frame = frame
            # Woken all at once, a hundred would write one after the other, and a page would wait for the last of them.
            for number, viewer in enumerate(tuple(self.viewers)):
                if number % _AT_ONCE == 0:
                    await asyncio.sleep(0)
                viewer.woken.set()

    async def _until_there_is_news(self, took: float) -> None:
        # A board that is slow to make is made less often: making it never takes more than a quarter of the time.
        await asyncio.sleep(max(_APART_SECONDS - took, 3 * took))
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self.woken.wait()
            await asyncio.sleep(_GATHER_SECONDS)
        except TimeoutError:
            return


class Live:
    """The open streams of one node. `speed` is how many times as fast as the wall's the service's clock runs."""

    def __init__(self, runner: Runner, speed: Callable[[], float]) -> None:
        self._runner, self._speed = runner, speed
        self._topics: dict[str, _Topic] = {}
        self._open: dict[Watching, None] = {}  # in the order in which they were opened
        self._check: asyncio.Task[None] | None = None
        self.closing = False
        runner.watchers.append(self._wake)

    def clock(self) -> dict[str, float]:
        return {"now": round(self._runner.now().timestamp() * 1000), "speed": self._speed()}

    def close(self) -> None:
        """End every stream: the node stops."""
        self.closing = True
        for viewer in self._open:
            viewer.end()
        for topic in self._topics.values():
            topic.stop()
        if self._check is not None:
            self._check.cancel()

    def join(self, name: str, make: Make, viewer: Viewer, permission: Permission) -> Watching | None:
        """A stream of `viewer`, whose oldest it may end; None while too many are open."""
        bound = LINKS_STREAMS if viewer.access is Access.WALL else PEOPLES_STREAMS
        if not self._has_room(bound, viewer.session.id):
            return None
        topic = self._topics.get(name)
        if topic is None:
            topic = self._topics[name] = _Topic(self, name, make)
            topic.start()
        watching = Watching(topic, viewer.session.id, permission, bound)
        topic.viewers.add(watching)
        self._open[watching] = None
        if self._check is None:
            self._check = asyncio.create_task(self._keep_checking())
        return watching

    def _has_room(self, bound: StreamBound, session_id: str) -> bool:
        """Whether there is room for one more of this session, or made by ending its oldest."""
        mine = [one for one in self._open if one.session_id == session_id]
        is_full = sum(one.bound is bound for one in self._open) >= bound.together
        if mine and (is_full or len(mine) >= bound.each):
            del self._open[mine[0]]
            mine[0].end(_ELSEWHERE)
            return True
        return not is_full

    def leave(self, viewer: Watching) -> None:
        viewer.over = True
        self._open.pop(viewer, None)
        topic = viewer.topic
        topic.viewers.discard(viewer)
        if not topic.viewers and self._topics.get(topic.name) is topic:
            del self._topics[topic.name]
            topic.stop()
        if not self._topics and self._check is not None:
            self._check.cancel()
            self._check = None

    def _wake(self) -> None:
        for topic in self._topics.values():
            topic.woken.set()

    async def _keep_checking(self) -> None:
        """End the streams of sessions that have ended, or whose people may no longer look. One that is open counts
        as use of its session."""
        while True:
            await asyncio.sleep(_CHECK_SECONDS)
            viewers = tuple(self._open)
            try:
                found = await self._runner.ask(sign_in.go_on, {viewer.session_id for viewer in viewers})
                going_on = {one.session.id: one for one in found}
                for viewer in viewers:
                    one = going_on.get(viewer.session_id)
                    if one is None or not permits(viewer.permission, one.session.access, one.person.roles):
                        viewer.end()
                for one in found:
                    if one.session.is_to_be_seen(self._runner.now()):
                        await self._runner.act(sign_in.note_seen, one.session.id)
            except Exception as error:  # the database is gone; the next check may find it
                _log.warning("sessions of live views cannot be checked", error=repr(error))


class EventStream(Response):
    """Events for a view that `viewer` has open, for as long as they have `permission`. `shown` is the digest of what
    the view shows.

    An answer without an end, written straight to the server: a viewer costs less than half of what a
    `StreamingResponse` does. It races the client's leaving, so that a closed tab costs nothing, and ends as soon as the
    node stops: uvicorn would otherwise wait for it."""

    def __init__(
        self, live: Live, topic: str, make: Make, viewer: Viewer, permission: Permission, shown: str | None
    ) -> None:
        super().__init__(headers=_STREAM_HEADERS)
        del self.headers["content-length"]
        self._live, self._topic, self._make = live, topic, make
        self._viewer, self._permission, self._shown = viewer, permission, shown

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        viewer = self._live.join(self._topic, self._make, self._viewer, self._permission)
        if viewer is None:
            full = problem(503, _FULL, headers={"Retry-After": str(_FULL_AGAIN_SECONDS)})
            await full(scope, receive, send)
            return
        leaving = asyncio.create_task(_end_when_gone(receive, viewer))
        try:
            async with viewer.patience:
                await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
                await _write(send, f"retry: {_AGAIN_MILLISECONDS}\n\n".encode())
                while not viewer.over and not self._live.closing:
                    await self._write_news(viewer, send)
                if not leaving.done():
                    if not self._live.closing:
                        await _write(send, f"event: over\ndata: {json.dumps({'why': viewer.why})}\n\n".encode())
                    await send({"type": "http.response.body", "body": b"", "more_body": False})
        except OSError:
            return  # the client has left in the middle, or reads nothing
        finally:
            leaving.cancel()
            self._live.leave(viewer)

    async def _write_news(self, viewer: Watching, send: Send) -> None:
        """Write what is new, or a sign of life after a while without news."""
        viewer.woken.clear()
        frame = viewer.topic.frame
        if frame is not None and frame is not viewer.shows:
            if viewer.shows is None and frame.digest == self._shown:
                await self._write_beat(send)
            else:
                await _write(send, frame.event(viewer.shows))
            viewer.shows = frame
            return
        try:
            async with asyncio.timeout(LIVE_BEAT_SECONDS):
                await viewer.woken.wait()
        except TimeoutError:
            if viewer.topic.is_fresh:
                await self._write_beat(send)

    async def _write_beat(self, send: Send) -> None:
        await _write(send, f"event: beat\ndata: {json.dumps(self._live.clock())}\n\n".encode())


async def _write(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _end_when_gone(receive: Receive, viewer: Watching) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    viewer.end()
