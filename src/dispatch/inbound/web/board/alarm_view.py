"""The view behind the link of an alarm: on a phone, at three in the morning, without signing in.

Opening it changes nothing: programs that preview links open it before people do. None of its commands ends, moves or
gives away a call-out; deciding that a hotline call is no call-out takes two steps. Another person's link, one that is
over and one that was guessed are answered alike.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Form, Query
from fastapi.responses import Response

from dispatch.actions.board import alarm_view
from dispatch.actions.board.alarm_view import AlarmLinkOver, ByLink
from dispatch.actions.callout.detail import DECLINED, Detail
from dispatch.actions.commands.give import Done
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.http.same_origin import from_own_view
from dispatch.inbound.http.viewer import by_link
from dispatch.inbound.web.views import View
from dispatch.inbound.web.visit import LinkVisit, TheLinkVisit, link_router
from dispatch.rules.access.alarm_link import PATH
from dispatch.rules.access.permissions import Access, Permission
from dispatch.rules.commands.commands import NextStep, PagePerson, RangOfficer, Verify
from dispatch.rules.commands.deciding import CommandRefused
from dispatch.rules.commands.preview import Preview
from dispatch.rules.delivery.how_it_went import how_it_went
from dispatch.rules.facts.pages import Page
from dispatch.rules.wording.names import doubt
from dispatch.store.access.links import AlarmLink

router = link_router(AlarmLink, AlarmLinkOver)

Field = Annotated[Storable, Form()]


def _looks(permission: Permission) -> list[Any]:
    return [Depends(by_link(permission, Access.ALARM_LINK))]


def _does(permission: Permission) -> list[Any]:
    return [*_looks(permission), Depends(from_own_view)]


@router.api_route(PATH, methods=["GET", "HEAD"], dependencies=_looks(Permission.SEE_ALARM))
async def show_alarm(visit: TheLinkVisit) -> View:
    return await _view(visit)


@router.post(f"{PATH}/own", dependencies=_does(Permission.OWN_ALARM))
async def own_by_link(visit: TheLinkVisit) -> Response:
    """I have it."""
    await visit.act(alarm_view.own_by_link, visit.token)
    return visit.again(PATH)


def _door(path: str, permission: Permission, command: Callable[[str], ByLink]) -> None:
    """The routes of one command of the link, about a `person` or nobody: the first shows what it would send."""

    @router.get(f"{PATH}/{path}", dependencies=_looks(permission))
    async def show(visit: TheLinkVisit, person: Annotated[Storable, Query()] = "") -> View:
        try:
            shown = await visit.ask(alarm_view.preview_by_link, visit.token, command(person))
        except CommandRefused as error:
            return await _view(visit, refused=str(error))
        return _preview(visit, path, person, shown)

    @router.post(f"{PATH}/{path}", dependencies=_does(permission))
    async def do(visit: TheLinkVisit, person: Field = "", digest: Field = "") -> Response:
        try:
            done = await visit.act(alarm_view.do_by_link, visit.token, command(person), digest)
        except CommandRefused as error:
            return await _view(visit, refused=str(error))
        return visit.again(PATH) if isinstance(done, Done) else _preview(visit, path, person, done, changed=True)


_door("next-step", Permission.NEXT_STEP, lambda _: NextStep())
_door("page", Permission.PAGE_PERSON, PagePerson)
_door("rang-officer", Permission.RANG_OFFICER, lambda _: RangOfficer())
_door("verify", Permission.VERIFY, lambda _: Verify())


@router.post(f"{PATH}/page-now", dependencies=_does(Permission.DECIDE_CALL))
async def page_now(visit: TheLinkVisit) -> View:
    """Somebody called and said nothing, and it is a call-out. By itself it would page a minute later."""
    code = await visit.act(alarm_view.page_now_by_link, visit.token)
    return visit.view("alarm_decided.html", code=code)


@router.get(f"{PATH}/dismiss", dependencies=_looks(Permission.DECIDE_CALL))
async def show_dismissing(visit: TheLinkVisit) -> View:
    calls = await visit.ask(alarm_view.see_calls, visit.token)
    return visit.view("alarm_dismiss.html", here=PATH.format(token=visit.token), calls=calls)


@router.post(f"{PATH}/dismiss", dependencies=_does(Permission.DECIDE_CALL))
async def dismiss(visit: TheLinkVisit) -> View:
    """It is no call-out: the second step."""
    await visit.act(alarm_view.dismiss_by_link, visit.token)
    return visit.view("alarm_decided.html", code=None)


async def _view(visit: LinkVisit, *, refused: str = "") -> View:
    shown = await visit.open(alarm_view.open_alarm)
    specialists = [(one.name, "specialist", one.phone) for one in shown.can_be_paged]
    return visit.view(
        "alarm.html",
        status=409 if refused else 200,
        shown=shown,
        here=PATH.format(token=visit.token),
        refused=refused,
        choices=[(one.id, one.name) for one in shown.can_be_paged],
        numbers=[*specialists, *((one.name, "coordinator", one.phone) for one in shown.others)],
        **(_about(shown.detail) if shown.detail is not None else {}),
    )


def _about(detail: Detail) -> dict[str, Any]:
    """What the alarm's call-out adds."""
    trust = detail.record.trust
    return {
        "paged": _paged(detail),
        "doubt": doubt(trust),
        "can_verify": detail.record.status.is_open and trust.can_be_verified,
        "agency_calls": [(name, "", number) for name, number in detail.agency_numbers],
    }


def _paged(detail: Detail) -> list[tuple[str, Page, str, datetime | None]]:
    """How paging goes for everybody who was asked, each once and the newest first: nobody is left out, since whoever
    is not named here is taken for somebody who was never asked. What they have answered says more than their page."""

    def since(line: tuple[str, Page]) -> datetime:
        return line[1].since or line[1].due_at or detail.record.received_at

    waits = [line for line in detail.asked if line.page.will_ask]
    left = [line for line in detail.asked if not line.page.will_ask]
    newest = dict(sorted(waits, key=since, reverse=True)) | dict(sorted(left, key=since))
    return [(name, page, *_went(detail, page)) for name, page in sorted(newest.items(), key=since, reverse=True)]


def _went(detail: Detail, page: Page) -> tuple[str, datetime | None]:
    """In words, and since when where that is the page's own."""
    stands = detail.stands(page.person) if page.person is not None else ""
    words = how_it_went(page.channel, page.state, page.due_at, page.failure, refused=page.was_refused)
    if stands == DECLINED and (page.state.is_under_way or page.state.has_failed):  # they are asked again
        return f"{stands}; {words}", page.since
    return (stands, None) if stands else (words, page.since)


def _preview(visit: LinkVisit, path: str, person: str, shown: Preview, *, changed: bool = False) -> View:
    return visit.view(
        "alarm_preview.html",
        status=409 if changed else 200,
        here=PATH.format(token=visit.token),
        shown=shown,
        door=path,
        person=person,
        changed=changed,
    )
