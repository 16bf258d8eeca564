"""When it is looked whether somebody nearer must be asked: whenever what is known of an arrival changes.

The law: a take, a departure or an ETA only sets a deadline here, which is due at once. What follows is decided when it
is met, in a part of the transaction that can fail by itself: whatever goes wrong there leaves take and plan as they
are.
"""

from datetime import datetime, timedelta

from dispatch.rules.decisions import DeadlineKind, SetDeadline
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.situation import Situation
from dispatch.rules.nearer.arriving_when import ESTIMATED_AFTER

MUCH_SOONER = timedelta(minutes=10)
"""By how much somebody must be sooner to be woken for it, and to go along."""
IN_TIME = timedelta(minutes=5)
"""How long before the target an arrival must lie to be safe: traffic, a gate, a wrong door."""


def is_late(callout: CallOut, at: datetime) -> bool:
    """Whether an arrival at this moment may be after the target."""
    return at > callout.respond_by - IN_TIME


def after_word(situation: Situation, eta_at: datetime | None, now: datetime) -> list[SetDeadline]:
    """Somebody goes, and said `eta_at`, or no time. Nothing follows where the policy asks nobody, or nothing is late
    and nobody is being asked."""
    callout = situation.callout
    if callout.policy.ask_more <= 0 or callout.arrived_at is not None:
        return []
    if eta_at is not None:
        return [_look(now)] if is_late(callout, eta_at) or callout.asked_along else []
    if not situation.roster.areas:  # nothing could be estimated
        return [_look(now)] if callout.asked_along else []
    return [_look(now if callout.asked_along else now + ESTIMATED_AFTER)]


def after_departure(situation: Situation, eta_at: datetime | None, now: datetime, *, leads: bool) -> list[SetDeadline]:
    """Somebody drives. Whoever only goes along may be there so much sooner that the other turns back."""
    callout = situation.callout
    ahead = eta_at if eta_at is not None and eta_at > now else None
    if leads:
        return after_word(situation, ahead, now)
    knows = ahead is not None or bool(situation.roster.areas) or bool(callout.asked_along)
    return [_look(now)] if knows and callout.policy.ask_more > 0 and callout.arrived_at is None else []


def after_change(situation: Situation, now: datetime) -> list[SetDeadline]:
    """Somebody who was asked along answers, a page to them has failed, or somebody arrives."""
    return [_look(now)] if situation.callout.asked_along else []


def after_leaving(situation: Situation, now: datetime) -> list[SetDeadline]:
    """Whoever went along does not go: perhaps nobody was asked only because they were due in time."""
    callout = situation.callout
    if callout.policy.ask_more <= 0 or callout.arrived_at is not None:
        return after_change(situation, now)
    late = any(one.eta_at is not None and is_late(callout, one.eta_at) for one in callout.assignments if one.is_on_it)
    return [_look(now)] if late or situation.roster.areas else after_change(situation, now)


def after_silence(situation: Situation, now: datetime) -> list[SetDeadline]:
    """Somebody's time has passed without a word: nobody knows when they come."""
    callout = situation.callout
    return [_look(now)] if callout.policy.ask_more > 0 and callout.arrived_at is None else []


def _look(at: datetime) -> SetDeadline:
    return SetDeadline(DeadlineKind.NEARER, at)


STANDS_DOWN_AFTER = timedelta(seconds=2)
"""How long whoever was paged waits to hear that they may sleep, when one of them may be asked along instead."""


def may_be_chosen(situation: Situation, eta_at: datetime | None) -> bool:
    """Whether whoever is told now that somebody has it may be asked along a moment later."""
    callout = situation.callout
    return callout.policy.ask_more > 0 and eta_at is not None and is_late(callout, eta_at)
