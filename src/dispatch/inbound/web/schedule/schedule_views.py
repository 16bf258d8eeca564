"""`/schedule`: six weeks of nights, what one night came from, and who was on call at a moment. All of it stands in the
address, and works without a script."""

import asyncio
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Query

from dispatch.actions.schedule import read_changing, read_schedule
from dispatch.actions.schedule.federal_holidays import federal_holidays
from dispatch.actions.schedule.read_changing import ChangeableNight
from dispatch.actions.schedule.read_schedule import NoSuchRotation, ShownMoment, ShownWeeks
from dispatch.actions.shifts import for_others
from dispatch.actions.shifts.for_others import ShownCovers
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.web.callout.typed_moments import day_of, is_known, moments_of
from dispatch.inbound.web.nav import NavItem
from dispatch.inbound.web.schedule import shaped_changes
from dispatch.inbound.web.schedule import shaped_schedule as shaped
from dispatch.inbound.web.schedule.shaped_schedule import SCHEDULE, Names
from dispatch.inbound.web.views import View
from dispatch.inbound.web.visit import ViewerVisit, permits, view_router
from dispatch.rules.access.permissions import Permission
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.roster.nights import tonight
from dispatch.rules.schedule.six_weeks import WEEKS_SHOWN, monday_of
from dispatch.rules.schedule.spans_on_call import RotationThen
from dispatch.rules.shifts.cover_texts import cover_said

NAV_ITEM = NavItem("Schedule", SCHEDULE, Permission.SEE_SCHEDULE)
_STEP = timedelta(weeks=WEEKS_SHOWN)
_MOST_GAPS = 12

Looking = Annotated[ViewerVisit, permits(Permission.SEE_SCHEDULE)]

router = view_router()


@router.get(NAV_ITEM.path)
async def show_schedule(
    visit: Looking,
    week: Annotated[Storable, Query(max_length=40)] = "",
    at: Annotated[Storable, Query(max_length=40)] = "",
) -> View:
    """The six weeks from that of the day `week` on, and who was on call `at` a moment, in local time."""
    now = visit.runner.now()
    moments = moments_of(at)
    day = day_of(week) or (moments[0].astimezone(ZoneInfo(LOCAL)).date() if moments else tonight(now))
    shown = await visit.ask(read_schedule.read_weeks, monday_of(day))
    then = [await visit.ask(read_schedule.read_moment, moment) for moment in moments]
    # Sixty nights of six rotations take some milliseconds to draw. On the loop a call-out would wait for that.
    asked = await visit.ask(for_others.read_covers)
    return await asyncio.to_thread(_draw, visit, shown, then, at, now, asked)


def _draw(
    visit: ViewerVisit, shown: ShownWeeks, then: list[ShownMoment], at: str, now: datetime, asked: ShownCovers
) -> View:
    names, weeks = Names(shown.roster), shown.weeks
    last = weeks.nights[-1].day
    holidays = federal_holidays(weeks.monday, last + timedelta(days=1))
    gaps = [one for one in weeks.gaps if one.ends_at > now]
    return visit.view(
        "schedule.html",
        weeks=shaped.by_week(weeks),
        names=names,
        holidays=holidays,
        day_words=shaped.day_words,
        address_of=shaped.address_of,
        gap_href=shaped.gap_href,
        span_words=shaped.span_words,
        rotations=weeks.rotations,
        standing=bool(shown.roster.rotations),
        days=shaped.days_words(weeks.monday, last),
        earlier=_address(weeks.monday - _STEP),
        later=_address(weeks.monday + _STEP),
        is_now=weeks.monday == monday_of(tonight(now)),
        gaps=gaps[:_MOST_GAPS],
        gaps_in_all=len(gaps),
        gap_now=any(one.starts_at <= now for one in gaps),
        past_gaps=len(weeks.gaps) - len(gaps),
        covers=[
            (one.number, names.short(one.wanted.holder), cover_said(one, asked.roster)) for one in asked.open_covers
        ],
        now_on_call=[(one.rotation, _on_call(one, names)) for one in shown.now_on_call],
        at=at if then or not at else "",
        not_a_time=bool(at) and not then,
        then=[(one.at, [(found, _on_call(found, names)) for found in one.rotations]) for one in then],
        may_keep_feeds=visit.may(Permission.KEEP_FEEDS),
    )


def _on_call(found: RotationThen, names: Names) -> list[tuple[str, datetime | None, datetime | None]]:
    return [(names.short(one.person), one.since, one.until) for one in found.on_call]


def _address(monday: date) -> str:
    return f"{NAV_ITEM.path}?week={monday.isoformat()}" if is_known(monday) else ""


@router.get(NAV_ITEM.path + "/{rotation:path}/{day}")
async def show_night(rotation: Storable, day: date, visit: Looking) -> View:
    """One night of one rotation: who, from when to when, why, what has changed about it, and what can be."""
    return await night_view(visit, rotation, day)


async def night_view(
    visit: ViewerVisit,
    rotation: str,
    day: date,
    *,
    status: int = 200,
    wrong: str = "",
    typed: Mapping[str, str] | None = None,
) -> View:
    """`typed` is a form of it that could not be taken as it is filled in, and `wrong` says why."""
    if not is_known(day):
        raise NoSuchRotation("nobody is on call outside this century")
    found = await visit.ask(read_changing.read_changeable, rotation, day)
    return await asyncio.to_thread(_draw_night, visit, found, visit.runner.now(), status, wrong, typed or {})


def _draw_night(
    visit: ViewerVisit, found: ChangeableNight, now: datetime, status: int, wrong: str, typed: Mapping[str, str]
) -> View:
    shown = found.shown
    names, day, name = Names(shown.roster), shown.day, shown.rotation.name
    return visit.view(
        "schedule_night.html",
        status=status,
        shown=shown,
        words=shaped.day_words(day),
        spans=[(one, names.all(one.people), names.why(one)) for one in shown.spans],
        versions=[(one, shaped.order_words(one, names)) for one in shown.versions],
        overrides=[
            (one, shaped.override_words(one, names), shaped.override_standing(one), one in found.overrides)
            for one in shown.overrides
        ],
        before=shaped.address_of(name, day - timedelta(days=1)),
        after=shaped.address_of(name, day + timedelta(days=1)),
        back=f"{NAV_ITEM.path}?week={monday_of(day).isoformat()}#n{day.isoformat()}",
        is_tonight=day == tonight(now),
        may_change=visit.may(Permission.CHANGE_SCHEDULE) and shown.ends > now,
        forms=[shaped_changes.cover_form(one, found, names) for one in found.coverable],
        pause=shaped_changes.pause_fields(found, now),
        wrong=wrong,
        typed=typed,
    )
