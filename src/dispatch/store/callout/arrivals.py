"""What is asked before a call-out is opened, in one query: on PostgreSQL the round trip to the server costs most."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from dispatch.rules.facts.callout import Alike
from dispatch.rules.facts.code import CROWD, SHORT, shared_parts, too_near
from dispatch.store import tables as t
from dispatch.store.callout import others
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class RequestKey:
    """How a repeated request is recognised: by the agency's idempotency key, and by having the same body."""

    agency: str
    key: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class Seen:
    """An earlier request with the same idempotency key."""

    body_hash: str
    callout: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """What was found. `before` is the earlier request with the same key, if there was one.

    `code` is the one that may be given out, if any may; `out` who is out on an open call-out, `alike` which of those
    are probably about the same. `takes_no_texts` says that a text to the officer's number has failed lately.
    """

    before: Seen | None
    code: str | None
    out: frozenset[str]
    alike: tuple[Alike, ...]
    roster_version: int
    takes_no_texts: bool


@dataclass(frozen=True, slots=True)
class Likely:
    """How a duplicate is recognised: the officer's callback number, the unit, and since when it came in. A caller who
    withheld their number matches no other. A text to the number has failed lately if the call-out came in at
    `failed_since` or later."""

    phone: str | None
    unit: str | None
    since: datetime
    failed_since: datetime


OF_REQUEST = (t.idempotency.c.agency == sa.bindparam("agency"), t.idempotency.c.key == sa.bindparam("key"))
"""Whether a row is of the agency's request with this idempotency key."""
# The number only has to be our own, and not the one that migrations lock.
_CODE_LOCK = 7_426_114
_CROWDED = sa.select(t.callout.c.id).where(t.callout.c.open).limit(1).offset(CROWD).exists()


def _question(code: sa.ScalarSelect[str]) -> sa.Select[Any]:
    return sa.select(
        sa.select(t.idempotency.c.body_hash).where(*OF_REQUEST).scalar_subquery().label("body_hash"),
        sa.select(t.idempotency.c.callout).where(*OF_REQUEST).scalar_subquery().label("callout"),
        code.label("code"),
        others.OUT,
        others.SAME_PHONE,
        others.SAME_UNIT,
        others.TAKES_NO_TEXTS,
        sa.select(t.roster_version.c.version).scalar_subquery().label("roster_version"),
    )


_BETWEEN_LISTS = "|"  # occurs in no code

# In both queries, `drawn` are the candidates, each with the codes that are too near to it, the first of which is the
# candidate itself. Both databases read a function's rows in order and stop at the first code that is free: none behind
# it is locked.


def _may_be_tried(code: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """In a crowd, only longer codes may be tried."""
    return sa.or_(sa.func.length(code) > SHORT, ~_CROWDED)


def _first_free_on_sqlite() -> sa.ScalarSelect[str]:
    drawn = sa.func.json_each(sa.bindparam("near", type_=sa.Text)).table_valued("value", name="drawn")
    near = sa.func.json_each(drawn.c.value).table_valued("value", name="near")
    code = sa.func.json_extract(drawn.c.value, sa.literal_column("'$[0]'"), type_=sa.Text)
    is_taken = sa.exists().where(t.callout.c.open, t.callout.c.code.in_(sa.select(near.c.value)))
    return sa.select(code).where(sa.case((_may_be_tried(code), ~is_taken), else_=sa.false())).limit(1).scalar_subquery()


def _first_free_on_postgresql() -> sa.ScalarSelect[str]:
    def split(text: sa.ColumnElement[str], between: str) -> sa.Function[Any]:
        return sa.func.string_to_array(text, sa.literal_column(f"'{between}'"))

    lists = (split(sa.bindparam(name, type_=sa.Text), _BETWEEN_LISTS) for name in ("near", "parts"))
    drawn = sa.func.unnest(*lists).table_valued("near", "parts").render_derived(name="drawn")
    code = sa.func.split_part(drawn.c.near, sa.literal_column("' '"), 1, type_=sa.Text)
    is_taken = sa.exists().where(t.callout.c.open, t.callout.c.code == sa.any_(split(drawn.c.near, " ")))
    part = sa.func.unnest(split(drawn.c.parts, " ")).column_valued("part")
    locked = sa.select(sa.func.bool_and(sa.func.pg_try_advisory_xact_lock(_CODE_LOCK, sa.func.hashtext(part))))
    # A CASE, since an AND may begin with either side, and a code that is taken need not be locked.
    is_free = sa.case((~_may_be_tried(code), sa.false()), (is_taken, sa.false()), else_=locked.scalar_subquery())
    return sa.select(code).where(is_free).limit(1).scalar_subquery()


_ON_SQLITE, _ON_POSTGRESQL = _question(_first_free_on_sqlite()), _question(_first_free_on_postgresql())


def ask(tx: Transaction, agency: str, key: str | None, codes: Sequence[str], likely: Likely) -> Arrival:
    """Whether the agency has used this `key` before, and the first of `codes` that may be given out.

    A code may be given out if no open call-out has it or one that is too near, and if no other transaction is about to
    use such a code; it is then ours until this transaction ends. Without that lock, two batches of call-outs that drew
    each other's codes wait for one another, and PostgreSQL ends one of them as a deadlock: of 1,000 call-outs at once,
    602 were refused after a minute. The lock is on the parts that near codes share, so that the codes of two call-outs
    that come in at the same moment stand apart as well.
    """
    if tx.dialect.name == "postgresql":
        question = _ON_POSTGRESQL
        drawn = {
            "near": _BETWEEN_LISTS.join(map(_near_as_words, codes)),
            "parts": _BETWEEN_LISTS.join(map(_parts_as_words, codes)),
        }
    else:
        question = _ON_SQLITE
        drawn = {"near": f"[{','.join(map(_near_as_json, codes))}]"}
    given = {
        "agency": agency,
        "key": key,
        "phone": likely.phone,
        "unit": likely.unit,
        "alike_since": likely.since,
        "failed_since": likely.failed_since,
        **drawn,
    }
    row = tx.execute(question, given).mappings().one()
    before = Seen(row["body_hash"], row["callout"]) if row["callout"] is not None else None
    return Arrival(
        before,
        row["code"],
        others.people(row["out"]),
        others.alike(row),
        row["roster_version"] or 0,
        bool(row["takes_no_texts"]),
    )


_CODES = 1024  # more than there are short ones


# As text: PostgreSQL's driver looks at each word of an array, and eighteen arrays took it 40 µs.
@lru_cache(_CODES)
def _near_as_words(code: str) -> str:
    return " ".join(too_near(code))


@lru_cache(_CODES)
def _parts_as_words(code: str) -> str:
    return " ".join(shared_parts(code))


@lru_cache(_CODES)
def _near_as_json(code: str) -> str:
    return '["{}"]'.format('","'.join(too_near(code)))  # a code holds nothing that JSON escapes
