"""Who of a step is paged first, and who is paged with the first step because all of it is far away.

The law: both are off unless the policy says otherwise; what is not known is taken for neither near nor far; and no step
ends later for it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dispatch.rules.facts.people import Person
from dispatch.rules.facts.situation import UNKNOWN, Nearby, Situation
from dispatch.rules.nearer.reach import beside_far_step
from dispatch.rules.roster.rest import still

MUCH_NEARER = 15
"""Minutes by which somebody must be sooner to be paged before the others."""
AHEAD = timedelta(seconds=60)


def where(situation: Situation) -> Nearby:
    """Who is how far, where the policy asks for it."""
    return (situation.nearby if situation.callout.policy.asks_where else None) or UNKNOWN


def beside_first_step(situation: Situation, in_step: Sequence[Person], now: datetime) -> list[Person]:
    """The two nearest others, of those who neither rest nor are away, when everybody whom a new call-out pages first
    needs too long."""
    callout = situation.callout
    if not callout.policy.far_minutes or callout.step > 0:
        return []
    near = where(situation)
    others = (
        person
        for person in situation.roster.people
        if person.is_qualified(now)
        and person.id not in callout.declined | callout.out | near.away
        and still(situation.resting, person.id, now) is None
    )
    return beside_far_step(callout.policy, in_step, others, near.ready)


def later(situation: Situation, people: Sequence[Person], wait: timedelta) -> frozenset[str]:
    """The ids of those who are paged a minute after the others: somebody of the step is much nearer."""
    ready = where(situation).ready
    known = {person.id: ready[person.id] for person in people if person.id in ready}
    if not situation.callout.policy.nearest_first or not known or wait <= AHEAD:
        return frozenset()
    nearest = min(known.values())
    return frozenset(person for person, minutes in known.items() if minutes - nearest >= MUCH_NEARER)
