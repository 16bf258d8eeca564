"""What every action has at hand: the moment it happens, where ids come from, the roster, the deployment's timings."""

import itertools
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from dispatch.actions.nearer.load_nearby import load_nearby
from dispatch.rules.board.service import paging
from dispatch.rules.delivery.dialling import Dials, nowhere
from dispatch.rules.facts.callout import CallOut, Details
from dispatch.rules.facts.loaded import Loaded
from dispatch.rules.facts.moments import require_aware
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.situation import Nearby, Situation, Timings
from dispatch.rules.roster.rest import Rests, resting
from dispatch.store import nodes
from dispatch.store.alarms import alarms
from dispatch.store.callout import timeline
from dispatch.store.delivery import pages
from dispatch.store.engine.savepoint import InternalError, apart
from dispatch.store.roster import rests
from dispatch.store.roster.roster import Rosters
from dispatch.store.shifts import absences
from dispatch.store.transaction import Transaction

_log = structlog.get_logger("dispatch.context")

# The characters of a token, without l, o, I, O, 0 and 1, which are mistaken for one another.
_ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_LENGTH = 23


@dataclass(frozen=True, slots=True)
class Context:
    """`now` is aware and in UTC. `chance` gives ids, codes and tokens; it is the system's, or seeded in a rehearsal.
    `speed` is how many times as fast as the wall's the clock of a demo runs."""

    now: datetime
    chance: random.Random
    rosters: Rosters
    timings: Timings = field(default_factory=Timings)
    public_url: str = "http://127.0.0.1:8000"
    contact_phone: str | None = None
    our_numbers: frozenset[str] = frozenset()
    dials: Dials = nowhere
    speed: float = 1.0
    _roster: list[Roster] = field(default_factory=list, repr=False)
    _serial: Iterator[int] = field(default_factory=itertools.count, repr=False)
    _quiet: list[bool] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        require_aware(self.now)

    def let_sleep(self) -> None:
        """Nothing that this action writes is due before the next beat, so nobody need be woken for it."""
        self._quiet.append(True)

    @property
    def wakes(self) -> bool:
        """Whether something may be due now."""
        return not self._quiet

    def new_id(self) -> str:
        """A UUIDv7 (RFC 9562, sections 5.7 and 6.2): the ids of one action sort in the order in which they were given.

        So rows written together stand side by side in the index, and a specialist's page goes out before the notices.
        """
        milliseconds = int(self.now.timestamp() * 1000) & (1 << 48) - 1
        serial = next(self._serial) & 0xFFF
        value = milliseconds << 80 | 7 << 76 | serial << 64 | 2 << 62 | self.chance.getrandbits(62)
        digits = f"{value:032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def new_token(self) -> str:
        """23 characters, over 128 random bits: short enough for a text, too many to guess."""
        # Drawn once: each draw asks the system for random bits.
        number, token = self.chance.randrange(len(_ALPHABET) ** _LENGTH), ""
        for _ in range(_LENGTH):
            number, place = divmod(number, len(_ALPHABET))
            token += _ALPHABET[place]
        return token

    def roster(self, tx: Transaction, version: int | None = None) -> Roster:
        """The roster as it was when this action first asked for it: one action decides on one roster.

        A caller who knows its `version` in this transaction saves a query.
        """
        if not self._roster:
            self._roster.append(self.rosters.current(tx, version))
        return self._roster[0]

    def decide_on(self, roster: Roster) -> None:
        """What this action has just made of the roster. To read it again would show every other action of this process
        what may still be rolled back."""
        self._roster[:] = [roster]

    def situation(self, tx: Transaction, callout: CallOut, details: Details | None = None) -> Situation:
        """What a rule decides on. Facts that few rules ask for, such as `with_calls`, are added for those alone.
        `details` are those of a call-out that is not written yet: it has no alarms."""
        roster = self.roster(tx)
        found = Situation(
            *(callout, roster, self.timings, self.contact_phone, self.our_numbers, self.dials),
            alarms=tuple(alarms.of_callout(tx, callout.id)) if details is None else (),
            resting=self.resting(tx),
            moved=Loaded(details is None and timeline.has_moved(tx, callout.id)),
        )
        if not callout.policy.asks_where or not callout.is_open:
            return found
        return replace(found, nearby=Loaded(self._nearby(tx, roster, callout, details)))

    def resting(self, tx: Transaction) -> Mapping[str, datetime]:
        """Until when whoever was out at night rests, by their id."""
        span = self.timings.span("rest")
        return resting(rests.outings_since(tx, self.now - span), span) if span else {}

    def rests(self, tx: Transaction) -> Rests:
        """The same, with how long a rest is, for whoever asks who will be rested."""
        return Rests(self.resting(tx), self.timings.span("rest"))

    def _nearby(self, tx: Transaction, roster: Roster, callout: CallOut, details: Details | None) -> Nearby:
        """For a policy that pages by how far people are. A mistake of ours here must keep nobody from being paged."""
        try:
            with apart(tx):
                return load_nearby(tx, roster, callout, self.now, details)
        except InternalError:
            _log.exception("nobody knows who is near", callout=callout.id)
            return Nearby(broken=True)

    def with_paging(self, tx: Transaction, situation: Situation) -> Situation:
        return replace(situation, paging=Loaded(paging(nodes.health(tx, self.now, self.speed))))

    def with_away(self, tx: Transaction, situation: Situation) -> Situation:
        return replace(situation, away=Loaded(absences.away_at(tx, self.now)))

    def with_calls(self, tx: Transaction, situation: Situation) -> Situation:
        return replace(situation, calls=Loaded(tuple(pages.calls_under_way(tx, situation.callout.id))))
