"""Silent calls that join a call-out, and the one alarm about all of them."""

from datetime import timedelta

from dispatch.actions.apply import apply
from dispatch.actions.apply_standalone import apply_audited, end_alarms
from dispatch.actions.context import Context
from dispatch.rules.alarms import owners
from dispatch.rules.facts.actors import STRANGER, Actor, AuditEvent, Source
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.hotline import HotlineCall
from dispatch.rules.hotline import silence
from dispatch.rules.wording import alarm_answers
from dispatch.store.alarms import alarms
from dispatch.store.callout import callouts, own_rows
from dispatch.store.hotline import silent_calls
from dispatch.store.transaction import Transaction


def count_again(tx: Transaction, context: Context, callout_id: str, by: Actor, source: Source) -> None:
    """A silent call is about this call-out from now on."""
    own = own_rows.lock(tx, callout_id)
    sharing = silent_calls.callers_of(tx, callout_id)
    if own is not None and own.callout.status.is_paging and sharing > 1:
        apply(tx, context, own, silence.counted(own.callout, sharing), by, source)


# ---- the alarm about all of them -----------------------------------------------------------------------------------


def is_one_of_many(tx: Transaction, call: HotlineCall) -> bool:
    """Whether coordinators hear of this call together with others."""
    return silence.is_silent(call) and silent_calls.before(tx, call) >= silence.ALONE


def tell_of_all(tx: Transaction, context: Context) -> None:
    """Coordinators hear of all silent calls: at once, and every two minutes until one has that alarm."""
    known = alarms.standalone_of_kind(tx, AlarmKind.SILENT_CALLS, context.now)
    told_at = max((at for alarm in known if (at := alarms.told_at(tx, alarm.id))), default=None)
    is_had = any(owners.has_owner(alarm, context.now) for alarm in known)
    if silence.rings_again(told_at, context.now, is_had=is_had):
        told = silence.digest(silent_calls.count(tx).callers)
        apply_audited(tx, context, AuditEvent.CALLED_HOTLINE, [told], STRANGER, Source.VOICE)


def end_alarm_if_decided(tx: Transaction, context: Context, by: Actor, code: str | None = None) -> None:
    """Once no silent call waits for a decision, whoever heard of them hears that. `code` is what they have become."""
    known = alarms.standalone_of_kind(tx, AlarmKind.SILENT_CALLS, context.now)
    if not known or silent_calls.count(tx).calls:
        return
    who = owners.owner_called(by.id, context.roster(tx)) if by.id else None
    end_alarms(tx, context, known, lambda _: alarm_answers.alarm_over_silent(code), who)


def waits(tx: Transaction, call: HotlineCall, alone: timedelta) -> timedelta:
    """How long a new call waits for a decision; `alone` if it is none of many."""
    return silence.waits(call, silent_calls.before(tx, call), alone) if silence.is_silent(call) else alone


def joins(tx: Transaction, call: HotlineCall) -> str | None:
    """The call-out in whose page a call is that is due, if it opens none of its own; `call` is locked. Two nodes must
    not both find that nobody pages yet."""
    if not silence.is_silent(call):
        return None
    silent_calls.one_at_a_time(tx)
    newest = silent_calls.newest_untaken(tx)
    status = callouts.lock_only(tx, newest) if newest is not None else None
    if status is None or not status.is_paging:  # somebody has just taken it
        newest = None
    return silence.joins(call, silent_calls.before(tx, call), newest, silent_calls.of_number(tx, call.phone))
