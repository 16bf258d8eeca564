"""What a coordinator sees of our people: everybody in a line, and one person whole. The audit trail says who looked,
since numbers and where people start from are among it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dispatch.actions.context import Context
from dispatch.actions.roster.overrule_rest import who_rests
from dispatch.actions.roster.who_is_reachable import who_is_reachable
from dispatch.rules.access.permissions import may_sign_in
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.people import quarter
from dispatch.rules.people.new_number import NewNumber
from dispatch.rules.roster.nights import nights_of_each
from dispatch.rules.roster.reachable import Reachability
from dispatch.rules.schedule.edits import RosterPart
from dispatch.store.access import accounts, audit
from dispatch.store.board import open_callouts
from dispatch.store.board.open_callouts import LastTestPage
from dispatch.store.callout import involvements
from dispatch.store.people import new_numbers
from dispatch.store.schedule import roster_changes
from dispatch.store.transaction import Transaction

_TESTS_SINCE = timedelta(days=366)


class NoSuchPerson(LookupError):
    """nobody in the roster is called this, and nobody is being added under this name"""


@dataclass(frozen=True, slots=True)
class PersonShown:
    """`number` is the one that is being verified, `verified` how the present one was, if it came in this way, and
    `tests` the newest test page on each channel, and `reachable` says whether they are reachable tonight. Whoever is
    not `is_listed` is paged once their number is verified."""

    person: Person
    is_listed: bool
    number: NewNumber | None
    verified: NewNumber | None
    tests: tuple[LastTestPage, ...]
    nights: int
    reachable: Reachability | None


@dataclass(frozen=True, slots=True)
class PeopleShown:
    """`until` is the last day of the quarter."""

    people: tuple[PersonShown, ...]
    area_names: list[tuple[str, str]]
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class OnePersonShown:
    """`on` is the code of the call-out that they are on, `rests_until` when their rest after one is over.
    `may_sign_in`: they have a role that needs an account."""

    shown: PersonShown
    roster: Roster
    on: str | None
    rests_until: datetime | None
    may_sign_in: bool
    has_account: bool

    @property
    def area_names(self) -> list[tuple[str, str]]:
        return area_names(self.roster)


def area_names(roster: Roster) -> list[tuple[str, str]]:
    """Each area's code and name."""
    return [(area.code, area.name) for area in roster.areas]


def show_people(tx: Transaction, context: Context, by: Actor, source: Source) -> PeopleShown:
    context.let_sleep()
    roster = context.roster(tx)
    first, following = quarter.bounds(context.now)
    audit.write(tx, context.now, by, source, AuditEvent.SAW_PEOPLE)
    return PeopleShown(tuple(_shown(tx, context, roster)), area_names(roster), first, following - timedelta(days=1))


def show_person(tx: Transaction, context: Context, person: str, by: Actor, source: Source) -> OnePersonShown:
    """Raises `NoSuchPerson`."""
    context.let_sleep()
    one = find_person(tx, context, person)
    audit.write(tx, context.now, by, source, AuditEvent.SAW_PEOPLE, detail=f"of {person}")
    return one


def find_person(tx: Transaction, context: Context, person: str) -> OnePersonShown:
    """For what is done about somebody, which has a line of its own. Raises `NoSuchPerson`."""
    roster = context.roster(tx)
    shown = next((one for one in _shown(tx, context, roster, person) if one.person.id == person), None)
    if shown is None:
        raise NoSuchPerson(f"nobody in the roster is called {person!r}, and nobody is being added under this name")
    account = accounts.find(tx, person)
    return OnePersonShown(
        shown,
        roster,
        involvements.open_for_person(tx, {person}).get(person),
        who_rests(tx, context).get(person),
        may_sign_in(shown.person) and shown.is_listed,
        account is not None and account.enrolled_at is not None,
    )


def roster_and_taken_ids(tx: Transaction, context: Context) -> tuple[Roster, frozenset[str]]:
    """The roster, and the ids that nobody new may have: those of everybody who is in it, was, or is to come. What is
    kept of somebody who has left must not become somebody else's."""
    roster, waiting = context.roster(tx), (one.person for one in new_numbers.not_ended(tx))
    listed = (one.id for one in roster.people)
    return roster, frozenset({*listed, *waiting, *roster_changes.names_ever(tx, RosterPart.PEOPLE)})


def _shown(tx: Transaction, context: Context, roster: Roster, only: str | None = None) -> list[PersonShown]:
    listed = [person for person in roster.people if only in (None, person.id)]
    ids = [person.id for person in listed]
    asked = {one.person: one for one in new_numbers.not_ended(tx) if one.is_open(context.now)}
    ended, tests = new_numbers.last_ended(tx, ids), open_callouts.last_tests(tx, ids, context.now - _TESTS_SINCE)
    nights, reachable = nights_of_each(roster, *quarter.bounds(context.now)), who_is_reachable(tx, context, listed)
    lines = [
        PersonShown(
            person,
            True,
            asked.get(person.id),
            _of_this_phone(ended.get(person.id), person),
            _of(tests, person.id),
            nights[person.id],
            reachable[person.id],
        )
        for person in listed
    ]
    return lines + [
        PersonShown(one.newcomer, False, one, None, (), 0, None)
        for one in asked.values()
        if one.newcomer is not None and roster.person(one.person) is None and only in (None, one.person)
    ]


def _of_this_phone(number: NewNumber | None, person: Person) -> NewNumber | None:
    return number if number is not None and number.phone == person.phone else None


def _of(tests: Sequence[LastTestPage], person: str) -> tuple[LastTestPage, ...]:
    return tuple(sorted((one for one in tests if one.person == person), key=lambda one: one.at))
