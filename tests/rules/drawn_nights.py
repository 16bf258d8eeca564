"""Nights in which everybody does what was drawn for them, whatever the policy: what the laws of the rule of a late yes
are held to, and what `benchmarks/county.py` counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush

from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.roster import Policy, Roster
from dispatch.rules.facts.situation import Nearby
from dispatch.rules.reader.vocabulary import Word
from tests.rules.situations import NIGHT, Night, callout, minutes

TURNOUT = 10


@dataclass(frozen=True)
class Draw:
    """What somebody will do this night, whichever page reaches them first."""

    person: str
    drive: float  # minutes
    answers_after: float | None  # minutes after the page; None sleeps through everything
    says_no: bool
    says: int | None  # minutes that come with a yes


@dataclass
class Played:
    """A night in which everybody does what was drawn."""

    draws: Sequence[Draw]
    policy: Policy
    roster: Roster
    nearby: Callable[[Night], Nearby]
    night: Night = field(init=False)
    todo: list[tuple[datetime, int, str, Word, int | None]] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.night = Night(self.roster, callout(step=0, policy=self.policy), nearby=self.nearby)

    def until_somebody_is_there(self) -> datetime | None:
        """When the clock stopped; None where it had not after four hours."""
        night = self.night
        night.opens()
        while night.now < NIGHT + timedelta(hours=4) and night.callout.arrived_at is None:
            moments = [page.due_at for page in night.pages.values() if page.due_at is not None]
            moments += [deadline.due_at for deadline in night.deadlines.values()]
            moments += [self.todo[0][0]] if self.todo else []
            night.passes(max(timedelta(0), min(moments) - night.now))
            self._whoever_was_reached()
            while self.todo and self.todo[0][0] <= night.now:
                _, _, who, word, eta = heappop(self.todo)
                self._says(who, word, eta)
        return night.callout.arrived_at

    def _whoever_was_reached(self) -> None:
        for page in list(self.night.pages.values()):
            asks = page.purpose.pages or page.purpose.asks_along
            if asks and page.tried_at is not None and page.person is not None and page.person not in self.reached:
                self.reached.add(page.person)
                mine = self._draw_of(page.person)
                if mine.answers_after is not None:
                    word = Word.NO if mine.says_no else Word.TAKE
                    self._later(minutes(mine.answers_after), mine.person, word, None if mine.says_no else mine.says)

    def _later(self, after: timedelta, who: str, word: Word, eta: int | None = None) -> None:
        heappush(self.todo, (self.night.now + after, len(self.todo), who, word, eta))

    def _says(self, who: str, word: Word, eta: int | None) -> None:
        self.night.replies(who, word, eta)
        mine = self.night.callout.assignment_of(who)
        if mine is None or not mine.is_on_it or who in self.left:
            return
        self.left.add(who)
        self._later(minutes(TURNOUT), who, Word.ON_MY_WAY)
        self._later(minutes(TURNOUT + self._draw_of(who).drive), who, Word.HERE)

    def _draw_of(self, person: str) -> Draw:
        return next(one for one in self.draws if one.person == person)

    @property
    def asked(self) -> set[str | None]:
        return {page.person for page in self.night.pages.values() if page.purpose is Purpose.ASK_ALONG}
