"""Rounds of work: meet the deadlines that are due and claim the pages that are, in one transaction; then send these.

The heartbeat says when. A round only starts the sends, so that one that hangs holds up no other round.
"""

from datetime import datetime, timedelta
from functools import partial

from dispatch.actions.calendar import run_calendar
from dispatch.actions.keep_watch import alarm_when_late, make_up_for
from dispatch.actions.office import Office
from dispatch.actions.send_pages import Room
from dispatch.actions.take_due import Due, take_due
from dispatch.store import claims, deadlines
from dispatch.store.engine.database_errors import DatabaseUnreachable
from dispatch.store.pages import Lane
from dispatch.store.transaction import Transaction
from dispatch.worker.sender import Sender


class Rounds:
    """What node `node_id` does when something may be due; what it claims is sent by `sender`."""

    def __init__(self, office: Office, sender: Sender, node_id: str) -> None:
        self._office, self._sender, self._node_id = office, sender, node_id

    async def start_due(self) -> int:
        """Meet every deadline that is due, and start whatever can be sent; returns how much that was."""
        count = 0
        while True:
            room = self._sender.room
            try:
                if self._sender.lost_track:
                    await self._give_back()
                due = await self._office.database.write(partial(self._take_due, room))
            except DatabaseUnreachable:
                self._sender.lost_track = True  # it may have been committed all the same
                raise
            self._sender.start(due.pages)
            count += due.met + len(due.pages)
            # With no room left deadlines are met all the same, but not again and again: whoever ends a send wakes us.
            if not due.more and not any(_is_used_up(lane, room, due) for lane in Lane):
                return count

    async def run_due(self) -> int:
        """Do everything that is due, and wait until it is done; returns how much that was."""
        done = 0
        while count := await self.start_due():
            await self._sender.settle()
            done += count
        return done

    async def next_due(self) -> datetime | None:
        """When the next deadline or page is due."""
        moments = await self._office.database.read(lambda tx: (deadlines.next_due(tx), claims.next_due(tx)))
        return min((moment for moment in moments if moment is not None), default=None)

    async def make_up_for(self, set_back: timedelta) -> None:
        """The clock was set back by so much: what is due is due by the new one."""
        await self._office.act(make_up_for, set_back)

    async def watch(self) -> None:
        """Alarm when work is late, and do what the calendar says is to be done by now."""
        await self._office.act(alarm_when_late)
        await self._office.act(run_calendar)

    async def _give_back(self) -> None:
        """What is claimed by us and nobody works on is due again now, not when its lease ends."""
        # A send may fail while the database is asked.
        in_hand, self._sender.lost_track = self._sender.in_hand, False
        await self._office.database.write(lambda tx: claims.give_back(tx, self._node_id, in_hand, self._office.now()))

    def _take_due(self, room: Room, tx: Transaction) -> Due:
        return take_due(tx, self._office.desk(), room, self._node_id)


def _is_used_up(lane: Lane, room: Room, due: Due) -> bool:
    """Whether there was room, and is none any more: there may be more to claim."""
    return 0 < room[lane] == sum(claimed.page.lane is lane for claimed in due.pages)
