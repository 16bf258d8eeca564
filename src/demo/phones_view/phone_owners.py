"""Who has a phone in the view: everybody in the roster, the officer, the partners that are told by text, and whoever
is to verify a number."""

from dataclasses import dataclass

from demo import sample
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.roster import Roster
from dispatch.rules.people.new_number import NewNumber

_QUICK_REPLIES = ("1 25", "2", "OMW", "HERE", "DONE", "HOME")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose phone it is. `quick` lists the replies offered as buttons; an owner who `calls` is offered the hotline."""

    id: str
    name: str
    role: str
    number: str
    group: str
    quick: tuple[str, ...] = ()
    calls: bool = False

    @property
    def initial(self) -> str:
        return self.name.removeprefix("Officer ").removeprefix("A ")[:1].upper()


def owners_of(roster: Roster) -> list[Owner]:
    """Everybody who has a phone; those who are paged come first."""
    specialists = roster.with_role(Role.SPECIALIST)
    coordinators = [person for person in roster.with_role(Role.COORDINATOR) if person not in specialists]
    partners = [agency for agency in roster.agencies if agency.notice_phone is not None]
    return [
        *(_owner(person, "Specialist", "Specialists", _QUICK_REPLIES) for person in specialists),
        Owner("officer", sample.OFFICER_NAME, "Officer", sample.OFFICER_PHONE, "Officers", calls=True),
        Owner("stranger", "A stranger", "Caller whom nobody has listed", sample.STRANGER_PHONE, "Officers", calls=True),
        *(_owner(person, "Coordinator", "Everybody else") for person in coordinators),
        *(
            Owner(partner.code.lower(), partner.code, "Partner", partner.notice_phone or "", "Everybody else")
            for partner in partners
        ),
    ]


def owner_of_number(number: NewNumber, roster: Roster) -> Owner | None:
    """Whoever is to show that a number is theirs: a newcomer, or somebody's other phone."""
    whose = number.whose(roster)
    if whose is None:
        return None
    return Owner(f"new-{number.phone[-4:]}", whose.first_name, "Number to be verified", number.phone, "New numbers")


def _owner(person: Person, role: str, group: str, quick: tuple[str, ...] = ()) -> Owner:
    return Owner(person.id, person.first_name, role, person.phone, group, quick)
