"""A call-out as people see it: what its caller said, and how it stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dispatch.rules.facts import AssignmentRole, Status
from dispatch.store import tables as t
from dispatch.store.engine.statement import Row, Statement
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Details:
    """What a caller may say of a call-out, and no more: never a child's name, no narrative. Only the phone is needed.

    Coordinates are WGS 84 degrees; moments are aware.
    """

    officer_phone: str
    unit: str | None = None
    officer_name: str | None = None
    officer_badge: str | None = None
    place_address: str | None = None
    place_lat: float | None = None
    place_lon: float | None = None
    place_note: str | None = None
    children: int | None = None
    age_band: str | None = None
    languages: tuple[str, ...] | None = None
    medical_need: bool | None = None
    scene_safe: bool | None = None
    reference: str | None = None
    officer_leaves_at: datetime | None = None
    recovered_at: datetime | None = None
    hotline_called_at: datetime | None = None


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
    first_paged_at: datetime | None
    acknowledged_at: datetime | None
    arrived_at: datetime | None
    ended_at: datetime | None
    missed: bool
    specialist: str | None
    eta_at: datetime | None
    en_route_at: datetime | None
    with_child_at: datetime | None
    cleared_at: datetime | None
    home_at: datetime | None


_DETAILS = (
    "officer_phone", "unit", "officer_name", "officer_badge", "place_address", "place_lat", "place_lon", "place_note",
    "children", "age_band", "languages", "medical_need", "scene_safe", "reference", "officer_leaves_at",
    "recovered_at", "hotline_called_at",
)  # fmt: skip


def details_row(details: Details) -> dict[str, Any]:
    row = {name: getattr(details, name) for name in _DETAILS}
    row["languages"] = list(details.languages) if details.languages is not None else None
    return row


_PRIMARY = sa.and_(
    t.assignment.c.callout == t.callout.c.id,
    t.assignment.c.role == AssignmentRole.PRIMARY,
    t.assignment.c.released_at.is_(None),
)
_RECORD = sa.select(
    t.callout,
    t.assignment.c.person.label("specialist"),
    *(t.assignment.c[name] for name in ("eta_at", "en_route_at", "with_child_at", "cleared_at", "home_at")),
).select_from(t.callout.outerjoin(t.assignment, _PRIMARY))


_NEWEST = Statement(_RECORD.order_by(t.callout.c.received_at.desc()).limit(sa.bindparam("most")))
# In an order that no index has: SQLite would otherwise walk back through all history to find a few open ones.
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
    details = {name: row[name] for name in _DETAILS}
    details["languages"] = tuple(row["languages"]) if row["languages"] is not None else None
    return CallOutRecord(
        id=row["id"],
        code=row["code"],
        agency=row["agency"],
        status=Status(row["status"]),
        received_at=row["received_at"],
        respond_by=row["respond_by"],
        details=Details(**details),
        first_paged_at=row["first_paged_at"],
        acknowledged_at=row["acknowledged_at"],
        arrived_at=row["arrived_at"],
        ended_at=row["ended_at"],
        missed=row["missed"],
        specialist=row["specialist"],
        eta_at=row["eta_at"],
        en_route_at=row["en_route_at"],
        with_child_at=row["with_child_at"],
        cleared_at=row["cleared_at"],
        home_at=row["home_at"],
    )
