"""`/response-times`: how fast call-outs were reached, where the minutes went, and what people say about each miss."""

import asyncio
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Form, Query
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, BeforeValidator, Field

from dispatch.actions.reports import judge_misses, show_response_times
from dispatch.actions.reports.show_response_times import Choices, Report
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.web.nav import NavItem
from dispatch.inbound.web.reports import charts, csv_files
from dispatch.inbound.web.views import View
from dispatch.inbound.web.visit import ViewerVisit, permits, view_router
from dispatch.rules.access.permissions import Permission
from dispatch.rules.reports import headline
from dispatch.rules.reports import responses as facts
from dispatch.rules.reports.exclusions import MOST_WORDS, Cause, ExclusionCode, Help, Review
from dispatch.rules.reports.intervals import Interval
from dispatch.rules.reports.periods import Lately, asked_span
from dispatch.rules.reports.report_tables import tables as make_tables
from dispatch.rules.roster.local_clock import local_day
from dispatch.rules.wording import times
from dispatch.store.reports.counting import Span

NAV_ITEM = NavItem("Response times", "/response-times", Permission.SEE_RESPONSE_TIMES)
_CALLOUTS = "/response-times/callouts"
_ONE = _CALLOUTS + "/{callout_id}"
_ADDRESS = _CALLOUTS + "/{}"

Looking = Annotated[ViewerVisit, permits(Permission.SEE_RESPONSE_TIMES)]

# A form sends what is not filled in as an empty text.
_Day = Annotated[date | None, BeforeValidator(lambda value: value or None)]
_Word = Annotated[Storable, Field(max_length=120)]
_Name = Annotated[_Word | None, BeforeValidator(lambda value: value or None)]

router = view_router()


class ReportFilters(BaseModel):
    """What an address asks for."""

    period: Lately = Lately.WEEKS_13
    first: _Day = Field(None, alias="from")
    last: _Day = Field(None, alias="to")
    agency: _Name = None
    specialist: _Name = None

    def span(self, now: datetime) -> Span:
        since, until = asked_span(self.period, self.first, self.last, now)
        return Span(since, until, self.agency, self.specialist)

    def address(self, path: str) -> str:
        given = self.model_dump(mode="json", by_alias=True)
        return f"{path}?{urlencode({name: value for name, value in given.items() if value})}"

    def words(self, names: Choices, now: datetime, *, found: bool) -> str:
        """Such as "Mon 31 Aug to Wed 25 Nov 2026, LASD, Ana Reyes". It stands in the audit for ever, so it repeats
        nothing that was only typed, such as a child's name: whatever call-outs were `found` by exists, as does whoever
        is in the roster."""
        since, until = asked_span(self.period, self.first, self.last, now)
        parts = [_days(since, until, now)]
        if self.agency:
            parts.append(self.agency if found or self.agency in names.agencies else "an agency without call-outs")
        if self.specialist:
            known = found or self.specialist in names.names
            parts.append(names.name(self.specialist) if known else "a specialist without call-outs")
        return ", ".join(parts)


Asked = Annotated[ReportFilters, Query()]


def _days(since: datetime | None, until: datetime | None, now: datetime) -> str:
    last = local_day(until - timedelta(microseconds=1)) if until is not None else local_day(now)
    ends = f"{last:%a} {last.day} {last:%b %Y}"
    if since is None:
        return f"Everything until {ends}"
    first = local_day(since)
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first:%a} {first.day} {first:%b}{year} to {ends}"


@router.get(NAV_ITEM.path)
async def show_times(visit: Looking, asked: Asked) -> View:
    now = visit.runner.now()
    names = await visit.ask(show_response_times.choices)
    report = await visit.runner.report(show_response_times.show_response_times, asked.span(now))
    words = asked.words(names, now, found=report is not None)
    await visit.act(show_response_times.note_looked, visit.actor, words, took=False)
    # Two thousand dots take a tenth of a second to draw. On the loop a call-out would wait for that.
    return await asyncio.to_thread(_draw, visit, asked, names, report, words, now)


def _draw(
    visit: ViewerVisit, asked: ReportFilters, names: Choices, report: Report | None, words: str, now: datetime
) -> View:
    span, target = asked.span(now), round(visit.runner.timings.target / 60)
    shown: dict[str, Any] = {
        "asked": asked,
        "names": names,
        "words": words,
        "target": target,
        "report": report,
        "lately": [(one.value, one.words) for one in Lately],
        "csv": asked.address(_CALLOUTS + ".csv"),
        "address": _ADDRESS,
        "enough": headline.ENOUGH,
        "may_see_public": visit.may(Permission.SEE_PUBLIC_FIGURES),
        "empty_offers": [
            (one.words, ReportFilters(period=one).address(NAV_ITEM.path))
            for one in (Lately.WEEKS_13, Lately.ALL)
            if ReportFilters(period=one) != asked
        ],
    }
    if report is None:
        return visit.view("response_times.html", **shown)
    drawn: dict[str, Any] = {"misses": report.misses, "seconds_text": headline.seconds_text}
    if report.responses is not None:
        axis = charts.axis_of(span.since, span.until, report, now)
        tables = make_tables(report.responses, names.name, now)
        few = len(report.responses) <= charts.NAMED_DOTS
        drawn |= {
            "chart": charts.scatter(report.responses, axis, target, now, _ADDRESS),
            "height": charts.HEIGHT,
            "bars_height": charts.BARS_HEIGHT,
            "strip_height": charts.STRIP_HEIGHT,
            "tables": tables,
            "bars": charts.bars(tables.stretches, tables.by, target),
            "legend_of_intervals": [(charts.class_of(line.interval), line.interval.value) for line in tables.intervals],
            "weekdays": _weekdays(tables.hours, few=few),
            "outlined": "one" if few else "more than one in ten",
            "agencies": [(one, charts.strip_of(one.responses, target, now, few=few)) for one in tables.agencies],
            "specialists": [(one, charts.strip_of(one.responses, target, now, few=few)) for one in tables.specialists],
        }
    return visit.view("response_times.html", **shown, **drawn)


_Cell = tuple[int, int, int, bool]


def _weekdays(hours: Mapping[tuple[int, int], tuple[int, int]], *, few: bool) -> list[tuple[str, list[_Cell]]]:
    """Each day with its hours: how many came, how many of them missed, a level from 0 to 5, and whether the hour stands
    out: of few call-outs because one of them missed, of many because more than one in ten did."""
    most = max((count for count, _ in hours.values()), default=1)
    return [
        (
            name,
            [
                (count, missed, charts.level(count, max(most, 5)) if count else 0, missed * 10 > (0 if few else count))
                for count, missed in (hours.get((day, hour), (0, 0)) for hour in range(24))
            ],
        )
        for day, name in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
    ]


@router.get(_CALLOUTS + ".csv")
async def take_times(visit: Looking, asked: Asked) -> Response:
    """The call-outs of the view, the newest first, each with its stamps and intervals."""
    now = visit.runner.now()
    names = await visit.ask(show_response_times.choices)
    found = await visit.runner.report(show_response_times.list_responses, asked.span(now))
    words = asked.words(names, now, found=bool(found))
    await visit.act(show_response_times.note_looked, visit.actor, words, took=True)
    file = csv_files.written([_COLUMNS, *(_cells(one, names, now) for one in found)])
    return Response(file, media_type=csv_files.TYPE, headers=csv_files.headers("response-times"))


_COLUMNS = (
    "code",
    "agency",
    "specialist",
    "received",
    "first paged",
    "taken",
    "left",
    "arrived",
    "ended",
    "response time",
    *(f"{interval} seconds" for interval in Interval),
    "missed",
    "ran over",
    "left out",
    "cause",
    "would have helped",
)


def _cells(one: facts.Response, names: Choices, now: datetime) -> list[str]:
    intervals, ran_over, exclusion = one.intervals(now), one.ran_over(now), one.exclusion
    return [
        one.code,
        one.agency,
        names.name_of(one) if one.specialist else "",
        *("" if moment is None else times.local_iso(moment) for moment in _moments(one)),
        "" if one.time is None else headline.seconds_text(one.time),
        *(f"{intervals[one_].total_seconds():.3f}" if one_ in intervals else "" for one_ in Interval),
        "yes" if one.is_missed(now) else "no",
        ran_over.interval if ran_over else "",
        exclusion.code if exclusion is not None and exclusion.counts else "",
        one.review.cause if one.review else "",
        one.review.help if one.review else "",
    ]


# ---- one call-out, and what people say about it ----------------------------------------------------------------------


@router.get(_ONE)
async def show_one(callout_id: Storable, visit: Looking) -> View:
    found = await visit.act(show_response_times.read_response, callout_id, visit.actor)
    return await _sheet(visit, found)


async def _sheet(visit: ViewerVisit, found: facts.Response) -> View:
    now = visit.runner.now()
    names = await visit.ask(show_response_times.choices)
    exclusion = found.exclusion
    is_own = exclusion is not None and exclusion.coded_by == visit.viewer.person.id
    return visit.view(
        "response_time.html",
        one=found,
        names=names,
        who=names.name_of(found),
        missed=found.is_missed(now),
        lasted=found.lasted(now),
        ran_over=found.ran_over(now),
        intervals=[(one.value, found.intervals(now).get(one)) for one in Interval],
        stamps=_stamps(found),
        seconds_text=headline.seconds_text,
        target=round(found.target / timedelta(minutes=1)),
        minutes_of=lambda span: span / timedelta(minutes=1),
        back=NAV_ITEM.path,
        here=_ADDRESS.format(found.id),
        codes=_to_choose(ExclusionCode),
        causes=_to_choose(Cause),
        helps=_to_choose(Help),
        most_words=MOST_WORDS,
        may_see_callout=visit.may(Permission.SEE_CALLOUT),
        may_code=visit.may(Permission.CODE_EXCLUSION),
        may_judge=visit.may(Permission.APPROVE_EXCLUSION) and not is_own,
        may_review=visit.may(Permission.REVIEW_MISS),
    )


def _to_choose(words: type[StrEnum]) -> list[tuple[str, str]]:
    """None is chosen beforehand: whoever judges has to say something."""
    return [("", "Choose"), *((one.value, one.value) for one in words)]


def _moments(one: facts.Response) -> tuple[datetime | None, ...]:
    """In the order in which they should have happened."""
    stamps = one.stamps
    taken, left, there = stamps.acknowledged_at, stamps.left_at, stamps.arrived_at
    return stamps.received_at, stamps.first_paged_at, taken, left, there, one.ended_at


def _stamps(one: facts.Response) -> list[tuple[str, datetime]]:
    """What is known."""
    names = ("received", "first page", "taken", "left", "there", "ended")
    return [(name, moment) for name, moment in zip(names, _moments(one), strict=True) if moment is not None]


@router.post(_ONE + "/exclusion")
async def code_exclusion(
    callout_id: Storable,
    visit: Annotated[ViewerVisit, permits(Permission.CODE_EXCLUSION)],
    code: Annotated[ExclusionCode, Form()],
) -> Response:
    await visit.act(judge_misses.code_exclusion, callout_id, code, visit.actor)
    return RedirectResponse(_ADDRESS.format(callout_id), 303)


@router.post(_ONE + "/exclusion/verdict")
async def judge_exclusion(
    callout_id: Storable,
    visit: Annotated[ViewerVisit, permits(Permission.APPROVE_EXCLUSION)],
    approve: Annotated[bool, Form()],
) -> Response:
    await visit.act(judge_misses.judge_exclusion, callout_id, visit.actor, approves=approve)
    return RedirectResponse(_ADDRESS.format(callout_id), 303)


@router.post(_ONE + "/review")
async def review_miss(
    callout_id: Storable,
    visit: Annotated[ViewerVisit, permits(Permission.REVIEW_MISS)],
    cause: Annotated[Cause, Form()],
    help: Annotated[Help, Form()],
    line: Annotated[Storable, Form(max_length=MOST_WORDS)] = "",
) -> Response:
    review = Review(cause, help, " ".join(line.split()))
    await visit.act(judge_misses.write_review, callout_id, review, visit.actor)
    return RedirectResponse(_ADDRESS.format(callout_id), 303)
