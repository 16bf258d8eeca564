"""`POST /v1/people/{person}/overrule-rest`: have somebody paged who rests after a call-out at night."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from dispatch.actions.roster.overrule_rest import overrule_rest
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.http.auth import coordinator_may
from dispatch.inbound.http.documented import documented
from dispatch.inbound.http.json_body import JsonRoute
from dispatch.inbound.http.state import TheRunner
from dispatch.rules.access.permissions import Permission
from dispatch.rules.facts.actors import Actor, Source
from dispatch.rules.wording.times import utc_iso


class RestOverruled(BaseModel):
    """Who is paged from now on as if they had not been out; they would have rested until `rested_until`."""

    person: str
    name: str
    rested_until: datetime


router = APIRouter(prefix="/v1/people", tags=["coordinators"], route_class=JsonRoute)


@router.post(
    "/{person}/overrule-rest",
    response_model=RestOverruled,
    summary="Have somebody paged who rests",
    response_description="Who it was, and until when they would have rested",
    responses=documented(401, 403, 404, 409, 503),
)
async def overrule(
    person: Storable, runner: TheRunner, who: Annotated[Actor, Depends(coordinator_may(Permission.OVERRULE_REST))]
) -> Any:
    """For this rest alone. Their id, name or first name; 409 when they do not rest."""
    rested, until = await runner.act(overrule_rest, person, who, Source.API)
    return {"person": rested.id, "name": rested.name, "rested_until": utc_iso(until)}
