"""The response clock: received → arrived, against the target.

The law: coordinators hear *before* the target is lost, and a call-out that is past it counts as missed at once, not
when it is closed. The headline is the fraction within target and the 90th percentile, never the mean (FIELD).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, floor

from dispatch.rules import wording
from dispatch.rules.decisions import (
    AlarmCoordinators,
    DeadlineKind,
    Decision,
    MarkMissed,
    Note,
    SetDeadline,
    StampKind,
    TellOfficer,
)
from dispatch.rules.facts import CallOut, Situation, Status


def start(situation: Situation, now: datetime) -> list[Decision]:
    """The deadlines that every call-out has from its first moment."""
    respond_by = situation.callout.respond_by
    return [
        SetDeadline(DeadlineKind.OFFICER_WAITING, now + situation.timings.span("officer_waiting")),
        SetDeadline(DeadlineKind.WARN_TARGET, max(now, respond_by - situation.timings.span("warn_before_target"))),
        SetDeadline(DeadlineKind.TARGET_MISSED, respond_by),
    ]


def tell_officer_nobody_yet(situation: Situation, now: datetime) -> list[Decision]:
    """The officer must not stand there without news: say honestly that nobody has answered, as often as it takes."""
    callout = situation.callout
    if callout.status is not Status.PAGING:
        return []
    return [
        TellOfficer(wording.officer_waiting(callout.code, _minutes(callout, now))),
        Note("officer_told", "the officer was told that nobody has answered yet"),
        SetDeadline(DeadlineKind.OFFICER_WAITING, now + situation.timings.span("officer_waiting")),
    ]


def warn(situation: Situation, now: datetime) -> list[Decision]:
    """Little time is left. Nothing is said when somebody is due to arrive in time."""
    callout = situation.callout
    if callout.arrived_at is not None:
        return []
    primary = callout.primary
    if primary is None:
        reason = "nobody has answered"
    elif primary.eta_at is None:
        reason = "no ETA"
    elif primary.eta_at > callout.respond_by:
        reason = f"ETA {wording.local_time(primary.eta_at)}"
    else:
        return []
    left = max(0, ceil((callout.respond_by - now).total_seconds() / 60))
    return [
        AlarmCoordinators(wording.alarm_target_warning(callout.code, left, reason)),
        Note("target_warning", f"{left} minutes left: {reason}"),
    ]


def warn_if_eta_is_late(situation: Situation, eta_at: datetime | None, now: datetime) -> list[Decision]:
    """An ETA beyond the target loses it already now."""
    callout = situation.callout
    if callout.arrived_at is not None or eta_at is None or not now < callout.respond_by < eta_at:
        return []
    left = ceil((callout.respond_by - now).total_seconds() / 60)
    reason = f"ETA {wording.local_time(eta_at)}"
    return [
        AlarmCoordinators(wording.alarm_target_warning(callout.code, left, reason)),
        Note("target_warning", f"{left} minutes left: {reason}"),
    ]


def miss(situation: Situation, now: datetime) -> list[Decision]:
    """The target has passed and nobody is at the scene."""
    callout = situation.callout
    if callout.arrived_at is not None:
        return []
    minutes = _minutes(callout, now)
    return [
        MarkMissed(),
        AlarmCoordinators(wording.alarm_target_missed(callout.code, minutes)),
        Note("target_missed", f"nobody on scene after {minutes} minutes"),
    ]


def _minutes(callout: CallOut, now: datetime) -> int:
    return floor((now - callout.received_at).total_seconds() / 60)


# ---- the order of stamps -------------------------------------------------------------------------------------------


class OutOfOrder(ValueError):
    """the stamps of an assignment must follow each other, and none may lie in the future"""


def check_order(acknowledged_at: datetime, stamps: Mapping[StampKind, datetime | None], now: datetime) -> None:
    """Raise `OutOfOrder` unless the stamps that are set stand in the order of FIELD's table and not after `now`."""
    last, last_name = acknowledged_at, "acknowledged_at"
    for kind in StampKind:
        moment = stamps.get(kind)
        if moment is None:
            continue
        if moment < last:
            raise OutOfOrder(f"{kind} {wording.local_time(moment)} is before {last_name} {wording.local_time(last)}")
        if moment > now:
            raise OutOfOrder(f"{kind} {wording.local_time(moment)} lies in the future")
        last, last_name = moment, kind


# ---- reports -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Response:
    """One call-out as the report sees it. `seconds` is None while nobody has arrived."""

    seconds: float | None
    past_target: bool  # arrived too late, or nobody had arrived when the target passed
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """Response times of a set of call-outs; times in minutes, None where nobody has arrived yet."""

    n: int
    within_target: int
    missed: int
    open_past_target: int
    median_minutes: float | None
    p90_minutes: float | None
    worst_minutes: float | None


def summarise(responses: Sequence[Response]) -> Summary:
    """Summarise response times; a call-out still open and past its target counts as missed (FIELD, reporting).

    A time counts to the tenth of a minute that is shown. This says what a report means, call-out by call-out; over a
    history `store.reports` lets the database count the same.
    """
    arrived = sorted(_tenths(one.seconds) for one in responses if one.seconds is not None)
    return Summary(
        n=len(responses),
        within_target=sum(one.seconds is not None and not one.past_target for one in responses),
        missed=sum(one.past_target for one in responses),
        open_past_target=sum(one.is_open and one.past_target for one in responses),
        median_minutes=_percentile(arrived, MEDIAN),
        p90_minutes=_percentile(arrived, NINETIETH),
        worst_minutes=arrived[-1] / 10 if arrived else None,
    )


MEDIAN, NINETIETH = 5, 9  # percentiles, in tenths of the way from the shortest to the longest


def between_ranks(low: int, high: int, count: int, percentile: int) -> float:
    """A percentile of `count` times in minutes, of which `low` and `high`, in tenths of a minute, are the nearest.

    Linear interpolation between closest ranks, as PostgreSQL's `percentile_cont`.
    """
    beyond = percentile * (count - 1) % 10  # so many tenths of the way from low to high
    return round((10 * low + (high - low) * beyond) / 100, 1)


def _percentile(ordered: Sequence[int], percentile: int) -> float | None:
    if not ordered:
        return None
    place, beyond = divmod(percentile * (len(ordered) - 1), 10)
    return between_ranks(ordered[place], ordered[place + (beyond > 0)], len(ordered), percentile)


def _tenths(seconds: float) -> int:
    return (round(seconds * 1_000_000) + 3_000_000) // 6_000_000
