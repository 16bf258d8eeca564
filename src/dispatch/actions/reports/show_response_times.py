"""What the response times view shows: the figures of a span, its call-outs, its misses, where the minutes went."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat

from dispatch.actions.callout.change_callout import no_such_callout
from dispatch.actions.context import Context
from dispatch.rules.callout.response_clock import MEDIAN, NINETIETH, Tally, percentile
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.roster import Roster
from dispatch.rules.reports.headline import CameOf, Headline
from dispatch.rules.reports.intervals import Interval
from dispatch.rules.reports.periods import Period, clock_spans, periods
from dispatch.rules.reports.responses import Response, tally_of
from dispatch.store.access import audit
from dispatch.store.callout import callouts
from dispatch.store.reports import callout_times, counting
from dispatch.store.reports.callout_times import Hour, Spent
from dispatch.store.reports.counting import Span
from dispatch.store.transaction import Transaction

MOST_DOTS = 2_000
"""Above so many call-outs the view shows how many there were of each time, not each of them."""
MOST_AT_ONCE = 20_000
"""Above so many call-outs the tables are counted only when they are asked for: they read call-outs one by one."""
MOST_MISSES = 30
MOST_LINES = 50_000
"""The most call-outs that leave as a file at once."""
_COLUMNS = 60
_MOST_WEEKS = timedelta(weeks=60)


class TooManyLines(ValueError):
    """a file holds 50,000 call-outs at most; choose a shorter period"""


@dataclass(frozen=True, slots=True)
class Column:
    """The call-outs of one stretch of time: how many took so many tenths of a minute."""

    starts_at: datetime
    times: Counter[int]


@dataclass(frozen=True, slots=True)
class Stretch:
    """The mean of each interval over the call-outs of one week or month that somebody arrived at; together they are the
    mean response time."""

    starts_at: datetime
    arrived: int
    means: dict[Interval, timedelta]


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
    """The call-outs of one agency or of one specialist. `times` are tenths of a minute."""

    name: str
    headline: Headline
    times: list[int]


@dataclass(frozen=True, slots=True)
class Tables:
    """`stretches` are weeks, or months where there would be too many."""

    by: Period
    stretches: list[Stretch]
    intervals: list[IntervalLine]
    hours: list[Hour]
    agencies: list[GroupLine]
    specialists: list[GroupLine]


@dataclass(frozen=True, slots=True)
class Report:
    """`dots` are the call-outs, the oldest first; where they are too many there are `columns` instead. `tables` are
    None where they were not asked for. `first` and `last` are when the first and the last call-out was received."""

    headline: Headline
    first: datetime
    last: datetime
    dots: list[Response] | None
    columns: list[Column] | None
    misses: list[Response]
    tables: Tables | None


def show_response_times(tx: Transaction, context: Context, span: Span, *, tables: bool) -> Report | None:
    """The figures of a span; None when no call-out was received in it. With `tables`, however long they take."""
    reached = counting.reach(tx, span)
    if reached is None:
        return None
    dots = columns = None
    if counting.are_more(tx, span, MOST_DOTS):
        columns, tally = _columns(tx, span, context.now, reached)
    else:
        dots = callout_times.newest(tx, span, MOST_DOTS)[::-1]
        tally = _tally(tx, span, context.now)
    worst = max(filter(None, (one.time for one in dots)), default=None) if dots else None
    shows_tables = tables or not counting.are_more(tx, span, MOST_AT_ONCE)
    came = callout_times.came_of(tx, span) if shows_tables else None
    return Report(
        _headline(tx, span, context.now, tally, worst, came),
        *reached,
        dots,
        columns,
        callout_times.misses(tx, span, context.now, MOST_MISSES),
        _tables(tx, context, span, reached, dots) if shows_tables else None,
    )


def _tally(tx: Transaction, span: Span, now: datetime) -> Tally:
    counted = list(counting.tallies(tx, span, now, periods=None, agency=False, specialist=False))
    return counted[0].tally if counted else Tally()


def _columns(
    tx: Transaction, span: Span, now: datetime, reached: tuple[datetime, datetime]
) -> tuple[list[Column], Tally]:
    """Stretches of equal length, each counted by the database, and all of them together: one reading serves both."""
    first, last = reached
    width = (last - first) / _COLUMNS + timedelta(microseconds=1)
    stretches = [(first + rank * width, first + (rank + 1) * width) for rank in range(_COLUMNS)]
    counted = list(counting.alike(tx, span, stretches))
    times: Counter[int] = Counter()
    for one in counted:
        times.update(one.times)
    together = Tally(
        sum(one.known for one in counted),
        sum(one.missed for one in counted),
        # In order already, so that a million times need not be sorted.
        list(chain.from_iterable(repeat(time, count) for time, count in sorted(times.items()))),
        *counting.waiting(tx, span, now),
    )
    return [Column(starts_at, one.times) for (starts_at, _), one in zip(stretches, counted, strict=True)], together


def _headline(
    tx: Transaction, span: Span, now: datetime, tally: Tally, worst: timedelta | None, came: CameOf | None
) -> Headline:
    said = callout_times.said_about_misses(tx, span, now)
    times = list(tally.times)
    return Headline(tally.summary(), len(times), said.excluded, said.reviewed, worst, came)


# ---- tables --------------------------------------------------------------------------------------------------------


def _tables(
    tx: Transaction, context: Context, span: Span, reached: tuple[datetime, datetime], dots: list[Response] | None
) -> Tables:
    by = Period.WEEK if reached[1] - reached[0] <= _MOST_WEEKS else Period.MONTH
    stretches = periods(*reached, by) or []

    def counts(by_specialist: bool) -> list[tuple[str, Tally]]:
        if dots is None:
            return _counted(tx, context.now, span, by_specialist=by_specialist)
        return _counted_here(dots, context.now, by_specialist=by_specialist)

    spent = sorted(callout_times.spent(tx, span, stretches), key=lambda one: one.rank)
    return Tables(
        by,
        [_stretch(stretches[one.rank][0], one) for one in spent],
        list(_lines(spent)),
        callout_times.hours(tx, span, context.now, clock_spans(*reached)),
        _groups(context.roster(tx), counts(False), by_specialist=False),
        _groups(context.roster(tx), counts(True), by_specialist=True),
    )


def _stretch(starts_at: datetime, one: Spent) -> Stretch:
    means = {
        interval: timedelta(microseconds=total) / one.arrived for interval, total in one.microseconds.items() if total
    }
    return Stretch(starts_at, one.arrived, means)


def _lines(spent: Sequence[Spent]) -> Iterator[IntervalLine]:
    for interval in Interval:
        times = sorted(chain.from_iterable(one.tenths[interval] for one in spent))
        if times:
            total = timedelta(microseconds=sum(one.microseconds[interval] for one in spent))
            median, p90 = percentile(times, MEDIAN), percentile(times, NINETIETH)
            yield IntervalLine(interval, len(times), total / len(times), median, p90)


def _counted(tx: Transaction, now: datetime, span: Span, *, by_specialist: bool) -> list[tuple[str, Tally]]:
    """By agency or by specialist, as the database counts them."""
    # As one period, whose call-outs are found by when they came; otherwise SQLite would read everything by agency.
    period = None if span.since is None else [(span.since, span.until or _THE_END)]
    counted = counting.tallies(tx, span, now, periods=period, agency=not by_specialist, specialist=by_specialist)
    return [((one.specialist if by_specialist else one.agency) or _NOBODY, one.tally) for one in counted]


def _counted_here(dots: Sequence[Response], now: datetime, *, by_specialist: bool) -> list[tuple[str, Tally]]:
    """The same, of call-outs that were read one by one anyway."""
    theirs: dict[str, list[Response]] = {}
    for one in dots:
        theirs.setdefault((one.specialist or _NOBODY) if by_specialist else one.agency, []).append(one)
    return [(key, tally_of(responses, now)) for key, responses in theirs.items()]


def _groups(roster: Roster, counted: Sequence[tuple[str, Tally]], *, by_specialist: bool) -> list[GroupLine]:
    """By name; call-outs that nobody has come last."""
    found = []
    for key, tally in counted:
        person = roster.person(key) if by_specialist else None
        name = person.name if person else key
        times = list(tally.times)
        found.append(
            (key == _NOBODY, name, GroupLine(name, Headline(replace(tally, times=times).summary(), len(times)), times))
        )
    return [line for *_, line in sorted(found, key=lambda one: one[:2])]


_NOBODY = "nobody"
_THE_END = datetime(9999, 1, 1, tzinfo=UTC)


# ---- whom one can ask for, and the rows as a file --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choices:
    """The agencies that call us, by their codes, and the specialists, by id and name."""

    agencies: list[str]
    specialists: list[tuple[str, str]]
    names: dict[str, str]  # of everybody in the roster, by id

    def name(self, person_id: str) -> str:
        """Their name; their id once they have left the roster."""
        return self.names.get(person_id, person_id)

    def options_of_agencies(self, asked: str | None) -> list[tuple[str, str]]:
        """The agencies to choose from, and the one that was asked for, even if it has left the roster."""
        gone = [asked] if asked and asked not in self.agencies else []
        return [(code, code) for code in [*self.agencies, *gone]]

    def options_of_specialists(self, asked: str | None) -> list[tuple[str, str]]:
        gone = [(asked, self.name(asked))] if asked and all(asked != id_ for id_, _ in self.specialists) else []
        return [*self.specialists, *gone]

    def name_of(self, one: Response) -> str:
        """Whoever had this call-out."""
        return _NOBODY if one.specialist is None else self.name(one.specialist)


def choices(tx: Transaction, context: Context) -> Choices:
    """Whoever is in the roster now; an address may still name somebody who has left it."""
    roster = context.roster(tx)
    callers = [agency.code for agency in roster.callers]
    people = sorted((person.name, person.id) for person in roster.people if "specialist" in person.roles)
    names = {person.id: person.name for person in roster.people}
    return Choices(callers, [(id_, name) for name, id_ in people], names)


def list_responses(tx: Transaction, context: Context, span: Span) -> list[Response]:
    """The call-outs of a span, the newest first. Raises `TooManyLines`."""
    if counting.are_more(tx, span, MOST_LINES):
        raise TooManyLines(TooManyLines.__doc__)
    return callout_times.newest(tx, span, MOST_LINES)


def note_looked(tx: Transaction, context: Context, by: Actor, what: str, *, took: bool) -> None:
    """Somebody looked at the response times of `what`, or downloaded them as a file."""
    context.let_sleep()
    audit.write(tx, context.now, by, Source.WEB, AuditEvent.TOOK_TIMES if took else AuditEvent.SAW_TIMES, detail=what)


def read_response(tx: Transaction, context: Context, callout_id: str, by: Actor) -> Response:
    """One call-out, for somebody who looks at it. Raises `NoSuchCallOut`."""
    context.let_sleep()
    found = callout_times.find(tx, callout_id)
    if found is None:
        raise no_such_callout(callout_id)
    audit.write(tx, context.now, by, Source.WEB, AuditEvent.READ, callout_id)
    return found


def locked(tx: Transaction, callout_id: str) -> Response:
    """The same, locked until this transaction ends. Raises `NoSuchCallOut`."""
    callouts.lock_only(tx, callout_id)
    found = callout_times.find(tx, callout_id)
    if found is None:
        raise no_such_callout(callout_id)
    return found
