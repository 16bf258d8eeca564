"""The other open call-outs, as far as one has to do with them: who is out on them, which is probably about the same.

Each query is part of a statement that runs anyway: when a call-out is opened, and whenever one is locked.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from dispatch.rules.facts.callout import Alike, AssignmentRole, Likeness
from dispatch.store import tables as t
from dispatch.store.transaction import Row, Transaction

_BETWEEN = "\x1f"  # occurs in no id: nothing that people write may hold a control character
# Part of the statement's text: a string value would be written out at each run, and our statements are written once.
_SEPARATOR: sa.ColumnElement[str] = sa.literal_column(f"'{_BETWEEN}'", sa.Text)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
OFFERS = tuple(role for role in AssignmentRole if role.is_offer)
"""The roles of those on whom nobody counts."""


# ---- who is out ----------------------------------------------------------------------------------------------------


def together(ids: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """The ids of people in one value, which `people` takes apart."""
    return sa.func.aggregate_strings(ids, _SEPARATOR)  # type: ignore[arg-type]  # see there


def _out(*elsewhere: sa.ColumnElement[bool]) -> sa.Label[Any]:
    query = (
        sa.select(together(t.assignment.c.person))
        .select_from(_taken.join(t.assignment, t.assignment.c.callout == _taken.c.id))
        .where(
            _taken.c.open,
            # Only a range makes SQLite use the index of those that are taken, and not walk through all that are open.
            _taken.c.acknowledged_at > sa.literal(_LONG_AGO, t.callout.c.acknowledged_at.type),
            *elsewhere,
            sa.not_(t.assignment.c.role.in_(OFFERS)),
            t.assignment.c.released_at.is_(None),
            t.assignment.c.home_at.is_(None),
        )
    )
    return query.scalar_subquery().label("out")


_taken = t.callout.alias("taken")
OUT = _out()
"""Who is out on any call-out: has it or comes as a partner, and is not home."""
OUT_ELSEWHERE = _out(_taken.c.id != t.callout.c.id)
"""Who is out on another call-out than the one that is selected."""


def people(found: str | None) -> frozenset[str]:
    """The ids of the people whom `OUT` has found, or that `together` has joined."""
    return frozenset(found.split(_BETWEEN)) if found else frozenset()


_OUT_NOW = sa.select(OUT)


def out_now(tx: Transaction) -> frozenset[str]:
    return people(tx.scalar(_OUT_NOW))


# ---- probable duplicates -------------------------------------------------------------------------------------------

_alike = t.callout.alias("alike")
_TAKER = (
    sa.select(t.assignment.c.person)
    .where(
        t.assignment.c.callout == _alike.c.id,
        t.IS_PRIMARY,
    )
    .scalar_subquery()
)


def _first_alike(*alike: sa.ColumnElement[bool], label: str) -> sa.Label[Any]:
    """The code of the oldest that is like it, with whoever has that: more than one column would be more subqueries."""
    since = sa.bindparam("alike_since", type_=t.callout.c.received_at.type)
    query = (
        sa.select(_alike.c.code + _BETWEEN + sa.func.coalesce(_TAKER, ""))
        .where(*alike, _alike.c.received_at >= since, _alike.c.open)
        .order_by(_alike.c.received_at)
        .limit(1)
    )
    return query.scalar_subquery().label(label)


SAME_PHONE = _first_alike(_alike.c.officer_phone == sa.bindparam("phone", type_=sa.Text), label=Likeness.PHONE.name)
SAME_UNIT = _first_alike(
    _alike.c.agency == sa.bindparam("agency", type_=sa.Text),
    _alike.c.unit == sa.bindparam("unit", type_=sa.Text),
    label=Likeness.UNIT.name,
)
"""Of the call-outs that came in at `alike_since` or later: the first open one with this `phone`, or of this `agency`
and `unit`."""


_failed = t.callout.alias("failed")
TAKES_NO_TEXTS = (
    sa.select(_failed.c.id)
    .where(
        _failed.c.officer_phone == sa.bindparam("phone", type_=sa.Text),
        _failed.c.takes_no_texts,
        _failed.c.received_at >= sa.bindparam("failed_since", type_=_failed.c.received_at.type),
    )
    .exists()
    .label("takes_no_texts")
)
"""Whether a text to this `phone` has failed, about any call-out of it that came in at `failed_since` or later."""


def alike(row: Row) -> tuple[Alike, ...]:
    """What `SAME_PHONE` and `SAME_UNIT` have found."""
    found = ((likeness, row[likeness.name]) for likeness in (Likeness.PHONE, Likeness.UNIT))
    return tuple(_fact(likeness, told) for likeness, told in found if told)


def _fact(likeness: Likeness, told: str) -> Alike:
    code, _, specialist = told.partition(_BETWEEN)
    return Alike(code, likeness, specialist or None)


_SAID_THE_SAME = (
    sa.select(
        (_alike.c.code + _BETWEEN + sa.func.coalesce(_TAKER, "")).label("told"),
        (_alike.c.officer_phone == sa.bindparam("phone", type_=sa.Text)).label("same_phone"),
    )
    .where(
        _alike.c.open,
        _alike.c.id != sa.bindparam("but", type_=sa.Text),
        _alike.c.received_at >= sa.bindparam("alike_since", type_=t.callout.c.received_at.type),
        sa.or_(
            _alike.c.officer_phone == sa.bindparam("phone", type_=sa.Text),
            sa.and_(
                _alike.c.agency == sa.bindparam("agency", type_=sa.Text),
                _alike.c.place_address == sa.bindparam("place", type_=sa.Text),
            ),
        ),
    )
    .order_by(_alike.c.received_at)
)


def said_the_same(
    tx: Transaction, but: str, agency: str, phone: str | None, place: str | None, since: datetime
) -> tuple[Alike, ...]:
    """The open call-outs but this one that came in since then and have this officer's number, or are of this agency and
    at this meeting place; the oldest first."""
    given = {"but": but, "agency": agency, "phone": phone, "place": place, "alike_since": since}
    rows = tx.execute(_SAID_THE_SAME, given).mappings()
    return tuple(_fact(Likeness.PHONE if row["same_phone"] else Likeness.PLACE, row["told"]) for row in rows)


_original, _repeat = t.callout.alias("original"), t.callout.alias("repeat")
SAME_AS = sa.func.coalesce(
    # By when they came in, since another may have the same code later.
    sa.select(_original.c.code)
    .where(
        _original.c.open,
        _original.c.code == t.callout.c.probable_duplicate_of,
        _original.c.received_at <= t.callout.c.received_at,
    )
    .limit(1)
    .scalar_subquery(),
    sa.select(sa.func.min(_repeat.c.code))
    .where(
        _repeat.c.open,
        _repeat.c.probable_duplicate_of == t.callout.c.code,
        _repeat.c.received_at >= t.callout.c.received_at,
    )
    .scalar_subquery(),
).label("same_as")
"""The code of another open call-out that is probably about the same as the one that is selected."""
