"""What an agency may see of its own call-out: status, the specialist's first name, the ETA and the stamps. No more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from dispatch.rules.facts.callout import Assignment, Status
from dispatch.rules.facts.roster import Roster
from dispatch.rules.wording.times import utc_iso
from dispatch.store.callout import assignments
from dispatch.store.callout.records import CallOutRecord
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class CallOutStatus:
    """The status of a call-out. `specialist` is the first name of whoever comes first. Moments are in UTC, and null
    until they have happened."""

    id: str
    code: str
    status: Status
    received_at: datetime
    respond_by: datetime
    reference: str | None
    specialist: str | None
    eta_at: datetime | None
    first_paged_at: datetime | None
    acknowledged_at: datetime | None
    en_route_at: datetime | None
    arrived_at: datetime | None
    with_child_at: datetime | None
    cleared_at: datetime | None
    ended_at: datetime | None


def agency_view(record: CallOutRecord, roster: Roster, first: Assignment | None) -> dict[str, Any]:
    """A `CallOutStatus`, JSON-ready: moments are ISO 8601 in UTC. `first` is whoever comes first to an open call-out,
    where somebody has it: the specialist is theirs to be named, with their ETA and their departure."""
    id_ = first.person if first is not None else record.specialist
    specialist = roster.person(id_) if id_ else None
    first_name = specialist.first_name if specialist else None
    theirs = {"eta_at": first.eta_at, "en_route_at": first.en_route_at} if first is not None else {}
    return projected(CallOutStatus, record, reference=record.details.reference, specialist=first_name, **theirs)


def first_to_come(tx: Transaction, found: Sequence[CallOutRecord]) -> Mapping[str, Assignment]:
    """Whoever comes first to those of these call-outs that are open and that somebody has, by the call-out's id."""
    going_on = [one.id for one in found if one.status.is_open and one.specialist is not None]
    return assignments.first_to_come(tx, going_on)


def view_of(tx: Transaction, record: CallOutRecord, roster: Roster) -> dict[str, Any]:
    """The `agency_view` of one call-out as it is now."""
    return agency_view(record, roster, first_to_come(tx, [record]).get(record.id))


def projected(shape: type[Any], source: object, **put_otherwise: object) -> dict[str, Any]:
    """The fields of `shape`, in its order, JSON-ready: each is `put_otherwise`, or stands in `source` by that name."""
    names = [field.name for field in fields(shape)]
    return {name: _plain(put_otherwise[name] if name in put_otherwise else getattr(source, name)) for name in names}


def _plain(value: object) -> object:
    match value:
        case datetime():
            return utc_iso(value)
        case StrEnum():
            return value.value
        case _:
            return value
