"""A call-out as people see it: what its caller said, and how it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from dispatch.rules.facts import AssignmentRole, CallOut, Details, Status
from dispatch.store import tables as t
from dispatch.store.engine.statement import Row, Statement
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class CallOutRecord:
    """One call-out as an agency or a coordinator sees it; `specialist` is the id of whoever has it."""

    id: str
    code: str
    agency: str
    status: Status
    received_at: datetime
    respond_by: datetime
    details: Details
    first_paged_at: datetime | None = None
    acknowledged_at: datetime | None = None
    arrived_at: datetime | None = None
    ended_at: datetime | None = None
    missed: bool = False
    specialist: str | None = None
    eta_at: datetime | None = None
    en_route_at: datetime | None = None
    with_child_at: datetime | None = None
    cleared_at: datetime | None = None
    home_at: datetime | None = None


_DETAILS = tuple(field.name for field in fields(Details))
_said = attrgetter(*_DETAILS)
_HOW_IT_STANDS = tuple(field.name for field in fields(CallOutRecord) if field.name != "details")


def of_new(callout: CallOut, details: Details) -> CallOutRecord:
    """The record of a call-out that was opened just now, without asking the database again."""
    known = (callout.id, callout.code, callout.agency, callout.status, callout.received_at, callout.respond_by)
    return CallOutRecord(*known, details)


def details_row(details: Details) -> dict[str, Any]:
    return dict(zip(_DETAILS, _said(details), strict=True))


_PRIMARY = sa.and_(
    t.assignment.c.callout == t.callout.c.id,
    t.assignment.c.role == AssignmentRole.PRIMARY,
    t.assignment.c.released_at.is_(None),
)
_COLUMNS: Mapping[str, sa.ColumnElement[Any]] = {
    **t.assignment.c,  # before the call-out's: for a stamp that both have, the call-out's is shown
    **t.callout.c,
    "specialist": t.assignment.c.person.label("specialist"),
}
_RECORD = sa.select(*(_COLUMNS[name] for name in (*_HOW_IT_STANDS, *_DETAILS))).select_from(
    t.callout.outerjoin(t.assignment, _PRIMARY)
)
_NEWEST = Statement(_RECORD.order_by(t.callout.c.received_at.desc()).limit(sa.bindparam("most")))
# An order that no index has: otherwise SQLite would walk back through the whole history to find a few open ones.
_BY_AGE = sa.func.coalesce(t.callout.c.received_at, t.callout.c.received_at).desc()
_NEWEST_OPEN = Statement(_RECORD.where(t.callout.c.open).order_by(_BY_AGE).limit(sa.bindparam("most")))
_RECORD_OF = Statement(_RECORD.where(t.callout.c.id == sa.bindparam("id")))


def find(tx: Transaction, callout_id: str) -> CallOutRecord | None:
    row = _RECORD_OF.first(tx, id=callout_id)
    return _record(row) if row else None


def newest(tx: Transaction, *, only_open: bool = False, most: int = 100) -> list[CallOutRecord]:
    """The newest call-outs first."""
    return [_record(row) for row in (_NEWEST_OPEN if only_open else _NEWEST).rows(tx, most=most)]


def _record(row: Row) -> CallOutRecord:
    row["status"] = Status(row["status"])
    row["languages"] = tuple(row["languages"]) if row["languages"] is not None else None
    details = Details(**{name: row.pop(name) for name in _DETAILS})
    return CallOutRecord(**row, details=details)
