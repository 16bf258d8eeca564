"""This node among the others on its database: it says that it lives, and wakes the others when there is work.

On SQLite there are no others. So nothing is heard of them there, and nobody takes this node for dead.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from dispatch.actions.keep_watch import arrive, beat, leave
from dispatch.actions.office import Office
from dispatch.store import claims
from dispatch.store.nodes import Node
from dispatch.worker.pulse import Pulse

if TYPE_CHECKING:
    from dispatch.store.engine.bell import Bell


class Membership:
    """`wake` is called when another node says that there may be work."""

    def __init__(self, office: Office, node: Node, pulse: Pulse, wake: Callable[[], None]) -> None:
        self._office, self._node, self._pulse, self._wake = office, node, pulse, wake
        self._bell: Bell | None = None

    async def arrive(self) -> None:
        """Say that it has started; what nodes that are gone had claimed is due now."""
        if self._office.database.is_sqlite:
            # The only node has just started, so whatever is claimed was claimed by one that is gone.
            await self._office.database.write(lambda tx: claims.orphan(tx, self._office.now()))
        await self._office.act(arrive, self._node)

    def start(self, arrived_at: datetime) -> None:
        """From now on a commit wakes every node; `arrived_at` is when this one began to say that it lives."""
        self._office.wake = self._wake
        if self._office.database.is_sqlite:
            return
        from dispatch.store.engine.bell import Bell  # it listens with asyncpg, which SQLite's service starts without

        self._bell = Bell(self._office.database.url, self._wake)
        self._bell.start()
        self._pulse.beaten(arrived_at)
        self._office.wake = self._wake_all

    async def beat(self) -> None:
        """Say that it lives, and take over the work of nodes that no longer do."""
        began_at = self._office.now()
        if await self._office.act(beat, self._node):
            self._wake()
        if not self._office.database.is_sqlite:
            self._pulse.beaten(began_at)

    async def stop(self) -> None:
        """Hear no more of the others."""
        if self._bell is not None:
            await self._bell.stop()

    async def leave(self) -> None:
        """Raises `DatabaseUnreachable`; the others then find out by themselves."""
        await self._office.database.write(lambda tx: leave(tx, self._office.desk(), self._node))

    def _wake_all(self) -> None:
        self._wake()
        if self._bell is not None:
            self._bell.ring()
