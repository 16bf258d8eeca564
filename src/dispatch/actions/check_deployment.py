"""What in the roster, the keys and the nodes would fail at 2 a.m., found while it is still day. Only reads."""

from dispatch.actions.desk import Desk
from dispatch.rules import readiness
from dispatch.rules.readiness import Finding
from dispatch.store import callouts, keys, nodes
from dispatch.store.transaction import Transaction


def check_deployment(tx: Transaction, desk: Desk) -> list[Finding]:
    """Everything that the database can tell about this deployment."""
    with_key = {key.agency for key in keys.all_keys(tx) if key.agency is not None and key.revoked_at is None}
    alive = sum(node.is_alive(desk.now) for node in nodes.all_nodes(tx, desk.now))
    return [
        readiness.check_nodes(alive, callouts.count_open(tx)),
        *readiness.check(desk.roster(tx), with_key, desk.now),
    ]
