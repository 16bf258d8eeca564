"""One call-out in detail, for coordinators and the operator: read in nine queries however long its night was.

A coordinator's view, their API, `dispatch show` and the view behind an alarm's link are made of it. Agencies,
specialists and officers see nothing of it: what each of them may see is read separately.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from dispatch.actions.callout.change_callout import no_such_callout
from dispatch.actions.context import Context
from dispatch.rules.access.texted_secrets import blanked
from dispatch.rules.commands import post
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.callout import Assignment, CallOut
from dispatch.rules.facts.pages import Page
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.situation import Situation
from dispatch.rules.nearer import could_come
from dispatch.store.access import audit
from dispatch.store.callout import assignments, records
from dispatch.store.callout.assignments import AssignmentRecord
from dispatch.store.callout.records import CallOutRecord
from dispatch.store.delivery import pages
from dispatch.store.transaction import Transaction

DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class OnIt:
    """Somebody who is on the call-out or may come along. Without a `phone` they have left the roster."""

    name: str
    phone: str | None
    part: Assignment


class PageLine(NamedTuple):
    """One message, and the name of whoever got it. A link is cut out of its text."""

    name: str
    page: Page


@dataclass(frozen=True, slots=True)
class Detail:
    """`situation` is what rules decide on, `record` how it stands and what its caller said. `everybody` was ever on it
    or offered to come; `pages` are all its messages, in the order in which they were decided."""

    situation: Situation
    record: CallOutRecord
    everybody: tuple[AssignmentRecord, ...]
    pages: tuple[PageLine, ...]

    @property
    def callout(self) -> CallOut:
        return self.situation.callout

    @property
    def roster(self) -> Roster:
        return self.situation.roster

    @property
    def agency_name(self) -> str:
        return self.roster.agency_name(self.record.agency)

    @property
    def agency_numbers(self) -> tuple[tuple[str, str], ...]:
        """The numbers that the agency has listed, each with whose it is: whoever verifies the caller rings one of them,
        never the one that called."""
        agency = self.roster.agency(self.record.agency)
        if agency is None:
            return ()
        desks = [(station.name, station.phone) for station in agency.stations if station.phone is not None]
        found = [*((agency.code, number) for number in agency.listed_numbers), *desks]
        return tuple((name, number) for name, number in found if number != self.record.details.officer_phone)

    @property
    def going(self) -> tuple[OnIt, ...]:
        """Who is on it or may come along; whoever has it comes first."""
        parts = sorted(self.callout.assignments, key=lambda part: not part.role.leads)
        people = [(part, self.roster.person(part.person)) for part in parts]
        return tuple(OnIt(self.roster.name_of(part.person), who.phone if who else None, part) for part, who in people)

    @property
    def holder(self) -> OnIt | None:
        """Whoever has it."""
        return next((one for one in self.going if one.part.role.leads), None)

    @property
    def comes_first(self) -> OnIt | None:
        """Whoever is there, or will be there first as they said."""
        first = self.callout.comes_first
        return next((one for one in self.going if one.part == first), None)

    def stands(self, person: str) -> str:
        """How somebody who was asked stands by now, such as "has the call-out"; "" for whoever has said nothing."""
        mine = self.callout.assignment_of(person)
        if mine is not None and mine.is_on_it:
            if not self.record.status.is_open:
                return "went"
            return "has the call-out" if mine.role.leads else "goes along"
        if (said := self.callout.limited_of(person)) is not None:
            return could_come.of_decline(said).in_words
        return DECLINED if person in self.callout.declined else ""

    @property
    def asked(self) -> tuple[PageLine, ...]:
        """The pages that ask somebody to take it."""
        return tuple(line for line in self.pages if line.page.purpose.pages)

    @property
    def now(self) -> tuple[PageLine, ...]:
        """Those that are under way, while it pages."""
        return tuple(line for line in self.asked if self.callout.status.is_paging and line.page.state.is_under_way)

    @property
    def tried(self) -> tuple[PageLine, ...]:
        """Those that reached nobody."""
        return tuple(line for line in self.asked if line.page.state.has_failed)


def read_detail(tx: Transaction, context: Context, callout_id: str) -> Detail:
    """Changes nothing. Raises `NoSuchCallOut`."""
    situation, record = context.look(tx, callout_id), records.find(tx, callout_id)
    if situation is None or record is None:
        raise no_such_callout(callout_id)
    lines = tuple(_line(situation.roster, page) for page in pages.of_callout(tx, callout_id))
    return Detail(situation, record, tuple(assignments.of_callout(tx, callout_id)), lines)


def open_detail(tx: Transaction, context: Context, callout_id: str, by: Actor, source: Source) -> Detail:
    """As `read_detail`, for a person who looks: writes the audit trail."""
    detail = read_detail(tx, context, callout_id)
    audit.write(tx, context.now, by, source, AuditEvent.READ, callout_id)
    return detail


def _line(roster: Roster, page: Page) -> PageLine:
    name = post.recipient(roster, page.person, page.purpose, page.to)
    return PageLine(name, replace(page, text=blanked(page.text)))  # the meeting place is for its person alone
