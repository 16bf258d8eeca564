"""The exchanges of a call: which of the carrier's requests change something, and which have come before.

The law: a repeated request changes nothing, however late it comes and behind whichever others. Whatever a document asks
of the carrier carries the number of its exchange; the first request that answers it ends the exchange, so it counts
once. A repeat of the last request gets the same document again, since the first copy may have been lost. A repeat of an
earlier one gets how things stand now: the call has gone on since, so nobody hears that answer, and if they did, their
next key would count.
"""

from dataclasses import dataclass
from enum import StrEnum

from dispatch.rules.phone.calls import SpokenReply


@dataclass(frozen=True, slots=True)
class Exchange:
    """How far a call has come. `number` counts, from 0, the requests that were answered; `heard` is the last answer."""

    number: int = 0
    heard: SpokenReply | None = None


class Comes(StrEnum):
    """How a request stands to the exchange that its call has reached."""

    NOW = "now"
    AGAIN = "again"  # a repeat of the last that was answered
    LATE = "late"


def comes(number: int | None, exchange: Exchange) -> Comes:
    """How a request of this number stands to the `exchange` of its call. One without a number acts."""
    if number is None or number == exchange.number:
        return Comes.NOW
    return Comes.AGAIN if number == exchange.number - 1 else Comes.LATE
