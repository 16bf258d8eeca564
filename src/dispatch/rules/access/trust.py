"""What each kind of caller may do, in one table from which docs/hotline.md is drawn.

The law: no call-out is refused and no page is held up to find out who calls. A number can be faked, so on a number
alone nobody learns a name, and nobody is sent anywhere. A false call endangers specialists and children: verification
runs beside the page, never before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dispatch.rules.facts.actors import Source, Trust


class Pages(StrEnum):
    """When their call pages."""

    AT_ONCE = "at once"
    ON_A_KEY = "on a key, else after a minute unless a coordinator decides"


class Hears(StrEnum):
    """What they may be told of who comes."""

    NAME_AND_ETA = "first name, ETA, status"
    TAKEN = "that a specialist has taken it"


class Worth(StrEnum):
    """What a meeting place that they name is worth."""

    MEETING_PLACE = "the meeting place"
    STATION = "a station of the agency's list; any other waits for a coordinator"
    SAID = "said by the caller: waits for a coordinator"


class Moves(StrEnum):
    """What their word may do to an open call-out: cancel it, or move it. A key, a text and a button in a view only ever
    ask: nobody knows who holds a phone."""

    WEBHOOK = "at once over HTTP; otherwise asks, and a coordinator confirms"
    ASKS = "asks; a coordinator confirms"


class Flood(StrEnum):
    """How many of their calls open call-outs by themselves."""

    NEVER_HELD_UP = "never held up"
    EACH_NUMBER = "three in ten minutes from one number"
    ALL_TOGETHER = "bound together with all unlisted callers"


@dataclass(frozen=True, slots=True)
class Rights:
    """What one kind of caller may do."""

    pages: Pages
    hears: Hears
    place: Worth
    moves: Moves
    flood: Flood

    @property
    def hears_names(self) -> bool:
        return self.hears is Hears.NAME_AND_ETA

    def moves_it(self, source: Source) -> bool:
        """Whether what they say through this door cancels or moves a call-out. Otherwise it rings coordinators."""
        return self.moves is Moves.WEBHOOK and source is Source.API


RIGHTS: Mapping[Trust, Rights] = {
    Trust.VERIFIED: Rights(Pages.AT_ONCE, Hears.NAME_AND_ETA, Worth.MEETING_PLACE, Moves.WEBHOOK, Flood.NEVER_HELD_UP),
    Trust.LIKELY: Rights(Pages.AT_ONCE, Hears.NAME_AND_ETA, Worth.STATION, Moves.ASKS, Flood.NEVER_HELD_UP),
    Trust.LISTED: Rights(Pages.AT_ONCE, Hears.TAKEN, Worth.SAID, Moves.ASKS, Flood.NEVER_HELD_UP),
    Trust.UNLISTED: Rights(Pages.ON_A_KEY, Hears.TAKEN, Worth.SAID, Moves.ASKS, Flood.EACH_NUMBER),
    Trust.WITHHELD: Rights(Pages.ON_A_KEY, Hears.TAKEN, Worth.SAID, Moves.ASKS, Flood.ALL_TOGETHER),
}

BOUND = tuple(trust for trust, may in RIGHTS.items() if may.flood is not Flood.NEVER_HELD_UP)
"""At most a number speaks for these callers, so the calls and texts of all of them together are limited."""


def rights(trust: Trust) -> Rights:
    return RIGHTS[trust]
