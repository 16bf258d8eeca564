"""People who swap shifts by text and go away while call-outs run and nodes die, and the laws of that.

The laws are asked of the rows alone: what people text changes the roster only where somebody has taken a cover, each
cover has one taker, and nothing of it leaves at night but about that night.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

import sqlalchemy as sa

from dispatch.rehearsal.events import SwapShift
from dispatch.rehearsal.law import Violated
from dispatch.rehearsal.ledger import Ledger
from dispatch.rehearsal.stage import RehearsalStage
from dispatch.rules.covers.cover import CoverState
from dispatch.rules.facts.actors import Source
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.roster import Roster
from dispatch.rules.schedule.shift_texts import is_quiet
from dispatch.store import tables as t

_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN", "TODAY", "TONIGHT", "TOMORROW")
_SAYS = (
    *("SWAP {day}", "SWAP {day}", "SWAP {day} 18-24", "CAMBIO MAÑANA", "AWAY {day}-SUN", "AWAY TODAY-{day}"),
    *("COVER {open}",) * 8,
    *("AWAY {day}", "FUERA VIE-DOM", "SWAP OFF", "AWAY OFF", "AWAY", "AWAY 31 FEB", "CUBRO {open}", "COVER"),
    *("WHO", "NIGHTS", "noches", "quién"),
)


@dataclass(slots=True)
class Swappers:
    stage: RehearsalStage
    ledger: Ledger
    _looked_until: int = field(default=0)
    """The roster's version up to which its changes were looked at."""

    async def words(self, act: SwapShift) -> str:
        """What they text: the number is that of some cover that is open, if any is."""
        query = sa.select(t.cover.c.number).where(t.cover.c.state == CoverState.OPEN).order_by(t.cover.c.number)
        numbers = [number for (number,) in await self.stage.books.rows(query)] or [4]
        self.ledger.counts["texts about shifts"] += 1
        return act.text.replace("{open}", str(numbers[act.pick % len(numbers)]))

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
        change = t.roster_change.c
        query = sa.select(change.version).where(
            change.source.in_([Source.SMS, Source.LINK]), change.version > self._looked_until
        )
        for (version,) in await self.stage.books.rows(query):
            if version not in taken:
                raise Violated("a swap or an absence alone takes nobody off call", None, f"version {version}")
            self._looked_until = max(self._looked_until, version)

    async def _nobody_is_told_at_night(self) -> None:
        page = t.page.c
        query = sa.select(page.id, page.tried_at).where(
            page.purpose == Purpose.SCHEDULE, page.tried_at.is_not(None), page.callout.is_(None)
        )
        for page_id, tried_at in await self.stage.books.rows(query):
            if is_quiet(tried_at):
                raise Violated("nobody is told of a shift at night but of that night", None, f"page {page_id}")


def swaps(chance: Random, roster: Roster, how_many: int, length: float) -> Iterator[tuple[float, SwapShift]]:
    """When, who and what."""
    people = [one.id for one in roster.people if one.is_specialist]
    for _ in range(how_many if people else 0):
        text = chance.choice(_SAYS).replace("{day}", chance.choice(_DAYS))
        yield chance.uniform(0, length), SwapShift(chance.choice(people), text, chance.randrange(1 << 20))
