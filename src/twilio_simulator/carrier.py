"""The simulated carrier on the network: what a test, the demo and a benchmark work with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from twilio_simulator.account import Account
from twilio_simulator.rest import RestApi
from twilio_simulator.server import HttpServer


class SimulatedCarrier(Account):
    """A carrier that speaks Twilio's API over real HTTP, with phones that exist only here.

    Time comes from `now` (aware datetimes) alone. With a virtual clock, move it and call `run_due`; with a real one,
    call `run_in_background`. `speed`: how many times as fast as the wall clock `now` runs. The same `seed` gives the
    same SIDs and the same chances. `calls_per_second` and `segments_per_second` (for each sender) make the carrier
    queue as Twilio does, by default 1 each there; None lets everything out at once.

    `stop` and a later `start` are an outage: nothing listens meanwhile, nothing is forgotten, the port stays.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        now: Callable[[], datetime],
        speed: float = 1.0,
        seed: int = 0,
        host: str = "127.0.0.1",
        port: int = 0,
        calls_per_second: float | None = None,
        segments_per_second: float | None = None,
    ) -> None:
        super().__init__(
            account_sid,
            auth_token,
            now=now,
            speed=speed,
            seed=seed,
            calls_per_second=calls_per_second,
            segments_per_second=segments_per_second,
        )
        self._host = host
        self._server = HttpServer(RestApi(self).app, host, port)

    @property
    def url(self) -> str:
        """Where its API listens, such as `http://127.0.0.1:PORT`; final after `start`."""
        return f"http://{self._host}:{self._server.port}"

    def host(self, twiml: str) -> str:
        """Keep a document at the carrier, as a TwiML bin does; its URL answers while the application is down.

        Raises ValueError for a document that a call could not execute, RuntimeError before the first `start`.
        """
        if not self._server.port:
            raise RuntimeError("start the carrier first: it has no port yet, so its documents have no URL")
        return self.url + self.hosting.keep(twiml)

    async def start(self) -> None:
        """Bind the port and listen, in the running loop. Raises OSError when the port is taken."""
        await self._server.start()

    async def run_in_background(self) -> None:
        """Start doing things as they fall due, until `stop`.

        Webhooks run at the same time as each other, except those about one message or call, which keep their order.
        """
        self._runner.start()

    async def stop(self) -> None:
        """Stop listening, and stop running in the background."""
        await self._runner.stop()
        self.faults.release()
        await self._server.stop()
        self.callbacks.close()
        # A dropped connection learns of it in the loop's next iteration, and the loop may end right after this.
        await asyncio.sleep(0)

    async def __aenter__(self) -> SimulatedCarrier:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
