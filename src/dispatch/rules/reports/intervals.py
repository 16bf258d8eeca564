"""Where the minutes of a call-out went, and which of its intervals made it miss the target.

The law: the intervals of a call-out add up to the time from receipt to arrival, whatever was not stamped. A stamp that
is missing or out of order divides nothing: the two intervals beside it count as one.

The intervals are those of emergency services (FIELD, time stamps and intervals). The shares of the target are our
choice. They add up to the target, so in a call-out that missed it at least one interval ran over its share.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Interval(StrEnum):
    HANDLING = "handling"  # received → the first page at the carrier
    ACKNOWLEDGEMENT = "acknowledgement"  # → taken by whoever went
    TURNOUT = "turnout"  # → left for the scene
    TRAVEL = "travel"  # → there
    UNPARTED = "turnout and travel"  # both as one: nobody said when they left


_SHARES: Mapping[Interval, int] = {  # minutes of a target of 60
    Interval.HANDLING: 2,
    Interval.ACKNOWLEDGEMENT: 10,
    Interval.TURNOUT: 10,
    Interval.TRAVEL: 38,
    Interval.UNPARTED: 48,
}


@dataclass(frozen=True, slots=True)
class Stamps:
    """The stamps of one call-out, aware moments. `arrived_at` is the first arrival, `left_at` is when whoever has the
    call-out left for the scene."""

    received_at: datetime
    first_paged_at: datetime | None = None
    acknowledged_at: datetime | None = None
    left_at: datetime | None = None
    arrived_at: datetime | None = None


def intervals(stamps: Stamps, until: datetime | None = None) -> dict[Interval, timedelta]:
    """How long each interval took, in order. One that was not stamped is missing.

    Without an arrival, the last interval lasts `until` the call-out ended, or until now. Without either, nothing is
    known.
    """
    end = stamps.arrived_at or until
    if end is None:
        return {}
    found: dict[Interval, timedelta] = {}
    at = stamps.received_at
    running = Interval.HANDLING
    steps = (
        (stamps.first_paged_at, Interval.HANDLING, Interval.ACKNOWLEDGEMENT),
        (stamps.acknowledged_at, Interval.ACKNOWLEDGEMENT, Interval.TURNOUT),
        (stamps.left_at, Interval.TURNOUT, Interval.TRAVEL),
    )
    for stamp, interval, following in steps:
        # Whoever left without taking it has no turnout that could be told from their travel.
        if stamp is None or not at <= stamp <= end or (interval is Interval.TURNOUT and running is not interval):
            continue
        found[interval] = stamp - at
        at, running = stamp, following
    if stamps.arrived_at is not None and running is not Interval.TRAVEL:
        running = Interval.UNPARTED
    found[running] = end - at
    return found


@dataclass(frozen=True, slots=True)
class RanOver:
    """The interval that made a call-out miss its target, and how long it took."""

    interval: Interval
    length: timedelta

    @property
    def words(self) -> str:
        """Such as "nobody answered for 38 min"; whole minutes, cut off."""
        minutes = int(self.length.total_seconds() // 60)
        return _WORDS[self.interval].format(f"{minutes} min")


_WORDS: Mapping[Interval, str] = {
    Interval.HANDLING: "no page went out for {}",
    Interval.ACKNOWLEDGEMENT: "nobody answered for {}",
    Interval.TURNOUT: "{} before leaving",
    Interval.TRAVEL: "{} of travel",
    Interval.UNPARTED: "{} from taking it to arriving",
}


def ran_over(parts: Mapping[Interval, timedelta], target: timedelta) -> RanOver | None:
    """The interval that went furthest beyond its share of the target; None where nothing is known."""
    if not parts:
        return None
    interval = max(parts, key=lambda one: parts[one] - target * _SHARES[one] / 60)
    return RanOver(interval, parts[interval])
