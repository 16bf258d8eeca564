"""This node among the others on its database: it reports that it is alive, and wakes the others when there is work.

On SQLite there are no other nodes, so it listens to none, and none can take it for dead.
"""

import asyncio
import socket
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from dispatch.actions.alarms.keep_watch import arrive, beat, leave, seen_ahead
from dispatch.actions.runner import Runner
from dispatch.store.delivery import claims
from dispatch.store.nodes import DEAD_AFTER, Node
from dispatch.worker.pulse import Pulse

if TYPE_CHECKING:
    from dispatch.store.engine.waker import Waker


def node_name(port: int) -> str:
    """What the node that listens on this port is called: machine:port. Empty when the port is not known yet."""
    return f"{socket.gethostname()}:{port}" if port else ""


class Membership:
    """Calls `wake` when another node says that there may be work."""

    def __init__(self, runner: Runner, node: Node, pulse: Pulse, wake: Callable[[], None]) -> None:
        self._runner, self._node, self._pulse, self._wake = runner, node, pulse, wake
        self._waker: Waker | None = None

    async def arrive(self) -> datetime:
        """Report that this node has started. Pages that dead nodes had claimed become due now. Returns when the node
        began to report that."""
        seen = await self._runner.ask(seen_ahead, self._node)
        if seen is not None and not self._runner.database.is_sqlite:
            await asyncio.sleep(DEAD_AFTER.total_seconds())
        began_at = self._runner.now()
        await self._runner.act(arrive, self._node, seen)
        if self._runner.database.is_sqlite:
            # This is the only node and it has just started, so every claim belongs to one that is gone.
            await self._runner.database.write(lambda tx: claims.orphan(tx, self._runner.now()))
        return began_at

    def start(self, arrived_at: datetime) -> None:
        """From now on a commit wakes every node. `arrived_at` is when this node began to report that it had started."""
        self._runner.wake = self._wake
        if self._runner.database.is_sqlite:
            return
        from dispatch.store.engine.waker import Waker  # needs asyncpg, which a service on SQLite starts without

        self._waker = Waker(self._runner.database.url, self._rung)
        self._waker.start()
        self._pulse.beaten(arrived_at)
        self._runner.wake = self._wake_all

    async def beat(self) -> None:
        """Report that this node is alive, and take over the work of nodes that have died.

        The report goes ahead of other writes. Behind a storm of call-outs on a slow machine it came so late that the
        node took itself for dead, and did not send its first hundred pages until the storm was over.
        """
        began_at = self._runner.now()
        if await self._runner.act_ahead(beat, self._node):
            self._wake()
        if not self._runner.database.is_sqlite:
            self._pulse.beaten(began_at)

    async def stop(self) -> None:
        """Stop listening to the other nodes."""
        if self._waker is not None:
            await self._waker.stop()

    async def leave(self) -> None:
        """Report that this node stops. Raises `DatabaseUnreachable`; the others then find out by themselves."""
        await self._runner.database.write(lambda tx: leave(tx, self._runner.context(), self._node))

    def _rung(self) -> None:
        """Another node has committed something."""
        self._wake()
        self._runner.tell_watchers()

    def _wake_all(self) -> None:
        self._wake()
        if self._waker is not None:
            self._waker.ring()
