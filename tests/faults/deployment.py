"""What a fault strikes: nodes of the service and the carrier, each a real process, and a look into their database.

Every process is stopped by its own id when the deployment closes, whatever state the test left it in.
"""

import asyncio
import contextlib
import json
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import tempfile
import time
import urllib.parse
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import sqlalchemy as sa

from benchmarks.deployment import ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER, ROSTER
from benchmarks.processes import Child, running
from dispatch.actions.roster.edit_roster import new_key
from dispatch.actions.runner import Runner
from dispatch.actions.schedule.change_roster import import_roster
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.situation import Timings
from dispatch.store.engine.database import Database

_ROOT = Path(__file__).parents[2]
_CALLOUTS = "SELECT id, reference FROM callout"
# The call that each person gets after 50 minutes is left out: no test lasts so long.
_PAGES = f"""
    SELECT id, callout, state, sid, claim, claimed_by, tries, due_at FROM page
    WHERE purpose = '{Purpose.PAGE}' AND channel = '{Channel.SMS}'
"""


def until(condition: Callable[[], object], seconds: float, what: str) -> float:
    """Wait until `condition` holds; returns the seconds that took. Fails after `seconds`."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() < begun + seconds, f"after {seconds:.0f} s still not: {what}"
        time.sleep(0.05)
    return time.monotonic() - begun


def free_port() -> int:
    """A port that stays free while its process is dead: below the range the system gives to outgoing connections."""
    while True:
        port = random.randrange(15_000, 32_000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


# ---- the database --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PageRow:
    """A text that asks somebody to take a call-out, as it stands in the database."""

    id: str
    callout: str
    state: PageState
    sid: str | None
    claim: str | None
    claimed_by: str | None
    tries: int
    due_at: float
    """In seconds of the wall clock; 0 when nothing is due."""

    @property
    def is_unsure(self) -> bool:
        """Whether only the carrier knows if it was sent."""
        return self.state in (PageState.SENDING, PageState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`callouts` gives each call-out's reference by its id."""

    callouts: dict[str, str | None]
    pages: dict[str, PageRow]

    def unsure(self) -> set[str]:
        return {page.id for page in self.pages.values() if page.is_unsure}


def snapshot(url: str) -> Snapshot:
    """The database as it is while nodes are at work."""
    if not url.startswith("sqlite"):
        return asyncio.run(_snapshot_postgres(url))
    file = url.removeprefix("sqlite:///")
    return _snapshot_sqlite(f"file:{file}?mode=ro")


def remains(url: str) -> Snapshot:
    """The database as killed nodes left it. An SQLite file is read from a copy, because the service itself must recover
    the original."""
    if not url.startswith("sqlite"):
        return snapshot(url)
    file = Path(url.removeprefix("sqlite:///"))
    with tempfile.TemporaryDirectory() as folder:
        for part in (file, file.with_name(file.name + "-wal")):
            if part.exists():
                shutil.copy(part, folder)
        return _snapshot_sqlite(f"file:{folder}/{file.name}", check=True)


def _snapshot_sqlite(uri: str, *, check: bool = False) -> Snapshot:
    with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=30)) as connection:
        if check:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return _snapshot(connection.execute(_CALLOUTS).fetchall(), connection.execute(_PAGES).fetchall())


async def _snapshot_postgres(url: str) -> Snapshot:
    connection = await connect(url)
    try:
        return _snapshot(await connection.fetch(_CALLOUTS), await connection.fetch(_PAGES))
    finally:
        await connection.close()


def _snapshot(callouts: Any, pages: Any) -> Snapshot:
    rows = [
        PageRow(id_, callout, PageState(state), sid, claim, node, tries, _seconds(due))
        for id_, callout, state, sid, claim, node, tries, due in pages
    ]
    return Snapshot({row[0]: row[1] for row in callouts}, {row.id: row for row in rows})


def _seconds(moment: datetime | int | None) -> float:
    """A moment as PostgreSQL gives it, or as SQLite keeps it in microseconds; in seconds."""
    return moment.timestamp() if isinstance(moment, datetime) else (moment or 0) / 1e6


async def connect(url: str) -> Any:
    """A plain connection to a PostgreSQL database; the caller closes it."""
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return await asyncpg.connect(plain, timeout=30)


@contextlib.asynccontextmanager
async def runner(url: str) -> Any:
    """An office on the database, beside whatever runs there. Nothing that it does wakes a node."""
    database = Database(url)
    await database.open()
    try:
        yield Runner(
            database,
            now=lambda: datetime.now(UTC),
            chance=random.SystemRandom(),
            timings=Timings(),
            public_url="http://127.0.0.1",
            dials=lambda _phone: True,
        )
    finally:
        await database.close()


async def furnish(url: str) -> str:
    """Import the roster into a migrated database; returns an agency's key."""
    async with runner(url) as ours:
        await ours.act(import_roster, ROSTER, OPERATOR, Source.CLI)
        issued = await ours.act(new_key, OPERATOR, Source.CLI, agency="LBPD")
    key: str = issued.key
    return key


# ---- the carrier ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Arrival:
    """A text or call that the carrier took. `at` is in seconds of the wall clock."""

    at: float
    page: str


class Carrier:
    """The simulated carrier at one address. Its process may be killed and another take its place, which knows nothing
    of what came before; `arrivals` remembers what was seen."""

    def __init__(self, deployment: "Deployment") -> None:
        self._deployment = deployment
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._authorization = "Basic " + b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
        self._earlier: list[Arrival] = []
        self._now: list[Arrival] = []
        self.child = self.start()

    def start(self) -> Child:
        self._earlier += self._now
        self._now = []
        self.child = self._deployment.child(
            "carrier",
            *("-m", "twilio_simulator", "--port", str(self._port)),
            *("--account-sid", ACCOUNT_SID, "--auth-token", AUTH_TOKEN, "--number", OUR_NUMBER),
        )
        until(self._answers, 60, "the carrier answers")
        return self.child

    def play(self, path: str, method: str = "GET", **form: object) -> Any:
        body = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(
            self.url + path, body, {"Authorization": self._authorization}, method=method if not form else "POST"
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def look(self) -> list[Arrival]:
        """Everything that was taken so far, in order of arrival."""
        requests = self.play("/play/requests?after=0")["requests"]
        self._now = [_arrival(request) for request in requests if request["sid"] is not None]
        return self.arrivals

    @property
    def arrivals(self) -> list[Arrival]:
        return self._earlier + self._now

    def first(self) -> dict[str, float]:
        """When each page came first."""
        found: dict[str, float] = {}
        for arrival in self.look():
            found.setdefault(arrival.page, arrival.at)
        return found

    def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            self.play("/play/errors")
            return True
        assert self.child.runs, self.child.log.read_text()
        return False


def _arrival(request: Any) -> Arrival:
    page = re.sub(r"#.*", "", request["params"].get("StatusCallback", "")).rpartition("/")[2]
    return Arrival(datetime.fromisoformat(request["at"]).timestamp(), page)


# ---- all of it -----------------------------------------------------------------------------------------------------


class Node:
    """`dispatch serve` at one address; after a kill and a new start it is another process there."""

    def __init__(self, deployment: "Deployment") -> None:
        self._deployment = deployment
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.child = self.start()

    def start(self) -> Child:
        """Start it without waiting for it."""
        environment = {
            "DISPATCH_DATABASE_URL": self._deployment.database_url,
            "DISPATCH_PUBLIC_URL": self.url,
            "DISPATCH_PORT": str(self._port),
            "DISPATCH_TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "DISPATCH_TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "DISPATCH_TWILIO_FROM": OUR_NUMBER,
            "DISPATCH_ALLOWED_HOSTS": "127.0.0.1",
            "DISPATCH_TWILIO_API_URL": self._deployment.carrier.url,
            "DISPATCH_LOG_LEVEL": "WARNING",
        }
        self.child = self._deployment.child("node", "-m", "dispatch", "serve", environment=environment)
        return self.child

    def ready(self, seconds: float = 60) -> "Node":
        self.child.wait_for(self.url + "/readyz", seconds=seconds)
        return self

    def freeze(self) -> None:
        os.kill(self.child.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.child.pid, signal.SIGCONT)


class Deployment:
    """A carrier, a database with a roster in it, and the nodes that a test starts on it."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.database_url = database_url
        self._folder = folder
        self._ends = contextlib.ExitStack()
        self._children = 0
        self.agency_key = asyncio.run(furnish(database_url))
        try:
            self.carrier = Carrier(self)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._ends.close()

    def node(self) -> Node:
        """Start a new node at its own address, without waiting for it."""
        return Node(self)

    def snapshot(self) -> Snapshot:
        """The database while nodes are at work."""
        return snapshot(self.database_url)

    def remains(self) -> Snapshot:
        """The database when all nodes are dead."""
        return remains(self.database_url)

    def child(self, name: str, *arguments: str, environment: dict[str, str] | None = None) -> Child:
        """Start one of our programs in a folder where it finds no stray configuration file."""
        self._children += 1
        log = self._folder / f"{name}-{self._children}.log"
        paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        ours = {"PYTHONPATH": os.pathsep.join(paths), **(environment or {})}
        child = self._ends.enter_context(running(Child(arguments, folder=self._folder, log=log, environment=ours)))
        self._ends.callback(_thaw, child)
        return child


def _thaw(child: Child) -> None:
    """A frozen process does not act on the signal to end."""
    if child.runs:
        os.kill(child.pid, signal.SIGCONT)


@contextlib.contextmanager
def deployed(database_url: str, folder: Path) -> Iterator[Deployment]:
    deployment = Deployment(database_url, folder)
    try:
        yield deployment
    finally:
        deployment.close()
