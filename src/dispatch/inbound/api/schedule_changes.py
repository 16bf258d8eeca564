"""`POST /v1/schedule/changes/preview` and `POST /v1/schedule/changes`: who is on call, changed by coordinators' scripts
with a key for that."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from dispatch.actions.runner import Runner
from dispatch.actions.schedule.change_roster import (
    ChangedRoster,
    PlannedChange,
    Planning,
    make_change,
    planning,
    undoing,
)
from dispatch.inbound.api.command_bodies import EXAMPLE_DIGEST, ShortText, Strict
from dispatch.inbound.api.schedule_spans import PATH, PersonNamed, named_person
from dispatch.inbound.http.auth import CoordinatorMay
from dispatch.inbound.http.documented import READS_A_BODY, documented
from dispatch.inbound.http.json_body import JsonRoute
from dispatch.inbound.http.moments import WrittenMoment
from dispatch.inbound.http.problem import problem
from dispatch.inbound.http.state import TheRunner
from dispatch.roster_file import new_mistakes
from dispatch.rules.access.permissions import Permission
from dispatch.rules.facts.actors import Actor, Source
from dispatch.rules.facts.people import Language
from dispatch.rules.facts.schedule import Override, OverrideKind, Pause, Shift
from dispatch.rules.schedule.edits import (
    AddOverride,
    ComeInFor,
    EditRefused,
    EndOverride,
    ExchangeShifts,
    PauseRotation,
    RosterPart,
)
from dispatch.rules.schedule.foreseeing import ForeseenChange, SeenPreview
from dispatch.rules.wording.languages import in_language

# ---- what a script asks for ----------------------------------------------------------------------------------------


class OverrideAdded(Strict):
    """Somebody instead of somebody else (`replace`), beside them (`add`), or off call (`remove`), as in the roster's
    file. What of it is past already changes nothing."""

    do: Literal["add_override"]
    rotation: ShortText
    kind: OverrideKind = OverrideKind.REPLACE
    person: ShortText | None = None
    replaces: ShortText | None = None
    starts_at: WrittenMoment
    ends_at: WrittenMoment

    def planned(self) -> Planning:
        span = (self.starts_at, self.ends_at)
        return planning(AddOverride(Override(self.rotation, self.kind, *span, self.person, self.replaces)))


class OverrideEnded(Strict):
    """One that runs ends now; one that is ahead never begins."""

    do: Literal["end_override"]
    key: Annotated[str, Field(min_length=1, max_length=200)]

    def planned(self) -> Planning:
        return planning(EndOverride(self.key))


class ShiftMeant(Strict):
    """A shift, or a part of one, as the schedule shows it."""

    rotation: ShortText
    person: ShortText
    starts_at: WrittenMoment
    ends_at: WrittenMoment

    def shift(self) -> Shift:
        return Shift(self.rotation, self.person, self.starts_at, self.ends_at)


class ShiftsExchanged(Strict):
    """Each has the other's shift, or what is left of it."""

    do: Literal["exchange_shifts"]
    one: ShiftMeant
    other: ShiftMeant

    def planned(self) -> Planning:
        return planning(ExchangeShifts(self.one.shift(), self.other.shift()))


class ComesIn(Strict):
    """From now until then `by` has whatever `person` has, in every rotation."""

    do: Literal["come_in_for"]
    person: ShortText
    by: ShortText
    until: WrittenMoment

    def planned(self) -> Planning:
        return planning(ComeInFor(self.person, self.by, self.until))


class RotationPaused(Strict):
    """Nobody of it is on call meanwhile; afterwards its order goes on where it stopped."""

    do: Literal["pause_rotation"]
    rotation: ShortText
    starts_at: WrittenMoment
    ends_at: WrittenMoment

    def planned(self) -> Planning:
        return planning(PauseRotation(self.rotation, Pause(self.starts_at, self.ends_at)))


_WHO_IS_ON_CALL = frozenset({RosterPart.ROTATIONS, RosterPart.OVERRIDES})


class ChangeUndone(Strict):
    """The opposite of the change that made this version of the roster, if it changed nothing but who is on call."""

    do: Literal["undo"]
    version: Annotated[int, Field(ge=1, le=2**53, strict=True)]

    def planned(self) -> Planning:
        return undoing(self.version, only=_WHO_IS_ON_CALL)


WantedChange = Annotated[
    OverrideAdded | OverrideEnded | ShiftsExchanged | ComesIn | RotationPaused | ChangeUndone,
    Field(discriminator="do"),
]

_CLEO_FOR_BEN: dict[str, Any] = {
    "do": "add_override",
    "rotation": "backup",
    "kind": "replace",
    "person": "cleo",
    "replaces": "ben",
    "starts_at": "2026-11-28T02:00:00Z",
    "ends_at": "2026-11-28T17:00:00Z",
}


class ChangeToPreview(Strict):
    """A change, to see what it would do."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"change": _CLEO_FOR_BEN}]})

    change: WantedChange


class AsShown(Strict):
    """The `version` and `digest` of a preview, and the ids of the gaps that are left on purpose."""

    version: Annotated[int, Field(ge=0, le=2**53, strict=True)]
    digest: Annotated[str, Field(min_length=1, max_length=64, pattern="^[0-9a-f]+$")]
    gaps: Annotated[list[Annotated[str, Field(max_length=300)]], Field(max_length=100)] = Field(default_factory=list)

    def seen(self) -> SeenPreview:
        return SeenPreview(self.version, self.digest, set(self.gaps))


class ChangeToMake(AsShown):
    """A change, with the `version` and `digest` of its preview, and the ids of the gaps that it leaves on purpose."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"change": _CLEO_FOR_BEN, "version": 2, "digest": EXAMPLE_DIGEST, "gaps": []}]}
    )

    change: WantedChange


# ---- what it is answered -------------------------------------------------------------------------------------------


class OnCallOtherwise(BaseModel):
    """A span of a rotation in which others are on call. It may have begun."""

    rotation: str
    starts_at: datetime
    ends_at: datetime
    before: list[PersonNamed]
    after: list[PersonNamed]


class GapMade(BaseModel):
    """A span in which nobody who could go would be on call. `id` is what has to
    come back with the change."""

    id: str
    rotation: str
    starts_at: datetime
    ends_at: datetime


class TextAboutShifts(PersonNamed):
    language: Language
    words: str


class ChangePreview(BaseModel):
    """What a change would do to the roster of this `version`: in the next 14 nights, and to its own end. `gaps` are
    those of 60 days."""

    version: int
    digest: str
    on_call: list[OnCallOtherwise]
    gaps: list[GapMade]
    texts: list[TextAboutShifts]
    notes: list[str]


class ChangeMade(BaseModel):
    """The roster has this `version` now, by which the change can be undone."""

    version: int


_OUT_OF_DATE = "the roster has changed since this was shown, so nothing was done: see preview"
router = APIRouter(prefix=f"{PATH}/changes", tags=["coordinators"], route_class=JsonRoute)
_Changing = Annotated[Actor, Depends(CoordinatorMay(Permission.CHANGE_SCHEDULE))]


@router.post(
    "/preview",
    response_model=ChangePreview,
    summary="See what a change of the schedule would do",
    response_description="Who would be on call otherwise, which gaps it leaves, and whom it texts",
    responses=documented(*READS_A_BODY, 403, 404, 409, 422),
)
async def preview_change(body: ChangeToPreview, runner: TheRunner, who: _Changing) -> Any:
    """Changes nothing. 409 when it cannot be done as the roster is now; an undo, when the same was changed since."""
    return await previewed(runner, body.change.planned())


@router.post(
    "",
    response_model=ChangeMade,
    summary="Change the schedule as it was shown",
    response_description="It was done",
    responses=documented(*READS_A_BODY, 403, 404, 409, 422),
)
async def change_schedule(body: ChangeToMake, runner: TheRunner, who: _Changing) -> Any:
    """Done only on the version, and with the digest, of its preview; otherwise nothing is done, and 409 has the new
    `preview`. Each gap that it leaves has to be named in `gaps`, and no other."""
    made = await make_change(runner, body.change.planned(), who, Source.API, body.seen())
    return {"version": made.version} if isinstance(made, ChangedRoster) else out_of_date(made)


async def previewed(runner: Runner, wanted: Planning) -> dict[str, Any]:
    """What it would do. Raises whatever refuses it."""
    planned = await runner.ask(wanted)
    if wrong_now := new_mistakes(planned.foreseen.before, planned.foreseen.after):
        raise EditRefused("; ".join(wrong_now))
    return _shown(planned.foreseen)


def out_of_date(planned: PlannedChange) -> Response:
    """Nothing was done: this is what it would do now."""
    shown = _shown(planned.foreseen)
    return problem(409, _OUT_OF_DATE, preview=ChangePreview.model_validate(shown).model_dump(mode="json"))


def _shown(foreseen: ForeseenChange) -> dict[str, Any]:
    preview = foreseen.preview
    return {
        "version": preview.version,
        "digest": preview.digest,
        "on_call": [
            {
                **asdict(one),
                "before": [named_person(foreseen.before, person) for person in one.before],
                "after": [named_person(foreseen.after, person) for person in one.after],
            }
            for one in preview.differences
        ],
        "gaps": [{"id": one.id, **asdict(one.gap)} for one in preview.gaps],
        "texts": [
            {
                "person": one.person.id,
                "name": one.person.name,
                "language": one.person.texts_in,
                "words": in_language(one.words, one.person.texts_in),
            }
            for one in preview.told
        ],
        "notes": preview.notes,
    }
