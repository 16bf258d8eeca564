"""Signing in: a password, then a code on a view of its own; or by the identity provider."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Query
from fastapi.responses import RedirectResponse, Response

from dispatch.actions.access import sign_in
from dispatch.actions.access.sign_in import NewSession, SignInOver, TooSoon
from dispatch.credentials.journeys import Journey
from dispatch.credentials.secret_keys import NoSecretKeys, NotDecryptable
from dispatch.inbound.http import cookies
from dispatch.inbound.http.conflicts import again_on_conflict
from dispatch.inbound.http.viewer import ViewerIfAny
from dispatch.inbound.web.views import View
from dispatch.inbound.web.visit import FROM_US, PUBLIC, TheVisit, Visit, view_router
from dispatch.outbound.identity_trouble import NotProven, ProviderTrouble
from dispatch.rules.access.sign_in import CODE_WAITS, HOME, PROVIDER_WAITS, SIGN_IN, network_of, safe_next

Next = Annotated[str, Query(alias="next")]
NextField = Annotated[str, Form(alias="next")]
Typed = Annotated[str, Form()]

_CODE = f"{SIGN_IN}/code"
_PROVIDER = f"{SIGN_IN}/provider"
_BACK = f"{_PROVIDER}/back"
_WRONG = "That name and password do not fit together. Look at both; capitals count in the password."
_WRONG_CODE = "That code is not right, or was used before. Wait for the next one in your app, or use a recovery code."
_OVER = "That took too long, so begin again."
_NO_JOURNEY = "That took too long, or began in another browser, so begin again below."
_KEYS_ARE_MISSING = (
    "Your code cannot be checked: DISPATCH_SECRET_KEYS lacks the key that it was kept under. Tell whoever runs the "
    "service; your account is as it was."
)

router = view_router()


@router.get(SIGN_IN, dependencies=PUBLIC)
async def show_sign_in(visit: TheVisit, viewer: ViewerIfAny, wanted: Next = HOME) -> Response:
    """Everybody without a session comes here. Whoever has one goes on."""
    if viewer is not None:
        return RedirectResponse(safe_next(wanted), 303)
    return _view(visit, wanted)


@router.post(SIGN_IN, dependencies=FROM_US)
async def try_password(visit: TheVisit, name: Typed = "", password: Typed = "", wanted: NextField = HOME) -> Response:
    """Check the password; if it is right, the code is next."""
    half = await visit.proving.password(visit.runner, name.strip(), password, visit.browser, sign_in.take_password)
    if half is None:
        return _view(visit, wanted, name=name, wrong=_WRONG, status=422)
    answer = RedirectResponse(f"{_CODE}?{urlencode({'next': safe_next(wanted)})}", 303)
    cookies.give(visit.request, answer, "dispatch-half", half.token, CODE_WAITS)
    return answer


@router.get(_CODE, dependencies=PUBLIC)
async def show_code(visit: TheVisit, wanted: Next = HOME) -> Response:
    """Ask for the code, once the password was right."""
    try:
        await visit.ask(sign_in.half_session, cookies.read(visit.request, "dispatch-half") or "")
    except SignInOver:
        return RedirectResponse(SIGN_IN, 303)
    return _code_view(visit, wanted)


@router.post(_CODE, dependencies=FROM_US)
async def try_code(visit: TheVisit, code: Typed = "", wanted: NextField = HOME) -> Response:
    """Check the code; if it is right too, they are signed in."""
    half = cookies.read(visit.request, "dispatch-half") or ""
    try:
        await visit.ask(sign_in.half_session, half)  # whoever has made one up never queues with those who write
        new = await visit.proving.code(visit.runner, half, code, visit.browser)
    except SignInOver:
        return _view(visit, wanted, wrong=_OVER, status=422)
    except TooSoon as error:
        seconds = int(error.wait.total_seconds()) + 1
        wrong = (
            f"After several wrong codes there is a pause. Try again in {seconds} seconds; nothing is locked. If others "
            "guess at your code, a coordinator can let this browser in at once."
        )
        return _code_view(visit, wanted, wrong=wrong, status=429, headers={"Retry-After": str(seconds)})
    except (NoSecretKeys, NotDecryptable):
        return _code_view(visit, wanted, wrong=_KEYS_ARE_MISSING, status=503)
    if new is None:
        return _code_view(visit, wanted, wrong=_WRONG_CODE, status=422)
    return _go_on(visit, new, wanted)


# ---- by the identity provider --------------------------------------------------------------------------------------


@router.get(_PROVIDER, dependencies=PUBLIC)
async def leave_for_provider(visit: TheVisit, wanted: Next = HOME) -> Response:
    """Off to the provider. What is to be compared on the way back stays with this browser, in a cookie."""
    if visit.proving.provider is None:
        return RedirectResponse(SIGN_IN, 303)
    verifier = visit.runner.new_token() + visit.runner.new_token()
    journey = Journey(visit.runner.new_token(), visit.runner.new_token(), verifier, safe_next(wanted))
    try:
        url = await visit.proving.provider.authorization_url(
            visit.runner.public_url + _BACK,
            state=journey.state,
            nonce=journey.nonce,
            verifier=journey.verifier,
            asker=network_of(visit.browser.address),
        )
    except ProviderTrouble as error:
        return _view(visit, wanted, wrong=_trouble(error), status=503)
    answer = RedirectResponse(url, 303)
    signed = visit.proving.journeys.signed(journey, visit.runner.now())
    cookies.give(visit.request, answer, "dispatch-provider", signed, PROVIDER_WAITS)
    return answer


@router.get(_BACK, dependencies=PUBLIC)
async def come_back_from_provider(visit: TheVisit, code: str = "", state: str = "") -> Response:
    """Back from the provider, with its word for who this is; each journey ends once. One that we did not sign waits for
    nothing."""
    journey = visit.proving.journeys.opened(cookies.read(visit.request, "dispatch-provider") or "", visit.runner.now())
    if visit.proving.provider is None or journey is None or state != journey.state:
        return _view(visit, HOME, wrong=_NO_JOURNEY, status=422)
    wanted = journey.wanted
    try:
        words = await visit.proving.provider.identify(
            code,
            visit.runner.public_url + _BACK,
            nonce=journey.nonce,
            verifier=journey.verifier,
            asker=network_of(visit.browser.address),
        )
    except NotProven as error:
        answer: Response = _view(visit, wanted, wrong=f"You are not signed in: {error}.", status=422)
    except ProviderTrouble as error:
        answer = _view(visit, wanted, wrong=_trouble(error), status=503)
    else:
        new = await again_on_conflict(lambda: visit.act(sign_in.sign_in_by_provider, words, visit.browser))
        if new is not None:
            answer = _go_on(visit, new, wanted)
        else:
            wrong = "The identity provider knows you, but nobody in the roster has you as sign_in. Ask a supervisor."
            answer = _view(visit, wanted, wrong=wrong, status=403)
    cookies.take(visit.request, answer, "dispatch-provider")
    return answer


def _trouble(error: ProviderTrouble) -> str:
    return f"The identity provider cannot be asked just now ({error}). If you have a password, it works."


# ---- views ---------------------------------------------------------------------------------------------------------


def _view(visit: Visit, wanted: str, *, name: str = "", wrong: str = "", status: int = 200) -> View:
    wanted = safe_next(wanted)
    by_provider = f"{_PROVIDER}?{urlencode({'next': wanted})}" if visit.proving.provider else None
    return visit.view("sign_in.html", status=status, wanted=wanted, name=name, wrong=wrong, by_provider=by_provider)


def _code_view(
    visit: Visit, wanted: str, *, wrong: str = "", status: int = 200, headers: dict[str, str] | None = None
) -> View:
    return visit.view("sign_in_code.html", status=status, headers=headers, wanted=safe_next(wanted), wrong=wrong)


def _go_on(visit: Visit, new: NewSession, wanted: str) -> Response:
    answer = visit.signed_in(RedirectResponse(safe_next(wanted), 303), new)
    cookies.take(visit.request, answer, "dispatch-half")
    return answer
