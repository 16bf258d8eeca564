"""Dark or light: the system's choice, unless a person chose here. The choice is a cookie, so no script is needed."""

from typing import Annotated, Literal, get_args
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse

from dispatch.inbound.http.cookies import SCHEME
from dispatch.inbound.http.forms import FormRoute
from dispatch.inbound.http.viewer import public
from dispatch.rules.access.sign_in import HOME, is_path_of_ours

Scheme = Literal["system", "light", "dark"]
_SCHEMES: tuple[Scheme, ...] = get_args(Scheme)

_KEPT_SECONDS = 365 * 24 * 3600

router = APIRouter(include_in_schema=False, route_class=FormRoute)


def chosen(request: Request) -> Scheme:
    """What whoever looks has chosen; "system" when nothing."""
    kept = request.cookies.get(SCHEME)
    return next((one for one in _SCHEMES if one == kept), "system")


def address_of(request: Request) -> str:
    """Where the switch on this view comes back to: the view with its filters, or / when a form brought it."""
    if request.method not in {"GET", "HEAD"}:
        return "/"
    query = request.url.query
    return quote(request.url.path) + (f"?{query}" if query else "")


@router.post("/display", dependencies=[Depends(public)])
async def choose(scheme: Annotated[Scheme, Form()], back: Annotated[str, Form()] = "/") -> RedirectResponse:
    """Keep the choice, and go back to the view that the form was on."""
    answer = RedirectResponse(back if is_path_of_ours(back) else HOME, 303)
    if scheme == "system":
        answer.delete_cookie(SCHEME)
    else:
        answer.set_cookie(SCHEME, scheme, max_age=_KEPT_SECONDS, httponly=True, samesite="lax")
    return answer
