"""Our cookies. Each holds a token and nothing about its owner.

The law: over https a cookie's name begins with `__Host-`, so that no other host or port can plant one (RFC 6265bis,
section 4.1.3.2). On plain http, on one's own machine, browsers refuse such a name. And nothing reads a cookie that is
not ours: `OnlyOurs` takes all others out of the request.
"""

import re
from datetime import timedelta
from typing import Literal

from fastapi import Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dispatch.inbound.http.header_lists import parts

_NAMES = ("dispatch-session", "dispatch-half", "dispatch-provider")
SCHEME = "scheme"
"""Dark or light (`web/display.py`): it proves nothing, so whoever plants it has won nothing."""
_ALL = frozenset((*_NAMES, *(f"__Host-{name}" for name in _NAMES)))

# A session's own end is in the database. Its cookie stays, so that a browser is known by a session that has ended.
KEPT_FOR = timedelta(days=400)  # the longest that browsers keep one (RFC 6265bis, section 5.5)

Cookie = Literal["dispatch-session", "dispatch-half", "dispatch-provider"]
"""Who is signed in; whose password was right a moment ago; who has left for the identity provider."""


def read(request: Request, name: Cookie) -> str | None:
    return request.cookies.get(_called(request, name))


def give(request: Request, response: Response, name: Cookie, value: str, kept_for: timedelta) -> None:
    called = _called(request, name)
    response.set_cookie(
        called,
        value,
        max_age=int(kept_for.total_seconds()),
        path="/",
        secure=called.startswith("__Host-"),
        httponly=True,
        samesite="lax",
    )


def take(request: Request, response: Response, name: Cookie) -> None:
    """Make the browser forget it."""
    give(request, response, name, "", timedelta(0))


def carries_ours(header: str) -> bool:
    """Whether a Cookie header holds one of ours."""
    return any(pair.partition("=")[0].strip() in _ALL for pair in parts(header, ";"))


# Quotes stand around a value that ends in "=".
_OURS = re.compile(rb'(?:%s)="?[\w.~=-]{0,4096}"?' % "|".join(sorted({*_ALL, SCHEME})).encode(), re.ASCII)


class OnlyOurs:
    """Keeps only those of a request's cookies that may be ours; none of ours has a backslash.

    Python up to 3.12.4 takes a quoted value apart in quadratic time (CVE-2024-7592): one request with 60 KB of
    backslashes, whoever sent it, stopped the node for four seconds.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and any(name == b"cookie" for name, _ in scope["headers"]):
            said = [value for name, value in scope["headers"] if name == b"cookie"]
            pairs = [pair for pair in parts(b";".join(said), b";") if _OURS.fullmatch(pair)]
            others = [header for header in scope["headers"] if header[0] != b"cookie"]
            scope = {**scope, "headers": [*others, *([(b"cookie", b"; ".join(pairs))] if pairs else [])]}
        await self._app(scope, receive, send)


def _called(request: Request, name: Cookie) -> str:
    public_url: str = request.app.state.runner.public_url
    return f"__Host-{name}" if public_url.startswith("https:") else name
