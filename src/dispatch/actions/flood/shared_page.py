"""Silent calls that share one call-out, and the one alarm about all of them."""

from dispatch.actions.apply import apply
from dispatch.actions.apply_standalone import apply_audited, end_alarms
from dispatch.actions.callout.open_callout import open_by_phone
from dispatch.actions.context import Context
from dispatch.rules.alarms import owners
from dispatch.rules.callout import moves as callout_rules
from dispatch.rules.facts.actors import STRANGER, Actor, AuditEvent, Source, Trust
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Details
from dispatch.rules.facts.hotline import HotlineCall
from dispatch.rules.facts.roster import UNLISTED
from dispatch.rules.flood import silence
from dispatch.rules.wording import alarm_answers
from dispatch.store.alarms import alarms
from dispatch.store.callout import callouts
from dispatch.store.flood import silent_calls
from dispatch.store.hotline import hotline_calls
from dispatch.store.transaction import Transaction


def share(tx: Transaction, context: Context, call: HotlineCall, callout: str | None, by: Actor, source: Source) -> str:
    """The call shares the page of this call-out, or of a new one; returns its id."""
    until = context.now + silence.LOOK_AGAIN
    if callout is None:
        opened = open_by_phone(tx, context, UNLISTED.code, Details(""), Trust.UNLISTED, by, source, sharing=1)
        hotline_calls.shares(tx, call.id, opened.record.id, until)
        return opened.record.id
    hotline_calls.shares(tx, call.id, callout, until)
    _count_again(tx, context, callout, by, source)
    return callout


def leave(tx: Transaction, context: Context, call: HotlineCall, by: Actor, source: Source) -> None:
    """Somebody has decided this one call that shared a page: it is for the others from now on. With the last, nobody is
    paged for them any more."""
    if call.shares is not None and not _count_again(tx, context, call.shares, by, source):
        end_page(tx, context, call.shares, by, source)


def end_page(tx: Transaction, context: Context, callout_id: str, by: Actor, source: Source) -> None:
    """Nobody is needed for any of its callers; one that somebody has taken goes on."""
    callout = callouts.lock(tx, callout_id)
    if callout is not None and callout.status.is_paging:
        name = owners.who_did(by, context.roster(tx)) or "the service"
        decisions = callout_rules.cancel(context.situation(tx, callout), "no call-out", context.now, name)
        apply(tx, context, callout, decisions, by, source)


def _count_again(tx: Transaction, context: Context, callout_id: str, by: Actor, source: Source) -> int:
    callout = callouts.lock(tx, callout_id)
    sharing = silent_calls.callers_of(tx, callout_id)
    if callout is not None and callout.status.is_paging and sharing:
        apply(tx, context, callout, silence.counted(callout, sharing), by, source)
    return sharing


# ---- the alarm about all of them -----------------------------------------------------------------------------------


def is_one_of_many(tx: Transaction, call: HotlineCall) -> bool:
    """Whether coordinators hear of this call together with others."""
    if not silence.is_silent(call):
        return False
    waiting, untaken = silent_calls.count(tx).calls - 1, silent_calls.untaken(tx)
    return silence.is_flood(waiting, sum(not one.sharing for one in untaken))


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


def becomes(tx: Transaction, call: HotlineCall) -> silence.Becomes:
    """What a call becomes that is due; `call` is locked. Two nodes must not both find that nobody shares a page yet."""
    if silence.is_silent(call):
        silent_calls.one_at_a_time(tx)
    return silence.becomes(call, silent_calls.untaken(tx), silent_calls.of_number(tx, call.phone))
