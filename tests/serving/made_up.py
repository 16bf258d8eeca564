"""What strangers can ask for and make up, drawn from the application's own routes."""

import secrets
import time
from itertools import groupby

from fastapi.routing import iter_route_contexts

from dispatch.app import Service
from dispatch.settings import Settings
from tests.serving.flooding import request

_FORM = "application/x-www-form-urlencoded"
_OURS = "Sec-Fetch-Site: same-origin"
_KEY = f"Authorization: Bearer agency_{'x' * 43}"
_SIGNATURE = "X-Twilio-Signature: " + "A" * 28
_NOWHERE = [("GET", "/nothing"), ("POST", "/v1/nothing"), ("POST", "/twilio/nothing")]
_MORE = [("GET", "/board/events"), ("POST", "/sign-in/code"), ("POST", "/v1/callouts")]


def routes() -> list[tuple[str, str]]:
    """The method and the address of every door, with a made-up value for each parameter."""
    web = Service(Settings(database_url="sqlite:///:memory:", twilio_account_sid="AC1", twilio_from="+15625550100")).web
    token = secrets.token_urlsafe(17)
    return [
        (method, str(route.path).replace("{token}", token).replace("{", "").replace("}", ""))
        for route in iter_route_contexts(web.routes)
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]


def everything() -> list[str]:
    """A request at every door, and where there is none, with each thing that a stranger can make up there."""
    return [asks for door in (*routes(), *_NOWHERE) for _, asks in _made_up(*door)]


def doors() -> list[tuple[str, str]]:
    """One request at a door of each method below each first part of an address, with what a stranger can make up
    there; and what it is, in words."""
    ordered = sorted([*routes(), *_NOWHERE], key=_place)
    some = [next(group) for _, group in groupby(ordered, key=_place)]
    each = [(door, one[number % len(one)]) for number, door in enumerate(some) if (one := _made_up(*door))]
    more = [(door, _made_up(*door)[-1]) for door in _MORE]
    return [(f"{method} {path}, {what}", asks) for (method, path), (what, asks) in (*each, *more)]


def _place(door: tuple[str, str]) -> tuple[str, str]:
    method, path = door
    return path.split("/")[1], method


def _made_up(method: str, path: str) -> list[tuple[str, str]]:
    if path.startswith("/v1/"):
        signed = (f"webhook-id: {'x' * 30}", f"webhook-timestamp: {int(time.time())}", "webhook-signature: v1,AAAA=")
        shown = {"a key": (_KEY,), "a signature": signed}
    elif path.startswith("/twilio/"):
        shown = {"a signature": (_SIGNATURE,)}
    else:
        shown = {"nothing": (), "a session": (f"Cookie: dispatch-session={secrets.token_urlsafe(17)}",)}
        shown |= (
            {"half a session": (f"Cookie: dispatch-half={secrets.token_urlsafe(17)}",)} if "sign-in" in path else {}
        )
    query = "?agency=LBPD" if path.startswith("/v1/") else ""
    return [(what, _request(method, path + query, headers)) for what, headers in shown.items()]


def _request(method: str, path: str, headers: tuple[str, ...]) -> str:
    if method == "GET":
        return request(method, path, b"", *headers, "Accept: text/html", ends="keep-alive")
    body, kind = (b"{}", "application/json") if path.startswith("/v1/") else (b"name=x&password=y&code=123456", _FORM)
    headers = (*headers, _OURS, f"Content-Type: {kind}")
    return request(method, path, body, *headers, ends="keep-alive")
