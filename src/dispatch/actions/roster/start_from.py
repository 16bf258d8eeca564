"""Somebody starts from elsewhere for a while: they say it behind their link, or a coordinator says it.

The audit says who said it and never from where: its lines are kept for ever, and more people read them.
"""

from dispatch.actions.context import Context
from dispatch.rules.facts.actors import Actor, ActorKind, AuditEvent, Source
from dispatch.rules.facts.people import Person
from dispatch.rules.nearer.starting import StartsNowhere, starting
from dispatch.store.access import audit
from dispatch.store.roster import roster as roster_store
from dispatch.store.roster import starts
from dispatch.store.transaction import Transaction


def say_own(tx: Transaction, context: Context, person: Person, code: str) -> None:
    """Behind their link. Raises `StartsNowhere`."""
    _change(tx, context, person.id, code)
    audit.write(tx, context.now, Actor(ActorKind.SPECIALIST, person.id), Source.LINK, AuditEvent.SAID_START)


def set_start(tx: Transaction, context: Context, person_id: str, code: str, by: Actor, source: Source) -> None:
    """A coordinator says it of somebody. Raises `StartsNowhere`."""
    _change(tx, context, person_id, code)
    audit.write(tx, context.now, by, source, AuditEvent.SET_START, detail=f"of {person_id}")


def _change(tx: Transaction, context: Context, person_id: str, code: str) -> None:
    """Without a `code`, what the roster says holds again."""
    roster = context.roster(tx)
    if code:
        start = starting(roster, person_id, code, context.now)
        # First: it lets in one transaction after the other, so that two words of one person do not meet in the table.
        roster_store.touch_roster(tx)
        starts.keep(tx, start)
    elif roster.person(person_id) is None:
        raise StartsNowhere(StartsNowhere.__doc__)
    else:
        roster_store.touch_roster(tx)
        starts.end(tx, person_id)
