"""More call-outs come in than can be paged.

The law: a call-out that was answered 201 is paged in its time, whatever others send. Once paging is late, intake waits
for it, a few seconds at most; then the agency is told to send the same call-out again. One program that has gone wild
causes refusals and delays for nobody but itself: an agency with next to nothing waiting to be paged is always let in,
and once pages are late, they leave by fair queueing among the agencies.

A storm is many call-outs at once, and is paged within seconds. A carrier that hangs makes the pages that already wait
late, and refusing more call-outs would help nobody. In both cases as many pages may wait as a storm brings; when pages
leave late, only a few.
"""

from datetime import timedelta

A_STORM = 1_000  # pages
A_FEW = 100  # pages
NEXT_TO_NOTHING = 10
"""An agency with fewer pages waiting than this is let in at once; while the carrier hangs, one with fewer than
`A_FEW`."""
LONG = timedelta(seconds=2)
FAIR_AFTER = timedelta(seconds=1)
"""Until a page has waited this long, pages leave in the order in which they came."""
PATIENCE_SECONDS = 5.0
"""The longest that an officer's system waits before it is told to send again."""
AGAIN_AFTER_SECONDS = 10


def may_wait(longest: timedelta, *, hangs: bool) -> int:
    """How many pages that ask somebody to come may wait before intake waits. The first of them has waited for
    `longest`; `hangs` says that the carrier answers nothing."""
    return A_FEW if longest > LONG and not hangs else A_STORM


def is_let_in(waiting: int, *, hangs: bool) -> bool:
    """Whether an agency with so many pages `waiting` is let in at once, whatever others have waiting."""
    return waiting < (A_FEW if hangs else NEXT_TO_NOTHING)


def queue_fairly(longest: timedelta) -> bool:
    """Whether pages leave by fair queueing among the agencies, now that the first has waited for `longest`."""
    return longest > FAIR_AFTER
