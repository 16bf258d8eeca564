"""`GET /v1/on-call` and `GET /v1/schedule`: who is on call, for coordinators' scripts with a key for the schedule."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from dispatch.actions.schedule import read_schedule
from dispatch.actions.schedule.read_schedule import MOST_DAYS
from dispatch.inbound.http.auth import CoordinatorMay
from dispatch.inbound.http.documented import documented
from dispatch.inbound.http.json_body import JsonRoute
from dispatch.inbound.http.moments import WrittenMoment
from dispatch.inbound.http.state import TheRunner
from dispatch.rules.access.permissions import Permission
from dispatch.rules.facts.roster import Roster
from dispatch.rules.schedule.spans_on_call import OnCallSpan

WhySo = Literal["rotation", "override", "pause", "not begun", "ended"]


class PersonNamed(BaseModel):
    person: str
    name: str


class OnCallPerson(PersonNamed):
    """`since` and `until` are null when they lie more than 60 days away."""

    since: datetime | None
    until: datetime | None


class RotationOnCall(BaseModel):
    """`gap`: nobody who could go is on call."""

    rotation: str
    on_call: list[OnCallPerson]
    why: WhySo
    gap: bool


class OnCallAnswer(BaseModel):
    at: datetime
    rotations: list[RotationOnCall]


class ScheduleSpan(BaseModel):
    """A span of one rotation in which the same people are on call, the shift's holder first; an end that is that of
    what was asked for may not be the end of their shift."""

    rotation: str
    starts_at: datetime
    ends_at: datetime
    on_call: list[PersonNamed]
    why: WhySo
    gap: bool


class ScheduleShown(BaseModel):
    """Each rotation's spans follow one another without a hole."""

    starts_at: datetime
    ends_at: datetime
    spans: list[ScheduleSpan]


PATH = "/v1/schedule"
router = APIRouter(tags=["coordinators"], route_class=JsonRoute)
_MAY = [Depends(CoordinatorMay(Permission.SEE_SCHEDULE))]


@router.get(
    "/v1/on-call",
    response_model=OnCallAnswer,
    summary="Say who is on call",
    response_description="Whom each rotation puts on call at that moment",
    responses=documented(401, 403, 422, 503),
    dependencies=_MAY,
)
async def on_call(
    runner: TheRunner,
    at: Annotated[WrittenMoment | None, Query(description="a moment, past or to come; now without it")] = None,
) -> dict[str, Any]:
    """Past moments are answered as it was: editing a rotation never moves them."""
    shown = await runner.ask(read_schedule.read_moment, at)
    return {
        "at": shown.at,
        "rotations": [
            {
                "rotation": one.rotation,
                "on_call": [{**named_person(shown.roster, each.person), **asdict(each)} for each in one.on_call],
                "why": one.around.reason.value,
                "gap": one.around.is_gap,
            }
            for one in shown.rotations
        ],
    }


@router.get(
    PATH,
    response_model=ScheduleShown,
    summary="List who is on call when",
    response_description="Every rotation, from one moment to the other",
    responses=documented(401, 403, 422, 503),
    dependencies=_MAY,
)
async def schedule(
    runner: TheRunner,
    starts_at: Annotated[WrittenMoment | None, Query(alias="from", description="now without it")] = None,
    ends_at: Annotated[
        WrittenMoment | None,
        Query(alias="to", description=f"at most {MOST_DAYS} days later; two weeks later without it"),
    ] = None,
) -> dict[str, Any]:
    """Resolved, with overrides and pauses; the past as it was."""
    shown = await runner.ask(read_schedule.read_span, starts_at, ends_at)
    return {
        "starts_at": shown.start,
        "ends_at": shown.end,
        "spans": [_span(shown.roster, one) for one in shown.spans],
    }


def _span(roster: Roster, one: OnCallSpan) -> dict[str, Any]:
    return {
        **asdict(one),
        "on_call": [named_person(roster, person) for person in one.people],
        "why": one.reason.value,
        "gap": one.is_gap,
    }


def named_person(roster: Roster, person: str) -> dict[str, Any]:
    return {"person": person, "name": roster.name_of(person)}
