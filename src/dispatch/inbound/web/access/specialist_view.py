"""The view behind a specialist's link: where to go and whom to ring, and a button for what they say next.

Opening it changes nothing, whoever does: people open it again and again, and programs that preview links open it before
them. Only a button does something, once, and then the view is loaded again.
"""

import re
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import Depends, Form
from fastapi.responses import Response

from dispatch.actions.callout.read_callout import LinkExpired, open_link, open_page_link
from dispatch.actions.replies import act_by_link
from dispatch.actions.replies.act_by_link import ToLetGo
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.http.same_origin import from_own_view
from dispatch.inbound.http.viewer import by_link
from dispatch.inbound.web.views import View
from dispatch.inbound.web.visit import LinkVisit, TheLinkVisit, link_router
from dispatch.rules.access.permissions import Access, Permission
from dispatch.rules.access.place_link import PATH, Ended
from dispatch.rules.decisions import StampKind
from dispatch.rules.nearer.starting import StartsNowhere
from dispatch.rules.replies.specialist_view import LONGEST_WORDS, NoSuchTime, chips
from dispatch.rules.wording import spoken
from dispatch.rules.wording.languages import in_language
from dispatch.rules.wording.times import local_time
from dispatch.store.access.links import SpecialistLink

_APPLE = re.compile(r"iPhone|iPad|iPod|Macintosh")  # an iPad claims to be a Macintosh
_NO_TIME = "Choose when you will be there."
_TOO_LONG = f"That is too long for one text: {LONGEST_WORDS} letters at most. Or call us."
_NO_WORDS = "Write a word first."
_NO_AREA = "That area is not in our roster any more. Choose another."

Field = Annotated[Storable, Form()]


def _does(permission: Permission) -> list[Any]:
    return [Depends(by_link(permission, Access.SPECIALIST_LINK)), Depends(from_own_view)]


router = link_router(SpecialistLink, partial(LinkExpired, Ended.EXPIRED))


@router.api_route(
    PATH, methods=["GET", "HEAD"], dependencies=[Depends(by_link(Permission.SEE_PLACE, Access.SPECIALIST_LINK))]
)
async def show_the_place(visit: TheLinkVisit) -> View:
    return await _view(visit)


@router.post(f"{PATH}/stamp", dependencies=_does(Permission.REPORT_STAMP))
async def report_stamp(visit: TheLinkVisit, stamp: Field = "") -> Response:
    """On the way, there, with the child, gone, home."""
    if stamp not in set(StampKind):
        return await _view(visit)
    await visit.act(act_by_link.report_stamp, visit.token, StampKind(stamp))
    return visit.again(PATH)


@router.post(f"{PATH}/eta", dependencies=_does(Permission.SET_ETA))
async def give_eta(visit: TheLinkVisit, eta: Field = "") -> Response:
    """A new ETA, one of those that the view offered: so the same button pressed twice says the same moment."""
    at = _moment(eta)
    if at is None:
        return await _view(visit, eta_wrong=_NO_TIME)
    try:
        await visit.act(act_by_link.give_eta, visit.token, at)
    except NoSuchTime as error:
        return await _view(visit, eta_wrong=str(error))
    return visit.again(PATH)


@router.get(f"{PATH}/let-go", dependencies=[Depends(by_link(Permission.LET_GO, Access.SPECIALIST_LINK))])
async def show_letting_go(visit: TheLinkVisit) -> Response:
    """What happens when they cannot go, before they say so."""
    shown = await visit.ask(act_by_link.show_letting_go, visit.token)
    return visit.again(PATH) if shown is None else _before_letting_go(visit, shown)


@router.post(f"{PATH}/let-go", dependencies=_does(Permission.LET_GO))
async def let_go(visit: TheLinkVisit, digest: Field = "") -> Response:
    """They cannot go. If something else would happen now than they saw, they see that first."""
    shown = await visit.act(act_by_link.let_go, visit.token, digest)
    return visit.again(PATH) if shown is None else _before_letting_go(visit, shown, changed=True)


@router.post(f"{PATH}/words", dependencies=_does(Permission.TELL_COORDINATORS))
async def tell_coordinators(visit: TheLinkVisit, words: Field = "") -> Response:
    """A word to the coordinators, whole or not at all."""
    words = " ".join(words.split())
    if not words or len(words) > LONGEST_WORDS:
        wrong = _TOO_LONG if words else _NO_WORDS
        return await _view(visit, words=words, words_wrong=wrong)
    await visit.act(act_by_link.tell_coordinators, visit.token, words)
    return visit.again(PATH)


@router.post(f"{PATH}/start", dependencies=_does(Permission.SAY_OWN_START))
async def say_start(visit: TheLinkVisit, area: Field = "") -> Response:
    """From which area they start until their next hand-off."""
    try:
        await visit.act(act_by_link.start_from_there, visit.token, area)
    except StartsNowhere:
        return await _view(visit, start_wrong=_NO_AREA)
    return visit.again(PATH)


async def _view(
    visit: LinkVisit, *, words: str = "", words_wrong: str = "", eta_wrong: str = "", start_wrong: str = ""
) -> View:
    paged = await visit.open(open_page_link)
    if paged is not None:
        return visit.view("link_callers.html", shown=paged)
    shown = await visit.open(open_link)
    said, language = shown.record.details, shown.person.texts_in
    return visit.view(
        "link.html",
        status=422 if words_wrong or eta_wrong or start_wrong else 200,
        shown=shown,
        here=PATH.format(token=visit.token),
        maps=_maps(visit.request.headers.get("user-agent", ""), said.place_address, said.place_lat, said.place_lon),
        doubt=in_language(spoken.CALLER_UNVERIFIED, language),
        language=language.value,
        chips=[(at.isoformat(), minutes, local_time(at)) for minutes, at in chips(visit.runner.now())],
        most_words=LONGEST_WORDS,
        words=words,
        words_wrong=words_wrong,
        eta_wrong=eta_wrong,
        start_wrong=start_wrong,
    )


def _before_letting_go(visit: LinkVisit, shown: ToLetGo, *, changed: bool = False) -> View:
    status = 409 if changed else 200
    here = PATH.format(token=visit.token)
    return visit.view("link_let_go.html", status=status, here=here, shown=shown, changed=changed)


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo is not None else None
    except (ValueError, OverflowError):  # no moment, or one of the first or the last day that there is
        return None


def _maps(user_agent: str, address: str | None, lat: float | None, lon: float | None) -> str | None:
    """A link that opens the phone's own map at the meeting place and tells no web site; None when no place is known.

    RFC 5870's geo: does nothing on an iPhone, which has maps: instead (Apple, "Map Links").
    """
    point = None if lat is None or lon is None else f"{lat},{lon}"
    if point is None and not address:
        return None
    named = {"q": address or "Meeting place"}
    if _APPLE.search(user_agent):
        return f"maps://?{_query({'ll': point, **named} if point else named)}"
    return f"geo:{point}" if point else f"geo:0,0?{_query(named)}"


def _query(fields: dict[str, str]) -> str:
    return urlencode(fields, safe=",", quote_via=quote)  # quote, since a map would show the + that stands for a space
