"""Many seeds, side by side; what came of them as a table, and the first failure as a story one can read."""

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from dispatch.simulation.rehearsal.rehearse import Outcome, rehearse
from dispatch.simulation.rehearsal.shrinking import shrink
from dispatch.simulation.rehearsal.story import ALL, Family, draw


@dataclass(slots=True)
class Total:
    """What many seeds came to. `seconds` is the time that all of them took, one after the other."""

    seeds: int = 0
    callouts: int = 0
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    failures: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        self.seeds += 1
        self.callouts += outcome.callouts
        self.seconds += outcome.seconds
        self.counts += outcome.counts
        self.struck += outcome.struck
        if outcome.failure is not None:
            self.failures.append(outcome)


def play_seed(seed: int, callouts: int, families: frozenset[Family] = ALL, database_url: str | None = None) -> Outcome:
    """Play one seed's story."""
    return rehearse(seed, draw(seed, callouts, families), database_url=database_url)


def play_seeds(
    seeds: Iterable[int],
    callouts: int,
    families: frozenset[Family],
    database_url: str | None,
    jobs: int,
    told: Callable[[Outcome], None],
) -> Total:
    """Play each seed's story, `jobs` at a time; `told` hears of each as it ends. One database serves one at a time."""
    total = Total()
    play = partial(play_seed, callouts=callouts, families=families, database_url=database_url)
    if jobs == 1 or database_url is not None:
        outcomes: Iterable[Outcome] = map(play, seeds)
        return _gather(total, outcomes, told)
    # Spawned, not forked: a fork would carry a copy of the database's threads.
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        return _gather(total, pool.imap_unordered(play, seeds), told)


def _gather(total: Total, outcomes: Iterable[Outcome], told: Callable[[Outcome], None]) -> Total:
    for outcome in outcomes:
        total.add(outcome)
        told(outcome)
    return total


def shortest(
    failed: Outcome, callouts: int, families: frozenset[Family], *, seconds: float
) -> tuple[list[str], Outcome]:
    """The lines of the shortest story found that fails as `failed` did, and what came of playing it."""
    assert failed.failure is not None, "only a failure can be shortened"
    name, last = failed.failure.name, failed
    story = draw(failed.seed, callouts, families)[: failed.failure.step]

    def fails(shorter: object) -> bool:
        nonlocal last
        outcome = rehearse(failed.seed, shorter)  # type: ignore[arg-type]  # a sequence of events
        if outcome.failure is None or outcome.failure.name != name:
            return False
        last = outcome
        return True

    short = shrink(story, fails, seconds=seconds)
    return [f"{event.at:9.1f} s  {event.deed}" for event in short], last
