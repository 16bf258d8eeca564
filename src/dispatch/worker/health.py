"""Whether this node is alive, and whether it can do its work."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable

import structlog

from dispatch.actions.runner import Runner

_log = structlog.get_logger("dispatch.health")

CHECK_SECONDS = 60  # how often the carrier is asked whether it accepts our credentials
# A database that hangs never answers. Whoever watches us must hear of it before their own timeout.
_DATABASE_SECONDS = 2.0


def proof(node_id: str, nonce: str) -> str:
    """Proves to anybody who can read our database that a node answered: its id is in there, and nowhere outside."""
    return hmac.new(node_id.encode(), nonce.encode(), hashlib.sha256).hexdigest()


class Health:
    """`carrier_trouble` is what the last check of the carrier's account found wrong, None when all was well."""

    def __init__(
        self,
        runner: Runner,
        heartbeat_is_late: Callable[[], bool],
        ask_carrier: Callable[[], Awaitable[str | None]],
        node_id: str,
    ) -> None:
        self._node_id = node_id
        self._runner = runner
        self._heartbeat_is_late = heartbeat_is_late
        self._ask_carrier = ask_carrier
        self.carrier_trouble: str | None = "the carrier has not been asked yet"

    async def troubles(self) -> dict[str, str]:
        """What is wrong, by part. Empty when this node can do its work."""
        found: dict[str, str] = {}
        if not await self._runner.database.answers(_DATABASE_SECONDS):
            found["database"] = "does not answer"
        if self._heartbeat_is_late():
            found["heartbeat"] = "the last round of work ended more than two beats ago"
        if self.carrier_trouble is not None:
            found["carrier"] = self.carrier_trouble
        return found

    def prove(self, nonce: str) -> str:
        """The `proof` of this node."""
        return proof(self._node_id, nonce)

    async def check_carrier(self) -> None:
        """Ask whether the carrier accepts our credentials. Its answer holds until the next check."""
        self.carrier_trouble = await self._ask_carrier()
        if self.carrier_trouble is not None:
            _log.error("carrier check failed", trouble=self.carrier_trouble)
