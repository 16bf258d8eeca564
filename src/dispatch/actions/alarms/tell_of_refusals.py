"""Coordinators hear that an agency's call-outs are refused: one node tells them for all nodes, once an hour."""

from dispatch.actions.apply_standalone import apply_audited
from dispatch.actions.context import Context
from dispatch.rules.alarms import refusals
from dispatch.rules.alarms.refusals import Refusal
from dispatch.rules.facts.actors import STRANGER, Actor, ActorKind, AuditEvent, Source
from dispatch.store import nodes
from dispatch.store.transaction import Transaction


def tell_of_refusals(tx: Transaction, context: Context, refusal: Refusal) -> bool:
    """Whether this node told them now."""
    again_at = context.now + refusals.TOLD_AGAIN
    if not nodes.take_job_lock(tx, f"refused {refusal.told_as}", context.now, again_at, at_once=True):
        return False
    by = Actor(ActorKind.AGENCY, refusal.agency) if refusal.proven else STRANGER
    apply_audited(tx, context, AuditEvent.WAS_REFUSED, [refusals.warn(refusal)], by, Source.API)
    return True
