"""Rounds of work: one transaction meets the due deadlines and claims the due pages; then those pages are sent.

The heartbeat says when. A round only starts the sends, so that a send that hangs does not hold up the next round.
"""

import asyncio
import contextlib
import math
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import ParamSpec, TypeVar

import structlog

from dispatch.actions.alarms.keep_watch import alarm_when_late, end_quiet_alarms, make_up_for, ring_on
from dispatch.actions.calendar import run_calendar
from dispatch.actions.callout.meet_deadlines import Met, meet_deadlines
from dispatch.actions.delivery.send_pages import Capacity, claim_pages
from dispatch.actions.hotline.take_call import open_due
from dispatch.actions.our_mistakes import tell_of_mistake
from dispatch.actions.runner import Action, Runner
from dispatch.actions.shifts.ask_cover import go_on_asking
from dispatch.actions.shifts.run_shift_tests import run_shift_tests
from dispatch.actions.take_due import Due, take_due
from dispatch.rules import admission
from dispatch.store import backlog
from dispatch.store.alarms import alarms
from dispatch.store.callout import deadlines
from dispatch.store.delivery import claims, due_pages
from dispatch.store.delivery.pages import Lane
from dispatch.store.engine.database_errors import DatabaseUnreachable
from dispatch.store.hotline import hotline_calls
from dispatch.worker.admission import Admission
from dispatch.worker.sender import Sender

_log = structlog.get_logger("dispatch.rounds")

P = ParamSpec("P")
T = TypeVar("T")

WATCH_SECONDS = 10  # how often a node checks whether work is late
_COUNTS_EVERY_SECONDS = 0.1


class Rounds:
    """What node `node_id` does when something may be due. `sender` sends the pages it claims; `admission` is told how
    far behind they are."""

    def __init__(self, runner: Runner, sender: Sender, admission: Admission, node_id: str) -> None:
        self._runner, self._sender, self._admission, self._node_id = runner, sender, admission, node_id
        self._counted_at = -math.inf

    async def start_due(self) -> int:
        """Meet every due deadline and start every send there is capacity for. Returns how many there were of both."""
        count = 0
        while True:
            capacity = self._sender.capacity
            try:
                if self._sender.lost_track:
                    await self._give_back()
                due = await self._taken(capacity)
            except DatabaseUnreachable:
                self._sender.lost_track = True  # the claims may have been committed all the same
                raise
            self._sender.start(due.pages)
            if due.met or due.pages:
                self._runner.tell_watchers()
            await self._tell_admission(capacity, due)
            count += due.met + len(due.pages)
            # With no capacity left, deadlines are still met once, but not in a loop: the end of a send wakes us again.
            if not due.more and not any(_is_used_up(lane, capacity, due) for lane in Lane):
                return count

    async def run_due(self) -> int:
        """Do everything that is due, and wait until it is done. Returns how much there was."""
        done = 0
        while count := await self.start_due():
            await self._sender.settle()
            done += count
        return done

    async def next_due(self) -> datetime | None:
        """When the next deadline, page, hotline call or cry for help is due. Full lanes are ignored: the end of a send
        wakes us."""
        lanes = tuple(lane for lane in Lane if self._sender.capacity[lane])
        moments = await self._runner.database.read(
            lambda tx: (
                *(deadlines.next_due(tx), due_pages.next_due(tx, lanes)),
                *(hotline_calls.next_due(tx), alarms.next_ring(tx)),
            )
        )
        return min((moment for moment in moments if moment is not None), default=None)

    async def make_up_for(self, set_back: timedelta) -> None:
        """The clock was set back by `set_back`: move the due times to the new clock."""
        await self._runner.act(make_up_for, set_back)

    async def watch(self) -> None:
        """Alarm when work is late, and do what the calendar says should be done by now. Each job stands apart: one that
        fails is told like any mistake of ours, and the others are done."""
        runner = self._runner
        job: Action[[], object]
        for job in (alarm_when_late, end_quiet_alarms, run_calendar):
            await self._stands_apart(job, runner.act(job))
        await self._stands_apart(run_shift_tests, run_shift_tests(runner))
        await self._stands_apart(go_on_asking, runner.act(go_on_asking))

    async def _stands_apart(self, job: Callable[..., object], work: Awaitable[object]) -> None:
        try:
            await work
        except DatabaseUnreachable as error:  # perhaps this job alone takes too long for it
            _log.warning("a job of the watch failed", job=job.__name__, error=repr(error))
        except Exception:
            _log.exception("a job of the watch failed", job=job.__name__)
            with contextlib.suppress(DatabaseUnreachable):
                await self._runner.act(tell_of_mistake, None)

    async def _tell_admission(self, capacity: Capacity, due: Due) -> None:
        """Say how many pages wait. They are counted only when not all were claimed, and not in every round."""
        if capacity[Lane.CARRIER] and not due.more and not _is_used_up(Lane.CARRIER, capacity, due):
            self._admission.hear(backlog.NO_BACKLOG)
            return
        loop_time = asyncio.get_running_loop().time()
        if loop_time - self._counted_at >= _COUNTS_EVERY_SECONDS:
            self._counted_at, now, agencies = loop_time, self._runner.now(), self._admission.agencies
            behind = await self._runner.database.read(lambda tx: backlog.ask(tx, now, admission.A_STORM, agencies))
            self._admission.hear(behind, hangs=self._sender.hears_nothing)

    async def _give_back(self) -> None:
        """Pages that this node has claimed but is not working on become due now, not when their lease ends."""
        # Cleared first, since a send may fail and set it again while we wait for the database.
        in_hand, self._sender.lost_track = self._sender.in_hand, False
        await self._runner.database.write(lambda tx: claims.give_back(tx, self._node_id, in_hand, self._runner.now()))

    async def _taken(self, capacity: Capacity) -> Due:
        """One round's work. If the round fails as a whole, each part of it runs by itself."""
        asking_for = self._sender.asking_for  # as it is now: the work runs in another thread on SQLite
        write, context, node = self._runner.database.write, self._runner.context, self._node_id
        try:
            return await write(lambda tx: take_due(tx, context(), capacity, node, asking_for))
        except DatabaseUnreachable:
            raise
        except Exception:
            # A bug of ours, outside the steps that can be put off one by one. Calls and deadlines keep no page waiting.
            _log.exception("a round failed")
        met = await self._part(meet_deadlines) or Met(0, more=False)
        opened = (await self._part(ring_on) or 0) + (await self._part(open_due) or 0)
        # When this fails too, the round has failed, and the heartbeat says so.
        claimed = await write(lambda tx: claim_pages(tx, context(), capacity, node, asking_for))
        return Due(met.count + opened, met.more or claimed.more, claimed.pages)

    async def _part(self, action: Action[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        try:
            return await self._runner.database.write(lambda tx: action(tx, self._runner.context(), *args, **kwargs))
        except DatabaseUnreachable:
            raise
        except Exception:
            _log.exception("a part of a round failed", part=action.__name__)
            return None


def _is_used_up(lane: Lane, capacity: Capacity, due: Due) -> bool:
    """Whether the lane had capacity and its claims have used it up: more pages may be due."""
    return 0 < capacity[lane] == sum(claimed.page.lane is lane for claimed in due.pages)
