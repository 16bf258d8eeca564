"""`/account`: one's own sessions, password, app and recovery codes, walls, and links that let a new browser past
guessers. `/users`: everybody's sessions, for a supervisor. Changing what proves who somebody is, and making a wall,
takes the password once more, since a screen may stand open.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from dispatch.actions.access import keep_accounts, let_in, sign_in
from dispatch.actions.access.keep_accounts import HasAccount, MayHaveNoAccount
from dispatch.actions.people import keep_people
from dispatch.actions.people.keep_people import LinkWouldNotArrive, MakesInvitation
from dispatch.actions.roster.edit_roster import NobodyOfThatName
from dispatch.actions.runner import Runner
from dispatch.credentials.one_time_codes import new_recovery_codes, new_seed, recovery_hash
from dispatch.credentials.secret_keys import NO_KEYS, NoSecretKeys
from dispatch.inbound.http import cookies
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
    LET_IN,
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

_MINUTES = int(LINK_LIVES.total_seconds() // 60)

router = APIRouter(include_in_schema=False, route_class=FormRoute)


@router.get(ACCOUNT)
async def show_account(request: Request, runner: TheRunner, viewer: Own) -> View:
    return await _view(request, runner, viewer)


async def _view(
    request: Request, runner: Runner, viewer: Viewer, *, status: int = 200, about: str = "", wrong: str = ""
) -> View:
    """`about` names the form in which something is `wrong`: password, codes, app, wall or browser."""
    account = await runner.ask(keep_accounts.own_account, viewer.person.id)
    return UI.view(
        request,
        "account.html",
        status=status,
        account=account,
        own=viewer.session,
        lifetime=LIFETIMES[SessionKind.NORMAL],
        may_make_wall=viewer.may(Permission.MAKE_WALL),
        may_let_in=viewer.may(Permission.LET_IN),
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
    wrong = wrong or await proving.fault_of_password(runner, viewer, current, browser)
    if wrong:
        return await _view(request, runner, viewer, status=422, about="password", wrong=wrong)
    new = await runner.act(keep_accounts.change_password, viewer.signed_in, await proving.passwords.hash(password))
    answer = RedirectResponse(ACCOUNT, 303)
    cookies.give(request, answer, "dispatch-session", new.token, cookies.KEPT_FOR)
    return answer


@router.post(ACCOUNT + "/recovery-codes")
async def renew_recovery_codes(
    request: Request, runner: TheRunner, proving: TheProving, browser: TheBrowser, viewer: Own, current: Typed = ""
) -> View:
    if wrong := await proving.fault_of_password(runner, viewer, current, browser):
        return await _view(request, runner, viewer, status=422, about="codes", wrong=wrong)
    codes = new_recovery_codes(runner.chance)
    hashes = [recovery_hash(viewer.person.id, code) for code in codes]
    await runner.act(keep_accounts.renew_recovery_codes, viewer.signed_in, hashes)
    return UI.view(request, "recovery_codes.html", codes=codes, home=ACCOUNT)


@router.post(ACCOUNT + "/app")
async def change_app(
    request: Request, runner: TheRunner, proving: TheProving, browser: TheBrowser, viewer: Own, current: Typed = ""
) -> Response:
    """Enrol another phone, the same way as the first time, but without choosing a password."""
    if wrong := await proving.fault_of_password(runner, viewer, current, browser):
        return await _view(request, runner, viewer, status=422, about="app", wrong=wrong)
    try:
        seed = proving.keys.encrypt(new_seed(runner.chance))
    except NoSecretKeys:
        return await _view(request, runner, viewer, status=503, about="app", wrong=NO_KEYS)
    made = await runner.act(keep_accounts.renew_seed, viewer.signed_in, seed)
    return RedirectResponse(WELCOME.format(token=made.token), 303)


@router.post(ACCOUNT + "/sessions/{session_id}/end")
async def end_own_session(session_id: Storable, runner: TheRunner, viewer: Own) -> Response:
    if session_id == viewer.session.id:
        return await sign_out(runner, viewer)
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
    request: Request,
    runner: TheRunner,
    proving: TheProving,
    browser: TheBrowser,
    viewer: Annotated[Viewer, Depends(permits(Permission.MAKE_WALL))],
    current: Typed = "",
) -> View:
    if wrong := await proving.fault_of_viewer(runner, viewer, current, browser):
        return await _view(request, runner, viewer, status=422, about="wall", wrong=wrong)
    token = await runner.act(sign_in.make_wall_link, viewer.signed_in)
    link = runner.public_url + WALL.format(token=token)
    return UI.view(request, "wall_link.html", link=link, minutes=_MINUTES)


@router.post(ACCOUNT + "/let-in")
async def make_browser_link(
    request: Request,
    runner: TheRunner,
    viewer: Annotated[Viewer, Depends(permits(Permission.LET_IN))],
    name: Typed = "",
) -> View:
    """For a browser of anybody who signs in, oneself too."""
    try:
        made = await runner.act(let_in.make_link, name.strip(), viewer.actor, Source.WEB, viewer.signed_in)
    except (NobodyOfThatName, MayHaveNoAccount):
        wrong = "Nobody who signs in is called that, or several are. Use the name that they sign in with."
        return await _view(request, runner, viewer, status=422, about="browser", wrong=wrong)
    link = runner.public_url + LET_IN.format(token=made.token)
    return UI.view(request, "browser_link.html", link=link, minutes=_MINUTES, person=made.person)


# ---- everybody's, for a supervisor ---------------------------------------------------------------------------------


@router.get(NAV_ITEM.path)
async def show_accounts(request: Request, runner: TheRunner, viewer: Supervisor) -> View:
    return await _accounts(request, runner)


@router.post(NAV_ITEM.path + "/invite")
async def invite_person(
    request: Request, runner: TheRunner, proving: TheProving, viewer: Supervisor, name: Typed = ""
) -> View:
    return await _text_link(request, runner, proving, viewer, keep_accounts.add, name.strip())


@router.post(NAV_ITEM.path + "/{person}/reset")
async def reset_person(
    person: Storable, request: Request, runner: TheRunner, proving: TheProving, viewer: Supervisor
) -> View:
    return await _text_link(request, runner, proving, viewer, keep_accounts.reset, person)


async def _text_link(
    request: Request, runner: Runner, proving: Proving, viewer: Viewer, make: MakesInvitation, name: str
) -> View:
    """The link goes to its person's phone alone: whoever saw it could choose their password."""
    try:
        if not proving.keys:
            raise NoSecretKeys(NO_KEYS)
        made = await runner.act(keep_people.text_link, make, name, viewer.actor, Source.WEB)
    except (NobodyOfThatName, MayHaveNoAccount, HasAccount, LinkWouldNotArrive, NoSecretKeys) as error:
        return await _accounts(request, runner, status=409, wrong=str(error))
    done = f"{made.name} is texted a link, which works once within {_MINUTES} minutes."
    return await _accounts(request, runner, done=done)


async def _accounts(request: Request, runner: Runner, *, status: int = 200, done: str = "", wrong: str = "") -> View:
    lines = await runner.ask(keep_accounts.list_accounts)
    return UI.view(request, "accounts.html", status=status, lines=lines, done=done, wrong=wrong)


@router.post(NAV_ITEM.path + "/sessions/{session_id}/end")
async def end_session(session_id: Storable, runner: TheRunner, viewer: Supervisor) -> Response:
    await runner.act(keep_accounts.end_session, session_id, viewer.person, own=False)
    return RedirectResponse(NAV_ITEM.path, 303)


@router.post(NAV_ITEM.path + "/{person}/sign-out")
async def sign_out_person(person: Storable, runner: TheRunner, viewer: Supervisor) -> Response:
    await runner.act(keep_accounts.end_all_sessions, person, viewer.actor, Source.WEB)
    return RedirectResponse(NAV_ITEM.path, 303)
