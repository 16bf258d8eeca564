"""People who swap shifts and go away while call-outs run and nodes die, and the laws of that.

What they text, or do in their own view, changes the roster only where somebody has taken a cover; each cover has one
taker; and nothing of it leaves at night but about that night.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import sqlalchemy as sa

from dispatch.actions.context import Context
from dispatch.actions.shifts.ask_cover import ask_for_cover, withdraw_covers
from dispatch.actions.shifts.be_away import be_away, be_back
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.roster import Roster
from dispatch.rules.roster.nights import tonight
from dispatch.rules.schedule.edits import RosterPart
from dispatch.rules.schedule.shift_texts import is_quiet
from dispatch.rules.schedule.undo import RosterChange
from dispatch.rules.shifts.cover import CoverState
from dispatch.rules.shifts.wanting import of_days, theirs
from dispatch.store import tables as t
from dispatch.store.schedule import occupied, roster_changes
from dispatch.store.shifts import asked_covers
from dispatch.store.transaction import Transaction
from rehearsal.events import SwapShift
from rehearsal.law import Violated
from rehearsal.ledger import Ledger
from rehearsal.stage import RehearsalStage

_ASKS, _AWAY, _BACK, _WITHDRAWS = "ask for cover", "be away", "be back", "withdraw"  # in their own view
_SAYS = (
    *(_ASKS,) * 9,
    *(_AWAY,) * 5,
    *("COVER {open}",) * 8,
    *(
        _BACK,
        _WITHDRAWS,
        "CUBRO {open}",
        "COVER",
        "SWAP FRI",
        "SWAP TONIGHT",
        "AWAY 12/24-1/2",
        "FUERA VIE-DOM",
        "TURNO",
    ),
    *("WHO", "NIGHTS", "noches", "quién"),
)
_MOSTLY = 4
"""Of so many texts all but one are of somebody whom no call-out pages or has: whoever is busy is asked back."""
_DAY = timedelta(days=1)


@dataclass(slots=True)
class Swappers:
    stage: RehearsalStage
    ledger: Ledger
    _looked_until: int = field(default=0)
    """The roster's version up to which its changes were looked at."""

    async def said(self, act: SwapShift) -> tuple[str, str] | None:
        """Who texts what, such as of a cover that is open; None if they do something in their own view instead."""
        known = await self.stage.act(_known) or _Known([], [])
        pick, who, text = act.pick, act.who, act.text
        if known.idle and pick % _MOSTLY:
            who = known.idle[pick % len(known.idle)]
        if text in _DOES:
            await self.stage.act(_DOES[text], who, pick)
            return None
        self.ledger.counts["texts about shifts"] += 1
        those = [number for number, holder in known.covers if holder != who]
        return who, text.replace("{open}", str(those[pick % len(those)]) if those else "4")

    async def check(self) -> None:
        """Raises `Violated`."""
        taken = await self._taken()
        await self._changed_only_by_takers(taken)
        await self._nobody_is_told_at_night()

    async def _taken(self) -> set[int]:
        cover = t.cover.c
        found = await self.stage.books.rows(sa.select(cover.number, cover.state, cover.taker, cover.version))
        for number, state, taker, version in found:
            if (state == CoverState.TAKEN) != (taker is not None and version is not None):
                raise Violated("a cover that is taken has one taker, and one change of the roster", None, f"{number}")
        versions = [version for *_, version in found if version is not None]
        if len(versions) != len(set(versions)):
            raise Violated("a change of the roster is one cover's", None, f"{sorted(versions)}")
        self.ledger.counts["covers asked for"] = len(found)
        self.ledger.counts["covers taken"] = len(versions)
        return set(versions)

    async def _changed_only_by_takers(self, taken: set[int]) -> None:
        changes = await self.stage.act(_changes, self._looked_until)
        for change in changes or ():
            self._looked_until = change.version
            if change.source not in (Source.SMS, Source.LINK) or change.version in taken:
                continue
            if not _is_open_again(change, changes or ()):
                about = f"version {change.version}"
                raise Violated("a swap or an absence alone takes nobody off call", None, about)

    async def _nobody_is_told_at_night(self) -> None:
        page = t.page.c
        query = sa.select(page.id, page.tried_at).where(
            page.purpose == Purpose.SCHEDULE, page.tried_at.is_not(None), page.callout.is_(None)
        )
        for page_id, tried_at in await self.stage.books.rows(query):
            if is_quiet(tried_at):
                raise Violated("nobody is told of a shift at night but of that night", None, f"page {page_id}")


@dataclass(frozen=True, slots=True)
class _Known:
    """Whom no call-out pages or has; the open covers, each with its holder."""

    idle: list[str]
    covers: list[tuple[int, str]]


def _known(tx: Transaction, context: Context) -> _Known:
    busy = occupied.busy_people(tx)
    return _Known(
        [one.id for one in context.roster(tx).people if one.is_specialist and one.id not in busy],
        [(one.number, one.wanted.holder) for one in asked_covers.open_covers(tx)],
    )


def _ask(tx: Transaction, context: Context, who: str, pick: int) -> None:
    found = theirs(context.roster(tx), who, context.now, context.now + 6 * _DAY)
    if found:
        ask_for_cover(tx, context, [found[pick % len(found)]], Actor(ActorKind.SPECIALIST, who), Source.LINK)


def _withdraw(tx: Transaction, context: Context, who: str, _: int) -> None:
    withdraw_covers(tx, context, who, None, Actor(ActorKind.SPECIALIST, who), Source.LINK)


def _be_away(tx: Transaction, context: Context, who: str, pick: int) -> None:
    person, first = context.roster(tx).person(who), tonight(context.now) + (pick % 5) * _DAY
    if person is not None:
        days = of_days(first, first + (pick % 3) * _DAY)
        be_away(tx, context, person.id, *days, Actor(ActorKind.SPECIALIST, who), Source.LINK)


def _be_back(tx: Transaction, context: Context, who: str, _: int) -> None:
    person = context.roster(tx).person(who)
    if person is not None:
        be_back(tx, context, person.id, Actor(ActorKind.SPECIALIST, who), Source.LINK)


_DOES = {_ASKS: _ask, _AWAY: _be_away, _BACK: _be_back, _WITHDRAWS: _withdraw}


def _changes(tx: Transaction, _: Context, looked_until: int) -> list[RosterChange]:
    return roster_changes.since(tx, looked_until)


def _is_open_again(change: RosterChange, since: Iterable[RosterChange]) -> bool:
    """Whether whoever took a cover has left the roster since, so that it is asked for anew and has forgotten them."""
    later = (one for one in since if one.version > change.version)
    left = (one for each in later for one in each.touched if one.part is RosterPart.PEOPLE and one.after is None)
    return any(one.name == change.by.id for one in left)


def swaps(chance: Random, roster: Roster, how_many: int, length: float) -> Iterator[tuple[float, SwapShift]]:
    """When, who and what."""
    people = [one.id for one in roster.people if one.is_specialist]
    for _ in range(how_many if people else 0):
        yield (
            chance.uniform(0, length),
            SwapShift(chance.choice(people), chance.choice(_SAYS), chance.randrange(1 << 20)),
        )
