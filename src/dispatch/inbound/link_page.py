"""`/r/{token}`: where a specialist who has taken a call-out sees the place and the officer's number."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from dispatch.actions.office import Office
from dispatch.actions.read_callout import LinkExpired, open_link
from dispatch.inbound.web import pages
from dispatch.rules import wording

# The place must not stay behind in a browser, a proxy or another site's log.
_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


def build(office: Office) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/r/{token}")
    async def show_the_place(token: str, request: Request) -> HTMLResponse:
        try:
            shown = await office.act(open_link, token)
        except LinkExpired as error:
            html = pages.render("link_expired.html", reason=str(error))
            return HTMLResponse(html, 410, headers=_PRIVATE)
        html = pages.render("link.html", shown=shown, local_time=wording.local_time)
        return HTMLResponse(html, headers=_PRIVATE)

    return router
