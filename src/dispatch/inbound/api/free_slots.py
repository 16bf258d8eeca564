"""`/v1/slots`, for scripts: shifts that people take for themselves, and nobody has taken yet."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from dispatch.actions.covers import for_others
from dispatch.actions.schedule.change_roster import ChangedRoster, Making, Planning, make_change
from dispatch.inbound.api.command_bodies import ShortText, Strict
from dispatch.inbound.api.example_night import DIGEST
from dispatch.inbound.api.schedule_changes import (
    OUT_OF_DATE,
    AsShown,
    ChangeMade,
    ChangePreview,
    out_of_date,
    previewed,
)
from dispatch.inbound.http.auth import NEEDS_SCHEDULE_CHANGES_SCOPE, NEEDS_SCHEDULE_SCOPE, coordinator_may
from dispatch.inbound.http.documented import READS_A_BODY, documented
from dispatch.inbound.http.examples import Either, answered
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


_WOULD_DO: dict[str, Any] = {
    "version": 4,
    "digest": DIGEST,
    "on_call": [
        {
            "rotation": "weekends",
            "starts_at": "2026-11-29T02:00:00Z",
            "ends_at": "2026-11-30T02:00:00Z",
            "before": [],
            "after": [{"person": "cleo", "name": "Cleo Martin"}],
        }
    ],
    "gaps": [],
    "texts": [
        {
            "person": "cleo",
            "name": "Cleo Martin",
            "language": "en",
            "words": "A coordinator put you down for Sat 28 Nov 18:00-Sun 18:00: you are on call then."
            " SLOT OFF says what you can give back.",
        }
    ],
    "notes": [],
}
_NO_SUCH = "no rotation has such a slot"
_TAKEN = "the slot is taken: Cleo has it"


class SlotToChange(Strict):
    """Somebody has said yes on the phone, or that they give it back. It is refused where their own text would be."""

    do: Literal["take", "give_back"]
    rotation: ShortText
    begins: WrittenMoment
    person: ShortText

    def handing(self) -> tuple[Planning, Making]:
        changing = for_others.taking_slot if self.do == "take" else for_others.giving_slot_back
        return changing(self.rotation, self.begins, self.person)


class SlotChange(SlotToChange, AsShown):
    """As the preview showed."""


class SlotToPreview(Strict):
    """A slot that is taken or given back, to see what that would do."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"slot": _TAKE}]})

    slot: SlotToChange


class SlotDone(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"slot": _TAKE | {"version": 4, "digest": DIGEST}}]})

    slot: SlotChange


class ShownSlot(BaseModel):
    """A slot is named by its rotation and when it `begins`; from `starts_at` to `ends_at` it is free."""

    rotation: str
    begins: datetime
    starts_at: datetime
    ends_at: datetime


class SlotList(BaseModel):
    slots: list[ShownSlot]


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
    "/slots/preview",
    response_model=ChangePreview,
    summary="See what taking a slot, or giving it back, would do",
    response_description="Who would be on call otherwise, which gaps it leaves, and whom it texts",
    responses={
        **answered(_WOULD_DO),
        **documented(
            *READS_A_BODY,
            said={
                403: NEEDS_SCHEDULE_CHANGES_SCOPE,
                404: _NO_SUCH,
                409: _TAKEN,
                422: wrong("slot.begins", "is missing"),
            },
        ),
    },
)
async def preview_slot(body: SlotToPreview, runner: TheRunner, who: _Changing) -> Any:
    """Changes nothing."""
    return await previewed(runner, body.slot.handing()[0])


@router.post(
    "/slots",
    response_model=ChangeMade,
    summary="Write down that somebody takes a slot, or gives it back",
    response_description="It is theirs, or free again, and they are texted",
    responses={
        **answered({"version": 5}),
        **documented(
            *READS_A_BODY,
            said={
                403: NEEDS_SCHEDULE_CHANGES_SCOPE,
                404: _NO_SUCH,
                409: Either(
                    {"out of date": {"detail": OUT_OF_DATE, "preview": _WOULD_DO}, "it cannot be": _TAKEN},
                ),
                422: wrong("slot.version", "is missing"),
            },
        ),
    },
)
async def change_slot(body: SlotDone, runner: TheRunner, who: _Changing) -> Any:
    """A slot that is taken is an override and a change of the roster, with a version by which it can be undone. It is
    changed only on the version, and with the digest, of its preview; otherwise nothing is done, and 409 has the new
    one."""
    slot = body.slot
    planned, making = slot.handing()
    made = await make_change(
        *(runner, planned, who, Source.API),
        version=slot.version,
        digest=slot.digest,
        ticked=set(slot.gaps),
        making=making,
    )
    return {"version": made.version} if isinstance(made, ChangedRoster) else out_of_date(made)
