"""Looks up what requests show: a key, a session, a link.

The law: whoever shows what was found here before never queues behind those who make things up: they are in the next
read. Behind them one read looks for `hashes.MOST`, so 400 that are made up at the same moment are 25 reads. Only so
many wait as `MOST_UNKNOWN`.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Generic, TypeVar

from dispatch.actions.runner import Runner
from dispatch.store.access import hashes
from dispatch.store.transaction import Transaction

T = TypeVar("T")

_MOST_REMEMBERED = 10_000
MOST_UNKNOWN = 512
"""Each waits with its body. What is asked for beyond that is taken for made up before it is looked for."""


class LookUp(Generic[T]):
    """What is kept under a name, such as the hash of a key, as `find` reads it.

    It is remembered for so long; what is not there, never: it may be there at the next moment.
    """

    def __init__(
        self, runner: Runner, find: Callable[[Transaction, Collection[str]], Mapping[str, T]], remembered: timedelta
    ) -> None:
        self._runner, self._find, self._remembered = runner, find, remembered
        self._known: dict[str, tuple[T, datetime]] = {}
        self._asked: dict[str, asyncio.Future[T | None]] = {}
        self._reading: asyncio.Task[None] | None = None

    def learn(self, found: Mapping[str, T], read_at: datetime) -> None:
        """This is all that there was then."""
        self._known = {name: (one, read_at) for name, one in found.items()}

    def knew(self, name: str) -> T | None:
        """What was found when it was last looked for, however long ago."""
        return self._known[name][0] if name in self._known else None

    def is_crowded(self, name: str) -> bool:
        """Whether this is unknown, and as many of its kind wait as may."""
        return name not in self._known and len(self._asked) >= MOST_UNKNOWN

    async def find(self, name: str) -> T | None:
        """Raises what a read raises."""
        now = self._runner.now()
        found, asked_at = self._known.get(name, (None, now))
        if found is not None and timedelta(0) <= now - asked_at < self._remembered:
            return found
        answer = self._asked.get(name)
        if answer is None:
            answer = asyncio.get_running_loop().create_future()
            if name in self._known:
                self._asked = {name: answer, **self._asked}
            else:
                self._asked[name] = answer
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        return await asyncio.shield(answer)  # others may wait for it when this caller has hung up

    def _look(self, these: Collection[str], tx: Transaction) -> Mapping[str, T]:
        return self._find(tx, these)

    async def _read(self) -> None:
        while self._asked:
            these = tuple(islice(self._asked, hashes.MOST))
            asked, now = {name: self._asked.pop(name) for name in these}, self._runner.now()
            try:
                found = await self._runner.database.read(partial(self._look, these))
            except Exception as error:
                for answer in asked.values():
                    answer.set_exception(error)
                continue
            if len(self._known) > _MOST_REMEMBERED:
                self._known.clear()
            for name, answer in asked.items():
                self._known.pop(name, None)
                if (one := found.get(name)) is not None:
                    self._known[name] = one, now
                answer.set_result(one)
        self._reading = None
