"""`/n/{token}`: where somebody shows that a new number is theirs, and a newcomer chooses languages and areas.

Opening it changes nothing: programs open links to preview them. What is texted and rung goes to the number, whoever has
the link, so a link that was forwarded shows nobody else's phone to be theirs.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Form
from fastapi.responses import Response

from dispatch.actions.people import show_people, verify_number
from dispatch.actions.people.verify_number import NumberLinkOver
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.web.people.person_form import USUAL_PLAN, PersonForm
from dispatch.inbound.web.roster.typed import Typed, read_typed
from dispatch.inbound.web.views import View, in_a_sentence, spoken_to
from dispatch.inbound.web.visit import FROM_US, PUBLIC, LinkVisit, TheLinkVisit, link_router
from dispatch.rules.facts.people import Language, Person
from dispatch.rules.people.new_number import PATH, NumberRefused
from dispatch.rules.schedule.edits import EditRefused
from dispatch.rules.wording.languages import Words, in_language
from dispatch.store.access.links import NumberLink

_CHOICES = (*("languages", "texts_in", "contact_plan", "area_night", "area_day", "turnout_minutes"),)

router = link_router(NumberLink, NumberLinkOver)


@router.api_route(PATH, methods=["GET", "HEAD"], dependencies=PUBLIC)
async def show_number(visit: TheLinkVisit) -> View:
    return await _view(visit)


@router.post(f"{PATH}/text", dependencies=FROM_US)
async def text_code(visit: TheLinkVisit) -> Response:
    return await _do(visit, verify_number.send_code)


@router.post(f"{PATH}/call", dependencies=FROM_US)
async def ring_number(visit: TheLinkVisit) -> Response:
    return await _do(visit, verify_number.ring)


async def _do(visit: LinkVisit, action: Any) -> Response:
    try:
        await visit.act(action, visit.token)
    except NumberRefused as error:
        return await _view(visit, status=409, refused=error)
    return visit.again(PATH)


@router.post(f"{PATH}/code", dependencies=FROM_US)
async def type_code(visit: TheLinkVisit, code: Annotated[Storable, Form()] = "") -> Response:
    try:
        number = await visit.act(verify_number.type_code, visit.token, code)
    except NumberRefused as error:
        return await _view(visit, status=409, refused=error)
    if number.code_at is None:
        return await _view(visit, status=422, wrong={"code": _NOT_THE_CODE})
    return visit.again(PATH)


@router.post(f"{PATH}/choices", dependencies=FROM_US)
async def choose(visit: TheLinkVisit) -> Response:
    """What a newcomer says of themselves, once."""
    _, typed = await read_typed(visit.request)
    shown = await visit.ask(verify_number.open_link, visit.token)
    roster = await visit.roster()
    chosen, wrong = PersonForm(roster, shown.person.id, _CHOICES).read_person(typed)
    if chosen is None:
        return await _view(visit, status=422, wrong=wrong, typed=typed)
    try:
        choices = {name: getattr(chosen, name) for name in _CHOICES}
        await visit.act(verify_number.choose, visit.token, choices)
    except (NumberRefused, EditRefused) as error:
        return await _view(visit, status=409, refused=error, typed=typed)
    return visit.view("number_done.html", person=chosen, **spoken_to(chosen))


async def _view(
    visit: LinkVisit,
    *,
    status: int = 200,
    refused: Exception | None = None,
    wrong: Mapping[str, str] | None = None,
    typed: Typed | None = None,
) -> View:
    shown = await visit.ask(verify_number.open_link, visit.token)
    roster = await visit.roster()
    return visit.view(
        "number.html",
        status=status,
        **spoken_to(shown.person),
        number=shown.number,
        person=shown.person,
        here=PATH.format(token=visit.token),
        refused=_refused(refused, shown.person) if refused else "",
        wrong=_in_language(wrong or {}, shown.person),
        typed=PersonForm(roster, shown.person.id, _CHOICES).shown() if typed is None else typed,
        areas=show_people.area_names(roster),
        usual_plan=USUAL_PLAN,
    )


_NOT_THE_CODE = Words("That is not the code.", "Ese no es el código.")
_OF_FIELDS = {
    "languages": "Escriba códigos de idiomas, como en, es, tl.",
    "contact_plan": "Escríbalo así: text 0s, call 1m. Debe haber al menos un paso, dentro de una hora.",
    "turnout_minutes": "Escriba un número de minutos, de 0 a 120.",
}
"""The roster's file speaks English."""


def _in_language(wrong: Mapping[str, str], person: Person) -> Mapping[str, str]:
    return {
        name: in_language(Words(line, _OF_FIELDS.get(name, in_language(line, Language.SPANISH))), person.texts_in)
        for name, line in wrong.items()
    }


def _refused(error: Exception, person: Person) -> str:
    return in_a_sentence(in_language(error.said, person.texts_in) if isinstance(error, NumberRefused) else error)
