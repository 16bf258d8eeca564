"""A house for each test, on both databases; whatever a door under `/v1` answers must match `/openapi.json`."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from dispatch.actions.edit_roster import import_roster, new_key
from dispatch.app import Service
from dispatch.roster_file import read_roster
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.settings import Settings
from dispatch.store import tables as t
from tests import deeds
from tests.inbound.house import PUBLIC_URL, SECRET_KEY, TOKEN, Clock, House

_ROSTER = Path(__file__).parents[2] / "config" / "roster.toml"


@asynccontextmanager
async def serving(database_url: str) -> AsyncIterator[Service]:
    """The service, opened with the sample roster; it does nothing by itself."""
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
        await one.office.act(import_roster, read_roster(_ROSTER.read_text()), OPERATOR, Source.CLI)
        yield one
    finally:
        await one.stop()


@asynccontextmanager
async def housed(service: Service) -> AsyncIterator[House]:
    """The keys to a service, and a client at its doors."""
    office, clock = service.office, service.office.now
    assert isinstance(clock, Clock)

    async def is_honest(answer: httpx.Response) -> None:
        await answer.aread()
        _check_against(_document(service), answer)

    transport = httpx.ASGITransport(app=service.web)
    hooks = {"response": [is_honest]}
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL, event_hooks=hooks) as web:
        lbpd = await office.act(new_key, OPERATOR, Source.CLI, agency="LBPD")
        lapd = await office.act(new_key, OPERATOR, Source.CLI, agency="LAPD")
        coordinator = await office.act(new_key, OPERATOR, Source.CLI, coordinator="Cora")
        before = await office.database.read(lambda tx: tx.execute(sa.select(sa.func.max(t.audit.c.id))).scalar_one())
        yield House(service, clock, web, lbpd, lapd, coordinator, last_line_before=before)


@pytest.fixture
async def service(database_url: str) -> AsyncIterator[Service]:
    async with serving(database_url) as one:
        yield one


@pytest.fixture
async def house(service: Service) -> AsyncIterator[House]:
    async with housed(service) as one:
        yield one


@pytest.fixture
def new_house(new_database_url: Callable[[], str]) -> Callable[[], AbstractAsyncContextManager[House]]:
    """Another house each time it is called, on a database of its own: for each example of a property."""

    @asynccontextmanager
    async def make() -> AsyncIterator[House]:
        async with serving(new_database_url()) as one, housed(one) as stands:
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
def _every_deed_is_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a door does in any test here is held to the law of `tests.deeds`."""
    deeds.watch_every_door(monkeypatch)


@pytest.fixture(autouse=True)
def _a_loaded_machine_is_no_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who tries what happens when a database does not answer in time says so."""
    monkeypatch.setattr("dispatch.inbound.carrier.patience.SECONDS", 30.0)
