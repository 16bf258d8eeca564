"""Calls that came in while nobody was here to answer: the carrier's list is compared with what we have.

The law: every call that came in is a row. One that we never answered opens nothing by itself, since the carrier's own
fallback has put it through to a coordinator by now: coordinators are rung about it until one of them has decided.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from dispatch.actions.apply_standalone import apply_standalone
from dispatch.actions.context import Context
from dispatch.rules.facts.hotline import HotlineCall
from dispatch.rules.hotline import arriving
from dispatch.store import nodes
from dispatch.store.hotline import hotline_calls
from dispatch.store.transaction import Transaction

_log = structlog.get_logger("dispatch.hotline")

COMPARE_EVERY = timedelta(minutes=10)
_AGAIN_AFTER_A_FAULT = timedelta(minutes=1)
_LOOK_BACK = timedelta(hours=24)
_OVERLAP = timedelta(minutes=15)  # a call is listed late, or was too young to be missed when we last compared
_RING_AGAIN = timedelta(minutes=9)
_YOUNG = timedelta(minutes=2)  # its request may still be on the way to us, or wait for the database
_START_APART = timedelta(seconds=10)
_JOB_LOCK, _COMPARED = "missed calls", "calls compared until"


@dataclass(frozen=True, slots=True)
class ListedCall:
    """A call that came in, as the carrier lists it. `caller` is E.164, and None when the number is withheld. `over`:
    it has ended."""

    carrier_id: str
    caller: str | None
    called_at: datetime
    over: bool


def begin(tx: Transaction, context: Context, *, at_start: bool = False) -> datetime | None:
    """Since when this node is to ask the carrier for calls; None while another node does so, or it is not time yet.

    With `at_start` it is time however recent the last comparison was: this node may have been the only one.
    """
    due_by = context.now + COMPARE_EVERY - _START_APART if at_start else context.now
    if not nodes.take_job_lock(tx, _JOB_LOCK, due_by, context.now + COMPARE_EVERY, at_once=True):
        return None
    compared = nodes.moment_of(tx, _COMPARED)
    if compared is None:  # the first start: earlier calls were never ours
        nodes.keep_moment(tx, _COMPARED, context.now)
        return None
    if compared > context.now:  # the clock was set back, and nobody knows by how much
        return context.now - _LOOK_BACK
    return max(compared - _OVERLAP, context.now - _LOOK_BACK)


def look_soon(tx: Transaction, context: Context) -> None:
    """A call has ended of which we know nothing: its caller may have waited for us in vain. The carrier is asked at the
    next beat."""
    nodes.keep_moment(tx, _JOB_LOCK, context.now)


def put_off(tx: Transaction, context: Context) -> None:
    """The carrier could not be asked: it is asked again soon, for the same span of time. Whoever is known to have
    called is not forgotten meanwhile."""
    nodes.keep_moment(tx, _JOB_LOCK, context.now + _AGAIN_AFTER_A_FAULT)
    _ring_again(tx, context)


def compare(tx: Transaction, context: Context, listed: Sequence[ListedCall], until: datetime) -> int:
    """Keep every listed call that we never saw, and ring coordinators about it; ring again about earlier ones that
    nobody has decided. `until` is when the carrier was asked. Returns how many were new."""
    _ring_again(tx, context)
    old_enough = [call for call in listed if call.over or call.called_at <= context.now - _YOUNG]
    unknown = hotline_calls.unknown(tx, [call.carrier_id for call in old_enough])
    missed = [call for call in old_enough if call.carrier_id in unknown]
    for call in sorted(missed, key=lambda call: call.called_at):
        _keep(tx, context, call)
    nodes.keep_moment(tx, _COMPARED, until)
    if missed:
        _log.error("calls were missed", calls=len(missed))
    return len(missed)


def _ring_again(tx: Transaction, context: Context) -> None:
    for call in hotline_calls.left_to_people(tx, context.now - _RING_AGAIN):
        _ring(tx, context, call)


def _keep(tx: Transaction, context: Context, listed: ListedCall) -> None:
    phone = arriving.shown(listed.caller, context.our_numbers)
    caller = arriving.caller(context.roster(tx), phone, vouched=False)
    call = HotlineCall(
        context.new_id(),
        phone,
        caller.trust,
        caller.agency.code,
        called_at=listed.called_at,
        ended_at=context.now if listed.over else None,
    )
    hotline_calls.insert(tx, call, listed.carrier_id)
    _ring(tx, context, call)


def _ring(tx: Transaction, context: Context, call: HotlineCall) -> None:
    apply_standalone(tx, context, [arriving.alarm_missed(call)])
