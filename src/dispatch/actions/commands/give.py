"""A coordinator gives a command about a call-out: first they see what it will send and to whom, then it is done.

The law: what is done is what was shown. A command carries the digest of its preview; when anybody it would reach, or a
word of it, is different by now, nothing is done and the new preview is the answer. The same digest again does nothing
more, so a button that is pressed twice, or by two people, acts once.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dispatch.actions.access.agency_view import view_of
from dispatch.actions.apply import plan_of, write
from dispatch.actions.callout.change_callout import no_such_callout, record_of
from dispatch.actions.callout.open_callout import Arrived, Idempotency, Opened, finish, receive
from dispatch.actions.context import Context
from dispatch.rules.alarms import owners
from dispatch.rules.callout import moves as callout_rules
from dispatch.rules.callout.plan import Plan
from dispatch.rules.commands import deciding
from dispatch.rules.commands.commands import Close, Command, Coordinator, OpenByHand
from dispatch.rules.commands.preview import Preview, preview
from dispatch.rules.facts.actors import Actor, Source
from dispatch.rules.facts.callout import Details
from dispatch.rules.facts.situation import Situation
from dispatch.store.access import audit
from dispatch.store.alarms import alarms
from dispatch.store.callout import callouts, outcomes, records
from dispatch.store.commands import given
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Done:
    """It was done `at` this moment. `again`: it had been done before this request, by the person that `by` names.
    `kind` is the command's name."""

    kind: str
    callout: str
    at: datetime
    by: str
    again: bool = False


def preview_command(tx: Transaction, context: Context, name: str, command: Command, by: Actor) -> Preview:
    """What a command would send now and to whom; changes nothing. `name` is the call-out's id, or its code.

    Raises `NoSuchCallOut`, and `CommandRefused` with a sentence for whoever would do it.
    """
    situation = _named(context.look(tx, records.id_of(tx, name)), name)
    return _show(tx, context, situation, command, coordinator(context, tx, by))[0]


def do_command(
    tx: Transaction, context: Context, name: str, command: Command, by: Actor, digest: str, source: Source = Source.API
) -> Done | Preview:
    """Do it, if it is still what the preview with this `digest` showed; otherwise nothing is done and the new preview
    is returned. Writes the audit trail.

    Raises `NoSuchCallOut`, and `CommandRefused` with a sentence for whoever did it.
    """
    situation = _named(context.lock(tx, records.id_of(tx, name)), name)
    callout = situation.callout
    who, roster = coordinator(context, tx, by), context.roster(tx)
    before = given.find(tx, callout.id, digest)
    if before is not None:
        theirs = roster.first_name_of(owners.owner_called(str(before.by.id), roster))
        return Done(before.kind, callout.id, before.at, theirs, again=True)
    shown, plan = _show(tx, context, situation, command, who)
    if shown.digest != digest:
        return shown
    given.keep(tx, callout.id, digest, shown.kind, by, context.now)
    _carry_out(tx, context, command, plan, situation.details, by, source, shown.counted)
    _heard_from(tx, context, who)
    return Done(shown.kind, callout.id, context.now, who.name)


def do_unseen(
    tx: Transaction, context: Context, name: str, command: Command, by: Actor, source: Source = Source.API
) -> dict[str, Any]:
    """Do it without a preview, as a script and the command line ask for it; returns how the call-out stands then.
    `name` is its id, or its code. Writes the audit trail.

    Raises `NoSuchCallOut`, and `CommandRefused` with a sentence for whoever did it; nothing is done then.
    """
    who, situation = coordinator(context, tx, by), _named(context.lock(tx, records.id_of(tx, name)), name)
    _carry_out(tx, context, command, _decide(tx, context, situation, command, who), situation.details, by, source)
    _heard_from(tx, context, who)
    return view_of(tx, record_of(tx, situation.callout.id), context.roster(tx))


def _named(found: Situation | None, name: str) -> Situation:
    if found is None:
        raise no_such_callout(name)
    return found


def coordinator(context: Context, tx: Transaction, by: Actor) -> Coordinator:
    """Who an actor is to the rules: the person of the roster whom a session or a key names, if there is one."""
    roster = context.roster(tx)
    id_ = owners.owner_called(str(by.id), roster)
    return Coordinator(id_, roster.first_name_of(id_), roster.person(id_))


def _decide(tx: Transaction, context: Context, situation: Situation, command: Command, by: Coordinator) -> Plan:
    return plan_of(tx, context, situation, deciding.decide(situation, command, by, context.now), by.id)


def _show(
    tx: Transaction, context: Context, situation: Situation, command: Command, by: Coordinator
) -> tuple[Preview, Plan]:
    plan = _decide(tx, context, situation, command, by)
    done, several = given.digests(tx, plan.callout.id), callouts.count_open(tx, 2) > 1
    return preview(situation, command, plan, by, context.now, done=done, others_open=several), plan


def _carry_out(
    tx: Transaction,
    context: Context,
    command: Command,
    plan: Plan,
    said: Details,
    by: Actor,
    source: Source,
    counted: str = "",
) -> None:
    """The one way in which a command becomes rows, and a line of the audit; `counted` is what its preview came to."""
    callout, noted = plan.callout, None
    if isinstance(command, Close) and command.outcome is not None:
        noted = outcomes.find(tx, callout.id)
    detail = deciding.record(callout, command, said, noted.outcome if noted else None)
    write(tx, context, plan, by, source)
    did = deciding.audited(callout, command)
    audit.write(tx, context.now, by, source, did, callout.id, detail="; ".join(filter(None, (detail, counted))))


def _heard_from(tx: Transaction, context: Context, who: Coordinator) -> None:
    """Whoever does something is awake. Called last, since it locks rows of call-outs that the command is not about."""
    alarms.owner_acted(tx, who.id, context.now)


# ---- a call-out for an officer who rang ----------------------------------------------------------------------------

_UNDRAWN = "K0DE"
"""Stands in a preview for the code, which is drawn when the call-out opens."""


def preview_opening(tx: Transaction, context: Context, command: OpenByHand, by: Actor) -> Preview:
    """What opening a call-out for an officer who rang would send. Raises `UnknownAgency`."""
    arrived = receive(tx, context, command.agency, command.details, None)
    assert isinstance(arrived, Arrived), "without a key nothing has come before"
    return _show_opening(tx, context, arrived, command, coordinator(context, tx, by))


def open_by_hand(
    tx: Transaction,
    context: Context,
    command: OpenByHand,
    key: str,
    by: Actor,
    digest: str,
    source: Source = Source.API,
) -> Opened | Preview:
    """Open it, if it is still what the preview with this `digest` showed. The same `key` and details again bring the
    same call-out: the view with the form draws a key.

    Raises `UnknownAgency`, `KeyUsedForAnotherBody` and `KeyOfEndedCallOut`.
    """
    said = repr(command.details).encode()
    arrived = receive(
        tx, context, command.agency, command.details, Idempotency(f"by hand {by.id} {key}", said, sent=key)
    )
    if isinstance(arrived, Opened):
        return arrived
    shown = _show_opening(tx, context, arrived, command, coordinator(context, tx, by))
    if shown.digest != digest:
        return shown
    opened = finish(tx, context, arrived, by, source)
    told = f"for {command.agency}; {shown.counted}"
    audit.write(tx, context.now, by, source, command.about.audited, opened.record.id, detail=told)
    return opened


def _show_opening(tx: Transaction, context: Context, arrived: Arrived, command: OpenByHand, by: Coordinator) -> Preview:
    callout = replace(arrived.callout, code=_UNDRAWN)
    situation = context.new_situation(tx, callout, arrived.details)
    decisions = callout_rules.open_callout(situation, arrived.details, context.now, arrived.duplicate_of)
    several, plan = callouts.count_open(tx, 1) > 0, plan_of(tx, context, situation, decisions, by.id)
    return preview(situation, command, plan, by, context.now, others_open=several)
