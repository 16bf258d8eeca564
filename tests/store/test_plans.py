"""On PostgreSQL a statement of ours has one plan, made without its values: it must find its index all the same.

A partial index is lost that way where what it holds is compared with a parameter (`role = $1`) instead of a constant.
"""

import importlib
import pkgutil
import re

import sqlalchemy as sa
from sqlalchemy.engine import Connection

import dispatch.store
from dispatch.store.engine import statement
from dispatch.store.engine.database import Database
from dispatch.store.engine.statement import Statement

_FEW_ROWS = {"roster_version", "node"}  # one, and one for each process: there is nothing to find


def _statements() -> dict[str, Statement]:
    """Every statement at the top of a file of the store, by the file and its name there."""
    files = [
        importlib.import_module(file.name) for file in pkgutil.walk_packages(dispatch.store.__path__, "dispatch.store.")
    ]
    return {
        f"{file.__name__}.{name}": one
        for file in files
        for name, one in vars(file).items()
        if isinstance(one, Statement) and isinstance(one._meant, sa.Select | sa.CompoundSelect | sa.Update | sa.Delete)
    }


async def test_postgresql_runs_one_plan_for_a_statement(postgres_url: str) -> None:
    """A node's connections tell it to; a report is planned for its own span."""
    database = Database(postgres_url)
    await database.open()
    ask = sa.text("SHOW plan_cache_mode")
    try:
        assert await database.write(lambda tx: tx.execute(ask).scalar()) == "force_generic_plan"
        assert await database.read(lambda tx: tx.execute(ask).scalar()) == "force_generic_plan"
        assert await database.report(lambda tx: tx.execute(ask).scalar()) == "force_custom_plan"
    finally:
        await database.close()


async def test_no_statement_reads_a_table_through(postgres_url: str) -> None:
    """Where an index can be used, it is: PostgreSQL was told to avoid reading tables through, and does so nowhere."""
    statements = _statements()
    assert len(statements) > 30
    read_through: dict[str, set[str]] = {}

    def look(tx: Connection) -> None:
        tx.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for name, one in statements.items():
            text = statement._write(one._meant, tx.dialect)
            tx.exec_driver_sql(f"PREPARE asked AS {text.sql}")
            values = ", ".join(["NULL"] * len(text.parameters))
            plan = tx.exec_driver_sql(f"EXPLAIN EXECUTE asked{f'({values})' if values else ''}").scalars().all()
            tx.exec_driver_sql("DEALLOCATE asked")
            found = {match[1] for line in plan if (match := re.search(r"Seq Scan on (\w+)", line))} - _FEW_ROWS
            if found:
                read_through[name] = found

    database = Database(postgres_url)
    await database.open()
    try:
        await database.write(look)
    finally:
        await database.close()
    assert read_through == {}
