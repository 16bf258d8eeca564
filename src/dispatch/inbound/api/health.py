"""The doors for whoever watches this node: `/healthz`, `/readyz`."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from dispatch.inbound.http import for_programs
from dispatch.inbound.http.documented import documented
from dispatch.inbound.http.state import TheHealth

router = APIRouter(tags=["monitoring"])


class Lives(BaseModel):
    """`proof` answers a `nonce`, and is left out without one."""

    status: Literal["ok"] = "ok"
    proof: str = ""


class Ready(BaseModel):
    status: Literal["ready"] = "ready"


class NotReady(BaseModel):
    """Each of the `troubles` under what is not well."""

    status: Literal["not ready"] = "not ready"
    troubles: dict[str, str]


_Nonce = Annotated[
    str | None,
    Query(
        pattern="^[0-9a-f]{16,64}$",
        description="Comes back as `proof`, by which `dispatch check` sees that this address leads to its own service.",
    ),
]


@router.get(
    for_programs.LIVES,
    response_model=Lives,
    response_model_exclude_unset=True,
    summary="Does the process live?",
    response_description="It does",
    responses=documented(422),
)
async def process_lives(health: TheHealth, nonce: _Nonce = None) -> Lives:
    """This process answers."""
    return Lives(status="ok") if nonce is None else Lives(status="ok", proof=health.prove(nonce))


@router.get(
    for_programs.READY,
    response_model=Ready,
    summary="Can the node work?",
    response_description="It can",
    responses={
        503: {"model": NotReady, "description": "Something this node needs is not well"},
    },
)
async def can_work(health: TheHealth) -> Response:
    """The database answers, the heartbeat is on time, the carrier takes our credentials."""
    troubles = await health.troubles()
    if not troubles:
        return JSONResponse({"status": "ready"})
    return JSONResponse({"status": "not ready", "troubles": troubles}, 503)
