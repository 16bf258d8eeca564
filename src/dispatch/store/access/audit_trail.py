"""The audit trail as people read it: the newest line first, by who did what, about which call-out, how and when.

The law: a view of it costs the same beside a million lines. Each query follows one index, which has the lines in the
order in which they are shown; the others are hidden from the database, since without statistics it would take any.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dispatch.store import tables as t
from dispatch.store.transaction import Transaction

Rank = tuple[datetime, int]
"""Where a line stands: when it was written, and its id."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which lines: those that agree with everything given. `callouts` are ids, `did` are events, any of each; `before`
    is the line after which to go on."""

    who: str | None = None
    did: tuple[str, ...] = ()
    callouts: tuple[str, ...] | None = None
    source: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: Rank | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line. `did`, `kind` and `source` are an `AuditEvent`, an `ActorKind` and a `Source`, unless another
    version of ours wrote it; `who` is the id of whoever did it, if anybody knows them."""

    id: int
    at: datetime
    kind: str | None
    who: str | None
    did: str
    detail: str | None
    callout: str | None
    code: str | None
    source: str | None

    @property
    def rank(self) -> Rank:
        return self.at, self.id


_line = t.audit.c
_LINES = sa.select(
    _line.id,
    _line.at,
    _line.actor_kind,
    _line.actor_id,
    _line.did,
    _line.detail,
    _line.callout,
    t.callout.c.code,
    _line.source,
).select_from(t.audit.outerjoin(t.callout, t.callout.c.id == _line.callout))


def newest(tx: Transaction, wanted: AuditFilter, most: int) -> list[AuditLine]:
    """The newest `most` lines, the newest first."""
    found = [line for way in _ways(wanted) for line in _along(tx, way, wanted, most)]
    return sorted(found, key=lambda line: line.rank, reverse=True)[:most]


def _along(tx: Transaction, way: list[sa.ColumnElement[bool]], wanted: AuditFilter, most: int) -> list[AuditLine]:
    found = _LINES.where(*way, *_when(wanted)).order_by(_line.at.desc(), _line.id.desc()).limit(most)
    return [AuditLine(*row) for row in tx.execute(found)]


def _ways(wanted: AuditFilter) -> Iterator[list[sa.ColumnElement[bool]]]:
    """The conditions of each walk along an index. What leads is named as its index has it, and nothing else is."""
    by_whom: sa.ColumnElement[Any] = t.DOER
    asked: list[sa.ColumnElement[bool]] = []
    if wanted.source is not None:
        alone = wanted.callouts is None and wanted.who is None and not wanted.did
        asked.append((_line.source if alone else _hidden(_line.source)) == wanted.source)
    if wanted.callouts is not None:
        if wanted.who is not None:
            asked.append(_hidden(by_whom) == wanted.who)
        if wanted.did:
            asked.append(_hidden(_line.did).in_(wanted.did))
        yield from ([_line.callout == one, *asked] for one in wanted.callouts)
        return
    if wanted.who is not None:
        asked.append(by_whom == wanted.who)
    yield from ([_line.did == one, *asked] for one in wanted.did)
    if not wanted.did:
        yield asked


def _hidden(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The same value, as no index has it."""
    return sa.func.coalesce(column, column)


def _when(wanted: AuditFilter) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.since is not None:
        yield _line.at >= wanted.since
    if wanted.until is not None:
        yield _line.at < wanted.until
    if wanted.before is not None:
        at, id_ = wanted.before
        yield _line.at <= at
        yield sa.or_(_line.at < at, _line.id < id_)


_PLACE = sa.select(_line.at).where(_line.id == sa.bindparam("id"))


def rank_of(tx: Transaction, line_id: int) -> Rank | None:
    """Where the line of this id stands."""
    at = tx.scalar(_PLACE, {"id": line_id})
    return None if at is None else (at, line_id)


def _next_after(one: sa.ColumnElement[Any] | None) -> sa.ScalarSelect[Any]:
    following = sa.select(t.DOER).order_by(t.DOER).limit(1)
    return following.where(one < t.DOER if one is not None else t.DOER.is_not(None)).scalar_subquery()


def _each_doer() -> sa.Select[Any]:
    """Each once, by one index lookup each: a DISTINCT would read the whole index."""
    first = sa.select(_next_after(None).label("who")).cte("doer", recursive=True)
    each = first.union_all(sa.select(_next_after(first.c.who)).where(first.c.who.is_not(None)))
    return sa.select(each.c.who).where(each.c.who.is_not(None))


_DOERS = _each_doer()


def doers(tx: Transaction) -> list[str]:
    """Everybody who is in the audit trail: ids, and a kind where nobody knows who it was."""
    return list(tx.scalars(_DOERS))
