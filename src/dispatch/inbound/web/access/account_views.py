"""`/account`: one's own sessions, password, app and recovery codes, walls, and links that let a new browser past
guessers. `/users`: everybody's sessions, for a supervisor. Changing what proves who somebody is, and making a wall,
takes the password once more, since a screen may stand open.
"""

from typing import Annotated

from fastapi import Form
from fastapi.responses import RedirectResponse, Response

from dispatch.actions.access import keep_accounts, let_in, sign_in
from dispatch.actions.access.keep_accounts import HasAccount, MayHaveNoAccount
from dispatch.actions.people import keep_people
from dispatch.actions.people.keep_people import LinkWouldNotArrive, MakesInvitation
from dispatch.actions.roster.edit_roster import NobodyOfThatName
from dispatch.credentials.one_time_codes import new_recovery_codes, new_seed, recovery_hash
from dispatch.credentials.secret_keys import NO_KEYS, NoSecretKeys
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.web.nav import NavItem
from dispatch.inbound.web.views import View
from dispatch.inbound.web.visit import ViewerVisit, Visit, permits, view_router
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

Own = Annotated[ViewerVisit, permits(Permission.KEEP_OWN_ACCOUNT)]
Supervisor = Annotated[ViewerVisit, permits(Permission.MANAGE_ACCOUNTS)]
Typed = Annotated[str, Form()]

_MINUTES = int(LINK_LIVES.total_seconds() // 60)

router = view_router()


@router.get(ACCOUNT)
async def show_account(visit: Own) -> View:
    return await _view(visit)


async def _view(visit: ViewerVisit, *, status: int = 200, about: str = "", wrong: str = "") -> View:
    """`about` names the form in which something is `wrong`: password, codes, app, wall or browser."""
    account = await visit.ask(keep_accounts.own_account, visit.viewer.person.id)
    return visit.view(
        "account.html",
        status=status,
        account=account,
        own=visit.viewer.session,
        lifetime=LIFETIMES[SessionKind.NORMAL],
        may_make_wall=visit.may(Permission.MAKE_WALL),
        may_let_in=visit.may(Permission.LET_IN),
        about=about,
        wrong=wrong,
    )


@router.post(ACCOUNT + "/password")
async def change_password(visit: Own, current: Typed = "", password: Typed = "", again: Typed = "") -> Response:
    wrong = fault_of_password(password, again, visit.viewer.person.id, visit.viewer.person.name)
    wrong = wrong or await visit.proving.fault_of_password(visit.runner, visit.viewer, current, visit.browser)
    if wrong:
        return await _view(visit, status=422, about="password", wrong=wrong)
    password_hash = await visit.proving.passwords.hash(password)
    new = await visit.act(keep_accounts.change_password, visit.viewer.signed_in, password_hash)
    return visit.signed_in(RedirectResponse(ACCOUNT, 303), new)


@router.post(ACCOUNT + "/recovery-codes")
async def renew_recovery_codes(visit: Own, current: Typed = "") -> View:
    if wrong := await visit.proving.fault_of_password(visit.runner, visit.viewer, current, visit.browser):
        return await _view(visit, status=422, about="codes", wrong=wrong)
    codes = new_recovery_codes(visit.runner.chance)
    hashes = [recovery_hash(visit.viewer.person.id, code) for code in codes]
    await visit.act(keep_accounts.renew_recovery_codes, visit.viewer.signed_in, hashes)
    return visit.view("recovery_codes.html", codes=codes, home=ACCOUNT)


@router.post(ACCOUNT + "/app")
async def change_app(visit: Own, current: Typed = "") -> Response:
    """Enrol another phone, the same way as the first time, but without choosing a password."""
    if wrong := await visit.proving.fault_of_password(visit.runner, visit.viewer, current, visit.browser):
        return await _view(visit, status=422, about="app", wrong=wrong)
    try:
        seed = visit.proving.keys.encrypt(new_seed(visit.runner.chance))
    except NoSecretKeys:
        return await _view(visit, status=503, about="app", wrong=NO_KEYS)
    made = await visit.act(keep_accounts.renew_seed, visit.viewer.signed_in, seed)
    return RedirectResponse(WELCOME.format(token=made.token), 303)


@router.post(ACCOUNT + "/sessions/{session_id}/end")
async def end_own_session(session_id: Storable, visit: Own) -> Response:
    if session_id == visit.viewer.session.id:
        return await sign_out(visit)
    await visit.act(keep_accounts.end_session, session_id, visit.viewer.person, own=True)
    return RedirectResponse(ACCOUNT, 303)


@router.post(ACCOUNT + "/sign-out-everywhere")
async def sign_out_everywhere(visit: Own) -> Response:
    """Here too, and on the walls that this person made."""
    await visit.act(keep_accounts.end_all_sessions, visit.viewer.person.id, visit.actor, Source.WEB)
    return RedirectResponse(SIGN_IN, 303)


@router.post("/sign-out")
async def sign_out(visit: Own) -> Response:
    await visit.act(sign_in.sign_out, visit.viewer.signed_in)
    # The cookie stays: it opens nothing any more, and tells that this browser is no stranger's.
    return RedirectResponse(SIGN_IN, 303)


@router.post(ACCOUNT + "/wall")
async def make_wall_link(visit: Annotated[ViewerVisit, permits(Permission.MAKE_WALL)], current: Typed = "") -> View:
    if wrong := await visit.proving.fault_of_viewer(visit.runner, visit.viewer, current, visit.browser):
        return await _view(visit, status=422, about="wall", wrong=wrong)
    token = await visit.act(sign_in.make_wall_link, visit.viewer.signed_in)
    link = visit.runner.public_url + WALL.format(token=token)
    return visit.view("wall_link.html", link=link, minutes=_MINUTES)


@router.post(ACCOUNT + "/let-in")
async def make_browser_link(visit: Annotated[ViewerVisit, permits(Permission.LET_IN)], name: Typed = "") -> View:
    """For a browser of anybody who signs in, oneself too."""
    try:
        made = await visit.act(let_in.make_link, name.strip(), visit.actor, Source.WEB, visit.viewer.signed_in)
    except (NobodyOfThatName, MayHaveNoAccount):
        wrong = "Nobody who signs in is called that, or several are. Use the name that they sign in with."
        return await _view(visit, status=422, about="browser", wrong=wrong)
    link = visit.runner.public_url + LET_IN.format(token=made.token)
    return visit.view("browser_link.html", link=link, minutes=_MINUTES, person=made.person)


# ---- everybody's, for a supervisor ---------------------------------------------------------------------------------


@router.get(NAV_ITEM.path)
async def show_accounts(visit: Supervisor) -> View:
    return await _accounts(visit)


@router.post(NAV_ITEM.path + "/invite")
async def invite_person(visit: Supervisor, name: Typed = "") -> View:
    return await _text_link(visit, keep_accounts.add, name.strip())


@router.post(NAV_ITEM.path + "/{person}/reset")
async def reset_person(person: Storable, visit: Supervisor) -> View:
    return await _text_link(visit, keep_accounts.reset, person)


async def _text_link(visit: ViewerVisit, make: MakesInvitation, name: str) -> View:
    """The link goes to its person's phone alone: whoever saw it could choose their password."""
    try:
        if not visit.proving.keys:
            raise NoSecretKeys(NO_KEYS)
        made = await visit.act(keep_people.text_link, make, name, visit.actor, Source.WEB)
    except (NobodyOfThatName, MayHaveNoAccount, HasAccount, LinkWouldNotArrive, NoSecretKeys) as error:
        return await _accounts(visit, status=409, wrong=str(error))
    done = f"{made.name} is texted a link, which works once within {_MINUTES} minutes."
    return await _accounts(visit, done=done)


async def _accounts(visit: Visit, *, status: int = 200, done: str = "", wrong: str = "") -> View:
    lines = await visit.ask(keep_accounts.list_accounts)
    return visit.view("accounts.html", status=status, lines=lines, done=done, wrong=wrong)


@router.post(NAV_ITEM.path + "/sessions/{session_id}/end")
async def end_session(session_id: Storable, visit: Supervisor) -> Response:
    await visit.act(keep_accounts.end_session, session_id, visit.viewer.person, own=False)
    return RedirectResponse(NAV_ITEM.path, 303)


@router.post(NAV_ITEM.path + "/{person}/sign-out")
async def sign_out_person(person: Storable, visit: Supervisor) -> Response:
    await visit.act(keep_accounts.end_all_sessions, person, visit.actor, Source.WEB)
    return RedirectResponse(NAV_ITEM.path, 303)
