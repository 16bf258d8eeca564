"""`/v1/slots`, for scripts: shifts that people take for themselves, and nobody has taken yet."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from dispatch.actions.covers import for_others
from dispatch.actions.covers.take_slot import take_for_other
from dispatch.inbound.api.command_bodies import ShortText, Strict
from dispatch.inbound.http.auth import NEEDS_SCHEDULE_CHANGES_SCOPE, NEEDS_SCHEDULE_SCOPE, coordinator_may
from dispatch.inbound.http.documented import READS_A_BODY, documented
from dispatch.inbound.http.examples import answered
from dispatch.inbound.http.json_body import JsonRoute
from dispatch.inbound.http.moments import WrittenMoment
from dispatch.inbound.http.problem import wrong
from dispatch.inbound.http.state import TheRunner
from dispatch.rules.access.permissions import Permission
from dispatch.rules.facts.actors import Actor, Source

_TAKE: dict[str, Any] = {"do": "take", "rotation": "weekends", "begins": "2026-11-29T02:00:00Z", "person": "cleo"}
_FREE: dict[str, Any] = {
    "rotation": "weekends",
    "begins": "2026-11-29T02:00:00Z",
    "starts_at": "2026-11-29T02:00:00Z",
    "ends_at": "2026-11-30T02:00:00Z",
}


class SlotTaken(Strict):
    """Somebody has said yes on the phone. It is refused where their own text would be."""

    do: Literal["take"]
    rotation: ShortText
    begins: WrittenMoment
    person: ShortText


class SlotDone(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"slot": _TAKE}]})

    slot: SlotTaken


class ShownSlot(BaseModel):
    """A slot is named by its rotation and when it `begins`; from `starts_at` to `ends_at` it is free."""

    rotation: str
    begins: datetime
    starts_at: datetime
    ends_at: datetime


class SlotList(BaseModel):
    slots: list[ShownSlot]


class SlotMade(BaseModel):
    """The roster has this `version` now, by which it can be undone."""

    version: int


router = APIRouter(prefix="/v1", tags=["coordinators"], route_class=JsonRoute)
_Looking = Annotated[Actor, Depends(coordinator_may(Permission.SEE_SCHEDULE))]
_Changing = Annotated[Actor, Depends(coordinator_may(Permission.CHANGE_SCHEDULE))]


@router.get(
    "/slots",
    response_model=SlotList,
    summary="List the slots that are free",
    response_description="Those of the next 60 days, by their beginning",
    responses={**answered({"slots": [_FREE]}), **documented(401, 503, said={403: NEEDS_SCHEDULE_SCOPE})},
)
async def list_slots(runner: TheRunner, who: _Looking) -> Any:
    shown = await runner.ask(for_others.read_covers)
    return {"slots": [{name: getattr(one, name) for name in ShownSlot.model_fields} for one in shown.free_slots]}


@router.post(
    "/slots",
    response_model=SlotMade,
    summary="Write down that somebody takes a slot",
    response_description="It is theirs, and they are texted",
    responses={
        **answered({"version": 5}),
        **documented(
            *READS_A_BODY,
            said={
                403: NEEDS_SCHEDULE_CHANGES_SCOPE,
                404: "no rotation has such a slot",
                409: "Slot 1 is taken: Cleo has it. SLOTS says which are free. Thank you.",
                422: wrong("slot.begins", "is missing"),
            },
        ),
    },
)
async def take_slot(body: SlotDone, runner: TheRunner, who: _Changing) -> Any:
    """A slot that is taken is an override and a change of the roster: to take it back end that, or undo the change."""
    slot = body.slot
    taken = await take_for_other(runner, slot.rotation, slot.begins, slot.person, who, Source.API)
    return {"version": taken.changed.version}
