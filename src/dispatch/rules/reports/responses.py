"""One call-out as a report of response times sees it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.rules.callout.response_clock import Tally
from dispatch.rules.reports.exclusions import Exclusion, Review
from dispatch.rules.reports.intervals import Interval, RanOver, Stamps, intervals, ran_over


@dataclass(frozen=True, slots=True)
class Response:
    """`specialist` is whoever has the call-out, or had it at the end. `past_target` is None while it is open with
    nobody there, and if it was called off in time."""

    id: str
    code: str
    agency: str
    specialist: str | None
    respond_by: datetime
    stamps: Stamps
    ended_at: datetime | None
    past_target: bool | None
    exclusion: Exclusion | None = None
    review: Review | None = None

    @property
    def received_at(self) -> datetime:
        return self.stamps.received_at

    @property
    def target(self) -> timedelta:
        return self.respond_by - self.received_at

    @property
    def time(self) -> timedelta | None:
        """From the receipt to the first arrival; None when nobody has arrived."""
        arrived_at = self.stamps.arrived_at
        return None if arrived_at is None else arrived_at - self.received_at

    @property
    def is_excluded(self) -> bool:
        return self.exclusion is not None and self.exclusion.counts

    def is_missed(self, now: datetime) -> bool:
        """A call-out that is open past its target with nobody there is missed already (FIELD, reporting). One that was
        called off in time never is."""
        return self.respond_by < (self.ended_at or now) if self.past_target is None else self.past_target

    def lasted(self, now: datetime) -> timedelta:
        """The time until somebody was there; otherwise until it ended, or until now."""
        return (self.stamps.arrived_at or self.ended_at or now) - self.received_at

    def intervals(self, now: datetime) -> dict[Interval, timedelta]:
        return intervals(self.stamps, self.ended_at or now)

    def ran_over(self, now: datetime) -> RanOver | None:
        """Which interval made it miss its target; None if it did not miss it."""
        return ran_over(self.intervals(now), self.target) if self.is_missed(now) else None


_TENTH, _HALF = timedelta(minutes=0.1), timedelta(minutes=0.05)


def in_tenths(span: timedelta) -> int:
    """In tenths of a minute, in which times are counted; half of one is rounded up."""
    return (span + _HALF) // _TENTH


def tally_of(responses: Iterable[Response], now: datetime) -> Tally:
    """What a report counts of these call-outs, all of which count."""
    known = missed = waiting = past = 0
    times = []
    for one in responses:
        if one.time is not None:
            times.append(in_tenths(one.time))
        if one.past_target is None:
            waiting += 1
            past += one.is_missed(now)
        else:
            known += 1
            missed += one.past_target
    return Tally(known, missed, times, waiting, past)
