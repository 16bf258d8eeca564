"""The page behind the link of an alarm: on a phone, at three in the morning, without signing in.

Opening it changes nothing: programs that preview links open it before people do. It knows three deeds, none of which
ends, moves or gives away a call-out. Another's link, one that is over and one that was guessed are answered alike.
"""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from dispatch.actions import alarm_page
from dispatch.actions.alarm_page import AlarmLinkOver, ByLink
from dispatch.actions.callout_sheet import Head, PageLine
from dispatch.actions.coordinate import Done
from dispatch.inbound.http.same_origin import from_own_page
from dispatch.inbound.http.state import TheOffice
from dispatch.inbound.http.viewer import by_link
from dispatch.inbound.web.pages import ROOM, Page
from dispatch.rules.alarm_link import PATH
from dispatch.rules.coordinating import DeedRefused
from dispatch.rules.deeds import NextStep, PagePerson
from dispatch.rules.permissions import Access, Deed
from dispatch.rules.preview import Preview

router = APIRouter(include_in_schema=False)

Field = Annotated[str, Form()]


def _looks(deed: Deed) -> list[Any]:
    return [Depends(by_link(deed, Access.ALARM_LINK))]


def _does(deed: Deed) -> list[Any]:
    return [*_looks(deed), Depends(from_own_page)]


@router.api_route(PATH, methods=["GET", "HEAD"], dependencies=_looks(Deed.SEE_ALARM))
async def show_alarm(token: str, request: Request, office: TheOffice) -> Page:
    return await _page(request, office, token)


@router.post(f"{PATH}/own", dependencies=_does(Deed.OWN_ALARM))
async def own_by_link(token: str, request: Request, office: TheOffice) -> Response:
    """I have it."""
    try:
        await office.act(alarm_page.own_by_link, token)
    except AlarmLinkOver:
        return _over(request)
    return _again(token)


@router.get(f"{PATH}/next-step", dependencies=_looks(Deed.NEXT_STEP))
async def show_next_step(token: str, request: Request, office: TheOffice) -> Page:
    return await _before(request, office, token, NextStep())


@router.post(f"{PATH}/next-step", dependencies=_does(Deed.NEXT_STEP))
async def begin_next_step(token: str, request: Request, office: TheOffice, digest: Field = "") -> Response:
    """The next step begins now."""
    return await _do(request, office, token, NextStep(), digest)


@router.get(f"{PATH}/page", dependencies=_looks(Deed.PAGE_PERSON))
async def show_paging(token: str, request: Request, office: TheOffice, person: Annotated[str, Query()] = "") -> Page:
    return await _before(request, office, token, PagePerson(person))


@router.post(f"{PATH}/page", dependencies=_does(Deed.PAGE_PERSON))
async def page_person(
    token: str, request: Request, office: TheOffice, person: Field = "", digest: Field = ""
) -> Response:
    """Somebody named is paged now."""
    return await _do(request, office, token, PagePerson(person), digest)


async def _page(request: Request, office: TheOffice, token: str, *, refused: str = "") -> Page:
    try:
        shown = await office.act(alarm_page.open_alarm, token)
    except AlarmLinkOver:
        return _over(request)
    specialists = [(one.name, "specialist", one.phone) for one in shown.can_be_paged]
    return ROOM.page(
        request,
        "alarm.html",
        status=409 if refused else 200,
        shown=shown,
        here=PATH.format(token=token),
        refused=refused,
        paged=_paged(shown.callout) if shown.callout is not None else [],
        choices=[(one.id, one.name) for one in shown.can_be_paged],
        numbers=[*specialists, *((one.name, "coordinator", one.phone) for one in shown.others)],
    )


def _paged(head: Head) -> list[PageLine]:
    """The last that came of paging three people, each once, the newest first: on a phone the numbers come next."""

    def since(page: PageLine) -> datetime:
        return page.since or head.received_at

    newest = {page.name: page for page in sorted((*head.tried, *head.now), key=since)}
    return sorted(newest.values(), key=since, reverse=True)[:3]


async def _before(request: Request, office: TheOffice, token: str, deed: ByLink) -> Page:
    """What a deed would send, before it is done."""
    try:
        shown = await office.ask(alarm_page.preview_by_link, token, deed)
    except AlarmLinkOver:
        return _over(request)
    except DeedRefused as error:
        return await _page(request, office, token, refused=str(error))
    return _preview(request, token, deed, shown)


async def _do(request: Request, office: TheOffice, token: str, deed: ByLink, digest: str) -> Response:
    try:
        done = await office.act(alarm_page.do_by_link, token, deed, digest)
    except AlarmLinkOver:
        return _over(request)
    except DeedRefused as error:
        return await _page(request, office, token, refused=str(error))
    return _again(token) if isinstance(done, Done) else _preview(request, token, deed, done, changed=True)


def _preview(request: Request, token: str, deed: ByLink, shown: Preview, *, changed: bool = False) -> Page:
    return ROOM.page(
        request,
        "alarm_preview.html",
        status=409 if changed else 200,
        here=PATH.format(token=token),
        shown=shown,
        person=deed.person if isinstance(deed, PagePerson) else None,
        changed=changed,
    )


def _over(request: Request) -> Page:
    return ROOM.page(request, "alarm_over.html", status=410)


def _again(token: str) -> Response:
    return RedirectResponse(quote(PATH.format(token=token)), 303)
