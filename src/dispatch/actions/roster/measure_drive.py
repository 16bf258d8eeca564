"""What a drive took, kept when somebody arrives."""

from datetime import datetime

import structlog

from dispatch.actions.context import Context
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.nearer.estimate import measured_drive
from dispatch.rules.nearer.meeting_area import meeting_area
from dispatch.store.callout import records
from dispatch.store.engine.savepoint import InternalError, apart
from dispatch.store.roster import measured_drives
from dispatch.store.transaction import Transaction

_log = structlog.get_logger("dispatch.drives")


def measure_drive(tx: Transaction, context: Context, callout: CallOut, person_id: str, arrived_at: datetime) -> None:
    """Keep the drive of somebody who has just arrived, if it was one and both its areas are known. `callout` is as it
    was before. A mistake of ours here is only logged: an arrival stands without it."""
    try:
        with apart(tx):
            _measure(tx, context, callout, person_id, arrived_at)
    except InternalError:
        _log.exception("drive not measured", callout=callout.id)


def _measure(tx: Transaction, context: Context, callout: CallOut, person_id: str, arrived_at: datetime) -> None:
    roster = context.roster(tx)
    person, mine = roster.person(person_id), callout.assignment_of(person_id)
    if not roster.areas or person is None or mine is None or not mine.drives:
        return
    record = records.find(tx, callout.id)
    to = meeting_area(roster, callout.agency, record.details) if record is not None else None
    drive = measured_drive(person, to, roster, mine.en_route_at, arrived_at)
    if drive is not None:
        measured_drives.keep(tx, drive)
