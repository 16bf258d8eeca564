"""A coordinator corrects the record: a stamp that was forgotten, or set too late. The old one stays in the timeline."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dispatch.actions.agency_view import agency_view
from dispatch.actions.apply import apply
from dispatch.actions.change_callout import no_such_callout
from dispatch.actions.desk import Desk
from dispatch.rules import stamping
from dispatch.rules import stamps as stamp_rules
from dispatch.rules.decisions import StampKind
from dispatch.rules.facts.actors import Actor, Source
from dispatch.store import audit, callout_records, callouts
from dispatch.store.audit import Deed
from dispatch.store.transaction import Transaction


def correct_stamps(
    tx: Transaction, desk: Desk, name: str, stamps: Mapping[StampKind, datetime], by: Actor
) -> dict[str, Any]:
    """Set stamps of whoever has the call-out, with the coordinator `by` as their source; `name` is its id, or its code.

    Raises `NoSuchCallOut`, `NobodyHasIt`, and `OutOfOrder` when old and new stamps together would be out of order.
    """
    callout = callouts.lock(tx, callout_records.id_of(tx, name))
    if callout is None:
        raise no_such_callout(name)
    mine = stamp_rules.whose(callout)
    together = {kind: stamp_rules.stamp_of(mine, kind) for kind in StampKind} | dict(stamps)
    stamp_rules.check_arrived(together)
    stamp_rules.check_order(mine.acknowledged_at, together, desk.now)
    changed = stamp_rules.correction_text(callout, stamps)
    for kind in (kind for kind in StampKind if kind in stamps):
        _set(tx, desk, callout.id, mine.person, kind, stamps[kind], by)
    audit.write(tx, desk.now, by, Source.API, Deed.CORRECTED_STAMPS, callout.id, detail=changed)
    record = callout_records.find(tx, callout.id)
    assert record is not None, "it is locked"
    return agency_view(record, desk.roster(tx))


def _set(tx: Transaction, desk: Desk, callout_id: str, person: str, kind: StampKind, at: datetime, by: Actor) -> None:
    """One after the other: each may move the call-out."""
    callout = callouts.lock(tx, callout_id)
    assert callout is not None, "it is locked"
    mine = callout.assignment_of(person)
    assert mine is not None, "a stamp takes nobody off a call-out"
    decisions = stamping.set_checked(desk.situation(tx, callout), mine, kind, at, desk.now, by=str(by.id))
    apply(tx, desk, callout, decisions, by, Source.API)
