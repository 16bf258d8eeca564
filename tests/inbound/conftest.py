"""A house for each test, on both databases; whatever a door under `/v1` answers must match `/openapi.json`."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from dispatch.actions.roster.edit_roster import NewKey, new_key
from dispatch.actions.schedule.change_roster import import_roster
from dispatch.app import Service
from dispatch.roster_file import read_roster
from dispatch.rules.access.permissions import Scope
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.settings import Settings
from dispatch.store import tables as t
from tests import audited
from tests.inbound.house import PUBLIC_URL, SECRET_KEY, TOKEN, Clock, House
from tests.postgres import PostgresServer

_ROSTER = Path(__file__).parents[2] / "config" / "roster.toml"


@dataclass(frozen=True, slots=True)
class Furnished:
    """A database with the sample roster and four keys, of which every house has a copy: `template` is its file, or its
    name. `last_line` is the last line of its audit."""

    template: Path | str
    lbpd: NewKey
    lapd: NewKey
    coordinator: NewKey
    schedule: NewKey
    schedule_changes: NewKey
    last_line: int


@asynccontextmanager
async def serving(database_url: str) -> AsyncIterator[Service]:
    """The service, opened; it does nothing by itself."""
    settings = Settings(
        database_url=database_url,
        public_url=PUBLIC_URL,
        twilio_account_sid="AC1",
        twilio_auth_token=TOKEN,
        twilio_from="+15625550100",
        contact_phone="+15625550106",
        secret_keys=SECRET_KEY,
    )
    one = Service(settings, now=Clock())
    await one.open()
    try:
        yield one
    finally:
        await one.stop()


async def _furnish(database_url: str, template: Path | str) -> Furnished:
    async with serving(database_url) as service:
        runner = service.runner
        await runner.act(import_roster, read_roster(_ROSTER.read_text()), OPERATOR, Source.CLI)
        lbpd = await runner.act(new_key, OPERATOR, Source.CLI, agency="LBPD")
        lapd = await runner.act(new_key, OPERATOR, Source.CLI, agency="LAPD")
        coordinator = await runner.act(new_key, OPERATOR, Source.CLI, coordinator="Cora")
        schedule = await runner.act(new_key, OPERATOR, Source.CLI, coordinator="Cora", scope=Scope.SCHEDULE)
        changes = await runner.act(new_key, OPERATOR, Source.CLI, coordinator="Cora", scope=Scope.SCHEDULE_CHANGES)
        last = await runner.database.read(lambda tx: tx.execute(sa.select(sa.func.max(t.audit.c.id))).scalar_one())
    return Furnished(template, lbpd, lapd, coordinator, schedule, changes, last)


@pytest.fixture(scope="session")
def _furnished_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    file = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("furnished") / "template.db"))
    return asyncio.run(_furnish(f"sqlite:///{file}", file))


@pytest.fixture(scope="session")
def _furnished_postgres(postgres_server: PostgresServer, postgres_template: str) -> Iterator[Furnished]:
    name = f"{postgres_template}_furnished_{os.getpid()}"
    yield asyncio.run(_furnish(postgres_server.create_database(name, template=postgres_template), name))
    postgres_server.drop_database(name)


@pytest.fixture
def furnished(request: pytest.FixtureRequest, new_database_url: object) -> Furnished:
    """What each house of this test is a copy of."""
    found: Furnished = request.getfixturevalue(f"_furnished_{request.node.callspec.params['new_database_url']}")
    return found


@asynccontextmanager
async def housed(service: Service, furnished: Furnished) -> AsyncIterator[House]:
    """The keys to a service, and a client at its doors."""
    clock = service.runner.now
    assert isinstance(clock, Clock)

    async def is_honest(answer: httpx.Response) -> None:
        await answer.aread()
        _check_against(_document(service), answer)

    transport = httpx.ASGITransport(app=service.web)
    hooks = {"response": [is_honest]}
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL, event_hooks=hooks) as web:
        keys = (furnished.lbpd, furnished.lapd, furnished.coordinator, furnished.schedule, furnished.schedule_changes)
        yield House(service, clock, web, *keys, last_line_before=furnished.last_line)


@pytest.fixture
async def service(new_database_url: Callable[..., str], furnished: Furnished) -> AsyncIterator[Service]:
    async with serving(new_database_url(furnished.template)) as one:
        yield one


@pytest.fixture
async def house(service: Service, furnished: Furnished) -> AsyncIterator[House]:
    async with housed(service, furnished) as one:
        yield one


@pytest.fixture
def new_house(
    new_database_url: Callable[..., str], furnished: Furnished
) -> Callable[[], AbstractAsyncContextManager[House]]:
    """Another house each time it is called, on a database of its own: for each example of a property."""

    @asynccontextmanager
    async def make() -> AsyncIterator[House]:
        async with serving(new_database_url(furnished.template)) as one, housed(one, furnished) as stands:
            yield stands

    return make


_documents: dict[str, dict[str, Any]] = {}


def _document(service: Service) -> dict[str, Any]:
    """`/openapi.json`, which takes 200 ms to write and is the same for each service with these doors."""
    doors = service.carrier.name
    if doors not in _documents:
        _documents[doors] = service.web.openapi()
    return _documents[doors]


def _check_against(document: dict[str, Any], answer: httpx.Response) -> None:
    """Check that an answer's status, kind and fields are declared for its operation."""
    operation = _operation(document, answer.request)
    if operation is None:
        return
    declared = operation["responses"].get(str(answer.status_code))
    if declared is None and answer.is_server_error:
        declared = operation["responses"].get("default")
    assert declared is not None, f"{answer.request.method} {answer.request.url} answered {answer.status_code}"
    kind = answer.headers["content-type"].partition(";")[0]
    assert kind in declared["content"]
    if kind.endswith("json"):
        schema = declared["content"][kind]["schema"]
        schemas = [
            document["components"]["schemas"][one["$ref"].rpartition("/")[2]] if "$ref" in one else one
            for one in schema.get("anyOf", [schema])
        ]
        said = set(answer.json())
        assert any(set(one.get("required", ())) <= said <= set(one["properties"]) for one in schemas)


def _operation(document: dict[str, Any], request: httpx.Request) -> dict[str, Any] | None:
    parts = request.url.path.split("/")
    for path, operations in document["paths"].items():
        pattern = path.split("/")
        if len(pattern) == len(parts) and all(
            want == has or want.startswith("{") for want, has in zip(pattern, parts, strict=True)
        ):
            found: dict[str, Any] | None = operations.get(request.method.lower())
            return found
    return None


@pytest.fixture(autouse=True)
def _everything_is_audited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a door does in any test here is held to the law of `tests.audited`."""
    audited.watch_every_door(monkeypatch)


@pytest.fixture(autouse=True)
def _a_loaded_machine_is_no_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who tries what happens when a database does not answer in time says so."""
    monkeypatch.setattr("dispatch.inbound.carrier.patience.SECONDS", 30.0)


@pytest.fixture(autouse=True)
def _passwords_cost_next_to_nothing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What each costs is held in `tests/credentials`, and where a test says `costly_passwords`: 26 ms, several times in
    each test that signs in."""
    if "costly_passwords" not in request.fixturenames:
        monkeypatch.setattr("dispatch.credentials.passwords._MEMORY_KIB", 64)
        monkeypatch.setattr("dispatch.credentials.passwords._PASSES", 1)


@pytest.fixture
def costly_passwords() -> None:
    """As costly as in production."""
