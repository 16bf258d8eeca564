"""Every figure of the views of response times, against a plain computation over each call-out of generated histories.

The plain computation knows nothing of the service: it reads the call-outs as they were drawn, in local time by the
standard library. Times are compared to the microsecond; percentiles to the tenth of a minute that they are counted in.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from dispatch.actions.context import Context
from dispatch.actions.reports import show_response_times as page
from dispatch.actions.reports.show_response_times import Report, TooManyLines, list_responses, show_response_times
from dispatch.rules.callout.response_clock import Summary
from dispatch.rules.facts.callout import AssignmentRole
from dispatch.rules.facts.situation import Timings
from dispatch.rules.reports.exclusions import Cause, ExclusionCode, Help, Review
from dispatch.rules.reports.headline import CameOf
from dispatch.rules.reports.intervals import Interval
from dispatch.rules.reports.periods import Period
from dispatch.rules.reports.report_tables import Tables, tables
from dispatch.store import tables as t
from dispatch.store.engine.database import Database
from dispatch.store.reports import exclusions
from dispatch.store.reports.counting import Span
from dispatch.store.roster.roster import Rosters
from tests import response_times as plain

_PACIFIC = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 11, 4, 3, 30, tzinfo=UTC)
# Around both nights on which the clocks change, a new year, the turn of a month, and just now.
_BEGINNINGS = [
    datetime(2026, 3, 8, 9, 30, tzinfo=UTC),
    datetime(2026, 11, 1, 8, 15, tzinfo=UTC),
    datetime(2025, 12, 31, 12, tzinfo=UTC),
    NOW - timedelta(hours=60),
    NOW - timedelta(hours=3),
]


# ---- a history -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Drawn:
    """One call-out as it was drawn; stamps are spans since it was received, in whatever order."""

    received: datetime
    target: timedelta
    agency: str
    person: str | None
    paged: timedelta | None
    taken: timedelta | None
    left: timedelta | None
    arrived: timedelta | None
    ended: timedelta | None
    exclusion: str | None
    reviewed: bool
    came: tuple[int | None, int | None] | None

    @property
    def missed(self) -> bool | None:
        """None where it is open, or was called off in time."""
        if self.arrived is not None:
            return self.arrived > self.target
        if self.ended is not None:
            return True if self.ended > self.target else None
        return True if NOW - self.received > self.target else None

    @property
    def counts(self) -> bool:
        return self.arrived is not None or self.ended is None or self.ended > self.target

    @property
    def tenths(self) -> int | None:
        return None if self.arrived is None else plain.tenths(self.arrived.total_seconds())

    @property
    def parts(self) -> dict[str, timedelta]:
        """Where the minutes went, told in the words of FIELD.md."""
        end = next(one for one in (self.arrived, self.ended, NOW - self.received) if one is not None)
        paged = self.paged if self.paged is not None and self.paged <= end else None
        base = paged or timedelta(0)
        taken = self.taken if self.taken is not None and base <= self.taken <= end else None
        left = self.left if taken is not None and self.left is not None and taken <= self.left <= end else None
        parts = {}
        if paged is not None:
            parts["handling"] = paged
        if taken is not None:
            parts["acknowledgement"] = taken - base
        if left is not None and taken is not None:
            parts["turnout"] = left - taken
            parts["travel"] = end - left
        elif self.arrived is not None:
            parts["turnout and travel"] = end - (taken if taken is not None else base)
        else:
            going_on = "turnout" if taken is not None else "acknowledgement" if paged is not None else "handling"
            parts[going_on] = end - (taken if taken is not None else base)
        return parts

    @property
    def cause(self) -> str:
        """What went furthest beyond its share of the target."""
        shares = {"handling": 2, "acknowledgement": 10, "turnout": 10, "travel": 38, "turnout and travel": 48}
        return max(self.parts, key=lambda name: self.parts[name] / self.target * 60 - shares[name])


_WHOLE_TENTHS = st.integers(0, 1200).map(lambda number: timedelta(seconds=6 * number))
_SPANS = st.one_of(_WHOLE_TENTHS, st.timedeltas(timedelta(0), timedelta(minutes=130)))
_STAMPS = st.one_of(st.none(), _SPANS)


@st.composite
def _callouts(draw: st.DrawFn) -> Drawn:
    received = draw(st.sampled_from(_BEGINNINGS)) + draw(st.timedeltas(timedelta(0), timedelta(hours=30)))
    target = timedelta(minutes=draw(st.sampled_from([45, 60])))
    ordered = sorted(draw(st.tuples(_SPANS, _SPANS, _SPANS, _SPANS)))
    keeps = draw(st.tuples(*[st.integers(0, 5)] * 4))
    paged, taken, left, arrived = (span if keep else None for span, keep in zip(ordered, keeps, strict=True))
    if draw(st.integers(0, 4)) == 0:  # corrected, or from another node's clock
        paged, taken, left, arrived = (draw(_STAMPS) for _ in range(4))
    if draw(st.integers(0, 9)) == 0:
        arrived = target  # on the second
    return Drawn(
        min(received, NOW - timedelta(minutes=1)),
        target,
        draw(st.sampled_from(["LBPD", "LAPD", "LASD"])),
        draw(st.sampled_from(["ana", "ben", "eva", None])),
        paged,
        taken,
        left,
        arrived,
        draw(st.one_of(st.none(), st.just(target), _SPANS.map(lambda span: span + timedelta(minutes=5)))),
        draw(st.sampled_from([None, None, "coded", "approved", "refused", "refused and approved"])),
        draw(st.booleans()),
        draw(st.one_of(st.none(), st.tuples(*[st.one_of(st.none(), st.integers(0, 4))] * 2))),
    )


def _write(tx: Connection, history: list[Drawn]) -> None:
    for table in (t.exclusion, t.miss_review, t.outcome, t.assignment, t.callout):
        tx.execute(sa.delete(table))
    for number, one in enumerate(history):
        id_ = f"c{number}"

        def at(span: timedelta | None, one: Drawn = one) -> datetime | None:
            return None if span is None else one.received + span

        tx.execute(
            sa.insert(t.callout),
            {
                "id": id_,
                "code": f"X{number}",
                "agency": one.agency,
                "status": "closed" if one.ended is not None else "paging",
                "open": one.ended is None,
                "policy": {"name": "default", "steps": [], "round_wait_seconds": 300},
                "step": 1,
                "missed": False,
                "officer_phone": "+15625550177",
                "received_at": one.received,
                "respond_by": one.received + one.target,
                "first_paged_at": at(one.paged),
                "acknowledged_at": at(one.taken),
                "arrived_at": at(one.arrived),
                "ended_at": at(one.ended),
            },
        )
        people = [(one.person, None), ("dev", NOW)] if one.person is not None else [("dev", NOW)]
        left = one.left if one.person is not None else None
        for person, released in people:
            values = {"callout": id_, "person": person, "role": AssignmentRole.PRIMARY, "sources": {}}
            stamps = {"acknowledged_at": one.received, "en_route_at": at(left), "released_at": released}
            tx.execute(sa.insert(t.assignment), values | stamps)
        _judged(tx, id_, one.exclusion)
        if one.reviewed:
            review = Review(Cause.TRAFFIC, Help.NOTHING, "the freeway was closed")
            exclusions.write_review(tx, id_, review, "cora", NOW)
        if one.came is not None:
            noted: dict[str, Any] = {"callout": id_, "noted_at": NOW, "actor_kind": "coordinator"}
            children, bags = one.came
            tx.execute(sa.insert(t.outcome), noted | {"children_met": children, "freedom_bags": bags})


def _judged(tx: Connection, id_: str, how: str | None) -> None:
    if how is None:
        return
    exclusions.code(tx, id_, ExclusionCode.SURGE, "cora", NOW)
    if how.startswith("refused"):
        exclusions.refuse(tx, id_, "omar", NOW)
        if how.endswith("approved"):
            exclusions.code(tx, id_, ExclusionCode.DISTANCE, "cora", NOW)
    if how.endswith("approved"):
        exclusions.approve(tx, id_, "omar", NOW)


# ---- what the page means, call-out by call-out -----------------------------------------------------------------------


def _meant_summary(chosen: Iterable[Drawn]) -> Summary:
    return plain.summarise(
        plain.Response(
            one.arrived.total_seconds() if one.arrived is not None else None,
            bool(one.missed),
            is_open=one.arrived is None and one.ended is None,
        )
        for one in chosen
        if one.counts
    )


def _check(report: Report | None, history: list[Drawn], span: Span) -> None:
    ids = {f"c{number}": one for number, one in enumerate(history)}
    chosen = {
        id_: one
        for id_, one in ids.items()
        if (span.since is None or one.received >= span.since)
        and (span.until is None or one.received < span.until)
        and (span.agency is None or one.agency == span.agency)
        and (span.specialist is None or one.person == span.specialist)
    }
    if not chosen:
        assert report is None
        return
    assert report is not None
    counting = {id_: _seen(one) for id_, one in chosen.items() if one.counts}
    missed = {id_: one for id_, one in counting.items() if one.missed}
    line = report.headline
    assert line.summary == _meant_summary(chosen.values())
    assert line.arrived == sum(one.arrived is not None for one in counting.values())
    assert line.to_review == sum(not one.reviewed for one in missed.values())
    assert line.excluded == sum((one.exclusion or "").endswith("approved") for one in missed.values())
    came = [one.came for one in chosen.values() if one.came is not None]
    children, bags = (sum(one[place] or 0 for one in came) for place in (0, 1))
    assert line.came_of == CameOf(len(came), children, bags)
    assert (report.first, report.last) == (
        min(one.received for one in chosen.values()),
        max(one.received for one in chosen.values()),
    )
    _check_each(report, counting)
    newest = sorted(missed, key=lambda id_: (-missed[id_].received.timestamp(), id_))
    assert [one.id for one in report.misses] == newest
    for miss in report.misses:
        ran_over = miss.ran_over(NOW)
        assert ran_over is not None
        assert ran_over.length == missed[miss.id].parts[ran_over.interval]
        assert ran_over.interval == missed[miss.id].cause or _alike(missed[miss.id], ran_over.interval)
        assert (miss.review is not None) == missed[miss.id].reviewed
    assert report.responses is not None
    _check_tables(tables(report.responses, str, NOW), list(counting.values()))


def _seen(one: Drawn) -> Drawn:
    """Nobody's stamp of leaving stands where nobody has the call-out."""
    return one if one.person is not None else replace(one, left=None)


def _alike(one: Drawn, interval: str) -> bool:
    """Two that ran over by the same span."""
    shares = {"handling": 2, "acknowledgement": 10, "turnout": 10, "travel": 38, "turnout and travel": 48}
    over = {name: length - one.target * shares[name] / 60 for name, length in one.parts.items()}
    return abs(over[interval] - over[one.cause]) < timedelta(milliseconds=1)


def _check_each(report: Report, counting: dict[str, Drawn]) -> None:
    assert report.responses is not None
    assert {dot.id: dot.time for dot in report.responses} == {id_: one.arrived for id_, one in counting.items()}
    assert [dot.received_at for dot in report.responses] == sorted(dot.received_at for dot in report.responses)
    arrived = [one.arrived for one in counting.values() if one.arrived is not None]
    assert report.headline.worst == max(arrived, default=None)
    for dot in report.responses:
        one = counting[dot.id]
        assert dot.is_missed(NOW) == bool(one.missed)
        assert {name.value: length for name, length in dot.intervals(NOW).items()} == one.parts
        assert dot.specialist == one.person
        assert dot.is_excluded == (one.exclusion or "").endswith("approved")


def _check_tables(tables: Tables, counting: list[Drawn]) -> None:
    arrived = [one for one in counting if one.arrived is not None]
    weeks: dict[date, list[Drawn]] = {}
    assert tables.by is Period.WEEK
    for one in arrived:
        weeks.setdefault(_monday(one.received), []).append(one)
    assert [(week.first_day, week.arrived) for week in tables.stretches] == [
        (monday, len(weeks[monday])) for monday in sorted(weeks)
    ]
    for week in tables.stretches:
        theirs = weeks[week.first_day]
        for interval in Interval:
            total = sum((one.parts.get(interval, timedelta(0)) for one in theirs), timedelta(0))
            assert week.means.get(interval, timedelta(0)) == total / len(theirs), interval
    for line in tables.intervals:
        lengths = [one.parts[line.interval] for one in arrived if line.interval in one.parts]
        tenths = sorted(plain.tenths(length.total_seconds()) for length in lengths)
        assert (line.n, line.mean) == (len(lengths), sum(lengths, timedelta(0)) / len(lengths))
        assert (line.median, line.p90) == (plain.percentile(tenths, 5), plain.percentile(tenths, 9))
    assert {line.interval for line in tables.intervals} == {name for one in arrived for name in one.parts}
    hours: dict[tuple[int, int], list[bool]] = {}
    for one in counting:
        local = one.received.astimezone(_PACIFIC)
        hours.setdefault((local.weekday(), local.hour), []).append(bool(one.missed))
    assert tables.hours == {hour: (len(late), sum(late)) for hour, late in hours.items()}
    for lines, of in ((tables.agencies, lambda one: one.agency), (tables.specialists, lambda one: one.person)):
        _check_groups(lines, counting, of)


def _monday(moment: datetime) -> date:
    day = moment.astimezone(_PACIFIC).date()
    return day - timedelta(days=day.weekday())


def _check_groups(lines: list[Any], counting: list[Drawn], of: Callable[[Drawn], str | None]) -> None:
    names = {of(one) or "nobody" for one in counting}
    assert [line.name for line in lines] == sorted(names, key=lambda name: (name == "nobody", name))
    for line in lines:
        theirs = [one for one in counting if (of(one) or "nobody") == line.name]
        assert line.headline.summary == _meant_summary(theirs)
        assert sorted(one.received_at for one in line.responses) == sorted(one.received for one in theirs)


_ASKED = [
    Span(),
    Span(datetime(2026, 3, 8, 8, tzinfo=UTC), datetime(2026, 3, 9, 7, tzinfo=UTC)),  # the day with 23 hours here
    Span(datetime(2026, 11, 1, 7, tzinfo=UTC), datetime(2026, 11, 2, 8, tzinfo=UTC)),  # the day with 25
    Span(agency="LASD"),
    Span(specialist="ana"),
    Span(NOW - timedelta(hours=80), None, "LBPD", "ben"),
    Span(NOW, None),
]


@given(st.lists(_callouts(), max_size=25))
@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@pytest.mark.timeout(240)
@pytest.mark.slow
async def test_every_figure_of_the_page(database: Database, history: list[Drawn]) -> None:
    """Whatever was asked for, the figures are those of the plain computation."""
    context = Context(NOW, Random(1), Rosters(), Timings(), "https://dispatch.example")
    await database.write(lambda tx: _write(tx, history))
    for span in _ASKED:
        report = await database.report(lambda tx, span=span: show_response_times(tx, context, span))  # type: ignore[misc]
        _check(report, history, span)


async def test_of_a_long_history_only_headlines_and_misses_are_counted(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each call-out is read, and leaves as a file, only up to a bound; two years of weeks are shown as months."""
    context = Context(NOW, Random(1), Rosters(), Timings(), "https://dispatch.example")
    soon = timedelta(minutes=5)
    one = Drawn(
        _BEGINNINGS[0], timedelta(hours=1), "LBPD", "ana", soon, soon, soon, soon, soon, None, reviewed=False, came=None
    )
    older = replace(one, received=one.received - timedelta(days=900))
    await database.write(lambda tx: _write(tx, [older, one]))
    whole = await database.report(lambda tx: show_response_times(tx, context, Span()))
    assert whole is not None
    assert whole.responses is not None
    assert tables(whole.responses, str, NOW).by is Period.MONTH
    monkeypatch.setattr(page, "MOST_RESPONSES", 1)
    long = await database.report(lambda tx: show_response_times(tx, context, Span()))
    assert long is not None
    assert long.responses is None
    assert long.headline.came_of is None
    assert (long.headline.summary, long.misses) == (whole.headline.summary, whole.misses)
    monkeypatch.setattr(page, "MOST_LINES", 1)
    with pytest.raises(TooManyLines):
        await database.report(lambda tx: list_responses(tx, context, Span()))
