"""The forms of the schedule's views: what was filled in becomes an edit of the roster."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from dispatch.inbound.web.callout.typed_moments import Fields, FormFault, kept_moment, left_as_shown, moments_of
from dispatch.inbound.web.schedule.shaped_schedule import Names, override_words
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, OverrideKind, Pause, Shift
from dispatch.rules.schedule.edits import AddOverride, ComeInFor, Edit, EndOverride, ExchangeShifts, PauseRotation
from dispatch.rules.wording.times import local_day_and_time


@dataclass(frozen=True, slots=True)
class WantedEdit:
    """An edit, what it does in a few words, and what stands on the button that makes it."""

    edit: Edit
    does: str
    press: str


def read_edit(form: Fields, roster: Roster, now: datetime) -> WantedEdit:
    """Raises `FormFault`."""
    read = _READ.get(form.get("do", ""))
    if read is None:
        raise FormFault("this form is damaged; load the view again")
    return read(form, roster, now)


def moment_in(form: Fields, name: str) -> datetime:
    """What was typed, on the clock of Los Angeles. Where it was left as it was shown it is that very moment, which the
    clock alone may not tell: in the night with an hour twice, or where a shift began at some second."""
    if (exact := left_as_shown(form, name)) is not None:
        return exact
    found = moments_of(form.get(name, ""))
    if not found:
        raise FormFault("write day and time like 2026-12-04 18:00")
    return found[0]


# ---- each edit -----------------------------------------------------------------------------------------------------


def _replace(form: Fields, roster: Roster, now: datetime) -> WantedEdit:
    """Whoever comes in for nobody is on call as well: it fills a gap."""
    by, whom = form.get("person", ""), form.get("replaces", "") or None
    if not by:
        raise FormFault("choose who comes in")
    kind = OverrideKind.REPLACE if whom else OverrideKind.ADD
    override = Override(form.get("rotation", ""), kind, moment_in(form, "from"), moment_in(form, "to"), by, whom)
    who = Names(roster).short(by)
    does = f"{who} instead of {Names(roster).short(whom)}" if whom else f"{who} comes in"
    return WantedEdit(AddOverride(override), does, f"{who} comes in")


def _exchange(form: Fields, roster: Roster, now: datetime) -> WantedEdit:
    one, other = _shift(form.get("shift", "")), _shift(form.get("other", ""))
    names = Names(roster)
    does = f"{names.short(one.person)} and {names.short(other.person)} exchange their shifts"
    return WantedEdit(ExchangeShifts(one, other), does, "Exchange them")


def _end(form: Fields, roster: Roster, now: datetime) -> WantedEdit:
    key = form.get("key", "")
    known = next((one for one in roster.listed_overrides if one.key == key), None)
    words = override_words(known, Names(roster)) if known else key
    return WantedEdit(EndOverride(key), f"End: {words}", "End it")


def _pause(form: Fields, roster: Roster, now: datetime) -> WantedEdit:
    rotation, pause = form.get("rotation", ""), Pause(moment_in(form, "from"), moment_in(form, "to"))
    does = f"Pause {rotation}, {local_day_and_time(pause.starts_at)} to {local_day_and_time(pause.ends_at)}"
    return WantedEdit(PauseRotation(rotation, pause), does, "Pause it")


def come_in_for(form: Fields, roster: Roster) -> WantedEdit:
    """Raises `FormFault`."""
    person, by = form.get("person", ""), form.get("by", "")
    if not by:
        raise FormFault("choose who comes in")
    names, until, alarms_by = Names(roster), moment_in(form, "until"), form.get("alarms_by", "") or None
    who = " and ".join(names.short(one) for one in dict.fromkeys((by, alarms_by)) if one)
    press = f"{who} come in" if alarms_by not in (by, None) else f"{who} comes in"
    does = f"{press} for {names.short(person)} until {local_day_and_time(until)}"
    return WantedEdit(ComeInFor(person, by, until, alarms_by), does, press)


_READ: Mapping[str, Callable[[Fields, Roster, datetime], WantedEdit]] = {
    "replace": _replace,
    "exchange": _exchange,
    "end": _end,
    "pause": _pause,
}

# ---- a shift as the value of a field -------------------------------------------------------------------------------

_BETWEEN = "|"


def shift_value(shift: Shift) -> str:
    moments = (shift.starts_at.isoformat(), shift.ends_at.isoformat())
    return _BETWEEN.join((shift.person, *moments, shift.rotation))


def _shift(value: str) -> Shift:
    if not value:
        raise FormFault("choose the shift to exchange it for")
    parts = value.split(_BETWEEN, 3)
    moments = [moment for text in parts[1:3] if (moment := kept_moment(text)) is not None]
    if len(parts) != 4 or len(moments) != 2:
        raise FormFault("this form is damaged; load the view again")
    return Shift(parts[3], parts[0], *moments)
