"""More call-outs come in than can be paged.

The law: what is answered 201 is paged in its time. Once paging falls behind, intake waits for it, a few seconds at
most, and then an agency is told to send the same call-out again. An agency of whose call-outs none waits to be paged is
never told so: one program that has gone wild must not keep another agency's officer out.

Paging is behind when *many* wait and the first of them has waited *long*. Either alone is no overload: a storm is many
at once, and is paged within seconds; a carrier that hangs makes a few wait long, and refusing others helps nobody.
"""

from datetime import timedelta

MANY = 200
"""Pages that ask somebody to come, due and not yet being sent."""
LONG = timedelta(seconds=2)
PATIENCE_SECONDS = 5.0
"""As long as an officer's system waits at most before it hears that it has to send again."""
AGAIN_AFTER_SECONDS = 10


def is_behind(waiting: int, longest: timedelta) -> bool:
    """Whether intake must wait: `waiting` pages are due, one of them for `longest`."""
    return waiting > MANY and is_long(longest)


def is_long(wait: timedelta) -> bool:
    """Whether a page has waited so long that somebody must count how many wait with it."""
    return wait > LONG
