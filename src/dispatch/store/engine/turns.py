"""How long any thread of the process may compute while SQLite's writer waits for Python's lock.

The writer gives the lock up at each statement, and then waits its turn. Beside a loop that strangers keep busy it waits
for a whole one each time: with half a millisecond, call-outs queued for seconds. In a storm each change of turns costs,
and waiting does not, since the loop works for the same call-outs: with a tenth, 1,000 were answered a quarter later.

So turns are short, except while many wait and the writer gets on. A long queue alone is no sign of a storm: it is also
what long turns beside a flood lead to, and they kept it long.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SHORT_SECONDS, LONG_SECONDS = 0.0001, 0.001
_MANY = 8  # that commit together
_PACE = 500  # a second: in a storm 900 are done or more, beside a flood or on a slow disk 50 to 300 if turns are long
_NOT_AGAIN_SECONDS = 1.0


class Turns:
    """The length of every thread's turns in this process, by what its one writer does. `clock` is in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._short_until = clock()

    @contextmanager
    def while_doing(self, jobs: int) -> Iterator[None]:
        """Turns are as they should be while so many jobs are done, and short afterwards."""
        began = self._clock()
        are_long = jobs >= _MANY and began >= self._short_until
        sys.setswitchinterval(LONG_SECONDS if are_long else SHORT_SECONDS)
        try:
            yield
        finally:
            sys.setswitchinterval(SHORT_SECONDS)
            ended = self._clock()
            if are_long and jobs < _PACE * (ended - began):
                self._short_until = ended + _NOT_AGAIN_SECONDS
