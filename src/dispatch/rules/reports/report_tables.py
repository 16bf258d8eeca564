"""Where the minutes of call-outs went, when they came in, and how each agency and each specialist did.

The law: it is all made of call-outs that were read one by one, so it says what each of them says; the means of the
intervals add up to the mean response time.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dispatch.rules.callout.response_clock import MEDIAN, NINETIETH, percentile
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.reports.headline import Headline
from dispatch.rules.reports.intervals import Interval
from dispatch.rules.reports.periods import Period, first_day
from dispatch.rules.reports.responses import Response, in_tenths, tally_of

NO_SPECIALIST = "nobody"
"""Instead of a name, of call-outs that nobody has."""
_MOST_WEEKS = timedelta(weeks=60)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The mean of each interval over the call-outs of one week or month that somebody arrived at; together they are the
    mean response time."""

    first_day: date
    arrived: int
    means: Mapping[Interval, timedelta]


@dataclass(frozen=True, slots=True)
class IntervalLine:
    """One interval over the whole span, of the call-outs that have it. Minutes."""

    interval: Interval
    n: int
    mean: timedelta
    median: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class GroupLine:
    """The call-outs of one agency or of one specialist."""

    name: str
    headline: Headline
    responses: Sequence[Response]


@dataclass(frozen=True, slots=True)
class Tables:
    """`stretches` are weeks, or months where there would be too many. `hours` says of each hour of the week on clocks
    here how many call-outs came in and how many of them missed; Monday is 0."""

    by: Period
    stretches: list[Stretch]
    intervals: list[IntervalLine]
    hours: Mapping[tuple[int, int], tuple[int, int]]
    agencies: list[GroupLine]
    specialists: list[GroupLine]


def tables(responses: Sequence[Response], name: Callable[[str], str], now: datetime) -> Tables:
    """`responses` stand in the order in which they came; `name` is that of a person, by id."""
    is_long = bool(responses) and responses[-1].received_at - responses[0].received_at > _MOST_WEEKS
    by = Period.MONTH if is_long else Period.WEEK
    arrived = [(one, one.intervals(now)) for one in responses if one.time is not None]
    return Tables(
        by,
        list(_stretches(arrived, by)),
        list(_lines([intervals for _, intervals in arrived])),
        _hours(responses, now),
        _groups(responses, now, lambda one: one.agency, lambda code: code),
        _groups(responses, now, lambda one: one.specialist, name),
    )


_Intervals = Mapping[Interval, timedelta]


def _stretches(arrived: Sequence[tuple[Response, _Intervals]], by: Period) -> Iterator[Stretch]:
    found = defaultdict[date, list[_Intervals]](list)
    for one, intervals in arrived:
        found[first_day(one.received_at, by)].append(intervals)
    for day, theirs in found.items():
        totals = {interval: _total(interval, theirs) for interval in Interval}
        yield Stretch(day, len(theirs), {one: total / len(theirs) for one, total in totals.items() if total})


def _total(interval: Interval, all_intervals: Sequence[_Intervals]) -> timedelta:
    return sum((one[interval] for one in all_intervals if interval in one), timedelta(0))


def _lines(all_intervals: Sequence[_Intervals]) -> Iterator[IntervalLine]:
    for interval in Interval:
        tenths = sorted(in_tenths(one[interval]) for one in all_intervals if interval in one)
        if tenths:
            mean = _total(interval, all_intervals) / len(tenths)
            yield IntervalLine(interval, len(tenths), mean, percentile(tenths, MEDIAN), percentile(tenths, NINETIETH))


def _hours(responses: Sequence[Response], now: datetime) -> Mapping[tuple[int, int], tuple[int, int]]:
    came, missed = Counter[tuple[int, int]](), Counter[tuple[int, int]]()
    for one in responses:
        local = one.received_at.astimezone(ZoneInfo(LOCAL))
        hour = local.weekday(), local.hour
        came[hour] += 1
        missed[hour] += one.is_missed(now)
    return {hour: (count, missed[hour]) for hour, count in came.items()}


def _groups(
    responses: Sequence[Response], now: datetime, key: Callable[[Response], str | None], name: Callable[[str], str]
) -> list[GroupLine]:
    """By name; call-outs that nobody has come last."""
    found = defaultdict[str | None, list[Response]](list)
    for one in responses:
        found[key(one)].append(one)
    named = sorted((whose is None, name(whose) if whose is not None else NO_SPECIALIST, whose) for whose in found)
    return [GroupLine(said, _headline(found[whose], now), found[whose]) for _, said, whose in named]


def _headline(responses: Sequence[Response], now: datetime) -> Headline:
    return Headline(tally_of(responses, now).summary(), sum(one.time is not None for one in responses))
