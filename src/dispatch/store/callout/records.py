"""A call-out as people see it: what its caller said, and how it stands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.callout import CallOut, Details, Status
from dispatch.rules.facts.code import looks_like_code
from dispatch.store import tables as t
from dispatch.store.transaction import Row, Transaction


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
    probable_duplicate_of: str | None = None
    trust: Trust = Trust.VERIFIED
    specialist: str | None = None
    eta_at: datetime | None = None
    en_route_at: datetime | None = None
    with_child_at: datetime | None = None
    cleared_at: datetime | None = None
    home_at: datetime | None = None


DETAILS = tuple(field.name for field in fields(Details))
_said = attrgetter(*DETAILS)
_HOW_IT_STANDS = tuple(field.name for field in fields(CallOutRecord) if field.name != "details")


def of_new(callout: CallOut, details: Details) -> CallOutRecord:
    """The record of a call-out that was opened just now, without asking the database again."""
    known = (callout.id, callout.code, callout.agency, callout.status, callout.received_at, callout.respond_by)
    return CallOutRecord(*known, details, probable_duplicate_of=callout.same_as, trust=callout.trust)


def trust_of(kept: str | None) -> Trust:
    """The trust in a row's caller; where none is kept, it came by a webhook."""
    return Trust(kept) if kept is not None else Trust.VERIFIED


def details_row(details: Details) -> dict[str, Any]:
    return dict(zip(DETAILS, _said(details), strict=True))


_PRIMARY = sa.and_(
    t.assignment.c.callout == t.callout.c.id,
    t.IS_PRIMARY,
)
_COLUMNS: Mapping[str, sa.ColumnElement[Any]] = {
    **t.assignment.c,  # before the call-out's: for a stamp that both have, the call-out's is shown
    **t.callout.c,
    "specialist": t.assignment.c.person.label("specialist"),
}
RECORD = sa.select(*(_COLUMNS[name] for name in (*_HOW_IT_STANDS, *DETAILS))).select_from(
    t.callout.outerjoin(t.assignment, _PRIMARY)
)
# When it came in, which is never NULL, in an order that no index has. Otherwise SQLite would walk back through all of
# history to find a few open ones.
_AS_NO_INDEX_HAS_IT = sa.func.coalesce(t.callout.c.received_at, t.callout.c.respond_by)
_RECORD_OF = RECORD.where(t.callout.c.id == sa.bindparam("id"))


_WITH_CODE = t.callout.c.code == sa.bindparam("code")
_OPEN_WITH_CODE = sa.select(t.callout.c.id).where(t.callout.c.open, _WITH_CODE)
_NEWEST_WITH_CODE = sa.select(t.callout.c.id).where(_WITH_CODE).order_by(t.callout.c.received_at.desc()).limit(1)


def find(tx: Transaction, callout_id: str) -> CallOutRecord | None:
    row = tx.execute(_RECORD_OF, {"id": callout_id}).mappings().first()
    return record(row) if row else None


def id_of(tx: Transaction, name: str) -> str:
    """The id of the open call-out whose code is `name`, in capitals or not; anything that is no such code is taken for
    an id."""
    found: str | None = tx.scalar(_OPEN_WITH_CODE, {"code": name.upper()}) if looks_like_code(name) else None
    return found or name


def newest_called(tx: Transaction, name: str) -> str:
    """As `id_of`; where no open call-out has the code, the last one that had it."""
    found = id_of(tx, name)
    if found == name and looks_like_code(name):
        found = tx.scalar(_NEWEST_WITH_CODE, {"code": name.upper()}) or name
    return found


_ALL_WITH_CODE = (
    sa.select(t.callout.c.id).where(_WITH_CODE).order_by(t.callout.c.received_at.desc(), t.callout.c.id).limit(20)
)


def all_called(tx: Transaction, name: str) -> list[str]:
    """The ids of the call-outs that ever had this code, the newest twenty first; or `name` itself when it is an id."""
    if find(tx, name) is not None:
        return [name]
    return list(tx.scalars(_ALL_WITH_CODE, {"code": name.upper()})) if looks_like_code(name) else []


# ---- lists ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SearchedWords:
    """What somebody searches for: a code, whole; part of a unit or of an agency's reference; or who went, as the ids of
    the `people` whose names have these words in them."""

    words: str
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallOutFilter:
    """Which call-outs a list holds: everybody's unless there is an `agency`, of any status, received at `since` or
    later, earlier than `until`, and before the call-out whose id is `before`; `most` of them at once."""

    agency: str | None = None
    status: Status | None = None
    only_open: bool = False
    reference: str | None = None
    since: datetime | None = None
    before: str | None = None
    most: int = 50
    until: datetime | None = None
    search: SearchedWords | None = None


_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
_RECEIVED = sa.select(t.callout.c.received_at).where(t.callout.c.id == sa.bindparam("id"))
# Written as the index writes it: SQLite would not use the index for a parameter.
_IS_CANCELLED = t.callout.c.status == sa.literal_column(f"'{Status.CANCELLED}'")


def listed(tx: Transaction, wanted: CallOutFilter) -> list[CallOutRecord]:
    """The newest first; one more than `wanted.most` where there are more."""
    question, given = _asked(tx, wanted)
    rows = tx.execute(question, {**given, "most": wanted.most + 1}).mappings()
    return [record(row) for row in rows]


def count(tx: Transaction, wanted: CallOutFilter) -> int:
    """How many there are, however many `listed` gives at once."""
    question, given = _asked(tx, wanted, counts=True)
    found: int = tx.scalar(question, given)
    return found


def _asked(tx: Transaction, wanted: CallOutFilter, *, counts: bool = False) -> tuple[sa.Select[Any], dict[str, Any]]:
    until: datetime | None = wanted.until or _LAST
    if wanted.before is not None:
        until = tx.scalar(_RECEIVED, {"id": wanted.before})
    given = {"agency": wanted.agency, "status": wanted.status, "reference": wanted.reference}
    only_open = wanted.only_open or (wanted.status is not None and wanted.status.is_open)
    # Whether something is cancelled, or open, stands in the statement itself: only then are their indexes used.
    question = _listed(
        frozenset(name for name, value in given.items() if value is not None),
        only_open=only_open,
        only_cancelled=wanted.status is Status.CANCELLED,
        searched=wanted.search is not None,
        counts=counts,
    )
    return question, {
        **{name: value for name, value in given.items() if value is not None},
        **(_searched(wanted.search) if wanted.search is not None else {}),
        "since": wanted.since or _FIRST,
        "until": until or _FIRST,
        "before": wanted.before or "",
    }


_ESCAPE = "\\"  # stands before what LIKE would take for a wildcard


def _searched(search: SearchedWords) -> dict[str, Any]:
    literal = re.sub(r"([\\%_])", r"\\\1", search.words)
    return {"code": search.words.upper(), "words": f"%{literal}%", "people": f"|{'|'.join(search.people)}|"}


def newest(tx: Transaction, *, only_open: bool = False, most: int = 100) -> list[CallOutRecord]:
    """The newest call-outs first."""
    return listed(tx, CallOutFilter(only_open=only_open, most=most))[:most]


_went = t.assignment.alias("went")
_WORDS = sa.bindparam("words", type_=sa.Text)
# No index has it: a search walks back through history until it has a page full.
_IS_SEARCHED = sa.or_(
    _WITH_CODE,
    t.callout.c.unit.ilike(_WORDS, escape=_ESCAPE),
    t.callout.c.reference.ilike(_WORDS, escape=_ESCAPE),
    sa.exists().where(
        _went.c.callout == t.callout.c.id,
        sa.bindparam("people", type_=sa.Text).contains(
            sa.literal_column("'|'") + _went.c.person + sa.literal_column("'|'")
        ),
    ),
)


@cache
def _listed(
    given: frozenset[str], *, only_open: bool, only_cancelled: bool, searched: bool, counts: bool
) -> sa.Select[Any]:
    """Each kind of list has an index that leads to little more than what is listed; the others are hidden from the
    database, since without statistics it would take any."""
    received: sa.ColumnElement[Any] = t.callout.c.received_at
    agency: sa.ColumnElement[Any] = t.callout.c.agency
    if only_open or "reference" in given:
        received = _AS_NO_INDEX_HAS_IT
    elif "agency" in given and not only_cancelled:
        received = t.RECEIVED_OF_AGENCY
    if only_open or only_cancelled:
        agency = sa.func.coalesce(agency, agency)
    of = {"agency": agency, "status": t.callout.c.status, "reference": t.callout.c.reference}
    until = sa.bindparam("until", type_=t.callout.c.received_at.type)
    query = RECORD.where(
        *(of[name] == sa.bindparam(name, type_=sa.Text) for name in sorted(given)),
        received >= sa.bindparam("since", type_=t.callout.c.received_at.type),
        received <= until,
        sa.or_(received < until, t.callout.c.id < sa.bindparam("before", type_=sa.Text)),
    )
    if searched:
        query = query.where(_IS_SEARCHED)
    if only_open:
        query = query.where(t.callout.c.open)
    if only_cancelled:
        query = query.where(_IS_CANCELLED)
    if counts:
        return query.with_only_columns(sa.func.count(), maintain_column_froms=True)
    return query.order_by(received.desc(), t.callout.c.id.desc()).limit(sa.bindparam("most"))


def record(row: Row) -> CallOutRecord:
    """The record in a row of `RECORD`, whatever stands beside it."""
    stands = {name: row[name] for name in _HOW_IT_STANDS}
    stands |= {"status": Status(row["status"]), "trust": trust_of(row["trust"])}
    return CallOutRecord(**stands, details=details_of(row))


def details_of(row: Row) -> Details:
    """What the caller said, in a row that has it, whatever stands beside it."""
    languages = tuple(row["languages"]) if row["languages"] is not None else None
    return Details(**{name: row[name] for name in DETAILS} | {"languages": languages})
