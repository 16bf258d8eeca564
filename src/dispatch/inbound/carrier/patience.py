"""Whoever is on the line hears something within seconds, even while the database is slow or away.

The law: a carrier waits a few seconds for an answer, and so does a person. When the database does not answer in time,
the caller hears "one moment please", and the carrier brings the same request once more, up to three times. After that
the error stands, and the carrier's own fallback takes over.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec, TypeVar

import structlog
from fastapi import Response

from dispatch.actions.context import Context
from dispatch.actions.runner import Runner
from dispatch.inbound.carrier.carrier_request import Proven
from dispatch.store.engine.database_errors import DatabaseFault, DatabaseUnreachable
from dispatch.store.transaction import Transaction

P = ParamSpec("P")
T = TypeVar("T")

_log = structlog.get_logger("dispatch.doors")

SECONDS = 3.0
"""Less than the four seconds after which our own retry policy lets the carrier give up on an answer, and less than the
five of other carriers."""


class GivenUp(RuntimeError):
    """nobody waits for this any more: the same request is brought once more"""


class InTime:
    """Runs actions for somebody who waits, and undoes what they have done once nobody waits any more.

    If a first try committed minutes later, a key would count twice, or undo what was said since. So a try that was
    given up rolls back, at its beginning or at its end. Only one that is committing at that very moment is kept: the
    next try waits for its lock, and then finds what it did.
    """

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self.given_up = False

    async def act(
        self, action: Callable[Concatenate[Transaction, Context, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run ahead of other writes (`Runner.act_ahead`) while somebody waits on the line: a program that opens a
        call-out can wait in the queue."""

        def run(tx: Transaction, context: Context) -> T:
            self._or_give_up()
            result = action(tx, context, *args, **kwargs)
            self._or_give_up()
            return result

        return await self._runner.act_ahead(run)

    def _or_give_up(self) -> None:
        if self.given_up:
            raise GivenUp("the same request is brought once more")


async def heard_in_time(sent: Proven, answer: Callable[[InTime], Awaitable[Response]]) -> Response:
    """What `answer` makes; "one moment please" when it takes too long or the database is away.

    Raises what `answer` raises, and `DatabaseUnreachable` when the carrier has asked often enough.
    """
    in_time = InTime(sent.runner)
    try:
        async with asyncio.timeout(SECONDS):
            return await answer(in_time)
    except (TimeoutError, DatabaseUnreachable, DatabaseFault) as error:
        in_time.given_up = True
        moment = sent.carrier.one_moment(sent.request)
        _log.warning("one moment please", error=type(error).__name__, last=moment is None)
        if moment is not None:
            return Response(moment.content, media_type=moment.media_type)
        if isinstance(error, TimeoutError):
            raise DatabaseUnreachable("the database does not answer in time") from error
        raise
