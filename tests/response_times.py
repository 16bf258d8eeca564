"""What a report of response times means, call-out by call-out: the plain version that the counting must match."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor

from dispatch.rules.callout.response_clock import Summary


@dataclass(frozen=True, slots=True)
class Response:
    """One call-out as the report sees it. `seconds` is None while nobody has arrived."""

    seconds: float | None
    past_target: bool  # arrived too late, or nobody had arrived when the target passed
    is_open: bool = False


def summarise(responses: Iterable[Response]) -> Summary:
    """A time counts to the tenth of a minute that is shown; an open call-out past its target is missed already."""
    all_ = list(responses)
    arrived = sorted(tenths(response.seconds) for response in all_ if response.seconds is not None)
    return Summary(
        n=len(all_),
        within_target=sum(response.seconds is not None and not response.past_target for response in all_),
        missed=sum(response.past_target for response in all_),
        open_past_target=sum(response.is_open and response.past_target for response in all_),
        median_minutes=percentile(arrived, 5),
        p90_minutes=percentile(arrived, 9),
        worst_minutes=arrived[-1] / 10 if arrived else None,
    )


def tenths(seconds: float) -> int:
    """In tenths of a minute, a half rounded up, to the microsecond."""
    return (round(seconds * 1_000_000) + 3_000_000) // 6_000_000


def percentile(ordered: list[int], tenth: int) -> float | None:
    """Linear interpolation between closest ranks, as PostgreSQL's `percentile_cont`; in minutes."""
    if not ordered:
        return None
    ten_places = tenth * (len(ordered) - 1)
    low, high = ordered[floor(ten_places / 10)], ordered[ceil(ten_places / 10)]
    return round((10 * low + (high - low) * (ten_places % 10)) / 100, 1)
