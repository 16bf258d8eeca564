"""The schedule cut into spans, each with whom it puts on call and why.

The law: nothing here resolves. Who is on call at a moment is what `on_call` says of it, and where that changes is what
`shifts` says; a span only adds the reason.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, Rotation
from dispatch.rules.roster.on_call import lapses, on_call, running_shift, shifts
from dispatch.rules.roster.qualified import not_covering


class Reason(StrEnum):
    """Why it is these people, or nobody."""

    ROTATION = "rotation"
    OVERRIDE = "override"
    PAUSE = "pause"
    NOT_BEGUN = "not begun"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class OnCallSpan:
    """[starts_at, ends_at), in which `rotation` puts the same people on call, the shift's holder first.

    `holder` has the shift by the rotation alone. `is_gap`: nobody who could go (or, in the coordinators' own,
    have an alarm) is on call.
    """

    rotation: str
    starts_at: datetime
    ends_at: datetime
    people: tuple[str, ...]
    holder: str | None
    reason: Reason
    is_gap: bool


def standing_rotations(roster: Roster, since: datetime, until: datetime) -> list[Rotation]:
    """The rotations of the roster, and those that it has no longer but had at some moment of [since, until)."""
    return [*roster.rotations, *(one for one in roster.former_rotations if any(one.holding(since, until)))]


def spans(roster: Roster, rotation: Rotation, start: datetime, end: datetime, now: datetime) -> list[OnCallSpan]:
    """What [start, end) is made of, without a hole. Raises `NaiveMoment`."""
    found = shifts(roster, rotation, start, end)
    edges = {start.astimezone(UTC), end.astimezone(UTC)}
    edges |= {edge for shift in found for edge in (shift.starts_at, shift.ends_at)}
    edges |= set(lapses(roster, found))
    return [_span(roster, rotation, begins, ends, now) for begins, ends in pairwise(sorted(edges))]


def _span(roster: Roster, rotation: Rotation, begins: datetime, ends: datetime, now: datetime) -> OnCallSpan:
    people = on_call(roster, rotation, begins)
    holder, reason = _by_rotation(rotation, begins)
    if people != ((holder,) if holder else ()):
        reason = Reason.OVERRIDE
    is_gap = _is_gap(roster, rotation, people, reason, begins, is_past=ends <= now)
    return OnCallSpan(rotation.name, begins, ends, people, holder, reason, is_gap)


def _by_rotation(rotation: Rotation, at: datetime) -> tuple[str | None, Reason]:
    version = rotation.at(at)
    if version is None:
        first = rotation.versions[0].holds_from
        return None, Reason.NOT_BEGUN if first is not None and at < first else Reason.ENDED
    if any(pause.starts_at <= at < pause.ends_at for pause in version.pauses):
        return None, Reason.PAUSE
    running = running_shift(rotation, at)
    return (running[0], Reason.ROTATION) if running else (None, Reason.NOT_BEGUN)


def _is_gap(
    roster: Roster, rotation: Rotation, people: tuple[str, ...], reason: Reason, at: datetime, *, is_past: bool
) -> bool:
    if _covers(roster, rotation, people, at) or reason is Reason.ENDED:
        return False
    # Whoever has left since was a specialist then, and a rotation that had not begun covered nothing.
    has_left = any(roster.person(one) is None for one in people)
    return not is_past or not (has_left or reason is Reason.NOT_BEGUN)


def _covers(roster: Roster, rotation: Rotation, people: tuple[str, ...], at: datetime) -> bool:
    found = [person for one in people if (person := roster.person(one)) is not None]
    return any(not not_covering(roster, rotation.name, person, at) for person in found)


# ---- one moment ----------------------------------------------------------------------------------------------------

_HORIZON = timedelta(days=60)
_FIRST_LOOK = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OnCallThen:
    """One person on call at a moment. None: for longer than anybody looks, 60 days, before it or after it."""

    person: str
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class RotationThen:
    """What one rotation says of a moment. `around` is the span that it lies in, as far as a day to each side."""

    rotation: str
    on_call: tuple[OnCallThen, ...]
    around: OnCallSpan


def at_moment(roster: Roster, at: datetime, now: datetime) -> list[RotationThen]:
    """Whom each rotation put on call at `at`, or will, as it is known at `now`. Raises `NaiveMoment`."""
    at = at.astimezone(UTC)
    return [_then(roster, one, at, now) for one in standing_rotations(roster, at, at + timedelta.resolution)]


def _then(roster: Roster, rotation: Rotation, at: datetime, now: datetime) -> RotationThen:
    near = spans(roster, rotation, at - _FIRST_LOOK, at + _FIRST_LOOK, now)
    around = next(one for one in near if one.starts_at <= at < one.ends_at)
    return RotationThen(rotation.name, tuple(_each_on_call(roster, rotation, at, around.people)), around)


def _each_on_call(roster: Roster, rotation: Rotation, at: datetime, people: tuple[str, ...]) -> list[OnCallThen]:
    """Shifts mostly end within days, so a short span is looked at first; it grows until all are whole."""
    look = _FIRST_LOOK
    while True:
        start, end = at - look, at + look
        own = {
            shift.person: shift
            for shift in shifts(roster, rotation, start, end)
            if shift.starts_at <= at < shift.ends_at
        }
        if look == _HORIZON or all(start < one.starts_at and one.ends_at < end for one in own.values()):
            break
        look = min(4 * look, _HORIZON)
    return [
        OnCallThen(
            person,
            own[person].starts_at if own[person].starts_at > start else None,
            own[person].ends_at if own[person].ends_at < end else None,
        )
        for person in people
    ]


# ---- what has touched a span ---------------------------------------------------------------------------------------


def overrides_touching(roster: Roster, rotation: str, start: datetime, end: datetime) -> list[Override]:
    """Every override that is or was listed for a moment of [start, end), the ended ones among them, as listed."""
    return [one for one in roster.overrides if one.rotation == rotation and one.touches(start, end)]
