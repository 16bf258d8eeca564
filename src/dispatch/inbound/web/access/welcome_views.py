"""One-time links for signing in. `/welcome/{token}`: choose a password, enrol an app for codes, see the recovery codes
once. `/wall/{token}`: make this screen a wall. `/let-in/{token}`: let this browser past strangers' guesses. Opening
one changes nothing: programs open links to preview them.
"""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from dispatch.actions.access import keep_accounts, let_in, sign_in
from dispatch.actions.access.keep_accounts import Welcome
from dispatch.credentials.one_time_codes import (
    enrolment_uri,
    matching_step,
    new_recovery_codes,
    new_seed,
    qr_svg,
    recovery_hash,
    spaced,
)
from dispatch.credentials.secret_keys import NO_KEYS, NoSecretKeys, NotDecryptable
from dispatch.inbound.http import cookies
from dispatch.inbound.http.forms import FormRoute
from dispatch.inbound.http.known_links import KnownLink
from dispatch.inbound.http.proving import Proving, TheBrowser, TheProving
from dispatch.inbound.http.same_origin import from_own_view
from dispatch.inbound.http.state import TheRunner
from dispatch.inbound.http.viewer import ViewerIfAny, public
from dispatch.inbound.web.views import UI, View
from dispatch.rules.access.sign_in import HOME, LET_IN, SIGN_IN, WALL, WELCOME, fault_of_password
from dispatch.store.access.links import BrowserLink, Link, WallLink

Typed = Annotated[str, Form()]

_WRONG_CODE = (
    "That is not the code that the app shows now. Wait for the next one, and see that your phone's clock is right."
)

router = APIRouter(include_in_schema=False, route_class=FormRoute)
_PUBLIC = [Depends(public)]
_FROM_US = [Depends(public), Depends(from_own_view)]


def _known(kind: type[Link]) -> Any:
    """For `dependencies` of what writes: whoever brings a made-up token never gets to the writer."""
    return Depends(KnownLink(kind, partial(sign_in.LinkIsOver, "this link is over")))


@router.get(WELCOME, dependencies=_PUBLIC)
async def show_welcome(token: str, request: Request, runner: TheRunner, proving: TheProving) -> View:
    """As far as the link has led: the password first, then the code."""
    welcome = await runner.ask(keep_accounts.open_welcome, token)
    return _step(request, token, welcome, proving)


@router.post(WELCOME + "/password", dependencies=_FROM_US)
async def choose_password(
    token: str,
    request: Request,
    runner: TheRunner,
    proving: TheProving,
    password: Typed = "",
    again: Typed = "",
) -> Response:
    """Keep the password until a code has proven the seed that is shown next."""
    try:
        welcome = await runner.ask(keep_accounts.open_welcome, token)
        if wrong := fault_of_password(password, again, welcome.person.id, welcome.person.name):
            return _password_view(request, welcome, wrong=wrong, status=422)
        seed = proving.keys.encrypt(new_seed(runner.chance))
        password_hash = await proving.passwords.hash(password)
        await runner.act(keep_accounts.choose_password, token, password_hash, seed)
    except NoSecretKeys:
        return _refused(request)
    return RedirectResponse(WELCOME.format(token=token), 303)


@router.post(WELCOME + "/code", dependencies=_FROM_US)
async def prove_seed(
    token: str, request: Request, runner: TheRunner, proving: TheProving, browser: TheBrowser, code: Typed = ""
) -> Response:
    """The app shows the right code: the account works, and its owner is signed in."""
    try:
        welcome = await runner.ask(keep_accounts.open_welcome, token)
        if welcome.seed is None:
            return RedirectResponse(WELCOME.format(token=token), 303)
        seed = proving.keys.decrypt(welcome.seed)
        step = matching_step(seed, code, runner.now(), None)
        if step is None:
            return _code_view(request, token, welcome, seed, wrong=_WRONG_CODE, status=422)
        codes = new_recovery_codes(runner.chance)
        hashes = [recovery_hash(welcome.person.id, code) for code in codes]
        new = await runner.act(keep_accounts.enrol, token, step, hashes, browser)
    except (NoSecretKeys, NotDecryptable):
        return _refused(request)
    answer = UI.view(request, "recovery_codes.html", codes=codes, home=HOME)
    cookies.give(request, answer, "dispatch-session", new.token, cookies.KEPT_FOR)
    return answer


def _step(request: Request, token: str, welcome: Welcome, proving: Proving) -> View:
    if not proving.keys:
        return _refused(request)
    if welcome.seed is None:
        return _password_view(request, welcome)
    try:
        return _code_view(request, token, welcome, proving.keys.decrypt(welcome.seed))
    except NotDecryptable:
        return _refused(request)


def _password_view(request: Request, welcome: Welcome, *, wrong: str = "", status: int = 200) -> View:
    return UI.view(request, "welcome_password.html", status=status, person=welcome.person, wrong=wrong)


def _code_view(
    request: Request, token: str, welcome: Welcome, seed: str, *, wrong: str = "", status: int = 200
) -> View:
    uri = enrolment_uri(seed, welcome.person.id)
    return UI.view(
        request,
        "welcome_code.html",
        status=status,
        qr=qr_svg(uri),
        uri=uri,
        seed=spaced(seed),
        token=token,
        wrong=wrong,
    )


def _refused(request: Request) -> View:
    return UI.view(request, "error.html", status=503, title="Nobody can enrol yet", detail=NO_KEYS)


# ---- a wall --------------------------------------------------------------------------------------------------------


@router.get(WALL, dependencies=_PUBLIC)
async def show_wall_link(token: str, request: Request, runner: TheRunner) -> View:
    """Ask whether this is the screen."""
    await runner.ask(sign_in.open_wall_link, token)
    return UI.view(request, "wall.html")


@router.post(WALL, dependencies=[*_FROM_US, _known(WallLink)])
async def make_wall(token: str, request: Request, runner: TheRunner, browser: TheBrowser) -> Response:
    """This screen is a wall from now on."""
    new = await runner.act(sign_in.make_wall, token, browser)
    answer = RedirectResponse("/", 303)
    cookies.give(request, answer, "dispatch-session", new.token, cookies.KEPT_FOR)
    return answer


# ---- a new browser -------------------------------------------------------------------------------------------------


@router.get(LET_IN, dependencies=_PUBLIC)
async def show_browser_link(token: str, request: Request, runner: TheRunner) -> View:
    """Ask whether this is the browser."""
    await runner.ask(let_in.open_link, token)
    return UI.view(request, "let_in.html")


@router.post(LET_IN, dependencies=[*_FROM_US, _known(BrowserLink)])
async def let_browser_in(
    token: str, request: Request, runner: TheRunner, browser: TheBrowser, viewer: ViewerIfAny
) -> Response:
    """This browser signs in beside guessers. One that is signed in needs no link, and would lose its session."""
    if viewer is not None:
        return RedirectResponse(HOME, 303)
    new = await runner.act(let_in.let_in, token, browser)
    answer = RedirectResponse(SIGN_IN, 303)
    cookies.give(request, answer, "dispatch-session", new.token, cookies.KEPT_FOR)
    return answer
