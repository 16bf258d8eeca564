"""An agency or a coordinator changes a call-out: more detail, another place, a cancellation, a close."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.engine import Connection

from dispatch.actions.apply import apply
from dispatch.actions.desk import Desk
from dispatch.rules import callout as callout_rules
from dispatch.rules.callout import IllegalMove
from dispatch.rules.decisions import Decision, Note
from dispatch.rules.facts import CallOut, Status
from dispatch.store import callouts
from dispatch.store.callouts import CallOutRecord, Details

__all__ = ["IllegalMove", "NoSuchCallOut", "add_detail", "cancel", "close"]


class NoSuchCallOut(LookupError):
    """there is no such call-out, or it is another agency's"""


def add_detail(
    tx: Connection, desk: Desk, callout_id: str, agency: str | None, changes: Mapping[str, Any]
) -> CallOutRecord:
    """Write what the caller now knows; `changes` are fields of `Details`. Whoever is on the way hears of a new place.

    Raises `NoSuchCallOut`, and `IllegalMove` once the call-out is over.
    """
    callout, before = _locked(tx, callout_id, agency)
    if not callouts.is_open(callout.status):
        raise IllegalMove(f"{callout.code} is {callout.status}; nothing about it changes any more")
    if "place_address" in changes and "place_lat" not in changes:
        # Another address: the old coordinates would lead to the old place.
        changes = {**changes, "place_lat": None, "place_lon": None}
    after = replace(before.details, **changes)
    if after == before.details:
        return before
    callouts.update(tx, callout.id, callouts.details_row(after))
    decisions: list[Decision] = [Note("detail", "changed: " + ", ".join(sorted(changes)).replace("_", " "))]
    if _place(after) != _place(before.details):
        decisions += callout_rules.change_place(desk.situation(tx, callout), desk.now)
    # A new callback number must be the one that hears who comes.
    apply(tx, desk, replace(callout, officer_phone=after.officer_phone), decisions, "api")
    return replace(before, details=after)


def _place(details: Details) -> tuple[object, ...]:
    return (details.place_address, details.place_lat, details.place_lon, details.place_note)


def cancel(tx: Connection, desk: Desk, callout_id: str, agency: str | None, reason: str | None = None) -> CallOutRecord:
    """Cancel; a second time changes nothing. Raises `NoSuchCallOut`, and `IllegalMove` once a specialist is there."""
    callout, before = _locked(tx, callout_id, agency)
    if callout.status is Status.CANCELLED:
        return before
    apply(tx, desk, callout, callout_rules.cancel(desk.situation(tx, callout), reason, desk.now), "api")
    return _record(tx, callout_id)


def close(tx: Connection, desk: Desk, callout_id: str, who: str) -> CallOutRecord:
    """Close it as a coordinator. Raises `NoSuchCallOut`, and `IllegalMove` when it is over already."""
    callout, _ = _locked(tx, callout_id, None)
    apply(tx, desk, callout, callout_rules.close(desk.situation(tx, callout), who, desk.now), "coordinator")
    return _record(tx, callout_id)


def _locked(tx: Connection, callout_id: str, agency: str | None) -> tuple[CallOut, CallOutRecord]:
    callout = callouts.lock(tx, callout_id)
    if callout is None or (agency is not None and callout.agency != agency):
        raise NoSuchCallOut(f"there is no call-out {callout_id}")
    return callout, _record(tx, callout_id)


def _record(tx: Connection, callout_id: str) -> CallOutRecord:
    record = callouts.record(tx, callout_id)
    assert record is not None, "it was locked just now"
    return record
