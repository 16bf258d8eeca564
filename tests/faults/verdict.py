"""What a fault did: which call-outs were lost, which pages came twice, and whether anybody could have known."""

from collections import Counter
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import Protocol

from tests.faults.agency import Agency
from tests.faults.deployment import Carrier, Snapshot, until


class Measure(Protocol):
    """Keeps what a test measured for the record (`tests/faults/record.py`)."""

    def __call__(self, **values: object) -> None: ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """`lost` call-outs were taken and are not in the database, or never came to the carrier. `doubled` pages came to
    it more than once, one of them `most_copies` times; the outcome of the `unexcused` ones among them was never in
    doubt. `split` references became several call-outs."""

    taken: int
    lost: set[str]
    doubled: set[str]
    unexcused: set[str]
    most_copies: int
    split: set[str]
    wrong: tuple[str, ...]

    def holds(self) -> None:
        assert not self.wrong, f"answers that no agency should get: {self.wrong[:3]}"
        assert not self.lost, f"lost: {self.lost}"
        assert not self.split, f"one key, several call-outs: {self.split}"
        assert not self.unexcused, f"paged twice without need: {self.unexcused}"


def judge(agencies: Sequence[Agency], carrier: Carrier, left: Snapshot, excused: Set[str]) -> Verdict:
    """Judge by the database at the end. Nobody could know whether the `excused` pages had been sent."""
    came = Counter(arrival.page for arrival in carrier.look())
    times = Counter(left.callouts.values())
    doubled = {page for page, count in came.items() if count > 1}
    return Verdict(
        taken=sum(len(agency.taken) for agency in agencies),
        lost=_not_paged(agencies, carrier, left),
        doubled=doubled,
        unexcused=doubled - excused,
        most_copies=max(came.values(), default=0),
        split={reference for reference, count in times.items() if count > 1 and reference is not None},
        wrong=tuple(answer for agency in agencies for answer in agency.wrong),
    )


def wait_until_paged(
    agencies: Sequence[Agency], carrier: Carrier, look: Callable[[], Snapshot], seconds: float
) -> None:
    """Wait until each call-out that was taken has come to the carrier. (A count of pages would not tell: late work also
    alarms the coordinators by text.)"""
    until(lambda: not _not_paged(agencies, carrier, look()), seconds, "every call-out is at the carrier")


def _not_paged(agencies: Sequence[Agency], carrier: Carrier, now: Snapshot) -> set[str]:
    """References that were taken, and whose call-out is not in the database or has not come to the carrier."""
    came = carrier.first()
    # A carrier that was killed forgot what it had taken since we last asked; the page's row then still has its SID.
    paged = {page.callout for page in now.pages.values() if page.id in came or page.sid is not None}
    taken = [pair for agency in agencies for pair in agency.taken.items()]
    return {reference for reference, id_ in taken if id_ not in now.callouts or id_ not in paged}


def wait_for_pages(carrier: Carrier, wanted: Set[str], seconds: float) -> None:
    """Wait until all `wanted` pages have come to the carrier."""
    until(lambda: not wanted - carrier.first().keys(), seconds, "every page is at the carrier")


def last_after(came: dict[str, float], pages: Set[str], moment: float) -> float:
    """The seconds from `moment` until the last of `pages` came; 0 when all had come before, or there are none."""
    return max([came[page] - moment for page in pages if page in came] + [0.0])
