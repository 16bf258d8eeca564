"""Strangers come back from the identity provider by the hundred: who waits for it, and for what nobody waits."""

import asyncio
import re
from collections.abc import AsyncIterator, Coroutine, MutableMapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from dispatch.credentials.slots import MOST_FROM_ONE, MOST_IN_ALL
from dispatch.outbound.identity_provider import IdentityProvider
from tests.inbound.sign_in.room import Door, Ui
from tests.outbound.edge import LOCAL_HOSTS
from tests.outbound.provider import CLIENT_ID, CLIENT_SECRET, Provider, provider_running

STRANGERS = 100
COOKIE = "__Host-dispatch-provider"


@dataclass(frozen=True)
class Back:
    """A way back with a code that somebody made up. `cookie` is what we gave the browser."""

    door: Door
    state: str
    cookie: str

    async def go(self, state: str | None = None, cookie: str | None = None) -> httpx.Response:
        path = f"/sign-in/provider/back?code=made-up&state={self.state if state is None else state}"
        return await self.door.get(path, Cookie=f"{COOKIE}={self.cookie if cookie is None else cookie}")


@pytest.fixture
async def provider(ui: Ui) -> AsyncIterator[Provider]:
    """One that hangs as soon as it is asked about a code."""
    async with provider_running() as running:
        running.hangs = {"/token"}
        ours = IdentityProvider(
            running.issuer, CLIENT_ID, CLIENT_SECRET, now=ui.house.clock, allowed_hosts=LOCAL_HOSTS, timeout=100
        )
        ui.house.service.web.state.proving.provider = ours
        yield running
        running.goes_on.set()
        await ours.close()


@pytest.fixture
async def doors(ui: Ui) -> AsyncIterator[list[Door]]:
    """Browsers of strangers, each at an address of its own."""
    async with AsyncExitStack() as stack:
        addresses = [f"198.51.100.{number}" for number in range(STRANGERS // MOST_FROM_ONE)]
        yield [await stack.enter_async_context(ui.browser(address=address)) for address in addresses]


async def _leave(door: Door) -> Back:
    sent = await door.get("/sign-in/provider")
    assert sent.status_code == 303, sent.text
    cookie = door.web.cookies[COOKIE]
    door.web.cookies.clear()
    return Back(door, parse_qs(urlsplit(sent.headers["location"]).query)["state"][0], cookie)


async def _settled(asking: Sequence["asyncio.Task[httpx.Response]"], provider: Provider, path: str = "/token") -> int:
    """Once each has been answered or is with the provider: how many are."""
    while provider.asked.count(path) + sum(map(asyncio.Task.done, asking)) < len(asking):  # noqa: ASYNC110
        await asyncio.sleep(0)
    return provider.asked.count(path)


def _has_to_wait(asking: Coroutine[Any, Any, None]) -> bool:
    """Whether a request waits for anything but the turn of the loop that each stranger waits for."""
    while True:
        try:
            waits = asking.send(None)
        except StopIteration:
            return False
        if waits is not None:
            asking.close()
            return True


@pytest.mark.parametrize(
    "made", ["state.nonce.verifier.Lw==", "state", "", "e30=." + "0" * 64, "W10.e3b0c44298fc1c149afbf4c8996fb924"]
)
async def test_a_home_made_cookie_waits_for_nothing(ui: Ui, provider: Provider, made: str) -> None:
    """Neither for the provider nor for the database, nor for a thread: it cost both, and a place among those who have
    signed in."""
    status = None

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)

    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "https",
        "path": "/sign-in/provider/back",
        "raw_path": b"/sign-in/provider/back",
        "query_string": b"code=x&state=state",
        "headers": [(b"host", b"dispatch.example"), (b"cookie", f"{COOKIE}={made}".encode())],
        "client": ("203.0.113.9", 40000),
        "server": ("dispatch.example", 443),
    }
    await ui.house.web.get("/sign-in")  # templates are read with the first view
    assert not _has_to_wait(ui.house.service.web(scope, receive, send))
    assert status == 422
    assert provider.asked == []


async def test_strangers_with_a_cookie_of_their_own_never_reach_the_provider(
    ui: Ui, provider: Provider, doors: list[Door]
) -> None:
    """Nor do those who change one letter of ours, or show it with another state, or too late."""
    backs = [await _leave(door) for door in doors]
    provider.hangs, asked = set(), list(provider.asked)
    answers = await asyncio.gather(
        *(one.go("state", "state.nonce.verifier.Lw==") for one in backs),
        *(one.go(cookie=one.cookie[:-1] + ("0" if one.cookie[-1] == "1" else "1")) for one in backs),
        *(one.go(state=other.state) for one, other in zip(backs, [*backs[1:], backs[0]], strict=True)),
    )
    ui.house.clock.pass_minutes(11)
    answers += await asyncio.gather(*(one.go() for one in backs))
    assert [answer.status_code for answer in answers] == [422] * STRANGERS
    assert all("begin again" in answer.text and "/sign-in/provider?" in answer.text for answer in answers)
    assert provider.asked == asked


@pytest.mark.costs(2)
async def test_a_provider_that_hangs_keeps_nobody_else_waiting(ui: Ui, provider: Provider, doors: list[Door]) -> None:
    """A hundred who really set out come back: a few wait for it, the others are told at once. Meanwhile people sign in,
    the board stands and a call-out is opened."""
    cora = await ui.session("cora")
    backs = [await _leave(door) for door in doors for _ in range(MOST_FROM_ONE)]
    asking = [asyncio.create_task(one.go()) for one in backs]
    assert await _settled(asking, provider) == MOST_IN_ALL
    told = [one.result() for one in asking if one.done()]
    assert {answer.status_code for answer in told} == {503}
    assert all("try again in ten seconds" in answer.text for answer in told)

    async with ui.browser() as door:
        shown = await door.get("/sign-in")
        sheets = re.findall(r'"(/assets/[^"]+\.css)"', shown.text)
        assert [(await door.get(sheet)).status_code for sheet in sheets] == [200] * len(sheets) != []
        await _leave(door)  # where it is asks nobody
        door.carry(cora.token)
        assert (await door.get("/")).status_code == 200
    await ui.house.opened()
    assert sum(one.done() for one in asking) == STRANGERS - MOST_IN_ALL, "all of it came before the provider"

    provider.goes_on.set()
    assert {(await one).status_code for one in asking} == {503, 422}
    assert (await backs[0].go()).status_code == 422, "there are slots again"


async def test_one_address_takes_few_slots(ui: Ui, provider: Provider, doors: list[Door]) -> None:
    """A flood from one address keeps out itself."""
    first, second, *_ = doors
    asking = [asyncio.create_task((await _leave(first)).go()) for _ in range(STRANGERS)]
    assert await _settled(asking, provider) == MOST_FROM_ONE
    other = asyncio.create_task((await _leave(second)).go())
    assert await _settled([*asking, other], provider) == MOST_FROM_ONE + 1
    provider.goes_on.set()
    assert (await other).status_code == 422
    await asyncio.gather(*asking)


@pytest.mark.costs(2)
async def test_whoever_sets_out_waits_no_longer(ui: Ui, provider: Provider, doors: list[Door]) -> None:
    """Nobody knows yet where the provider is, and it does not say: that is waiting for it as well."""
    where = "/.well-known/openid-configuration"
    provider.hangs = {where}
    asking = [asyncio.create_task(door.get("/sign-in/provider")) for door in doors for _ in range(MOST_FROM_ONE)]
    assert await _settled(asking, provider, where) == MOST_IN_ALL
    enrolled = await ui.enrol()
    async with ui.browser() as door:
        assert (await ui.sign_in(enrolled, door)).status_code == 303
    assert sum(one.done() for one in asking) == STRANGERS - MOST_IN_ALL
    provider.goes_on.set()
    assert {(await one).status_code for one in asking} == {503, 303}
