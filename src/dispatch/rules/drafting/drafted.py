"""A draft, as overrides and in words.

The law: a draft is a change like any other. It is overrides and nothing besides, one for each night that is to be
somebody else's, and it says each wish and each rest that it breaks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dispatch.rules.drafting.draft_nights import DraftTask
from dispatch.rules.drafting.filling import Availability, DraftNight, kinds_of, parts
from dispatch.rules.facts.schedule import Override, OverrideKind
from dispatch.rules.roster.on_call import shifts
from dispatch.rules.wording.names import counted_text


@dataclass(frozen=True, slots=True)
class DraftedPart:
    """What one person has of the drafted nights, those that stay as they are among them, beside their part."""

    person: str
    nights: int
    weekend_nights: int
    holidays: int
    fair_nights: float


@dataclass(frozen=True, slots=True)
class NightHeld:
    day: date
    person: str | None


@dataclass(frozen=True, slots=True)
class Draft:
    """`overrides` make it; `broken` are the wishes and rests that it breaks, in sentences. `kept` nights stay with
    whoever comes in for them, or with nobody; `open_nights` could be nobody's."""

    task: DraftTask
    overrides: tuple[Override, ...]
    nights: tuple[NightHeld, ...]
    parts: tuple[DraftedPart, ...]
    broken: tuple[str, ...]
    kept: int
    open_nights: int

    @property
    def spread(self) -> float:
        """How many nights the one who is furthest beyond their part is away from the one who is furthest below it."""
        beyond = [one.nights - one.fair_nights for one in self.parts]
        return max(beyond, default=0.0) - min(beyond, default=0.0)


def drafted(task: DraftTask, held: Sequence[str | None]) -> Draft:
    """What it comes to that these people have the nights of the task."""
    inside = [(night, who) for night, who in zip(task.nights, held, strict=True) if not night.outside]
    return Draft(
        task,
        tuple(_overrides(task, held)),
        tuple(NightHeld(date.fromordinal(night.day), who or None) for night, who in inside),
        tuple(_parts(task, held)),
        tuple(_broken(task, held)),
        sum(night.holder is not None for night, _ in inside),
        sum(who is None for _, who in inside),
    )


def _overrides(task: DraftTask, held: Sequence[str | None]) -> Iterator[Override]:
    rotation = next(one for one in task.roster.rotations if one.name == task.rotation)
    for night, who, (begins, ends) in zip(task.nights, held, task.spans, strict=True):
        if night.holder is not None or who is None:
            continue
        standing = [(one.person, one.starts_at, one.ends_at) for one in shifts(task.roster, rotation, begins, ends)]
        if standing != [(who, begins, ends)]:
            yield Override(task.rotation, OverrideKind.REPLACE, begins, ends, who)


def _parts(task: DraftTask, held: Sequence[str | None]) -> Iterator[DraftedPart]:
    for person, fair in parts(task.nights).items():
        theirs = [
            kinds_of(night) for night, who in zip(task.nights, held, strict=True) if who == person and not night.outside
        ]
        nights, weekends, holidays = (sum(one[kind] for one in theirs) for kind in range(3))
        yield DraftedPart(person, nights, weekends, holidays, fair[0])


# ---- in words ------------------------------------------------------------------------------------------------------


def summary(draft: Draft) -> list[str]:
    """Whom the nights go to, what stays, what cannot be filled, and what is broken."""
    name = draft.task.roster.short_name_of
    lines = [
        f"{name(one.person)} has {counted_text(one.nights, 'night')} (a fair part is {one.fair_nights:.1f}),"
        f" {one.weekend_nights} at weekends, {counted_text(one.holidays, 'holiday')}."
        for one in draft.parts
    ]
    if draft.kept:
        stay = "1 night stays as it is" if draft.kept == 1 else f"{draft.kept} nights stay as they are"
        lines.append(f"{stay}: somebody comes in already.")
    lines += [
        f"Nobody qualified could have the night of {_day(one.day)}: it stays as it is."
        for one in draft.nights
        if one.person is None and draft.open_nights
    ]
    return [*lines, *(draft.broken or ("No wish and no rest is broken.",))]


def _broken(task: DraftTask, held: Sequence[str | None]) -> Iterator[str]:
    name = task.roster.short_name_of
    has = {night.day: (night, who) for night, who in zip(task.nights, held, strict=True)}
    for night, who in has.values():
        if who is None or night.holder is not None:
            continue
        day = _day(date.fromordinal(night.day))
        if night.could[who] is Availability.AWAY:
            yield f"{name(who)} has the night of {day}, although they are away: nobody else could have it."
        if night.could[who] is Availability.ELSEWHERE:
            yield f"{name(who)} has the night of {day}, although another rotation has them on call then."
    yield from _in_a_row(task, has)


def _in_a_row(task: DraftTask, has: dict[int, tuple[DraftNight, str | None]]) -> Iterator[str]:
    for day, (night, who) in has.items():
        after = has.get(day + 1)
        if not who or after is None or after[1] != who or (night.holder is not None and after[0].holder is not None):
            continue
        first = date.fromordinal(day)
        name = task.roster.short_name_of(who)
        yield f"{name} has two nights in a row, {_day(first)} and {_day(first + timedelta(days=1))}."


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"
