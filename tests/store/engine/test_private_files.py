"""Nobody but its owner reads an SQLite database, whatever the umask is and whatever an older version left."""

import asyncio
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from dispatch.store.engine.database import Database
from dispatch.store.engine.sqlite import sqlite_engine


@pytest.fixture(autouse=True)
def _careless() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}


async def _written(file: Path) -> None:
    """A service opens the database, and writes and reads at once; the files are looked at while it has them."""
    database = Database(f"sqlite:///{file}", alone=True)
    await database.open()
    create = sa.text("CREATE TABLE IF NOT EXISTS spoken (words TEXT)")
    insert = sa.text("INSERT INTO spoken VALUES ('400 W Broadway')")
    await asyncio.gather(
        database.write(lambda tx: tx.execute(create).close()),
        *(database.read(lambda tx: tx.execute(sa.text("SELECT 1")).scalar_one()) for _ in range(8)),
    )
    for _ in range(3):
        await database.write(lambda tx: tx.execute(insert).close())
    found = modes(file.parent)
    assert set(found) == {file.name, f"{file.name}-wal", f"{file.name}-shm", f"{file.name}.lock"}
    assert set(found.values()) == {0o600}
    await database.close()


async def test_a_new_database_is_private(tmp_path: Path) -> None:
    """The database, its log, its index and its lock."""
    await _written(tmp_path / "new.db")


async def test_an_old_database_becomes_private(tmp_path: Path) -> None:
    """What an older version created for everybody to read is closed at the next start."""
    file = tmp_path / "old.db"
    await _written(file)
    for name in modes(tmp_path):
        (tmp_path / name).chmod(0o644)
    (tmp_path / "old.db.lock").unlink()
    await _written(file)


def test_a_new_database_is_opened_by_many_at_once(tmp_path: Path) -> None:
    """The writer and the readers of a service come to it in the same moment: none hears that it is locked."""
    for number in range(60):
        url = sa.make_url(f"sqlite:///{tmp_path / str(number)}.db")
        together = threading.Barrier(4)

        def opens(writes: bool, url: sa.URL = url, together: threading.Barrier = together) -> int:
            engine = sqlite_engine(url, writes=writes)
            together.wait()
            with engine.connect() as connection:
                found: int = connection.execute(sa.text("SELECT 1")).scalar_one()
            engine.dispose()
            return found

        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(opens, (True, False, False, False))) == [1] * 4
