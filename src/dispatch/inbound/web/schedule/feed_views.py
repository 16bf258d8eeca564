"""`/schedule/feeds`: calendar feeds, made and revoked; and `/calendar/….ics`, which a calendar asks for."""

import asyncio
from typing import Annotated

from fastapi import Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from dispatch.actions.roster.edit_roster import NobodyOfThatName
from dispatch.actions.schedule import keep_feeds
from dispatch.actions.schedule.keep_feeds import OneOfTwo
from dispatch.actions.schedule.read_schedule import NoSuchRotation
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.http.state import TheRunner
from dispatch.inbound.http.viewer import by_link
from dispatch.inbound.web.schedule import ics
from dispatch.inbound.web.schedule.shaped_schedule import SCHEDULE
from dispatch.inbound.web.views import View
from dispatch.inbound.web.visit import ViewerVisit, Visit, permits, view_router
from dispatch.rules.access.calendar_link import PATH
from dispatch.rules.access.permissions import Access, Permission
from dispatch.rules.facts.actors import Source

FEEDS = SCHEDULE + "/feeds"

Keeping = Annotated[ViewerVisit, permits(Permission.KEEP_FEEDS)]
Chosen = Annotated[Storable, Form(max_length=200)]

router = view_router()


@router.get(FEEDS)
async def show_feeds(visit: Keeping) -> View:
    return await _view(visit)


@router.post(FEEDS)
async def make_feed(visit: Keeping, person: Chosen = "", rotation: Chosen = "") -> View:
    """Its address is shown this once."""
    try:
        made = await visit.act(keep_feeds.make_feed, visit.actor, Source.WEB, person=person, rotation=rotation)
    except (OneOfTwo, NobodyOfThatName, NoSuchRotation) as error:
        return await _view(visit, status=422, wrong=str(error))
    address = visit.runner.public_url + PATH.format(token=made.token)
    return visit.view("schedule_feed_made.html", address=address, whose=made.whose)


@router.post(FEEDS + "/{feed_id}/revoke")
async def revoke_feed(feed_id: Storable, visit: Keeping) -> Response:
    await visit.act(keep_feeds.revoke_feed, feed_id, visit.actor, Source.WEB)
    return RedirectResponse(FEEDS, 303)


async def _view(visit: Visit, *, status: int = 200, wrong: str = "") -> View:
    roster, feeds = await visit.ask(keep_feeds.list_feeds)
    return visit.view(
        "schedule_feeds.html",
        status=status,
        feeds=feeds,
        wrong=wrong,
        people=[("", "Nobody"), *((person.id, person.name) for person in roster.people)],
        rotations=[("", "None"), *((rotation.name, rotation.name) for rotation in roster.rotations)],
    )


# ---- what a calendar gets ------------------------------------------------------------------------------------------

_HEADERS = {
    # A calendar may keep it, but asks each time whether it still holds.
    "Cache-Control": "private, no-cache",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
}


@router.api_route(
    PATH, methods=["GET", "HEAD"], dependencies=[Depends(by_link(Permission.SEE_FEED, Access.CALENDAR_LINK))]
)
async def give_feed(token: Storable, request: Request, runner: TheRunner) -> Response:
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    feed = await runner.ask(keep_feeds.read_feed, token, known)
    if feed.shifts is None:
        return Response(status_code=304, headers={**_HEADERS, "ETag": feed.etag})
    text = await asyncio.to_thread(ics.written, feed)  # a year of shifts takes tens of milliseconds
    return Response(text, media_type="text/calendar; charset=utf-8", headers={**_HEADERS, "ETag": feed.etag})
