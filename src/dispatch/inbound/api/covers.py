"""`/v1/covers` and `/v1/away`, for scripts: shifts that somebody else is asked to take, and who is away."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from dispatch.actions.runner import Runner
from dispatch.actions.schedule.change_roster import ChangedRoster, Making, Planning, make_change
from dispatch.actions.shifts import be_away, for_others
from dispatch.inbound.api.command_bodies import EXAMPLE_DIGEST, ShortText, Strict
from dispatch.inbound.api.schedule_changes import AsShown, ChangePreview, out_of_date, previewed
from dispatch.inbound.api.schedule_spans import PersonNamed
from dispatch.inbound.http.auth import CoordinatorMay
from dispatch.inbound.http.documented import READS_A_BODY, documented
from dispatch.inbound.http.json_body import JsonRoute
from dispatch.inbound.http.moments import WrittenMoment
from dispatch.inbound.http.state import TheRunner
from dispatch.rules.access.permissions import Permission
from dispatch.rules.facts.actors import Actor, Source
from dispatch.rules.facts.roster import Roster
from dispatch.rules.shifts.cover import Cover, CoverState

_Number = Annotated[int, Field(ge=1, le=2**53, strict=True)]

# ---- what a script asks for ----------------------------------------------------------------------------------------


class AskedCover(Strict):
    """Ask for cover of whatever this person has in the span. `only` is the one who is asked, if one is named."""

    do: Literal["ask"]
    person: ShortText
    starts_at: WrittenMoment
    ends_at: WrittenMoment
    only: ShortText | None = None


class CoverToHandOver(Strict):
    """`give`: put somebody on, whoever was asked and whatever days they are away. `take`: somebody has said yes on the
    phone; it is refused where their own text would be."""

    do: Literal["give", "take"]
    number: _Number
    person: ShortText

    def handing(self, by: Actor) -> tuple[Planning, Making]:
        return for_others.handing_over(self.number, self.person, by, is_given=self.do == "give")


class CoverHandedOver(CoverToHandOver, AsShown):
    """A cover that is given or taken, as the preview showed."""


class WithdrawnCover(Strict):
    """Ask no longer: the holder keeps the shift."""

    do: Literal["withdraw"]
    number: _Number


class CoverToPreview(Strict):
    """A cover that is given or taken, to see what that would do."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"cover": {"do": "give", "number": 4, "person": "dev"}}]})

    cover: CoverToHandOver


class CoverDone(Strict):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"cover": {"do": "give", "number": 4, "person": "dev", "version": 2, "digest": EXAMPLE_DIGEST}}
            ]
        }
    )

    cover: Annotated[AskedCover | CoverHandedOver | WithdrawnCover, Field(discriminator="do")]


class SaidAwayFor(Strict):
    """Somebody is away. It takes nobody off call: it asks for covers."""

    do: Literal["away"]
    person: ShortText
    starts_at: WrittenMoment
    ends_at: WrittenMoment


class SaidBackFor(Strict):
    """They are back: what others have taken stays theirs."""

    do: Literal["back"]
    person: ShortText


class AwayDone(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"away": {"do": "back", "person": "dev"}}]})

    away: Annotated[SaidAwayFor | SaidBackFor, Field(discriminator="do")]


# ---- what it is answered -------------------------------------------------------------------------------------------


class ShownCover(BaseModel):
    """Until its `state` is `taken` the shift is its holder's."""

    number: int
    rotation: str
    holder: str
    holder_name: str
    starts_at: datetime
    ends_at: datetime
    state: CoverState
    taker: str | None
    asked: int


class ShownAbsence(PersonNamed):
    starts_at: datetime
    ends_at: datetime


class CoverList(BaseModel):
    covers: list[ShownCover]


class AbsenceList(BaseModel):
    away: list[ShownAbsence]


router = APIRouter(prefix="/v1", tags=["coordinators"], route_class=JsonRoute)
_Looking = Annotated[Actor, Depends(CoordinatorMay(Permission.SEE_SCHEDULE))]
_Changing = Annotated[Actor, Depends(CoordinatorMay(Permission.CHANGE_SCHEDULE))]


@router.get(
    "/covers",
    response_model=CoverList,
    summary="List the covers that are asked for",
    response_description="Those that are open, and what became of others whose shift is not long over",
    responses=documented(401, 403, 503),
)
async def list_covers(runner: TheRunner, who: _Looking) -> Any:
    return await _those(runner)


@router.post(
    "/covers/preview",
    response_model=ChangePreview,
    summary="See what giving or taking a cover would do",
    response_description="Who would be on call otherwise, and whom it texts",
    responses=documented(*READS_A_BODY, 403, 404, 409, 422),
)
async def preview_cover(body: CoverToPreview, runner: TheRunner, who: _Changing) -> Any:
    """Changes nothing."""
    return await previewed(runner, body.cover.handing(who)[0])


@router.post(
    "/covers",
    response_model=CoverList,
    summary="Ask for cover, give or take one, or ask no longer",
    response_description="The covers that it was about",
    responses=documented(*READS_A_BODY, 403, 404, 409, 422),
)
async def change_cover(body: CoverDone, runner: TheRunner, who: _Changing) -> Any:
    """A cover that is taken is a change of the roster, with a version by which it can be undone. It is given and taken
    only on the version, and with the digest, of its preview; otherwise nothing is done, and 409 has the new one."""
    done, source = body.cover, Source.API
    match done:
        case AskedCover():
            span = (done.starts_at, done.ends_at)
            new = await runner.act(for_others.ask_for_other, done.person, *span, who, source, only=done.only or "")
            numbers = {one.number for one in new}
        case CoverHandedOver():
            planned, making = done.handing(who)
            made = await make_change(runner, planned, who, source, done.seen(), making)
            if not isinstance(made, ChangedRoster):
                return out_of_date(made)
            numbers = {done.number}
        case WithdrawnCover():
            numbers = {(await runner.act(for_others.withdraw, done.number, who, source)).number}
    return await _those(runner, numbers)


@router.get(
    "/away",
    response_model=AbsenceList,
    summary="List who is away, or will be",
    response_description="By the beginning",
    responses=documented(401, 403, 503),
)
async def list_absences(runner: TheRunner, who: _Looking) -> Any:
    shown = await runner.ask(for_others.read_covers)
    return {"away": [{**asdict(one), "name": shown.roster.name_of(one.person)} for one in shown.absences]}


@router.post(
    "/away",
    response_model=CoverList,
    summary="Say that somebody is away, or back",
    response_description="The covers that are asked for then, or are asked for no longer",
    responses=documented(*READS_A_BODY, 403, 404, 409, 422),
)
async def change_absence(body: AwayDone, runner: TheRunner, who: _Changing) -> Any:
    done = body.away
    if isinstance(done, SaidAwayFor):
        span = (done.starts_at, done.ends_at)
        said = await runner.act(be_away.be_away, done.person, *span, who, Source.API)
        numbers = {one.number for one in said.asked}
    else:
        back = await runner.act(be_away.be_back, done.person, who, Source.API)
        numbers = {one.number for one in back.withdrawn}
    return await _those(runner, numbers)


async def _those(runner: Runner, numbers: Collection[int] | None = None) -> dict[str, Any]:
    """The covers of these numbers, or all, as they stand now."""
    shown = await runner.ask(for_others.read_covers)
    return {"covers": [_cover(one, shown.roster) for one in shown.covers if numbers is None or one.number in numbers]}


def _cover(cover: Cover, roster: Roster) -> dict[str, Any]:
    return {
        **asdict(cover.wanted),
        "number": cover.number,
        "holder_name": roster.name_of(cover.wanted.holder),
        "state": cover.state,
        "taker": cover.taker,
        "asked": len(cover.asked),
    }
