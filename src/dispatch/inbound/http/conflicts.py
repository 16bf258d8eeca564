"""Two requests that write the same thing at the same moment: one wins, the other tries again."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from dispatch.store.engine.database_errors import Conflict

T = TypeVar("T")

# There are 431 short codes, so in a storm two transactions often draw the same one, sometimes twice in a row.
_MOST_TRIES = 10


async def again_on_conflict(act: Callable[[], Awaitable[T]]) -> T:
    """What `act` returns. `act` runs again when another transaction has just written a row that must be unique.

    The next try can see that row (an idempotency key, a carrier's message id, a spoken code). Raises what `act` raises.
    """
    for _ in range(_MOST_TRIES - 1):
        try:
            return await act()
        except Conflict:
            continue
    return await act()
