"""Whom the view refuses: other machines, and other sites in this machine's browser."""

from fastapi import HTTPException, Request

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def from_this_machine(request: Request) -> None:
    """Raises `HTTPException` 403 for any other machine, and for a foreign name made to point here (DNS rebinding)."""
    client = request.client.host if request.client else ""
    if client not in _LOOPBACK or request.url.hostname not in _LOOPBACK:
        raise HTTPException(403, "the phones are for this machine only: open them at http://127.0.0.1")


def from_own_view(request: Request) -> None:
    """Raises `HTTPException` 403 for what a browser sends for another site. A client without these headers may act."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    own = request.base_url.netloc
    if (site is not None and site != "same-origin") or (origin is not None and origin.partition("://")[2] != own):
        raise HTTPException(403, "the phones take orders from their own page only")
