"""Who rests after a call-out at night, and until when (ADR 65).

The law: **rest is no part of the resolver.** Who is on call does not change for it; paging alone asks, in
`rules/callout/escalation.py`. It is read from what people did, counts from their HOME, from the close where they said
none, or from the moment at which they were let go, and ends by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.schedule import Shift
from dispatch.rules.roster.local_clock import local_moment, next_time
from dispatch.rules.roster.nights import BEGINS, ENDS
from dispatch.rules.wording.names import listed
from dispatch.rules.wording.times import local_time


@dataclass(frozen=True, slots=True)
class Outing:
    """Somebody set out for a call-out that they took `since`, and it was over for them at `until`. A coordinator wants
    them paged in spite of any rest that is over by `overruled_until`."""

    person: str
    since: datetime
    until: datetime
    overruled_until: datetime | None = None


def resting(outings: Iterable[Outing], rest: timedelta) -> dict[str, datetime]:
    """Until when each of these people rests; the moment may have passed. Raises `NaiveMoment`."""
    found: dict[str, datetime] = {}
    for one in outings:
        until = rests_until(one.since, one.until, rest)
        if until is None or (one.overruled_until is not None and until <= one.overruled_until):
            continue
        found[one.person] = max(until, found.get(one.person, until))
    return found


def rests_until(since: datetime, until: datetime, rest: timedelta) -> datetime | None:
    """The end of the rest after an outing; None after one by day. Raises `NaiveMoment`."""
    morning = next_time(ENDS, since).astimezone(ZoneInfo(LOCAL))
    evening = local_moment(datetime.combine(morning.date() - timedelta(days=1), BEGINS), LOCAL)
    return until + rest if rest and evening <= until else None


def still(rests: Mapping[str, datetime], person: str, at: datetime) -> datetime | None:
    """Until when this person rests, if they do at that moment."""
    until = rests.get(person)
    return until if until is not None and until > at else None


@dataclass(frozen=True, slots=True)
class Rests:
    """Until when each of these people rests after a call-out at night, and how long a rest is. None of it with zero."""

    until: Mapping[str, datetime]
    length: timedelta

    def from_night(self, person: str, at: datetime) -> datetime | None:
        """Until when this person rests after a call-out, if they do at that moment."""
        return still(self.until, person, at)

    def is_rested(self, person: str, theirs: Iterable[Shift], starts_at: datetime, ends_at: datetime) -> bool:
        """Whether they come rested to whatever they do in [starts_at, ends_at), and rest after it: none of `theirs`
        lies too near, and no call-out of the night before."""
        near = (one.starts_at < ends_at + self.length and starts_at - self.length < one.ends_at for one in theirs)
        return self.from_night(person, starts_at) is None and not any(near)


def why(first_name: str, until: datetime) -> str:
    return f"{first_name} rests until {local_time(until)} after last night's call-out"


def sentence(first_name: str, until: datetime, instead: Sequence[str]) -> str:
    """As it stands on the timeline and every card; `instead` are first names."""
    were = "were" if len(instead) > 1 else "was"
    return f"{why(first_name, until)}; {listed(instead)} {were} paged instead"
