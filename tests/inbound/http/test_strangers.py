"""Who waits behind whom before anything looks for their door."""

import asyncio
from typing import Any

import pytest

from dispatch.inbound.http.stranger_queue import OneAfterAnother

SESSION, KEY, SIGNATURE = (b"cookie", b"dispatch-session=x"), (b"authorization", b"Bearer x"), (b"x-y-signature", b"z")

LINES = {
    ("POST", "/v1/callouts", KEY): None,
    ("POST", "/v1/callouts", (b"webhook-signature", b"v1,x")): None,
    ("POST", "/v1/callouts", None): "strangers",
    ("POST", "/phones-inc/sms", SIGNATURE): None,
    ("POST", "/phones-inc/sms", None): "strangers",
    ("GET", "/events", SESSION): "sessions",
    ("POST", "/sign-in", None): "strangers",
    ("GET", "/", SESSION): "sessions",
    ("GET", "/", KEY): "strangers",
    ("GET", "/nope/v1/callouts", KEY): "strangers",
    ("GET", "//v1/callouts", KEY): "strangers",
    ("GET", "/response-times", SESSION): "sessions",
    ("GET", "/r/token", None): "links",
    ("GET", "/r/token", SESSION): "links",
    ("GET", "/r", None): "strangers",
    ("GET", "/healthz", None): "health",
    ("GET", "/healthz", SESSION): "health",
}


@pytest.mark.parametrize(("method", "path", "header"), LINES)
def test_who_waits_behind_whom(method: str, path: str, header: tuple[bytes, bytes] | None) -> None:
    """Nobody with a key or a signature waits; the board waits neither for strangers nor for whoever guesses links."""
    scope = {"type": "http", "method": method, "path": path, "headers": [header] if header else []}
    assert OneAfterAnother(_never, "phones-inc").line_of(scope) == LINES[method, path, header]


async def test_nobody_holds_up_the_line_longer_than_a_turn() -> None:
    """A report takes twenty seconds, and while the database hangs a view takes as long: those behind them begin."""
    begun: list[str] = []

    async def hangs(scope: Any, _receive: Any, _send: Any) -> None:
        begun.append(scope["path"])
        await asyncio.Event().wait()

    web = OneAfterAnother(hangs, "phones-inc")
    paths = [f"/{number}" for number in range(5)]
    scopes = [{"type": "http", "method": "GET", "path": path, "headers": []} for path in paths]
    asking = [asyncio.create_task(web(scope, _never, _never)) for scope in scopes]
    queued = []
    while len(begun) < len(paths):
        before = len(begun)
        await asyncio.sleep(0)
        queued.append(len(begun) - before)
    assert begun == paths, "in the order of arrival"
    assert max(queued) == 1, "one in each turn of the loop"
    for task in asking:
        task.cancel()


async def _never(*_: Any) -> Any:
    raise AssertionError("nobody asks")
