"""What a coordinator does about one call-out: each deed is what they ask for, before any rule has looked at it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from dispatch.rules.decisions import StampKind
from dispatch.rules.facts.outcome import Outcome
from dispatch.rules.facts.people import Person


class DeedKind(StrEnum):
    """What a coordinator may do about a call-out, as programs name it."""

    PAGE_PERSON = "page_person"
    NEXT_STEP = "next_step"
    GO_MYSELF = "go_myself"
    ASSIGN = "assign"
    ADD_PARTNER = "add_partner"
    SET_ETA = "set_eta"
    CORRECT_STAMP = "correct_stamp"
    CHANGE_DETAILS = "change_details"
    TELL_SPECIALIST = "tell_specialist"
    TELL_OFFICER = "tell_officer"
    CANCEL = "cancel"
    CLOSE = "close"
    VERIFY = "verify"
    JOIN_CALL = "join_call"
    OPEN_BY_HAND = "open_by_hand"


@dataclass(frozen=True, slots=True)
class Coordinator:
    """Who does it. `id` is a person's; for a key whose name is nobody's in the roster, that name, and no `person`."""

    id: str
    name: str  # for people: a first name where there is one
    person: Person | None = None


# ---- the deeds; a person is given by id, a moment is aware ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PagePerson:
    """Page this specialist now, whoever's turn it is."""

    person: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step that runs ends now."""


@dataclass(frozen=True, slots=True)
class GoMyself:
    """The coordinator, who is a specialist too, takes it."""

    eta_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AssignPerson:
    """This specialist is to go. Paging goes on until they answer, unless the coordinator `spoke` to them."""

    person: str
    spoke: bool = False
    eta_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AddPartner:
    """This specialist is to go along. They are asked, unless the coordinator `spoke` to them."""

    person: str
    spoke: bool = False
    eta_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class GiveEta:
    """A new ETA of this person, otherwise of whoever has it."""

    eta_at: datetime
    person: str | None = None


@dataclass(frozen=True, slots=True)
class SetStamp:
    """A stamp of this person, otherwise of whoever has it: one that was never reported, or one that was wrong.

    `among` are the stamps that are set one after the other in one go: whether they are in order is asked of them all.
    """

    stamp: StampKind
    at: datetime
    reason: str | None
    person: str | None = None
    among: Mapping[StampKind, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SayMore:
    """What the caller now says; `changes` are fields of `Details`."""

    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TellSpecialist:
    """Words to this person, otherwise to everybody who is going or there."""

    words: str
    person: str | None = None


@dataclass(frozen=True, slots=True)
class TellTheOfficer:
    words: str


@dataclass(frozen=True, slots=True)
class CancelIt:
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class CloseIt:
    """Close it, or say what came of one that is closed already; that takes an `outcome`."""

    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class VerifyCaller:
    """The coordinator rang the number that the agency has listed, and police have called. It confirms the place too."""


@dataclass(frozen=True, slots=True)
class JoinCall:
    """The coordinator is rung, and joined with the officer and whoever speaks with them."""


CoordinatorDeed = (
    PagePerson
    | NextStep
    | GoMyself
    | AssignPerson
    | AddPartner
    | GiveEta
    | SetStamp
    | SayMore
    | TellSpecialist
    | TellTheOfficer
    | CancelIt
    | CloseIt
    | VerifyCaller
    | JoinCall
)

KINDS: Mapping[type, DeedKind] = {
    PagePerson: DeedKind.PAGE_PERSON,
    NextStep: DeedKind.NEXT_STEP,
    GoMyself: DeedKind.GO_MYSELF,
    AssignPerson: DeedKind.ASSIGN,
    AddPartner: DeedKind.ADD_PARTNER,
    GiveEta: DeedKind.SET_ETA,
    SetStamp: DeedKind.CORRECT_STAMP,
    SayMore: DeedKind.CHANGE_DETAILS,
    TellSpecialist: DeedKind.TELL_SPECIALIST,
    TellTheOfficer: DeedKind.TELL_OFFICER,
    CancelIt: DeedKind.CANCEL,
    CloseIt: DeedKind.CLOSE,
    VerifyCaller: DeedKind.VERIFY,
    JoinCall: DeedKind.JOIN_CALL,
}
"""Opening by hand is not among them: there is no call-out yet that it could be about."""
