"""The page behind the link of an alarm: on a phone, at three in the morning, without signing in.

Opening it changes nothing: programs that preview links open it before people do. None of its commands ends, moves or
gives away a call-out; that a call on the hotline is none takes two steps. Another's link, one that is over and one that
was guessed are answered alike.
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
from dispatch.inbound.http.forms import FormRoute
from dispatch.inbound.http.known_links import KnownLink, is_opening
from dispatch.inbound.http.same_origin import from_own_page
from dispatch.inbound.http.state import TheOffice
from dispatch.inbound.http.texts import Storable
from dispatch.inbound.http.viewer import by_link
from dispatch.inbound.web.pages import ROOM, Page
from dispatch.rules.alarm_link import PATH
from dispatch.rules.commands.commands import NextStep, PagePerson, Verify
from dispatch.rules.coordinating import CommandRefused
from dispatch.rules.permissions import Access, Permission
from dispatch.rules.preview import Preview
from dispatch.rules.wording.callers import doubt
from dispatch.store.links import AlarmLink


def _over(request: Request) -> Page:
    return ROOM.page(request, "alarm_over.html", status=410)


router = APIRouter(include_in_schema=False, route_class=FormRoute, dependencies=[Depends(KnownLink(AlarmLink, _over))])

Field = Annotated[Storable, Form()]


def _looks(permission: Permission) -> list[Any]:
    return [Depends(by_link(permission, Access.ALARM_LINK))]


def _does(permission: Permission) -> list[Any]:
    return [*_looks(permission), Depends(from_own_page)]


@router.api_route(PATH, methods=["GET", "HEAD"], dependencies=_looks(Permission.SEE_ALARM))
async def show_alarm(token: str, request: Request, office: TheOffice) -> Page:
    return await _page(request, office, token)


@router.post(f"{PATH}/own", dependencies=_does(Permission.OWN_ALARM))
async def own_by_link(token: str, request: Request, office: TheOffice) -> Response:
    """I have it."""
    try:
        await office.act(alarm_page.own_by_link, token)
    except AlarmLinkOver:
        return _over(request)
    return _again(token)


@router.get(f"{PATH}/next-step", dependencies=_looks(Permission.NEXT_STEP))
async def show_next_step(token: str, request: Request, office: TheOffice) -> Page:
    return await _before(request, office, token, NextStep())


@router.post(f"{PATH}/next-step", dependencies=_does(Permission.NEXT_STEP))
async def begin_next_step(token: str, request: Request, office: TheOffice, digest: Field = "") -> Response:
    """The next step begins now."""
    return await _do(request, office, token, NextStep(), digest)


@router.get(f"{PATH}/page", dependencies=_looks(Permission.PAGE_PERSON))
async def show_paging(
    token: str, request: Request, office: TheOffice, person: Annotated[Storable, Query()] = ""
) -> Page:
    return await _before(request, office, token, PagePerson(person))


@router.post(f"{PATH}/page", dependencies=_does(Permission.PAGE_PERSON))
async def page_person(
    token: str, request: Request, office: TheOffice, person: Field = "", digest: Field = ""
) -> Response:
    """Somebody named is paged now."""
    return await _do(request, office, token, PagePerson(person), digest)


@router.get(f"{PATH}/verify", dependencies=_looks(Permission.VERIFY))
async def show_verifying(token: str, request: Request, office: TheOffice) -> Page:
    return await _before(request, office, token, Verify())


@router.post(f"{PATH}/verify", dependencies=_does(Permission.VERIFY))
async def verify(token: str, request: Request, office: TheOffice, digest: Field = "") -> Response:
    """The agency was rung: police have called."""
    return await _do(request, office, token, Verify(), digest)


@router.post(f"{PATH}/page-now", dependencies=_does(Permission.DECIDE_CALL))
async def page_now(token: str, request: Request, office: TheOffice) -> Page:
    """Somebody called and said nothing, and it is a call-out. At once: by itself it would page a minute later."""
    try:
        code = await office.act(alarm_page.page_now_by_link, token)
    except AlarmLinkOver:
        return _over(request)
    return ROOM.page(request, "alarm_decided.html", code=code)


@router.get(f"{PATH}/dismiss", dependencies=_looks(Permission.DECIDE_CALL))
async def show_dismissing(token: str, request: Request, office: TheOffice) -> Page:
    try:
        call = await office.ask(alarm_page.see_call, token)
    except AlarmLinkOver:
        return _over(request)
    return ROOM.page(request, "alarm_dismiss.html", here=PATH.format(token=token), call=call)


@router.post(f"{PATH}/dismiss", dependencies=_does(Permission.DECIDE_CALL))
async def dismiss(token: str, request: Request, office: TheOffice) -> Page:
    """It is no call-out: the second step."""
    try:
        await office.act(alarm_page.dismiss_by_link, token)
    except AlarmLinkOver:
        return _over(request)
    return ROOM.page(request, "alarm_decided.html", code=None)


async def _page(request: Request, office: TheOffice, token: str, *, refused: str = "") -> Page:
    try:
        if is_opening(request):
            shown = await office.act(alarm_page.open_alarm, token)
        else:
            shown = await office.ask(alarm_page.open_alarm, token, looks=True)
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
        doubt=doubt(shown.callout.trust) if shown.callout is not None else "",
        can_verify=shown.callout is not None and shown.callout.status.is_open and shown.callout.trust.can_be_verified,
        agency_calls=[(name, "", number) for name, number in shown.callout.agency_numbers] if shown.callout else [],
        numbers=[*specialists, *((one.name, "coordinator", one.phone) for one in shown.others)],
    )


def _paged(head: Head) -> list[PageLine]:
    """The last that came of paging three people, each once, the newest first: on a phone the numbers come next."""

    def since(page: PageLine) -> datetime:
        return page.since or head.received_at

    newest = {page.name: page for page in sorted((*head.tried, *head.now), key=since)}
    return sorted(newest.values(), key=since, reverse=True)[:3]


async def _before(request: Request, office: TheOffice, token: str, command: ByLink) -> Page:
    """What a command would send, before it is given."""
    try:
        shown = await office.ask(alarm_page.preview_by_link, token, command)
    except AlarmLinkOver:
        return _over(request)
    except CommandRefused as error:
        return await _page(request, office, token, refused=str(error))
    return _preview(request, token, command, shown)


async def _do(request: Request, office: TheOffice, token: str, command: ByLink, digest: str) -> Response:
    try:
        done = await office.act(alarm_page.do_by_link, token, command, digest)
    except AlarmLinkOver:
        return _over(request)
    except CommandRefused as error:
        return await _page(request, office, token, refused=str(error))
    return _again(token) if isinstance(done, Done) else _preview(request, token, command, done, changed=True)


def _preview(request: Request, token: str, command: ByLink, shown: Preview, *, changed: bool = False) -> Page:
    return ROOM.page(
        request,
        "alarm_preview.html",
        status=409 if changed else 200,
        here=PATH.format(token=token),
        shown=shown,
        door=_DOORS[type(command)],
        person=command.person if isinstance(command, PagePerson) else None,
        changed=changed,
    )


_DOORS = {NextStep: "next-step", PagePerson: "page", Verify: "verify"}


def _again(token: str) -> Response:
    return RedirectResponse(quote(PATH.format(token=token)), 303)
