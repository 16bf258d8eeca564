"""What in the roster, the keys and the nodes would fail at 2 a.m., found while it is still day. Only reads."""

from dispatch.actions.context import Context
from dispatch.actions.roster.who_is_near import far_tonight
from dispatch.rules.reports import readiness
from dispatch.rules.reports.readiness import Finding
from dispatch.store import nodes
from dispatch.store.access import keys
from dispatch.store.callout import callouts
from dispatch.store.transaction import Transaction


def check_deployment(tx: Transaction, context: Context) -> list[Finding]:
    """Everything that the database can tell about this deployment."""
    with_key = {key.agency for key in keys.all_keys(tx) if key.agency is not None and key.revoked_at is None}
    return [
        readiness.check_nodes(len(living_nodes(tx, context)), callouts.count_open(tx)),
        *readiness.check(context.roster(tx), with_key, context.now),
        *readiness.check_reach(far_tonight(tx, context), context.timings.span("target")),
    ]


def living_nodes(tx: Transaction, context: Context) -> list[str]:
    """The ids of the nodes that page people at this moment."""
    return [record.node.id for record in nodes.all_nodes(tx, context.now) if record.is_alive(context.now)]
