"""What goes wrong on our own side, and how it is counted: writes that fail, processes that die, answers that hang."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import sqlalchemy as sa

from dispatch.store.engine.database import Database
from dispatch.store.engine.database_errors import DatabaseUnreachable
from dispatch.store.engine.job import T, Work
from dispatch.store.engine.sqlite import sqlite_engine
from rehearsal.events import Away, Kill
from twilio_simulator.faults import (
    Effect,
    Faults,
    HangAfterAccepting,
    LoseAnswer,
    Point,
    RequestEffect,
    ServerError,
    Unparsable,
)
from twilio_simulator.record import Kind

_BLURS = (LoseAnswer, HangAfterAccepting, ServerError, Unparsable)  # with these nobody can know whether it was accepted


class LeapingLoop(asyncio.SelectorEventLoop):
    """A loop whose clock can leap ahead, so that no timeout depends on how busy the machine is."""

    leapt = 0.0

    def time(self) -> float:
        return super().time() + self.leapt

    def leap(self, seconds: float) -> None:
        self.leapt += seconds


class CountedFaults(Faults):
    """The carrier's faults. Each strike is counted; an answer that hangs does so until the service has given up."""

    def __init__(self, chance: Random, struck: Counter[str], on_hang: Callable[[], None]) -> None:
        super().__init__(chance)
        self._struck, self._on_hang = struck, on_hang
        self.blurred = False
        """Whether the answer to a create request was lost since this was last reset."""

    def strike(self, point: Point, kind: Kind, numbers: tuple[str, ...]) -> list[Effect]:
        effects = super().strike(point, kind, numbers)
        for effect in effects:
            self._struck[type(effect).__name__] += 1
            if point == "create" and isinstance(effect, RequestEffect) and isinstance(effect, _BLURS):
                self.blurred = True
        return effects

    async def hold(self, seconds: float) -> None:
        self._on_hang()
        await super().hold(seconds)


@dataclass(slots=True)
class Troubles:
    """What is going to strike our own side, and what has struck."""

    struck: Counter[str] = field(default_factory=Counter)
    armed: list[Kill | Away] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)
    away: int = 0

    def arm(self, trouble: Kill | Away) -> None:
        self.armed.append(trouble)
        self.waits.append(trouble.writes)

    def disarm(self) -> None:
        self.armed, self.waits, self.away = [], [], 0

    def next_write(self) -> Kill | Away | None:
        """What strikes the write that begins now."""
        self.waits = [left - 1 for left in self.waits]
        for place, left in enumerate(self.waits):
            if left <= 0:
                del self.waits[place]
                return self.armed.pop(place)
        return None

    def is_away(self) -> bool:
        """Whether the database is out of reach for the operation that begins now."""
        if self.away:
            self.away -= 1
            self.struck["database lost"] += 1
            return True
        return False


class TroubledDatabase(Database):
    """The real database, except for what `troubles` has in store. Once its process is dead it answers nobody.

    SQLite is used from the loop's own thread: the same statements in the same transactions, without handing each to
    another thread, which took as long as the statements themselves.
    """

    def __init__(self, url: str, troubles: Troubles, die: Callable[[Kill], None]) -> None:
        super().__init__(url, alone=True)
        self._troubles, self._die = troubles, die
        self._connections: list[sa.Connection] = []
        self.armed = False
        self.dead = False

    async def open(self) -> None:
        if self.is_sqlite:
            self.lock()
            self._connections = [
                sqlite_engine(self.url, writes=writes, checkpoints=writes).connect() for writes in (True, False)
            ]
        else:
            await super().open()

    async def close(self) -> None:
        connections, self._connections = self._connections, []
        for connection in reversed(connections):
            connection.close()
            connection.engine.dispose()
        await super().close()

    async def _run(self, work: Work[T], *, writes: bool, together: bool = False) -> T:
        if not self.is_sqlite:
            return await (super().write(work, together=together) if writes else super().read(work))
        if not self._connections:
            raise DatabaseUnreachable("the database is closed")
        connection = self._connections[0 if writes else 1]
        with connection.begin():
            return work(connection)

    async def write(self, work: Work[T], *, together: bool = False, ahead: bool = False, behind: bool = False) -> T:
        del ahead, behind  # here one piece of work follows the other
        trouble = await self._meet(self._troubles.next_write() if self.armed else None)
        if trouble is None:
            return await self._run(work, writes=True, together=together)
        if trouble.after:
            await self._run(work, writes=True, together=together)
        if isinstance(trouble, Kill):
            self._troubles.struck[f"killed {'after' if trouble.after else 'before'} a commit"] += 1
            self.dead = True
            self._die(trouble)
            await _for_ever()
        self._troubles.struck[f"database lost {'after' if trouble.after else 'before'} a commit"] += 1
        self._troubles.away = trouble.times - 1 if isinstance(trouble, Away) else 0
        raise DatabaseUnreachable("the rehearsal took it away")

    async def read(self, work: Work[T]) -> T:
        await self._meet(None)
        return await self._run(work, writes=False)

    async def _meet(self, trouble: Kill | Away | None) -> Kill | Away | None:
        if self.dead:
            await _for_ever()
        if self.armed and trouble is None and self._troubles.is_away():
            raise DatabaseUnreachable("the rehearsal took it away")
        return trouble


async def _for_ever() -> None:
    """Where the tasks of a dead process wait until they are cancelled."""
    await asyncio.get_running_loop().create_future()
