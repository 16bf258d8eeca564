"""The real `dispatch serve` in a process of its own, with the sample roster and nobody at the carrier's address."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from dispatch.actions.access.sign_in import Browser, sign_in_as
from dispatch.actions.roster.edit_roster import new_key
from dispatch.actions.schedule.change_roster import import_roster
from dispatch.app import Service
from dispatch.roster_file import read_roster
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.settings import Settings
from dispatch.store import tables as t
from dispatch.store.callout.callouts import without_next_move
from dispatch.store.engine.database import Database
from tests.inbound.house import TOKEN

ROOT = Path(__file__).parents[2]


@dataclass
class Server:
    """`folder` is where it runs and logs. `key` is LBPD's, `others_key` LAPD's; `session` and `others_session` are the
    cookies of two browsers in which Cora is signed in."""

    folder: Path
    database_url: str
    carrier_url: str = "http://127.0.0.1:9"  # nobody: what is sent stays due
    prelude: str = ""
    """Run before the service in its process: what a test plants."""
    key: str = ""
    others_key: str = ""
    coordinator_key: str = ""
    session: str = ""
    others_session: str = ""
    port: int = 0
    _process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "it was started"
        return self._process

    @property
    def log(self) -> Path:
        """What the last process has written."""
        return self.folder / "log"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """On the port that it had before, if it had one; returns once it serves."""
        settings = {
            "DISPATCH_DATABASE_URL": self.database_url,
            "DISPATCH_TWILIO_ACCOUNT_SID": "AC1",
            "DISPATCH_TWILIO_AUTH_TOKEN": TOKEN,
            "DISPATCH_TWILIO_FROM": "+15625550100",
            "DISPATCH_ALLOWED_HOSTS": "127.0.0.1",
            "DISPATCH_TWILIO_API_URL": self.carrier_url,
        }
        begins = ["-m", "dispatch"]
        if self.prelude:
            begins = ["-c", f"{self.prelude}\nimport runpy\nrunpy.run_module('dispatch', run_name='__main__')"]
        command = [sys.executable, *begins, "serve", "--port", str(self.port)]
        environment = os.environ | {"PYTHONPATH": str(ROOT / "src")} | settings
        with self.log.open("wb") as written:
            self._process = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=written, stderr=written)
        self.port = _port_in(self.log)

    def kill(self) -> None:
        """SIGKILL. Killing twice does no harm."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def head(self, method: str = "POST", path: str = "/v1/callouts", *headers: str) -> bytes:
        """The first lines of a request, without the empty one that ends them."""
        known = ("Host: dispatch.example", f"Authorization: Bearer {self.key}", "Content-Type: application/json")
        return "\r\n".join([f"{method} {path} HTTP/1.1", *known, *headers, ""]).encode()

    def megabytes(self) -> float:
        """Resident memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024

    async def callouts(self) -> int:
        async with self.database() as database:
            return len(await database.read(lambda tx: list(tx.execute(t.callout.select()))))

    async def keeps_the_law(self) -> bool:
        async with self.database() as database:
            return not await database.read(without_next_move)

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        database = Database(self.database_url)
        await database.open()
        try:
            yield database
        finally:
            await database.close()


async def _prepare(server: Server) -> None:
    """The sample roster, and whatever opens a door, in a migrated database."""
    service = Service(Settings(database_url=server.database_url, twilio_account_sid="AC1", twilio_from="+15625550100"))
    await service.open()
    act = service.runner.act
    await act(import_roster, read_roster((ROOT / "config" / "roster.toml").read_text()), OPERATOR, Source.CLI)
    server.key, server.others_key = [
        (await act(new_key, OPERATOR, Source.CLI, agency=agency)).key for agency in ("LBPD", "LAPD")
    ]
    server.coordinator_key = (await act(new_key, OPERATOR, Source.CLI, coordinator="Cora")).key
    browser = Browser("203.0.113.9", "test", None)
    server.session, server.others_session = [
        (await act(sign_in_as, "cora", browser, "for a test")).token for _ in range(2)
    ]
    await service.stop()


@contextmanager
def serving(folder: Path, url: str, **more: str) -> Iterator[Server]:
    """The server, on this migrated database; what else `Server` takes may be given."""
    server = Server(folder, url, **more)  # type: ignore[arg-type]  # all that is given so are texts
    asyncio.run(_prepare(server))
    try:
        server.start()
        yield server
    finally:
        server.kill()


def _port_in(log: Path) -> int:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        for line in log.read_text().splitlines():
            if '"serving"' in line:
                return int(json.loads(line)["url"].rpartition(":")[2])
        time.sleep(0.05)
    raise AssertionError(log.read_text())
