"""The doors for whoever watches this node: `/healthz`, `/readyz`."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from dispatch.inbound.http import for_programs
from dispatch.inbound.http.problem import documented
from dispatch.inbound.http.state import TheHealth

router = APIRouter(tags=["health"])


_Nonce = Annotated[
    str | None,
    Query(
        pattern="^[0-9a-f]{16,64}$",
        description="Comes back as `proof`, by which `dispatch check` sees that this address leads to its own service.",
    ),
]


@router.get(for_programs.LIVES, responses=documented(422))
async def process_lives(health: TheHealth, nonce: _Nonce = None) -> dict[str, str]:
    """This process answers."""
    return {"status": "ok"} if nonce is None else {"status": "ok", "proof": health.prove(nonce)}


@router.get(for_programs.READY, responses={503: {"description": "Something this node needs is not well"}})
async def can_work(health: TheHealth) -> Response:
    """The database answers, the heartbeat is on time, the carrier takes our credentials."""
    troubles = await health.troubles()
    if not troubles:
        return JSONResponse({"status": "ready"})
    return JSONResponse({"status": "not ready", "troubles": troubles}, 503)
