"""Only our own views may act for somebody who has signed in.

A browser adds the cookie to whatever another site makes it send, so a cookie alone proves nothing about who wants it.
The law: an unsafe request with a cookie of ours is refused unless the browser says that it comes from a view of ours.
That is `Sec-Fetch-Site`; an old browser without it still sends `Origin`. SameSite is not enough: a form from another
port is same-site, and arrives with the cookie.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from dispatch.inbound.http.auth import NotAllowed
from dispatch.inbound.http.cookies import carries_ours
from dispatch.inbound.http.problem import problem

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_OURS = frozenset({"same-origin", "none"})  # none: typed in, or from a bookmark
_PORT = re.compile(r":[0-9]*$")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
REFUSAL = "this was sent by another page, so nothing was done; open our own page and do it there"


def is_from_us(headers: Mapping[str, str], public_url: str) -> bool:
    """Whether the browser says that a view of ours sent this.

    Without `Sec-Fetch-Site`, `Origin` must be the public URL's. A service on this machine only, such as the demo, may
    be opened by any of the machine's own names: there the host that was asked counts as well.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in _OURS
    origin = headers.get("origin")
    public = urlsplit(public_url)
    if origin == f"{public.scheme}://{public.netloc}":
        return True
    host = headers.get("host", "")
    local = {public.hostname, _name(host)} <= _LOOPBACK
    return local and origin == f"{public.scheme}://{host}"


def _name(host: str) -> str:
    """A Host header without its port and brackets. A stranger may write anything there, and `urlsplit` raises for half
    an IPv6 address."""
    return _PORT.sub("", host).removeprefix("[").removesuffix("]").lower()


async def from_own_view(request: Request) -> None:
    """For forms that need no cookie, such as signing in: another site must not sign anybody in as somebody else either.

    Raises `NotAllowed`.
    """
    if not is_from_us(request.headers, request.app.state.runner.public_url):
        raise NotAllowed(REFUSAL)


class SameOrigin:
    """Enforces the law at every door, whatever the door itself forgets to ask."""

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        self._app, self._public_url = app, public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in _SAFE:
            headers = Headers(scope=scope)
            if carries_ours(headers.get("cookie", "")) and not is_from_us(headers, self._public_url):
                await problem(403, REFUSAL)(scope, receive, send)
                return
        await self._app(scope, receive, send)
