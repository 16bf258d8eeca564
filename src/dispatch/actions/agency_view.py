"""What an agency may see of its own call-out: status, the specialist's first name, the ETA and the stamps. No more."""

from datetime import datetime
from typing import Any

from dispatch.rules.facts.roster import Roster
from dispatch.store.callout_records import CallOutRecord


def agency_view(record: CallOutRecord, roster: Roster) -> dict[str, Any]:
    """JSON-ready; moments are ISO 8601 in UTC."""
    specialist = roster.person(record.specialist) if record.specialist else None
    return {
        "id": record.id,
        "code": record.code,
        "status": record.status.value,
        "received_at": iso(record.received_at),
        "respond_by": iso(record.respond_by),
        "reference": record.details.reference,
        "specialist": specialist.first_name if specialist else None,
        "eta_at": iso(record.eta_at),
        "first_paged_at": iso(record.first_paged_at),
        "acknowledged_at": iso(record.acknowledged_at),
        "en_route_at": iso(record.en_route_at),
        "arrived_at": iso(record.arrived_at),
        "with_child_at": iso(record.with_child_at),
        "cleared_at": iso(record.cleared_at),
        "ended_at": iso(record.ended_at),
    }


def iso(moment: datetime | None) -> str | None:
    """A moment in UTC as ISO 8601 with a Z."""
    return moment.isoformat().replace("+00:00", "Z") if moment else None
