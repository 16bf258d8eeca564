"""What a coordinator may tell the service to do about a call-out: each command is a class that says all of it.

To add one:

1. Write its class here, with its permission and its audit event, and name it in `Command`. The API, the audit, the
   preview and the views read the rest from the class.
2. In `rules/commands/deciding.py`, say when it makes sense (`possible`), what it leads to (`decide`) and what the audit
   keeps of it (`record`).
3. Give it a form in `inbound/web/templates/pieces/callout.html`. A field that no other command has gets its limits in
   `inbound/api/command_bodies.py`, and is read in `inbound/web/callout/command_forms.py`.

A person is given by id; moments are aware.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal, get_args

from dispatch.rules.access.permissions import Permission
from dispatch.rules.decisions import StampKind
from dispatch.rules.facts.actors import AuditEvent
from dispatch.rules.facts.callout import Details, Outcome
from dispatch.rules.facts.people import Person


@dataclass(frozen=True, slots=True)
class Coordinator:
    """Who gives a command. `id` is a person's id; for a key whose name nobody in the roster has, it is that name,
    without a `person`."""

    id: str
    name: str  # for people: a first name where there is one
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a command would lead to, as far as a sentence can say it. `who` is the first of our people whom it is about,
    `notes` are its lines in the timeline. It `settles` if it takes effect at once and nobody is asked first."""

    code: str
    agency: str
    who: str
    notes: tuple[str, ...]
    settles: bool


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a command besides its fields, in one definition.

    `shown` is what its preview calls it, `done` what the view says afterwards.
    Two people who give the same command want the same thing, unless it is about `oneself`.
    """

    needs: Permission
    audited: AuditEvent
    shown: Callable[[Foreseen], str]
    done: str = ""
    oneself: bool = False


# Without slots, so that the class itself knows its name: `PagePerson.do`.


@dataclass(frozen=True)
class PagePerson:
    """Page this specialist now, whichever step is running."""

    person: str
    do: Literal["page_person"] = "page_person"
    about: ClassVar = About(
        Permission.PAGE_PERSON,
        AuditEvent.PAGED_PERSON,
        shown=lambda it: f"Page {it.who} now for {it.code}",
        done="The page is going out",
    )


@dataclass(frozen=True)
class NextStep:
    """The step that runs ends now."""

    do: Literal["next_step"] = "next_step"
    about: ClassVar = About(
        Permission.NEXT_STEP,
        AuditEvent.BEGAN_STEP,
        shown=lambda it: f"Begin the next step of {it.code} now",
        done="The next step has begun",
    )


@dataclass(frozen=True)
class GoMyself:
    """The coordinator takes it."""

    eta_at: datetime | None = None
    do: Literal["go_myself"] = "go_myself"
    about: ClassVar = About(
        Permission.GO_MYSELF,
        AuditEvent.WENT_MYSELF,
        shown=lambda it: f"Take {it.code} yourself",
        done="You have {code}",
        oneself=True,
    )


@dataclass(frozen=True)
class Assign:
    """This specialist is to go. Paging goes on until they answer, unless the coordinator `spoke` to them."""

    person: str
    spoke: bool = False
    eta_at: datetime | None = None
    do: Literal["assign"] = "assign"
    about: ClassVar = About(
        Permission.ASSIGN,
        AuditEvent.ASSIGNED,
        shown=lambda it: (
            f"Give {it.code} to {it.who}"
            if it.settles
            else f"Ask {it.who} to go to {it.code}, and page on until somebody has it"
        ),
        done="Assigned",
    )


@dataclass(frozen=True)
class AddPartner:
    """This specialist is to go along. They are asked, unless the coordinator `spoke` to them."""

    person: str
    spoke: bool = False
    eta_at: datetime | None = None
    do: Literal["add_partner"] = "add_partner"
    about: ClassVar = About(
        Permission.ADD_PARTNER,
        AuditEvent.ADDED_PARTNER,
        shown=lambda it: f"Add {it.who} to {it.code}" if it.settles else f"Ask {it.who} to go along to {it.code}",
        done="A partner is asked, or added",
    )


@dataclass(frozen=True)
class SetEta:
    """A new ETA of this person, otherwise of whoever has it."""

    eta_at: datetime
    person: str | None = None
    do: Literal["set_eta"] = "set_eta"
    about: ClassVar = About(
        Permission.SET_ETA,
        AuditEvent.SET_ETA,
        shown=lambda it: f"{it.code}, {it.notes[0]}",
        done="The ETA is set",
    )


@dataclass(frozen=True)
class CorrectStamp:
    """A stamp of this person, otherwise of whoever has it. The old value stays in the record, with the reason."""

    stamp: StampKind
    at: datetime
    reason: str
    person: str | None = None
    do: Literal["correct_stamp"] = "correct_stamp"
    about: ClassVar = About(
        Permission.CORRECT_STAMP,
        AuditEvent.CORRECTED_STAMPS,
        shown=lambda it: f"{it.code}, {it.who}: {it.notes[-1]}",
        done="The stamp is set",
    )


@dataclass(frozen=True)
class ChangeDetails:
    """What the caller now says: as an agency's `PATCH`."""

    changes: Mapping[str, Any]  # fields of `Details`
    do: Literal["change_details"] = "change_details"
    about: ClassVar = About(
        Permission.CHANGE_DETAILS,
        AuditEvent.CHANGED_DETAILS,
        shown=lambda it: f"{it.code}, {it.notes[0]}",
        done="The details are changed",
    )


@dataclass(frozen=True)
class TellSpecialist:
    """Words to this person, otherwise to everybody who is going or there: they stand behind the link."""

    words: str
    person: str | None = None
    do: Literal["tell_specialist"] = "tell_specialist"
    about: ClassVar = About(
        Permission.SEND_MESSAGE,
        AuditEvent.WROTE_SPECIALIST,
        shown=lambda it: f"Write about {it.code} to whoever goes",
        done="The words are on their way to whoever goes",
    )


@dataclass(frozen=True)
class TellOfficer:
    """Words to the officer, in one text. Never a child's name, never the meeting place."""

    words: str
    do: Literal["tell_officer"] = "tell_officer"
    about: ClassVar = About(
        Permission.SEND_MESSAGE,
        AuditEvent.WROTE_OFFICER,
        shown=lambda it: f"Write to the officer of {it.code}",
        done="The words are on their way to the officer",
    )


@dataclass(frozen=True)
class Cancel:
    """Nobody is needed any more."""

    reason: str | None = None
    do: Literal["cancel"] = "cancel"
    about: ClassVar = About(
        Permission.CANCEL,
        AuditEvent.CANCELLED,
        shown=lambda it: f"Cancel {it.code}",
        done="Cancelled",
    )


@dataclass(frozen=True)
class Close:
    """Close it; with an `outcome`, also one that is closed already."""

    outcome: Outcome | None = None
    do: Literal["close"] = "close"
    about: ClassVar = About(
        Permission.CLOSE,
        AuditEvent.CLOSED,
        shown=lambda it: f"Close {it.code}" if it.settles else f"Note what came of {it.code}",
        done="Closed",
    )


@dataclass(frozen=True)
class Verify:
    """The agency was rung at the number that it has listed: police have called. Confirms the meeting place as well."""

    do: Literal["verify"] = "verify"
    about: ClassVar = About(
        Permission.VERIFY,
        AuditEvent.VERIFIED,
        shown=lambda it: f"Say that the caller of {it.code} is verified",
        done="The caller is verified",
    )


@dataclass(frozen=True)
class JoinCall:
    """Your own phone rings; with a key you are joined with the officer, and with whoever speaks with them."""

    do: Literal["join_call"] = "join_call"
    about: ClassVar = About(
        Permission.JOIN_CALL,
        AuditEvent.JOINED_CALL,
        shown=lambda it: f"Ring {it.who}, to be joined with the officer of {it.code}",
        done="Your phone rings in a moment: press 1",
        oneself=True,
    )


@dataclass(frozen=True)
class RangOfficer:
    """The coordinator has rung the officer, from any phone: what the officer was promised is kept."""

    do: Literal["rang_officer"] = "rang_officer"
    about: ClassVar = About(
        Permission.RANG_OFFICER,
        AuditEvent.RANG_OFFICER,
        shown=lambda it: f"Say that you rang the officer of {it.code}",
        done="Noted: nobody is rung about it any more",
        oneself=True,
    )


@dataclass(frozen=True)
class OpenByHand:
    """What an officer who rang a coordinator said. There is no call-out yet that it could be about, so it has its own
    doors."""

    agency: str
    details: Details
    do: Literal["open_by_hand"] = "open_by_hand"
    about: ClassVar = About(
        Permission.OPEN_BY_HAND,
        AuditEvent.OPENED_BY_HAND,
        shown=lambda it: f"Open a call-out for {it.agency}",
    )


Command = (
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
    | JoinCall
    | RangOfficer
)
"""The commands about a call-out that exists."""

COMMANDS: tuple[type[Command], ...] = get_args(Command)
BY_NAME: Mapping[str, type[Command] | type[OpenByHand]] = {one.do: one for one in (*COMMANDS, OpenByHand)}
