"""`/r/{token}`: where a specialist who has taken a call-out sees the place and the officer's number."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from dispatch.actions.office import Office
from dispatch.actions.read_callout import LinkExpired, open_link
from dispatch.inbound.web import pages
from dispatch.rules import wording

# The place must not stay behind in a browser, a proxy or another site's log, nor be sent anywhere by the page itself.
_PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
}


def build(office: Office) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    # A link is opened more than once, and programs that preview links ask with HEAD: so opening it changes nothing.
    @router.api_route("/r/{token}", methods=["GET", "HEAD"])
    async def show_the_place(token: str) -> HTMLResponse:
        try:
            shown = await office.act(open_link, token)
        except LinkExpired as error:
            # One answer for unknown and for expired, so that guessing teaches nothing.
            return HTMLResponse(pages.render("link_expired.html", reason=str(error)), 410, headers=_PRIVATE)
        html = pages.render("link.html", shown=shown, local_time=wording.local_time)
        return HTMLResponse(html, headers=_PRIVATE)

    return router
