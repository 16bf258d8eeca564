"""An agency or a coordinator changes a call-out: more detail, another place, a cancellation, a close."""

from collections.abc import Mapping
from typing import Any

from dispatch.actions.agency_view import agency_view
from dispatch.actions.apply import apply
from dispatch.actions.desk import Desk
from dispatch.rules import callout as callout_rules
from dispatch.rules.facts import Actor, ActorKind, CallOut, Source, Status
from dispatch.store import audit, callout_records, callouts
from dispatch.store.audit import Deed
from dispatch.store.callout_records import CallOutRecord
from dispatch.store.transaction import Transaction


class NoSuchCallOut(LookupError):
    """there is no such call-out, or it is another agency's"""


def add_detail(tx: Transaction, desk: Desk, callout_id: str, agency: str, changes: Mapping[str, Any]) -> None:
    """Write what the caller now knows; `changes` are fields of `Details`. Whoever is on the way hears of a new place.

    Raises `NoSuchCallOut`, and `IllegalMove` once the call-out is over.
    """
    callout, before = _locked(tx, callout_id, agency)
    decisions = callout_rules.change_details(desk.situation(tx, callout), before.details, changes, desk.now)
    if decisions:
        apply(tx, desk, callout, decisions, Actor(ActorKind.AGENCY, agency), Source.API)


def cancel(tx: Transaction, desk: Desk, callout_id: str, agency: str, reason: str | None = None) -> CallOutRecord:
    """Cancel; doing so again changes nothing. Raises `NoSuchCallOut`, and `IllegalMove` once a specialist is there."""
    callout, before = _locked(tx, callout_id, agency)
    if callout.status is Status.CANCELLED:
        return before
    decisions = callout_rules.cancel(desk.situation(tx, callout), reason, desk.now)
    apply(tx, desk, callout, decisions, Actor(ActorKind.AGENCY, agency), Source.API)
    return _record(tx, callout_id)


def close(tx: Transaction, desk: Desk, callout_id: str, by: Actor) -> dict[str, Any]:
    """Close the call-out as a coordinator; returns its new state.

    Raises `NoSuchCallOut`, and `IllegalMove` when it is already over.
    """
    callout, _ = _locked(tx, callout_id, None)
    apply(tx, desk, callout, callout_rules.close(desk.situation(tx, callout), by, desk.now), by, Source.API)
    audit.write(tx, desk.now, by, Deed.CLOSED, callout.id, detail=f"was {callout.status}")
    return agency_view(_record(tx, callout_id), desk.roster(tx))


def _locked(tx: Transaction, callout_id: str, agency: str | None) -> tuple[CallOut, CallOutRecord]:
    callout = callouts.lock(tx, callout_id)
    if callout is None or (agency is not None and callout.agency != agency):
        raise NoSuchCallOut(f"there is no call-out {callout_id}")
    return callout, _record(tx, callout_id)


def _record(tx: Transaction, callout_id: str) -> CallOutRecord:
    record = callout_records.find(tx, callout_id)
    assert record is not None, "it was locked just now"
    return record
