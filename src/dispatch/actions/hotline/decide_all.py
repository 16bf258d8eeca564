"""A coordinator decides all silent calls that wait for a decision, at once."""

from dispatch.actions.context import Context
from dispatch.actions.hotline import take_call
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.hotline import HotlineCall
from dispatch.rules.hotline import silence
from dispatch.rules.wording.names import counted_text
from dispatch.store.access import audit
from dispatch.store.callout import records
from dispatch.store.hotline import hotline_calls, silent_calls
from dispatch.store.transaction import Transaction


class NoSilentCalls(LookupError):
    """no silent call waits for a decision any more"""


def waiting(tx: Transaction, _context: Context) -> list[HotlineCall]:
    """All that wait for a decision, the oldest first. Raises `NoSilentCalls`."""
    found = silent_calls.waiting(tx)
    if not found:
        raise NoSilentCalls(NoSilentCalls.__doc__)
    return found


def page_all(tx: Transaction, context: Context, by: Actor, source: Source) -> str:
    """The coordinator `by` says that somebody must go: whoever waits shares one page now. Returns the code of their
    call-out. Raises `NoSilentCalls`."""
    found = _locked(tx, context)
    if not found:
        raise NoSilentCalls(NoSilentCalls.__doc__)
    calls = counted_text(len(found), "call")
    callout = take_call.open_silent(tx, context, found.pop(0), by, source)
    for call in found:
        take_call.join(tx, context, call, callout, by, source)
    audit.write(tx, context.now, by, source, AuditEvent.OPENED_BY_HAND, callout, detail=f"{calls} on the hotline")
    record = records.find(tx, callout)
    assert record is not None, "they share its page"
    return record.code


def dismiss_all(tx: Transaction, context: Context, by: Actor, source: Source) -> int:
    """The coordinator `by` says that none is a call-out. Returns how many there were. Raises `NoSilentCalls`."""
    found = _locked(tx, context)
    for call in found:
        take_call.dismiss(tx, context, call.id, by, source)
    return len(found)


def _locked(tx: Transaction, context: Context) -> list[HotlineCall]:
    """Those that still wait once they are locked, all before their call-out (ADR 7)."""
    locked = (hotline_calls.lock(tx, one.id) for one in waiting(tx, context))
    return [call for call in locked if call is not None and silence.is_silent(call)]
