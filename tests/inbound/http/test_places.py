"""Who shares places with whom, tried at every door that there is with all that one can make up, and with each thing
that holds. How long anybody waits at the real server stands in `tests/serving/test_floods.py`."""

import asyncio
import inspect
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextvars import ContextVar
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from dispatch.actions.access import sign_in
from dispatch.actions.access.keep_accounts import end_all_sessions
from dispatch.actions.access.sign_in import Browser
from dispatch.actions.roster.edit_roster import new_key, revoke_key
from dispatch.inbound.http import fair_queue, look_ups, places, unavailable
from dispatch.inbound.http.fair_queue import FairQueue
from dispatch.inbound.http.places import ALL_TOGETHER, BOUNDS, Bound
from dispatch.inbound.http.same_origin import SameOrigin
from dispatch.inbound.http.turns import Turns, Urgency
from dispatch.inbound.proof import A_STRANGER, Asker, Tenant
from dispatch.rules.access.sign_in import SessionKind
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.serving.limits import BodyLimit
from dispatch.store import tables as t
from dispatch.store.engine.database_errors import DatabaseUnreachable
from tests.inbound import made_up
from tests.inbound.house import CALL, NOW, PUBLIC_URL, House, problem, signature_headers
from tests.inbound.made_up import Asked

_BODY = json.dumps(CALL)
_NOWHERE: Asked = ("GET", "/nothing", {}, "")


@pytest.fixture
async def web(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """Nothing that anybody says here has to match the document of the API."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(house.service.web), base_url=PUBLIC_URL) as client:
        yield client


async def _ask(web: httpx.AsyncClient, asked: Asked) -> httpx.Response:
    method, path, headers, body = asked
    return await web.request(method, path, content=body or None, headers=headers)


def _opening(house: House) -> Asked:
    headers = {"Authorization": f"Bearer {house.lbpd.key}", "Content-Type": "application/json"}
    return "POST", "/v1/callouts", headers, _BODY


async def _shown(house: House) -> dict[str, Asked]:
    """A request with each thing that holds, the carrier's signature and an opening's among them."""
    assert house.lbpd.webhook_secret is not None
    callout = await house.opened()
    await house.went_out(callout["id"])
    await house.text("1 25")
    runner, browser = house.service.runner, Browser("203.0.113.9", "test", None)
    over = (await runner.act(sign_in.sign_in_as, "cora", browser, "for a test")).token
    await runner.act(end_all_sessions, "cora", OPERATOR, Source.CLI)
    whole = (await runner.act(sign_in.sign_in_as, "cora", browser, "for a test")).token
    halves = await runner.act(lambda tx, context: sign_in.new_session(tx, context, "cora", SessionKind.HALF, "test"))
    carried = (await house.text("hello", sender="+15625550199")).request
    opening = _opening(house)
    signed = signature_headers(house.lbpd.webhook_secret, _BODY.encode(), at=NOW)
    return {
        "a key": ("GET", "/v1/callouts", {"Authorization": f"Bearer {house.lbpd.key}"}, ""),
        "a coordinator's key": ("GET", "/v1/alarms", {"Authorization": f"Bearer {house.coordinator.key}"}, ""),
        "a session": ("GET", "/board/state", {"Cookie": f"__Host-dispatch-session={whole}"}, ""),
        "half a session": ("GET", "/sign-in/code", {"Cookie": f"__Host-dispatch-half={halves.token}"}, ""),
        "a session that is over": ("GET", "/sign-in", {"Cookie": f"__Host-dispatch-session={over}"}, ""),
        "a link": ("GET", await house.link(callout["id"]), {}, ""),
        "the carrier": ("POST", "/twilio/sms", dict(carried.headers), carried.content.decode()),
        "an opening": opening,
        "a signed opening": ("POST", "/v1/callouts?agency=LBPD", {**signed, "Content-Type": opening[2]["Content-Type"]},
                             _BODY),
    }  # fmt: skip


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fair_queue, "_FREE_AFTERWARDS", 0)


class Behind:
    """Stands behind the places instead of all doors. What `holds` says of a request stays inside until it is `over`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, holds: Callable[[Scope], bool] = lambda _: True) -> None:
        self.inside = self.most = 0
        self.over, self._holds = asyncio.Event(), holds

        async def answers(_: SameOrigin, scope: Scope, receive: Receive, send: Send) -> None:
            await self._answer(scope, receive, send)

        monkeypatch.setattr(SameOrigin, "__call__", answers)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._holds(scope):
            self.inside += 1
            self.most = max(self.most, self.inside)
            await self.over.wait()
            self.inside -= 1
        await Response(status_code=204)(scope, receive, send)

    async def come(self, count: int, requests: Iterable["asyncio.Task[Any]"] = (), refused: int = 0) -> None:
        """Wait until so many are inside, and so many of the requests are answered."""
        async with asyncio.timeout(30):
            while self.inside < count or sum(one.done() for one in requests) < refused:  # noqa: ASYNC110  # it is turns of the loop that pass
                await asyncio.sleep(0)


def _scope(house: House, asked: Asked = _NOWHERE) -> Scope:
    method, address, headers, _ = asked
    path, _, query = address.partition("?")
    asks = {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode()}
    more = {"scheme": "https", "server": ("dispatch.example", 443), "client": ("203.0.113.9", 1), "http_version": "1.1"}
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return {**asks, **more, "headers": raw, "root_path": "", "app": house.service.web}


class Client:
    """Sends one body, hears what is `said`, and hangs up when it `leaves`."""

    def __init__(self, body: str = "") -> None:
        self.leaves, self.said = asyncio.Event(), list[Message]()
        self._sends: list[Message] = [{"type": "http.request", "body": body.encode(), "more_body": False}]

    async def receive(self) -> Message:
        if self._sends:
            return self._sends.pop()
        await self.leaves.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.said.append(message)

    def asks(self, house: House, asked: Asked = _NOWHERE) -> "asyncio.Task[None]":
        return asyncio.create_task(house.service.web(_scope(house, asked), self.receive, self.send))


# ---- who has which place -------------------------------------------------------------------------------------------


def _bound(asker: Asker) -> Bound:
    bound = BOUNDS[asker]
    assert bound is not None
    return bound


@pytest.mark.slow
@pytest.mark.usefixtures("no_pauses")
async def test_a_flood_fills_no_places_but_its_own(
    house: House, web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests
) -> None:
    """So many are inside, so many wait, and all others are refused before a door is asked. Whoever shows anything else
    is answered meanwhile; an opening with the very same key as well."""
    monkeypatch.setattr(fair_queue, "_LONGEST_SECONDS", 0)
    monkeypatch.setattr(unavailable, "AWAY_SECONDS", 0)  # how long a refusal lasts
    asks = {"nothing": _NOWHERE, **await _shown(house)}
    for flooding, flood in asks.items():
        if flooding in {"the carrier", "an opening", "a signed opening"}:
            continue
        with subtests.test(flooding):
            bound = _bound(Asker.STRANGER if flooding == "nothing" else Asker.KNOWN)
            behind = Behind(monkeypatch, lambda scope, flood=flood: (scope["method"], scope["path"]) == flood[:2])  # type: ignore[misc]  # mypy infers no default
            every, beyond = bound.at_once + bound.waiting, 5
            requests = [asyncio.create_task(_ask(web, flood)) for _ in range(every + beyond)]
            await behind.come(bound.at_once, requests, refused=beyond)
            for refused in [one.result() for one in requests if one.done()]:
                assert "nothing was done" in problem(refused, bound.status)["detail"]
                assert refused.headers["retry-after"] == "5"
            for what, asked in asks.items():
                async with asyncio.timeout(30):
                    assert what == flooding or (await _ask(web, asked)).status_code == 204, what
            assert (await web.get("/healthz")).json() == {"status": "ok"}
            assert sum(one.done() for one in requests) == beyond
            behind.over.set()
            answers = [(await one).status_code for one in requests]
            assert (answers.count(204), behind.most) == (every, bound.at_once)


async def test_an_opening_without_a_place_is_counted_and_told(
    house: House, web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As every call-out that is told to come again: coordinators hear at once which agency cannot get through."""
    bound = replace(_bound(Asker.OPENING), at_once=1, waiting=0)
    monkeypatch.setattr(places, "BOUNDS", {**BOUNDS, Asker.OPENING: bound})
    with monkeypatch.context() as only_here:
        behind = Behind(only_here)
        first = asyncio.create_task(_ask(web, _opening(house)))
        await behind.come(1)
        for _ in range(3):
            problem(await _ask(web, _opening(house)), 503)
        behind.over.set()
        assert (await first).status_code == 204
    texts = await house.rows(t.page, purpose="alarm", person="cora")
    assert ["LBPD is told to send again" in page["text"] for page in texts] == [True]
    said = (await house.web.get("/metrics")).text.splitlines()
    assert 'dispatch_callouts_refused_total{agency="LBPD",reason="overload"} 3.0' in said


async def test_an_opening_waits_for_no_other_for_long_and_is_opened_though_its_sender_has_hung_up(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is inside and waits for the database: the next come in all the same, though their senders are gone."""
    monkeypatch.setattr(places, "BOUNDS", {**BOUNDS, Asker.OPENING: replace(_bound(Asker.OPENING), at_once=1)})
    behind, clients = Behind(monkeypatch), [Client(_BODY) for _ in range(3)]
    for client in clients:
        client.leaves.set()
    asking = [client.asks(house, _opening(house)) for client in clients]
    await behind.come(3)
    behind.over.set()
    await asyncio.gather(*asking)
    assert [client.said[0]["status"] for client in clients] == [204] * 3


async def test_whoever_hangs_up_leaves_the_line(
    house: House, web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Strangers ask and hang up at once: while each stood in line all the same, nobody else of them came in."""
    monkeypatch.setattr(fair_queue, "_LONGEST_SECONDS", 1e6)
    behind = Behind(monkeypatch)
    first = asyncio.create_task(web.get("/nothing"))
    await behind.come(1)
    clients = [Client() for _ in range(100)]  # more than have a place
    asking = [client.asks(house) for client in clients]
    for _ in range(20):
        await asyncio.sleep(0)
    for client in clients:
        client.leaves.set()
    async with asyncio.timeout(30):
        await asyncio.gather(*asking)
    assert house.service.web.state.places.fair_queue.waiting == 0
    assert not any(client.said for client in clients)
    behind.over.set()
    assert {(await first).status_code, (await web.get("/nothing")).status_code} == {204}


@pytest.mark.parametrize(("method", "at_once"), [("GET", 2), ("HEAD", 0)])  # the head of that would be all of it
async def test_a_stranger_is_refused_at_once_and_read_again_later(house: House, method: str, at_once: int) -> None:
    """A server that stops waits for no refusal to end."""
    refuse, client = house.service.web.state.places._refuse_slowly, Client()
    refusing = asyncio.create_task(refuse(_scope(house, (method, *_NOWHERE[1:])), client.receive, client.send))
    for _ in range(20):
        await asyncio.sleep(0)
    assert ([one.get("more_body") for one in client.said], refusing.done()) == ([None, True][:at_once], False)
    house.service.let_viewers_go()
    async with asyncio.timeout(2):
        await refusing
    assert (client.said[0]["status"], client.said[-1]) == (503, {"type": "http.response.body"})


async def test_a_request_that_was_not_read_is_the_last_of_its_connection(house: House) -> None:
    """Where there is no place to say what is wrong with it. When to come again is said all the same."""
    inside, client = house.service.web.state.places, Client()
    inside._lines[A_STRANGER] = line = places._Line(0)
    line.here = 10_000
    await inside.let_in_stranger(Response(status_code=413), _scope(house), client.receive, client.send)
    assert {(b"connection", b"close"), (b"retry-after", b"5")} <= set(client.said[0]["headers"])
    assert client.said[0]["status"] == 503


async def test_an_answer_that_is_being_sent_holds_no_place(
    house: House, web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A board has no end: nine of them would keep their session from everything else. So would clients that read
    nothing of what they asked for."""
    asked = (await _shown(house))["a session"]
    over, begun = asyncio.Event(), 0

    async def behind(_: SameOrigin, scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal begun
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        begun += 1
        await over.wait()
        await send({"type": "http.response.body", "body": b""})

    monkeypatch.setattr(SameOrigin, "__call__", behind)
    streams = [asyncio.create_task(_ask(web, asked)) for _ in range(20)]
    async with asyncio.timeout(30):
        while begun < len(streams):  # noqa: ASYNC110  # it is turns of the loop that pass
            await asyncio.sleep(0)
    over.set()
    await asyncio.gather(*streams)


async def test_of_what_takes_long_two_are_inside_over_all(
    house: House, web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawn from the routes: whatever is a preview or reads the whole history is in the table, and nothing that is not
    there any more."""
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in ALL_TOGETHER}
    for route in iter_route_contexts(house.service.web.routes):
        for method in route.methods or ():
            path = str(route.path)
            of_it = [name for name, (_, paths) in ALL_TOGETHER.items() if re.match(paths, f"{method} {path}")]
            takes_long = path.endswith("/preview") or ".report(" in inspect.getsource(route.endpoint or object)
            assert len(of_it) == 1 or (not of_it and not takes_long), path
            if of_it:
                found[of_it[0]].append((method, re.sub("[{}]", "", path)))
    shown = await _shown(house)
    proofs = (shown["a coordinator's key"][2], shown["a session"][2])
    for name, doors in found.items():
        assert len(doors) > 2, name
        behind = Behind(monkeypatch)
        asked = [(*door, proofs[number % 2], "") for number, door in enumerate(doors[:12])]
        asking = [asyncio.create_task(_ask(web, one)) for one in asked]
        for _ in range(200):
            await asyncio.sleep(0.001)
        assert behind.inside == 2, name
        behind.over.set()
        await asyncio.gather(*asking)


# ---- not yet judged ------------------------------------------------------------------------------------------------


async def _party(house: House, asked: Asked) -> Tenant:
    tenant: Tenant = await house.service.web.state.proof.tenant(Request(_scope(house, asked), Client(asked[3]).receive))
    return tenant


async def test_while_the_database_is_away(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are known by heart, and what was found before still holds. An opening with what nobody can look up has
    places of its own, and its own door says that the database is away."""
    shown = await _shown(house)
    for asked in shown.values():
        assert await _party(house, asked) != A_STRANGER
    await house.service.web.state.doorkeeper.learn()
    house.clock.pass_minutes(60)

    async def away(_: Any) -> Any:
        raise DatabaseUnreachable("away")

    monkeypatch.setattr(house.service.database, "read", away)
    signed = shown.pop("a signed opening")
    for what, asked in shown.items():
        assert await _party(house, asked) != A_STRANGER, what
    opening = shown["an opening"]
    assert (await _party(house, opening)).asker is Asker.OPENING
    for unjudged in (signed, (*opening[:2], {**opening[2], **made_up.KEY}, opening[3])):
        assert (await _party(house, unjudged)).asker is Asker.UNJUDGED
    assert await _party(house, ("GET", "/v1/callouts", made_up.KEY, "")) == A_STRANGER
    answer = await _ask(house.web, opening)
    assert "database does not answer" in problem(answer, 503)["detail"]
    await house.service.learn_keys()  # it raises nothing, and those of before are not forgotten
    assert (await _party(house, opening)).asker is Asker.OPENING


async def test_while_the_look_up_is_late(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """An opening waits for as long as it takes, others for a second; of what is made up only so many wait at all."""
    monkeypatch.setattr("dispatch.inbound.proof._PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(look_ups, "MOST_UNKNOWN", 20)
    comes, reads = asyncio.Event(), house.service.database.read

    async def late(work: Any) -> Any:
        await comes.wait()
        return await reads(work)

    monkeypatch.setattr(house.service.database, "read", late)
    waits = asyncio.create_task(_party(house, _opening(house)))
    others = [("POST", "/v1/callouts", {"Authorization": f"Bearer {number}"}, _BODY) for number in range(40)]
    asking = [asyncio.create_task(_party(house, asked)) for asked in others]
    assert await _party(house, ("GET", "/v1/callouts", made_up.KEY, "")) == A_STRANGER
    assert (sum(one.done() for one in asking), waits.done()) == (22, False)
    comes.set()
    assert (await waits).asker is Asker.OPENING
    assert set(await asyncio.gather(*asking)) == {A_STRANGER}


async def test_a_key_works_at_once_and_for_a_second_after_it_is_revoked(house: House) -> None:
    runner, doorkeeper = house.service.runner, house.service.web.state.doorkeeper
    await doorkeeper.learn()
    new = await runner.act(new_key, OPERATOR, Source.CLI, agency="LBPD")
    assert (await house.ask("GET", "/v1/callouts", key=new)).status_code == 200
    await doorkeeper.learn()
    await runner.act(revoke_key, new.id, OPERATOR, Source.CLI)
    house.clock.pass_minutes(1 / 60)
    assert (await house.ask("GET", "/v1/callouts", key=new)).status_code == 401
    assert await _party(house, ("GET", "/v1/callouts", {"Authorization": f"Bearer {new.key}"}, "")) == A_STRANGER


# ---- what is written -----------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("new_database_url", ["sqlite"], indirect=True)
async def test_strangers_come_one_by_one_and_write_nothing_but_attempts_to_sign_in(
    house: House, web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A made-up key or half a session had its turn with everybody else in each step of the loop, and half a session or
    a wall's link a turn of the writer. What is written waits behind all else: of twenty who guess at once no two
    transactions wait."""
    house.service.web.state.live.close()
    house.service.web.state.proving.pause = lambda _: asyncio.sleep(0)
    monkeypatch.setattr(fair_queue, "_LONGEST_SECONDS", 1e6)
    inside, begun, crowd, waiting, most, took = 0, 0, 0, 0, 0, list[str]()
    address, enters = ContextVar("address", default=""), SameOrigin.__call__
    transactions = house.service.database._transactions
    submits = transactions.submit

    async def enter(door: SameOrigin, scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal inside, begun, crowd
        address.set(f"{scope['method']} {scope['path']}")
        inside, begun = inside + 1, begun + 1
        crowd = max(crowd, inside)
        await asyncio.sleep(0)
        await enters(door, scope, receive, send)
        inside -= 1

    def submit(job: Any) -> None:
        nonlocal waiting, most
        assert job.behind
        took.append(address.get())
        waiting, most = waiting + 1, max(most, waiting + 1)

        def done(_: object) -> None:
            nonlocal waiting
            waiting -= 1

        job.done.add_done_callback(done)
        submits(job)

    guesses = [urlencode({"name": f"nobody {number}", "password": "a guess"}) for number in range(20)]
    everything = [*made_up.everything(house.service.web, NOW.timestamp())]
    everything += [("POST", "/sign-in", made_up.FORM, guess) for guess in guesses]
    assert len(everything) > 1000
    with monkeypatch.context() as patch:
        patch.setattr(SameOrigin, "__call__", enter)
        patch.setattr(transactions, "submit", submit)
        for first in range(0, len(everything), 200):
            for asked, answer in zip(
                everything[first : first + 200],
                await asyncio.gather(*(_ask(web, asked) for asked in everything[first : first + 200])),
                strict=True,
            ):
                assert answer.status_code < 500 or asked[1].startswith("/readyz"), asked
    assert (begun, crowd) == (len(everything), 1)
    assert (set(took), most) == ({"POST /sign-in"}, 1)


# ---- turns ---------------------------------------------------------------------------------------------------------


async def test_the_newest_signature_is_checked_first_and_receipts_after_it() -> None:
    """Five thousand forged ones lie before a key press, and some come after it over as many bytes as they may. Shorter
    ones gain nothing by it, and whoever asks whether the process lives holds nobody up."""
    turns, order, lives = Turns(), list[tuple[Urgency, bool, int]](), 0

    async def come(rank: Urgency, cost: int, number: int) -> None:
        await turns.come(rank, cost)
        order.append((rank, cost > 20_480, number))

    async def asks() -> None:
        nonlocal lives
        await turns.come(Urgency.LIVES)
        lives += 1
        assert len(order) >= 3 * (lives - 2), "of eight in a turn these are two"

    ranks = (Urgency.REFUSAL, Urgency.RECEIPT, Urgency.FIRST)
    coming = [
        (rank, cost, number) for number in range(50) for rank in ranks for cost in (30_000, 0 if number % 2 else 800)
    ]
    await asyncio.gather(*(asks() for _ in range(50)), *(come(*one) for one in coming))
    ranked = [(rank, long) for rank in reversed(ranks) for long in (False, True)]
    assert order == [(*one, number) for one in ranked for number in reversed(range(50))]
    assert lives == 50


async def test_long_bodies_that_wait_have_a_bound() -> None:
    """Nothing of the carrier's is as long, so nothing of its is refused."""
    turns = Turns()
    long = [asyncio.create_task(turns.come(Urgency.FIRST, 60_000)) for _ in range(200)]
    short = [asyncio.create_task(turns.come(Urgency.FIRST, 16_000)) for _ in range(200)]
    assert all(await asyncio.gather(*short))
    assert sum(await asyncio.gather(*long)) == 8 * 1024 * 1024 // 60_000


async def test_whoever_takes_too_long_holds_nobody_up() -> None:
    """A guess is hashed, a database hangs, a reader is slow."""
    queue, begun = FairQueue(), 0

    async def ask() -> None:
        nonlocal begun
        async with queue.one():
            begun += 1
            await asyncio.Event().wait()

    asking = [asyncio.create_task(ask()) for _ in range(3)]
    async with asyncio.timeout(30):
        while begun < 3:  # noqa: ASYNC110  # it is time that passes
            await asyncio.sleep(0.001)
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    async with asyncio.timeout(30), queue.one():
        assert queue.waiting == 0


async def test_lines_take_turns() -> None:
    """However many wait in one line, whoever is first in another has the next turn but one."""
    queue, order = FairQueue(), []

    async def ask(line: str) -> None:
        async with queue.one(line):
            order.append(line)

    async with queue.one():
        asking = [asyncio.create_task(ask(line)) for line in ("strangers",) * 5 + ("/readyz",)]
        await asyncio.sleep(0)
    await asyncio.gather(*asking)
    assert order.index("/readyz") <= 2


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


# ---- bodies --------------------------------------------------------------------------------------------------------


async def test_the_oldest_unfinished_body_makes_room(house: House) -> None:
    """Those who never end their bodies hold so much together, and the newest is heard."""
    ended, statuses = asyncio.Event(), dict[int, int]()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        await Response(message["body"][:5])(scope, receive, send)

    limit = BodyLimit(app, room=2000)

    async def post(number: int) -> None:
        pieces = [b"x" * 900, b"y"]

        async def receive() -> Message:
            if len(pieces) == 1:
                await ended.wait()
            return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

        async def send(message: Message) -> None:
            statuses.setdefault(number, message.get("status", 0))

        await limit({**_scope(house), "method": "POST"}, receive, send)

    posts = [asyncio.create_task(post(number)) for number in range(4)]
    async with asyncio.timeout(30):
        await asyncio.gather(*posts[:2])
        ended.set()
        await asyncio.gather(*posts)
    assert statuses == {0: 408, 1: 408, 2: 200, 3: 200}
    assert (limit._held, limit._unfinished) == (0, {})
