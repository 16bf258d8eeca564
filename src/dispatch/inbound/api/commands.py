"""The doors for a coordinator's commands: what one would send and to whom, and doing it."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from dispatch.actions.callout.open_callout import Opened
from dispatch.actions.commands import give
from dispatch.inbound.api.callout_request import CallOutRequest
from dispatch.inbound.api.callouts import OPENED_BEFORE, CallOutId, Created, created
from dispatch.inbound.api.callouts import router as callouts
from dispatch.inbound.api.command_bodies import EXAMPLE_DIGEST, Asked, CommandKind, ShortText, Strict
from dispatch.inbound.http.auth import check_key, coordinator_may
from dispatch.inbound.http.conflicts import again_on_conflict
from dispatch.inbound.http.documented import READS_A_BODY, documented
from dispatch.inbound.http.json_body import JsonRoute
from dispatch.inbound.http.problem import problem
from dispatch.inbound.http.state import TheRunner
from dispatch.rules.access.permissions import Permission
from dispatch.rules.commands.commands import Command, OpenByHand
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


_Coordinator = Annotated[Actor, Depends(coordinator_may(Permission.SEE_CALLOUT))]
"""Who gives a command. Which permission that takes is known once the body is read."""
_Opener = Annotated[Actor, Depends(coordinator_may(Permission.OPEN_BY_HAND))]

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
    return await runner.ask(give.preview_command, callout_id, _permitted(body.command), who)


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
    done = await runner.act(give.do_command, callout_id, _permitted(body.command), who, body.digest)
    return _changed(done) if isinstance(done, Preview) else done


def _permitted(command: Command) -> Command:
    """Raises `NotAllowed`."""
    check_key(command.about.needs)
    return command


def _changed(now: Preview) -> JSONResponse:
    shown = PreviewSeen.model_validate(now, from_attributes=True).model_dump(mode="json")
    return problem(409, "what this would send has changed meanwhile, so nothing was done: see preview", preview=shown)


# ---- for an officer who rang ---------------------------------------------------------------------------------------


BY_HAND: dict[str, Any] = {
    "agency": "LBPD",
    "callout": {"officer": {"callback_phone": "+15625550177"}, "unit": "West Division"},
}


class ToOpenPreview(Strict):
    """What an officer who rang a coordinator said."""

    model_config = ConfigDict(json_schema_extra={"examples": [BY_HAND]})

    agency: ShortText
    callout: CallOutRequest

    def command(self) -> OpenByHand:
        return OpenByHand(self.agency, self.callout.details())


class ToOpen(ToOpenPreview):
    """What was said, with the `digest` of its preview."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**BY_HAND, "digest": EXAMPLE_DIGEST}]})

    digest: _Digest


_MOST_KEY = 120
_Key = Annotated[
    str,
    Header(
        min_length=1,
        max_length=_MOST_KEY,
        description=f"{_MOST_KEY} characters at most. The same key with the same call-out opens nothing new and is "
        "answered 200; with another call-out, or once that call-out has ended, it is answered 409. A key is deleted "
        "with the details of its call-out: 90 days after the end, unless the service is set otherwise.",
    ),
]


@router.post(
    "/by-hand/preview",
    response_model=PreviewSeen,
    summary="See whom a call-out by hand would page",
    response_description="What it would send, and to whom",
    responses=documented(*READS_A_BODY, 403, 422),
)
async def preview_opening(body: ToOpenPreview, runner: TheRunner, who: _Opener) -> Any:
    """What opening a call-out for an officer who rang would send. `K0DE` stands where its code will be."""
    return await runner.ask(give.preview_opening, body.command(), who)


@router.post(
    "/by-hand/open",
    status_code=201,
    response_model=Created,
    summary="Open a call-out by hand",
    response_description="The call-out that was opened",
    responses={**OPENED_BEFORE, **documented(*READS_A_BODY, 403, 409, 422)},
)
async def open_by_hand(body: ToOpen, response: Response, runner: TheRunner, who: _Opener, idempotency_key: _Key) -> Any:
    """Open a call-out for an officer who rang, as the agency's own program would. 409 with the new `preview` when what
    it would send has changed; nothing is opened then."""
    command = body.command()
    opened = await again_on_conflict(lambda: runner.act(give.open_by_hand, command, idempotency_key, who, body.digest))
    if not isinstance(opened, Opened):
        return _changed(opened)
    made = created(opened.record, runner)
    response.status_code = 201 if opened.fresh else 200
    response.headers["Location"] = made.status_url
    return made
