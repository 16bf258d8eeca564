"""`/setup/keys`: keys for programs, made for an agency or in one's own name, and revoked.

A key outlives the session that makes it, so making one takes the password once more: a screen may stand open. Revoking
one takes a second press, which says what stops.
"""

from typing import Annotated

from fastapi import Form
from fastapi.responses import RedirectResponse, Response

from dispatch.actions.access import keep_accounts, keep_keys
from dispatch.actions.roster import edit_roster
from dispatch.actions.roster.edit_roster import NobodyOfThatName, NoSuchKey
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.web.roster.setup_views import NAV_ITEM
from dispatch.inbound.web.views import View
from dispatch.inbound.web.visit import ViewerVisit, permits, view_router
from dispatch.rules.access.permissions import Permission
from dispatch.rules.facts.actors import Source
from dispatch.rules.facts.roster import Roster
from dispatch.store.access.keys import ApiKey

KEYS_VIEW = f"{NAV_ITEM.path}/keys"
MINE = "mine"
"""The choice of a key in one's own name; no agency's code has small letters."""

router = view_router(KEYS_VIEW)

KeyKeeper = Annotated[ViewerVisit, permits(Permission.KEEP_KEYS)]
Filled = Annotated[Storable, Form()]


@router.get("")
async def show_keys(visit: KeyKeeper, agency: Storable = "") -> View:
    return await _view(visit, whose=agency)


@router.post("")
async def make_key(visit: KeyKeeper, whose: Filled = "", current: Annotated[str, Form()] = "") -> View:
    """It is shown in the answer, once. Nobody can look it up again: only its hash is kept."""
    if not whose:
        return await _view(visit, about="whose", wrong="Choose whose key it is.", status=422)
    if wrong := await visit.proving.fault_of_viewer(visit.runner, visit.viewer, current, visit.browser):
        return await _view(visit, whose=whose, about="current", wrong=wrong, status=422)
    agency = None if whose == MINE else whose
    try:
        made = await visit.act(keep_keys.make_key, visit.viewer.signed_in, agency)
    except NobodyOfThatName:
        gone = "That agency is not in the roster any more. Choose again."
        return await _view(visit, about="whose", wrong=gone, status=409)
    roster = await visit.roster()
    found = roster.agency(agency) if agency is not None else None
    return visit.view("setup_key_made.html", made=made, agency=found, home=KEYS_VIEW, api=visit.runner.public_url)


@router.get("/revoke")
async def show_revoking(visit: KeyKeeper, key_id: Storable = "") -> Response:
    """What stops when it is revoked; the list, where that has happened. Raises `NoSuchKey`."""
    found = next((one for one in await visit.ask(keep_keys.list_keys) if one.id == key_id), None)
    if found is None:
        raise NoSuchKey(f"no key {key_id!r} was ever made")
    if found.revoked_at is not None:
        return RedirectResponse(KEYS_VIEW, 303)
    roster = await visit.roster()
    others = [
        one for one in await visit.ask(keep_keys.list_keys) if one.agency == found.agency and one.revoked_at is None
    ]
    agency = roster.agency(found.agency) if found.agency else None
    return visit.view(
        "setup_key_revoke.html",
        key=found,
        whose=_whose(found, roster),
        agency=agency,
        left=len(others) - 1,
        home=KEYS_VIEW,
    )


@router.post("/revoke")
async def revoke_key(visit: KeyKeeper, key_id: Filled = "") -> Response:
    """At once and for good. Raises `NoSuchKey`."""
    await visit.act(edit_roster.revoke_key, key_id, visit.actor, Source.WEB)
    return RedirectResponse(KEYS_VIEW, 303)


async def _view(visit: ViewerVisit, *, whose: str = "", about: str = "", wrong: str = "", status: int = 200) -> View:
    found = await visit.ask(keep_keys.list_keys)
    roster = await visit.roster()
    account = await visit.ask(keep_accounts.own_account, visit.viewer.person.id)
    choices = [("", "choose"), *((one.code, f"{one.code} {one.name}") for one in roster.agencies)]
    return visit.view(
        "setup_keys.html",
        status=status,
        working=[(one, _whose(one, roster)) for one in found if one.revoked_at is None],
        revoked=[(one, _whose(one, roster)) for one in found if one.revoked_at is not None],
        choices=[*choices, (MINE, f"{visit.viewer.person.name}, for a script of your own")],
        whose=whose,
        about=about,
        wrong=wrong,
        has_password=account.password_hash is not None,
        home=NAV_ITEM.path,
        here=KEYS_VIEW,
    )


def _whose(key: ApiKey, roster: Roster) -> str:
    """The code of an agency, or the name of a coordinator."""
    return key.agency or roster.name_of(key.coordinator or "")
