"""Who leaves the roster by a change of it, or loses a role in which somebody may need them tonight."""

from dataclasses import dataclass

from dispatch.rules.facts.people import Role
from dispatch.rules.facts.roster import Roster


@dataclass(frozen=True, slots=True)
class Leaving:
    """Ids of people: `specialists` are paged no more, `coordinators` hear no alarms any more; whoever leaves is in
    both. `is_last`: no specialist is left."""

    specialists: frozenset[str]
    coordinators: frozenset[str]
    is_last: bool


def leaving(before: Roster, after: Roster) -> Leaving:
    gone = {one.id for one in before.people} - {one.id for one in after.people}
    specialists, coordinators = (
        _holders(before, role) - _holders(after, role) for role in (Role.SPECIALIST, Role.COORDINATOR)
    )
    is_last = bool(specialists) and not _holders(after, Role.SPECIALIST)
    return Leaving(frozenset(gone | specialists), frozenset(gone | coordinators), is_last)


def _holders(roster: Roster, role: Role) -> set[str]:
    return {person.id for person in roster.with_role(role)}
