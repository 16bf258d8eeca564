"""Puts the service together: the one file that knows every other, and the only one that reads a clock."""

import asyncio
import contextlib
import random
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from importlib import metadata
from typing import TYPE_CHECKING

import structlog

from dispatch.actions.calendar import run_calendar
from dispatch.actions.keep_watch import alarm_when_late, arrive, beat, leave, make_up_for
from dispatch.actions.office import Office
from dispatch.actions.send_pages import Room
from dispatch.actions.take_due import Due, take_due
from dispatch.carriers.twilio.client import TwilioCarrier
from dispatch.outbound.webhook import WebhookSender
from dispatch.settings import Settings
from dispatch.store import claims, deadlines, schema
from dispatch.store.engine.database import Database
from dispatch.store.engine.database_errors import DatabaseUnreachable
from dispatch.store.nodes import Node
from dispatch.store.pages import Lane
from dispatch.store.transaction import Transaction
from dispatch.worker.health import Health
from dispatch.worker.heartbeat import BEAT_SECONDS, Heartbeat
from dispatch.worker.metrics import Metrics
from dispatch.worker.ping import PING_SECONDS, Ping
from dispatch.worker.pulse import Pulse
from dispatch.worker.sender import Sender

if TYPE_CHECKING:
    from fastapi import FastAPI

    from dispatch.store.engine.bell import Bell

_log = structlog.get_logger("dispatch")

_CARRIER_CHECK_SECONDS = 60
_WATCH_SECONDS = 10
VERSION = metadata.version("dispatch")


def wall_clock() -> datetime:
    return datetime.now(UTC)


def faster_clock(speed: float, start: datetime | None = None) -> Callable[[], datetime]:
    """A clock that runs `speed` times as fast as the wall clock, from `start` (now, when it is not given)."""
    begun = wall_clock()
    start = start or begun
    return lambda: start + (wall_clock() - begun) * speed


class SchemaTooOld(RuntimeError):
    """the database has older tables than this version needs"""


def _is_used_up(lane: Lane, room: Room, due: Due) -> bool:
    """Whether there was room, and is none any more: there may be more to claim."""
    return 0 < room[lane] == sum(one.page.lane is lane for one in due.pages)


def _address(settings: Settings) -> str:
    return f"{socket.gethostname()}:{settings.port}" if settings.port else ""


class Service:
    """One node of the service. `now` and `speed` give it another clock, `chance` another source of ids and codes.

    In service it works by itself between `start` and `stop`. A test or a rehearsal opens it with `open` instead and
    does the due work by calling `run_due`; `one_at_a_time` then sends in a fixed order. `database` stands in for
    the one that the settings name.
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
    ) -> None:
        self.settings = settings
        self.database = database or Database(settings.database_url, alone=True)
        self.office = Office(
            self.database,
            now=now,
            chance=chance or random.SystemRandom(),
            timings=settings.timings,
            public_url=settings.public_url,
        )
        self.carrier = TwilioCarrier(
            settings.twilio_account_sid,
            settings.twilio_auth_token.get_secret_value(),
            settings.twilio_from,
            api_url=settings.twilio_api_url,
            read_timeout=carrier_timeout,
        )
        self.node = Node(self.office.desk().new_id(), _address(settings), VERSION, now())
        self._bell: Bell | None = None
        self._webhooks = WebhookSender()
        self.heartbeat = Heartbeat(self._start_due, self.next_due, self._make_up_for, now=now, speed=speed)
        self.health = Health(self.office, self.heartbeat.is_late)
        self.metrics = Metrics(self.office, VERSION, self.heartbeat.age, lambda: self.health.carrier_trouble is None)
        self._pulse = Pulse(now)
        self.sender = Sender(
            self.office, self.carrier, self._webhooks, self.metrics.observe, self._pulse, one_at_a_time=one_at_a_time
        )

    @cached_property
    def web(self) -> "FastAPI":
        """The doors. Imported and built when they are first asked for: a service that was cut off has pages to send
        first, and none of them needs a door."""
        from dispatch.carriers.twilio.signature import twilio_signature_ok
        from dispatch.inbound import doors
        from dispatch.serving.limits import BodyLimit

        check = partial(twilio_signature_ok, self.settings.twilio_auth_token.get_secret_value())
        web = doors.build(self.office, self.health, check, self.metrics)
        web.add_middleware(BodyLimit)
        return web

    async def open(self) -> None:
        """Open the database, which must have this version's tables (SQLite's are brought up to date here)."""
        if self.database.is_sqlite:
            self.database.lock()  # before the tables change: another service may be at work on them
            await asyncio.to_thread(schema.upgrade, self.settings.database_url)
        await self.database.open()
        if schema.is_older(await self.database.read(schema.current_version)):
            raise SchemaTooOld("the database is not up to date: run `dispatch migrate` first")
        if self.database.is_sqlite:
            # The only node has just started, so whatever is claimed was claimed by one that is gone.
            await self.database.write(lambda tx: claims.orphan(tx, self.office.now()))
        await self.office.act(arrive, self.node)

    async def start(self) -> None:
        """Open, and work from now on."""
        began_at = self.office.now()
        await self.open()
        self.office.wake = self.heartbeat.wake
        if not self.database.is_sqlite:
            from dispatch.store.engine.bell import Bell

            self._bell = Bell(self.database.url, self.heartbeat.wake)
            self._bell.start()
            self._pulse.beaten(began_at)  # it has said that it lives
            self.office.wake = self._wake_all
        self.heartbeat.every(BEAT_SECONDS, self._beat)
        self.heartbeat.every(_WATCH_SECONDS, self._watch)
        self.heartbeat.every(_CARRIER_CHECK_SECONDS, self._check_carrier)
        if self.settings.ping_url is not None:
            self.heartbeat.every(PING_SECONDS, Ping(self.settings.ping_url, self.health.troubles).send_if_well)
        self.heartbeat.start()
        self._checking = asyncio.create_task(self._check_carrier())

    async def caught_up(self, seconds: float) -> None:
        """Wait until what was due at the start has been worked off, `seconds` at most."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.heartbeat.first_round.wait()
                await self.sender.settle()

    async def stop(self) -> None:
        await self.heartbeat.stop()
        if self._bell is not None:
            await self._bell.stop()
        await self.sender.settle()
        with contextlib.suppress(DatabaseUnreachable):
            await self.database.write(lambda tx: leave(tx, self.office.desk(), self.node))
        await self.carrier.close()
        await self._webhooks.close()
        await self.database.close()

    async def abandon(self) -> None:
        """End as a killed process does: nothing is finished, nothing is said; what is claimed stays claimed."""
        await self.heartbeat.stop()
        await self.sender.drop()
        await self.carrier.close()
        await self._webhooks.close()
        await self.database.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Service"]:
        """Working inside the block."""
        try:
            await self.start()
            yield self
        finally:
            await self.stop()

    async def run_due(self) -> int:
        """Do everything that is due, and wait until it is done; returns how much that was."""
        done = 0
        while count := await self._start_due():
            await self.sender.settle()
            done += count
        return done

    async def next_due(self) -> datetime | None:
        """When the next deadline or page is due."""
        moments = await self.database.read(lambda tx: (deadlines.next_due(tx), claims.next_due(tx)))
        return min((moment for moment in moments if moment is not None), default=None)

    async def _start_due(self) -> int:
        count = 0
        while True:
            room = self.sender.room
            try:
                if self.sender.lost_track:
                    await self._give_back()
                due = await self.database.write(partial(self._take_due, room))
            except DatabaseUnreachable:
                self.sender.lost_track = True  # it may have been committed all the same
                raise
            self.sender.start(due.pages)
            count += due.met + len(due.pages)
            # With no room left deadlines are met all the same, but not again and again: whoever ends a send wakes us.
            if not due.more and not any(_is_used_up(lane, room, due) for lane in Lane):
                return count

    async def _give_back(self) -> None:
        """What is claimed by us and nobody works on is due again now, not when its lease ends."""
        in_hand, self.sender.lost_track = self.sender.in_hand, False  # a send may fail while the database is asked
        await self.database.write(lambda tx: claims.give_back(tx, self.node.id, in_hand, self.office.now()))

    def _take_due(self, room: Room, tx: Transaction) -> Due:
        return take_due(tx, self.office.desk(), room, self.node.id)

    async def _make_up_for(self, set_back: timedelta) -> None:
        await self.office.act(make_up_for, set_back)

    def _wake_all(self) -> None:
        self.heartbeat.wake()
        if self._bell is not None:
            self._bell.ring()

    async def _beat(self) -> None:
        began_at = self.office.now()
        if await self.office.act(beat, self.node):
            self.heartbeat.wake()
        if not self.database.is_sqlite:  # the only node on its file is taken for dead by nobody
            self._pulse.beaten(began_at)

    async def _watch(self) -> None:
        await self.office.act(alarm_when_late)
        await self.office.act(run_calendar)

    async def _check_carrier(self) -> None:
        trouble = await self.carrier.check()
        if trouble is not None:
            _log.error("carrier check failed", trouble=trouble)
        self.health.carrier_trouble = trouble
