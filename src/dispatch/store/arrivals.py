"""What is asked before a call-out is opened, in one query: on PostgreSQL the round trip to the server costs most."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache

import sqlalchemy as sa

from dispatch.rules.facts.callout import Alike
from dispatch.rules.spoken_code import CROWD, SHORT, shared_parts, too_near
from dispatch.store import others
from dispatch.store import tables as t
from dispatch.store.engine.statement import Statement
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
    are probably about the same.
    """

    before: Seen | None
    code: str | None
    out: frozenset[str]
    alike: tuple[Alike, ...]
    roster_version: int


@dataclass(frozen=True, slots=True)
class Likely:
    """By what a duplicate is known: the officer's callback number, the unit, and since when it came in. A caller who
    withheld their number is like no other."""

    phone: str | None
    unit: str | None
    since: datetime


OF_REQUEST = (t.idempotency.c.agency == sa.bindparam("agency"), t.idempotency.c.key == sa.bindparam("key"))
"""That a row is of the agency's request with this idempotency key."""
# The number only has to be our own, and not the one that migrations lock.
_CODE_LOCK = 7_426_114
_Free = Callable[[int], sa.ColumnElement[bool]]
"""A condition: the code at this place among the candidates may be given out."""


def _free_on_sqlite(place: int) -> sa.ColumnElement[bool]:
    listed = sa.func.json_each(sa.bindparam(f"near_{place}", type_=sa.Text)).table_valued("value")
    return ~sa.exists().where(t.callout.c.open, t.callout.c.code.in_(sa.select(listed.c.value)))


def _free_on_postgresql(place: int) -> sa.ColumnElement[bool]:
    near = t.callout.c.code == sa.any_(sa.func.string_to_array(sa.bindparam(f"near_{place}", type_=sa.Text), " "))
    parts = sa.func.string_to_array(sa.bindparam(f"parts_{place}", type_=sa.Text), " ")
    part = sa.func.unnest(parts).column_valued(f"part_{place}")
    locked = sa.func.bool_and(sa.func.pg_try_advisory_xact_lock(_CODE_LOCK, sa.func.hashtext(part)))
    # A CASE, since an AND may begin with either side, and a code that is taken need not be locked.
    return sa.case((sa.exists().where(t.callout.c.open, near), sa.false()), else_=sa.select(locked).scalar_subquery())


@cache
def _question(lengths: tuple[int, ...], free: _Free) -> Statement:
    """Tries codes of these `lengths` in turn; in a crowd only the longer ones, of which there must be some."""

    def first_free(places: Iterable[int]) -> sa.ColumnElement[str]:
        return sa.case(*((free(place), sa.bindparam(f"candidate_{place}", type_=sa.Text)) for place in places))

    crowded = sa.select(t.callout.c.id).where(t.callout.c.open).limit(1).offset(CROWD).exists()
    every, longer = range(len(lengths)), [place for place, length in enumerate(lengths) if length > SHORT]
    return Statement(
        sa.select(
            sa.select(t.idempotency.c.body_hash).where(*OF_REQUEST).scalar_subquery().label("body_hash"),
            sa.select(t.idempotency.c.callout).where(*OF_REQUEST).scalar_subquery().label("callout"),
            sa.case((crowded, first_free(longer)), else_=first_free(every)).label("code"),
            others.OUT,
            others.SAME_PHONE,
            others.SAME_UNIT,
            sa.select(t.roster_version.c.version).scalar_subquery().label("roster_version"),
        )
    )


def ask(tx: Transaction, agency: str, key: str | None, codes: Sequence[str], likely: Likely) -> Arrival:
    """Whether the agency has used this `key` before, and the first of `codes` that may be given out.

    A code may be given out if no open call-out has it, or one that is too near, and if no other transaction is about to
    use such a code; it is then ours until this transaction ends. Without that lock, two batches of call-outs that drew
    each other's codes wait for one another, and PostgreSQL ends one of them as a deadlock: of 1,000 call-outs at once,
    602 were refused after a minute. The lock is on the parts that near codes share, so that the codes of two call-outs
    that come in at the same moment stand apart as well.
    """
    question, names = _asked(tuple(map(len, codes)), tx.dialect.name)
    if tx.dialect.name == "postgresql":
        about_codes = [*codes, *map(_near_as_words, codes), *map(_parts_as_words, codes)]
    else:
        about_codes = [*codes, *map(_near_as_json, codes)]
    given = dict(zip(names, about_codes, strict=True))
    row = question.first(
        tx, agency=agency, key=key, phone=likely.phone, unit=likely.unit, alike_since=likely.since, **given
    )
    assert row is not None, "the question has one answer"
    before = Seen(row["body_hash"], row["callout"]) if row["callout"] is not None else None
    return Arrival(before, row["code"], others.people(row["out"]), others.alike(row), row["roster_version"] or 0)


@cache
def _asked(lengths: tuple[int, ...], dialect: str) -> tuple[Statement, list[str]]:
    """The question for codes of these lengths, and what its parameters about each code are called."""
    asked = ("candidate", "near", "parts") if dialect == "postgresql" else ("candidate", "near")
    free = _free_on_postgresql if dialect == "postgresql" else _free_on_sqlite
    return _question(lengths, free), [f"{what}_{place}" for what in asked for place in range(len(lengths))]


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
    return json.dumps(too_near(code))
