"""Whose training holds, and whose ends soon.

The law: a date takes nobody off paging. Whoever is past it is paged like anybody else in the rotation, since somebody
who may not be believed in court is better for a child than nobody; but they cover nothing, are proposed for nothing,
and a coordinator reads of it weeks before.
"""

from datetime import datetime, timedelta

from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.roster import Roster

SEEN_AHEAD = timedelta(days=60)


def lapsing(roster: Roster, now: datetime) -> list[Person]:
    """The specialists whose training holds no longer, or ends within `SEEN_AHEAD`."""
    return [one for one in roster.with_role(Role.SPECIALIST) if lapses_soon(one, now)]


def lapses_soon(person: Person, now: datetime) -> bool:
    lapses = person.qualified_before
    return person.is_specialist and lapses is not None and lapses <= now + SEEN_AHEAD


def not_qualified(person: Person, at: datetime) -> str:
    """Why somebody who is on call covers nothing at that moment; empty for somebody who does."""
    if person.is_qualified(at):
        return ""
    return "no longer qualified" if person.is_specialist else "no specialist"


def not_covering(roster: Roster, rotation: str, person: Person, at: datetime) -> str:
    """As `not_qualified`, of whoever is on call in this rotation, which may be the coordinators' own."""
    if roster.takes_alarms(rotation):
        return "" if person.is_coordinator else "no coordinator"
    return not_qualified(person, at)


def not_covering_all(roster: Roster, rotation: str, person: Person, ends_at: datetime) -> str:
    """As `not_covering`, at some moment before `ends_at`: a training that has ended does not begin again."""
    return not_covering(roster, rotation, person, ends_at - timedelta(microseconds=1))
