"""No request costs more than a request should, and none does more than it says."""

import inspect
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from dispatch.outbound.http_session import retry_after_seconds
from dispatch.rules.delivery.sending import retry_seconds
from tests.inbound.house import CALL, House, problem
from tests.inbound.sign_in.routes import routes_of
from tests.work import counted

MORE_CALLS = (
    2_000  # a call-out costs 25,000, some hundreds more or less; 3,000 more things looked at cost one each or more
)


def _many(count: int) -> dict[str, int]:
    return {f"{number:x}": 1 for number in range(count)}


async def test_no_door_hands_over_to_a_thread(house: House) -> None:
    """The framework runs what is not `async` in a thread, and the hand-over alone costs a tenth of a millisecond: one
    such dependency cost each call-out a third of its processor time."""
    routes = [route for route in routes_of(house.service.web) if isinstance(route, APIRoute)]
    calls = {call for route in routes for call in _calls(route.dependant)}
    assert len(calls) > 100
    assert {call for call in calls if not _is_asynchronous(call)} == set()


def _calls(dependant: Dependant) -> Iterator[Any]:
    if dependant.call is not None:
        yield dependant.call
    for one in dependant.dependencies:
        yield from _calls(one)


def _is_asynchronous(call: Any) -> bool:
    function = call if inspect.isroutine(call) else type(call).__call__
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


@pytest.mark.parametrize("new_database_url", ["sqlite"], indirect=True)  # PostgreSQL's answers are read on the loop
@pytest.mark.parametrize("prefer", ["", "handling=strict"])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_thousands_of_unknown_fields(house: House, method: str, prefer: str) -> None:
    """Each became an error with its place and its words; 6,000 with a key that holds cost as much as a hundred
    call-outs. Now some are named and the rest are counted; the call-out opens all the same, unless its program wants to
    hear of every mistake."""
    path = "/v1/callouts"
    if method == "PATCH":
        path += f"/{(await house.opened())['id']}"
    bearer = {"Authorization": f"Bearer {house.lbpd.key}", "Content-Type": "application/json", "Prefer": prefer}

    async def calls(body: dict[str, Any]) -> int:
        content = json.dumps(body, separators=(",", ":")).encode()
        with counted() as work:
            answer = await house.web.request(method, path, content=content, headers=bearer)
        assert answer.status_code in ({422} if prefer else {200, 201}), answer.text
        assert len(answer.content) < 20_000
        if not prefer and "languages" not in body:
            assert "more fields" in answer.text, "those that are not named are counted"
        return work.calls

    await calls({**CALL, **_many(100)})  # the first request of a service makes what the others use
    for body in (
        lambda many: {**CALL, **_many(many)},
        lambda many: {"officer": {**CALL["officer"], **_many(many)}},
        lambda many: {**CALL, "meeting_place": _many(many)},
        lambda many: {**CALL, "languages": ["x"] * 2 * many},
        lambda many: {**CALL, "languages": [[]] * 2 * many},
    ):
        assert await calls(body(6000)) < await calls(body(3000)) + MORE_CALLS


_LONG = {
    "Prefer": "x" + "," * 60_000,
    "Content-Type": "application/json" + ";" * 60_000,
    "If-None-Match": "x" + "," * 60_000,
}


@pytest.mark.parametrize("new_database_url", ["sqlite"], indirect=True)  # PostgreSQL's answers are read on the loop
@pytest.mark.parametrize("name", _LONG)
async def test_a_header_of_nothing_but_marks(house: House, name: str) -> None:
    """60 KB of commas cost 17 ms, as many semicolons 40: each began a part that was looked at. The first few hundred
    are looked at, of any header."""
    opened = await house.opened()
    key = {"Authorization": f"Bearer {house.lbpd.key}"}
    method, path = ("GET", "/openapi.json") if name == "If-None-Match" else ("PATCH", f"/v1/callouts/{opened['id']}")
    content = None if method == "GET" else b"{}"

    async def calls(value: str) -> int:
        with counted() as work:
            answer = await house.web.request(method, path, content=content, headers={**key, name: value})
        assert answer.status_code == 200
        return work.calls

    await calls("")  # the first request of a service makes what the others use
    assert await calls(_LONG[name]) < await calls(_LONG[name][:30_000]) + MORE_CALLS


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("Fri, 31 Dec 9999 23:59:59 GMT", 30.0),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 30.0),
        ("Fri, 31 Dec 99999999999 23:59:59 GMT", 1.0),
        ("Fri, 31 Dec 10000 23:59:59 GMT", 1.0),
        ("Mon, 01 Jan 0001 00:00:00 +2359", 1.0),
        ("9" * 400, 30.0),
        ("9" * 10_000, 30.0),
        ("٣", 1.0),
    ],
)
def test_a_retry_after_at_the_end_of_time(asked: str, seconds: float) -> None:
    """It overflowed, so what came of the post was never recorded, and it was posted again and again."""
    headers = {"Retry-After": asked, "Date": "Tue, 24 Nov 2026 10:14:00 GMT"}
    assert retry_seconds(retry_after_seconds(headers)) == seconds


@pytest.mark.parametrize("path", ["/v1/callouts/", "/twilio/sms/", "/healthz/", "/docs/", "/callouts/"])
async def test_nobody_is_sent_to_the_host_that_they_name(house: House, path: str) -> None:
    """A slash too many is an address that there is not; it led to whatever stood in the Host header."""
    for method in ("GET", "POST"):
        answer = await house.web.request(method, path, headers={"Host": "evil.example"})
        assert not answer.is_redirect
        assert "evil.example" not in str(answer.headers)
        assert answer.status_code in (401, 404, 405)


async def _specialists(house: House) -> str:
    callout = await house.opened()
    await house.went_out(callout["id"])
    await house.text("1 25")
    return await house.link(callout["id"])


async def _officers(house: House) -> str:
    return _path((await house.page((await house.opened())["id"], purpose="officer"))["text"])


async def _coordinators(house: House) -> str:
    callout = await house.opened()
    await house.went_out(callout["id"])
    await house.text("not safe")
    return _path((await house.page(callout["id"], purpose="alarm", channel="sms"))["text"])


def _path(text: str) -> str:
    return "/" + text.rpartition("https://dispatch.example/")[2].split()[0]


@pytest.mark.parametrize("link", [_specialists, _officers, _coordinators])
async def test_a_head_is_no_opening(house: House, link: Callable[[House], Any]) -> None:
    """A program that asks whether a page is there has not read it: the audit says who did."""
    path = await link(house)
    before = await house.everything(but=frozenset())
    answer = await house.web.head(path)
    assert answer.status_code == 200, path
    assert await house.everything(but=frozenset()) == before
    assert (await house.web.get(path)).status_code == 200
    assert await house.everything(but=frozenset()) != before


async def test_metrics_may_ask_for_a_token(house: House) -> None:
    """Where the setting names one, nobody without it learns how busy the night is."""
    assert (await house.web.get("/metrics")).status_code == 200
    house.service.web.state.metrics_token = "sesame"
    for wrong in ({}, {"Authorization": "Bearer"}, {"Authorization": "Bearer sesam"}, {"Authorization": "sesame"}):
        assert "DISPATCH_METRICS_TOKEN" in problem(await house.web.get("/metrics", headers=wrong), 401)["detail"]
    answer = await house.web.get("/metrics", headers={"Authorization": "Bearer sesame"})
    assert answer.status_code == 200
    assert "dispatch_open_callouts" in answer.text
