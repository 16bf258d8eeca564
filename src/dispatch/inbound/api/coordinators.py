"""The doors with which coordinators change a call-out: close it, correct its stamps."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, model_validator

from dispatch.actions.access.agency_view import CallOutStatus
from dispatch.actions.commands import give
from dispatch.inbound.api.callouts import CallOutId
from dispatch.inbound.api.callouts import router as callouts
from dispatch.inbound.http.auth import coordinator_may
from dispatch.inbound.http.documented import READS_A_BODY, documented
from dispatch.inbound.http.json_body import JsonRoute
from dispatch.inbound.http.moments import WrittenMoment
from dispatch.inbound.http.state import TheRunner
from dispatch.rules.access.permissions import Permission
from dispatch.rules.commands.commands import Close, CorrectStamp
from dispatch.rules.decisions import StampKind
from dispatch.rules.facts.actors import Actor


class StampCorrection(BaseModel):
    """Stamps of the specialist who has the call-out, each with its UTC offset. A stamp left out stays as it is."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"with_child_at": "2026-11-24T02:45:00-08:00"}],
            "anyOf": [{"required": [kind], "properties": {kind: {"type": "string"}}} for kind in map(str, StampKind)],
        },
    )

    en_route_at: WrittenMoment | None = None
    arrived_at: WrittenMoment | None = None
    with_child_at: WrittenMoment | None = None
    cleared_at: WrittenMoment | None = None
    home_at: WrittenMoment | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "StampCorrection":
        if not any(getattr(self, kind) for kind in StampKind):
            raise ValueError("names no stamp; give at least one, such as with_child_at")
        return self


router = APIRouter(prefix=callouts.prefix, tags=["coordinators"], route_class=JsonRoute)


@router.post(
    "/{callout_id}/close",
    response_model=CallOutStatus,
    summary="Close a call-out",
    response_description="How it stands now",
    responses=documented(401, 403, 404, 409, 503),
)
async def close(
    callout_id: CallOutId, runner: TheRunner, who: Annotated[Actor, Depends(coordinator_may(Permission.CLOSE))]
) -> dict[str, Any]:
    """Close a call-out, whatever its status. Everybody on it is told to stand down."""
    return await runner.act(give.do_unseen, callout_id, [Close()], who)


@router.patch(
    "/{callout_id}/stamps",
    response_model=CallOutStatus,
    summary="Correct the stamps of a call-out",
    response_description="How it stands now",
    responses=documented(*READS_A_BODY, 403, 404, 409, 422),
)
async def correct(
    callout_id: CallOutId,
    body: StampCorrection,
    runner: TheRunner,
    who: Annotated[Actor, Depends(coordinator_may(Permission.CORRECT_STAMP))],
) -> dict[str, Any]:
    """Correct stamps that were forgotten or set too late. The timeline keeps the old ones."""
    wanted = [CorrectStamp(kind, at, reason="") for kind in StampKind if (at := getattr(body, kind)) is not None]
    return await runner.act(give.do_unseen, callout_id, wanted, who)
