"""An agency or a coordinator changes a call-out: more detail, another place, a cancellation, a close."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dispatch.actions.agency_view import agency_view
from dispatch.actions.apply import apply
from dispatch.actions.desk import Desk
from dispatch.rules import callout as callout_rules
from dispatch.rules.callout import IllegalMove
from dispatch.rules.decisions import Decision, Note, NoteKind
from dispatch.rules.facts import Actor, ActorKind, CallOut, Details, Source, Status
from dispatch.store import audit, callouts
from dispatch.store.audit import Deed
from dispatch.store.callouts import CallOutRecord
from dispatch.store.transaction import Transaction

__all__ = ["IllegalMove", "NoSuchCallOut", "add_detail", "cancel", "close"]


class NoSuchCallOut(LookupError):
    """there is no such call-out, or it is another agency's"""


def add_detail(tx: Transaction, desk: Desk, callout_id: str, agency: str, changes: Mapping[str, Any]) -> CallOutRecord:
    """Write what the caller now knows; `changes` are fields of `Details`. Whoever is on the way hears of a new place.

    Raises `NoSuchCallOut`, and `IllegalMove` once the call-out is over.
    """
    callout, before = _locked(tx, callout_id, agency)
    if not callout.is_open:
        raise IllegalMove(f"{callout.code} is {callout.status}; nothing about it changes any more")
    if "place_address" in changes and "place_lat" not in changes:
        # Another address: the old coordinates would lead to the old place.
        changes = {**changes, "place_lat": None, "place_lon": None}
    after = replace(before.details, **changes)
    if after == before.details:
        return before
    callouts.change_details(tx, callout.id, after)
    decisions: list[Decision] = [Note(NoteKind.DETAIL, "changed: " + ", ".join(sorted(changes)).replace("_", " "))]
    if _place(after) != _place(before.details):
        decisions += callout_rules.change_place(desk.situation(tx, callout), desk.now)
    # A new callback number must be the one that hears who comes.
    apply(
        tx,
        desk,
        replace(callout, officer_phone=after.officer_phone),
        decisions,
        Actor(ActorKind.AGENCY, agency),
        Source.API,
    )
    return replace(before, details=after)


def _place(details: Details) -> tuple[object, ...]:
    return (details.place_address, details.place_lat, details.place_lon, details.place_note)


def cancel(tx: Transaction, desk: Desk, callout_id: str, agency: str, reason: str | None = None) -> CallOutRecord:
    """Cancel; a second time changes nothing. Raises `NoSuchCallOut`, and `IllegalMove` once a specialist is there."""
    callout, before = _locked(tx, callout_id, agency)
    if callout.status is Status.CANCELLED:
        return before
    decisions = callout_rules.cancel(desk.situation(tx, callout), reason, desk.now)
    apply(tx, desk, callout, decisions, Actor(ActorKind.AGENCY, agency), Source.API)
    return _record(tx, callout_id)


def close(tx: Transaction, desk: Desk, callout_id: str, by: Actor) -> dict[str, Any]:
    """Close it as a coordinator; returns how it stands then.

    Raises `NoSuchCallOut`, and `IllegalMove` when it is over already.
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
    record = callouts.record(tx, callout_id)
    assert record is not None, "it was locked just now"
    return record
