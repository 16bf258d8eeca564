"""What ends with a change of the roster.

The law: what the roster gave works no longer than the roster gives it. Of whoever has left nothing is kept that would
work for the next who gets their id.
"""

from datetime import datetime

from dispatch.rules.access.permissions import may_sign_in
from dispatch.rules.alarms.owners import owner_called
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.store.access import accounts, keys, links, sessions
from dispatch.store.access.end_access import end_access
from dispatch.store.access.keys import ApiKey
from dispatch.store.access.links import CalendarLink, OwnLink
from dispatch.store.covers import absences
from dispatch.store.transaction import Transaction


def end_what_is_lost(tx: Transaction, before: Roster, after: Roster, at: datetime) -> list[ApiKey]:
    """End the access of whoever may have no account any more, or whom the identity provider called otherwise; a
    coordinator's keys for programs with their role; the link to somebody's own shifts with the number that it was
    texted to; the account, the calendar and the absences of whoever has left. Returns the keys."""
    stay = {person.id: person for person in after.people}
    could = sessions.people_signed_in(tx) | {person.id for person in before.people if may_sign_in(person)}
    lost = {one for one in could if not may_sign_in(stay.get(one))}
    called_otherwise = {one.id for one in before.people if _is_called_otherwise(one, stay.get(one.id))}
    end_access(tx, sorted(lost | called_otherwise), at)
    if left := [person.id for person in before.people if person.id not in stay]:
        accounts.remove(tx, left)
        links.withdraw_of(tx, [CalendarLink], left, at)
        absences.end_of(tx, left, at)
    if moved := [one.id for one in before.people if one.id not in stay or stay[one.id].phone != one.phone]:
        links.withdraw_of(tx, [OwnLink], moved, at)
    gone = {one.id for one in before.people if one.is_coordinator and not _coordinates(stay.get(one.id))}
    revoked = []
    for key in keys.of_coordinators(tx):
        whose = owner_called(str(key.coordinator), before)
        if whose in gone:
            revoked += [key] if keys.revoke(tx, key.id, at) else []
        elif whose in stay and owner_called(str(key.coordinator), after) != whose:
            keys.keep_for(tx, key.id, whose)
    return revoked


def _is_called_otherwise(before: Person, now: Person | None) -> bool:
    """Whether the provider's word for somebody has changed: it may have let another in."""
    if before.sign_in is None or now is None:
        return False
    return now.sign_in is None or now.sign_in.casefold() != before.sign_in.casefold()


def _coordinates(person: Person | None) -> bool:
    return person is not None and person.is_coordinator
