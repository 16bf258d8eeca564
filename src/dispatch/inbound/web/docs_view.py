"""`/docs`: Swagger UI, in a sandbox (ADR 50), and `/openapi.json`, the document that it shows.

The law: what the API is does not change while a node runs, so both are made once, however often they are asked for. A
slow reader then keeps no bytes of their own in memory.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse, Response

from dispatch.inbound.http.for_programs import API_DOCUMENT
from dispatch.inbound.http.header_lists import parts
from dispatch.inbound.http.problem import DOCS_VIEW
from dispatch.inbound.http.viewer import public
from dispatch.inbound.web.assets import Assets
from dispatch.inbound.web.nav import NavItem
from dispatch.inbound.web.views import UI, SandboxedView

NAV_ITEM = NavItem("API", DOCS_VIEW)

router = APIRouter(include_in_schema=False)
_ANYBODY = [Depends(public)]
_SWAGGER_UI = Assets(Path(str(files("fastapi_swagger") / "resources")), DOCS_VIEW)


@dataclass(frozen=True, slots=True)
class _Told:
    """`tag` is the entity tag of `document` (RFC 9110, section 8.8.3)."""

    html: bytes
    document: bytes
    tag: str


class ApiTold:
    """What an application says about its API, made at its first use."""

    def __init__(self, app: FastAPI) -> None:
        self._app, self._making = app, asyncio.Lock()
        self._told: _Told | None = None

    async def told(self) -> _Told:
        async with self._making:
            if self._told is None:
                # In a thread: a quarter of a second, in which call-outs would wait.
                self._told = await asyncio.to_thread(_tell, self._app)
            return self._told


def _tell(app: FastAPI) -> _Told:
    document = bytes(JSONResponse(app.openapi()).body)
    html = UI.piece("pieces/docs.html", "docs", document=document.decode(), swagger_ui=_SWAGGER_UI)
    return _Told(html.encode(), document, f'"{hashlib.sha256(document).hexdigest()[:32]}"')


@router.api_route(DOCS_VIEW, methods=["GET", "HEAD"], dependencies=_ANYBODY)
async def show_the_api(request: Request) -> SandboxedView:
    """Every operation of the API, with its fields and answers."""
    told = await _of(request)
    return SandboxedView(told.html)


router.add_api_route(f"{DOCS_VIEW}/{{file}}", _SWAGGER_UI.answer, methods=["GET", "HEAD"], dependencies=_ANYBODY)


@router.api_route(API_DOCUMENT, methods=["GET", "HEAD"], dependencies=_ANYBODY)
async def give_the_document(request: Request) -> Response:
    """The OpenAPI document, for whatever tool reads it; 304 for one that has it."""
    told = await _of(request)
    headers = {"ETag": told.tag, "Cache-Control": "no-cache"}
    if _has_it(request.headers.get("if-none-match", ""), told.tag):
        return Response(status_code=304, headers=headers)
    return Response(told.document, media_type="application/json", headers=headers)


async def _of(request: Request) -> _Told:
    api: ApiTold = request.app.state.api_told
    return await api.told()


def _has_it(known: str, tag: str) -> bool:
    """Whether an If-None-Match header names `tag`, weak or strong (RFC 9110, section 13.1.2)."""
    return any(one.removeprefix("W/") in ("*", tag) for one in parts(known, ","))
