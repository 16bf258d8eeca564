"""Runs the actions of every door and every worker.

Each action runs in one transaction. Then the heartbeat is woken, unless the action says that nobody need be woken.
"""

import asyncio
import random
from collections.abc import Callable, Collection
from contextvars import ContextVar
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from dispatch.actions.context import Context
from dispatch.rules.delivery.dialling import Dials
from dispatch.rules.facts.situation import Timings
from dispatch.store.engine.database import Database
from dispatch.store.roster.roster import Rosters
from dispatch.store.transaction import Transaction

P = ParamSpec("P")
T = TypeVar("T")
Action = Callable[Concatenate[Transaction, Context, P], T]

FOR_A_STRANGER: ContextVar[bool] = ContextVar("for_a_stranger", default=False)
"""Set for each request before anything looks for its door, so that no door can forget whom it writes for."""


class Runner:
    """`now` is the service's one clock (aware, UTC), `chance` its one source of ids, codes and secrets.

    `dials` says which numbers we ring and text; `our_numbers` are those that we do it from (E.164). `allowed_hosts`
    may be called though they are not public. At `speed` N the clock runs N times as fast as the wall's. `wake` is
    called after each commit that may make work due, `watchers` after every one.
    """

    def __init__(
        self,
        database: Database,
        *,
        now: Callable[[], datetime],
        chance: random.Random,
        timings: Timings,
        public_url: str,
        dials: Dials,
        contact_phone: str | None = None,
        our_numbers: frozenset[str] = frozenset(),
        speed: float = 1.0,
        allowed_hosts: Collection[str] = (),
    ) -> None:
        self.database = database
        self.now = now
        self.timings = timings
        self.public_url = public_url.rstrip("/")
        self.dials = dials
        self.contact_phone = contact_phone
        self.our_numbers = our_numbers
        self.speed = speed
        self.allowed_hosts = allowed_hosts
        self.wake: Callable[[], None] = lambda: None
        self.watchers: list[Callable[[], None]] = []
        self.chance = chance
        self._a_stranger = asyncio.Lock()
        self._rosters = Rosters()

    def context(self) -> Context:
        return Context(
            self.now(),
            self.chance,
            self._rosters,
            self.timings,
            self.public_url,
            self.contact_phone,
            self.our_numbers,
            self.dials,
            self.speed,
        )

    def new_token(self) -> str:
        """A secret for a door that stores it elsewhere than in a row; see `Context.new_token`."""
        return self.context().new_token()

    async def act(self, action: Action[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `action` in a transaction of its own; on return it is committed. Raises what the action raises."""
        return await self._write(self._bound(action, *args, **kwargs), together=False)

    async def act_together(self, action: Action[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Like `act`, for an action that locks nothing: it may share its commit with others (see `Database.write`)."""
        return await self._write(self._bound(action, *args, **kwargs), together=True)

    async def act_ahead(self, action: Action[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Like `act`, before whatever else waits for its transaction (see `Database.write`)."""
        return await self._write(self._bound(action, *args, **kwargs), together=False, ahead=True)

    async def ask(self, question: Action[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run something that only reads."""
        answer, _ = await self.database.read(self._bound(question, *args, **kwargs))
        return answer

    async def report(self, question: Action[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Like `ask`, for what may read the whole history: it has a reader of its own (see `Database.report`)."""
        answer, _ = await self.database.report(self._bound(question, *args, **kwargs))
        return answer

    async def _write(self, work: Callable[[Transaction], tuple[T, bool]], *, together: bool, ahead: bool = False) -> T:
        """What is written for a stranger, as when somebody signs in, is written one after another, behind all other
        work: on PostgreSQL they would wait for one row, each with a connection that call-outs need."""
        if FOR_A_STRANGER.get():
            async with self._a_stranger:
                result, wakes = await self.database.write(work, behind=True)
        else:
            result, wakes = await self.database.write(work, together=together, ahead=ahead)
        if wakes:
            self.wake()
        self.tell_watchers()
        return result

    def tell_watchers(self) -> None:
        """Something may look different now, here or by another node's hand. Watchers only note that, and return."""
        for watcher in self.watchers:
            watcher()

    def _bound(
        self, action: Action[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> Callable[[Transaction], tuple[T, bool]]:
        def run(tx: Transaction) -> tuple[T, bool]:
            # The moment is taken when the action runs, not when it was asked for: it may have waited for a commit.
            context = self.context()
            return action(tx, context, *args, **kwargs), context.wakes

        return run
