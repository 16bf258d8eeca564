"""One thing that happened, for whoever reads it on a terminal: in the demo as it happens, of a call-out afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from dispatch.rules.decisions import NoteKind


class HappeningKind(Enum):
    """The value is the mark on a terminal; arrows point from us to people, or back."""

    CALLED_OUT = "call-out"
    TEXT_IN = "text ←"
    CALL_IN = "call ←"
    KEYS = "keys ←"
    TEXT_LOST = "text ✗"
    CALL_LOST = "call ✗"
    TROUBLE = "trouble"
    NOTE = "·"
    TEXT_OUT = "text →"
    CALL_OUT = "call →"
    SAID = "said →"


_RANK = {kind: rank for rank, kind in enumerate(HappeningKind)}


@dataclass(frozen=True, slots=True)
class Happening:
    """`who` is the person's name as a reader knows it; in a note from the service, the call-out's code."""

    at: datetime
    kind: HappeningKind
    who: str
    text: str


def in_order(happenings: Iterable[Happening]) -> list[Happening]:
    """Oldest first; at the same moment, what came in comes before what followed from it."""
    return sorted(happenings, key=lambda happening: (happening.at, _RANK[happening.kind]))


# These show up anyway: as the text to the coordinators, as the call that nobody answered.
SHOWN_OTHERWISE = frozenset({NoteKind.ALARM, NoteKind.PAGE_FAILED})
