"""The newest call-outs at the top of the view, and how long their response clocks have run."""

from collections.abc import Mapping, Sequence
from typing import Any

from demo.phones_view.pieces import Piece, piece
from dispatch.actions.access.agency_view import first_to_come
from dispatch.rules.facts.callout import Assignment, Status
from dispatch.rules.facts.roster import Roster
from dispatch.rules.wording import times
from dispatch.store.callout import records
from dispatch.store.callout.records import CallOutRecord
from dispatch.store.engine.database import Database
from dispatch.store.transaction import Transaction

_MOST_CALLOUTS = 4

_STATUS = {
    Status.PAGING: "paging",
    Status.ACKNOWLEDGED: "taken",
    Status.EN_ROUTE: "on the way",
    Status.ON_SCENE: "on scene",
    Status.CLEARED: "left the scene",
    Status.CLOSED: "closed",
    Status.CANCELLED: "cancelled",
}


async def board(database: Database, roster: Roster, first_on_call: str) -> Piece:
    """The board as it is now; an empty one says that `first_on_call` would get a text."""
    newest, first = await database.read(_newest)
    rows = [_row(record, roster, first.get(record.id)) for record in newest]
    return piece("board", "board", callouts=rows, first=first_on_call)


def _newest(tx: Transaction) -> tuple[Sequence[CallOutRecord], Mapping[str, Assignment]]:
    """The newest call-outs, and whoever comes first to those that are open."""
    newest = records.newest(tx, most=_MOST_CALLOUTS)
    return newest, first_to_come(tx, newest)


def _row(record: CallOutRecord, roster: Roster, first: Assignment | None) -> dict[str, Any]:
    id_, eta_at = (first.person, first.eta_at) if first is not None else (record.specialist, record.eta_at)
    person = roster.person(id_) if id_ else None
    stopped = record.arrived_at or record.ended_at
    return {
        "code": record.code,
        "agency": record.agency,
        "over": not record.status.is_open,
        "since": f"since {times.local_time(record.received_at)}",
        "status": _STATUS[record.status],
        "who": person.first_name if person else None,
        "eta": times.local_time(eta_at) if eta_at and not record.arrived_at else None,
        "received": record.received_at,
        "target": round((record.respond_by - record.received_at).total_seconds()),
        "took": round((stopped - record.received_at).total_seconds()) if stopped else None,
        "late": bool(stopped and stopped > record.respond_by) or record.missed,
    }
