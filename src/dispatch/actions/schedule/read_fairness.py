"""Who carries how much, in the last weeks and in the next. Looking is audited: it is about people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dispatch.actions.context import Context
from dispatch.actions.schedule.federal_holidays import federal_holidays
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.roster import Roster
from dispatch.rules.roster.nights import tonight
from dispatch.rules.schedule.fairness import WEEKS_EACH_WAY, Burden, NightCounts, burdens, night_spans, weeks_span
from dispatch.store.access import audit
from dispatch.store.reports import burden_counts
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Weeks:
    """The nights from `first` on until before `after`. `counts` are None for what is to come."""

    first: date
    after: date
    burdens: list[Burden]
    counts: Mapping[str, NightCounts] | None
    holidays: Mapping[date, str]


@dataclass(frozen=True, slots=True)
class Fairness:
    roster: Roster
    last: Weeks
    next: Weeks


def read_fairness(tx: Transaction, context: Context) -> Fairness:
    """The last thirteen weeks until before tonight, and the next thirteen from tonight on."""
    roster, today = context.roster(tx), tonight(context.now)
    span = timedelta(weeks=WEEKS_EACH_WAY)
    return Fairness(
        roster, _weeks(tx, roster, today - span, today, counted=True), _weeks(tx, roster, today, today + span)
    )


def _weeks(tx: Transaction, roster: Roster, first: date, after: date, *, counted: bool = False) -> Weeks:
    holidays = federal_holidays(first, after)
    found = burdens(roster, first, after, holidays.keys())
    return Weeks(first, after, found, _counts(tx, roster, first, after) if counted else None, holidays)


def _counts(tx: Transaction, roster: Roster, first: date, after: date) -> Mapping[str, NightCounts]:
    people = [person.id for person in roster.people]
    pages = burden_counts.pages_within(tx, people, night_spans(first, after))
    callouts = burden_counts.callouts_of_each(tx, *weeks_span(first, after))
    return {one: NightCounts(pages.get(one, 0), callouts.get(one, 0)) for one in {*people, *pages, *callouts}}


def note_looked_at_fairness(tx: Transaction, context: Context, by: Actor) -> None:
    context.let_sleep()
    audit.write(tx, context.now, by, Source.WEB, AuditEvent.SAW_FAIRNESS)
