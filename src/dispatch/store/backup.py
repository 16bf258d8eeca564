"""Copies an SQLite database while a service writes to it, and restores such a copy.

The law: an interrupted backup or restore leaves what was there before. A copy is made under another name, checked,
synced to disk and only then renamed; the database that a restore replaces stays beside the new one.

Only SQLite's own backup copies a live database whole: a plain copy of the file lacks what is still in the write-ahead
log. The backup only reads, so the service stays the only one that writes and checkpoints (see `engine.sqlite`).
"""

import contextlib
import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

KEPT = ".before-restore"
_LOG, _INDEX, _JOURNAL = "-wal", "-shm", "-journal"


class NotUsable(RuntimeError):
    """a file is not one of our databases, or is damaged; the message says which file and why"""


class WouldReplace(RuntimeError):
    """something that must not be lost is already there"""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a copy holds. `open_codes` are the call-outs that a service started on this copy would page for."""

    version: str
    people: int
    callouts: int
    open_codes: tuple[str, ...]
    due: int

    def __str__(self) -> str:
        return (
            f"{self.people} people, {self.callouts} call-outs ({len(self.open_codes)} of them open), "
            f"{self.due} pages and deadlines to come, tables of version {self.version}"
        )


def back_up(database: Path, file: Path, *, force: bool = False) -> Contents:
    """Copy `database` into `file`. Blocks. Raises `WouldReplace`, `NotUsable` and OSError."""
    database, file = database.resolve(), file.resolve()
    if file in [_beside(database, suffix) for suffix in ("", ".lock", KEPT, _LOG, _INDEX, _JOURNAL)]:
        raise WouldReplace(f"{file} belongs to the database itself")
    for wrong, why in ((file.is_dir(), errno.EISDIR), (not file.parent.is_dir(), errno.ENOENT)):
        if wrong:  # asked first: later it would be said of a temporary file
            raise OSError(why, os.strerror(why), str(file))
    if file.exists() and not force:
        raise WouldReplace(f"{file} is there already (--force replaces it)")
    with _checked_copy(database, file) as (copy, contents):
        copy.replace(file)
        _sync_folder(file)
    return contents


def restore(
    file: Path, database: Path, check: Callable[[Contents], None] = lambda _: None
) -> tuple[Contents, Path | None]:
    """Replace `database`, whose lock the caller holds, by the copy in `file`.

    `check` is given the contents of the copy before anything is replaced, and raises to stop the restore. Returns the
    contents, and where the replaced database was kept, if there was one. Blocks. Raises `WouldReplace`, `NotUsable`
    and OSError.
    """
    file, database = file.resolve(), database.resolve()
    kept = _beside(database, KEPT)
    if file == database:
        raise WouldReplace(f"{file} is the database itself")
    if kept.exists():
        raise WouldReplace(f"{kept} is there already, from an earlier restore: move it away first")
    with _checked_copy(file, database) as (copy, contents):
        check(contents)
        replaces = database.exists()
        if replaces:
            _fold(database)
            _take_owner(database, copy)
            # A link, not a move: while the database was missing, a service could create an empty one.
            os.link(database, kept)
        # Another database's log would corrupt the restored one. Only a damaged database still has a log here, since it
        # could not be folded.
        for suffix in (_LOG, _JOURNAL):
            with contextlib.suppress(FileNotFoundError):
                _beside(database, suffix).rename(_beside(kept, suffix))
        _beside(database, _INDEX).unlink(missing_ok=True)
        _sync_folder(database)
        copy.replace(database)
        _sync_folder(database)
    return contents, kept if replaces else None


# ---- one checked copy ----------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _checked_copy(source: Path, destined: Path) -> Iterator[tuple[Path, Contents]]:
    """A copy of `source` beside `destined`, checked and synced to disk; deleted after the block unless renamed."""
    source.stat()  # SQLite would only say that it cannot open the file
    handle, name = tempfile.mkstemp(prefix=f".{destined.name}.", dir=destined.parent)  # readable by its owner only
    os.close(handle)
    copy = Path(name)
    try:
        with _words_for(source):
            contents = _copy(source, copy)
        with copy.open("rb") as written:
            os.fsync(written.fileno())
        yield copy, contents
    finally:
        for suffix in ("", _LOG, _INDEX, _JOURNAL):
            _beside(copy, suffix).unlink(missing_ok=True)


def _copy(source: Path, copy: Path) -> Contents:
    with _opened(source, "ro") as reading, _opened(copy, "rw") as writing:
        writing.execute("PRAGMA synchronous=OFF")  # the caller syncs the copy once, at the end
        reading.backup(writing)  # in one step, so that it shows one moment of the database, however busy that is
        # One file, complete by itself. The service turns its own write-ahead log on again.
        writing.execute("PRAGMA journal_mode=DELETE")
        (found,) = writing.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            raise NotUsable(f"{source} is damaged: {' '.join(str(found).split())}")
        return _contents(source, writing)


def _contents(source: Path, connection: sqlite3.Connection) -> Contents:
    def number(query: str) -> int:
        (number,) = connection.execute(query).fetchone()
        return int(number)

    try:
        version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return Contents(
            version=version[0],
            people=number("SELECT count(*) FROM person"),
            callouts=number("SELECT count(*) FROM callout"),
            open_codes=tuple(code for (code,) in connection.execute("SELECT code FROM callout WHERE open ORDER BY 1")),
            due=number("SELECT count(*) FROM page WHERE due_at IS NOT NULL") + number("SELECT count(*) FROM deadline"),
        )
    except (sqlite3.OperationalError, TypeError) as error:  # a table is missing, or has no row
        raise NotUsable(f"{source} is not a database of dispatch") from error


@contextlib.contextmanager
def _opened(file: Path, mode: str) -> Iterator[sqlite3.Connection]:
    """A connection that never creates the file. `mode` is ro or rw."""
    connection = sqlite3.connect(f"file:{quote(str(file))}?mode={mode}", uri=True, timeout=10, isolation_level=None)
    with contextlib.closing(connection):
        yield connection


@contextlib.contextmanager
def _words_for(file: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise NotUsable(f"{file}: {error}") from error


# ---- the database that is replaced ---------------------------------------------------------------------------------


def _fold(database: Path) -> None:
    """Move what is in the log into the file, so that the file is complete by itself; a damaged one stays as it is.

    Raises `WouldReplace` while another process has the database open.
    """
    try:
        with _opened(database, "rw") as connection:
            (mode,) = connection.execute("PRAGMA journal_mode=DELETE").fetchone()
            busy = mode != "delete"
    except sqlite3.OperationalError as error:
        busy = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    except sqlite3.DatabaseError:
        return
    if busy:
        raise WouldReplace(f"something else has {database} open: wait until it has ended")


def _take_owner(database: Path, copy: Path) -> None:
    """Whoever could open the old database must be able to open the new one: root may restore for the service."""
    owner = database.stat()
    shutil.copymode(database, copy)
    with contextlib.suppress(PermissionError):
        os.chown(copy, owner.st_uid, owner.st_gid)


def _beside(file: Path, suffix: str) -> Path:
    return file.with_name(file.name + suffix)


def _sync_folder(file: Path) -> None:
    """A new name is on disk only once its folder is synced."""
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
