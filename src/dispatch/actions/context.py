"""What every action has at hand: the moment it happens, where ids come from, the roster, the deployment's timings."""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from dispatch.actions.nearer.load_nearby import load_nearby
from dispatch.rules.board.service import paging
from dispatch.rules.callout.reminders import looks_back
from dispatch.rules.delivery.dialling import Dials, nowhere
from dispatch.rules.facts.callout import CallOut, Details
from dispatch.rules.facts.moments import require_aware
from dispatch.rules.facts.pages import SentText
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.situation import Nearby, OwnRows, Situation, Timings, not_written_yet
from dispatch.rules.roster.rest import Rests, resting
from dispatch.store import surroundings
from dispatch.store.callout import own_rows
from dispatch.store.engine.savepoint import InternalError, apart
from dispatch.store.roster import roster as rosters
from dispatch.store.roster.roster import Rosters
from dispatch.store.surroundings import Surroundings
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
    _roster: list[tuple[Roster, int | None]] = field(default_factory=list, repr=False)  # with its version, if known
    _moment: list[Surroundings] = field(default_factory=list, repr=False)
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
            version = rosters.version(tx) if version is None else version
            self._roster.append((self.rosters.current(tx, version), version))
        return self._roster[0][0]

    def roster_of_a_night(self, tx: Transaction) -> Roster:
        """The same at the beginning of an action that will mostly decide on a call-out: the statement that reads the
        roster's version reads what holds for the first call-out as well."""
        self._moment[:] = [self.surroundings(tx)]
        return self.roster(tx, self._moment[0].version)

    def decide_on(self, roster: Roster) -> None:
        """What this action has just made of the roster. To read it again would show every other action of this process
        what may still be rolled back."""
        self._roster[:] = [(roster, None)]

    def holds(self, tx: Transaction, person_id: str) -> bool:
        """Whether the roster has this person, who stays in it until this transaction ends."""
        decided_on = self.roster(tx)
        if rosters.lock_to_use(tx) == self._roster[0][1]:
            return decided_on.person(person_id) is not None
        return rosters.holds(tx, person_id)

    def lock(
        self, tx: Transaction, callout_id: str, texts: Sequence[SentText] = (), *, skip_locked: bool = False
    ) -> Situation | None:
        """A call-out with all that is its own, locked. `texts` are ours to whoever
        writes."""
        own = own_rows.lock(tx, callout_id, self.looks_back, skip_locked=skip_locked)
        return self._decides(tx, own, texts) if own is not None else None

    def look(self, tx: Transaction, callout_id: str) -> Situation | None:
        """The same for a read after which nothing is written."""
        own = own_rows.look(tx, callout_id, self.looks_back)
        return self._decides(tx, own) if own is not None else None

    def situation(self, tx: Transaction, callout: CallOut) -> Situation:
        """All that is about a call-out that this action has locked, and knows as `callout`."""
        own = own_rows.look(tx, callout.id, self.looks_back)
        assert own is not None, "it is locked"
        return self._decides(tx, replace(own, callout=callout))

    def new_situation(self, tx: Transaction, callout: CallOut, details: Details) -> Situation:
        """That of a call-out that is not written yet: nothing is read about it."""
        return self._decides(tx, not_written_yet(callout, details))

    def _decides(self, tx: Transaction, own: OwnRows, texts: Sequence[SentText] = ()) -> Situation:
        found = self.around(tx, own, self._moment.pop() if self._moment else self.surroundings(tx), texts)
        if not found.callout.policy.asks_where or not found.callout.is_open:
            return found
        return replace(found, nearby=self._nearby(tx, found))

    def around(self, tx: Transaction, own: OwnRows, moment: Surroundings, texts: Sequence[SentText] = ()) -> Situation:
        """How a call-out stands at this moment; where people are is not looked up."""
        return Situation(
            **own.each(),
            roster=self.roster(tx, moment.version),
            timings=self.timings,
            contact_phone=self.contact_phone,
            our_numbers=self.our_numbers,
            dials=self.dials,
            paging=paging(moment.nodes),
            resting=self.resting_in(moment),
            away=moment.away,
            texts=tuple(texts),
        )

    @property
    def looks_back(self) -> datetime:
        """Since when what people wrote is read."""
        return self.now - looks_back(self.timings)

    def surroundings(self, tx: Transaction) -> Surroundings:
        """What holds for every call-out as it is now."""
        return surroundings.ask(tx, self.now, self.now - self.timings.span("rest"), self.speed)

    def resting_in(self, moment: Surroundings) -> Mapping[str, datetime]:
        """Until when whoever was out at night rests, by their id."""
        span = self.timings.span("rest")
        return resting(moment.outings, span) if span else {}

    def resting(self, tx: Transaction) -> Mapping[str, datetime]:
        return self.resting_in(self.surroundings(tx))

    def rests(self, tx: Transaction) -> Rests:
        """The same, with how long a rest is, for whoever asks who will be rested."""
        return Rests(self.resting(tx), self.timings.span("rest"))

    def _nearby(self, tx: Transaction, found: Situation) -> Nearby:
        """For a policy that pages by how far people are. A mistake of ours here must keep nobody from being paged."""
        try:
            with apart(tx):
                return load_nearby(tx, found, self.now)
        except InternalError:
            _log.exception("nobody knows who is near", callout=found.callout.id)
            return Nearby(broken=True)
