"""On PostgreSQL a statement of ours has one plan, made without its values: it must find its index all the same.

A partial index is lost that way where what it holds is compared with a parameter (`role = $1`) instead of a constant.
"""

import importlib
import pkgutil
import re
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

import dispatch.store
from dispatch.store.engine import statement
from dispatch.store.engine.database import Database
from dispatch.store.engine.statement import Statement

_FEW_ROWS = {"roster_version", "node"}  # one, and one for each process: there is nothing to find


def _statements() -> dict[str, Statement]:
    """Every statement at the top of a file of the store, also one of several in a table of them, by the file and its
    name there. One whose name ends in `_ON_SQLITE` is left out."""
    files = [
        importlib.import_module(file.name) for file in pkgutil.walk_packages(dispatch.store.__path__, "dispatch.store.")
    ]
    named = {f"{file.__name__}.{name}": one for file in files for name, one in vars(file).items()}
    several = {f"{name}[{key}]": one for name, of in named.items() if isinstance(of, dict) for key, one in of.items()}
    return {
        name: one
        for name, one in {**named, **several}.items()
        if isinstance(one, Statement)
        and isinstance(one._meant, sa.Select | sa.CompoundSelect | sa.Update | sa.Delete)
        and not name.endswith("_ON_SQLITE")
    }


def _read_through(plan: Sequence[str], partial: set[str]) -> set[str]:
    """The tables of which a plan reads every row: by itself, or by an index that it has no condition for. An index that
    holds only some rows is meant to be read so, and so is one of which a LIMIT takes the first."""
    tables = {match[1] for line in plan if (match := re.search(r"Seq Scan on (\w+)", line))}
    for above, line, below in zip(["", *plan], plan, [*plan[1:], ""], strict=False):
        match = _BY_INDEX.search(line)
        takes_the_first = "Limit" in above or plan[0].startswith("Limit")
        if match and match[1] not in partial and not takes_the_first and "Index Cond" not in below:
            tables.add(match[2])
    return tables - _FEW_ROWS


_BY_INDEX = re.compile(r"Index (?:Only )?Scan (?:Backward )?using (\w+) on (\w+)")


async def test_postgresql_runs_one_plan_for_a_statement(postgres_url: str) -> None:
    """A node's connections tell it to; a report is planned for its own span."""
    database = Database(postgres_url)
    await database.open()

    def told(tx: Connection) -> list[object]:
        return [tx.exec_driver_sql(f"SHOW {name}").scalar() for name in ("plan_cache_mode", "enable_seqscan", "jit")]

    try:
        for connection in (database.write, database.read):
            assert await connection(told) == ["force_generic_plan", "off", "off"]
        assert await database.report(told) == ["force_custom_plan", "on", "off"]
    finally:
        await database.close()


async def test_no_statement_reads_a_table_through(postgres_url: str) -> None:
    """In a young database as well, where a plan is made before there is anything to count, and kept."""
    statements = _statements()
    assert len(statements) > 60
    read_through: dict[str, set[str]] = {}

    def look(tx: Connection) -> None:
        partial = set(
            tx.exec_driver_sql("SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL").scalars()
        )
        for name, one in statements.items():
            text = statement._write(one._meant, tx.dialect)
            tx.exec_driver_sql(f"PREPARE asked AS {text.sql}")
            values = ", ".join(["NULL"] * len(text.parameters))
            plan = tx.exec_driver_sql(f"EXPLAIN EXECUTE asked{f'({values})' if values else ''}").scalars().all()
            tx.exec_driver_sql("DEALLOCATE asked")
            if found := _read_through(plan, partial):
                read_through[name] = found

    database = Database(postgres_url)
    await database.open()
    try:
        await database.write(look)
    finally:
        await database.close()
    assert read_through == {}
