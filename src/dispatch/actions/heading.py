"""What stands at the head of a call-out wherever people read of it: on the board, on its own page, behind an alarm."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from dispatch.rules.facts.callout import CallOut, Status
from dispatch.rules.facts.roster import Roster


@dataclass(frozen=True, slots=True)
class Heading:
    """Which call-out it is, whose, how it stands and by when somebody must be there. `agency` is a code; `same_as` is
    the code of another open call-out that is probably about the same."""

    id: str
    code: str
    status: Status
    agency: str
    agency_name: str
    received_at: datetime
    respond_by: datetime
    arrived_at: datetime | None
    same_as: str | None


_OWN = tuple(field.name for field in fields(Heading) if field.name != "agency_name")


def heading(callout: CallOut, roster: Roster) -> dict[str, Any]:
    """The fields of a `Heading`, for whatever begins with one."""
    return {name: getattr(callout, name) for name in _OWN} | {"agency_name": roster.agency_name(callout.agency)}
