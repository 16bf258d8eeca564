"""Statements that are written once, built once for each kind of database, and then run on the driver's own cursor.

SQLAlchemy says what a statement means and in which words SQLite and PostgreSQL want to hear it. Asked to run one, it
goes through the same motions every time: on SQLite 50 to 160 µs of processor time for a statement that takes 7. A
call-out with its page and what the carrier says of it is some forty of them, so that was most of what one cost.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.sql.compiler import SQLCompiler

Row = dict[str, Any]
_Converter = Callable[[Any], Any] | None


@dataclass(slots=True)
class _Built:
    """A statement as one kind of database wants it.

    `given` are its parameters in the order of their places, and how a value becomes the driver's; `fixed` are those
    that stand in the statement itself. `converted` are the places in a row where the driver's value is not ours yet.
    """

    sql: str
    given: tuple[tuple[str, _Converter], ...]
    names: frozenset[str]
    fixed: Mapping[str, Any]
    columns: tuple[str, ...]
    types: tuple[sa.types.TypeEngine[Any], ...]
    converted: tuple[tuple[int, Callable[[Any], Any]], ...] | None = None

    def parameters(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        fixed = self.fixed
        if not self.names.issuperset(values):
            raise TypeError(f"no place for {sorted(set(values) - self.names)} in: {self.sql}")
        return tuple(
            [
                convert(values[name] if name in values else fixed[name])
                if convert is not None
                else (values[name] if name in values else fixed[name])
                for name, convert in self.given
            ]
        )

    def rows(self, tx: Connection, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        with _cursor(tx, self) as cursor:
            cursor.execute(self.sql, self.parameters(values))
            found: Sequence[Sequence[Any]] = cursor.fetchall()
            if self.converted is None:
                self.converted = self._converters(tx.dialect, cursor.description)
        if not self.converted:
            return found
        rows = [list(row) for row in found]
        for row in rows:
            for place, convert in self.converted:
                row[place] = convert(row[place])
        return rows

    def _converters(self, dialect: Dialect, description: Sequence[Any]) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
        converters = (
            type_.dialect_impl(dialect).result_processor(dialect, column[1])
            for type_, column in zip(self.types, description, strict=True)
        )
        return tuple((place, convert) for place, convert in enumerate(converters) if convert is not None)


class Statement:
    """One statement; its parameters are `sa.bindparam`s, and are given by their names.

    What the driver raises comes out as from SQLAlchemy: `IntegrityError` and the other `DBAPIError`s.
    """

    def __init__(self, meant: sa.Executable) -> None:
        self._meant = meant
        self._built: dict[str, _Built] = {}

    def rows(self, tx: Connection, **values: Any) -> list[Row]:
        """What it finds, each row by the names of its columns."""
        built = self._for(tx.dialect)
        return [dict(zip(built.columns, row, strict=True)) for row in built.rows(tx, values)]

    def first(self, tx: Connection, **values: Any) -> Row | None:
        """The first row."""
        built = self._for(tx.dialect)
        found = built.rows(tx, values)
        return dict(zip(built.columns, found[0], strict=True)) if found else None

    def scalars(self, tx: Connection, **values: Any) -> list[Any]:
        """The first column of each row."""
        return [row[0] for row in self._for(tx.dialect).rows(tx, values)]

    def scalar(self, tx: Connection, **values: Any) -> Any:
        """The first column of the first row; None where there is no row."""
        found = self._for(tx.dialect).rows(tx, values)
        return found[0][0] if found else None

    def run(self, tx: Connection, **values: Any) -> int:
        """How many rows it changed."""
        built = self._for(tx.dialect)
        with _cursor(tx, built) as cursor:
            cursor.execute(built.sql, built.parameters(values))
            changed = cursor.rowcount
        return int(changed)

    def run_each(self, tx: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it once for each of `rows`."""
        if len(rows) < 2:  # PostgreSQL's driver makes more of many than of one
            for row in rows:
                self.run(tx, **row)
            return
        built = self._for(tx.dialect)
        with _cursor(tx, built) as cursor:
            cursor.executemany(built.sql, [built.parameters(row) for row in rows])

    def _for(self, dialect: Dialect) -> _Built:
        built = self._built.get(dialect.name)
        if built is None:
            built = self._built[dialect.name] = _build(self._meant, dialect)
        return built


@cache
def insert_into(table: sa.Table) -> Statement:
    """A row of `table`; what is not given is NULL, and a counter or what the database works out it sets itself."""
    values = {column.name: sa.bindparam(column.name, None, column.type) for column in _given(table)}
    return Statement(sa.insert(table).values(values).inline())


def insert_together(tx: Connection, parts: Sequence[tuple[sa.Table, Sequence[Mapping[str, Any]]]]) -> None:
    """Rows of several tables, those that others point at first.

    On PostgreSQL, where the way to the server and back costs more than the rows, they all go in one statement.
    """
    filled = [(table, rows) for table, rows in parts if rows]
    if tx.dialect.name != "postgresql":
        for table, rows in filled:
            insert_into(table).run_each(tx, rows)
    elif filled:
        _together(tuple((table, len(rows)) for table, rows in filled)).run_rows(tx, [rows for _, rows in filled])


class _Together(Statement):
    """Inserts into several tables as one statement. Its parameters are named COLUMN_PART_NUMBER."""

    _places: tuple[tuple[int, int, str, _Converter], ...] = ()
    _columns: frozenset[tuple[int, str]] = frozenset()

    def run_rows(self, tx: Connection, parts: Sequence[Sequence[Mapping[str, Any]]]) -> None:
        """Run it with these rows; what a row leaves out is NULL."""
        built = self._for(tx.dialect)
        if not self._places:
            names = ((name.rsplit("_", 2), convert) for name, convert in built.given)
            self._places = tuple((int(part), int(number), name, convert) for (name, part, number), convert in names)
            self._columns = frozenset((part, name) for part, _, name, _ in self._places)
        if unknown := {
            name for part, rows in enumerate(parts) for row in rows for name in row if (part, name) not in self._columns
        }:
            raise TypeError(f"no place for {sorted(unknown)} in: {built.sql}")
        parameters = tuple(
            [
                convert(parts[part][number].get(name)) if convert is not None else parts[part][number].get(name)
                for part, number, name, convert in self._places
            ]
        )
        with _cursor(tx, built) as cursor:
            cursor.execute(built.sql, parameters)


@lru_cache(maxsize=256)  # one for each way in which something can be decided, more or less
def _together(parts: tuple[tuple[sa.Table, int], ...]) -> _Together:
    inserts = [
        sa.insert(table)
        .values(
            [
                {
                    column.name: sa.bindparam(f"{column.name}_{part}_{number}", None, column.type)
                    for column in _given(table)
                }
                for number in range(count)
            ]
        )
        .inline()
        for part, (table, count) in enumerate(parts)
    ]
    return _Together(inserts[-1].add_cte(*(one.cte(f"part_{part}") for part, one in enumerate(inserts[:-1]))))


def _given(table: sa.Table) -> list[sa.Column[Any]]:
    """The columns that are not the database's own to fill."""
    counter = table.autoincrement_column
    return [column for column in table.columns if column is not counter and column.computed is None]


@cache
def update_by_id(table: sa.Table, names: tuple[str, ...]) -> Statement:
    """These columns of the row whose `id` is `row_id`."""
    values = {name: sa.bindparam(name, type_=table.c[name].type) for name in names}
    return Statement(sa.update(table).where(table.c.id == sa.bindparam("row_id")).values(values))


def one_of(column: sa.ColumnElement[Any], values: Iterable[object]) -> sa.ColumnElement[bool]:
    """That `column` has one of `values`: as many parameters as there are, where `IN` would be built at each run."""
    return sa.or_(*(column == value for value in values))


@contextmanager
def _cursor(tx: Connection, built: _Built) -> Iterator[Any]:
    """A cursor of the driver's own; what goes wrong with it comes out as from SQLAlchemy."""
    cursor = tx.connection.cursor()
    try:
        yield cursor
    except (tx.dialect.loaded_dbapi.Error, TimeoutError, asyncio.CancelledError) as error:
        # SQLAlchemy's one place for what the driver raises: it gives errors their names, and drops a connection that is
        # lost with all that were made before it. There is no public door to it. It must hear of what was broken off,
        # too: a BEGIN that nobody waited for is carried out once a frozen server wakes, and to asyncpg every later
        # transaction on that connection is a part of that one. A commit is then none, and its locks stay.
        tx._handle_dbapi_exception(error, built.sql, None, cursor, None)
    finally:
        cursor.close()


def _build(meant: sa.Executable, dialect: Dialect) -> _Built:
    compiled = meant.compile(dialect=dialect)  # type: ignore[attr-defined]  # every statement that we write has it
    assert isinstance(compiled, SQLCompiler)
    assert compiled.positiontup is not None, "our drivers know their parameters by their places"
    binds = [compiled.binds[name] for name in compiled.positiontup]
    assert not any(bind.expanding or bind.literal_execute for bind in binds), "its text would not be the same each time"
    results = list(getattr(meant, "exported_columns", ()))
    return _Built(
        sql=compiled.string,
        given=tuple((bind.key, bind.type.dialect_impl(dialect).bind_processor(dialect)) for bind in binds),
        names=frozenset(bind.key for bind in binds),
        fixed={bind.key: bind.effective_value for bind in binds if not bind.required},
        columns=tuple(getattr(column, "name", "") for column in results),
        types=tuple(column.type for column in results),
    )
