"""What became of many call-outs at once: all there, none twice, in which order, and how late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.client import Answer
from benchmarks.deployment import Carrier
from benchmarks.figures import also


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of those that were `answered`, `taken` are open, and `turned_away` were answered 503: paging was behind (ADR 42).
    `overtaken` is the longest time, in seconds, by which a later call-out's page came before an earlier one's."""

    answered: int
    taken: int
    turned_away: int
    lost: int
    twice: int
    latencies: list[float]  # from the answer to the first page at the carrier
    overtaken: float
    out_of_place: int
    last_page_at: float

    @property
    def told(self) -> str:
        return f"{self.turned_away:,} answered 503, {self.lost} lost, {self.twice} twice"

    def short_of(self, count: int) -> str:
        """In words, why not all of `count` call-outs were taken and paged once; empty when they were."""
        unheard, otherwise = count - self.answered, self.answered - self.taken - self.turned_away
        return also(
            f"{unheard:,} could not even be offered in time: one process was busy all along" if unheard else "",
            f"{self.turned_away:,} were answered 503: paging was behind" if self.turned_away else "",
            f"{otherwise:,} were answered neither 201 nor 503" if otherwise else "",
            f"{self.lost:,} were never paged" if self.lost else "",
            f"{self.twice:,} were paged twice" if self.twice else "",
        )


def outcome(answers: Sequence[Answer], carrier: Carrier) -> Outcome:
    """Compare what callers were promised with what the carrier was asked for."""
    arrived = carrier.first_pages()
    opened = [(answer.json(), answer.answered_at) for answer in answers if answer.status in (200, 201)]
    paged = [
        (callout, arrived[callout["code"]], answered) for callout, answered in opened if callout["code"] in arrived
    ]
    in_order = [at for _, at, _ in sorted(paged, key=_received)]
    return Outcome(
        answered=len(answers),
        taken=len(opened),
        turned_away=sum(answer.status == 503 for answer in answers),
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
    """How many positions the most displaced page is out of order."""
    ranks = sorted(range(len(moments)), key=lambda index: moments[index])
    return max((abs(deployed - rank) for deployed, rank in enumerate(ranks)), default=0)
