"""Whatever calls an address obeys one law. Who calls is read out of the code: a new caller fails until it is driven
here."""

import ast
import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from dispatch.carriers.twilio.client import TwilioCarrier
from dispatch.outbound.http_session import open_session, why_not_called
from dispatch.outbound.identity_provider import IdentityProvider
from dispatch.outbound.identity_trouble import ProviderTrouble
from dispatch.outbound.own_address import NotReached, ask_for_proof
from dispatch.outbound.webhook import WebhookSender
from dispatch.rules.delivery.sending import OperatorFault
from dispatch.settings import CALLED_SETTINGS, BadSettings, Settings, load_settings
from dispatch.worker.ping import Ping
from tests.outbound.edge import Edge, says

_CODE = Path(__file__).parents[2] / "src" / "dispatch"
_PLAYS_OTHERS = ("demo/", "rehearsal/")  # whoever comes from outside, on this machine
_OPENS = "open_session"
_OUT = {"ClientSession", "TCPConnector", "open_connection", "create_connection", "urlopen"}
_LIBRARIES = {
    "aiohttp",
    "httpx",
    "requests",
    "urllib.request",
    "http.client",
    "smtplib",
    "ftplib",
    "websockets",
    "twilio",
}
"""What could call somebody. Twilio's SDK does so by our transport alone."""


async def _webhook(url: str, allowed: frozenset[str]) -> str:
    sender = WebhookSender(allowed_hosts=allowed)
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    outcome = await sender.post(url=url, secrets=[secret], webhook_id="m", timestamp=datetime.now(UTC), body="{}")
    await sender.close()
    return outcome.message if isinstance(outcome, OperatorFault) else ""


async def _provider(url: str, allowed: frozenset[str]) -> str:
    one = IdentityProvider(url, "us", "secret", now=lambda: datetime.now(UTC), allowed_hosts=allowed)
    with pytest.raises(ProviderTrouble) as raised:  # the edge is no provider
        await one.authorization_url("https://us.example", state="s", nonce="n", verifier="v" * 43)
    await one.close()
    return str(raised.value)


async def _proof(url: str, allowed: frozenset[str]) -> str:
    try:
        await ask_for_proof(url, "/healthz", "nonce", allowed_hosts=allowed)
    except NotReached as error:
        return str(error)
    return ""


async def _ping(url: str, allowed: frozenset[str]) -> str:
    async def well() -> dict[str, str]:
        return {}

    with capture_logs() as logs:
        await Ping(url, well, allowed_hosts=allowed).send_if_well()
    return str(logs)


async def _carrier(url: str, allowed: frozenset[str]) -> str:
    one = TwilioCarrier("AC1", "t", "+15625550100", public_url="https://us.example", api_url=url, allowed_hosts=allowed)
    outcome = await one.send_text("page", to="+15625550101", body="words")
    await one.close()
    return str(outcome)


_CALLERS: dict[str, Callable[[str, frozenset[str]], Awaitable[str]]] = {
    "outbound/webhook.py": _webhook,
    "outbound/identity_provider.py": _provider,
    "outbound/own_address.py": _proof,
    "worker/ping.py": _ping,
    "carriers/twilio/transport.py": _carrier,
}
"""Each calls an address, and returns what it says of one that it refuses."""


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for file in sorted(_CODE.rglob("*.py")):
        name = str(file.relative_to(_CODE))
        text = file.read_text("utf-8")
        if not name.startswith(_PLAYS_OTHERS) and any(one in text for one in (_OPENS, *_OUT, *_LIBRARIES)):
            yield name, ast.parse(text)


def _imported(tree: ast.Module) -> set[str]:
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def _calls(tree: ast.Module) -> set[str]:
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "") for func in called}


def test_every_caller_is_driven_here() -> None:
    """One module opens sessions. Whoever asks it for one is a caller, and no other way out is taken."""
    opens, sockets, libraries = set(), set(), set()
    for name, tree in _modules():
        calls = _calls(tree)
        opens |= {name} if _OPENS in calls else set()
        sockets |= {name} if calls & _OUT else set()
        if any(one == library or one.startswith(f"{library}.") for one in _imported(tree) for library in _LIBRARIES):
            libraries.add(name)
    assert opens == set(_CALLERS)
    assert sockets <= {"outbound/http_session.py"}
    of_sdk = {name for name in libraries if name.startswith("carriers/twilio/")}
    assert libraries - of_sdk <= {*_CALLERS, "outbound/http_session.py"}


@pytest.mark.parametrize("caller", _CALLERS)
async def test_no_caller_reaches_this_machine(caller: str, edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """By no way to write its address, nor by a name that was public when it was written and leads here now. Where the
    host is allowed, the same call arrives."""
    lookup: dict[str, list[str]] = {}
    _names_lead(monkeypatch, lookup)
    port, call = edge.url.rpartition(":")[2], _CALLERS[caller]
    edge.will(says(404))
    for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "public.example@127.0.0.1", "0.0.0.0"):
        for scheme in ("http", "https"):
            assert await call(f"{scheme}://{host}:{port}", frozenset()) not in ("", "[]")
    for leads in (["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::ffff:127.0.0.1"], ["169.254.169.254"]):
        lookup["rebound.example"] = leads
        assert "rebound.example is not public" in await call(f"https://rebound.example:{port}", frozenset())
    assert edge.connections == 0
    await call(edge.url, frozenset({"127.0.0.1"}))
    lookup["intern.example"] = ["127.0.0.1"]
    await call(f"http://intern.example:{port}", frozenset({"intern.example"}))
    assert len(edge.arrived) == 2


async def test_no_redirect_leads_here(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody follows one; a caller who did would be refused at its second connection."""
    _names_lead(monkeypatch, {"public.example": ["127.0.0.1"]})
    port = edge.url.rpartition(":")[2]
    edge.will(says(302, Location=edge.url), says(200))
    for caller in _CALLERS.values():
        edge.arrived.clear()
        await caller(f"http://public.example:{port}", frozenset({"public.example"}))
        assert len(edge.arrived) == 1
        edge.will(says(302, Location=edge.url), says(200))
    async with open_session(5, frozenset({"public.example"})) as session:
        with pytest.raises(Exception, match=r"127\.0\.0\.1|https"):
            await session.get(f"http://public.example:{port}")


def _names_lead(monkeypatch: pytest.MonkeyPatch, lookup: dict[str, list[str]]) -> None:
    real = socket.getaddrinfo

    def found(host: str, port: Any, *more: Any, **named: Any) -> list[Any]:
        if host in lookup:
            port = int(port or 0)
            return [
                (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (one, port, 0, 0))
                if ":" in one
                else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
                for one in lookup[host]
            ]
        if host.endswith(".example"):
            raise socket.gaierror
        return real(host, port, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", found)


async def test_a_name_is_looked_up_where_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    lookup = {"public.example": ["93.184.216.34"], "intern.example": ["10.0.0.7"]}
    _names_lead(monkeypatch, lookup)
    loop = asyncio.get_running_loop()

    async def getaddrinfo(host: str, port: Any, **_: Any) -> list[Any]:  # uvloop asks the system itself
        return socket.getaddrinfo(host, port)

    monkeypatch.setattr(loop, "getaddrinfo", getaddrinfo, raising=False)
    assert await why_not_called("https://public.example/x", ()) is None
    assert "intern.example is not public" in str(await why_not_called("https://intern.example/x", ()))
    assert await why_not_called("https://intern.example/x", {"intern.example"}) is None
    assert await why_not_called("https://away.example/x", ()) is None
    assert "https" in str(await why_not_called("http://public.example/x", ()))


def test_every_address_of_the_settings_obeys_it() -> None:
    """Each setting that is an address is one that we call, or stands here with its reason."""
    not_called = {
        "public_url",  # how others reach us
        "hotline_fallback_url",  # the carrier calls it
        "database_url",  # no web address
    }
    addresses = {name for name in Settings.model_fields if name.endswith(("_url", "_issuer"))}
    assert addresses == {*CALLED_SETTINGS} | not_called
    needs: dict[str, Any] = {"oidc_client_id": "us", "oidc_client_secret": "s"}
    for name in CALLED_SETTINGS:
        for url in ("http://127.0.0.1.evil.example", "https://10.0.0.1", "https://[::1]"):
            with pytest.raises(BadSettings, match=rf"^DISPATCH_{name.upper()}: .*DISPATCH_ALLOWED_HOSTS"):
                load_settings(**needs, **{name: url})
        allowed = load_settings(**needs, **{name: "http://10.0.0.1"}, allowed_hosts="Intern.example., 10.0.0.1,::1")
        assert allowed.listed_allowed_hosts() == {"intern.example", "10.0.0.1", "::1"}
        assert list(allowed.called_addresses().values()) == ["http://10.0.0.1"]
    for wrong in ("https://intern.example", "intern.example:8443", "127.1", "10.0.0.0/8", "*"):
        with pytest.raises(BadSettings, match="DISPATCH_ALLOWED_HOSTS: must be names or IP addresses"):
            load_settings(allowed_hosts=wrong)
