"""Changes of the schedule in the words of its views: what a night's forms offer, and the log."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.actions.schedule.read_changing import ChangeableNight, Coverable
from dispatch.inbound.web.callout.typed_moments import on_the_clock
from dispatch.inbound.web.schedule.edit_forms import shift_value
from dispatch.inbound.web.schedule.shaped_schedule import Names, override_words, span_words
from dispatch.rules.facts.actors import Actor
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override
from dispatch.rules.schedule.in_words import lines
from dispatch.rules.schedule.six_weeks import part_of_night
from dispatch.rules.schedule.stand_ins import StandIn
from dispatch.rules.schedule.undo import RosterChange, Touched
from dispatch.rules.wording.times import local_day_and_time

Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class MomentField:
    """A field for day and time: as it is shown, and the very moment behind it."""

    shown: str
    exact: str


@dataclass(frozen=True, slots=True)
class CoverForm:
    """Who instead, from when to when. `whose` is "" for a gap. `goes_on` says how much longer the shift
    is than what is proposed. `others` are the shifts to exchange it for, in groups of
    a rotation's."""

    whose: str
    name: str
    words: str
    value: str
    starts: MomentField
    ends: MomentField
    goes_on: str
    people: Options
    others: list[tuple[str, Options]]


def pause_fields(found: ChangeableNight, now: datetime) -> tuple[MomentField, MomentField]:
    begins = max(found.shown.begins, now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1))
    return moment_field(begins), moment_field(max(found.shown.ends, begins))


def moment_field(moment: datetime) -> MomentField:
    return MomentField(on_the_clock(moment), moment.isoformat())


def cover_form(one: Coverable, found: ChangeableNight, names: Names) -> CoverForm:
    shift = one.shift
    others: dict[str, Options] = {}
    if shift.person:
        for other in found.others:
            if other.person != shift.person:
                said = f"{names.short(other.person)}, {span_words(other)}"
                others.setdefault(other.rotation, []).append((shift_value(other), said))
    own, night = found.shown.rotation.name, found.shown
    starts_at, ends_at = part_of_night(shift, night.rotation.at(night.night) or night.rotation, night.day)
    return CoverForm(
        shift.person,
        names.short(shift.person) if shift.person else "Nobody",
        span_words(shift),
        shift_value(shift),
        moment_field(starts_at),
        moment_field(ends_at),
        f"The shift goes on until {local_day_and_time(shift.ends_at)}." if ends_at < shift.ends_at else "",
        stand_in_options(one.stand_ins, names),
        sorted(others.items(), key=lambda group: group[0] != own),
    )


def stand_in_options(found: list[StandIn], names: Names) -> Options:
    return [(one.person.id, f"{names.short(one.person.id)}: {one.known}") for one in found]


# ---- the log -------------------------------------------------------------------------------------------------------


def change_lines(change: RosterChange, names: Names) -> list[str]:
    """What it did to the roster."""
    said = [line for one in change.touched for line in _lines(one, names, is_forgotten=change.is_forgotten)]
    return [*said, *(["the order of the exceptions"] if change.reordered is not None else [])]


def who_words(by: Actor, roster: Roster) -> str:
    person = roster.person(by.id) if by.id else None
    return person.name if person else str(by)


def _lines(one: Touched, names: Names, *, is_forgotten: bool) -> Iterator[str]:
    if is_forgotten:
        yield f"{one.part} {one.name}"
        return
    was, now = one.before, one.after
    if isinstance(was, Override) and isinstance(now, Override):
        yield f"{now.rotation}: {override_words(was, names)} → {override_words(now, names)}"
    elif isinstance(now, Override):
        yield f"{now.rotation}: {override_words(now, names)}"
    elif isinstance(was, Override):
        yield f"{was.rotation}: no longer {override_words(was, names)}"
    else:
        yield from lines(one, by_file=False)
