"""Somebody tells the carrier where our number leads: whoever can do that can take every call and every text away."""

from collections.abc import Sequence

from dispatch.actions.context import Context
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.store.access import audit
from dispatch.store.transaction import Transaction


def note(tx: Transaction, context: Context, what: Sequence[str], by: Actor, source: Source) -> None:
    """Write down that `by` sets what happens at our number: each `what` is half a sentence, such as "a call comes in".

    It is written before the carrier is told: a line too many does no harm, one too few does.
    """
    audit.write(tx, context.now, by, source, AuditEvent.SET_NUMBER, detail=f"where it leads when {', '.join(what)}")
