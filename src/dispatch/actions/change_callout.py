"""An agency or a coordinator changes a call-out: more detail, another place, a cancellation, a close."""

from collections.abc import Mapping
from typing import Any

from dispatch.actions.agency_view import agency_view
from dispatch.actions.apply import apply
from dispatch.actions.desk import Desk
from dispatch.rules import callout as callout_rules
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.spoken_code import looks_like_code
from dispatch.store import audit, callout_records, callouts
from dispatch.store.audit import Deed
from dispatch.store.callout_records import CallOutRecord
from dispatch.store.transaction import Transaction


class NoSuchCallOut(LookupError):
    """there is no such call-out, or it is another agency's"""


def add_detail(tx: Transaction, desk: Desk, name: str, agency: str, changes: Mapping[str, Any]) -> str:
    """Write what the caller now knows; `changes` are fields of `Details`. Whoever is on the way hears of a new place.

    Returns the call-out's id; `name` is that, or its code. Raises `NoSuchCallOut`, and `IllegalMove` once it is over.
    """
    callout, before = _locked(tx, name, agency)
    decisions = callout_rules.change_details(desk.situation(tx, callout), before.details, changes, desk.now)
    if decisions:
        apply(tx, desk, callout, decisions, Actor(ActorKind.AGENCY, agency), Source.API)
    return callout.id


def cancel(tx: Transaction, desk: Desk, name: str, agency: str, reason: str | None = None) -> CallOutRecord:
    """Cancel; doing so again changes nothing. `name` is its id, or its code.

    Raises `NoSuchCallOut`, and `IllegalMove` once a specialist is there.
    """
    callout, _ = _locked(tx, name, agency)
    decisions = callout_rules.cancel(desk.situation(tx, callout), reason, desk.now)
    if decisions:
        apply(tx, desk, callout, decisions, Actor(ActorKind.AGENCY, agency), Source.API)
    return _record(tx, callout.id)


def close(tx: Transaction, desk: Desk, name: str, by: Actor, source: Source = Source.API) -> dict[str, Any]:
    """Close the call-out as a coordinator, by its id or its code; returns its new state.

    Raises `NoSuchCallOut`, and `IllegalMove` when it is already over.
    """
    callout, _ = _locked(tx, name, None)
    apply(tx, desk, callout, callout_rules.close(desk.situation(tx, callout), str(by.id), desk.now), by, source)
    audit.write(tx, desk.now, by, source, Deed.CLOSED, callout.id, detail=f"was {callout.status}")
    return agency_view(_record(tx, callout.id), desk.roster(tx))


def no_such_callout(name: str) -> NoSuchCallOut:
    """The error for an id or a code that leads nowhere."""
    if looks_like_code(name):
        return NoSuchCallOut(f"no open call-out has the code {name.upper()}; one that is over is found by its id")
    return NoSuchCallOut(f"there is no call-out {name}")


def _locked(tx: Transaction, name: str, agency: str | None) -> tuple[CallOut, CallOutRecord]:
    callout = callouts.lock(tx, callout_records.id_of(tx, name))
    if callout is None or (agency is not None and callout.agency != agency):
        raise no_such_callout(name)
    return callout, _record(tx, callout.id)


def _record(tx: Transaction, callout_id: str) -> CallOutRecord:
    record = callout_records.find(tx, callout_id)
    assert record is not None, "it was locked just now"
    return record
