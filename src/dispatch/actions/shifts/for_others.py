"""What coordinators do about covers, for anybody: ask, give, take, withdraw."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from dispatch.actions.context import Context
from dispatch.actions.roster.edit_roster import one_called
from dispatch.actions.schedule.change_roster import Making, PlannedChange, Planning
from dispatch.actions.shifts.ask_cover import ask_for_cover, tell_holder, withdraw_covers
from dispatch.actions.shifts.take_cover import make_cover, numbered, plan_cover
from dispatch.rules.facts.actors import Actor, Source
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Absence, Shift
from dispatch.rules.schedule.edits import EditRefused
from dispatch.rules.shifts import cover_texts, wanting
from dispatch.rules.shifts.cover import Cover, CoverState
from dispatch.rules.shifts.cover_texts import shift_in_words
from dispatch.rules.shifts.taking import is_standing
from dispatch.rules.shifts.waves import never_asked
from dispatch.store.shifts import absences, asked_covers
from dispatch.store.transaction import Transaction

_MOST = 200
_BACK = timedelta(days=1)


class NothingToCover(EditRefused):
    """nobody can be asked for this"""


@dataclass(frozen=True, slots=True)
class ShownCovers:
    """Those that are open, and what became of the others whose shift is not long over; who is away, or will be. A cover
    whose shift is its holder's no more has lapsed, also where that is due to be written down."""

    roster: Roster
    now: datetime
    covers: Sequence[Cover]
    absences: Sequence[Absence]

    @property
    def open_covers(self) -> list[Cover]:
        """Those that somebody can take."""
        return [one for one in self.covers if one.is_open]


def read_covers(tx: Transaction, context: Context) -> ShownCovers:
    roster, now = context.roster(tx), context.now
    found = [
        replace(one, state=CoverState.LAPSED) if one.is_open and not is_standing(roster, one, now) else one
        for one in asked_covers.latest(tx, now - _BACK, _MOST)
    ]
    return ShownCovers(roster, now, found, absences.standing(tx, now))


def ask_for_other(
    tx: Transaction,
    context: Context,
    name: str,
    starts_at: datetime,
    ends_at: datetime,
    by: Actor,
    source: Source,
    *,
    only: str = "",
) -> list[Cover]:
    """Cover for whatever they have in the span. `only` is the one person who is asked, if they can be. Raises
    `NobodyOfThatName`, `NothingToCover`, `NaiveMoment`."""
    roster = context.roster(tx)
    person = one_called(roster, name)
    named = one_called(roster, only).id if only else None
    if (why := wanting.refused_span(starts_at, ends_at, context.now, however_far=True)) is not None:
        raise NothingToCover(f"nobody can be asked: the span is {why}")
    if named == person.id:
        raise NothingToCover(f"{person.first_name} cannot cover their own shift")
    found = wanting.theirs(roster, person.id, max(starts_at, context.now), ends_at)
    if not found:
        raise NothingToCover(f"{person.first_name} is not on call then")
    if only:
        _refuse_never(tx, context, one_called(roster, only), found)
    new = ask_for_cover(tx, context, found, by, source, only=named)
    if not new:
        before = asked_covers.open_covers(tx)
        known = sorted({one.number for shift in found for one in wanting.asked_already(shift, before)})
        raise NothingToCover(f"cover is asked for already: {', '.join(map(str, known))}")
    return new


def _refuse_never(tx: Transaction, context: Context, named: Person, found: Sequence[Shift]) -> None:
    """Whoever is alone to be asked, and never will be. Somebody who is paged or out is asked once they are free."""
    roster, away = context.roster(tx), absences.standing(tx, context.now)
    for one in found:
        theirs = wanting.theirs(roster, named.id, one.starts_at, one.ends_at)
        if why := never_asked(roster, one.rotation, named, one.starts_at, one.ends_at, away, theirs):
            raise NothingToCover(f"nobody is asked: {named.first_name} {why}, {shift_in_words(one, roster, None)}")


def withdraw(tx: Transaction, context: Context, number: int, by: Actor, source: Source) -> Cover:
    """Raises `NoSuchCover`, `NothingToCover`."""
    cover = numbered(tx, number)
    if not withdraw_covers(tx, context, cover.wanted.holder, {number}, by, source):
        now = asked_covers.find(tx, number)
        raise NothingToCover(f"cover {number} is {now.state if now else CoverState.LAPSED} already")
    roster = context.roster(tx)
    if by.id != cover.wanted.holder and is_standing(roster, cover, context.now):
        tell_holder(tx, context, cover, cover_texts.withdrawn(cover, roster))
    return cover


# ---- previewed, as every edit of the roster that a coordinator makes ------------------------------------------------


def handing_over(number: int, name: str, by: Actor, *, is_given: bool) -> tuple[Planning, Making]:
    """Put somebody on: whoever was asked and whatever days they are away, if it `is_given` to them; otherwise they have
    said yes on the phone, and it raises where their own text would be refused. Planning raises `NobodyOfThatName`,
    `NoSuchCover` and `CoverRefused`."""

    def planned(tx: Transaction, context: Context) -> PlannedChange:
        taker = one_called(context.roster(tx), name)
        return plan_cover(tx, context, number, taker.id, by, is_given=is_given)

    return planned, partial(make_cover, number=number, is_given=is_given)
