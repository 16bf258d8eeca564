"""`/account`: one's own sessions, password, app and recovery codes, and walls. `/users`: everybody's sessions, for a
supervisor. Changing what proves who somebody is takes the password once more, since a screen may stand open.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from dispatch.actions.access import keep_accounts, sign_in
from dispatch.actions.runner import Runner
from dispatch.credentials.one_time_codes import new_recovery_codes, new_seed, recovery_hash
from dispatch.credentials.secret_keys import NO_KEYS, NoSecretKeys
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.http.forms import FormRoute
from dispatch.inbound.http.proving import Proving, TheBrowser, TheProving
from dispatch.inbound.http.state import TheRunner
from dispatch.inbound.http.viewer import Viewer, permits
from dispatch.inbound.web.nav import NavItem
from dispatch.inbound.web.views import UI, View
from dispatch.rules.access.permissions import Permission
from dispatch.rules.access.sign_in import (
    ACCOUNT,
    LIFETIMES,
    LINK_LIVES,
    SIGN_IN,
    WALL,
    WELCOME,
    SessionKind,
    fault_of_password,
)
from dispatch.rules.facts.actors import Source

NAV_ITEM = NavItem("Accounts", "/users", Permission.MANAGE_ACCOUNTS)

Own = Annotated[Viewer, Depends(permits(Permission.KEEP_OWN_ACCOUNT))]
Supervisor = Annotated[Viewer, Depends(permits(Permission.MANAGE_ACCOUNTS))]
Typed = Annotated[str, Form()]

_WRONG = "That is not your password."

router = APIRouter(include_in_schema=False, route_class=FormRoute)


@router.get(ACCOUNT)
async def show_account(request: Request, runner: TheRunner, viewer: Own) -> View:
    return await _view(request, runner, viewer)


async def _view(
    request: Request, runner: Runner, viewer: Viewer, *, status: int = 200, about: str = "", wrong: str = ""
) -> View:
    """`about` names the form in which something is `wrong`: password, codes or app."""
    account = await runner.ask(keep_accounts.own_account, viewer.person.id)
    return UI.page(
        request,
        "account.html",
        status=status,
        account=account,
        own=viewer.session,
        lifetime=LIFETIMES[SessionKind.NORMAL],
        may_make_wall=viewer.may(Permission.MAKE_WALL),
        about=about,
        wrong=wrong,
    )


@router.post(ACCOUNT + "/password")
async def change_password(
    request: Request,
    runner: TheRunner,
    proving: TheProving,
    browser: TheBrowser,
    viewer: Own,
    current: Typed = "",
    password: Typed = "",
    again: Typed = "",
) -> Response:
    wrong = fault_of_password(password, again, viewer.person.id, viewer.person.name)
    wrong = wrong or await _fault_of_current(runner, proving, browser, viewer, current)
    if wrong:
        return await _view(request, runner, viewer, status=422, about="password", wrong=wrong)
    await runner.act(keep_accounts.change_password, viewer.signed_in, await proving.passwords.hash(password))
    return RedirectResponse(ACCOUNT, 303)


@router.post(ACCOUNT + "/recovery-codes")
async def renew_recovery_codes(
    request: Request, runner: TheRunner, proving: TheProving, browser: TheBrowser, viewer: Own, current: Typed = ""
) -> View:
    if wrong := await _fault_of_current(runner, proving, browser, viewer, current):
        return await _view(request, runner, viewer, status=422, about="codes", wrong=wrong)
    codes = new_recovery_codes(runner.chance)
    hashes = [recovery_hash(viewer.person.id, code) for code in codes]
    await runner.act(keep_accounts.renew_recovery_codes, viewer.signed_in, hashes)
    return UI.page(request, "recovery_codes.html", codes=codes, home=ACCOUNT)


@router.post(ACCOUNT + "/app")
async def change_app(
    request: Request, runner: TheRunner, proving: TheProving, browser: TheBrowser, viewer: Own, current: Typed = ""
) -> Response:
    """Enrol another phone, the same way as the first time, but without choosing a password."""
    if wrong := await _fault_of_current(runner, proving, browser, viewer, current):
        return await _view(request, runner, viewer, status=422, about="app", wrong=wrong)
    try:
        seed = proving.keys.encrypt(new_seed(runner.chance))
    except NoSecretKeys:
        return await _view(request, runner, viewer, status=503, about="app", wrong=NO_KEYS)
    made = await runner.act(keep_accounts.renew_seed, viewer.signed_in, seed)
    return RedirectResponse(WELCOME.format(token=made.token), 303)


async def _fault_of_current(
    runner: Runner, proving: Proving, browser: TheBrowser, viewer: Viewer, current: str
) -> str | None:
    """What is wrong with the password that this person has now; None when it is right."""
    right = await proving.password(runner, viewer.person.id, current, browser, sign_in.confirm)
    return None if right else _WRONG


@router.post(ACCOUNT + "/sessions/{session_id}/end")
async def end_own_session(session_id: Storable, runner: TheRunner, viewer: Own) -> Response:
    await runner.act(keep_accounts.end_session, session_id, viewer.person, own=True)
    return RedirectResponse(ACCOUNT, 303)


@router.post(ACCOUNT + "/sign-out-everywhere")
async def sign_out_everywhere(request: Request, runner: TheRunner, viewer: Own) -> Response:
    """Here too, and on the walls that this person made."""
    await runner.act(keep_accounts.end_all_sessions, viewer.person.id, viewer.actor, Source.WEB)
    return RedirectResponse(SIGN_IN, 303)


@router.post("/sign-out")
async def sign_out(runner: TheRunner, viewer: Own) -> Response:
    await runner.act(sign_in.sign_out, viewer.signed_in)
    # The cookie stays: it opens nothing any more, and tells that this browser is no stranger's.
    return RedirectResponse(SIGN_IN, 303)


@router.post(ACCOUNT + "/wall")
async def make_wall_link(
    request: Request, runner: TheRunner, viewer: Annotated[Viewer, Depends(permits(Permission.MAKE_WALL))]
) -> View:
    token = await runner.act(sign_in.make_wall_link, viewer.person)
    minutes = int(LINK_LIVES.total_seconds() // 60)
    return UI.page(request, "wall_link.html", link=runner.public_url + WALL.format(token=token), minutes=minutes)


# ---- everybody's, for a supervisor ---------------------------------------------------------------------------------


@router.get(NAV_ITEM.path)
async def show_accounts(request: Request, runner: TheRunner, viewer: Supervisor) -> View:
    return UI.page(request, "accounts.html", lines=await runner.ask(keep_accounts.list_accounts))


@router.post(NAV_ITEM.path + "/sessions/{session_id}/end")
async def end_session(session_id: Storable, runner: TheRunner, viewer: Supervisor) -> Response:
    await runner.act(keep_accounts.end_session, session_id, viewer.person, own=False)
    return RedirectResponse(NAV_ITEM.path, 303)


@router.post(NAV_ITEM.path + "/{person}/sign-out")
async def sign_out_person(person: Storable, runner: TheRunner, viewer: Supervisor) -> Response:
    await runner.act(keep_accounts.end_all_sessions, person, viewer.actor, Source.WEB)
    return RedirectResponse(NAV_ITEM.path, 303)
