"""One-time links for signing in. `/welcome/{token}`: choose a password, enrol an app for codes, see the recovery codes
once. `/wall/{token}`: make this screen a wall. `/let-in/{token}`: let this browser past strangers' guesses. Opening
one changes nothing: programs open links to preview them.
"""

from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Form
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
from dispatch.credentials.secret_keys import NO_KEYS, NoSecretKeys
from dispatch.inbound.http.known_links import KnownLink
from dispatch.inbound.http.viewer import ViewerIfAny
from dispatch.inbound.web.views import View
from dispatch.inbound.web.visit import FROM_US, PUBLIC, LinkVisit, TheLinkVisit, view_router
from dispatch.rules.access.sign_in import HOME, LET_IN, SIGN_IN, WALL, WELCOME, fault_of_password
from dispatch.store.access.links import BrowserLink, Link, WallLink

Typed = Annotated[str, Form()]

_WRONG_CODE = (
    "That is not the code that the app shows now. Wait for the next one, and see that your phone's clock is right."
)

router = view_router()


def _known(kind: type[Link]) -> Any:
    """For `dependencies` of what writes: whoever brings a made-up token never gets to the writer."""
    return Depends(KnownLink(kind, partial(sign_in.LinkIsOver, "this link is over")))


@router.get(WELCOME, dependencies=PUBLIC)
async def show_welcome(visit: TheLinkVisit) -> View:
    """As far as the link has led: the password first, then the code."""
    welcome = await visit.ask(keep_accounts.open_welcome, visit.token)
    if not visit.proving.keys:
        raise NoSecretKeys(NO_KEYS)
    if welcome.seed is None:
        return _password_view(visit, welcome)
    return _code_view(visit, welcome, visit.proving.keys.decrypt(welcome.seed))


@router.post(WELCOME + "/password", dependencies=FROM_US)
async def choose_password(visit: TheLinkVisit, password: Typed = "", again: Typed = "") -> Response:
    """Keep the password until a code has proven the seed that is shown next."""
    welcome = await visit.ask(keep_accounts.open_welcome, visit.token)
    if wrong := fault_of_password(password, again, welcome.person.id, welcome.person.name):
        return _password_view(visit, welcome, wrong=wrong, status=422)
    seed = visit.proving.keys.encrypt(new_seed(visit.runner.chance))
    password_hash = await visit.proving.passwords.hash(password)
    await visit.act(keep_accounts.choose_password, visit.token, password_hash, seed)
    return RedirectResponse(WELCOME.format(token=visit.token), 303)


@router.post(WELCOME + "/code", dependencies=FROM_US)
async def prove_seed(visit: TheLinkVisit, code: Typed = "") -> Response:
    """The app shows the right code: the account works, and its owner is signed in."""
    welcome = await visit.ask(keep_accounts.open_welcome, visit.token)
    if welcome.seed is None:
        return RedirectResponse(WELCOME.format(token=visit.token), 303)
    seed = visit.proving.keys.decrypt(welcome.seed)
    step = matching_step(seed, code, visit.runner.now(), None)
    if step is None:
        return _code_view(visit, welcome, seed, wrong=_WRONG_CODE, status=422)
    codes = new_recovery_codes(visit.runner.chance)
    hashes = [recovery_hash(welcome.person.id, code) for code in codes]
    new = await visit.act(keep_accounts.enrol, visit.token, step, hashes, visit.browser)
    return visit.signed_in(visit.view("recovery_codes.html", codes=codes, home=HOME), new)


def _password_view(visit: LinkVisit, welcome: Welcome, *, wrong: str = "", status: int = 200) -> View:
    return visit.view("welcome_password.html", status=status, person=welcome.person, wrong=wrong)


def _code_view(visit: LinkVisit, welcome: Welcome, seed: str, *, wrong: str = "", status: int = 200) -> View:
    uri = enrolment_uri(seed, welcome.person.id)
    return visit.view(
        "welcome_code.html",
        status=status,
        qr=qr_svg(uri),
        uri=uri,
        seed=spaced(seed),
        token=visit.token,
        wrong=wrong,
    )


# ---- a wall --------------------------------------------------------------------------------------------------------


@router.get(WALL, dependencies=PUBLIC)
async def show_wall_link(visit: TheLinkVisit) -> View:
    """Ask whether this is the screen."""
    await visit.ask(sign_in.open_wall_link, visit.token)
    return visit.view("wall.html")


@router.post(WALL, dependencies=[*FROM_US, _known(WallLink)])
async def make_wall(visit: TheLinkVisit) -> Response:
    """This screen is a wall from now on."""
    new = await visit.act(sign_in.make_wall, visit.token, visit.browser)
    return visit.signed_in(RedirectResponse("/", 303), new)


# ---- a new browser -------------------------------------------------------------------------------------------------


@router.get(LET_IN, dependencies=PUBLIC)
async def show_browser_link(visit: TheLinkVisit) -> View:
    """Ask whether this is the browser."""
    await visit.ask(let_in.open_link, visit.token)
    return visit.view("let_in.html")


@router.post(LET_IN, dependencies=[*FROM_US, _known(BrowserLink)])
async def let_browser_in(visit: TheLinkVisit, viewer: ViewerIfAny) -> Response:
    """This browser signs in beside guessers. One that is signed in needs no link, and would lose its session."""
    if viewer is not None:
        return RedirectResponse(HOME, 303)
    new = await visit.act(let_in.let_in, visit.token, visit.browser)
    return visit.signed_in(RedirectResponse(SIGN_IN, 303), new)
