"""Deadlines that are due: each is met in one transaction with whatever the rules decide about it."""

from dataclasses import dataclass, replace

import structlog

from dispatch.actions.apply import apply
from dispatch.actions.context import Context
from dispatch.actions.nearer.load_nearby import load_nearby
from dispatch.actions.our_mistakes import tell_of_mistake
from dispatch.rules import deadlines as deadline_rules
from dispatch.rules.alarms import promises
from dispatch.rules.decisions import DeadlineKind
from dispatch.rules.delivery.busy_lines import TALKS_AT_MOST
from dispatch.rules.facts.actors import SERVICE, Source
from dispatch.rules.facts.situation import Situation
from dispatch.store.alarms import alarms
from dispatch.store.callout import deadlines
from dispatch.store.callout.deadlines import DeadlineRecord
from dispatch.store.delivery import pages
from dispatch.store.engine.savepoint import InternalError, apart
from dispatch.store.transaction import Transaction

_log = structlog.get_logger("dispatch.deadlines")


@dataclass(frozen=True, slots=True)
class Met:
    """`more` says that more deadlines were due than fit into the batch."""

    count: int
    more: bool


def meet_deadlines(tx: Transaction, context: Context, most: int = 50) -> Met:
    """Meet up to `most` due deadlines. One that fails is put off and does not hold up the others."""
    due = deadlines.due(tx, context.now, most)
    met = 0
    for deadline in due:
        try:
            with apart(tx):
                met += _meet(tx, context, deadline)
        except InternalError:
            # A mistake of ours, about one call-out. It must neither stop the others nor be forgotten.
            _log.exception("deadline failed", callout=deadline.callout, kind=deadline.kind)
            deadlines.put_off(tx, deadline.id, context.now + deadline_rules.AFTER_A_FAULT)
            tell_of_mistake(tx, context, deadline.callout)
    return Met(met, more=len(due) == most and met > 0)


def _meet(tx: Transaction, context: Context, found: DeadlineRecord) -> bool:
    # The call-out is locked before its own rows, as everywhere: two orders would deadlock.
    situation = context.lock(tx, found.callout, skip_locked=True)
    if situation is None:
        return False
    deadline = deadlines.meet(tx, found, context.now)
    if deadline is None:
        return False
    if deadline.kind is DeadlineKind.RING_BACK and promises.shares_ring(situation.callout.trust):
        situation = replace(situation, unlisted_promises=alarms.promised_to_unlisted(tx, context.now))
    if deadline.kind in deadline_rules.ABOUT_PLACES:
        situation = replace(situation, nearby=load_nearby(tx, situation, context.now))
    if deadline.kind is DeadlineKind.STAY_AWAY and deadline.person is not None:
        situation = _with_their_calls(tx, context, situation, deadline.person)
    decisions = deadline_rules.meet(situation, deadline.kind, deadline.person, deadline.attempt, context.now)
    if decisions:
        apply(tx, context, situation, decisions, SERVICE, Source.CLOCK)
    return True


def _with_their_calls(tx: Transaction, context: Context, situation: Situation, person_id: str) -> Situation:
    """With every call to this person's phone, whatever it is about."""
    person = situation.roster.person(person_id)
    phones = [person.phone] if person is not None else []
    to_them = pages.calls_to(tx, phones, context.now - TALKS_AT_MOST)
    return replace(situation, calls=(*situation.calls, *(call for calls in to_them.values() for call in calls)))
