"""Whoever has shown nothing that holds is a stranger at every door: tried with all that one can make up."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from dispatch.actions.access import sign_in
from dispatch.actions.access.keep_accounts import end_all_sessions
from dispatch.actions.access.sign_in import Browser
from dispatch.inbound.http.fair_queue import FairQueue
from dispatch.inbound.http.same_origin import SameOrigin
from dispatch.inbound.proof import _LINKS
from dispatch.rules.access.sign_in import SessionKind
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.store import tables as t
from tests.inbound.house import NOW, PUBLIC_URL, House, signature_headers

FOREVER = 1e6
_TOKEN = "abcdefghijkmnpqrstuvwxy"
_FORM = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
_TYPED = urlencode({"name": "cora", "password": "a guess", "again": "a guess", "code": "123456"})
_KEY: dict[str, str] = {"Authorization": f"Bearer agency_{'x' * 43}"}
_SIGNED = {"webhook-id": "x", "webhook-timestamp": str(int(NOW.timestamp())), "webhook-signature": f"v1,{'A' * 43}="}

MADE_UP: Mapping[str, Mapping[str, str]] = {
    "nothing": {},
    "a key": _KEY,
    "an agency's signature": _SIGNED,
    "a key and a signature": _KEY | _SIGNED,
    "the carrier's signature": {"X-Twilio-Signature": "A" * 28},
    "another carrier's signature": {"X-Other-Signature": "A" * 28},
    "a session": {"Cookie": f"__Host-dispatch-session={_TOKEN}"},
    "half a session": {"Cookie": f"__Host-dispatch-half={_TOKEN}"},
    "a way back from the provider": {"Cookie": f"__Host-dispatch-provider={_TOKEN}.x.y.Lw=="},
}
"""A made-up link stands in the address of a door that takes one."""

Asked = tuple[str, str, str]
"""A method, a path with a made-up value for each parameter, and what is made up besides."""


@pytest.fixture
async def web(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """Nothing that anybody says here has to match the document of the API."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(house.service.web), base_url=PUBLIC_URL) as client:
        yield client


def _everything(house: House) -> Iterator[Asked]:
    """Every door, and addresses where there is none, each with all that can be made up."""
    doors = [
        (method, str(route.path).replace("{", "").replace("}", ""))
        for route in iter_route_contexts(house.service.web.routes)
        for method in sorted(route.methods or ())
    ]
    nowhere = [("GET", "/nothing"), ("POST", "/v1/nothing"), ("POST", "/twilio/nothing"), ("GET", "//v1/callouts")]
    return ((method, path, kind) for method, path in [*doors, *nowhere] for kind in MADE_UP)


async def _ask(web: httpx.AsyncClient, asked: Asked) -> httpx.Response:
    method, path, kind = asked
    body = None if method in ("GET", "HEAD") else _TYPED
    return await web.request(
        method, f"{path}?agency=LBPD&state={_TOKEN}", content=body, headers={**_FORM, **MADE_UP[kind]}
    )


# ---- one after another ---------------------------------------------------------------------------------------------


@pytest.mark.costs(4)
@pytest.mark.parametrize("new_database_url", ["sqlite"], indirect=True)
async def test_no_stranger_begins_before_another_is_done(
    house: House, web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever they ask for and whatever they show, all at once: beside what asked for nothing, a made-up key or half a
    session had its turn with everybody else in each step of the loop."""
    monkeypatch.setattr("dispatch.inbound.http.fair_queue._LONGEST_SECONDS", FOREVER)
    monkeypatch.setattr("dispatch.inbound.http.fair_queue._FREE_AFTERWARDS", 0)
    inside: list[str] = []
    begun, most = 0, 0

    async def behind(_: SameOrigin, scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal begun, most
        inside.append(scope["path"])
        begun, most = begun + 1, max(most, len(inside))
        for _turn in range(3):
            await asyncio.sleep(0)
        inside.remove(scope["path"])
        await Response(status_code=204)(scope, receive, send)

    monkeypatch.setattr(SameOrigin, "__call__", behind)
    everything = [*_everything(house)]
    assert len(everything) > 100 * len(MADE_UP)
    answers = await asyncio.gather(*(_ask(web, asked) for asked in everything))
    assert {answer.status_code for answer in answers} == {204}
    assert begun == len(everything)
    assert most == 1


async def test_whoever_shows_what_holds_waits_for_no_stranger(
    house: House, web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger has their turn for ever. Behind them wait all others of their kind, also those who are refused for
    what their request is; an agency, the carrier, and whoever has a session or a link are answered."""
    monkeypatch.setattr("dispatch.inbound.http.fair_queue._LONGEST_SECONDS", FOREVER)
    monkeypatch.setattr("dispatch.inbound.http.fair_queue._FREE_AFTERWARDS", 0)
    known = [*await _known(house)]
    async with _held_up(house, web, monkeypatch):
        too_long, too_many = f"/{'x' * 9_000}", [(f"x-{number}", "x") for number in range(300)]
        refused = [web.get(too_long), web.get("/", headers=too_many), web.post("/", content=b"x" * 70_000)]
        made_up = [_ask(web, ("POST", path, kind)) for kind in MADE_UP for path in ("/v1/callouts", "/twilio/sms", "/")]
        links = [web.get(f"{before}{_TOKEN}{after}") for before, after in _LINKS]
        well = [web.get(path) for path in ("/healthz", "/readyz", "/metrics")]
        strangers = [asyncio.create_task(asking) for asking in (*refused, *made_up, *links, *well)]
        queue: FairQueue = house.service.web.state.fair_queue
        while queue.waiting < len(strangers):  # a read tells each of them apart
            assert not any(task.done() for task in strangers)
            await asyncio.sleep(0.001)
        for name, method, path, headers, body in known:
            answer = await web.request(method, path, content=body, headers=headers)
            assert answer.status_code < 400, (name, answer.text)
        assert not any(task.done() for task in strangers)
    answers = await asyncio.gather(*strangers)
    assert {answer.status_code for answer in answers} >= {401, 403, 410, 413, 414, 431}


Known = tuple[str, str, str, Mapping[str, str], bytes | None]


async def _known(house: House) -> Iterator[Known]:
    """A request of each kind that is no stranger's."""
    assert house.lbpd.webhook_secret is not None
    callout = await house.opened()
    await house.went_out(callout["id"])
    await house.text("1 25")
    runner, browser = house.service.runner, Browser("203.0.113.9", "test", None)
    whole = (await runner.act(sign_in.sign_in_as, "cora", browser, "for a test")).token
    half = (
        await runner.act(lambda tx, context: sign_in.new_session(tx, context, "cora", SessionKind.HALF, "test"))
    ).token
    body = json.dumps({"officer": {"callback_phone": "+15625550178"}}).encode()
    signed = signature_headers(house.lbpd.webhook_secret, body, at=NOW)
    kept = house.web
    carried: list[httpx.Request] = []

    async def keep(request: httpx.Request) -> None:
        carried.append(request)

    kept.event_hooks["request"].append(keep)
    await house.text("hello", sender="+15625550199")
    kept.event_hooks["request"].remove(keep)
    text = carried[0]
    known: list[Known] = [
        ("a key", "GET", "/v1/callouts", {"Authorization": f"Bearer {house.lbpd.key}"}, None),
        ("a signature", "POST", "/v1/callouts?agency=LBPD", {**signed, "Content-Type": "application/json"}, body),
        ("the carrier", "POST", "/twilio/sms", dict(text.headers), text.content),
        ("a session", "GET", "/board/state", {"Cookie": f"__Host-dispatch-session={whole}"}, None),
        ("half a session", "GET", "/sign-in/code", {"Cookie": f"__Host-dispatch-half={half}"}, None),
        ("a link", "GET", await house.link(callout["id"]), {}, None),
    ]
    return iter(known)


@asynccontextmanager
async def _held_up(house: House, web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Within the block a stranger is being served."""
    inside, over, goes_on = asyncio.Event(), asyncio.Event(), SameOrigin.__call__

    async def hang(self: SameOrigin, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/hangs":
            inside.set()
            await over.wait()
        await goes_on(self, scope, receive, send)

    monkeypatch.setattr(SameOrigin, "__call__", hang)
    first = asyncio.create_task(web.get("/hangs"))
    await inside.wait()
    yield
    over.set()
    await first


async def test_whoever_hangs_up_leaves_the_line(
    house: House, web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Strangers ask and hang up at once: each stood in line all the same, and of four thousand requests that are not
    answered the server refuses everybody's next one."""
    monkeypatch.setattr("dispatch.inbound.http.fair_queue._LONGEST_SECONDS", FOREVER)
    queue: FairQueue = house.service.web.state.fair_queue
    left, said = asyncio.Event(), list[Message]()

    async def receive(messages: list[Message]) -> Message:
        if messages:
            return messages.pop()
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        said.append(message)

    async with _held_up(house, web, monkeypatch):
        asking = []
        for _ in range(20):
            body: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]
            scope = _scope(house, "/nothing")
            asking.append(asyncio.create_task(house.service.web(scope, partial(receive, body), send)))
        while queue.waiting < len(asking):  # noqa: ASYNC110  # it is turns of the loop that pass
            await asyncio.sleep(0)
        left.set()
        async with asyncio.timeout(30):
            await asyncio.gather(*asking)
        assert (queue.waiting, said) == (0, [])
    assert (await web.get("/healthz")).status_code == 200


def _scope(house: House, path: str) -> Scope:
    asked = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
    }
    more = {"scheme": "https", "server": ("dispatch.example", 443), "client": ("203.0.113.9", 1), "http_version": "1.1"}
    return {**asked, **more, "root_path": "", "app": house.service.web}


@pytest.mark.parametrize("shown", ["a link", "a session that is over"])
async def test_whoever_shows_no_more_than_this_has_turns(
    house: House, web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, shown: str
) -> None:
    """Anybody gets an officer's link by ringing the hotline: 400 who asked for the view behind one held up a call-out
    for 12 seconds. One at a time is served, and whoever has another link is the next but one."""
    monkeypatch.setattr("dispatch.inbound.http.fair_queue._LONGEST_SECONDS", FOREVER)
    monkeypatch.setattr("dispatch.inbound.http.fair_queue._FREE_AFTERWARDS", 0)
    callout = await house.opened()
    await house.went_out(callout["id"])
    await house.text("1 25")
    hers = await house.link(callout["id"])
    if shown == "a link":
        [text, *_] = [row["text"] for row in await house.rows(t.page, callout=callout["id"]) if "/o/" in row["text"]]
        path, headers = "/o/" + text.partition("/o/")[2].split()[0], {}
    else:
        runner, browser = house.service.runner, Browser("203.0.113.9", "test", None)
        token = (await runner.act(sign_in.sign_in_as, "cora", browser, "for a test")).token
        path, headers = "/sign-in", {"Cookie": f"__Host-dispatch-session={token}"}
        await runner.act(end_all_sessions, "cora", OPERATOR, Source.CLI)
    inside, order, most = 0, list[str](), 0

    async def behind(_: SameOrigin, scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal inside, most
        inside, most = inside + 1, max(most, inside + 1)
        order.append(scope["path"])
        for _turn in range(3):
            await asyncio.sleep(0)
        inside -= 1
        await Response(status_code=204)(scope, receive, send)

    monkeypatch.setattr(SameOrigin, "__call__", behind)
    assert (await web.get(hers)).status_code == 204  # from now on it is remembered
    flood = [asyncio.create_task(web.get(one, headers=headers)) for one in [path, f"{path}/nothing"] * 10]
    while len(order) < 5:  # noqa: ASYNC110  # it is turns of the loop that pass
        await asyncio.sleep(0)
    began = len(order)
    assert (await web.get(hers)).status_code == 204
    assert order.index(hers, began) <= began + 2
    await asyncio.gather(*flood)
    assert (most, len(order)) == (1, 22)


def test_every_door_with_a_token_has_a_link_that_is_looked_up(house: House) -> None:
    """Whoever adds a kind of link is told here: its visitors would wait among strangers."""
    paths = [str(route.path) for route in iter_route_contexts(house.service.web.routes)]
    assert {path.partition("{token}")[0] for path in paths if "{token}" in path} == {before for before, _ in _LINKS}


# ---- what is written -----------------------------------------------------------------------------------------------


@pytest.mark.costs(4)
@pytest.mark.parametrize("new_database_url", ["sqlite"], indirect=True)
async def test_nothing_of_a_strangers_is_written_but_an_attempt_to_sign_in(
    house: House, web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a session and a wall's link that were made up took a turn of the writer, before call-outs."""
    house.service.web.state.live.close()
    house.service.web.state.proving.pause = lambda _: asyncio.sleep(0)
    took: list[Asked] = []
    transactions = house.service.database._transactions
    submits = transactions.submit
    for asked in _everything(house):

        def submit(job: Any, asked: Asked = asked) -> None:
            took.append(asked)
            submits(job)

        monkeypatch.setattr(transactions, "submit", submit)
        answer = await _ask(web, asked)
        assert answer.status_code < 500 or asked[1] == "/readyz", asked
    assert {asked[:2] for asked in took} == {("POST", "/sign-in")}


async def test_a_key_that_was_looked_up_late_is_no_strangers(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a flood nobody may be told apart in time. Once the door knows the key, its call-out waits behind nothing."""
    monkeypatch.setattr("dispatch.inbound.proof._PATIENCE_SECONDS", 0)
    waited_behind: list[bool] = []
    transactions = house.service.database._transactions
    submits = transactions.submit

    def submit(job: Any) -> None:
        waited_behind.append(job.behind)
        submits(job)

    monkeypatch.setattr(transactions, "submit", submit)
    await house.opened()
    assert waited_behind
    assert not any(waited_behind)


async def test_attempts_to_sign_in_are_written_one_after_another_behind_everything(house: House) -> None:
    """Twenty strangers guess at once: at no time do two of their transactions wait for the writer."""
    waiting, most = 0, 0
    transactions = house.service.database._transactions
    submits = transactions.submit

    def submit(job: Any) -> None:
        nonlocal waiting, most
        assert job.behind
        waiting, most = waiting + 1, max(most, waiting + 1)

        def done(_: object) -> None:
            nonlocal waiting
            waiting -= 1

        job.done.add_done_callback(done)
        submits(job)

    house.service.web.state.proving.pause = lambda _: asyncio.sleep(0)
    forms = [urlencode({"name": f"nobody {number}", "password": "a guess"}) for number in range(20)]
    clients = [httpx.ASGITransport(house.service.web, client=(f"203.0.113.{number}", 1)) for number in range(20)]

    async def guess(transport: httpx.ASGITransport, form: str) -> int:
        async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as one:
            return (await one.post("/sign-in", content=form, headers=_FORM)).status_code

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transactions, "submit", submit)
        assert set(await asyncio.gather(*map(guess, clients, forms))) == {422}
    assert most == 1


# ---- turns ---------------------------------------------------------------------------------------------------------


async def test_a_turn_ends_when_it_takes_too_long() -> None:
    """A guess is hashed, a database hangs, a reader is slow: those behind them begin all the same."""
    queue, begun = FairQueue(), 0

    async def hang() -> None:
        nonlocal begun
        async with queue.one():
            begun += 1
            await asyncio.Event().wait()

    hanging = [asyncio.create_task(hang()) for _ in range(3)]
    async with asyncio.timeout(30):
        while begun < len(hanging):  # noqa: ASYNC110  # it is time that passes
            await asyncio.sleep(0.001)
    for task in hanging:
        task.cancel()
    await asyncio.gather(*hanging, return_exceptions=True)
    async with asyncio.timeout(30), queue.one():
        assert queue.waiting == 0


async def test_whoever_gives_up_holds_nobody_up() -> None:
    """Somebody hangs up while they wait, another while it is their turn."""
    queue, over = FairQueue(), asyncio.Event()

    async def ask() -> None:
        async with queue.one():
            await over.wait()

    asking = [asyncio.create_task(ask()) for _ in range(3)]
    await asyncio.sleep(0)
    for task in asking[:2]:
        task.cancel()
    over.set()
    async with asyncio.timeout(30):
        await asyncio.gather(*asking, return_exceptions=True)
    assert [task.cancelled() for task in asking] == [True, True, False]
    assert queue.waiting == 0


async def test_lines_take_turns() -> None:
    """However many wait in one line, whoever is first in another has the next turn but one."""
    queue, order = FairQueue(), []

    async def ask(line: str) -> None:
        async with queue.one(line):
            order.append(line)

    async with queue.one():
        asking = [asyncio.create_task(ask(line)) for line in ("strangers",) * 5 + ("/healthz",)]
        await asyncio.sleep(0)
    await asyncio.gather(*asking)
    assert order.index("/healthz") <= 2


async def test_the_loop_is_free_for_longer_than_strangers_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """While others of them wait, four times as long as each took."""
    queue, free = FairQueue(), []
    loop = asyncio.get_running_loop()
    call_later = loop.call_later

    def later(delay: float, *more: Any) -> asyncio.TimerHandle:
        free.append(delay)
        return call_later(delay, *more)

    monkeypatch.setattr(loop, "call_later", later)

    async def ask() -> None:
        async with queue.one():
            time.sleep(0.002)  # noqa: ASYNC251  # a view that is made in one step

    await asyncio.gather(ask(), ask(), ask())
    pauses = [delay for delay in free if delay != free[0]]
    assert len(pauses) == 2, "and none after the last"
    assert min(pauses) >= 4 * 0.002
