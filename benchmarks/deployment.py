"""What a measurement runs against: real nodes, the simulated carrier and a database, each in its own process."""

import asyncio
import compileall
import contextlib
import hashlib
import hmac
import itertools
import json
import os
import re
import shutil
import sqlite3
import time
import urllib.request
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from pathlib import Path
from random import SystemRandom
from typing import Any
from urllib.parse import urlencode

import dispatch
from benchmarks.client import get, post
from benchmarks.processes import Child, free_port, running
from dispatch.actions.access.sign_in import Browser, sign_in_as
from dispatch.actions.roster.edit_roster import new_key
from dispatch.actions.runner import Runner
from dispatch.actions.schedule.change_roster import import_roster
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.people import Channel, ContactStep, Person, Role
from dispatch.rules.facts.roster import Agency, AgencyKind, Policy, PolicyStep, Roster, Target, TargetKind
from dispatch.rules.facts.schedule import Rotation, RotationUnit
from dispatch.rules.facts.situation import Timings
from dispatch.store import schema
from dispatch.store.engine.database import Database
from tests.postgres import PostgresServer, running_postgres

ACCOUNT_SID = "AC" + "7" * 32
AUTH_TOKEN = "benchmark-token"
OUR_NUMBER = "+15625550100"
SQLITE, POSTGRES = "SQLite", "PostgreSQL"
BOTH = (SQLITE, POSTGRES)

# One text per person and no partners: one call-out is exactly one page, so the counts are unambiguous.
_PLAN = (ContactStep(Channel.SMS, 0), ContactStep(Channel.VOICE, 3000))
_BEGAN = date(2026, 1, 5)
# A phone for each officer who calls: a second call from one would be about the first.
LISTED = tuple(f"+1562{5_550_000 + number}" for number in range(1_000, 1_300))
ROSTER = Roster(
    people=(
        Person("ana", "Ana Reyes", "+15625550101", contact_plan=_PLAN),
        Person("ben", "Ben Okafor", "+15625550102", contact_plan=_PLAN),
        Person("cora", "Cora Whitfield", "+15625550106", frozenset({Role.COORDINATOR})),
    ),
    rotations=(
        Rotation("primary", ("ana",), RotationUnit.DAYS, 1, time_of_day(9), _BEGAN),
        Rotation("backup", ("ben",), RotationUnit.DAYS, 1, time_of_day(9), _BEGAN),
    ),
    policies=(
        Policy(
            "default",
            (
                PolicyStep((Target(TargetKind.ROTATION, "primary"),), 3600),
                PolicyStep((Target(TargetKind.ROTATION, "backup"),), 3600),
            ),
            3600,
        ),
    ),
    agencies=(Agency("LBPD", "Long Beach Police Department", policy="default", listed_numbers=LISTED),),
)
PARTNERS = (
    Agency("DCFS", "Department of Children and Family Services", AgencyKind.PARTNER, notice_phone="+12135550190"),
    Agency("PROBATION", "Los Angeles County Probation", AgencyKind.PARTNER, notice_phone="+12135550191"),
)
_PEOPLE = {person.phone for person in ROSTER.people}
FIRST_PHONE, BACKUP_PHONE = "+15625550101", "+15625550102"
_CODE = re.compile(r"call-out (\w+)")


@dataclass(frozen=True, slots=True)
class Deployed:
    """A database that is ready for a node: its address, and the keys that work there."""

    engine: str
    url: str
    agency_key: str
    coordinator_key: str

    async def runner(self) -> Runner:
        """A runner on this database, beside whatever else runs on it; the caller closes its database."""
        database = Database(self.url)
        await database.open()
        return Runner(
            database,
            now=wall_clock,
            chance=SystemRandom(),
            timings=Timings(),
            public_url="http://127.0.0.1",
            dials=lambda _phone: True,
        )

    async def tells(self, partners: tuple[Agency, ...]) -> None:
        """From now on these partners are texted about each call-out, besides the specialist."""
        runner = await self.runner()
        try:
            roster = replace(ROSTER, agencies=(*ROSTER.agencies, *partners))
            await runner.act(import_roster, roster, OPERATOR, Source.CLI)
        finally:
            await runner.database.close()

    async def sessions(self, count: int) -> list[str]:
        """The cookies of this many browsers in which the coordinator is signed in."""
        runner = await self.runner()
        try:
            browser = Browser("127.0.0.1", "benchmark", None)
            return [(await runner.act(sign_in_as, "cora", browser, "for a benchmark")).token for _ in range(count)]
        finally:
            await runner.database.close()


def wall_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Bench:
    """What all measurements of one run share."""

    folder: Path
    quick: bool
    _ends: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    _postgres: PostgresServer | None = None
    _ready: dict[str, Deployed] = field(default_factory=dict)
    _serial: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        # pip compiles what it installs. A checkout need not be compiled, and with PYTHONDONTWRITEBYTECODE it never is:
        # each start then took 0.15 s to its first page, and as much to its doors, that no installed service takes.
        compileall.compile_dir(Path(dispatch.__file__).parent, quiet=1)

    def close(self) -> None:
        self._ends.close()

    def count(self, whole: int, quick: int) -> int:
        return quick if self.quick else whole

    @property
    def postgres(self) -> PostgresServer:
        """With fsync on, and every other default."""
        if self._postgres is None:
            self._postgres = self._ends.enter_context(running_postgres(durable=True))
        return self._postgres

    @contextlib.contextmanager
    def database(self, engine: str) -> Iterator[Deployed]:
        """A fresh database with the roster in it, gone after the block."""
        ready = self._ready.get(engine) or self._make_ready(engine)
        name = f"bench_{next(self._serial)}"
        if engine == SQLITE:
            file = self.folder / f"{name}.db"
            shutil.copy(self.folder / "ready.db", file)
            try:
                yield Deployed(engine, f"sqlite:///{file}", ready.agency_key, ready.coordinator_key)
            finally:
                for part in self.folder.glob(f"{name}.db*"):
                    part.unlink()
        else:
            url = self.postgres.create_database(name, template="ready")
            try:
                yield Deployed(engine, url, ready.agency_key, ready.coordinator_key)
            finally:
                self.postgres.drop_database(name)

    def _make_ready(self, engine: str) -> Deployed:
        url = f"sqlite:///{self.folder}/ready.db" if engine == SQLITE else self.postgres.create_database("ready")
        schema.upgrade(url)
        self._ready[engine] = asyncio.run(_furnish(engine, url))
        return self._ready[engine]

    def child(self, name: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Child:
        """Start one of our programs in the run's own folder, so that it finds no configuration file of another."""
        log = self.folder / f"{name}-{next(self._serial)}.log"
        paths = [str(Path(__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
        ours = {"PYTHONPATH": os.pathsep.join(paths), **(environment or {})}
        return Child(arguments, folder=self.folder, log=log, environment=ours)

    @contextlib.contextmanager
    def carrier(self, *, tells: bool = True) -> Iterator["Carrier"]:
        """The simulated carrier. Unless it `tells`, no status callback ever comes."""
        port = free_port()
        child = self.child(
            "carrier",
            *("-m", "twilio_simulator", "--port", str(port)),
            *("--account-sid", ACCOUNT_SID, "--auth-token", AUTH_TOKEN, "--number", OUR_NUMBER),
        )
        with running(child):
            carrier = Carrier(f"http://127.0.0.1:{port}", child)
            carrier.wait()
            if not tells:
                carrier.play("/play/faults", b"effect=Lost&times=always&on=status")
            yield carrier

    def node(self, deployed: Deployed, carrier: "Carrier", *, port: int | None = None) -> "Node":
        """Start a node without waiting for it."""
        port = port or free_port()
        url = f"http://127.0.0.1:{port}"
        environment = {
            "DISPATCH_DATABASE_URL": deployed.url,
            "DISPATCH_PUBLIC_URL": url,
            "DISPATCH_HOST": "127.0.0.1",
            "DISPATCH_PORT": str(port),
            "DISPATCH_TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "DISPATCH_TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "DISPATCH_TWILIO_FROM": OUR_NUMBER,
            "DISPATCH_ALLOWED_HOSTS": "127.0.0.1",
            "DISPATCH_TWILIO_API_URL": carrier.url,
            "DISPATCH_LOG_LEVEL": "INFO",  # as by default: every step of a call-out has its line
        }
        return Node(url, self.child("node", "-m", "dispatch", "serve", environment=environment))

    @contextlib.contextmanager
    def serving(self, deployed: Deployed, carrier: "Carrier") -> Iterator["Node"]:
        """A node that is ready and has settled."""
        node = self.node(deployed, carrier)
        with running(node.child):
            node.ready()
            time.sleep(0.5)
            yield node


async def _furnish(engine: str, url: str) -> Deployed:
    runner = await Deployed(engine, url, "", "").runner()
    try:
        await runner.act(import_roster, ROSTER, OPERATOR, Source.CLI)
        agency = await runner.act(new_key, OPERATOR, Source.CLI, agency="LBPD")
        coordinator = await runner.act(new_key, OPERATOR, Source.CLI, coordinator="cora")
    finally:
        await runner.database.close()
    if engine == SQLITE:  # one file, so that it can be copied
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Deployed(engine, url, agency.key, coordinator.key)


@dataclass(frozen=True, slots=True)
class Node:
    """One process of `dispatch serve`."""

    url: str
    child: Child

    def ready(self) -> float:
        """Wait until it can work; returns the seconds since its start."""
        return self.child.wait_for(self.url + "/readyz")


@dataclass(frozen=True, slots=True)
class Request:
    """A text or call that the carrier was asked for. `at` is in seconds of the wall clock; `code` is the call-out's."""

    at: float
    kind: str
    to: str
    code: str
    page: str


class Carrier:
    """Our side of the simulated carrier, which runs in its own process."""

    def __init__(self, url: str, child: Child) -> None:
        self.url = url
        self.child = child
        self._seen = 0
        self.counted = set(_PEOPLE)
        self.requests: list[Request] = []
        self.authorization = "Basic " + b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()

    def wait(self) -> None:
        end = time.monotonic() + 30
        while True:
            try:
                self.play("/play/errors")
                return
            except OSError:
                if time.monotonic() > end or not self.child.runs:
                    raise
                time.sleep(0.01)

    def play(self, path: str, body: bytes | None = None) -> Any:
        request = urllib.request.Request(self.url + path, body, {"Authorization": self.authorization})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def look(self) -> list[Request]:
        """Every request so far to those who are `counted`, in order of arrival. Officers are not: what they are told is
        sent behind the pages."""
        while True:
            page = self.play(f"/play/requests?after={self._seen}")
            asked = [_request(request) for request in page["requests"]]
            self.requests += [request for request in asked if request.to in self.counted]
            if page["after"] == self._seen:
                return self.requests
            self._seen = page["after"]

    def wait_for(self, count: int, *, seconds: float) -> list[Request]:
        """Wait until `count` requests have come, or none has for `seconds`."""
        end = time.monotonic() + seconds
        while len(self.look()) < count and time.monotonic() < end:
            before = len(self.requests)
            time.sleep(0.2)
            if len(self.look()) > before:
                end = time.monotonic() + seconds
        return self.requests

    def first_pages(self) -> dict[str, float]:
        """When the first text about each call-out came, by the call-out's code."""
        found: dict[str, float] = {}
        for request in self.requests:
            if request.kind == "message":
                found.setdefault(request.code, request.at)
        return found

    def counts_by_page(self) -> dict[str, int]:
        """How often each page came."""
        found: dict[str, int] = {}
        for request in self.requests:
            found[request.page] = found.get(request.page, 0) + 1
        return found


def from_carrier(url: str, path: str, fields: Mapping[str, str]) -> bytes:
    """A request as Twilio signs and brings it."""
    signed = url + path + "".join(name + fields[name] for name in sorted(fields))
    signature = b64encode(hmac.new(AUTH_TOKEN.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    kind = f"application/x-www-form-urlencoded\r\nX-Twilio-Signature: {signature}"
    return post(path, urlencode(fields).encode()).replace(b"application/json", kind.encode())


def _request(request: Mapping[str, Any]) -> Request:
    params = request["params"]
    code = _CODE.search(params.get("Body", ""))
    page = params.get("StatusCallback", "").partition("#")[0].rpartition("/")[2]
    at = datetime.fromisoformat(request["at"]).timestamp()
    return Request(at, request["kind"], params.get("To", ""), code[1] if code else "", page)


def callout_body(number: int) -> bytes:
    """A call-out as an officer with one child sends it, each from another unit and number: they are no duplicates."""
    return json.dumps(
        {
            "unit": f"{number}-Adam-12",
            "officer": {"name": "Officer Reed", "badge": "4021", "callback_phone": f"+1562{2_000_000 + number}"},
            "meeting_place": {"address": "400 W Broadway, Long Beach", "note": "front desk"},
            "children": 1,
            "languages": ["en", "es"],
            "reference": f"26-{number:06}",
        }
    ).encode()


def callout_requests(key: str, count: int, *, first: int = 0) -> list[bytes]:
    """POSTs of call-outs, each under its own idempotency key, as a caller sends them who may have to repeat them."""
    path = "/v1/callouts"
    numbers = range(first, first + count)
    return [post(path, callout_body(number), key=key, idempotency_key=f"incident-{number}") for number in numbers]


def authorized_get(path: str, key: str) -> bytes:
    return get(path, authorization=f"Bearer {key}")
