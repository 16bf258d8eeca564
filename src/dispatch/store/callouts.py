"""Call-outs and what hangs on them: rows in, facts out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import sqlalchemy as sa

from dispatch.rules.conversation import Involvement
from dispatch.rules.facts import (
    Assignment,
    AssignmentRole,
    CallOut,
    Channel,
    Details,
    Page,
    PageState,
    Purpose,
    Source,
    Status,
)
from dispatch.store import tables as t
from dispatch.store.engine.statement import Row, Statement, update_by_id
from dispatch.store.roster import policy_definition, policy_from
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


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A line of the story. `kind` and `source` are a `NoteKind` and a `Source`, unless a newer node wrote it."""

    at: datetime
    kind: str
    text: str
    person: str | None
    source: str


_DETAILS = (
    "officer_phone", "unit", "officer_name", "officer_badge", "place_address", "place_lat", "place_lon", "place_note",
    "children", "age_band", "languages", "medical_need", "scene_safe", "reference", "officer_leaves_at",
    "recovered_at", "hotline_called_at",
)  # fmt: skip


class Changes:
    """What changes about a call-out itself, gathered so that it is written in one statement."""

    def __init__(self) -> None:
        self.columns: dict[str, Any] = {}

    def __bool__(self) -> bool:
        return bool(self.columns)

    def turn(self, turn: int) -> Self:
        return self._with(turn=turn)

    def moved(self, status: Status) -> Self:
        return self._with(status=status, open=status.is_open)

    def acknowledged(self, at: datetime | None) -> Self:
        """Somebody has it since `at`; None when nobody has it any more."""
        return self._with(acknowledged_at=at)

    def arrived(self, at: datetime, *, missed: bool) -> Self:
        return self._with(arrived_at=at, missed=missed)

    def missed(self) -> Self:
        return self._with(missed=True)

    def ended(self, at: datetime) -> Self:
        return self._with(ended_at=at)

    def _with(self, **columns: Any) -> Self:
        self.columns |= columns
        return self


def change(tx: Transaction, callout_id: str, changes: Changes) -> None:
    _update(tx, callout_id, changes.columns)


def change_details(tx: Transaction, callout_id: str, details: Details) -> None:
    _update(tx, callout_id, _details_row(details))


def _update(tx: Transaction, callout_id: str, columns: Mapping[str, Any]) -> None:
    update_by_id(t.callout, tuple(columns)).run(tx, row_id=callout_id, **columns)


def new_row(callout: CallOut, details: Details, decided: Changes) -> Row:
    """A new call-out, together with what the rules have `decided` about it already."""
    return {
        "id": callout.id,
        "code": callout.code,
        "agency": callout.agency,
        "status": callout.status,
        "open": True,
        "policy": policy_definition(callout.policy),
        "turn": callout.turn,
        "missed": False,
        "received_at": callout.received_at,
        "respond_by": callout.respond_by,
        **_details_row(details),
        **decided.columns,
    }


def _details_row(details: Details) -> dict[str, Any]:
    row = {name: getattr(details, name) for name in _DETAILS}
    row["languages"] = list(details.languages) if details.languages is not None else None
    return row


# Only what a rule is told: a call-out that nobody takes has hundreds of pages, and they are read whenever it is locked.
_OF_A_CALLOUT = (
    "id", "code", "agency", "status", "received_at", "respond_by", "policy", "officer_phone", "turn", "first_paged_at",
    "acknowledged_at", "arrived_at", "missed",
)  # fmt: skip
OF_A_PAGE = ("id", "purpose", "channel", "to", "state", "due_at", "person", "turn", "text", "tried_at")
_other = t.callout.alias("other")
_OTHERS_OPEN = sa.exists().where(_other.c.open, _other.c.id != t.callout.c.id).label("others_open")
_BY_ID = sa.select(*(t.callout.c[name] for name in _OF_A_CALLOUT), _OTHERS_OPEN).where(
    t.callout.c.id == sa.bindparam("id")
)
_LOCK, _LOCK_IF_FREE = Statement(_BY_ID.with_for_update()), Statement(_BY_ID.with_for_update(skip_locked=True))
_PAGES_OF = Statement(
    sa.select(*(t.page.c[name] for name in OF_A_PAGE))
    .where(t.page.c.callout == sa.bindparam("id"), t.page.c.purpose == Purpose.PAGE)
    .order_by(t.page.c.id)
)
_DECLINES_OF = Statement(sa.select(t.decline.c.person).where(t.decline.c.callout == sa.bindparam("id")))
_ASSIGNMENTS_OF = Statement(
    sa.select(t.assignment)
    .where(t.assignment.c.callout == sa.bindparam("id"), t.assignment.c.released_at.is_(None))
    .order_by(t.assignment.c.id)
)


def lock(tx: Transaction, callout_id: str, *, skip_locked: bool = False) -> CallOut | None:
    """The call-out as a fact, held by this transaction until it ends: two who answer at once are put in a row here.

    With `skip_locked`, None while another transaction holds it.
    """
    row = (_LOCK_IF_FREE if skip_locked else _LOCK).first(tx, id=callout_id)
    return _fact(tx, row) if row else None


_HOLD = Statement(sa.select(t.callout.c.status).where(t.callout.c.id == sa.bindparam("id")).with_for_update())


def hold(tx: Transaction, callout_id: str) -> Status | None:
    """Lock the call-out, as `lock` does, for what no rule is asked about; its status is all that is read."""
    status = _HOLD.scalar(tx, id=callout_id)
    return Status(status) if status else None


def _fact(tx: Transaction, row: Row) -> CallOut:
    id_ = row["id"]
    return CallOut(
        id=id_,
        code=row["code"],
        agency=row["agency"],
        status=Status(row["status"]),
        received_at=row["received_at"],
        respond_by=row["respond_by"],
        policy=policy_from(row["policy"]["name"], row["policy"]),
        officer_phone=row["officer_phone"],
        turn=row["turn"],
        first_paged_at=row["first_paged_at"],
        acknowledged_at=row["acknowledged_at"],
        arrived_at=row["arrived_at"],
        missed=row["missed"],
        others_open=bool(row["others_open"]),
        declined=frozenset(_DECLINES_OF.scalars(tx, id=id_)),
        assignments=tuple(_assignment(one) for one in _ASSIGNMENTS_OF.rows(tx, id=id_)),
        pages=tuple(page_fact(one) for one in _PAGES_OF.rows(tx, id=id_)),
    )


def page_fact(row: Row) -> Page:
    return Page(
        id=row["id"],
        purpose=Purpose(row["purpose"]),
        channel=Channel(row["channel"]),
        to=row["to"],
        state=PageState(row["state"]),
        due_at=row["due_at"],
        person=row["person"],
        turn=row["turn"],
        text=row["text"],
        went_out=row["tried_at"] is not None,
    )


def _assignment(row: Row) -> Assignment:
    return Assignment(
        person=row["person"],
        role=AssignmentRole(row["role"]),
        acknowledged_at=row["acknowledged_at"],
        eta_at=row["eta_at"],
        en_route_at=row["en_route_at"],
        arrived_at=row["arrived_at"],
        with_child_at=row["with_child_at"],
        cleared_at=row["cleared_at"],
        home_at=row["home_at"],
    )


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


def record(tx: Transaction, callout_id: str) -> CallOutRecord | None:
    row = _RECORD_OF.first(tx, id=callout_id)
    return _record(row) if row else None


def records(tx: Transaction, *, only_open: bool = False, most: int = 100) -> list[CallOutRecord]:
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


_PAGED = sa.select(t.page.c.callout).where(
    t.page.c.person == sa.bindparam("person"), t.page.c.purpose == Purpose.PAGE, t.page.c.tried_at.is_not(None)
)
_ASSIGNED = sa.select(t.assignment.c.callout).where(
    t.assignment.c.person == sa.bindparam("person"),
    t.assignment.c.released_at.is_(None),
    t.assignment.c.home_at.is_(None),
)
_OFFERED = _ASSIGNED.where(t.assignment.c.role == AssignmentRole.OFFERED)
_INVOLVEMENTS = Statement(
    sa.select(
        t.callout.c.id,
        t.callout.c.code,
        t.callout.c.status,
        t.callout.c.ended_at,
        t.callout.c.id.in_(_ASSIGNED).label("assigned"),
        t.callout.c.id.in_(_OFFERED).label("offered"),
    )
    .where(
        t.callout.c.id.in_(_PAGED) | t.callout.c.id.in_(_ASSIGNED),
        t.callout.c.open | (t.callout.c.ended_at > sa.bindparam("since")),
    )
    .order_by(t.callout.c.received_at, t.callout.c.id)
)


def involvements(tx: Transaction, person: str, since: datetime) -> list[Involvement]:
    """The call-outs that `person` was paged for or is on: every open one, and those that ended after `since`."""
    return [
        Involvement(
            row["id"],
            row["code"],
            Status(row["status"]),
            assigned=bool(row["assigned"]),
            ended_at=row["ended_at"],
            offered=bool(row["offered"]),
        )
        for row in _INVOLVEMENTS.rows(tx, person=person, since=since)
    ]


def open_with_officer(tx: Transaction, phone: str) -> list[str]:
    """The codes of open call-outs whose officer has this number."""
    query = sa.select(t.callout.c.code).where(t.callout.c.open, t.callout.c.officer_phone == phone)
    return list(tx.execute(query).scalars())


def open_for_person(tx: Transaction, people: Iterable[str]) -> dict[str, str]:
    """Who of `people` is on an open call-out, and on which code."""
    query = (
        sa.select(t.assignment.c.person, t.callout.c.code)
        .join(t.callout, t.callout.c.id == t.assignment.c.callout)
        .where(t.callout.c.open, t.assignment.c.released_at.is_(None), t.assignment.c.person.in_(list(people)))
    )
    return dict(tx.execute(query).all())


# ---- assignments and declines --------------------------------------------------------------------------------------


def assign(
    tx: Transaction,
    callout_id: str,
    person: str,
    role: AssignmentRole,
    eta_at: datetime | None,
    at: datetime,
    source: Source,
) -> None:
    """Put a person on a call-out, or change the role of whoever is on it; when they answered stays as it was."""
    mine = _mine(callout_id, person)
    changed = tx.execute(sa.update(t.assignment).where(mine).values(role=role, eta_at=eta_at))
    if not changed.rowcount:
        tx.execute(
            sa.insert(t.assignment),
            {
                "callout": callout_id,
                "person": person,
                "role": role,
                "eta_at": eta_at,
                "acknowledged_at": at,
                "sources": {"acknowledged_at": source},
            },
        )


def release(tx: Transaction, callout_id: str, person: str, at: datetime) -> None:
    """The person is on the call-out no longer."""
    tx.execute(sa.update(t.assignment).where(_mine(callout_id, person)).values(released_at=at))


def set_eta(tx: Transaction, callout_id: str, person: str, eta_at: datetime | None) -> None:
    tx.execute(sa.update(t.assignment).where(_mine(callout_id, person)).values(eta_at=eta_at))


def stamp_assignment(tx: Transaction, callout_id: str, person: str, kind: str, at: datetime, source: Source) -> None:
    """Set a stamp that is not set yet, with where it came from."""
    mine = _mine(callout_id, person)
    sources = tx.execute(sa.select(t.assignment.c.sources).where(mine)).scalar() or {}
    values = {kind: at, "sources": {**sources, kind: source}}
    tx.execute(sa.update(t.assignment).where(mine, t.assignment.c[kind].is_(None)).values(**values))


def overwrite_stamp(tx: Transaction, callout_id: str, person: str, kind: str, at: datetime, source: str) -> None:
    """Set a stamp, whether or not it is set, with where it came from."""
    mine = _mine(callout_id, person)
    sources = tx.execute(sa.select(t.assignment.c.sources).where(mine)).scalar() or {}
    tx.execute(sa.update(t.assignment).where(mine).values({kind: at, "sources": {**sources, kind: source}}))


def _mine(callout_id: str, person: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        t.assignment.c.callout == callout_id, t.assignment.c.person == person, t.assignment.c.released_at.is_(None)
    )


def mark_declined(tx: Transaction, callout_id: str, person: str, at: datetime) -> None:
    known = tx.execute(
        sa.select(t.decline.c.at).where(t.decline.c.callout == callout_id, t.decline.c.person == person)
    ).first()
    if known is None:
        tx.execute(sa.insert(t.decline), {"callout": callout_id, "person": person, "at": at})


# ---- the story -----------------------------------------------------------------------------------------------------


def timeline_of(tx: Transaction, callout_id: str) -> list[TimelineEntry]:
    query = sa.select(t.timeline).where(t.timeline.c.callout == callout_id).order_by(t.timeline.c.id)
    return [TimelineEntry(row.at, row.kind, row.text, row.person, row.source) for row in tx.execute(query)]


# ---- the law, as a question ----------------------------------------------------------------------------------------


def without_next_move(tx: Transaction) -> list[str]:
    """Open call-outs for which nothing will ever happen: there must be none (see `rules.callout`)."""
    has_deadline = sa.exists().where(t.deadline.c.callout == t.callout.c.id)
    has_page = sa.exists().where(
        t.page.c.callout == t.callout.c.id, t.page.c.due_at.is_not(None), t.page.c.purpose == Purpose.PAGE
    )
    query = sa.select(t.callout.c.id).where(t.callout.c.open, ~has_deadline, ~has_page)
    return list(tx.execute(query).scalars())


_FIRST_PAGED = Statement(
    sa.update(t.callout)
    .where(t.callout.c.id == sa.bindparam("callout_id"), t.callout.c.first_paged_at.is_(None))
    .values(first_paged_at=sa.bindparam("at"))
)


def first_paged(tx: Transaction, callout_id: str, at: datetime) -> None:
    """The carrier took the first page; later ones change nothing."""
    _FIRST_PAGED.run(tx, callout_id=callout_id, at=at)


def is_on_it(tx: Transaction, callout_id: str, person: str) -> bool:
    """Whether a person has the call-out or comes as a partner."""
    on_it = _mine(callout_id, person) & (t.assignment.c.role != AssignmentRole.OFFERED)
    return tx.execute(sa.select(t.assignment.c.id).where(on_it)).first() is not None
