"""The turns of a call: which request of the carrier changes something, and which one has come before.

The law: the same request again changes nothing, however late it comes and behind whichever others. Each thing that a
document asks of the carrier carries the number of its turn; whatever answers it ends the turn, so it counts once. The
last one again gets the same document, since its answer may have been lost. An earlier one gets how things stand now:
the call has gone on since, so nobody hears that answer, and if they did, their next key would count.
"""

from dataclasses import dataclass
from enum import StrEnum

from dispatch.rules.phone.calls import Heard


@dataclass(frozen=True, slots=True)
class Exchange:
    """How far a call has come. `number` counts, from 0, what it has answered; `heard` is the last answer."""

    number: int = 0
    heard: Heard | None = None


class Comes(StrEnum):
    """How a request stands to the turn of its call."""

    NOW = "now"
    AGAIN = "again"  # it is the last that was answered
    LATE = "late"


def comes(number: int | None, exchange: Exchange) -> Comes:
    """How a request of this number stands to the `exchange` of its call. Without one, an older release asked for it."""
    if number is None or number == exchange.number:
        return Comes.NOW
    return Comes.AGAIN if number == exchange.number - 1 else Comes.LATE
