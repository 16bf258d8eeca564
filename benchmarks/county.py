"""How many children are reached within the hour, and how many people are woken for it, in a county that is made up.

Each call-out is played by the real rules in memory, as in the tests; no service, database or carrier takes part. All
plans play the same nights. **The points are of an invented world: they rank plans and promise nothing.** It assumes:

- 60 × 60 km in areas of 5 km. Twelve people live and the child waits around its middle (normal, 12 km each way), drawn
  again each night, so that no one map decides. The service knows areas; people drive from door to door, by the straight
  line × 1.4 at 45 km/h, up to a fifth less or more as the night has it, 10 minutes after they said yes.
- One call-out at a time, at 2:14. One person is primary for five minutes, one is backup for five, then everybody is
  asked, five minutes a round.
- Whoever is on call hears a page with 80 % and answers after half a minute to five; the others hear one with 50 % and
  answer after one to eight. Whoever sleeps through one page sleeps through all. Of those on call 5 % say no, of the
  others 25 %. Of the yeses 60 % come with minutes, which are honest but for the traffic and in steps of five; the
  others never say any.
- All who go text OMW when they leave and HERE when they are there. Nobody turns back, lets go, or answers twice:
  whoever has offered to come and is asked along later is silent, which counts against the rule.
- Woken is everybody whose phone was texted or rung with a page or an ask, whether they heard it or not.

Chances and the 12 km were chosen by today's plan alone, to come near what it had in the county that the rule was
designed on: there 64 % within the hour and 2.0 woken, here 68 % and 1.8. `nearest_first` acts within a step, and a step
of one person has nobody to be first, so two more plans have primary and backup in one step.
"""

import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from benchmarks.deployment import Bench
from benchmarks.figures import Figure
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Area, Policy, PolicyStep, Roster
from dispatch.rules.facts.situation import Nearby
from dispatch.rules.nearer.nearby import nearby
from tests.rules.drawn_nights import TURNOUT, Draw, Played
from tests.rules.situations import BACKUP, CORA, NIGHT, PRIMARY, ROSTER, callout

NAME = "county"

_SEED = 27
_KM, _AREA_KM = 60, 5
_GATHERED_KM = 12
_ON_CALL = ("ana", "ben")  # primary and backup, as in the tests' rotations
_OTHERS = tuple(f"other{number}" for number in range(10))
_ROUNDABOUT, _KM_PER_MINUTE = 1.4, 45 / 60
_RESPOND_BY = NIGHT + timedelta(hours=1)

_TODAY = Policy("default", (PolicyStep((PRIMARY,), 300), PolicyStep((BACKUP,), 300)), 300, ask_more=0)
_RULE = replace(_TODAY, ask_more=2)
_TOGETHER = replace(_RULE, steps=(PolicyStep((PRIMARY, BACKUP), 300),))
_PLANS = {
    "today's plan, `ask_more` 0": _TODAY,
    "the rule of a late yes, `ask_more` 2": _RULE,
    "the rule and `nearest_first`": replace(_RULE, nearest_first=True),
    "the rule and `far_minutes` 45": replace(_RULE, far_minutes=45),
    "the rule, primary and backup in one step": _TOGETHER,
    "the rule and `nearest_first`, primary and backup in one step": replace(_TOGETHER, nearest_first=True),
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """One night: who lives where, how far that is from the child by areas, and what everybody will do."""

    roster: Roster
    known: Nearby
    draws: tuple[Draw, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    arrived_at: datetime | None
    woken: int

    @property
    def in_time(self) -> bool:
        return self.arrived_at is not None and self.arrived_at <= _RESPOND_BY

    def later_than(self, other: "Outcome") -> bool:
        if other.arrived_at is None:
            return False
        return self.arrived_at is None or self.arrived_at > other.arrived_at


def figures(bench: Bench) -> Iterator[Figure]:
    count = bench.count(2000, 200)
    chance = random.Random(_SEED)
    nights = [_draw(chance) for _ in range(count)]
    today: list[Outcome] = []
    for name, policy in _PLANS.items():
        began = time.process_time()
        outcomes = [_play(night, policy) for night in nights]
        took = time.process_time() - began
        today = today or outcomes
        yield Figure(
            f"a county of 12: {name}",
            "—",
            f"{_share(outcomes):.1%} within the hour, {_woken(outcomes):.2f} woken",
            f"{_beside(outcomes, today) if outcomes is not today else _assumed(count)}; {took:.1f} s of processor time",
        )


def _share(outcomes: Sequence[Outcome]) -> float:
    return sum(one.in_time for one in outcomes) / len(outcomes)


def _woken(outcomes: Sequence[Outcome]) -> float:
    return sum(one.woken for one in outcomes) / len(outcomes)


def _beside(outcomes: Sequence[Outcome], today: Sequence[Outcome]) -> str:
    points = (_share(outcomes) - _share(today)) * 100
    pairs = list(zip(outcomes, today, strict=True))
    won = sum(one.in_time and not other.in_time for one, other in pairs)
    lost = sum(other.in_time and not one.in_time for one, other in pairs)
    later = sum(one.later_than(other) for one, other in pairs)
    return (
        f"beside today's {points:+.1f} points, {_woken(outcomes) - _woken(today):+.2f} woken; the hour won in {won} "
        f"nights and lost in {lost}; somebody there later than today in {later}"
    )


def _assumed(count: int) -> str:
    error = 2 * math.sqrt(0.25 / count) * 100
    return (
        f"{count:,} made-up nights, each share within {error:.0f} points; 60 × 60 km, areas of 5 km, homes and place "
        "around the middle (normal, 12 km); drives 1.4 × the straight line at 45 km/h ± 20%, turnout 10 min; on call "
        "80% hear a page and answer in 0.5 to 5 min, of the others 50% in 1 to 8; 5% and 25% of them say no; 60% of "
        "the yeses say minutes; nobody turns back"
    )


def _play(night: Drawn, policy: Policy) -> Outcome:
    played = Played(night.draws, policy, night.roster, lambda _: night.known)
    arrived_at = played.until_somebody_is_there()
    return Outcome(arrived_at, len(played.reached))


# ---- what is drawn -------------------------------------------------------------------------------------------------


def _area(row: int, column: int) -> Area:
    """North and east of a corner in Los Angeles County, by the sphere of `kilometres`."""
    per_degree = 6371.0 * math.pi / 180
    lat = 33.75 + (row + 0.5) * _AREA_KM / per_degree
    lon = -118.5 + (column + 0.5) * _AREA_KM / (per_degree * math.cos(math.radians(34)))
    return Area(f"A{row:02}{column:02}", f"Area {row} {column}", lat, lon)


_SIDE = range(_KM // _AREA_KM)
_AREAS = tuple(_area(row, column) for row in _SIDE for column in _SIDE)


def _area_at(point: tuple[float, float]) -> Area:
    north, east = (int(km // _AREA_KM) for km in point)
    return _AREAS[north * len(_SIDE) + east]


def _point(chance: random.Random) -> tuple[float, float]:
    return _near_middle(chance), _near_middle(chance)


def _near_middle(chance: random.Random) -> float:
    while not 0 <= (km := chance.gauss(_KM / 2, _GATHERED_KM)) < _KM:
        pass
    return km


def _draw(chance: random.Random) -> Drawn:
    place = _point(chance)
    people, draws = [CORA], []
    for number, name in enumerate((*_ON_CALL, *_OTHERS)):
        home = _point(chance)
        people.append(Person(name, name.title(), f"+156255501{number + 20}", area_night=_area_at(home).code))
        draws.append(_of(name, math.dist(home, place), chance))
    roster = replace(ROSTER, people=tuple(people), areas=_AREAS)
    # Worked out once a night: nothing in it changes while one call-out is played, and it costs more than the play.
    return Drawn(roster, nearby(roster, callout(), _area_at(place), (), 0, NIGHT), tuple(draws))


def _of(name: str, away_km: float, chance: random.Random) -> Draw:
    on_call = name in _ON_CALL
    usual = away_km * _ROUNDABOUT / _KM_PER_MINUTE
    hears, says_no = chance.random(), chance.random()
    after = chance.uniform(0.5, 5) if on_call else chance.uniform(1, 8)
    said = math.ceil((TURNOUT + usual) / 5) * 5
    return Draw(
        name,
        drive=usual * chance.uniform(0.8, 1.2),
        answers_after=after if hears < (0.8 if on_call else 0.5) else None,
        says_no=says_no < (0.05 if on_call else 0.25),
        says=said if chance.random() < 0.6 else None,
    )
