"""`/people`: everybody, with numbers and whether they are verified; one person, and a form for each thing about them.

A form that changes the roster shows first what that does. A new number is verified by whoever has its phone: until then
it is in no roster, and the old one is paged.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated

from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from dispatch.actions.delivery import test_page
from dispatch.actions.people import keep_people, show_people, verify_number
from dispatch.actions.people.show_people import OnePersonShown
from dispatch.actions.roster import overrule_rest
from dispatch.actions.roster.overrule_rest import RestsNot
from dispatch.actions.runner import Action, Runner
from dispatch.actions.schedule.change_roster import ChangedRoster, planning
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.http.viewer import Viewer
from dispatch.inbound.web.nav import NavItem
from dispatch.inbound.web.people.person_form import USUAL_PLAN, PersonForm, free_id
from dispatch.inbound.web.roster.item_forms import in_sentences
from dispatch.inbound.web.roster.previewed import FormErrors, Wanted, show_or_make
from dispatch.inbound.web.roster.typed import Typed, read_typed
from dispatch.inbound.web.views import View, in_a_sentence
from dispatch.inbound.web.visit import ViewerVisit, permits, view_router
from dispatch.rules.access.permissions import Permission, beyond, may_give
from dispatch.rules.delivery.how_it_went import last_test
from dispatch.rules.facts.actors import Actor, Source
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.roster import Roster
from dispatch.rules.people.new_number import NumberRefused
from dispatch.rules.roster.qualified import lapses_soon
from dispatch.rules.schedule.edits import EditRefused, Put, Remove, RosterPart

NAV_ITEM = NavItem("People", "/people", Permission.CHANGE_ROSTER)
_NEW = f"{NAV_ITEM.path}/new"
_LISTED = tuple(name for name in PersonForm.labels if name != "phone")
_OF_A_NEWCOMER = ("name", "phone", "roles", "texts_in", "qualified_until")

Editor = Annotated[ViewerVisit, permits(Permission.CHANGE_ROSTER)]

router = view_router(NAV_ITEM.path)


@router.get("")
async def show_everybody(visit: Editor) -> View:
    shown = await visit.act(show_people.show_people, visit.actor, Source.WEB)
    return visit.view("people.html", shown=shown, last_test=last_test, lapses_soon=lapses_soon, new=_NEW)


# ---- somebody new --------------------------------------------------------------------------------------------------


@router.get("/new")
async def show_new_person(visit: Editor) -> View:
    return _new_person(visit, PersonForm(Roster(), "", _OF_A_NEWCOMER).shown())


def _new_person(visit: ViewerVisit, typed: Typed, wrong: Mapping[str, str] | None = None) -> View:
    status, roles = 422 if wrong else 200, _roles_of(visit.viewer)
    return visit.view("person_new.html", status=status, typed=typed, wrong=wrong or {}, roles=roles, action=_NEW)


@router.post("/new")
async def add_person(visit: Editor) -> Response:
    """They come into the roster once they have shown that the number is theirs."""
    _, typed = await read_typed(visit.request)
    roster, taken = await visit.ask(show_people.roster_and_taken_ids)
    form = PersonForm(roster, free_id(typed.one("name"), {*taken, "new"}), _OF_A_NEWCOMER)
    newcomer, wrong = form.read_person(typed)
    if newcomer is not None and (refused := beyond(None, newcomer, visit.viewer.roles)):
        wrong["roles"] = in_a_sentence(refused)
    elif not typed.many("roles"):
        wrong["roles"] = "Choose at least one: without a role they are never paged, and see nothing."
    if newcomer is not None and not wrong:
        try:
            await _ask(visit, newcomer, typed, newcomer=newcomer)
        except NumberRefused as error:
            wrong["phone"] = in_a_sentence(error)
    return _new_person(visit, typed, wrong) if wrong else _to(form.name, "asked")


async def _ask(visit: ViewerVisit, person: Person, typed: Typed, *, newcomer: Person | None = None) -> None:
    landline = typed.one("line") == "landline"
    asks, by = verify_number.ask, visit.actor
    await visit.act(asks, person.id, person.phone, by, Source.WEB, is_landline=landline, newcomer=newcomer)


# ---- one person ----------------------------------------------------------------------------------------------------

_DONE = {
    "changed": "Done. The roster says so now.",
    "asked": "Asked. They are paged at this number once it is verified.",
    "rung": "Their phone rings now.",
    "withdrawn": "Withdrawn. The number is not verified any more, and its link is over.",
    "vouched": "Done. They are paged at this number from now on, on your word.",
    "overruled": "Done. They are paged as the policy says from now on.",
    "tested": "A test page is on its way, by text and by phone. Load this view again to see the answer.",
}


@router.get("/{person}")
async def show_person(person: Storable, visit: Editor, done: str = "") -> View:
    return await _person(visit, person, done=_DONE.get(done, ""))


async def _person(
    visit: ViewerVisit,
    person: str,
    *,
    status: int = 200,
    done: str = "",
    refused: str = "",
    typed: Typed | None = None,
    wrong: Mapping[str, str] | None = None,
    phone: str = "",
) -> View:
    """`wrong` has the message of each field, and `refused` what concerns none."""
    one = await visit.act(show_people.show_person, person, visit.actor, Source.WEB)
    wrong = wrong or {}
    return visit.view(
        "person.html",
        status=status,
        one=one,
        here=_at(person),
        last_test=last_test,
        lapses_soon=lapses_soon,
        typed=PersonForm(one.roster, person, _LISTED).shown() if typed is None else typed,
        wrong=wrong,
        done=done,
        refused=refused or wrong.get("", ""),
        phone=phone,
        usual_plan=USUAL_PLAN,
        roles=_roles_of(visit.viewer),
        may_manage_accounts=visit.may(Permission.MANAGE_ACCOUNTS),
    )


@router.post("/{person}")
async def change_person(person: Storable, visit: Editor) -> Response:
    """Languages, roles, contact plan, areas and the like. The number has a form of its own."""
    sent, typed = await read_typed(visit.request)
    one = await _listed(visit.runner, person)
    form = PersonForm(one.roster, person, _LISTED)
    changed, wrong = form.read_person(typed)
    if changed is not None and (refused := beyond(one.shown.person, changed, visit.viewer.roles)):
        wrong["roles"] = in_a_sentence(refused)
    if changed is None or wrong:
        return await _person(visit, person, status=422, typed=typed, wrong=wrong)
    name = one.shown.person.name
    does, also = f"Change {name}", tuple(form.differences(changed))
    wanted = Wanted(planning(Put(changed)), does, does, _at(person), _at(person), also=also)
    try:
        made = await show_or_make(visit, sent, wanted)
    except FormErrors as error:
        wrong = in_sentences(form.beside(error.lines, typed))
        return await _person(visit, person, status=422, typed=typed, wrong=wrong)
    except EditRefused as error:
        return await _person(visit, person, status=422, typed=typed, refused=in_a_sentence(error))
    return _to(person, "changed") if isinstance(made, ChangedRoster) else made


@router.post("/{person}/number")
async def change_number(person: Storable, visit: Editor) -> Response:
    """Verified by whoever has the phone, or on this coordinator's word."""
    sent, typed = await read_typed(visit.request)
    one = await visit.ask(show_people.find_person, person)
    found: Person | None = one.shown.person
    wrong: Mapping[str, str] = {}
    if one.shown.is_listed:
        found, wrong = PersonForm(one.roster, person, ("phone",)).read_person(typed)
    try:
        if found is None:
            raise NumberRefused(next(iter(wrong.values())))
        if not one.shown.is_listed or typed.one("way") == "vouch":
            return await _vouch(visit, sent, one, found)
        await _ask(visit, found, typed)
    except (NumberRefused, EditRefused) as error:
        phone, wrong = typed.one("phone"), {"phone": in_a_sentence(error)}
        return await _person(visit, person, status=422, wrong=wrong, phone=phone)
    return _to(person, "asked")


async def _vouch(visit: ViewerVisit, form: FormData, one: OnePersonShown, person: Person) -> Response:
    """Raises `EditRefused` and `NumberRefused`."""
    await visit.ask(verify_number.check, person.id, person.phone)
    old, here = one.roster.person(person.id), _at(person.id)
    also = [f"From now on {person.name} is paged at {person.phone}, which nobody has shown to be theirs."]
    if old is not None:
        also.append(f"{old.phone} is told so, and is paged no longer.")
    also.append("The audit trail says that you vouched for it.")
    wanted = Wanted(
        planning(Put(replace(person, opted_out=False))),
        f"Vouch for {person.name}’s number",
        "I vouch for it",
        f"{here}/number",
        here,
        stays="the number is not changed",
        also=tuple(also),
        making=partial(verify_number.vouch, person=person.id),
    )
    made = await show_or_make(visit, form, wanted)
    return _to(person.id, "vouched") if isinstance(made, ChangedRoster) else made


@router.post("/{person}/number/ring")
async def ring_number(person: Storable, visit: Editor) -> Response:
    """A landline, with whoever answers it ready to press a key."""
    return await _do(visit, verify_number.ring_for, person, "rung")


@router.post("/{person}/number/withdraw")
async def withdraw_number(person: Storable, visit: Editor) -> Response:
    one = await visit.ask(show_people.find_person, person)
    return await _do(visit, verify_number.withdraw, person, "withdrawn" if one.shown.is_listed else "")


@router.post("/{person}/test")
async def send_test_page(person: Storable, visit: Editor) -> Response:
    return await _do(visit, test_page.request, person, "tested")


@router.post("/{person}/overrule-rest")
async def page_in_spite_of_rest(
    person: Storable, visit: Annotated[ViewerVisit, permits(Permission.OVERRULE_REST)]
) -> Response:
    """They rest after a call-out at night, and are to be paged all the same."""
    return await _do(visit, overrule_rest.overrule_rest, person, "overruled")


@router.post("/{person}/leaves")
async def leave_roster(person: Storable, visit: Editor) -> Response:
    """Refused while they are on a call-out; what of their shifts becomes a gap is ticked, and alarmed."""
    sent, _ = await read_typed(visit.request)
    one = await _listed(visit.runner, person)
    leaver, here = one.shown.person, _at(person)
    wanted = Wanted(
        planning(Remove(RosterPart.PEOPLE, person)),
        f"{leaver.name} leaves",
        f"{leaver.name} leaves",
        f"{here}/leaves",
        here,
        stays="they stay in the roster",
        also=(
            f"{leaver.name} is paged no longer, and has no place in any rotation, policy or override.",
            "Whatever they could sign in with ends, and so do their keys for programs and their calendar.",
        ),
        making=partial(keep_people.leave, person=person),
    )
    try:
        made = await show_or_make(visit, sent, wanted)
    except (EditRefused, FormErrors) as error:
        return await _person(visit, person, status=409, refused=in_a_sentence(error))
    return RedirectResponse(NAV_ITEM.path, 303) if isinstance(made, ChangedRoster) else made


# ---- for all of these ----------------------------------------------------------------------------------------------


async def _do(visit: ViewerVisit, action: Action[[str, Actor, Source], object], person: str, done: str) -> Response:
    """What refuses it is said on the person's view. With nothing to say there once it is `done`, they are no longer
    listed."""
    try:
        await visit.act(action, person, visit.actor, Source.WEB)
    except (NumberRefused, RestsNot) as error:
        return await _person(visit, person, status=409, refused=in_a_sentence(error))
    return _to(person, done) if done else RedirectResponse(NAV_ITEM.path, 303)


async def _listed(runner: Runner, person: str) -> OnePersonShown:
    """Raises `NoSuchPerson` for somebody who is in no roster yet."""
    one = await runner.ask(show_people.find_person, person)
    if not one.shown.is_listed:
        raise show_people.NoSuchPerson("their number is not verified yet, so they are in no roster")
    return one


def _roles_of(viewer: Viewer) -> list[tuple[str, bool]]:
    """Each role, and whether this viewer may give or take it."""
    return [(role.value, may_give(role, viewer.roles)) for role in Role]


def _at(person: str) -> str:
    return f"{NAV_ITEM.path}/{person}"


def _to(person: str, done: str) -> Response:
    return RedirectResponse(f"{_at(person)}?done={done}", 303)
