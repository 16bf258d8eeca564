"""An agency changes its call-out: more detail, another meeting place, a cancellation."""

from collections.abc import Mapping, Sequence
from typing import Any

from dispatch.actions.access.agency_view import view_of
from dispatch.actions.apply import apply
from dispatch.actions.context import Context
from dispatch.rules.access.trust import rights
from dispatch.rules.callout import moves as callout_rules
from dispatch.rules.decisions import Decision
from dispatch.rules.facts.actors import Actor, ActorKind, Source, Trust
from dispatch.rules.facts.code import looks_like_code
from dispatch.rules.facts.situation import Situation
from dispatch.store.callout import records
from dispatch.store.callout.records import CallOutRecord
from dispatch.store.transaction import Transaction


class NoSuchCallOut(LookupError):
    """there is no such call-out, or it is another agency's"""


def add_detail(tx: Transaction, context: Context, name: str, agency: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Write what the caller now knows; `changes` are fields of `Details`.

    Whoever is on the way hears of a new meeting place. Returns how the call-out stands, as its agency may see it;
    `name` is its id, or its code. Raises `NoSuchCallOut`, and `IllegalMove` once the call-out is over.
    """
    situation = _locked(tx, context, name, agency)
    decisions = callout_rules.change_details(situation, situation.details, changes, context.now)
    return _changed(tx, context, situation, decisions)


def cancel(tx: Transaction, context: Context, name: str, agency: str, reason: str | None = None) -> dict[str, Any]:
    """Cancel; cancelling again changes nothing. Returns what `add_detail` does.

    Raises `NoSuchCallOut`, and `IllegalMove` once a specialist is there.
    """
    situation = _locked(tx, context, name, agency)
    return _changed(tx, context, situation, callout_rules.cancel(situation, reason, context.now))


def _changed(tx: Transaction, context: Context, situation: Situation, decisions: Sequence[Decision]) -> dict[str, Any]:
    callout = situation.callout
    if decisions:
        apply(tx, context, situation, decisions, Actor(ActorKind.AGENCY, callout.agency), Source.API)
    return view_of(tx, record_of(tx, callout.id), context.roster(tx))


def no_such_callout(name: str) -> NoSuchCallOut:
    """The error for an id or a code that leads nowhere."""
    if looks_like_code(name):
        return NoSuchCallOut(f"no open call-out has the code {name.upper()}; one that is over is found by its id")
    return NoSuchCallOut(f"there is no call-out {name}")


def _locked(tx: Transaction, context: Context, name: str, agency: str) -> Situation:
    situation = context.lock(tx, records.id_of(tx, name))
    if situation is None or situation.callout.agency != agency:
        raise no_such_callout(name)
    assert rights(Trust.VERIFIED).moves_it(Source.API), "whoever shows the agency's credential is verified"
    return situation


def record_of(tx: Transaction, callout_id: str) -> CallOutRecord:
    """Of a call-out that was found in this transaction."""
    record = records.find(tx, callout_id)
    assert record is not None, "it was found just now"
    return record
