"""Who is on a call-out, with the stamps of their night, and who has declined it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dispatch.rules.decisions import StampKind
from dispatch.rules.facts.actors import Source
from dispatch.rules.facts.callout import Assignment, AssignmentRole, Decline
from dispatch.rules.facts.callout import first_to_come as first_of
from dispatch.store import tables as t
from dispatch.store.engine.log_lines import add, code_of
from dispatch.store.transaction import Row, Transaction


def assign(
    tx: Transaction,
    callout_id: str,
    person: str,
    role: AssignmentRole,
    eta_at: datetime | None,
    at: datetime,
    source: Source,
) -> None:
    """Put a person on a call-out, or change the role of somebody on it; when they answered stays as it was. Whoever
    goes takes back that they declined: should they lose it by silence, what they write counts as anybody's does."""
    code = _set(tx, callout_id, person, {"role": role, "eta_at": eta_at})
    if code is None:
        row = {"callout": callout_id, "person": person, "role": role, "eta_at": eta_at, "acknowledged_at": at}
        sources = {"acknowledged_at": source}
        code = tx.execute(sa.insert(t.assignment).values(**row, sources=sources).returning(_CODE)).scalar()
    if not role.is_offer:
        tx.execute(sa.delete(t.decline).where(t.decline.c.callout == callout_id, t.decline.c.person == person))
    add(tx, "assignment", code=code, person=person, role=role, eta_at=eta_at)


def release(tx: Transaction, callout_id: str, person: str, at: datetime) -> None:
    """The person is no longer on the call-out."""
    if (code := _set(tx, callout_id, person, {"released_at": at})) is not None:
        add(tx, "assignment", code=code, person=person, released_at=at)


def set_eta(tx: Transaction, callout_id: str, person: str, eta_at: datetime | None) -> None:
    if (code := _set(tx, callout_id, person, {"eta_at": eta_at})) is not None:
        add(tx, "assignment", code=code, person=person, eta_at=eta_at)


def stamp(
    tx: Transaction,
    callout_id: str,
    person: str,
    kind: StampKind,
    at: datetime,
    source: Source,
    *,
    corrects: bool = False,
) -> None:
    """Set a stamp that is not set yet, and where it came from. With `corrects`, whether or not it is set."""
    sources = tx.execute(sa.select(t.assignment.c.sources).where(_mine(callout_id, person))).scalar() or {}
    settable = () if corrects else (t.assignment.c[kind].is_(None),)
    code = _set(tx, callout_id, person, {kind: at, "sources": {**sources, kind: source}}, *settable)
    if code is not None:
        says = "stamp corrected" if corrects else "stamp"
        add(tx, says, code=code, person=person, stamp=kind.removesuffix("_at"), at=at, source=source)


_CODE = code_of(t.assignment)


def _set(
    tx: Transaction, callout_id: str, person: str, values: Mapping[str, Any], *where: sa.ColumnElement[bool]
) -> str | None:
    """Change a person's assignment to a call-out; returns the call-out's code, or None when nothing was changed."""
    change = sa.update(t.assignment).where(_mine(callout_id, person), *where).values(values)
    code: str | None = tx.execute(change.returning(_CODE)).scalar()
    return code


def _mine(callout_id: str, person: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        t.assignment.c.callout == callout_id, t.assignment.c.person == person, t.assignment.c.released_at.is_(None)
    )


def mark_declined(tx: Transaction, callout_id: str, no: Decline) -> None:
    """The newest no of a person counts: a plain one takes back "only if nobody else"."""
    said = {"at": no.at, "limited": no.limited, "minutes": no.minutes}
    known = sa.update(t.decline).where(t.decline.c.callout == callout_id, t.decline.c.person == no.person)
    if tx.execute(known.values(said).returning(t.decline.c.person)).first() is None:
        tx.execute(sa.insert(t.decline), {"callout": callout_id, "person": no.person, **said})


OF_AN_ASSIGNMENT = tuple(field.name for field in fields(Assignment))
EverOnIt = tuple[Assignment, bool]
"""Somebody's part in a call-out, and whether it is over: they were released."""


def ever_on_it(row: Row) -> EverOnIt:
    mine = Assignment(**{name: row[name] for name in OF_AN_ASSIGNMENT} | {"role": AssignmentRole(row["role"])})
    return mine, row["released_at"] is not None


@dataclass(frozen=True, slots=True)
class AssignmentRecord:
    """An assignment as people see it: `sources` says of each stamp how it reached us."""

    fact: Assignment
    released: bool
    sources: Mapping[str, Source]


_OF_CALLOUT = (
    sa.select(*(t.assignment.c[name] for name in (*OF_AN_ASSIGNMENT, "released_at", "sources")))
    .where(t.assignment.c.callout == sa.bindparam("callout_id"))
    .order_by(t.assignment.c.id)
)


def of_callout(tx: Transaction, callout_id: str) -> list[AssignmentRecord]:
    """Everybody who was ever on a call-out, or offered to come, in that order."""
    found = tx.execute(_OF_CALLOUT, {"callout_id": callout_id}).mappings()
    return [_record(row) for row in found]


def _record(row: Row) -> AssignmentRecord:
    return AssignmentRecord(*ever_on_it(row), {stamp: Source(word) for stamp, word in row["sources"].items()})


def first_to_come(tx: Transaction, callouts: Sequence[str]) -> dict[str, Assignment]:
    """Whoever comes first to each of these call-outs, where somebody has it."""
    on_it: defaultdict[str, list[Assignment]] = defaultdict(list)
    for row in tx.execute(_going(callouts)).mappings() if callouts else ():
        on_it[row["callout"]].append(ever_on_it({**row, "released_at": None})[0])
    found = {id_: first_of(going) for id_, going in on_it.items()}
    return {id_: first for id_, first in found.items() if first is not None}


def _going(callouts: Sequence[str]) -> sa.Select[Any]:
    return (
        sa.select(t.assignment.c.callout, *(t.assignment.c[name] for name in OF_AN_ASSIGNMENT))
        .where(t.assignment.c.callout.in_(callouts), t.assignment.c.released_at.is_(None))
        .order_by(t.assignment.c.id)
    )
