"""On Sundays everybody with a shift is texted their next two weeks, at the hour that they chose.

Whoever is paged or out then is passed over, and told at the first look after it: a text that waited for them would say
what the roster was hours ago.
"""

from datetime import timedelta

from dispatch.actions.apply_standalone import send_standalone
from dispatch.actions.context import Context
from dispatch.rules.covers import two_weeks
from dispatch.rules.schedule.shift_texts import pages
from dispatch.store import nodes
from dispatch.store.covers import sunday_told
from dispatch.store.schedule import occupied
from dispatch.store.transaction import Transaction

_EVERY = timedelta(minutes=1)


def tell_two_weeks(tx: Transaction, context: Context) -> None:
    """Text whoever is due; once a minute, on one node."""
    roster, now = context.roster(tx), context.now
    due = two_weeks.due(roster, now)
    if not due or not nodes.take_job_lock(tx, "sunday texts", now, now + _EVERY, at_once=True):
        context.let_sleep()
        return
    told = sunday_told.told_since(tx, two_weeks.sunday(now))
    waiting = [one for one in due if one.id not in told]
    if not waiting:
        context.let_sleep()
        return
    busy = occupied.busy_people(tx)
    readers = [one for one in waiting if one.id not in busy]
    send_standalone(tx, context, *pages(two_weeks.sunday_texts(roster, readers, now), now))
    sunday_told.keep(tx, [one.id for one in readers], now)
