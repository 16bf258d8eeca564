"""`/schedule/covers`: what is asked for, who is away, and what a coordinator does about it for
anybody."""

from collections.abc import Awaitable, Mapping
from datetime import datetime
from typing import Annotated

from fastapi import Form
from fastapi.responses import RedirectResponse, Response

from dispatch.actions.roster.edit_roster import NobodyOfThatName
from dispatch.actions.shifts import be_away, for_others
from dispatch.actions.shifts.be_away import AbsenceRefused
from dispatch.actions.shifts.for_others import ShownCovers
from dispatch.actions.shifts.take_cover import CoverRefused, NoSuchCover, NoSuchTaker
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.web.callout.typed_moments import FormFault
from dispatch.inbound.web.roster.previewed import FormErrors, Wanted, show_or_make
from dispatch.inbound.web.schedule.edit_forms import moment_in
from dispatch.inbound.web.schedule.shaped_schedule import SCHEDULE
from dispatch.inbound.web.views import View, in_a_sentence
from dispatch.inbound.web.visit import ViewerVisit, permits, view_router
from dispatch.rules.access.permissions import Permission
from dispatch.rules.facts.actors import Source
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.storable import storable
from dispatch.rules.schedule.edits import EditRefused
from dispatch.rules.shifts.cover import Cover
from dispatch.rules.shifts.cover_texts import absence_said, cover_said
from dispatch.rules.shifts.taking import is_for, who_has

COVERS, AWAY = SCHEDULE + "/covers", SCHEDULE + "/away"

Looking = Annotated[ViewerVisit, permits(Permission.SEE_SCHEDULE)]
Changing = Annotated[ViewerVisit, permits(Permission.CHANGE_SCHEDULE)]
Typed = Annotated[Storable, Form(max_length=200)]

_REFUSED = (EditRefused, AbsenceRefused, NoSuchCover, NoSuchTaker, NobodyOfThatName, FormFault)
_MOST_NUMBER = 2**31
_NOBODY_CHOSEN = "choose who"

router = view_router()


@router.get(COVERS)
async def show_covers(visit: Looking) -> View:
    return await _view(visit)


@router.post(COVERS)
async def ask_cover(
    visit: Changing, person: Typed = "", starts: Typed = "", ends: Typed = "", only: Typed = ""
) -> Response:
    async def ask() -> None:
        whose, span = _chosen(person), _span(starts, ends)
        await visit.act(for_others.ask_for_other, whose, *span, visit.actor, Source.WEB, only=only)

    return await _do(visit, ask(), {"form": "ask", "person": person, "starts": starts, "ends": ends, "only": only})


@router.post(COVERS + "/{number}/give")
async def give_cover(number: int, visit: Changing) -> Response:
    return await _hand_over(visit, number, is_given=True)


@router.post(COVERS + "/{number}/take")
async def take_cover(number: int, visit: Changing) -> Response:
    return await _hand_over(visit, number, is_given=False)


async def _hand_over(visit: ViewerVisit, number: int, *, is_given: bool) -> Response:
    """Shown first, as every edit of the roster in a view."""
    form = await visit.request.form()
    known, name = _known(number), storable(str(form.get("person") or ""))
    if not name:
        return await _view(visit, status=409, wrong=in_a_sentence(_NOBODY_CHOSEN))
    planned, making = for_others.handing_over(known, name, visit.actor, is_given=is_given)
    wanted = Wanted(
        planned,
        f"{'Give' if is_given else 'Take'} cover {known}",
        "Give it to them" if is_given else "They take it",
        f"{COVERS}/{known}/{'give' if is_given else 'take'}",
        COVERS,
        stays="it is asked for as before",
        also=("Whoever else was asked hears that it is taken.",),
        making=making,
    )
    try:
        made = await show_or_make(visit, form, wanted)
    except (*_REFUSED, FormErrors) as error:
        return await _view(visit, status=409, wrong=_said(error, await visit.roster(), name))
    return made if isinstance(made, Response) else RedirectResponse(COVERS, 303)


@router.post(COVERS + "/{number}/withdraw")
async def withdraw_cover(number: int, visit: Changing) -> Response:
    return await _do(visit, visit.act(for_others.withdraw, _known(number), visit.actor, Source.WEB))


@router.post(AWAY)
async def say_away(visit: Changing, person: Typed = "", starts: Typed = "", ends: Typed = "") -> Response:
    async def go_away() -> None:
        await visit.act(be_away.be_away, _chosen(person), *_span(starts, ends), visit.actor, Source.WEB)

    return await _do(visit, go_away(), {"form": "away", "person": person, "starts": starts, "ends": ends})


@router.post(AWAY + "/back")
async def say_back(visit: Changing, person: Typed = "", absence: Typed = "") -> Response:
    """From the absence that the button stands beside: they may be away again later."""
    back = visit.act(be_away.be_back, person, visit.actor, Source.WEB, absence=absence or None)
    return await _do(visit, back)


async def _do(visit: ViewerVisit, doing: Awaitable[object], typed: Mapping[str, str] | None = None) -> Response:
    """What refuses it is said at the form that was `typed`, or above all of them where a button was pressed."""
    try:
        await doing
    except _REFUSED as error:
        return await _view(visit, status=422 if typed else 409, wrong=_said(error), typed=typed)
    return RedirectResponse(COVERS, 303)


def _chosen(person: str) -> str:
    if not person:
        raise FormFault(_NOBODY_CHOSEN)
    return person


def _said(error: Exception, roster: Roster | None = None, name: str = "") -> str:
    """As a sentence. What their own text would be answered says "you", which a coordinator would take for herself."""
    said = in_a_sentence(error)
    if roster is not None and isinstance(error, CoverRefused):
        return f"Nothing was changed. {roster.first_name_of(name)} would be answered: “{said}”"
    return said


def _known(number: int) -> int:
    return number if 0 < number < _MOST_NUMBER else 0


def _span(starts: str, ends: str) -> tuple[datetime, datetime]:
    form = {"starts": starts, "ends": ends}
    return moment_in(form, "starts"), moment_in(form, "ends")


async def _view(
    visit: ViewerVisit, *, status: int = 200, wrong: str = "", typed: Mapping[str, str] | None = None
) -> View:
    """`wrong` is said at the form that has been `typed`, and above all of them if none has."""
    shown = await visit.ask(for_others.read_covers)
    roster = shown.roster
    return visit.view(
        "schedule_covers.html",
        status=status,
        open_covers=shown.open_covers,
        others=[one for one in shown.covers if not one.is_open],
        words=lambda one: cover_said(one, roster),
        could=lambda one: _could(one, roster),
        became=lambda one: _became(one, shown),
        name_of=roster.name_of,
        away=[(one, roster.name_of(one.person), absence_said(one)) for one in shown.absences],
        people=[(one.id, one.name) for one in roster.people],
        askable=[(one.id, one.name) for one in roster.people if _may_cover_some(roster, one)],
        may_change=visit.may(Permission.CHANGE_SCHEDULE),
        may_keep_feeds=visit.may(Permission.KEEP_FEEDS),
        wrong=wrong,
        typed=dict.fromkeys(("form", "person", "starts", "ends", "only"), "") | dict(typed or {}),
    )


def _may_cover_some(roster: Roster, person: Person) -> bool:
    return any(is_for(roster, rotation.name, person) for rotation in roster.rotations)


def _could(cover: Cover, roster: Roster) -> list[tuple[str, str]]:
    """Whoever may take it, to choose from."""
    wanted = cover.wanted
    others = (one for one in roster.people if one.id != wanted.holder)
    return [(one.id, one.name) for one in others if is_for(roster, wanted.rotation, one)]


def _became(cover: Cover, shown: ShownCovers) -> str:
    """Whoever took it may have given it on since."""
    if not cover.taker:
        return str(cover.state)
    has, said = who_has(shown.roster, cover, shown.now), f"{cover.state}: {shown.roster.name_of(cover.taker)}"
    return said if has is None or has == cover.taker else f"{said}; now {shown.roster.name_of(has)} has it"
