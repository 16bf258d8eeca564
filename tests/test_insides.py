"""What we touch inside uvicorn and aiohttp beyond what they promise, each named once.

pyproject.toml holds aiohttp below its next minor version; of uvicorn only the simulated carrier needs more than it
promises. Whoever raises a bound, or a lock, finds here what to look at: a test that fails says in a sentence what has
gone and which of our code needs it.
"""

import inspect
from collections.abc import Iterable

import aiohttp
import pytest
import uvicorn
from aiohttp.client_proto import ResponseHandler
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

_CARRIER = "the server of the simulated carrier, which drops connections as an outage does"
_SENDS = "the HTTP session, which asks whether a page may still be sent just before it is written"

_TAKEN: list[tuple[str, type, str, str]] = [
    # uvicorn: what is overridden, or called in its place
    (_CARRIER, HttpToolsProtocol, "on_message_begin", "self"),
    (_CARRIER, uvicorn.Config, "load", "self"),
    (_CARRIER, uvicorn.Server, "startup", "self, sockets"),
    # aiohttp: the body is written by a task of its own, and the headers wait for it
    (_SENDS, aiohttp.ClientRequest, "write_bytes", "self, writer, conn, content_length"),
    (_SENDS, ResponseHandler, "set_exception", "self, exc, exc_cause"),
]


@pytest.mark.parametrize(
    ("whose", "of", "name", "parameters"), _TAKEN, ids=[f"{of.__name__}.{name}" for _, of, name, _ in _TAKEN]
)
def test_a_method_takes_what_it_took(whose: str, of: type, name: str, parameters: str) -> None:
    _are_there(of, [name], whose)
    takes = ", ".join(inspect.signature(getattr(of, name)).parameters)
    where = f"{of.__module__}.{of.__qualname__}.{name}"
    assert takes == parameters, f"{where} takes ({takes}) now, not ({parameters}): look through {whose}"


def _are_there(of: object, names: Iterable[str], whose: str) -> None:
    kind = of if isinstance(of, type) else type(of)
    for name in names:
        assert hasattr(of, name), f"{kind.__module__}.{kind.__qualname__}.{name} has gone: look through {whose}"


async def test_a_connection_of_uvicorn_keeps_what_it_kept() -> None:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("nobody asks")

    config = uvicorn.Config(answer, lifespan="off", log_config=None, ws="none")
    _are_there(HttpToolsProtocol(config, ServerState(), {}), ("transport", "scope"), _CARRIER)
    _are_there(config, ("loaded_app", "lifespan_class"), _CARRIER)
    _are_there(uvicorn.Server(config), ("server_state", "should_exit"), _CARRIER)
    _are_there(ServerState(), ("connections", "tasks"), _CARRIER)
    for name in ("servers", "lifespan"):
        begun = inspect.getsource(uvicorn.Server.startup)
        assert f"self.{name}" in begun, f"uvicorn.Server.{name} has gone: look through {_CARRIER}"


def test_a_connection_of_aiohttp_has_its_protocol() -> None:
    _are_there(aiohttp.connector.Connection, ("protocol",), _SENDS)
    parameters = inspect.signature(aiohttp.ClientSession).parameters
    assert "request_class" in parameters, f"aiohttp.ClientSession takes no request_class: look through {_SENDS}"
    assert inspect.iscoroutinefunction(aiohttp.ClientRequest.write_bytes), f"it is awaited: look through {_SENDS}"
