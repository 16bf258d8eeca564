"""Column types that mean the same on SQLite and on PostgreSQL."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from dispatch.rules.facts.moments import NaiveMoment

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware moment, read back in UTC: `timestamptz` on PostgreSQL, microseconds since 1970 on SQLite.

    Whole microseconds compare, index and subtract exactly; SQLite has no time type, and text of mixed offsets
    does not sort. Raises `NaiveMoment` for a moment without an offset.
    """

    impl = sa.BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.DateTime(timezone=True))
        return dialect.type_descriptor(sa.BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> object:
        if value is None:
            return None
        if value.utcoffset() is None:
            raise NaiveMoment(f"{value.isoformat()} has no UTC offset")
        if dialect.name == "postgresql":
            return value
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        assert isinstance(value, int)
        return _EPOCH + timedelta(microseconds=value)


class OfFacts(sa.types.TypeDecorator[Any]):
    """Facts of one kind, or of one of several, as JSON."""

    impl = sa.JSON(none_as_null=True)
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: object, dialect: Dialect) -> object:
        return None if value is None else adapter(self.kind).dump_python(value, mode="json")

    def process_result_value(self, value: object, dialect: Dialect) -> object:
        return None if value is None else adapter(self.kind).validate_python(value)


_ADAPTERS: dict[object, TypeAdapter[Any]] = {}


def adapter(kind: Any) -> TypeAdapter[Any]:
    """What reads and writes facts of this kind, or of one of several."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def earlier(tx: Connection, moment: sa.ColumnElement[datetime], by: timedelta) -> sa.ColumnElement[Any]:
    """A column of moments, each moved earlier by `by`."""
    if tx.dialect.name == "postgresql":
        return sa.type_coerce(moment, sa.DateTime(timezone=True)) - sa.literal(by, sa.Interval())
    return sa.type_coerce(moment, sa.BigInteger()) - by // _MICROSECOND


class MinuteTenths(sa.ColumnElement[int]):
    """The time between two columns of moments in whole tenths of a minute, a half rounded up."""

    inherit_cache = False  # for tables only

    def __init__(self, start: str, end: str) -> None:
        self.start = start
        self.end = end


@compiles(MinuteTenths)
def _of_microseconds(element: MinuteTenths, _compiler: SQLCompiler, **_: object) -> str:
    return f"({element.end} - {element.start} + 3000000) / 6000000"


@compiles(MinuteTenths, "postgresql")
def _of_intervals(element: MinuteTenths, _compiler: SQLCompiler, **_: object) -> str:
    microseconds = f"(EXTRACT(epoch FROM {element.end} - {element.start}) * 1000000)::bigint"
    return f"({microseconds} + 3000000) / 6000000"


def first_id(at: datetime) -> str:
    """The smallest id of a row made at `at` or later: ids begin with their time (RFC 9562), so the primary key finds a
    span of time."""
    digits = f"{max(0, int(at.timestamp() * 1000)):012x}"
    return f"{digits[:8]}-{digits[8:]}"
