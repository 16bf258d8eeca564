"""The audit is append-only: no code of ours changes or removes a line, and both databases refuse it.

What would change one is tried as somebody would write it who means to, past the store and with its own connection.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch.rules.facts.actors import OPERATOR, AuditEvent, Source
from dispatch.store import tables as t
from dispatch.store.access import audit
from dispatch.store.engine.database import Database
from dispatch.store.engine.database_errors import DatabaseFault
from tests.inbound.house import NOW

pytestmark = pytest.mark.both_databases

_ROOT = Path(__file__).parents[2]
_CODE = _ROOT / "src" / "dispatch"
_PROGRAMS = sorted(file for name in ("dispatch", "demo", "rehearsal") for file in (_ROOT / "src" / name).rglob("*.py"))
_EVERYWHERE = sorted([*_PROGRAMS, *_ROOT.glob("migrations/**/*.py"), *_ROOT.glob("tools/*.py")])

_AGAIN = "INSERT INTO audit (id, at, who, did) SELECT id, at, 'nobody', did FROM audit WHERE id = 1"
_BOTH = [
    "UPDATE audit SET did = 'nothing'",
    "UPDATE audit SET detail = NULL WHERE id = 1",
    "UPDATE audit SET at = at",
    "DELETE FROM audit",
    "DELETE FROM audit WHERE id = 1",
    f"{_AGAIN} ON CONFLICT (id) DO UPDATE SET who = 'nobody'",
]
_SQLITE = [
    *_BOTH,
    "UPDATE OR REPLACE audit SET id = 1 WHERE id = 2",
    "INSERT OR REPLACE INTO audit (id, at, who, did) VALUES (1, 0, 'nobody', 'nothing')",
    "REPLACE INTO audit (id, at, who, did) VALUES (2, 0, 'nobody', 'nothing')",
]
_POSTGRESQL = [
    *_BOTH,
    "TRUNCATE audit",
    "TRUNCATE callout, audit CASCADE",
    "WITH gone AS (DELETE FROM audit RETURNING id) SELECT count(*) FROM gone",
    "MERGE INTO audit USING (SELECT 1 AS one) AS x ON audit.id = x.one WHEN MATCHED THEN DELETE",
    "SET LOCAL session_replication_role = replica; DELETE FROM audit",
]


def _place(file: Path) -> str:
    return str(file.relative_to(_CODE if file.is_relative_to(_CODE) else _CODE.parent))


def _two_lines(tx: Connection) -> None:
    for did in (AuditEvent.READ, AuditEvent.CLOSED):
        audit.write(tx, NOW, OPERATOR, Source.CLI, did, detail="a line")


async def _is_refused(database: Database, statement: str) -> None:
    await database.write(_two_lines)

    def rows(tx: Connection) -> list[sa.Row[tuple[object, ...]]]:
        return list(tx.execute(sa.select(t.audit).order_by(t.audit.c.id)))

    def change(tx: Connection) -> None:
        for one in statement.split("; "):
            tx.exec_driver_sql(one)

    before = await database.read(rows)
    assert [row.id for row in before] == [1, 2]
    with pytest.raises(DatabaseFault, match="the audit is append-only"):
        await database.write(change)
    assert await database.read(rows) == before
    await database.write(_two_lines)
    assert [row.id for row in (await database.read(rows))[:2]] == [1, 2]


@pytest.mark.parametrize("statement", _SQLITE)
async def test_sqlite_refuses(sqlite_url: str, statement: str) -> None:
    """Every way to change or remove a line fails, and the next line is written all the same."""
    database = Database(sqlite_url)
    await database.open()
    try:
        await _is_refused(database, statement)
    finally:
        await database.close()


@pytest.mark.parametrize("statement", _POSTGRESQL)
async def test_postgresql_refuses(postgres_url: str, statement: str) -> None:
    """As on SQLite; also to empty the table, and to a session that poses as a replica."""
    database = Database(postgres_url)
    await database.open()
    try:
        await _is_refused(database, statement)
    finally:
        await database.close()


# ---- nothing in the code tries ---------------------------------------------------------------------------------------

# Who names the table at all, and for what.
_NAME_IT = {
    "store/tables.py": "says what it is",
    "store/access/audit.py": "adds a line",
    "store/callout/decided.py": "adds lines",
    "store/access/audit_trail.py": "reads",
    "rehearsal/season.py": "empties every other table of a rehearsal",
}
_CHANGES = re.compile(
    r"\b(?:UPDATE|DELETE\s+FROM|TRUNCATE|REPLACE\s+INTO|DROP\s+TABLE|DISABLE\s+TRIGGER|DROP\s+TRIGGER)\b[^;]*\baudit",
    re.IGNORECASE,
)

_THE_TRIGGERS = {"migrations/versions/0200_the_first_tables.py"}  # they say what is refused


def _names_the_table(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "audit" and ast.unparse(node.value) in {"t", "tables"}


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _trees(files: Iterable[Path]) -> Iterator[tuple[Path, ast.Module]]:
    """Of the files in which the word stands at all."""
    return ((file, ast.parse(text)) for file in files if "audit" in (text := file.read_text("utf-8")))


def test_few_name_the_table() -> None:
    """Whoever else wants something of the audit asks one of these files."""
    found = {
        _place(file)
        for file, tree in _trees(_PROGRAMS)
        if any(map(_names_the_table, ast.walk(tree))) or file.name == "tables.py"
    }
    assert found == set(_NAME_IT)


@pytest.mark.costs(2)
def test_no_code_changes_or_removes_a_line() -> None:
    """Neither by a statement of SQLAlchemy's nor by one that is written out."""
    found = []
    for file, tree in _trees(_EVERYWHERE):
        for call in _calls(tree):
            does = ast.unparse(call.func).rpartition(".")[2]
            about = [call.func, *call.args]
            if does in {"update", "delete", "drop_table", "batch_alter_table"} and any(map(_is_about_it, about)):
                found.append(f"{file.relative_to(_ROOT)}:{call.lineno}")
        found += [
            f"{file.relative_to(_ROOT)}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CHANGES.search(node.value)
        ]
    assert {one.partition(":")[0] for one in found} <= _THE_TRIGGERS


def _is_about_it(node: ast.AST) -> bool:
    return any(
        _names_the_table(one) or (isinstance(one, ast.Constant) and one.value == "audit") for one in ast.walk(node)
    )


def test_who_goes_through_all_tables_leaves_it_out() -> None:
    """A loop over every table names none, so the search above would not see it."""
    loops = re.compile(r"metadata\.(?:sorted_tables|tables)\b.*")
    found = {
        _place(file): loops.findall(file.read_text("utf-8"))
        for file in _PROGRAMS
        if loops.search(file.read_text("utf-8"))
    }
    assert all("is not t.audit" in line for lines in found.values() for line in lines), found
