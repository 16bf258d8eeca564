"""The shipped proxy in front of the real `dispatch serve`: what it passes on, what it keeps to itself, and for what it
waits."""

import asyncio
import json
import os
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests.inbound.house import CALL
from tests.inbound.web.board_town import events
from tests.serving.flooding import post, say
from tests.serving.proxy import CADDY, CADDYFILE, proxying
from tests.serving.served import Server, serving

_PROMPTLY = 8.0  # below the ten seconds of a beat, and far beyond what it takes: the machine may be busy
_CLIENT = "127.0.0.2"
"""The client's address. On Linux the whole of 127.0.0.0/8 is this machine, and the proxy is at 127.0.0.1."""


@pytest.mark.parametrize("site", ["https://dispatch.example.org", "https://localhost", "http://:8080"])
def test_the_shipped_file_is_valid(site: str, tmp_path: Path) -> None:
    """Formatted as well, or Caddy warns at each start."""
    environment = os.environ | {"DISPATCH_PUBLIC_URL": site, "XDG_DATA_HOME": str(tmp_path)}
    for command in (["validate", "--config"], ["fmt", "--diff"]):
        done = subprocess.run(
            [CADDY, *command, str(CADDYFILE)], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


@pytest.fixture
def server(sqlite_url: str, tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path, sqlite_url) as one:
        yield one


@pytest.fixture
async def web(server: Server, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """LBPD's program, at the proxy."""
    key = {"Authorization": f"Bearer {server.key}"}
    from_there = httpx.AsyncHTTPTransport(local_address=_CLIENT)
    with proxying(tmp_path, server.port) as port:
        url = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=url, headers=key, transport=from_there, timeout=30) as client:
            yield client


@pytest.mark.slow
async def test_a_call_out_passes_and_what_is_too_large_does_not(web: httpx.AsyncClient, server: Server) -> None:
    """A little more than the service takes is refused in its own words, and very much by the proxy."""
    assert (await web.post("/v1/callouts", json=CALL)).status_code == 201
    more = await web.post("/v1/callouts", content=b" " * (64 * 1024 + 1))
    assert more.status_code == 413
    assert "64 KiB" in more.json()["detail"]
    assert (await web.post("/v1/callouts", content=b" " * 2**20)).status_code == 413
    assert await server.callouts() == 1


@pytest.mark.slow
async def test_what_says_it_is_too_large_is_refused_before_it_is_sent(web: httpx.AsyncClient, server: Server) -> None:
    """A node that had heard the beginning would answer, and lose its answer where the proxy cuts the body off."""
    lines = ["POST /v1/callouts HTTP/1.1", "Host: x", f"Authorization: Bearer {server.key}", f"Content-Length: {2**20}"]
    head = "\r\n".join([*lines, "", ""])
    assert web.base_url.port is not None
    async with asyncio.timeout(_PROMPTLY):
        status, answer = await say(web.base_url.port, head)
    assert (status, answer) == (413, b"")


@pytest.mark.slow
async def test_a_call_out_that_would_rather_speak_http2(web: httpx.AsyncClient, server: Server) -> None:
    """Java's own client asks so over plain http. Without the proxy, as in a sandbox, the server reads no body behind
    that: the answer says so, and not that the body is no call-out."""
    upgrade = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAMAAABkAAQAoAAAAAIAAAAA"}
    assert (await web.post("/v1/callouts", json=CALL, headers=upgrade)).status_code == 201
    asks = [f"{name}: {value}" for name, value in upgrade.items()]
    request = post("/v1/callouts", json.dumps(CALL).encode(), f"Authorization: Bearer {server.key}", *asks)
    status, answer = await say(server.port, request)
    assert status == 400
    assert "without the header Upgrade" in json.loads(answer)["detail"]
    assert await server.callouts() == 1


@pytest.mark.slow
async def test_the_clients_own_address_arrives(web: httpx.AsyncClient, server: Server) -> None:
    """Whoever guesses passwords slows down their own address, whatever they say it is."""
    forged = {"X-Forwarded-For": "203.0.113.7", "Forwarded": "for=203.0.113.7", "X-Real-IP": "203.0.113.7"}
    guess = {"name": "cora", "password": "a guess"}
    await web.post("/sign-in", data=guess, headers={**forged, "Sec-Fetch-Site": "same-origin"})
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    assert [line["address"] for line in lines if line["event"] == "failed to sign in"] == [_CLIENT]


@pytest.mark.slow
async def test_a_board_is_live_through_it(web: httpx.AsyncClient, server: Server) -> None:
    """What happens is seen at once, and not when the proxy has gathered enough."""
    cookies = {"Cookie": f"dispatch-session={server.session}"}
    async with web.stream("GET", "/board/events", headers=cookies) as answer, asyncio.timeout(10 * _PROMPTLY):
        stream = events(answer)
        assert (await anext(stream))[0] == "state"
        code = (await web.post("/v1/callouts", json=CALL)).json()["code"]
        async with asyncio.timeout(_PROMPTLY):
            while code not in json.dumps((await anext(stream))[1]):
                pass  # news of what stands at the side


@pytest.mark.slow
async def test_a_request_waits_for_a_node_that_restarts(web: httpx.AsyncClient, server: Server) -> None:
    """It is answered as if nothing had been. Where no node comes back, its sender hears so after five seconds."""
    server.kill()
    waiting = asyncio.create_task(web.post("/v1/callouts", json=CALL))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    await asyncio.to_thread(server.start)
    assert (await waiting).status_code == 201
    server.kill()
    async with asyncio.timeout(5 + _PROMPTLY):
        assert (await web.post("/v1/callouts", json=CALL)).status_code == 502


@pytest.mark.slow
async def test_a_frozen_node_loses_its_share(server: Server, tmp_path: Path) -> None:
    """It takes connections and answers nobody. Soon every request goes to the node that is well."""
    with (
        socket.create_server(("127.0.0.1", 0)) as frozen,
        proxying(tmp_path, frozen.getsockname()[1], server.port) as port,
    ):
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=1) as web, asyncio.timeout(90):
            in_turn = 0
            while in_turn < 20:  # by chance, only once in a million
                in_turn = in_turn + 1 if await _is_answered(web) else 0


async def _is_answered(web: httpx.AsyncClient) -> bool:
    try:
        return (await web.get("/healthz")).status_code == 200
    except httpx.TimeoutException:
        return False


@pytest.mark.slow
async def test_it_keeps_figures_and_links_to_itself(web: httpx.AsyncClient, server: Server, tmp_path: Path) -> None:
    """Nobody outside reads how busy the night is, and a link that works for hours stands in no log, nor does a key."""
    assert (await web.get("/metrics")).status_code == 404
    server.kill()
    assert (await web.get("/r/a-link-that-works")).status_code == 502
    log = (tmp_path / "caddy.log").read_text()
    assert "connection refused" in log
    assert "a-link-that-works" not in log
    assert server.key not in log
