"""A page that may have been sent and was not seen at the carrier: look for it once more, or send it again?

The law: **only a clear answer of the carrier can say that a page is there or is not; any other look proves nothing.**
But looking never takes the place of paging: where no look is answered for long, the page is sent again all the same,
each time later than the last, since twice beats not at all and a dozen times is noise.

`looks` counts through all rounds of a page's life; a round is what lies between two sends.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dispatch.rules.facts import Purpose
from dispatch.rules.sending import Found

# Seconds before each look of a round. One empty list proves nothing, so there are several.
_ROUND = (2.0, 4.0, 8.0)
# A child waits for whoever a page asks, so its first round is short: the list may be a moment late, not seconds. Found
# missing once more, it is the carrier that is in trouble, and hurry would only pile up copies.
_HURRIED_ROUND = (0.0, 1.5)
# After so many seconds without a look that proved anything it is sent again: three copies in the first ten minutes.
_UNANSWERED = (60.0, 240.0, 300.0)
_LONGEST_WAIT = 15.0


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Look once more, so many seconds from now."""

    after_seconds: float
    looks: int


@dataclass(frozen=True, slots=True)
class SendAgain:
    """Send it again; `why` is for the timeline."""

    why: str
    looks: int


def ours(found: Sequence[Found], known_sids: Collection[str]) -> Found | None:
    """Which of what was found may be the page that is looked for: the oldest that is no other page's already."""
    strangers = [one for one in found if one.sid not in known_sids]
    return min(strangers, key=lambda one: one.created_at, default=None)


def first_look_seconds(purpose: Purpose, looks: int) -> float:
    """How long after a send that ended in doubt the carrier is looked at first."""
    place = _place(purpose, looks)
    return place.waits[place.position]


def not_found(purpose: Purpose, looks: int, *, tried_for: float, cut_off: bool) -> LookAgain | SendAgain:
    """The carrier answered, and did not have it.

    `tried_for` are the seconds since the send began. `cut_off`: it ended with its process, so that is also how long the
    carrier has had to list it; of any other send we know only that it ended later than that.
    """
    place = _place(purpose, looks)
    again = SendAgain("not found at the carrier; sent again", place.next_round)
    if cut_off and purpose is Purpose.PAGE:
        rest = sum(_HURRIED_ROUND) - max(tried_for, 0.0)
        return LookAgain(rest, place.next_round - 1) if rest > 0 else again
    if looks + 1 == place.next_round:
        return again
    return LookAgain(place.waits[place.position + 1], looks + 1)


def not_clear(purpose: Purpose, looks: int, *, tried_for: float) -> LookAgain | SendAgain:
    """The carrier could not be asked, or has a call that may have been placed for this page or for another one."""
    place = _place(purpose, looks)
    rest = _UNANSWERED[min(place.round, len(_UNANSWERED) - 1)] - tried_for
    if rest <= 0:
        return SendAgain("the carrier cannot say whether it has it; sent again", place.next_round)
    # As long again as it has lasted, so that a hiccup costs a second and an outage is not made worse.
    return LookAgain(min(max(tried_for, 1.0), _LONGEST_WAIT, rest), looks)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where `looks` stands: in which round, how far in it, and at which count the next begins."""

    round: int
    position: int
    waits: tuple[float, ...]
    next_round: int


def _place(purpose: Purpose, looks: int) -> _Place:
    first = _HURRIED_ROUND if purpose is Purpose.PAGE else _ROUND
    if looks < len(first):
        return _Place(0, looks, first, len(first))
    later, position = divmod(looks - len(first), len(_ROUND))
    return _Place(later + 1, position, _ROUND, looks - position + len(_ROUND))
