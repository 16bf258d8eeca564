"""A town to rehearse in: the real service and a simulated carrier, talking over real HTTP, under one virtual clock.

Nothing happens by itself: `settle` does whatever is due on either side, `pass_time` moves the clock from one due moment
to the next. So a night passes in milliseconds, and it is the same night every time.
"""

import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from starlette.types import Receive, Scope, Send

from dispatch.actions.roster.edit_roster import new_key
from dispatch.actions.schedule.change_roster import import_roster
from dispatch.app import Service
from dispatch.carriers.doors import Door, Doors
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.roster import Roster
from dispatch.settings import Settings, load_settings
from dispatch.store import nodes
from twilio_simulator import Phone, SimulatedCarrier
from twilio_simulator.server import HttpServer, listen_on_free_port

ACCOUNT_SID = "AC" + "5" * 32
AUTH_TOKEN = "simulated-token"  # noqa: S105  # the simulated carrier's; it opens nothing
OUR_NUMBER = "+15625550100"
COORDINATOR = "cora"
"""Whom the coordinator's key belongs to."""


class VirtualClock:
    """A clock that moves only when it is told to."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


@dataclass(slots=True)
class Town:
    """Where a story takes place. `agency_keys` open call-outs, `coordinator_key` reads reports."""

    service: Service
    carrier: SimulatedCarrier
    clock: VirtualClock
    url: str
    roster: Roster
    carrier_timeout: float
    seed: int
    agency_keys: dict[str, str] = field(default_factory=dict)
    coordinator_key: str = ""
    lives: int = 1

    def phone_of(self, person_id: str) -> Phone:
        person = self.roster.person(person_id)
        if person is None:
            raise LookupError(f"nobody is called {person_id!r}")
        return self.carrier.phone(person.phone)

    async def crash(self) -> None:
        """The process dies and another one starts: what it had in memory is gone, what it was sending is cut off."""
        await self.service.abandon()
        self.lives += 1
        self.service = Service(
            self.service.settings,
            now=self.clock,
            chance=random.Random(f"life {self.lives} of {self.seed}"),
            carrier_timeout=self.carrier_timeout,
        )
        await self.service.open()

    async def settle(self) -> None:
        """Do whatever is due now, on both sides, until nothing is."""
        while await self.service.run_due() + await self.carrier.run_due():
            pass

    async def next_due(self) -> datetime | None:
        moments = (await self.service.next_due(), self.carrier.next_due())
        return min((moment for moment in moments if moment is not None), default=None)

    async def pass_time(self, span: timedelta) -> None:
        """Let time pass, stopping at every moment at which something is due."""
        await self.until(self.clock.moment + span)

    async def until(self, end: datetime) -> None:
        """Let time pass until `end`."""
        await self.settle()
        # First, so that no board finds a node that has been silent since the clock was moved.
        await self.service.database.write(lambda tx: nodes.beat(tx, self.service.node, max(self.clock(), end)))
        while (due := await self.next_due()) is not None and due <= end:
            self.clock.moment = max(self.clock.moment, due)
            await self.settle()
        self.clock.moment = max(self.clock.moment, end)


@asynccontextmanager
async def town(
    database_url: str,
    roster: Roster,
    *,
    start: datetime,
    seed: int = 0,
    carrier_timeout: float = 10.0,
    **settings: Any,
) -> AsyncIterator[Town]:
    """A town that lives inside the block, at `start`, with `roster` and a key for each calling agency."""
    clock = VirtualClock(start)
    async with SimulatedCarrier(ACCOUNT_SID, AUTH_TOKEN, now=clock, seed=seed) as carrier:
        listener = listen_on_free_port()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        configured = town_settings(database_url, url, carrier.url, **settings)
        service = Service(configured, now=clock, chance=random.Random(seed), carrier_timeout=carrier_timeout)
        set_up_number(carrier, url)
        place = Town(service, carrier, clock, url, roster, carrier_timeout, seed)
        try:
            await service.open()
            async with serving(lambda: place.service, listener):
                place.agency_keys, place.coordinator_key = await furnish(service, roster)
                yield place
        finally:
            await place.service.stop()


def doors(public_url: str) -> Doors:
    """Where the simulated carrier reaches the service, which takes it for Twilio."""
    return Doors(public_url, "twilio")


def set_up_number(carrier: SimulatedCarrier, public_url: str) -> None:
    """Point our number at the service at `public_url`."""
    here = doors(public_url)
    carrier.number(
        OUR_NUMBER,
        sms_url=here.address(Door.TEXT),
        voice_url=here.address(Door.HOTLINE),
        voice_status_url=here.address(Door.HOTLINE_NEWS),
    )


def town_settings(database_url: str, public_url: str, carrier_url: str, **more: Any) -> Settings:
    """Settings of a service that uses the simulated carrier on this machine; what is not given here is read as usual.

    Raises `BadSettings`.
    """
    here = {"allowed_hosts": "127.0.0.1,localhost"}
    return load_settings(
        database_url=database_url,
        public_url=public_url,
        twilio_account_sid=ACCOUNT_SID,
        twilio_auth_token=AUTH_TOKEN,
        twilio_from=OUR_NUMBER,
        twilio_api_url=carrier_url,
        **here | more,
    )


async def furnish(service: Service, roster: Roster) -> tuple[dict[str, str], str]:
    """Import `roster`; returns a key for each calling agency, and a coordinator's."""
    runner = service.runner
    await runner.act(import_roster, roster, OPERATOR, Source.CLI, at_once=True)
    codes = [agency.code for agency in roster.callers]
    keys = {code: (await runner.act(new_key, OPERATOR, Source.CLI, agency=code)).key for code in codes}
    coordinator = await runner.act(new_key, OPERATOR, Source.CLI, coordinator=COORDINATOR)
    return keys, coordinator.key


class Website(Protocol):
    """Something that answers HTTP: a service, or what stands in front of several."""

    @property
    def web(self) -> Callable[[Scope, Receive, Send], Awaitable[None]]: ...


@asynccontextmanager
async def serving(service: Callable[[], Website], listener: socket.socket) -> AsyncIterator[None]:
    """Answer HTTP on `listener` inside the block, in this loop, with the service that `service` returns by then."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await service().web(scope, receive, send)

    server = HttpServer(answer, behind_proxy=True)
    await server.start(listener)
    try:
        yield
    finally:
        await server.stop(patience=1.0)
