"""More call-outs come in than can be paged.

The law: what is answered 201 is paged in its time, whatever others send. Once paging is late, intake waits for it, a
few seconds at most, and then an agency is told to send the same call-out again. One program that has gone wild keeps
out and delays nobody but itself: an agency of which next to nothing waits to be paged is never told so, and once pages
are late, agencies take turns.

A storm is many at once, and is paged within seconds. A carrier that hangs makes those wait long that are there, and
refusing others helps nobody. In both cases as many may wait as a storm brings; where pages leave late, a few.
"""

from datetime import timedelta

A_STORM = 1_000  # pages
A_FEW = 100  # pages
NEXT_TO_NOTHING = 10
"""An agency of whose pages fewer wait is let in at once; while the carrier hangs, it is one of which fewer than `A_FEW`
do."""
LONG = timedelta(seconds=2)
FAIR_AFTER = timedelta(seconds=1)
"""Until a page has waited so long, pages leave in the order in which they came."""
PATIENCE_SECONDS = 5.0
"""As long as an officer's system waits at most before it hears that it has to send again."""
AGAIN_AFTER_SECONDS = 10


def may_wait(longest: timedelta, *, hangs: bool) -> int:
    """How many pages that ask somebody to come may wait, the first of which has waited for `longest`. With as many as
    that, intake waits. `hangs` says that the carrier answers nothing."""
    return A_FEW if longest > LONG and not hangs else A_STORM


def is_let_in(waiting: int, *, hangs: bool) -> bool:
    """Whether an agency of whose pages so many wait is let in at once, whatever others have waiting."""
    return waiting < (A_FEW if hangs else NEXT_TO_NOTHING)


def queue_fairly(longest: timedelta) -> bool:
    """Whether agencies take turns, where a page has waited for `longest`."""
    return longest > FAIR_AFTER
