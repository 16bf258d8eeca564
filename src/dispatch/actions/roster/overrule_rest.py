"""Who rests after a call-out at night; and a coordinator who wants somebody paged all the same.

The audit says who overruled whose rest, and until when.
"""

from collections.abc import Mapping
from datetime import datetime

from dispatch.actions.context import Context
from dispatch.actions.roster.edit_roster import one_called
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.people import Person
from dispatch.rules.roster.rest import still
from dispatch.rules.wording.times import local_day_and_time
from dispatch.store.access import audit
from dispatch.store.roster import rests
from dispatch.store.transaction import Transaction


class RestsNot(ValueError):
    """they do not rest, so they are paged as the policy says"""


def overrule_rest(tx: Transaction, context: Context, name: str, by: Actor, source: Source) -> tuple[Person, datetime]:
    """From now on they are paged as if they had not been out: for this rest, and no later one. Returns who, and when
    the rest would have been over. Raises `NobodyOfThatName`, `RestsNot`."""
    person = one_called(context.roster(tx), name)
    until = still(context.resting(tx), person.id, context.now)
    if until is None:
        raise RestsNot(f"{person.name} does not rest, and is paged as the policy says")
    rests.overrule(tx, person.id, until)
    told = f"of {person.id}, until {local_day_and_time(until)}"
    audit.write(tx, context.now, by, source, AuditEvent.OVERRULED_REST, detail=told)
    return person, until


def who_rests(tx: Transaction, context: Context) -> Mapping[str, datetime]:
    """Until when each person rests, by their id."""
    return {person: until for person, until in context.resting(tx).items() if until > context.now}
