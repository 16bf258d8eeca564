"""Who is how far from a meeting place, for the rules that ask: a few queries, and none where no area is known."""

from datetime import datetime

from dispatch.rules.facts.callout import CallOut, Details
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.situation import Nearby
from dispatch.rules.nearer.meeting_area import meeting_area
from dispatch.rules.nearer.nearby import nearby
from dispatch.store.callout import callouts, records
from dispatch.store.roster import measured_drives
from dispatch.store.shifts import absences
from dispatch.store.transaction import Transaction


def load_nearby(
    tx: Transaction, roster: Roster, callout: CallOut, now: datetime, details: Details | None = None
) -> Nearby:
    """As it is at this moment. `details` are those of a call-out that is not written yet."""
    if details is None:
        record = records.find(tx, callout.id)
        assert record is not None, "it is locked"
        details = record.details
    to = meeting_area(roster, callout.agency, details) if roster.areas else None
    drives = measured_drives.to_area(tx, to.code) if to is not None else []
    return nearby(roster, callout, to, drives, callouts.count_waiting(tx), now, absences.away_at(tx, now))
