"""Statements that are written once, built once for each database, and then run on the driver's own cursor.

SQLAlchemy says what a statement means and how SQLite and PostgreSQL want it written. When it runs one itself, it goes
through the same motions every time: on SQLite 50 to 160 µs of processor time for a statement that takes 7. A call-out
with its page and the carrier's reports about it is some forty statements, so most of its cost was there.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Row = dict[str, Any]
_Converter = Callable[[Any], Any]
_Converters = tuple[tuple[int, _Converter], ...]

_BUILT = "dispatch_built_statements"


def statement_options() -> dict[str, Any]:
    """The `execution_options` of an engine that is to run statements: where it keeps those built for it.

    A converter may hold what only one engine has, such as the key of an encrypted column, so engines share none. Each
    keeps its own for as long as it lives. A mapping keyed by dialect would keep them for ever, even a weak one, because
    the converters of a `TypeDecorator` refer to the dialect.
    """
    return {_BUILT: WeakKeyDictionary()}


@dataclass(frozen=True, slots=True)
class _Sql:
    """A statement as SQLite or PostgreSQL wants it written: the same for every database of that kind.

    `parameters` are in the order of their positions; `fixed` holds the values that are part of the statement itself.
    """

    sql: str
    parameters: tuple[tuple[str, sa.types.TypeEngine[Any]], ...]
    names: frozenset[str]
    fixed: Mapping[str, Any]
    columns: tuple[str, ...]
    types: tuple[sa.types.TypeEngine[Any], ...]


class _Built:
    """A statement with the converters of one engine's dialect.

    `names` are its parameters in the order of their positions; `_given` lists the positions whose values must be
    converted to the driver's. `_converted` lists the columns whose values must be converted back; it is known after the
    first run.
    """

    __slots__ = ("_converted", "_given", "_null_if_missing", "columns", "names", "sql", "text")

    def __init__(self, text: _Sql, dialect: Dialect) -> None:
        self.text = text
        self.sql = text.sql
        self.columns = text.columns
        self.names = tuple(name for name, _ in text.parameters)
        # As in an insert, where a column that is not given is NULL.
        self._null_if_missing = text.fixed.keys() == text.names and not any(
            value is not None for value in text.fixed.values()
        )
        converters = (type_.dialect_impl(dialect).bind_processor(dialect) for _, type_ in text.parameters)
        self._given = _where_needed(converters)
        self._converted: _Converters | None = None

    def parameters(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        if not values.keys() <= self.text.names:
            raise TypeError(f"no place for {sorted(values.keys() - self.text.names)} in: {self.sql}")
        if self._null_if_missing:
            return self.as_given(list(map(values.get, self.names)))
        known = {**self.text.fixed, **values}
        return self.as_given(list(map(known.__getitem__, self.names)))

    def as_given(self, parameters: list[Any]) -> tuple[Any, ...]:
        """Our values, in the order of their positions, as the driver takes them."""
        for slot, convert in self._given:
            parameters[slot] = convert(parameters[slot])
        return tuple(parameters)

    def rows(self, tx: Connection, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        parameters = self.parameters(values)
        with _Cursor(tx, self.sql) as cursor:
            cursor.execute(self.sql, parameters)
            found: Sequence[Sequence[Any]] = cursor.fetchall()
            if self._converted is None:
                self._converted = self._converters(tx.dialect, cursor.description)
        if not self._converted:
            return found
        rows = [list(row) for row in found]
        for row in rows:
            for slot, convert in self._converted:
                row[slot] = convert(row[slot])
        return rows

    def _converters(self, dialect: Dialect, description: Sequence[Any]) -> _Converters:
        return _where_needed(
            type_.dialect_impl(dialect).result_processor(dialect, column[1])
            for type_, column in zip(self.text.types, description, strict=True)
        )


def _where_needed(converters: Iterable[_Converter | None]) -> _Converters:
    return tuple((slot, convert) for slot, convert in enumerate(converters) if convert is not None)


class Statement:
    """One statement. Its parameters are `sa.bindparam`s, and are given by name.

    The driver's errors come out as SQLAlchemy's: `IntegrityError` and the other `DBAPIError`s.
    """

    def __init__(self, meant: sa.Executable) -> None:
        self._meant = meant
        self._texts: dict[str, _Sql] = {}

    def rows(self, tx: Connection, **values: Any) -> list[Row]:
        """The rows it finds, each by the names of its columns."""
        built = self._for(tx)
        return [dict(zip(built.columns, row, strict=True)) for row in built.rows(tx, values)]

    def first(self, tx: Connection, **values: Any) -> Row | None:
        """The first row."""
        built = self._for(tx)
        found = built.rows(tx, values)
        return dict(zip(built.columns, found[0], strict=True)) if found else None

    def scalars(self, tx: Connection, **values: Any) -> list[Any]:
        """The first column of each row."""
        return [row[0] for row in self._for(tx).rows(tx, values)]

    def scalar(self, tx: Connection, **values: Any) -> Any:
        """The first column of the first row; None where there is no row."""
        found = self._for(tx).rows(tx, values)
        return found[0][0] if found else None

    def run(self, tx: Connection, **values: Any) -> int:
        """Run it; returns how many rows it changed."""
        built = self._for(tx)
        parameters = built.parameters(values)
        with _Cursor(tx, built.sql) as cursor:
            cursor.execute(built.sql, parameters)
            changed = cursor.rowcount
        return int(changed)

    def run_each(self, tx: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it once for each of `rows`."""
        if len(rows) < 2:  # for a single row PostgreSQL's driver has less to do this way
            for row in rows:
                self.run(tx, **row)
            return
        built = self._for(tx)
        parameters = [built.parameters(row) for row in rows]
        with _Cursor(tx, built.sql) as cursor:
            cursor.executemany(built.sql, parameters)

    def _for(self, tx: Connection) -> _Built:
        kept: WeakKeyDictionary[Statement, _Built] = tx.get_execution_options()[_BUILT]
        built = kept.get(self)
        if built is None:
            dialect = tx.dialect
            text = self._texts.get(dialect.name)
            if text is None:
                text = self._texts[dialect.name] = _write(self._meant, dialect)
            built = kept[self] = _Built(text, dialect)
        return built


@cache
def insert_into(table: sa.Table) -> Statement:
    """Inserts a row into `table`. A column not given is NULL; the database fills counters and computed columns."""
    values = {column.name: sa.bindparam(column.name, None, column.type) for column in _given(table)}
    return Statement(sa.insert(table).values(values).inline())


def insert_together(tx: Connection, parts: Sequence[tuple[sa.Table, Sequence[Mapping[str, Any]]]]) -> None:
    """Insert rows into several tables; a table comes before those that refer to it.

    On PostgreSQL, where a round trip to the server costs more than the rows, they all go in one statement.
    """
    filled = [(table, rows) for table, rows in parts if rows]
    if tx.dialect.name != "postgresql":
        for table, rows in filled:
            insert_into(table).run_each(tx, rows)
    elif filled:
        _together(tuple((table, len(rows)) for table, rows in filled)).run_rows(tx, [rows for _, rows in filled])


class _Together(Statement):
    """Inserts into several tables as one statement.

    `columns` are those of each part, and `names` the parameters of every column of every row of every part.
    """

    def __init__(self, meant: sa.Executable, columns: Sequence[tuple[str, ...]], names: Sequence[str]) -> None:
        super().__init__(meant)
        self._columns = [(of_part, frozenset(of_part)) for of_part in columns]
        self._slots = {name: slot for slot, name in enumerate(names)}
        self._in_order: Callable[[list[Any]], Sequence[Any]] | None = None  # as they stand in the statement

    def run_rows(self, tx: Connection, parts: Sequence[Sequence[Mapping[str, Any]]]) -> None:
        """Run it with these rows; what a row leaves out is NULL."""
        built = self._for(tx)
        given: list[Any] = []
        for (names, known), rows in zip(self._columns, parts, strict=True):
            for row in rows:
                if not row.keys() <= known:
                    raise TypeError(f"no place for {sorted(row.keys() - known)} in: {built.sql}")
                given += map(row.get, names)
        if self._in_order is None:
            self._in_order = itemgetter(*(self._slots[name] for name in built.names))
        parameters = built.as_given(list(self._in_order(given)))
        with _Cursor(tx, built.sql) as cursor:
            cursor.execute(built.sql, parameters)


@lru_cache(maxsize=256)  # roughly one for each combination of rows that decisions lead to
def _together(parts: tuple[tuple[sa.Table, int], ...]) -> _Together:
    names: list[str] = []

    def row(part: int, number: int, columns: Iterable[sa.Column[Any]]) -> dict[str, sa.BindParameter[Any]]:
        binds = {column.name: sa.bindparam(f"{column.name}_{part}_{number}", None, column.type) for column in columns}
        names.extend(bind.key for bind in binds.values())
        return binds

    columns = [_given(table) for table, _ in parts]
    inserts = [
        sa.insert(table).values([row(part, number, columns[part]) for number in range(count)]).inline()
        for part, (table, count) in enumerate(parts)
    ]
    meant = inserts[-1].add_cte(*(insert.cte(f"part_{part}") for part, insert in enumerate(inserts[:-1])))
    return _Together(meant, [tuple(column.name for column in of_part) for of_part in columns], names)


def _given(table: sa.Table) -> list[sa.Column[Any]]:
    """The columns that the database does not fill by itself."""
    counter = table.autoincrement_column
    return [column for column in table.columns if column is not counter and column.computed is None]


@cache
def update_by_id(table: sa.Table, names: tuple[str, ...]) -> Statement:
    """Sets these columns of the row whose `id` is `row_id`."""
    values = {name: sa.bindparam(name, type_=table.c[name].type) for name in names}
    return Statement(sa.update(table).where(table.c.id == sa.bindparam("row_id")).values(values))


def one_of(column: sa.ColumnElement[Any], values: Iterable[object]) -> sa.ColumnElement[bool]:
    """Whether `column` has one of `values`. Each is a parameter, since an `IN` would be written out at every run."""
    # Of no values it is false. An empty OR is left out of a statement, which is then about every row.
    return sa.or_(sa.false(), *(column == value for value in values))


def there_is(column: sa.ColumnElement[Any], *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """As EXISTS, of a row that has `column`. For EXISTS, PostgreSQL may read a whole index once to look all of it up;
    this it asks of each row."""
    return sa.select(column).where(*conditions).limit(1).scalar_subquery().is_not(None)


class _Cursor:
    """A cursor of the driver's own, for running `sql`. Its errors come out as SQLAlchemy's.

    A class, because a generator with `@contextmanager` took a tenth of the time of a read.
    """

    __slots__ = ("_connection", "_cursor", "_sql", "_tx")

    def __init__(self, tx: Connection, sql: str) -> None:
        self._tx = tx
        self._sql = sql

    def __enter__(self) -> Any:
        self._connection = self._tx.connection
        self._cursor = self._connection.cursor()
        return self._cursor

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        try:
            if error is not None:
                self._judge(error)
        finally:
            self._cursor.close()

    def _judge(self, error: BaseException) -> None:
        """Drop the connection if it must not be used again. Raises `DBAPIError` where `error` is the driver's."""
        tx = self._tx
        driver = tx.dialect.loaded_dbapi
        if isinstance(error, driver.Error):
            lost = tx.dialect.is_disconnect(error, self._connection, self._cursor)
            if lost:
                tx.invalidate(error)
            raise DBAPIError.instance(
                self._sql,
                None,  # no parameters: errors go to the log, which must hold no phone number and no meeting place
                error,
                driver.Error,
                hide_parameters=tx.engine.hide_parameters,
                connection_invalidated=lost,
                dialect=tx.dialect,
            ) from error
        if isinstance(error, TimeoutError | asyncio.CancelledError):
            # After a statement was broken off, nobody knows what its connection will do. A BEGIN that timed out is
            # carried out once a frozen server wakes, and asyncpg takes every later transaction on that connection for
            # a part of that one: their commits do nothing, and their locks stay.
            tx.invalidate(error)


def _write(meant: sa.Executable, dialect: Dialect) -> _Sql:
    compiled = meant.compile(dialect=dialect)  # type: ignore[attr-defined]  # every statement that we write has it
    assert isinstance(compiled, SQLCompiler)
    assert compiled.positiontup is not None, "our drivers take parameters by position"
    binds = [compiled.binds[name] for name in compiled.positiontup]
    assert not any(bind.expanding or bind.literal_execute for bind in binds), "the text would differ from run to run"
    results = list(getattr(meant, "exported_columns", ()))
    return _Sql(
        sql=compiled.string,
        parameters=tuple((bind.key, bind.type) for bind in binds),
        names=frozenset(bind.key for bind in binds),
        fixed={bind.key: bind.effective_value for bind in binds if not bind.required},
        columns=tuple(getattr(column, "name", "") for column in results),
        types=tuple(column.type for column in results),
    )
