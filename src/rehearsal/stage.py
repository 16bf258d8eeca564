"""Where a story is played: the real service on one node or two, the simulated carrier, one virtual clock.

Processes die here, the database and the carrier go away, answers hang. None of it takes real time or depends on how
busy the machine is.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from starlette.types import Message, Receive, Scope, Send

from demo.town import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    OUR_NUMBER,
    VirtualClock,
    doors,
    furnish,
    serving,
    set_up_number,
    town_settings,
)
from dispatch.actions.alarms.keep_watch import beat
from dispatch.app import Service
from dispatch.carriers.doors import Door
from dispatch.rules.facts.roster import Roster
from dispatch.settings import Settings
from dispatch.store.engine.database_errors import DatabaseUnreachable
from rehearsal import law
from rehearsal.books import Books
from rehearsal.events import Kill
from rehearsal.law import Violated
from rehearsal.troubles import CountedFaults, LeapingLoop, TroubledDatabase, Troubles
from twilio_simulator import SimulatedCarrier
from twilio_simulator.agenda import Agenda
from twilio_simulator.server import listen_on_free_port

T = TypeVar("T")

_HANGS = timedelta(seconds=10)  # how long the service waits for the carrier
# Requests hang side by side. While each of them took its time after the others, more fell due meanwhile than was sent:
# a seed spent twelve hours of its clock in one moment, in which no trouble ends and nobody answers.
_HANGS_AT_MOST = timedelta(minutes=5)
_CARRIER_TIMEOUT = 10.0
_ROUNDS_AT_MOST = 5000
_TRIES_AGAIN = "#rc=5&rp=all&ct=2000&rt=4000"  # as docs/operations.md sets it, to be asked again after a kill


class PlayedNode:
    """One process of the service, through all its lives."""

    def __init__(self, stage: "RehearsalStage", number: int) -> None:
        self._stage, self.number = stage, number
        self.lives = 0
        self.up = False
        self.answering: set[asyncio.Task[Any]] = set()
        self.working: set[asyncio.Task[Any]] = set()

    async def begin(self) -> None:
        """Start, as after a restart, with nothing but what is in the database."""
        stage = self._stage
        self.lives += 1
        self.database = TroubledDatabase(stage.settings.database_url, stage.troubles, self._die)
        self.service = Service(
            stage.settings.model_copy(update={"port": 9000 + self.number}),
            now=stage.clock,
            chance=Random(f"life {self.lives} of node {self.number} of {stage.seed}"),
            carrier_timeout=_CARRIER_TIMEOUT,
            one_at_a_time=True,
            database=self.database,
        )
        await self.service.open()
        self.database.armed = True
        self.up = True
        stage.well_since = stage.now

    def _die(self, kill: Kill) -> None:
        self._stage.dying = asyncio.create_task(self._end(kill))

    async def _end(self, kill: Kill) -> None:
        for task in (*self.answering, *self.working):
            task.cancel()
        await self.service.abandon()
        self.up = False
        if not kill.down:
            await self.begin()
            return
        self._stage.later(timedelta(seconds=kill.down), self.begin)

    async def run(self, work: Coroutine[Any, Any, T]) -> T | None:
        """Let the process do something; None when it died meanwhile. Raises what the work raises."""
        task = asyncio.create_task(work)
        self.working.add(task)
        await asyncio.wait({task})
        self.working.discard(task)
        await self._stage.alive()
        return None if task.cancelled() else task.result()

    async def work(self) -> int:
        """Do what is due, as its heartbeat would."""
        try:
            done = await self.run(self.service.run_due())
        except DatabaseUnreachable:
            await self.run(self.service.sender.settle())
            return 1
        return 1 if done is None else done


class RehearsalStage:
    """See the module. The service answers at `url`; `later` plans something for a later moment."""

    def __init__(
        self, database_url: str, roster: Roster, clock: VirtualClock, carrier: SimulatedCarrier, seed: int
    ) -> None:
        self.clock, self.carrier, self.roster, self.seed = clock, carrier, roster, seed
        self.troubles = Troubles()
        # Callbacks keep the carrier's own faults. Those that strike requests come from here, where they are counted.
        self.callback_faults = carrier.faults
        self.faults = CountedFaults(Random(f"requests {seed}"), self.troubles.struck, self._hang)
        carrier.faults = self.faults
        self.books = Books(database_url)
        self.database_url = database_url
        self.settings: Settings
        self.nodes: list[PlayedNode] = []
        self.url = ""
        self.keys: dict[str, str] = {}
        self.coordinator_key = ""
        self.dying: asyncio.Task[None] | None = None
        self.wrong: list[str] = []
        """What the service answered or logged although it never should."""
        self.steps = 0
        self.well_since = clock.moment
        """When a node or the carrier last came back."""
        self.after_step: Callable[[], Awaitable[None]] | None = None
        self._agenda = Agenda()
        self.seen: law.Glance | None = None
        """What stands in the database, while that is known to be so."""
        self._due: datetime | None = None
        self._turn = 0
        self._hung = timedelta()
        self._port: socket.socket | None = None

    @property
    def now(self) -> datetime:
        return self.clock.moment

    @property
    def is_well(self) -> bool:
        """Whether the service can be reached, and the carrier by it."""
        return all(node.up for node in self.nodes) and self._port is None

    # ---- the web ----

    async def web(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one of the nodes that are up answer a request; when none is, answer as a proxy would."""
        await self.alive()
        up = [node for node in self.nodes if node.up]
        if not up:
            await send({"type": "http.response.start", "status": 503, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
            return
        self._turn += 1
        await self._answer(up[self._turn % len(up)], scope, receive, send)

    async def _answer(self, node: PlayedNode, scope: Scope, receive: Receive, send: Send) -> None:
        before = self.troubles.struck.total()
        path = scope["path"]

        async def heard(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._judge(path, message["status"], before)
            await send(message)

        task = asyncio.current_task()
        assert task is not None, "the server runs each request in a task"
        node.answering.add(task)
        try:
            await node.service.web(scope, receive, heard)
        except Exception as error:
            self.wrong.append(f"{path}: {error!r}")
        finally:
            node.answering.discard(task)

    def _judge(self, path: str, status: int, before: int) -> None:
        if status >= 500 and self.troubles.struck.total() == before:
            self.wrong.append(f"{_named(path)} answered {status}")

    # ---- processes ----

    async def alive(self) -> None:
        """Wait until a node that is dying is dead and, if it restarts at once, is up again."""
        while self.dying is not None and self.dying is not asyncio.current_task():
            await asyncio.wait({self.dying})
            task, self.dying = self.dying, None
            if task is not None:
                task.result()

    async def act(self, action: Callable[..., Any], *args: Any) -> Any:
        """Run an action on a node that is up, as a command would; None when it could not be carried out."""
        up = [node for node in self.nodes if node.up]
        if not up:
            return None
        try:
            return await up[0].run(up[0].service.runner.act(action, *args))
        except DatabaseUnreachable:
            return None

    def _hang(self) -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, LeapingLoop), "a rehearsal runs in its own loop"
        if self._hung < _HANGS_AT_MOST:
            self._hung += _HANGS
            self.clock.moment += _HANGS
        loop.leap(60)

    # ---- the carrier ----

    async def carrier_away(self, span: timedelta) -> None:
        if self._port is not None:
            return
        await self.carrier.stop()
        # The port must stay taken meanwhile, without anybody listening: otherwise another rehearsal might be given it.
        self._port = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        host, _, port = self.carrier.url.removeprefix("http://").partition(":")
        self._port.bind((host, int(port)))
        self.troubles.struck["carrier away"] += 1
        self.later(span, self.carrier_back)

    async def carrier_back(self) -> None:
        if self._port is None:
            return
        await self.carrier.start()
        self._port.close()
        self._port = None
        self.well_since = self.now

    # ---- time ----

    def later(self, span: timedelta, act: Callable[[], Awaitable[None]]) -> None:
        self._agenda.put(self.now + span, "", lambda _: act())

    async def settle(self) -> None:
        """Do whatever is due now, on both sides, until nothing is; then check that all is well."""
        self._hung = timedelta()
        for _ in range(_ROUNDS_AT_MOST):
            done = 0
            while (entry := self._agenda.take_due(self.now)) is not None:
                result = entry.act(entry.due)
                if result is not None:
                    await result
                done += 1
            await self.alive()
            done += await self._work()
            if not done + await self.carrier.run_due():
                break
            await self.alive()
        else:
            raise Violated("work comes to an end")
        await self._look()

    async def _work(self) -> int:
        up = [node for node in self.nodes if node.up]
        self.seen = await law.glance(self.books, self.now)
        if not up or self.seen.due is None or self.seen.due > self.now:
            return 0
        self.seen = None
        return sum(await asyncio.gather(*(node.work() for node in up))) if len(up) > 1 else await up[0].work()

    async def _look(self) -> None:
        self.steps += 1
        if self.wrong:
            raise Violated("nothing fails but what was made to fail", None, self.wrong[0])
        self.seen = self.seen or await law.glance(self.books, self.now)
        await law.check(self.books, self.seen.newest)
        if any(node.up for node in self.nodes):
            self._due = self.seen.due
            await law.check_done(self.books, self._due, self.now)
        if self.after_step is not None:
            await self.after_step()

    def _next_due(self) -> datetime | None:
        """As the last look found it: nothing is written before time passes."""
        moments = [self.carrier.next_due(), self._agenda.next_due()]
        if any(node.up for node in self.nodes):
            moments.append(self._due)
        return min((moment for moment in moments if moment is not None), default=None)

    async def until(self, end: datetime) -> None:
        """Let time pass until `end`, stopping at every moment at which something is due."""
        await self.settle()
        looks = 0
        while (due := self._next_due()) is not None and due <= end:
            looks = looks + 1 if due <= self.now else 0
            if looks > _ROUNDS_AT_MOST:
                raise Violated("what is due can be done", None, f"due at {due:%H:%M:%S}")
            self.clock.moment = max(self.now, due)
            if len(self.nodes) > 1:
                await self.beat()
            await self.settle()
        self.clock.moment = max(self.now, end)

    async def beat(self) -> None:
        for node in self.nodes:
            if node.up:
                try:
                    await node.run(node.service.runner.act(beat, node.service.node))
                except DatabaseUnreachable:
                    continue

    async def look_at_bridges(self) -> None:
        """Let a node that is up look at whoever is joined on the phone, as it does every few seconds."""
        for node in self.nodes:
            if node.up:
                await node.run(node.service.on_the_phone.look())

    async def compare_calls(self) -> None:
        """Let a node that is up look for calls that nobody was here to answer, as it does every few minutes."""
        for node in self.nodes:
            if node.up:
                try:
                    await node.run(node.service.missed_calls.compare())
                except DatabaseUnreachable:
                    continue

    # ---- its own life ----

    async def furnish(self, nodes: int) -> None:
        self.settings = town_settings(self.database_url, self.url, self.carrier.url)
        self.nodes = [PlayedNode(self, number) for number in range(nodes)]
        for node in self.nodes:
            await node.begin()
            node.database.armed = False
        self.keys, self.coordinator_key = await furnish(self.nodes[0].service, self.roster)
        for node in self.nodes:
            node.database.armed = True
        await self.books.open()

    async def close(self) -> None:
        self.troubles.disarm()
        self.faults.clear()
        for node in self.nodes:
            if node.up:
                node.database.armed = False
                await node.service.stop()
        await self.books.close()
        if self._port is not None:
            self._port.close()


def _named(path: str) -> str:
    """A path without its ids, so that two failures of one kind read the same."""
    return "/".join("…" if len(part) > 30 else part for part in path.split("/"))


@asynccontextmanager
async def staged(
    database_url: str, roster: Roster, *, start: datetime, seed: int, nodes: int
) -> AsyncIterator[RehearsalStage]:
    """A stage that exists inside the block. It needs a `LeapingLoop`."""
    clock = VirtualClock(start)
    async with SimulatedCarrier(ACCOUNT_SID, AUTH_TOKEN, now=clock, seed=seed) as carrier:
        listener = listen_on_free_port()
        stage = RehearsalStage(database_url, roster, clock, carrier, seed)
        stage.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        set_up_number(carrier, stage.url)
        here = doors(stage.url)
        carrier.number(
            OUR_NUMBER,
            voice_url=here.address(Door.HOTLINE) + _TRIES_AGAIN,
            voice_status_url=here.address(Door.HOTLINE_NEWS) + _TRIES_AGAIN,
        )
        async with serving(lambda: stage, listener):
            try:
                await stage.furnish(nodes)
                yield stage
            finally:
                await stage.close()
