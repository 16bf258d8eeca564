"""`/me/{token}`: somebody's own shifts, and whatever they can do about them with a phone and no account.

Opening it changes nothing: programs open links to preview them. It works without a script, in English or Spanish.
"""

from collections.abc import Awaitable, Mapping
from typing import Annotated

from fastapi import Depends, Form
from fastapi.responses import Response

from dispatch.actions.schedule.change_roster import RosterMoved
from dispatch.actions.shifts import own_shifts
from dispatch.actions.shifts.be_away import AbsenceRefused
from dispatch.actions.shifts.own_shifts import OwnLinkOver
from dispatch.actions.shifts.take_cover import CoverRefused, NoSuchCover, NoSuchTaker
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.http.same_origin import from_own_view
from dispatch.inbound.http.viewer import by_link
from dispatch.inbound.web.views import View, in_a_sentence, spoken_to
from dispatch.inbound.web.visit import LinkVisit, TheLinkVisit, link_router
from dispatch.rules.access import calendar_link
from dispatch.rules.access.own_link import PATH
from dispatch.rules.access.permissions import Access, Permission
from dispatch.rules.facts.people import Language
from dispatch.rules.nearer.starting import StartsNowhere
from dispatch.rules.schedule.edits import EditRefused
from dispatch.rules.shifts import cover_texts
from dispatch.rules.wording.languages import in_language
from dispatch.rules.wording.names import first_up
from dispatch.store.access.links import OwnLink

Typed = Annotated[Storable, Form(max_length=200)]

_REFUSED = (EditRefused, AbsenceRefused, StartsNowhere, NoSuchCover, NoSuchTaker, RosterMoved)
_NOTHING: Mapping[str, str] = {}

router = link_router(OwnLink, OwnLinkOver)
_SEES = [Depends(by_link(Permission.SEE_OWN_SHIFTS, Access.OWN_LINK))]
_SWAPS = [Depends(by_link(Permission.SWAP_OWN_SHIFTS, Access.OWN_LINK)), Depends(from_own_view)]
_STARTS = [Depends(by_link(Permission.SAY_OWN_START, Access.OWN_LINK)), Depends(from_own_view)]


@router.api_route(PATH, methods=["GET", "HEAD"], dependencies=_SEES)
async def show_own(visit: TheLinkVisit) -> View:
    return await _view(visit)


@router.get(f"{PATH}/ring", dependencies=_SEES)
async def show_ring(visit: TheLinkVisit) -> View:
    """How a silent phone lets us ring."""
    shown = await visit.ask(own_shifts.open_own, visit.token)
    numbers = sorted(visit.runner.our_numbers)
    return visit.view("own_ring.html", numbers=numbers, here=PATH.format(token=visit.token), **spoken_to(shown.person))


@router.get(f"{PATH}/contact.vcf", dependencies=_SEES)
async def contact_card(visit: TheLinkVisit) -> Response:
    """Our numbers as a contact, so that a silent phone lets them ring."""
    await visit.ask(own_shifts.open_own, visit.token)
    numbers = "".join(f"TEL;TYPE=VOICE:{number}\r\n" for number in sorted(visit.runner.our_numbers))
    card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:On-call paging;;;;\r\nFN:On-call paging\r\n{numbers}END:VCARD\r\n"
    headers = {"Content-Disposition": 'attachment; filename="on-call-paging.vcf"', "X-Content-Type-Options": "nosniff"}
    return Response(card, media_type="text/vcard; charset=utf-8", headers=headers)


@router.post(f"{PATH}/ask", dependencies=_SWAPS)
async def ask_for_cover(visit: TheLinkVisit, shift: Typed = "", begins: Typed = "", ends: Typed = "") -> Response:
    return await _do(visit, "ask", shift=shift, begins=begins, ends=ends)


@router.post(f"{PATH}/withdraw", dependencies=_SWAPS)
async def withdraw_cover(visit: TheLinkVisit, number: Typed = "") -> Response:
    return await _do(visit, "withdraw", number=number)


@router.post(f"{PATH}/away", dependencies=_SWAPS)
async def say_away(visit: TheLinkVisit, first: Typed = "", last: Typed = "") -> Response:
    return await _do(visit, "away", first=first, last=last)


@router.post(f"{PATH}/back", dependencies=_SWAPS)
async def say_back(visit: TheLinkVisit) -> Response:
    return await _do(visit, "back")


@router.post(f"{PATH}/start", dependencies=_STARTS)
async def say_start(visit: TheLinkVisit, area: Typed = "") -> Response:
    return await _do(visit, "start", area=area)


@router.post(f"{PATH}/cover", dependencies=_SWAPS)
async def take_cover(visit: TheLinkVisit, number: Typed = "") -> Response:
    return await _answered(visit, own_shifts.take_own(visit.runner, visit.token, number))


@router.post(f"{PATH}/feed", dependencies=_SWAPS)
async def make_feed(visit: TheLinkVisit) -> View:
    """Its address is shown this once."""
    made = await visit.act(own_shifts.make_own_feed, visit.token)
    address = visit.runner.public_url + calendar_link.PATH.format(token=made.token)
    return await _view(visit, feed=address)


async def _do(visit: LinkVisit, what: str, **fields: str) -> Response:
    return await _answered(visit, visit.act(own_shifts.do_own, visit.token, what, fields), fields)


async def _answered(visit: LinkVisit, doing: Awaitable[object], typed: Mapping[str, str] = _NOTHING) -> Response:
    try:
        await doing
    except _REFUSED as error:
        return await _view(visit, status=409, refused=error, typed=typed)
    return visit.again(PATH)


async def _view(
    visit: LinkVisit,
    *,
    status: int = 200,
    refused: Exception | None = None,
    feed: str = "",
    typed: Mapping[str, str] = _NOTHING,
) -> View:
    """A form that is refused keeps what was `typed`."""
    shown = await visit.ask(own_shifts.open_own, visit.token)
    language = shown.person.texts_in
    spanish = language is Language.SPANISH
    return visit.view(
        "own.html",
        status=status,
        here=PATH.format(token=visit.token),
        **spoken_to(shown.person),
        shown=shown,
        shift_words=lambda one: cover_texts.shift_in_words(one, shown.roster, shown.now, spanish=spanish),
        shift_key=lambda one: own_shifts.shift_key(one, shown.now),
        cover_words=lambda one: cover_texts.cover_said(one, shown.roster, spanish=spanish),
        away=[cover_texts.absence_said(one, spanish=spanish) for one in shown.absences],
        refused=_words(refused, language) if refused else "",
        feed=feed,
        typed=dict.fromkeys(("first", "last", "begins", "ends"), "") | dict(typed),
    )


def _words(error: Exception, language: Language) -> str:
    match error:
        case CoverRefused(cover=cover, refused=refused, roster=roster):
            return in_language(cover_texts.not_taken(cover, refused, roster), language)
        case AbsenceRefused(why=why):
            return in_language(cover_texts.span_refused(why), language)
        case EditRefused(args=(str() as said,)):  # what is ours alone is said in both languages
            return f"{first_up(in_language(said, language))}."
        case _:
            return in_a_sentence(error)
