"""What became of many call-outs at once: all there, none twice, in which order, and how late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.client import Answer
from benchmarks.deployment import Carrier


@dataclass(frozen=True, slots=True)
class Outcome:
    """`overtaken` is the longest time, in seconds, by which a later call-out's page came before an earlier one's."""

    taken: int
    lost: int
    twice: int
    latencies: list[float]  # from the answer to the first page at the carrier
    overtaken: float
    out_of_place: int
    last_page_at: float

    @property
    def nothing_lost(self) -> bool:
        return self.lost == 0 and self.twice == 0


def outcome(answers: Sequence[Answer], carrier: Carrier) -> Outcome:
    """Compare what callers were promised with what the carrier was asked for."""
    arrived = carrier.first_pages()
    opened = [(answer.json(), answer.answered_at) for answer in answers if answer.status in (200, 201)]
    paged = [
        (callout, arrived[callout["code"]], answered) for callout, answered in opened if callout["code"] in arrived
    ]
    in_order = [at for _, at, _ in sorted(paged, key=_received)]
    return Outcome(
        taken=len(opened),
        lost=len(opened) - len(paged),
        twice=sum(count > 1 for count in carrier.counts_by_page().values()),
        latencies=[at - answered for _, at, answered in paged],
        overtaken=_overtaken(in_order),
        out_of_place=_out_of_place(in_order),
        last_page_at=max(in_order, default=0.0),
    )


def _received(paged: tuple[Mapping[str, str], float, float]) -> tuple[str, str]:
    return (paged[0]["received_at"], paged[0]["id"])


def _overtaken(moments: Sequence[float]) -> float:
    worst, earliest_after = 0.0, float("inf")
    for moment in reversed(moments):
        worst = max(worst, moment - earliest_after)
        earliest_after = min(earliest_after, moment)
    return worst


def _out_of_place(moments: Sequence[float]) -> int:
    """How many places the most displaced page is out of turn."""
    ranks = sorted(range(len(moments)), key=lambda index: moments[index])
    return max((abs(place - rank) for place, rank in enumerate(ranks)), default=0)
