"""What strangers can ask for and make up, drawn from the application's own routes."""

import secrets
import time

from fastapi.routing import iter_route_contexts

from dispatch.app import Service
from dispatch.settings import Settings
from tests.serving.flooding import request

_FORM = "application/x-www-form-urlencoded"
_OURS = "Sec-Fetch-Site: same-origin"
_KEY = f"Authorization: Bearer agency_{'x' * 43}"
_SIGNATURE = "X-Twilio-Signature: " + "A" * 28
_NOWHERE = [("GET", "/nothing"), ("POST", "/v1/nothing"), ("POST", "/twilio/nothing")]


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
    return [asks for door in (*routes(), *_NOWHERE) for asks in _made_up(*door)]


def _made_up(method: str, path: str) -> list[str]:
    shown: list[tuple[str, ...]]
    if path.startswith("/v1/"):
        signed = (f"webhook-id: {'x' * 30}", f"webhook-timestamp: {int(time.time())}", "webhook-signature: v1,AAAA=")
        shown, path = [(_KEY,), signed], f"{path}?agency=LBPD"
    elif path.startswith("/twilio/"):
        shown = [(_SIGNATURE,)]
    else:
        cookies = ("session", "half") if "sign-in" in path else ("session",)
        shown = [(), *((f"Cookie: dispatch-{name}={secrets.token_urlsafe(17)}",) for name in cookies)]
    return [_request(method, path, headers) for headers in shown]


def _request(method: str, path: str, headers: tuple[str, ...]) -> str:
    if method == "GET":
        return request(method, path, b"", *headers, "Accept: text/html", ends="keep-alive")
    body, kind = (b"{}", "application/json") if path.startswith("/v1/") else (b"name=x&password=y&code=123456", _FORM)
    headers = (*headers, _OURS, f"Content-Type: {kind}")
    return request(method, path, body, *headers, ends="keep-alive")
