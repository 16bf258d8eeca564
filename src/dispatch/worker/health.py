"""Whether this node is alive, and whether it can do its work."""

import contextlib
import hashlib
import hmac
from collections.abc import Awaitable, Callable

import structlog

from dispatch.actions.alarms.keep_watch import note_carrier
from dispatch.actions.runner import Runner
from dispatch.rules.delivery.sending import CarrierUnreachable, OperatorFault, SendOutcome
from dispatch.store.engine.database_errors import DatabaseUnreachable
from dispatch.store.nodes import Node

_log = structlog.get_logger("dispatch.health")

CHECK_SECONDS = 10  # how often the carrier is asked whether it accepts our credentials, while it does not
_WELL_SECONDS = 60  # and while it does
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
        node: Node,
    ) -> None:
        self._node = node
        self._checks_left_out = 0
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
        return proof(self._node.id, nonce)

    async def look(self) -> None:
        """Check the carrier if it is time: more often while it is in trouble, or refused a page a moment ago, so that
        the board neither stays calm nor red for long after it should."""
        self._checks_left_out += 1
        if self.carrier_trouble is not None or self._checks_left_out * CHECK_SECONDS >= _WELL_SECONDS:
            await self.check_carrier()

    async def check_carrier(self) -> None:
        """Ask whether the carrier accepts our credentials. Its answer holds until the next check, and is written down
        for the board of every node."""
        self.carrier_trouble = await self._ask_carrier()
        self._checks_left_out = 0
        if self.carrier_trouble is not None:
            _log.error("carrier check failed", trouble=self.carrier_trouble)
        with contextlib.suppress(DatabaseUnreachable):  # the next check writes it down
            await self._runner.act(note_carrier, self._node, self.carrier_trouble)

    def heard(self, outcome: SendOutcome) -> None:
        """A send has ended: when the carrier was not there, it is looked at within seconds."""
        if isinstance(outcome, CarrierUnreachable | OperatorFault):
            self._checks_left_out = _WELL_SECONDS
