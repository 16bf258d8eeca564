"""What the response times view shows: the figures of a span, its call-outs, its misses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dispatch.actions.callout.change_callout import no_such_callout
from dispatch.actions.context import Context
from dispatch.rules.callout.response_clock import total
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.reports.headline import CameOf, Headline
from dispatch.rules.reports.report_tables import NO_SPECIALIST
from dispatch.rules.reports.responses import Response
from dispatch.store.access import audit
from dispatch.store.callout import callouts
from dispatch.store.reports import callout_times, counting
from dispatch.store.reports.counting import Span
from dispatch.store.transaction import Transaction

MOST_RESPONSES = 10_000
"""The most call-outs that a view reads one by one: each costs 32 µs, in which a call-out may wait."""
MOST_LINES = 50_000
"""The most call-outs that leave as a file at once."""
MOST_MISSES = 30


class TooManyLines(ValueError):
    """a file holds 50,000 call-outs at most; choose a shorter period"""


@dataclass(frozen=True, slots=True)
class Report:
    """`responses` are the call-outs, the oldest first; None where they are more than `MOST_RESPONSES`. `first` and
    `last` are when the first and the last call-out was received."""

    headline: Headline
    first: datetime
    last: datetime
    responses: Sequence[Response] | None
    misses: Sequence[Response]


def show_response_times(tx: Transaction, context: Context, span: Span) -> Report | None:
    """The figures of a span; None when no call-out was received in it."""
    reached = counting.reach(tx, span)
    if reached is None:
        return None
    responses = came = worst = None
    if not counting.are_more(tx, span, MOST_RESPONSES):
        responses = callout_times.newest(tx, span, MOST_RESPONSES)[::-1]
        worst = max((one.time for one in responses if one.time is not None), default=None)
        came = sum(callout_times.came_of(tx, span).values(), CameOf())
    tally = total(counting.tallies(tx, span, context.now).values())
    said = callout_times.said_about_misses(tx, span, context.now)
    headline = Headline(tally.summary(), len(tally.times), said.excluded, said.reviewed, worst, came)
    return Report(headline, *reached, responses, callout_times.misses(tx, span, context.now, MOST_MISSES))


# ---- whom one can ask for, and the rows as a file --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choices:
    """The agencies that call us, by their codes, and the specialists, by id and name."""

    agencies: list[str]
    specialists: list[tuple[str, str]]
    names: dict[str, str]  # of everybody in the roster, by id

    def name(self, person_id: str) -> str:
        """Their name; their id once they have left the roster."""
        return self.names.get(person_id, person_id)

    def options_of_agencies(self, asked: str | None) -> list[tuple[str, str]]:
        """The agencies to choose from, and the one that was asked for, even if it has left the roster."""
        gone = [asked] if asked and asked not in self.agencies else []
        return [(code, code) for code in [*self.agencies, *gone]]

    def options_of_specialists(self, asked: str | None) -> list[tuple[str, str]]:
        gone = [(asked, self.name(asked))] if asked and all(asked != id_ for id_, _ in self.specialists) else []
        return [*self.specialists, *gone]

    def name_of(self, one: Response) -> str:
        """Whoever had this call-out."""
        return NO_SPECIALIST if one.specialist is None else self.name(one.specialist)


def choices(tx: Transaction, context: Context) -> Choices:
    """Whoever is in the roster now; an address may still name somebody who has left it."""
    roster = context.roster(tx)
    callers = [agency.code for agency in roster.callers]
    people = sorted((person.name, person.id) for person in roster.people if "specialist" in person.roles)
    names = {person.id: person.name for person in roster.people}
    return Choices(callers, [(id_, name) for name, id_ in people], names)


def list_responses(tx: Transaction, context: Context, span: Span) -> list[Response]:
    """The call-outs of a span, the newest first. Raises `TooManyLines`."""
    if counting.are_more(tx, span, MOST_LINES):
        raise TooManyLines(TooManyLines.__doc__)
    return callout_times.newest(tx, span, MOST_LINES)


def note_looked(tx: Transaction, context: Context, by: Actor, what: str, *, took: bool) -> None:
    """Somebody looked at the response times of `what`, or downloaded them as a file."""
    context.let_sleep()
    audit.write(tx, context.now, by, Source.WEB, AuditEvent.TOOK_TIMES if took else AuditEvent.SAW_TIMES, detail=what)


def read_response(tx: Transaction, context: Context, callout_id: str, by: Actor) -> Response:
    """One call-out, for somebody who looks at it. Raises `NoSuchCallOut`."""
    context.let_sleep()
    found = callout_times.find(tx, callout_id)
    if found is None:
        raise no_such_callout(callout_id)
    audit.write(tx, context.now, by, Source.WEB, AuditEvent.READ, callout_id)
    return found


def locked(tx: Transaction, callout_id: str) -> Response:
    """The same, locked until this transaction ends. Raises `NoSuchCallOut`."""
    callouts.lock_only(tx, callout_id)
    found = callout_times.find(tx, callout_id)
    if found is None:
        raise no_such_callout(callout_id)
    return found
