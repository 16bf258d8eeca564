"""Coordinators hear that an agency's call-outs are refused: one of all nodes tells them, once an hour."""

from dispatch.actions.desk import Desk
from dispatch.actions.stray import apply_audited
from dispatch.rules import refusals
from dispatch.rules.facts.actors import STRANGER, Actor, ActorKind, Source
from dispatch.rules.facts.audit_events import AuditEvent
from dispatch.rules.refusals import Refusal
from dispatch.store import nodes
from dispatch.store.transaction import Transaction


def tell_of_refusals(tx: Transaction, desk: Desk, refusal: Refusal) -> bool:
    """Whether it was told now."""
    again_at = desk.now + refusals.TOLD_AGAIN
    if not nodes.take_turn(tx, f"refused {refusal.told_as}", desk.now, again_at, at_once=True):
        return False
    by = Actor(ActorKind.AGENCY, refusal.agency) if refusal.proven else STRANGER
    apply_audited(tx, desk, AuditEvent.WAS_REFUSED, [refusals.warn(refusal)], by, Source.API)
    return True
