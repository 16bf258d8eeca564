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
from dispatch.actions.roster.edit_roster import NewKey, new_key
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
    """`key` is LBPD's, `others_key` LAPD's; `session` and `others_session` are the cookies of two browsers in
    which Cora is signed in."""

    folder: Path
    database_url: str
    key: str
    others_key: str
    coordinator_key: str
    session: str
    carrier_url: str = "http://127.0.0.1:9"  # nobody: what is sent stays due
    webhook_secret: str = ""
    prelude: str = ""
    """Run before the service in its process: what a test plants."""
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


async def _prepared(url: str) -> tuple[NewKey, str, str, str, str]:
    """The keys of two agencies and of a coordinator, and two cookies of hers, in a database with the sample roster."""
    service = Service(Settings(database_url=url, twilio_account_sid="AC1", twilio_from="+15625550100"))
    await service.open()
    roster = (ROOT / "config" / "roster.toml").read_text()
    await service.runner.act(import_roster, read_roster(roster), OPERATOR, Source.CLI)
    agency = await service.runner.act(new_key, OPERATOR, Source.CLI, agency="LBPD")
    other = await service.runner.act(new_key, OPERATOR, Source.CLI, agency="LAPD")
    coordinator = await service.runner.act(new_key, OPERATOR, Source.CLI, coordinator="Cora")
    browser = Browser("203.0.113.9", "test", None)
    session, other_session = [
        (await service.runner.act(sign_in_as, "cora", browser, "for a test")).token for _ in range(2)
    ]
    await service.stop()
    return agency, other.key, coordinator.key, session, other_session


@contextmanager
def serving(
    folder: Path,
    url: str,
    *,
    carrier_url: str = "http://127.0.0.1:9",
    prelude: str = "",
) -> Iterator[Server]:
    """The server, on this migrated database; `folder` is where it runs and logs."""
    agency, others_key, coordinator_key, session, others_session = asyncio.run(_prepared(url))
    server = Server(
        folder,
        url,
        agency.key,
        others_key,
        coordinator_key,
        session,
        carrier_url,
        agency.webhook_secret or "",
        prelude,
        others_session,
    )
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
