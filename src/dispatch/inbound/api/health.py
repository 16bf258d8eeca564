"""The doors for whoever watches this node: `/healthz`, `/readyz`."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from dispatch.inbound.http import for_programs
from dispatch.inbound.http.state import TheHealth

router = APIRouter(tags=["health"])


@router.get(for_programs.LIVES)
async def process_lives() -> dict[str, str]:
    """This process answers."""
    return {"status": "ok"}


@router.get(for_programs.READY, responses={503: {"description": "Something this node needs is not well"}})
async def can_work(health: TheHealth) -> Response:
    """The database answers, the heartbeat is on time, the carrier takes our credentials."""
    troubles = await health.troubles()
    if not troubles:
        return JSONResponse({"status": "ready"})
    return JSONResponse({"status": "not ready", "troubles": troubles}, 503)
