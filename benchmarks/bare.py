"""The service with a part left out, to compare figures with, in its own process: `python -m benchmarks.bare PORT KIND`.

`without-database` is the service's own application with a runner that stores nothing: same parsing, checks, answer.
`without-paging` is the whole service with a heartbeat that never starts: durable intake and nothing else.
"""

import asyncio
import gc
import sys
from datetime import timedelta
from random import SystemRandom
from typing import Any

import uvicorn
from fastapi import FastAPI

from benchmarks.deployment import wall_clock
from dispatch import logs
from dispatch.actions.callout.open_callout import Opened
from dispatch.actions.runner import Runner
from dispatch.app import Service
from dispatch.carriers.twilio.client import TwilioCarrier
from dispatch.inbound import doors
from dispatch.rules.facts.callout import Details, Status
from dispatch.rules.facts.situation import Timings
from dispatch.serving.limits import BodyLimit
from dispatch.settings import load_settings
from dispatch.store.access.keys import ApiKey
from dispatch.store.callout.records import CallOutRecord
from dispatch.store.engine.database import Database
from dispatch.store.engine.job import Work
from dispatch.worker.admission import Admission
from dispatch.worker.health import Health


class _NoDatabase(Database):
    """Knows every key, and answers every call-out as opened without storing it."""

    def __init__(self) -> None:
        super().__init__("sqlite://")
        now = wall_clock()
        self._key = ApiKey("key_0", "LBPD", None, now)
        record = CallOutRecord(
            id="019a0000-0000-7000-8000-000000000000",
            code="K7Q",
            agency="LBPD",
            status=Status.PAGING,
            received_at=now,
            respond_by=now + timedelta(hours=1),
            details=Details("+15625550177"),
        )
        self._opened = Opened(record, fresh=True)

    async def write(self, work: Work[Any], *, together: bool = False, ahead: bool = False) -> Any:
        return self._opened, True  # like every action: its result, and whether to wake the worker

    async def read(self, work: Work[Any]) -> Any:
        return self._key


async def _well() -> None:
    """There is no carrier here that could fail the check."""


def _without_database() -> FastAPI:
    url = "http://127.0.0.1"
    runner = Runner(
        _NoDatabase(),
        now=wall_clock,
        chance=SystemRandom(),
        timings=Timings(),
        public_url=url,
        dials=lambda _phone: True,
    )
    carrier = TwilioCarrier("AC1", "token", "+15625550100", public_url=url)
    web = doors.build(runner, Health(runner, lambda: False, _well, "a node"), carrier, Admission(runner))
    web.add_middleware(BodyLimit)  # as the service has it
    return web


async def _serve(port: int, kind: str) -> None:
    service = None
    if kind == "without-paging":
        settings = load_settings()
        logs.configure(settings.log_level)
        service = Service(settings)
        await service.open()
    app = service.web if service is not None else _without_database()
    config = uvicorn.Config(
        app, port=port, http="httptools", ws="none", lifespan="off", log_config=None, access_log=False, backlog=2048
    )
    gc.collect()
    gc.freeze()  # as the service does
    await uvicorn.Server(config).serve()
    if service is not None:
        await service.database.close()


def main() -> None:
    config = uvicorn.Config(FastAPI(), http="httptools")
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_serve(int(sys.argv[1]), sys.argv[2]))


if __name__ == "__main__":
    main()
