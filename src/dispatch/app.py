"""Puts the service together. This is the one module that knows all others, and the only one that reads a clock."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib import metadata
from typing import TYPE_CHECKING

from dispatch.actions.delivery.send_pages import Claimed
from dispatch.actions.runner import Runner
from dispatch.carriers.carrier import Carrier
from dispatch.carriers.chosen import chosen_carrier
from dispatch.entrance import Entrance
from dispatch.outbound.webhook import WebhookSender
from dispatch.rules.delivery.sending import SendOutcome
from dispatch.rules.reader import gist
from dispatch.settings import Settings
from dispatch.store.delivery.pages import Lane
from dispatch.store.engine.database import Database
from dispatch.store.engine.database_errors import DatabaseUnreachable
from dispatch.store.nodes import Node
from dispatch.store.open_database import open_up_to_date
from dispatch.worker.admission import Admission
from dispatch.worker.health import CHECK_SECONDS, Health
from dispatch.worker.heartbeat import BEAT_SECONDS, Heartbeat
from dispatch.worker.membership import Membership, node_name
from dispatch.worker.metrics import Metrics
from dispatch.worker.missed_calls import COMPARE_SECONDS, MissedCalls
from dispatch.worker.on_the_phone import LOOK_SECONDS, Lookout
from dispatch.worker.ping import PING_SECONDS, Ping
from dispatch.worker.pulse import Pulse
from dispatch.worker.rounds import WATCH_SECONDS, Rounds
from dispatch.worker.sender import Sender

if TYPE_CHECKING:
    from fastapi import FastAPI

_LEARN_SECONDS = 5.0  # a newer key is looked up, like a stranger's
_PAGES_OUT_SECONDS = 60.0  # a carrier that hangs must not keep missed calls from being found

VERSION = metadata.version("dispatch")


def wall_clock() -> datetime:
    return datetime.now(UTC)


class Service:
    """One node of the service. `now` and `speed` give it another clock, `chance` another source of ids and codes.

    In production a node works by itself between `start` and `stop`. A test or a rehearsal opens it with `open` instead
    and does the due work by calling `run_due`, and `watch` now and then; with `one_at_a_time`, pages then go out in a
    fixed order. `database` replaces the one that the settings name, and `carrier` replaces Twilio.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        now: Callable[[], datetime] = wall_clock,
        speed: float = 1.0,
        chance: random.Random | None = None,
        carrier_timeout: float = 10.0,
        one_at_a_time: bool = False,
        database: Database | None = None,
        carrier: Carrier | None = None,
    ) -> None:
        self.settings = settings
        self.database = database or Database(settings.database_url, alone=True)
        self.runner = Runner(
            self.database,
            now=now,
            chance=chance or random.SystemRandom(),
            timings=settings.timings,
            public_url=settings.public_url,
            dials=settings.dials,
            contact_phone=settings.contact_phone,
            our_numbers=settings.our_numbers,
            speed=speed,
            allowed_hosts=settings.listed_allowed_hosts(),
        )
        self.carrier = carrier or chosen_carrier(settings, read_timeout=carrier_timeout)
        self.node = Node(self.runner.context().new_id(), node_name(settings.port), VERSION, now())
        self._webhooks = WebhookSender(VERSION, allowed_hosts=settings.listed_allowed_hosts())
        pulse = Pulse(now)
        self.metrics = Metrics(self.runner, VERSION)
        self.sender = Sender(
            self.runner, self.carrier, self._webhooks, self._observe, pulse, one_at_a_time=one_at_a_time
        )
        admission = Admission(self.runner)
        self._rounds = Rounds(self.runner, self.sender, admission, self.node.id)
        self.run_due, self.next_due = self._rounds.run_due, self._rounds.next_due
        self.watch = self._rounds.watch
        self.heartbeat = Heartbeat(
            self._rounds.start_due, self.next_due, self._rounds.make_up_for, now=now, speed=speed
        )
        self.health = Health(self.runner, self.heartbeat.is_late, self.carrier.check, self.node)
        self.metrics.watch(self.heartbeat.age, lambda: self.health.carrier_trouble is None)
        self.missed_calls = MissedCalls(self.runner, self.carrier)
        self.on_the_phone = Lookout(self.runner, self.carrier)
        self._entrance = Entrance(settings, self.runner, self.health, self.carrier, self.metrics, admission)
        self.learn_keys = self._entrance.learn_keys
        self._membership = Membership(self.runner, self.node, pulse, self.heartbeat.wake)

    def _observe(self, claimed: Claimed, outcome: SendOutcome) -> None:
        self.metrics.observe(claimed, outcome)
        if claimed.page.lane is not Lane.WEBHOOKS:
            self.health.heard(outcome)

    @property
    def web(self) -> "FastAPI":
        return self._entrance.web

    def let_viewers_go(self) -> None:
        """End every stream that a view has open, so that the server can stop."""
        self._entrance.let_viewers_go()

    async def open(self) -> datetime:
        """Open the database with this version's tables, and arrive; returns what `Membership.arrive` does. Raises what
        `open_up_to_date` raises."""
        await open_up_to_date(self.database)
        return await self._membership.arrive()

    async def start(self) -> None:
        """Open the database, and work from now on."""
        began_at = await self.open()
        self._membership.start(began_at)
        self.heartbeat.every(BEAT_SECONDS, self._membership.beat)
        self.heartbeat.every(WATCH_SECONDS, self.watch)
        self.heartbeat.every(CHECK_SECONDS, self.health.look)
        self.heartbeat.every(_LEARN_SECONDS, self.learn_keys)
        self.heartbeat.every(COMPARE_SECONDS, self.missed_calls.compare)
        self.heartbeat.every(LOOK_SECONDS, self.on_the_phone.look)
        if self.settings.ping_url is not None:
            hosts = self.settings.listed_allowed_hosts()
            ping = Ping(self.settings.ping_url, self.health.troubles, allowed_hosts=hosts)
            self.heartbeat.every(PING_SECONDS, ping.send_if_well)
        self.heartbeat.start()
        self._checking = asyncio.create_task(self.health.check_carrier())
        self._reader_ready = asyncio.create_task(self._get_reader_ready())
        self._looking_back = asyncio.create_task(self._look_back())

    async def _get_reader_ready(self) -> None:
        """Load what unclear texts are read with: at the first of them it would hold up every other write. In a thread,
        and once the pages that were left behind are claimed: they go first."""
        await self.heartbeat.first_round.wait()
        await asyncio.to_thread(gist.make_ready)

    async def _look_back(self) -> None:
        """Find the calls that came in while this node was down, once the pages that were left behind are out."""
        await self.heartbeat.first_round.wait()
        await self.caught_up(_PAGES_OUT_SECONDS)
        await self.missed_calls.compare(at_start=True)

    async def caught_up(self, seconds: float) -> None:
        """Wait until the work that was due at the start is done and unclear texts can be read, `seconds` at most."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.heartbeat.first_round.wait()
                await asyncio.wait({self._reader_ready})
                await self.sender.settle()

    async def stop(self) -> None:
        await self.heartbeat.stop()
        await self._membership.stop()
        await self.sender.settle()
        with contextlib.suppress(DatabaseUnreachable):
            await self._membership.leave()
        await self._close()

    async def abandon(self) -> None:
        """End as a killed process does: finish nothing, tell no other node, and leave what is claimed claimed."""
        await self.heartbeat.drop()
        await self.sender.drop()
        await self._close()

    async def _close(self) -> None:
        for name in ("_looking_back", "_reader_ready"):
            if (task := self.__dict__.get(name)) is not None:  # only what has started
                task.cancel()
                await asyncio.wait({task})
        await self._entrance.close()
        await self.carrier.close()
        await self._webhooks.close()
        await self.database.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Service"]:
        """The service, at work inside the block."""
        try:
            await self.start()
            yield self
        finally:
            await self.stop()
