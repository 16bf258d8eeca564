"""The response clock: received → arrived, against the target.

The law: coordinators hear *before* the target is lost, and a call-out that is past it counts as missed at once, not
when it is closed. The headline is the fraction within target and the 90th percentile, never the mean (FIELD).
"""

from bisect import insort
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, floor

from dispatch.rules.callout.escalation import is_of_policy
from dispatch.rules.decisions import (
    AgencyEvent,
    AlarmCoordinators,
    DeadlineKind,
    Decision,
    Note,
    NoteKind,
    SetDeadline,
    TellAgency,
    TextOfficer,
    WriteCallOut,
)
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import CallOut, Status
from dispatch.rules.facts.situation import Situation, Timings
from dispatch.rules.nearer import arriving_when
from dispatch.rules.wording import agency_texts, alarms, times


def respond_by(received_at: datetime, timings: Timings) -> datetime:
    """The time by which a specialist is promised to be there."""
    return received_at + timings.span("target")


def start(situation: Situation, now: datetime) -> list[Decision]:
    """The deadlines that every call-out has from its first moment."""
    respond_by = situation.callout.respond_by
    return [
        SetDeadline(DeadlineKind.OFFICER_WAITING, now + situation.timings.span("officer_waiting")),
        SetDeadline(DeadlineKind.WARN_TARGET, max(now, respond_by - situation.timings.span("warn_before_target"))),
        SetDeadline(DeadlineKind.TARGET_MISSED, respond_by),
    ]


def tell_officer_nobody_yet(situation: Situation, attempt: int, now: datetime) -> list[Decision]:
    """The officer must not wait without news: say honestly that nobody has it yet, as often as it takes.

    An officer who gave no number that we text cannot be told. The timeline says so once, since it is the same every
    time.
    """
    callout = situation.callout
    if callout.status is not Status.PAGING:
        return []
    tells = TextOfficer(agency_texts.officer_waiting(callout.code, _minutes(callout, now)))
    told = Note(NoteKind.OFFICER_TOLD, "the officer was told that nobody has it yet")
    due_at = now + situation.timings.span("officer_waiting")
    return [
        *([tells] if situation.dials_officer or attempt == 1 else ()),
        TellAgency(AgencyEvent.UNANSWERED),
        *([told] if situation.dials_officer else ()),
        SetDeadline(DeadlineKind.OFFICER_WAITING, due_at, attempt=attempt + 1),
    ]


def minutes_left(callout: CallOut, now: datetime) -> int | None:
    """Minutes until the target, rounded down, negative once it is missed. None when the clock has stopped, or the
    call-out is over."""
    if callout.arrived_at is not None or not callout.is_open:
        return None
    return floor((callout.respond_by - now).total_seconds() / 60)


def is_late(callout: CallOut, arrived_at: datetime) -> bool:
    """Whether an arrival at this moment missed the target."""
    return arrived_at > callout.respond_by


def warn(situation: Situation, now: datetime) -> list[Decision]:
    """Little time is left. Nothing is said if somebody is due to arrive in time."""
    callout = situation.callout
    if callout.arrived_at is not None:
        return []
    first = callout.comes_first
    if first is None:
        reason = "nobody has it"
    elif first.eta_at is None:
        reason = "no ETA"
    elif arriving_when.said(situation, first, now) is None:
        reason = f"ETA {times.local_time(first.eta_at)} has passed"
    elif first.eta_at > callout.respond_by:
        reason = f"ETA {times.local_time(first.eta_at)}"
    else:
        return []
    return _warning(situation, reason, now)


def warn_if_eta_is_late(situation: Situation, eta_at: datetime | None, now: datetime) -> list[Decision]:
    """An ETA beyond the target means that the target will be missed."""
    callout = situation.callout
    if callout.arrived_at is not None or eta_at is None or not now < callout.respond_by < eta_at:
        return []
    return _warning(situation, f"ETA {times.local_time(eta_at)}", now)


def warn_anew(situation: Situation, now: datetime) -> list[Decision]:
    """Somebody else comes first by now, and the warning of the target may have been spared for whoever did before."""
    callout, first = situation.callout, situation.callout.comes_first
    if now < callout.respond_by - situation.timings.span("warn_before_target"):
        return warn_if_eta_is_late(situation, first.eta_at if first is not None else None, now)
    return warn(situation, now) if now < callout.respond_by else []


def miss(situation: Situation, now: datetime) -> list[Decision]:
    """The target has passed and nobody is at the scene."""
    callout = situation.callout
    if callout.arrived_at is not None:
        return []
    minutes = _minutes(callout, now)
    # In rounds, coordinators are rung at the start of each; of two calls at once, one finds the line busy. Once
    # somebody has that alarm, rounds ring nobody, so this alarm has to.
    in_rounds = callout.status is Status.PAGING and not is_of_policy(callout.policy, callout.step)
    rung_anyway = in_rounds and not any(alarm.owner for alarm in situation.alarms)
    return [
        WriteCallOut({"missed": True}),
        AlarmCoordinators(
            alarms.target_missed(callout.code, minutes, *_whom_to_call(situation)),
            rings=False if rung_anyway else None,
            kind=AlarmKind.TARGET_MISSED,
        ),
        Note(NoteKind.TARGET_MISSED, f"nobody on scene after {minutes} minutes"),
    ]


def _warning(situation: Situation, reason: str, now: datetime) -> list[Decision]:
    left = max(0, ceil((situation.callout.respond_by - now).total_seconds() / 60))
    text = alarms.target_warning(situation.callout.code, left, reason, *_whom_to_call(situation))
    return [
        AlarmCoordinators(text, kind=AlarmKind.TARGET_WARNING),
        Note(NoteKind.TARGET_WARNING, f"{left} minutes left: {reason}"),
    ]


def _whom_to_call(situation: Situation) -> tuple[str, str]:
    """The name and number of whoever comes first; otherwise of the officer who waits."""
    first = situation.callout.comes_first
    person = situation.roster.person(first.person) if first is not None else None
    return (person.first_name, person.phone) if person else ("the officer", situation.callout.officer_phone)


def _minutes(callout: CallOut, now: datetime) -> int:
    return floor((now - callout.received_at).total_seconds() / 60)


# ---- reports -------------------------------------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted of a set of call-outs.

    `known` counts those of which we know whether they met the target, `missed` those that did not. `times` are the
    response times, in any order, in tenths of a minute, the precision in which they are shown. `waiting` counts the
    call-outs that are open with nobody there; one that is past its target already counts as missed (FIELD, reporting).
    """

    known: int = 0
    missed: int = 0
    times: Sequence[int] = ()
    waiting: int = 0
    waiting_past_target: int = 0

    def summary(self) -> Summary:
        times = sorted(self.times)
        return Summary(
            n=self.known + self.waiting,
            within_target=self.known - self.missed,
            missed=self.missed + self.waiting_past_target,
            open_past_target=self.waiting_past_target,
            median_minutes=percentile(times, MEDIAN),
            p90_minutes=percentile(times, NINETIETH),
            worst_minutes=times[-1] / 10 if times else None,
        )


def total(tallies: Collection[Tally]) -> Tally:
    return Tally(
        sum(one.known for one in tallies),
        sum(one.missed for one in tallies),
        [time for one in tallies for time in one.times],
        sum(one.waiting for one in tallies),
        sum(one.waiting_past_target for one in tallies),
    )


MEDIAN, NINETIETH = 5, 9  # percentiles, in tenths of the way from the shortest to the longest


def percentile(times: Sequence[int], tenth: int) -> float | None:
    """In minutes, of sorted `times` in tenths of a minute: linear interpolation between closest ranks, like
    PostgreSQL's `percentile_cont`. None if there are no times."""
    if not times:
        return None
    rank, beyond = divmod(tenth * (len(times) - 1), 10)
    low, high = times[rank], times[rank + (beyond > 0)]
    return round((10 * low + (high - low) * beyond) / 100, 1)


def rolling_p90(times: Iterable[int], last: int, least: int) -> list[float | None]:
    """For each of `times`, in order, the 90th percentile of it and those before it: of the `last` ones at most.

    None while there are fewer than `least`. `times` are tenths of a minute.
    """
    order: list[int] = []
    window: list[int] = []
    found: list[float | None] = []
    for time in times:
        order.append(time)
        insort(window, time)
        if len(order) > last:
            window.remove(order[-last - 1])
        found.append(percentile(window, NINETIETH) if len(window) >= least else None)
    return found
