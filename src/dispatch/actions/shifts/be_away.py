"""Somebody is away, or back. It takes nobody off call: it asks for covers, in one text however many shifts it holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dispatch.actions.context import Context
from dispatch.actions.roster.edit_roster import one_called
from dispatch.actions.shifts.ask_cover import ask_for_cover, withdraw_covers
from dispatch.rules.facts.actors import Actor, ActorKind, AuditEvent, Source
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.schedule import Absence
from dispatch.rules.shifts import wanting
from dispatch.rules.shifts.cover import Cover
from dispatch.rules.shifts.wanting import SpanRefused
from dispatch.store.access import audit
from dispatch.store.shifts import absences, asked_covers
from dispatch.store.transaction import Transaction

_WITH_YEARS = frozenset({Source.API, Source.CLI, Source.WEB})


class AbsenceRefused(ValueError):
    """nobody can be away like this; `why` says why"""

    def __init__(self, why: SpanRefused) -> None:
        self.why = why
        super().__init__(f"the absence is {why}")


@dataclass(frozen=True, slots=True)
class SaidAway:
    """`asked` are the covers that are asked for now, by the beginning of their shifts: all still are the holder's."""

    absence: Absence
    asked: tuple[Cover, ...]


@dataclass(frozen=True, slots=True)
class CameBack:
    """`withdrawn` are asked for no longer. What others have taken stays theirs."""

    was_away: bool
    withdrawn: Sequence[Cover] = ()


def be_away(
    tx: Transaction,
    context: Context,
    name: str,
    starts_at: datetime,
    ends_at: datetime,
    by: Actor,
    source: Source,
) -> SaidAway:
    """Raises `NobodyOfThatName`, `AbsenceRefused` and `NaiveMoment`."""
    person = one_called(context.roster(tx), name)
    if (why := wanting.refused_span(starts_at, ends_at, context.now, however_far=source in _WITH_YEARS)) is not None:
        raise AbsenceRefused(why)
    said = Absence(context.new_id(), person.id, max(starts_at, context.now), ends_at)
    known = [one for one in _of(tx, context, person) if one.holds(said.starts_at, ends_at)]
    absence = known[0] if known else said
    if not known:
        absences.keep(tx, said, context.now, by.id if by.kind is ActorKind.COORDINATOR and by.id != person.id else None)
        audit.write(tx, context.now, by, source, AuditEvent.SAID_AWAY, detail=f"of {person.id}")
    found = wanting.theirs(context.roster(tx), person.id, said.starts_at, ends_at)
    before = asked_covers.open_covers(tx)
    new = ask_for_cover(tx, context, found, by, source, absence=absence.id)
    asked_before = {one.number: one for shift in found for one in wanting.asked_already(shift, before)}
    asked = sorted([*asked_before.values(), *new], key=lambda one: (one.wanted.starts_at, one.number))
    return SaidAway(absence, tuple(asked))


def be_back(
    tx: Transaction,
    context: Context,
    name: str,
    by: Actor,
    source: Source,
    *,
    absence: str | None = None,
) -> CameBack:
    """From the one `absence` of this id, or from all. What another of their absences holds is asked for all the same,
    whichever of them asked first. Raises `NobodyOfThatName`."""
    person = one_called(context.roster(tx), name)
    theirs = [one for one in _of(tx, context, person) if absence in (None, one.id)]
    ended = [one for one in theirs if absences.end(tx, one.id, context.now)]
    if not ended:
        return CameBack(was_away=False)
    audit.write(tx, context.now, by, source, AuditEvent.SAID_BACK, detail=f"of {person.id}")
    left = _of(tx, context, person)
    asked = {
        one.number
        for one in asked_covers.open_covers(tx)
        if wanting.asked_as_away(one.wanted, ended) and not wanting.is_held(one.wanted, left, context.now)
    }
    withdrawn = withdraw_covers(tx, context, person.id, asked, by, source) if asked else []
    roster = context.roster(tx)
    for away in left:  # one after another: two of them may want the same part
        found = [part for one in withdrawn for part in wanting.still_wanted(one.wanted, away, roster, context.now)]
        if found:
            ask_for_cover(tx, context, found, by, source, absence=away.id)
    return CameBack(True, withdrawn)


def _of(tx: Transaction, context: Context, person: Person) -> list[Absence]:
    return [one for one in absences.standing(tx, context.now) if one.person == person.id]
