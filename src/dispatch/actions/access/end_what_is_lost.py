"""What ends with a change of the roster.

The law: what the roster gave works no longer than the roster gives it. Of whoever has left nothing is kept that would
work for the next who gets their id.
"""

from datetime import datetime

from dispatch.rules.access.permissions import may_sign_in
from dispatch.rules.alarms.owners import owner_called
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.people import new_number
from dispatch.rules.people.new_number import NumberEnd
from dispatch.store.access import accounts, keys, links, sessions
from dispatch.store.access.end_access import end_access
from dispatch.store.access.keys import ApiKey
from dispatch.store.access.links import LinkEnding, NumberLink
from dispatch.store.people import new_numbers
from dispatch.store.shifts import absences
from dispatch.store.transaction import Transaction


def end_what_is_lost(tx: Transaction, before: Roster, after: Roster, at: datetime) -> list[ApiKey]:
    """End the access of whoever may have no account any more, whom the identity provider called otherwise, or whose
    phone is perhaps lost, since their number is another; a coordinator's keys for programs with their role; links with
    whatever ends their kind; what is being verified for whoever has left or has got another number; the account and the
    absences of whoever has left. Returns the keys."""
    stay = {person.id: person for person in after.people}
    could = sessions.people_signed_in(tx) | {person.id for person in before.people if may_sign_in(person)}
    lost = {one for one in could if not may_sign_in(stay.get(one))}
    called_otherwise = {one.id for one in before.people if _is_called_otherwise(one, stay.get(one.id))}
    left = [person.id for person in before.people if person.id not in stay]
    moved = [one.id for one in before.people if one.id in stay and stay[one.id].phone != one.phone]
    end_access(tx, sorted(lost | called_otherwise | {*moved}), at)
    if left:
        accounts.remove(tx, left)
        absences.end_of(tx, left, at)
    coordinates = {one.id for one in stay.values() if one.is_coordinator}
    gone = {one.id for one in before.people if one.is_coordinator} - coordinates
    for what, people in ((LinkEnding.LEAVES, left), (LinkEnding.NUMBER, moved), (LinkEnding.COORDINATES, sorted(gone))):
        links.withdraw_with(tx, what, people, at)
    for one in (*left, *moved):
        _end_verifying(tx, one, stay.get(one), at)
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


def _end_verifying(tx: Transaction, person: str, now: Person | None, at: datetime) -> None:
    """They have left, or have another number by now. What is proven of a newcomer's is for `verify_number`."""
    asked = new_numbers.newest_of(tx, person, lock=True)
    if asked is None or asked.ended_at is not None or asked.newcomer is not None:
        return
    if now is None or asked.phone != now.phone:
        ending = NumberEnd.WITHDRAWN if now is None else NumberEnd.REPLACED
        new_numbers.save(tx, new_number.over(asked, ending, at))
        links.withdraw(tx, NumberLink, person, at)
