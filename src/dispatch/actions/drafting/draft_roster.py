"""A draft of a rotation's nights: read from the roster, filled in a process of its own, given as an edit.

The law: filling never runs in the service's process. It takes up to seconds of a processor, and whoever waits for a
page would wait for it. The process that fills gets nights and ids alone, and knows no database.
"""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta

from dispatch.actions.context import Context
from dispatch.actions.runner import Runner
from dispatch.actions.schedule.federal_holidays import federal_holidays
from dispatch.rules.drafting.draft_nights import CannotDraft, DraftTask, Wish, coming_monday, draft_task
from dispatch.rules.drafting.drafted import Draft, drafted
from dispatch.rules.drafting.filling import DraftNight
from dispatch.store.covers import absences
from dispatch.store.transaction import Transaction

WEEKS = 13
"""A quarter."""
_FILLS = (sys.executable, "-P", "-m", "dispatch.actions.drafting")


async def draft_roster(runner: Runner, rotation: str, weeks: int = WEEKS, first: date | None = None) -> Draft:
    """Whose the nights of `weeks` would be, from the night of `first`, or from the coming Monday. Changes nothing.
    Raises `CannotDraft`."""
    task = await runner.ask(_read_task, rotation, weeks, first)
    return drafted(task, await _filled(task.nights))


def _read_task(tx: Transaction, context: Context, rotation: str, weeks: int, first: date | None) -> DraftTask:
    first, now = first or coming_monday(context.now), context.now
    # A holiday's night begins on it or on the day before. A span that is refused has none.
    days = timedelta(days=7 * max(0, min(weeks, 52)) + 3)
    holidays = federal_holidays(first, first + days) if first.year < 2099 else {}
    wishes = [Wish(one.person, one.starts_at, one.ends_at) for one in absences.standing(tx, now)]
    return draft_task(context.roster(tx), rotation, first, weeks, holidays.keys(), now, wishes)


async def _filled(nights: Sequence[DraftNight]) -> list[str | None]:
    """A program of its own and no pool of processes: it begins small, ends with its draft, and a service that nobody
    asks for drafts has none."""
    process = await asyncio.create_subprocess_exec(*_FILLS, stdin=PIPE, stdout=PIPE)
    try:
        said, _ = await process.communicate(json.dumps([asdict(one) for one in nights]).encode())
    finally:
        if process.returncode is None:
            process.kill()  # whoever asked has gone
    if process.returncode != 0:
        raise CannotDraft("the draft took too long and was given up; ask for fewer weeks")
    held: list[str | None] = json.loads(said)
    return held
