"""Tells whoever comes on what runs, as their shift begins."""

from datetime import timedelta

from dispatch.actions.apply_standalone import send_standalone
from dispatch.actions.context import Context
from dispatch.rules.alarms.owners import has_owner
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.shifts.handing_over import Running, hand_off, who_comes_on
from dispatch.store import nodes
from dispatch.store.alarms import alarms
from dispatch.store.reports import callout_times
from dispatch.store.schedule import occupied
from dispatch.store.transaction import Transaction

_TOLD_UNTIL = "hand-offs told until"
_MISSED = timedelta(minutes=30)
_REVIEWS_OF = timedelta(days=90)


def hand_over(tx: Transaction, context: Context) -> None:
    """Text everybody who has come on since the last look. Whoever looks holds the lock of tests of shifts.

    Whoever is paged or out gets none: by the time they are free it would say what ran hours ago.
    """
    told_until = nodes.moment_of(tx, _TOLD_UNTIL) or context.now
    since = max(told_until, context.now - _MISSED)
    nodes.keep_moment(tx, _TOLD_UNTIL, max(told_until, context.now))
    roster = context.roster(tx)
    if context.now <= since or not (coming := who_comes_on(roster, since, context.now)):
        return
    owned = tuple(one for one in alarms.all_open(tx, context.now) if has_owner(one, context.now))
    reviews = callout_times.reviews_owed(tx, context.now - _REVIEWS_OF, context.now)
    running = Running(tuple(occupied.open_codes(tx)), owned, reviews)
    busy = occupied.busy_people(tx)
    for person, coordinator in coming:
        words = hand_off(running, roster, coordinator=coordinator)
        if words is not None and not person.opted_out and person.id not in busy:
            send_standalone(tx, context, text_to(person, Purpose.TONIGHT, words, context.now))
