"""The doors for a coordinator's commands: what one would send and to whom, and doing it."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from dispatch.actions.callout.open_callout import Opened
from dispatch.actions.commands import give
from dispatch.inbound.api.callout_request import CallOutRequest
from dispatch.inbound.api.callouts import IS_OVER, NO_CALLOUT, CallOutId, Created, created, created_at, opened_before
from dispatch.inbound.api.callouts import router as callouts
from dispatch.inbound.api.command_bodies import Asked, CommandKind, ShortText, Strict
from dispatch.inbound.api.example_night import (
    CALLED_BY_HAND,
    CALLED_WITHOUT_REFERENCE,
    DIGEST,
    ENDED_KEY,
    USED_KEY,
)
from dispatch.inbound.api.preview_examples import WOULD_OPEN, WOULD_PAGE_BEN
from dispatch.inbound.http.auth import NEEDS_COORDINATOR, check_key, coordinator_may
from dispatch.inbound.http.conflicts import again_on_conflict
from dispatch.inbound.http.documented import READS_A_BODY, Example, documented
from dispatch.inbound.http.examples import Either, answered
from dispatch.inbound.http.json_body import JsonRoute
from dispatch.inbound.http.problem import problem, wrong
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
            "examples": [{"command": {"do": "page_person", "person": "ben"}, "digest": DIGEST}],
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


_IS_OVER = {"detail": IS_OVER, "why": "over"}


def _refused(field: str) -> dict[int | str, dict[str, Any]]:
    """How both doors for a command refuse it; `field` is one that the body cannot do without."""
    own: dict[int, Example | Either] = {
        403: NEEDS_COORDINATOR,
        404: NO_CALLOUT,
        409: _IS_OVER,
        422: wrong(field, "is missing"),
    }
    return documented(*READS_A_BODY, said=own)


@router.post(
    "/{callout_id}/commands/preview",
    response_model=PreviewSeen,
    summary="See what a command would lead to",
    response_description="What it would send, and to whom",
    responses={**answered(WOULD_PAGE_BEN), **_refused("command.page_person.person")},
)
async def preview(callout_id: CallOutId, body: ToPreview, runner: TheRunner, who: _Coordinator) -> Any:
    """What a command would send and to whom; changes nothing. 409, with `why`, when it makes no sense now."""
    return await runner.ask(give.preview_command, callout_id, _permitted(body.command), who)


@router.post(
    "/{callout_id}/commands",
    response_model=DoneSeen,
    summary="Do what was previewed",
    response_description="What was done",
    responses={
        **answered(
            {
                "kind": "page_person",
                "callout": CALLED_WITHOUT_REFERENCE["id"],
                "at": "2026-11-24T12:42:03Z",
                "by": "Cora",
                "again": False,
            }
        ),
        **_refused("digest"),
    },
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

    model_config = ConfigDict(json_schema_extra={"examples": [{**BY_HAND, "digest": DIGEST}]})

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
    responses={
        **answered(WOULD_OPEN),
        **documented(
            *READS_A_BODY, said={403: NEEDS_COORDINATOR, 422: wrong("callout.officer.callback_phone", "is missing")}
        ),
    },
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
    responses={
        **answered(created_at(CALLED_BY_HAND), status=201),
        **opened_before(CALLED_BY_HAND),
        **documented(
            *READS_A_BODY,
            said={
                403: NEEDS_COORDINATOR,
                409: Either({"another call-out": USED_KEY, "the call-out has ended": ENDED_KEY}),
                422: wrong("idempotency-key", "is missing"),
            },
        ),
    },
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
