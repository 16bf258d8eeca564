"""What an agency may see of its own call-out: status, the specialist's first name, the ETA and the stamps. No more."""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.roster import Roster
from dispatch.rules.wording.times import utc_iso
from dispatch.store.callout.records import CallOutRecord


@dataclass(frozen=True, slots=True)
class CallOutStatus:
    """The status of a call-out. `specialist` is a first name. Moments are in UTC, and null until they have happened."""

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


def agency_view(record: CallOutRecord, roster: Roster) -> dict[str, Any]:
    """A `CallOutStatus`, JSON-ready: moments are ISO 8601 in UTC."""
    specialist = roster.person(record.specialist) if record.specialist else None
    first_name = specialist.first_name if specialist else None
    return projected(CallOutStatus, record, reference=record.details.reference, specialist=first_name)


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
