"""What an agency may see of its own call-out: status, the specialist's first name, the ETA and the stamps. No more."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.roster import Roster
from dispatch.rules.wording.times import utc_iso
from dispatch.store.callout_records import CallOutRecord


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


# In this order, also in the webhooks.
_SEEN = tuple(field.name for field in fields(CallOutStatus))


def agency_view(record: CallOutRecord, roster: Roster) -> dict[str, Any]:
    """A `CallOutStatus`, JSON-ready: moments are ISO 8601 in UTC."""
    specialist = roster.person(record.specialist) if record.specialist else None
    put_otherwise = {
        "reference": record.details.reference,
        "specialist": specialist.first_name if specialist else None,
    }
    return {name: put_otherwise[name] if name in put_otherwise else _plain(getattr(record, name)) for name in _SEEN}


def _plain(value: object) -> object:
    match value:
        case datetime():
            return utc_iso(value)
        case Status():
            return value.value
        case _:
            return value
