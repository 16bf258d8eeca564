"""The newest call-outs at the top of the view, and how long their response clocks have run."""

from typing import Any

from dispatch.demo.phones_view.pieces import Piece, piece
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.roster import Roster
from dispatch.rules.wording import times
from dispatch.store.callout import records
from dispatch.store.callout.records import CallOutRecord
from dispatch.store.engine.database import Database

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
    newest = await database.read(lambda tx: records.newest(tx, most=_MOST_CALLOUTS))
    return piece("board", "board", callouts=[_row(record, roster) for record in newest], first=first_on_call)


def _row(record: CallOutRecord, roster: Roster) -> dict[str, Any]:
    person = roster.person(record.specialist) if record.specialist else None
    stopped = record.arrived_at or record.ended_at
    return {
        "code": record.code,
        "agency": record.agency,
        "over": not record.status.is_open,
        "since": f"since {times.local_time(record.received_at)}",
        "status": _STATUS[record.status],
        "who": person.first_name if person else None,
        "eta": times.local_time(record.eta_at) if record.eta_at and not record.arrived_at else None,
        "received": record.received_at,
        "target": round((record.respond_by - record.received_at).total_seconds()),
        "took": round((stopped - record.received_at).total_seconds()) if stopped else None,
        "late": bool(stopped and stopped > record.respond_by) or record.missed,
    }
