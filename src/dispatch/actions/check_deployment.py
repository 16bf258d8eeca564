"""What in the roster, the keys and the nodes would fail at 2 a.m., found while it is still day. Only reads."""

from dispatch.actions.desk import Desk
from dispatch.rules import readiness
from dispatch.rules.readiness import Finding
from dispatch.store import callouts, keys, nodes
from dispatch.store.transaction import Transaction


def check_deployment(tx: Transaction, desk: Desk) -> list[Finding]:
    """Everything that the database can tell about this deployment."""
    with_key = {key.agency for key in keys.all_keys(tx) if key.agency is not None and key.revoked_at is None}
    return [
        readiness.check_nodes(len(living_nodes(tx, desk)), callouts.count_open(tx)),
        *readiness.check(desk.roster(tx), with_key, desk.now),
    ]


def living_nodes(tx: Transaction, desk: Desk) -> list[str]:
    """The ids of the nodes that page people at this moment."""
    return [record.node.id for record in nodes.all_nodes(tx, desk.now) if record.is_alive(desk.now)]
