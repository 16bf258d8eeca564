"""The doors for a coordinator's commands: what one would send and to whom, and doing it. Closing needs no preview."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from dispatch.actions.access.agency_view import CallOutStatus
from dispatch.actions.commands import give
from dispatch.inbound.api.callouts import CallOutId
from dispatch.inbound.api.callouts import router as callouts
from dispatch.inbound.api.command_bodies import EXAMPLE_DIGEST, Asked, CommandKind, Strict
from dispatch.inbound.http.auth import CoordinatorMay, check_key
from dispatch.inbound.http.documented import READS_A_BODY, documented
from dispatch.inbound.http.json_body import JsonRoute
from dispatch.inbound.http.problem import problem
from dispatch.inbound.http.state import TheRunner
from dispatch.rules.access.permissions import Permission
from dispatch.rules.commands.commands import Close
from dispatch.rules.commands.preview import Preview
from dispatch.rules.facts.actors import Actor
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel, Language


class ToPreview(Strict):
    """A command, to see what it would send and to whom."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"command": {"do": "page_person", "person": "ben"}}]})

    command: Asked


_Digest = Annotated[
    str, Field(min_length=1, max_length=64, pattern="^[0-9a-f]+$", description="Of the preview that was seen.")
]


class ToDo(Strict):
    """A command, with the `digest` of its preview."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"command": {"do": "page_person", "person": "ben"}, "digest": EXAMPLE_DIGEST}],
        }
    )

    command: Asked
    digest: _Digest


class LetterSeen(BaseModel):
    """One message. `words` are exactly what is sent or said, but for the link that stands behind them `with_link`."""

    name: str
    person: str | None
    purpose: Purpose
    channel: Channel
    language: Language
    words: str
    after_seconds: int
    with_link: bool


class SilenceSeen(BaseModel):
    """Somebody who hears nothing of it, and why."""

    name: str
    why: str


class PreviewSeen(BaseModel):
    """What a command would send now, to whom, and who gets nothing. `beware` is what to know before doing it;
    `taken_back` counts the pages that wait and would never leave."""

    kind: CommandKind
    sentence: str
    letters: list[LetterSeen]
    silent: list[SilenceSeen]
    beware: list[str]
    taken_back: int
    tells_agency: bool
    digest: str


class DoneSeen(BaseModel):
    """`again`: it had been done when this was asked, by whoever `by` names."""

    kind: CommandKind
    callout: str
    at: datetime
    by: str
    again: bool


_Coordinator = Annotated[Actor, Depends(CoordinatorMay(Permission.SEE_CALLOUT))]
"""Who gives a command. Which permission that takes is known once the body is read."""

router = APIRouter(prefix=callouts.prefix, tags=["coordinators"], route_class=JsonRoute)
_REFUSED = documented(*READS_A_BODY, 403, 404, 409, 422)


@router.post(
    "/{callout_id}/commands/preview",
    response_model=PreviewSeen,
    summary="See what a command would lead to",
    response_description="What it would send, and to whom",
    responses=_REFUSED,
)
async def preview(callout_id: CallOutId, body: ToPreview, runner: TheRunner, who: _Coordinator) -> Any:
    """What a command would send and to whom; changes nothing. 409, with `why`, when it makes no sense now."""
    check_key(body.command.about.needs)
    return await runner.ask(give.preview_command, callout_id, body.command, who)


@router.post(
    "/{callout_id}/commands",
    response_model=DoneSeen,
    summary="Do what was previewed",
    response_description="What was done",
    responses=_REFUSED,
)
async def do(callout_id: CallOutId, body: ToDo, runner: TheRunner, who: _Coordinator) -> Any:
    """Do it, once: the same digest again changes nothing. 409 with the new `preview` when anybody it would reach, or a
    word of it, is different by now; nothing is done then."""
    check_key(body.command.about.needs)
    done = await runner.act(give.do_command, callout_id, body.command, who, body.digest)
    return _changed(done) if isinstance(done, Preview) else done


@router.post(
    "/{callout_id}/close",
    response_model=CallOutStatus,
    summary="Close a call-out",
    response_description="How it stands now",
    responses=documented(401, 403, 404, 409, 503),
)
async def close(
    callout_id: CallOutId, runner: TheRunner, who: Annotated[Actor, Depends(CoordinatorMay(Permission.CLOSE))]
) -> dict[str, Any]:
    """Close a call-out, whatever its status. Everybody on it is told to stand down."""
    return await runner.act(give.do_unseen, callout_id, Close(), who)


def _changed(now: Preview) -> JSONResponse:
    shown = PreviewSeen.model_validate(now, from_attributes=True).model_dump(mode="json")
    return problem(409, "what this would send has changed meanwhile, so nothing was done: see preview", preview=shown)
