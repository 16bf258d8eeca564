"""A coordinator corrects the record: a stamp that was forgotten, or set too late. The old one stays in the timeline."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dispatch.actions.agency_view import agency_view
from dispatch.actions.change_callout import NoSuchCallOut
from dispatch.actions.desk import Desk
from dispatch.rules.decisions import Note, NoteKind, StampKind
from dispatch.rules.facts import Actor, CallOut, Source
from dispatch.rules.response_clock import OutOfOrder, check_order
from dispatch.rules.wording import times
from dispatch.store import audit, callouts, decided
from dispatch.store.audit import Deed
from dispatch.store.callouts import Changes
from dispatch.store.decided import NewNote
from dispatch.store.transaction import Transaction

__all__ = ["NobodyHasIt", "OutOfOrder", "correct_stamps"]


class NobodyHasIt(ValueError):
    """nobody has this call-out, so there is nobody whose stamps could be corrected"""


def correct_stamps(
    tx: Transaction, desk: Desk, callout_id: str, stamps: Mapping[StampKind, datetime], by: Actor
) -> dict[str, Any]:
    """Set stamps of whoever has the call-out, with the coordinator `by` as their source.

    Raises `NoSuchCallOut`, `NobodyHasIt`, and `OutOfOrder` when the stamps together would not stand in order.
    """
    callout = callouts.lock(tx, callout_id)
    if callout is None:
        raise NoSuchCallOut(f"there is no call-out {callout_id}")
    primary = callout.primary
    if primary is None:
        raise NobodyHasIt(f"nobody has {callout.code}")
    before = {kind: getattr(primary, kind) for kind in StampKind}
    check_order(primary.acknowledged_at, {**before, **stamps}, desk.now)
    for kind, moment in stamps.items():
        callouts.overwrite_stamp(tx, callout.id, primary.person, kind, moment, str(by))
        decided.write(tx, callout.id, notes=[_note(desk, callout, kind, before[kind], moment, by)])
    if StampKind.ARRIVED in stamps:
        arrived = stamps[StampKind.ARRIVED]
        callouts.change(tx, callout.id, Changes().arrived(arrived, missed=arrived > callout.respond_by))
    changed = ", ".join(_change(kind, before[kind], moment) for kind, moment in stamps.items())
    audit.write(tx, desk.now, by, Deed.CORRECTED_STAMPS, callout.id, detail=changed)
    record = callouts.record(tx, callout.id)
    assert record is not None, "it is locked"
    return agency_view(record, desk.roster(tx))


def _change(kind: StampKind, before: datetime | None, after: datetime) -> str:
    was = f", was {times.local_time(before)}" if before else ""
    return f"{kind.removesuffix('_at').replace('_', ' ')} {times.local_time(after)}{was}"


def _note(
    desk: Desk, callout: CallOut, kind: StampKind, before: datetime | None, after: datetime, by: Actor
) -> NewNote:
    person = callout.primary.person if callout.primary else None
    note = Note(NoteKind.CORRECTED, f"{_change(kind, before, after)}, by {by.id}", person)
    return NewNote(desk.now, note, by, Source.API)
