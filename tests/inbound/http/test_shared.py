"""What all doors of a node share, and what two nodes in one process do not."""

import asyncio
from typing import Any, TypeGuard

import httpx
import pytest
from fastapi import FastAPI

from dispatch.app import Service
from dispatch.carriers import carrier
from dispatch.inbound.http import auth, error_answers, json_body
from dispatch.rules.callout.moves import IllegalMove
from dispatch.store.access import keys
from tests.inbound.house import CALL, NOW, House, problem

pytestmark = pytest.mark.both_databases


async def test_whoever_waits_for_anothers_answer_is_not_refused_by_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key is made just after somebody was told that there is none: whoever has it by then asks again."""
    answers = house.service.database.read
    read, made = asyncio.Event(), asyncio.Event()

    async def slow_at_first(work: Any) -> Any:
        answer = await answers(work)
        if not read.is_set():
            read.set()
            await made.wait()
        return answer

    async def knock() -> int:
        return (await house.web.get("/v1/callouts", headers={"Authorization": f"Bearer {secret}"})).status_code

    secret = "agency_" + "0" * 43
    monkeypatch.setattr(house.service.database, "read", slow_at_first)
    first = asyncio.create_task(knock())
    await read.wait()
    key = keys.ApiKey("key_new", "LBPD", None, NOW)
    await house.service.database.write(lambda tx: keys.insert(tx, key, secret, None))
    second = asyncio.create_task(knock())
    await asyncio.sleep(0.05)  # it waits for the answer of the first
    made.set()
    assert (await first, await second) == (401, 200)


async def test_each_node_answers_for_itself(house: House) -> None:
    """The process shares its routes, and what each route calls belongs to its own application."""
    settings = house.service.settings.model_copy(update={"public_url": "https://other.example"})
    other = Service(settings, now=house.clock, database=house.service.database)
    headers = {"Authorization": f"Bearer {house.lbpd.key}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=other.web), base_url="https://other.example") as web:
        created = (await web.post("/v1/callouts", json=CALL, headers=headers)).json()
    assert created["status_url"].startswith("https://other.example/")
    assert (await house.opened())["status_url"].startswith(house.service.runner.public_url)


async def test_every_error_of_a_request_has_an_answer(house: House) -> None:
    """What the carrier's border and the doors themselves raise about a request stands in the table of answers."""
    raised = {error for module in (carrier, auth, json_body) for error in vars(module).values() if _is_error(error)}
    own = {error for error in raised if error.__module__.startswith("dispatch.")}
    assert {"NotTheCarrier", "NotSignedIn", "NoJson"} <= {error.__name__ for error in own}
    assert own <= set(house.service.web.exception_handlers)


def _is_error(found: object) -> TypeGuard[type[Exception]]:
    return isinstance(found, type) and issubclass(found, Exception)


async def test_what_no_caller_asked_for_is_our_mistake() -> None:
    """An illegal move at a door without a key, such as the carrier's, is not explained to the caller: it gets a 500,
    and the error goes to the log."""
    app = FastAPI()
    error_answers.install(app)

    @app.post("/")
    async def move() -> None:
        raise IllegalMove("a call-out that is closed cannot become paging")

    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://node") as web:
        problem(await web.post("/"), 500)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://node") as web:
        with pytest.raises(IllegalMove):
            await web.post("/")
