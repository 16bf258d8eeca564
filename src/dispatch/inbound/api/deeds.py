"""The doors for a coordinator's deeds: what one would send and to whom, and doing it."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Response
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from dispatch.actions import coordinate
from dispatch.actions.open_callout import Opened
from dispatch.inbound.api.callout_request import CallOutChange, CallOutRequest
from dispatch.inbound.api.callouts import IS_OVER, NO_CALLOUT, CallOutId, Created, created, created_at, opened_before
from dispatch.inbound.api.callouts import router as callouts
from dispatch.inbound.api.one_night import CALLED_BY_HAND, CALLED_WITHOUT_REFERENCE, DIGEST, USED_KEY
from dispatch.inbound.api.preview_examples import WOULD_OPEN, WOULD_PAGE_BEN
from dispatch.inbound.http.auth import NEEDS_COORDINATOR, check_key, coordinator_may
from dispatch.inbound.http.conflicts import again_on_conflict
from dispatch.inbound.http.documented import READS_A_BODY, Said, documented
from dispatch.inbound.http.examples import Either, answered
from dispatch.inbound.http.json_body import JsonRoute
from dispatch.inbound.http.moments import Moment
from dispatch.inbound.http.problem import problem, wrong
from dispatch.inbound.http.state import TheOffice
from dispatch.inbound.http.texts import PATTERN_SAYS_SOMETHING, sayable
from dispatch.rules import deeds as asked
from dispatch.rules.coordinating import MOST_REASON, MOST_WORDS
from dispatch.rules.decisions import StampKind
from dispatch.rules.deeds import CoordinatorDeed, DeedKind
from dispatch.rules.facts.actors import Actor
from dispatch.rules.facts.outcome import Outcome
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel, Language
from dispatch.rules.outcomes import MOST_BAGS, MOST_CHILDREN
from dispatch.rules.permissions import NEEDED, Permission
from dispatch.rules.preview import Preview


def _text(most: int) -> Any:
    return StringConstraints(min_length=1, max_length=most)


_SAYABLE = Field(json_schema_extra={"pattern": PATTERN_SAYS_SOMETHING})
_Word = Annotated[str, _text(120), AfterValidator(sayable), _SAYABLE]
_Words = Annotated[str, _text(MOST_WORDS), AfterValidator(sayable), _SAYABLE]
_Reason = Annotated[str, _text(MOST_REASON), AfterValidator(sayable), _SAYABLE]
_PersonId = Annotated[_Word, Field(description="The id of a person in the roster.")]
_Reference = Annotated[str, _text(30), AfterValidator(sayable), _SAYABLE]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PagePerson(_Asked):
    """Page this specialist now, whoever's turn it is."""

    do: Literal["page_person"]
    person: _PersonId

    def deed(self) -> CoordinatorDeed:
        return asked.PagePerson(self.person)


class NextStep(_Asked):
    """The step that runs ends now."""

    do: Literal["next_step"]

    def deed(self) -> CoordinatorDeed:
        return asked.NextStep()


class GoMyself(_Asked):
    """The coordinator takes it."""

    do: Literal["go_myself"]
    eta_at: Moment | None = None

    def deed(self) -> CoordinatorDeed:
        return asked.GoMyself(self.eta_at)


class Assign(_Asked):
    """This specialist is to go. Paging goes on until they answer, unless the coordinator `spoke` to them."""

    do: Literal["assign"]
    person: _PersonId
    spoke: bool = False
    eta_at: Moment | None = None

    def deed(self) -> CoordinatorDeed:
        return asked.AssignPerson(self.person, self.spoke, self.eta_at)


class AddPartner(_Asked):
    """This specialist is to go along. They are asked, unless the coordinator `spoke` to them."""

    do: Literal["add_partner"]
    person: _PersonId
    spoke: bool = False
    eta_at: Moment | None = None

    def deed(self) -> CoordinatorDeed:
        return asked.AddPartner(self.person, self.spoke, self.eta_at)


class SetEta(_Asked):
    """A new ETA of this person, otherwise of whoever has it."""

    do: Literal["set_eta"]
    eta_at: Moment
    person: _PersonId | None = None

    def deed(self) -> CoordinatorDeed:
        return asked.GiveEta(self.eta_at, self.person)


class CorrectStamp(_Asked):
    """A stamp of this person, otherwise of whoever has it. The old value stays in the record, with the reason."""

    do: Literal["correct_stamp"]
    stamp: StampKind
    at: Moment
    reason: _Reason
    person: _PersonId | None = None

    def deed(self) -> CoordinatorDeed:
        return asked.SetStamp(self.stamp, self.at, self.reason, self.person)


class ChangeDetails(_Asked):
    """What the caller now says: as an agency's `PATCH`."""

    do: Literal["change_details"]
    changes: CallOutChange

    def deed(self) -> CoordinatorDeed:
        return asked.SayMore(self.changes.changes())


class TellSpecialist(_Asked):
    """Words to this person, otherwise to everybody who is going or there: they stand behind the link."""

    do: Literal["tell_specialist"]
    words: _Words
    person: _PersonId | None = None

    def deed(self) -> CoordinatorDeed:
        return asked.TellSpecialist(self.words, self.person)


class TellOfficer(_Asked):
    """Words to the officer, in one text. Never a child's name, never the place."""

    do: Literal["tell_officer"]
    words: _Words

    def deed(self) -> CoordinatorDeed:
        return asked.TellTheOfficer(self.words)


class Cancel(_Asked):
    """Nobody is needed any more."""

    do: Literal["cancel"]
    reason: _Reason | None = None

    def deed(self) -> CoordinatorDeed:
        return asked.CancelIt(self.reason)


class OutcomeNoted(_Asked):
    """What came of it. A reference is the other body's own number: one word with a digit in it."""

    children_met: Annotated[int, Field(ge=0, le=MOST_CHILDREN, strict=True)] | None = None
    freedom_bags: Annotated[int, Field(ge=0, le=MOST_BAGS, strict=True)] | None = None
    dcfs_at: Moment | None = None
    dcfs_reference: _Reference | None = None
    probation_at: Moment | None = None
    probation_reference: _Reference | None = None

    def outcome(self) -> Outcome:
        return Outcome(**self.model_dump())


class Close(_Asked):
    """Close it; with an `outcome`, also one that is closed already."""

    do: Literal["close"]
    outcome: OutcomeNoted | None = None

    def deed(self) -> CoordinatorDeed:
        return asked.CloseIt(self.outcome.outcome() if self.outcome else None)


class Verify(_Asked):
    """The agency was rung at the number that it has listed: police have called. Confirms the place as well."""

    do: Literal["verify"]

    def deed(self) -> CoordinatorDeed:
        return asked.VerifyCaller()


class JoinCall(_Asked):
    """Your own phone rings; with a key you are joined with the officer, and with whoever speaks with them."""

    do: Literal["join_call"]

    def deed(self) -> CoordinatorDeed:
        return asked.JoinCall()


Asked = Annotated[
    PagePerson
    | NextStep
    | GoMyself
    | Assign
    | AddPartner
    | SetEta
    | CorrectStamp
    | ChangeDetails
    | TellSpecialist
    | TellOfficer
    | Cancel
    | Close
    | Verify
    | JoinCall,
    Field(discriminator="do"),
]


class ToPreview(_Asked):
    """A deed, to see what it would send and to whom."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"deed": {"do": "page_person", "person": "ben"}}]})

    deed: Asked


_Digest = Annotated[
    str, Field(min_length=1, max_length=64, pattern="^[0-9a-f]+$", description="Of the preview that was seen.")
]


class ToDo(_Asked):
    """A deed, with the `digest` of its preview."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"deed": {"do": "page_person", "person": "ben"}, "digest": DIGEST}],
        }
    )

    deed: Asked
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
    """What a deed would send now, to whom, and who gets nothing. `beware` is what to know before doing it;
    `taken_back` counts the pages that wait and would never leave."""

    kind: DeedKind
    sentence: str
    letters: list[LetterSeen]
    silent: list[SilenceSeen]
    beware: list[str]
    taken_back: int
    tells_agency: bool
    digest: str


class DoneSeen(BaseModel):
    """`again`: it had been done when this was asked, by whoever `by` names."""

    kind: DeedKind
    callout: str
    at: datetime
    by: str
    again: bool


_Coordinator = Annotated[Actor, Depends(coordinator_may(Permission.SEE_CALLOUT))]
"""Who asks for a deed. What they need for it is known once the body is read."""
_Opener = Annotated[Actor, Depends(coordinator_may(Permission.OPEN_BY_HAND))]

router = APIRouter(prefix=callouts.prefix, tags=["coordinators"], route_class=JsonRoute)


_IS_OVER = {"detail": IS_OVER, "why": "over"}


def _refused(field: str) -> dict[int | str, dict[str, Any]]:
    """How both doors for a deed refuse it; `field` is one that the body cannot do without."""
    own: dict[int, Said | Either] = {
        403: NEEDS_COORDINATOR,
        404: NO_CALLOUT,
        409: _IS_OVER,
        422: wrong(field, "is missing"),
    }
    return documented(*READS_A_BODY, said=own)


@router.post(
    "/{callout_id}/deeds/preview",
    response_model=PreviewSeen,
    responses={**answered(WOULD_PAGE_BEN), **_refused("deed.page_person.person")},
)
async def preview(callout_id: CallOutId, body: ToPreview, office: TheOffice, who: _Coordinator) -> Any:
    """What a deed would send and to whom; changes nothing. 409, with `why`, when it makes no sense now."""
    return seen(await office.ask(coordinate.preview_deed, callout_id, _permitted(body.deed), who))


@router.post(
    "/{callout_id}/deeds",
    response_model=DoneSeen,
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
async def do(callout_id: CallOutId, body: ToDo, office: TheOffice, who: _Coordinator) -> Any:
    """Do it, once: the same digest again changes nothing. 409 with the new `preview` when anybody it would reach, or a
    word of it, is different by now; nothing is done then."""
    done = await office.act(coordinate.do_deed, callout_id, _permitted(body.deed), who, body.digest)
    return _changed(done) if isinstance(done, Preview) else done


def _permitted(deed: Asked) -> CoordinatorDeed:
    """Raises `NotAllowed`."""
    check_key(NEEDED[DeedKind(deed.do)])
    return deed.deed()


def _changed(now: Preview) -> JSONResponse:
    shown = PreviewSeen.model_validate(seen(now)).model_dump(mode="json")
    return problem(409, "what this would send has changed meanwhile, so nothing was done: see preview", preview=shown)


def seen(shown: Preview) -> dict[str, Any]:
    """A preview for a program. No number stands in it: who is reached is told by name."""
    names = LetterSeen.model_fields
    return {
        **{name: getattr(shown, name) for name in PreviewSeen.model_fields if name not in ("letters", "silent")},
        "letters": [{name: getattr(letter, name) for name in names} for letter in shown.letters],
        "silent": [{"name": silence.name, "why": silence.why} for silence in shown.silent],
    }


# ---- for an officer who rang ---------------------------------------------------------------------------------------


BY_HAND: dict[str, Any] = {
    "agency": "LBPD",
    "callout": {"officer": {"callback_phone": "+15625550177"}, "unit": "West Division"},
}


class ToOpenPreview(_Asked):
    """What an officer who rang a coordinator said."""

    model_config = ConfigDict(json_schema_extra={"examples": [BY_HAND]})

    agency: _Word
    callout: CallOutRequest


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
        "answered 200; with another call-out it is answered 409. A key is deleted with the details of its call-out: 90 "
        "days after the end, unless the service is set otherwise.",
    ),
]


@router.post(
    "/by-hand/preview",
    response_model=PreviewSeen,
    responses={
        **answered(WOULD_OPEN),
        **documented(
            *READS_A_BODY, said={403: NEEDS_COORDINATOR, 422: wrong("callout.officer.callback_phone", "is missing")}
        ),
    },
)
async def preview_opening(body: ToOpenPreview, office: TheOffice, who: _Opener) -> Any:
    """What opening a call-out for an officer who rang would send. `K0DE` stands where its code will be."""
    return seen(await office.ask(coordinate.preview_opening, body.agency, body.callout.details(), who))


@router.post(
    "/by-hand/open",
    status_code=201,
    response_model=Created,
    responses={
        **answered(created_at(CALLED_BY_HAND), status=201),
        **opened_before(CALLED_BY_HAND),
        **documented(
            *READS_A_BODY,
            said={
                403: NEEDS_COORDINATOR,
                409: USED_KEY,
                422: wrong("idempotency-key", "is missing"),
            },
        ),
    },
)
async def open_by_hand(body: ToOpen, response: Response, office: TheOffice, who: _Opener, idempotency_key: _Key) -> Any:
    """Open a call-out for an officer who rang, as the agency's own program would. 409 with the new `preview` when what
    it would send has changed; nothing is opened then."""
    details = body.callout.details()
    opened = await again_on_conflict(
        lambda: office.act(coordinate.open_by_hand, body.agency, details, idempotency_key, who, body.digest)
    )
    if not isinstance(opened, Opened):
        return _changed(opened)
    made = created(opened.record, office.public_url)
    response.status_code = 201 if opened.fresh else 200
    response.headers["Location"] = made.status_url
    return made
