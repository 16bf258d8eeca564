"""Two requests that write the same thing at the same moment: one wins, the other looks again."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from dispatch.store.engine.database_errors import Conflict

T = TypeVar("T")

# There are 486 short codes, so in a storm two transactions draw the same one often, and now and then twice running.
_MOST_TRIES = 10


async def again_on_conflict(act: Callable[[], Awaitable[T]]) -> T:
    """What `act` returns; it is run again while another transaction has just written a row that may be there only once.

    That row (an idempotency key, a carrier's message id, a spoken code) can be seen on the next try. Raises what `act`
    raises.
    """
    for _ in range(_MOST_TRIES - 1):
        try:
            return await act()
        except Conflict:
            continue
    return await act()
