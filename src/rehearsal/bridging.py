"""Draws who wants to speak on the phone about a call-out: who asks for the officer, and what each phone does then.

All of it comes from streams of its own, so that the rest of a seed's story is the same with the bridge and without.
"""

from collections.abc import Iterable, Iterator
from random import Random

from rehearsal.events import Agree, AskToJoin, Decide, Does, Event, Flinch, OfficerPhone, PickUp, Whom
from twilio_simulator import Behaviour

_ASKED = 0.35  # how often somebody asks, and then asks again
_ASKED_ABOUT_CALLS = 0.6  # the same, for a call-out whose officer may still be on the line
_FLINCHES = 0.25  # how often whoever asked hangs up at the worst moment
_BY_KEY = 0.15  # how often whoever is paged by phone takes the call-out and asks in the same call
_TOLD = 0.8  # how often a caller does something when somebody wants to speak with them
_DECIDED = 0.25  # how often a coordinator whose phone rings about a caller speaks with them

# What the phone of whoever asked does when it rings, and the weight of each: mostly they press the key.
_ASKERS = (
    (Behaviour.ANSWERS, ("1",), 60),
    (Behaviour.ANSWERS, ("1", "", "4"), 8),  # joined, and once more when the officer has gone
    (Behaviour.ANSWERS, ("9", "1"), 6),
    (Behaviour.ANSWERS, (), 8),
    (Behaviour.VOICEMAIL, (), 10),
    (Behaviour.LEFT_TO_RING, (), 8),
)
_OFFICERS = (
    (Behaviour.ANSWERS, ("1",), 60),
    (Behaviour.ANSWERS, ("7", "1"), 6),
    (Behaviour.ANSWERS, (), 10),
    (Behaviour.VOICEMAIL, (), 12),
    (Behaviour.BUSY, (), 4),
    (Behaviour.LEFT_TO_RING, (), 8),
)
# The minutes begin with neither 1 nor 2: pressed during the next page instead, these would answer it.
_PAGED = (("1", "45#", "4"), ("1", "45#", "4"), ("1", "", "4"), ("1", "45#", "3", "4"))


def bridged(chance: Random, opened: Iterable[tuple[int, float]], *, phoned: bool = False) -> Iterator[Event]:
    """Who asks for the officer of these call-outs, each a number and when it opens. `phoned`: calls opened them."""
    often, until = (_ASKED_ABOUT_CALLS, 250) if phoned else (_ASKED, 500)
    for number, at in opened:
        if chance.random() < _FLINCHES:
            yield Event(at, Flinch(number))
        if chance.random() < _BY_KEY:
            yield Event(at + chance.uniform(2, 50), PickUp(number, Whom.PAGED, chance.choice(_PAGED), _stays(chance)))
            yield from _rung(chance, number, at + chance.uniform(50, 90))
        asked = at
        while chance.random() < often:
            asked += chance.uniform(40, until)
            yield from _rung(chance, number, asked - 1)
            (whom,) = chance.choices((Whom.HOLDER, Whom.SECOND, None), (6, 2, 3))
            answers, presses = _one_of(chance, _ASKERS)
            yield Event(asked, AskToJoin(number, whom, answers, presses, _stays(chance)))


def answered(chance: Random, dialled: Iterable[tuple[int, float]]) -> Iterator[Event]:
    """What callers do when told that somebody wants to speak with them, and coordinators when their phones ring about
    a caller. Each call is a number and when it is dialled."""
    for number, at in dialled:
        if chance.random() < _TOLD:
            (does,) = chance.choices(tuple(Does), (80, 10, 10))
            yield Event(at, Agree(number, does, chance.choice((0.5, 2.0, 2.0, 4.0))))
        if chance.random() < _DECIDED:
            presses = chance.choice((("2",), ("2",), ("9", "2"), ("2", "1")))
            first, minutes = chance.random() < 0.5, chance.uniform(1, 3)
            yield Event(at + chance.uniform(20, 200), Decide(number, first, presses, minutes, leaves=_stays(chance)))


def _rung(chance: Random, number: int, at: float) -> Iterator[Event]:
    """What the officer's own phone does if it is rung."""
    answers, presses = _one_of(chance, _OFFICERS)
    yield Event(at, OfficerPhone(number, answers, chance.choice((1.0, 4.0, 15.0)), presses, _stays(chance)))


def _stays(chance: Random) -> float:
    """How many seconds somebody stays in a call; some hang up while they wait."""
    return chance.choice((12, 25, 40, 90, 150, 300)) * chance.uniform(0.7, 1.3)


def _one_of(
    chance: Random, choices: tuple[tuple[Behaviour, tuple[str, ...], int], ...]
) -> tuple[Behaviour, tuple[str, ...]]:
    ((answers, presses, _),) = chance.choices(choices, [often for *_, often in choices])
    return answers, presses
