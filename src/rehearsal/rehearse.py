"""Plays the story of one seed to its end, or until something happens that must never happen."""

import asyncio
import gc
import hashlib
import logging
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog

from dispatch.store import tables as t
from dispatch.store.schema import upgrade
from rehearsal import law
from rehearsal.acting import Actors
from rehearsal.bridges import Bridges
from rehearsal.events import Event, Open
from rehearsal.finale import finale
from rehearsal.hotline_callers import Callers
from rehearsal.law import Violated
from rehearsal.ledger import Ledger
from rehearsal.schedule_editors import Editors
from rehearsal.shift_testing import starts
from rehearsal.stage import RehearsalStage, staged
from rehearsal.step_times import StepTimes
from rehearsal.story import roster_for
from rehearsal.swappers import Swappers
from rehearsal.touched import watch
from rehearsal.troubles import LeapingLoop

_MEMORY = Path("/dev/shm")  # noqa: S108  # it only gets folders with names of their own
_LOGGED = {"deadline failed", "sending failed", "work is late"}
_ALL_EVERY = 400  # steps


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that must never happen, and did. `step` counts the events of the story from 1."""

    invariant: str
    detail: str
    step: int
    moment: datetime
    timeline: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Two failures with the same name count as the same."""
        return self.invariant


@dataclass(frozen=True, slots=True)
class SeedOutcome:
    """How one story ended. With one node, two runs of a seed have the same `digest`."""

    seed: int
    callouts: int
    seconds: float
    counts: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    digest: str = ""
    failure: Failure | None = None


def rehearse(
    seed: int,
    story: Sequence[Event],
    *,
    database_url: str | None = None,
    nodes: int = 1,
) -> SeedOutcome:
    """Play `story`. Without a database it gets one of its own, in memory where the system offers that."""
    began = time.process_time()
    with _database(database_url) as url, _quiet() as logged, asyncio.Runner(loop_factory=LeapingLoop) as runner:
        outcome = runner.run(_play(seed, story, url, nodes, logged))
    return SeedOutcome(**{**_fields(outcome), "seconds": time.process_time() - began})


def _fields(outcome: SeedOutcome) -> dict[str, Any]:
    return {name: getattr(outcome, name) for name in SeedOutcome.__slots__}


@contextmanager
def _database(url: str | None) -> Iterator[str]:
    if url is not None:
        yield url
        return
    with tempfile.TemporaryDirectory(prefix="rehearsal-", dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        yield f"sqlite:///{shutil.copy(_template(), Path(folder) / 'dispatch.db')}"


_made: list[tuple[tempfile.TemporaryDirectory[str], Path]] = []


def _template() -> Path:
    """A migrated file to copy, made once for each process."""
    if not _made:
        folder = tempfile.TemporaryDirectory(prefix="rehearsal-template-")
        file = Path(folder.name) / "dispatch.db"
        upgrade(f"sqlite:///{file}")
        watch(file)
        _made.append((folder, file))
    return _made[0][1]


@contextmanager
def _quiet() -> Iterator[list[str]]:
    """Print nothing that the service logs; collect the errors that it should not have had."""
    logged: list[str] = []

    def keep(_logger: object, method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
        said = str(event.get("error", ""))
        if method in ("error", "exception") and event.get("event") in _LOGGED and "DatabaseUnreachable" not in said:
            about = [f"{name}={value}" for name, value in event.items() if name != "exc_info"]
            logged.append(" ".join([*about, repr(sys.exc_info()[1])]))
        raise structlog.DropEvent

    before = structlog.get_config()
    disabled = logging.root.manager.disable
    structlog.configure(processors=[keep])
    logging.disable(logging.CRITICAL)
    try:
        yield logged
    finally:
        structlog.configure(**before)
        logging.disable(disabled)


async def _play(seed: int, story: Sequence[Event], url: str, nodes: int, logged: list[str]) -> SeedOutcome:
    gc.collect()
    gc.freeze()
    failure = None
    async with staged(url, roster_for(seed), start=starts(seed), seed=seed, nodes=nodes) as stage:
        stage.wrong = logged
        ledger = Ledger(stage)
        step_times = StepTimes(stage)
        callers = Callers(stage, ledger)
        bridges = Bridges(stage, ledger)
        actors = Actors(stage, ledger, callers, bridges, Editors(stage, ledger), Swappers(stage, ledger))

        async def check() -> None:
            await ledger.check()
            await step_times.check()
            await callers.check()
            await bridges.check()

        stage.after_step = check
        step = 0
        try:
            await stage.compare_calls()  # calls from before the first comparison are not ours
            for step, event in enumerate(story, 1):
                await _reach(stage, event, story[step - 2].at if step > 1 else 0.0)
                await actors.do(event.act)
                await stage.settle()
                if stage.steps % _ALL_EVERY == 0:
                    await law.check_all(stage.books)
            actors.calm()
            await finale(stage, ledger, actors)
            await bridges.check_over()
        except Violated as violated:
            timeline = await _timeline(stage, violated.callout) if violated.callout else ()
            failure = Failure(violated.invariant, violated.detail, step, stage.now, timeline)
        actors.close()
        await callers.count()
        digest = await _digest(stage)
        opened = sum(isinstance(event.act, Open) for event in story[:step])
        ledger.counts["steps"] = stage.steps
        return SeedOutcome(seed, opened, 0.0, ledger.counts, stage.troubles.struck, digest, failure)


async def _reach(stage: RehearsalStage, event: Event, before: float) -> None:
    """Let the time between two events pass. It counts from now, because the clock may have jumped."""
    if stage.steps == 0:
        await stage.settle()
    await stage.until(stage.now + timedelta(seconds=event.at - before))


async def _timeline(stage: RehearsalStage, callout: str) -> tuple[str, ...]:
    notes = sa.select(t.timeline.c.at, t.timeline.c.kind, t.timeline.c.text, t.timeline.c.source)
    found = await stage.books.rows(notes.where(t.timeline.c.callout == callout).order_by(t.timeline.c.id))
    lines = [f"{at:%H:%M:%S}  {kind:<14} {text}  [{source}]" for at, kind, text, source in found]
    rows = sa.select(
        t.page.c.id,
        t.page.c.purpose,
        t.page.c.channel,
        t.page.c.person,
        t.page.c.state,
        t.page.c.due_at,
        t.page.c.failure,
    ).where(t.page.c.callout == callout)
    pages = [
        f"page {id_[-12:]}  {purpose} by {channel} to {person}: {state}"
        + (f", due {due_at:%H:%M:%S}" if due_at else "")
        + (f" ({failure})" if failure else "")
        for id_, purpose, channel, person, state, due_at, failure in await stage.books.rows(rows.order_by(t.page.c.id))
    ]
    deadlines = sa.select(t.deadline.c.kind, t.deadline.c.person, t.deadline.c.due_at)
    due = await stage.books.rows(deadlines.where(t.deadline.c.callout == callout).order_by(t.deadline.c.due_at))
    assigned = sa.select(
        t.assignment.c.person,
        t.assignment.c.role,
        t.assignment.c.acknowledged_at,
        t.assignment.c.released_at,
        t.assignment.c.en_route_at,
        t.assignment.c.arrived_at,
        t.assignment.c.cleared_at,
        t.assignment.c.home_at,
    )
    who = await stage.books.rows(assigned.where(t.assignment.c.callout == callout).order_by(t.assignment.c.id))
    return (
        *lines,
        *pages,
        *(f"deadline {kind} {person or ''} {due_at:%H:%M:%S}" for kind, person, due_at in due),
        *(
            f"assignment {person} {role} " + " ".join(f"{m:%H:%M:%S}" if m else "-" for m in moments)
            for person, role, *moments in who
        ),
    )


async def _digest(stage: RehearsalStage) -> str:
    """A digest of all that anybody can see: every timeline, every page's fate, every text and call on a phone."""
    digest = hashlib.sha256()

    def add(*parts: object) -> None:
        # Two runs differ in nothing but the ports.
        line = (
            "\t".join(map(str, parts)).replace(stage.url, "http://service").replace(stage.carrier.url, "http://carrier")
        )
        digest.update(line.encode() + b"\n")

    notes = sa.select(t.timeline.c.callout, t.timeline.c.at, t.timeline.c.kind, t.timeline.c.text, t.timeline.c.source)
    for row in await stage.books.rows(notes.order_by(t.timeline.c.id)):
        add("note", *row)
    columns = [t.page.c[name] for name in ("id", "callout", "person", "purpose", "channel", "text", "state", "sid")]
    for row in await stage.books.rows(sa.select(*columns).order_by(t.page.c.id)):
        add("page", *row)
    for phone in sorted(stage.carrier.phones, key=lambda phone: phone.number):
        for text in phone.texts:
            add("text", phone.number, text.received_at, text.sid, text.body)
        for call in (*phone.calls, *phone.dialled):
            add("call", phone.number, call.created_at, call.sid, call.status, call.digits, *call.heard)
    return digest.hexdigest()
