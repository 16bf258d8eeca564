"""Draws the officers who phone the hotline: who calls, what they press, when they hang up, and who decides about it.

All of it comes from a stream of its own, so that the rest of a seed's story is the same with the calls and without.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from dispatch.rules.facts.roster import Agency, Station
from rehearsal.events import THE_CODE, Chase, CloseCallOut, Decide, DecideAll, Dial, Event, HangUp, Press, Repeat, Say
from twilio_simulator.caller_id import WITHHELD

_CALLS = 0.25  # for one call-out
_FLOODS = 0.01
_SILENT_FLOODS = 0.02
_FIRST_SILENT = 1_000_000
_REPEATS = 0.08  # how often the carrier delivers a call a second time
_CALLED_BACK = 0.35
_TEXTED = 0.12
_DECIDED = 0.7  # how often a coordinator who is rung about an undecided call says something
_OPENS_AFTER = 61.0  # seconds, by itself

# Three officers of the webhooks (see `story`) phone as well: one officer has call-outs of both kinds.
_LISTED = ("+15625551003", "+15625551011", "+15625552001", "+15625552002")
_DESKS = ("+15625552010", "+15625552011")
_SHERIFF = "+13235552020"
_UNLISTED = tuple(f"+1310555{2100 + number}" for number in range(12))
_PIN = "482915"

_NONSENSE = ("8", "#", "*", "99#", "0", "5", "2468", "7#", "9", "###", "123456789012345678901234")
_WRITTEN = (
    "Who is coming?",
    "ETA?",
    "how long",
    "cuánto falta",
    "thanks",
    "nobody is needed any more",
    "are they close",
)


class _Kind(StrEnum):
    LISTED = "from a listed number"
    VOUCHED = "from a listed number that the network vouches for"
    DESK = "from a station's desk"
    UNLISTED = "from a number that nobody has listed"
    WITHHELD = "without a number"
    PIN = "from an unlisted number, with a PIN"

    @property
    def opens_at_once(self) -> bool:
        return self in (_Kind.LISTED, _Kind.VOUCHED, _Kind.DESK)


class _Stays(StrEnum):
    """When they hang up."""

    NOT = "at once"
    SECONDS = "after some seconds"
    MENU = "in the menu"
    HOLD = "on hold"


def with_phones(agency: Agency) -> Agency:
    """The agency as the hotline knows it: with listed numbers, stations and a PIN, or none of them."""
    match agency.code:
        case "LBPD":
            stations = (
                Station("West Division", "1835 Santa Fe Avenue", _DESKS[0]),
                Station("North Division", "4891 Atlantic Avenue", _DESKS[1]),
                Station("Harbor", "Pier F"),
            )
            return replace(agency, listed_numbers=_LISTED, stations=stations, pin=_PIN)
        case "LASD":
            return replace(agency, listed_numbers=(_SHERIFF,))
        case _:
            return agency


Followed = Callable[[int, float], Iterator[Event]]
"""What specialists and coordinators do about the call-out of this number that opens at this moment."""


@dataclass(frozen=True, slots=True)
class _Caller:
    kind: _Kind
    phone: str
    withheld: str | None = None


def phoned(chance: Random, callouts: int, length: float, followed: Followed) -> Iterator[Event]:
    """The calls beside `callouts` call-outs, within `length` seconds. Their numbers continue those of the call-outs."""
    drawn = _Calls(chance, callouts, followed)
    for _ in range(_how_many(chance, _CALLS * callouts)):
        yield from drawn.call(chance.uniform(30, length - 600))
    for _ in range(_how_many(chance, _FLOODS * callouts)):
        yield from drawn.flood(chance.uniform(30, length - 600))


def repeated(chance: Random, callouts: int, length: float) -> Iterator[Event]:
    """The calls that the carrier delivers twice."""
    for _ in range(_how_many(chance, _REPEATS * callouts)):
        yield Event(chance.uniform(30, length), Repeat(chance.random()))


def silent(chance: Random, callouts: int, length: float) -> Iterator[Event]:
    """Floods of strangers who say nothing and hang up after seconds; a few press a key, and sometimes a coordinator
    decides all. Their numbers follow those of everybody else."""
    number = _FIRST_SILENT
    for _ in range(_how_many(chance, _SILENT_FLOODS * callouts)):
        at = chance.uniform(30, length - 600)
        for _ in range(chance.randint(5, 25)):
            number += 1
            withheld = chance.choice(WITHHELD) if chance.random() < 0.1 else None
            yield Event(at, Dial(number, f"+1310556{2000 + chance.randrange(60)}", withheld))
            stays = chance.choice((1.0, 3.0, 3.0, 12.0, 90.0))
            if chance.random() < 0.1:
                yield Event(at + stays / 2, Press(number, chance.choice(("1", "*", "2"))))
            yield Event(at + stays, HangUp(number))
            yield from _looked_after(number, at)
            at += chance.uniform(1, 12)
        if chance.random() < 0.5:
            yield Event(at + chance.uniform(0, 900), DecideAll(chance.random() < 0.5))


def _looked_after(number: int, at: float) -> Iterator[Event]:
    """Somebody takes what the call has opened, or a coordinator closes it in the end: left alone, it paged everybody in
    rounds for ten hours, which shows nothing new and took most of a rehearsal's time."""
    chance = Random(f"silent {number}")  # of its own, so that the floods of a seed stay as they are
    if chance.random() < 0.3:
        yield Event(at + chance.uniform(200, 1200), Chase(number, holder=False))
    yield Event(at + chance.uniform(1200, 3600), CloseCallOut(number))


class _Calls:
    def __init__(self, chance: Random, number: int, followed: Followed) -> None:
        self.chance, self.number, self.followed = chance, number, followed

    def call(self, at: float) -> Iterator[Event]:
        """One call, and perhaps the calls and texts that the same officer makes later."""
        chance = self.chance
        caller = self._caller()
        yield from self._once(caller, at, again=False)
        while chance.random() < _CALLED_BACK:
            at += chance.uniform(60, 2400)
            yield from self._once(caller, at, again=True)
        if chance.random() < _TEXTED:
            yield Event(at + chance.uniform(60, 3000), Say(caller.phone, chance.choice(_WRITTEN)))

    def flood(self, at: float) -> Iterator[Event]:
        """Five calls in three minutes from one number that nobody has listed."""
        caller = _Caller(_Kind.UNLISTED, self.chance.choice(_UNLISTED))
        for _ in range(5):
            yield from self._once(caller, at, again=False, stays=self.chance.choice((_Stays.NOT, _Stays.SECONDS)))
            at += self.chance.uniform(20, 36)

    def _caller(self) -> _Caller:
        chance = self.chance
        (kind,) = chance.choices(tuple(_Kind), (20, 15, 12, 30, 13, 10))
        match kind:
            case _Kind.LISTED | _Kind.VOUCHED:
                return _Caller(kind, chance.choice((*_LISTED, _SHERIFF)))
            case _Kind.DESK:
                return _Caller(kind, chance.choice(_DESKS))
            case _Kind.WITHHELD:
                return _Caller(kind, chance.choice(_UNLISTED), chance.choice(WITHHELD))
            case _:
                return _Caller(kind, chance.choice(_UNLISTED))

    def _once(self, caller: _Caller, at: float, *, again: bool, stays: _Stays | None = None) -> Iterator[Event]:
        chance = self.chance
        self.number += 1
        number = self.number
        if stays is None:
            (stays,) = chance.choices(tuple(_Stays), (15, 15, 35, 35))
        yield Event(at, Dial(number, caller.phone, caller.withheld, vouched=caller.kind is _Kind.VOUCHED))
        began, opens = at, at + 1 if caller.kind.opens_at_once else at + _OPENS_AFTER
        if stays in (_Stays.MENU, _Stays.HOLD):
            keys = self._keys(caller, again=again)
            if stays is _Stays.MENU:
                keys = keys[: chance.randint(0, len(keys))]
            for place, key in enumerate(keys):
                at += chance.uniform(1, 14)
                yield Event(at, Press(number, key))
                if place == 0 and key == "1":
                    opens = min(opens, at + 1)
        at += self._until_they_hang_up(stays)
        yield Event(at, HangUp(number))
        if not caller.kind.opens_at_once and chance.random() < _DECIDED:
            yield Event(min(at, began + 22) + chance.uniform(0, 15), self._decide(number))
        yield from self.followed(number, opens)

    def _until_they_hang_up(self, stays: _Stays) -> float:
        match stays:
            case _Stays.NOT:
                return self.chance.choice((0.0, 0.2, 1.0))
            case _Stays.SECONDS:
                return self.chance.uniform(2, 40)
            case _Stays.MENU:
                return self.chance.uniform(0, 20)
            case _Stays.HOLD:
                # Some wait for more than the fifteen minutes after which they are promised a call.
                return self.chance.choice((60, 180, 400, 400, 700, 1100)) * self.chance.uniform(0.5, 1)

    def _keys(self, caller: _Caller, *, again: bool) -> list[str]:
        """What they press, one entry at each question; some press anything."""
        chance = self.chance
        keys = self._about_the_open_one(caller) if again and chance.random() < 0.7 else self._about_a_new_one(caller)
        nonsense = chance.choice((0.0, 0.0, 0.1, 0.5))
        return [chance.choice(_NONSENSE) if chance.random() < nonsense else key for key in keys]

    def _about_the_open_one(self, caller: _Caller) -> list[str]:
        chance = self.chance
        code = [chance.choice((f"{THE_CODE}#", f"{THE_CODE}#", "999#"))] if caller.kind is _Kind.DESK else []
        return ["2", *code, *chance.sample(("1", "2", "3", "9", "9", "0"), chance.randint(0, 3))]

    def _about_a_new_one(self, caller: _Caller) -> list[str]:
        chance = self.chance
        keys = []
        match caller.kind:
            case _Kind.PIN:
                keys += ["2", *chance.choice(((), ("111111#",), ("",))), f"{_PIN}#"]
            case _Kind.UNLISTED | _Kind.WITHHELD:
                keys += chance.choice((["1"], ["1"], ["1"], [], ["2", "000000#", "000001#", "000002#", "1"]))
        if caller.kind in (_Kind.DESK, _Kind.WITHHELD):
            keys.append(chance.choice((f"562555{3000 + chance.randint(0, 30)}#", f"1562555{3000}#", "12#")))
        keys += [str(chance.randint(1, 9)), chance.choice("12"), chance.choice("12"), chance.choice("1123459")]
        keys += chance.sample(("0", "1", "8"), chance.randint(0, 1))
        return [key for key in keys if key]

    def _decide(self, number: int) -> Decide:
        chance = self.chance
        presses = chance.choices((("1",), ("3", "3"), ("3",), ("9", "3", "3"), ("7", "1")), (35, 30, 15, 10, 10))[0]
        return Decide(number, chance.random() < 0.5, presses, chance.uniform(1, 2), unsure=presses == ("3",))


def _how_many(chance: Random, wanted: float) -> int:
    return int(wanted) + (chance.random() < wanted % 1)
