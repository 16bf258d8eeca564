"""A part of the service has failed through a bug of ours: it is logged, coordinators hear of it, and work goes on."""

import structlog

from dispatch.actions.apply import apply
from dispatch.actions.apply_standalone import apply_standalone
from dispatch.actions.context import Context
from dispatch.rules.alarms import watch
from dispatch.rules.facts.actors import SERVICE, Source
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.store import nodes
from dispatch.store.alarms import alarms
from dispatch.store.callout import own_rows
from dispatch.store.engine.savepoint import InternalError, apart
from dispatch.store.transaction import Transaction

_log = structlog.get_logger("dispatch.mistakes")


def tell_of_mistake(tx: Transaction, context: Context, callout_id: str | None) -> None:
    """Alarm coordinators that something fails, about this call-out or about none. The same is told once in ten minutes.

    What failed may fail here again. Then the alarm says less, and at last it is only logged: it holds up nothing.
    """
    for tell in (_about_callout, _about_none) if callout_id is not None else (_about_none,):
        try:
            with apart(tx):
                tell(tx, context, callout_id or "")
            return
        except InternalError:
            _log.exception("alarm of a mistake failed", callout=callout_id)


def _about_callout(tx: Transaction, context: Context, callout_id: str) -> None:
    since = context.now - watch.ALARM_AGAIN
    if alarms.told_lately(tx, AlarmKind.OUR_MISTAKE, since, callout=callout_id, call=""):
        return
    # The caller may have locked rows of pages already, so waiting here could deadlock.
    own = own_rows.lock(tx, callout_id, skip_locked=True)
    if own is not None and own.callout.is_open:
        apply(tx, context, own, [watch.warn_of_mistake(own.callout.code)], SERVICE, Source.CLOCK)
    else:
        _about_none(tx, context, callout_id)


def _about_none(tx: Transaction, context: Context, _: str) -> None:
    again_at = context.now + watch.ALARM_AGAIN
    if nodes.take_job_lock(tx, "mistake alarm", context.now, again_at, at_once=True):
        apply_standalone(tx, context, [watch.warn_of_mistake("")])
