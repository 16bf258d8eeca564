"""The schedule in the words of its views. Who is on call, and whether that is a gap, comes from the rules."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby
from urllib.parse import quote

from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, OverrideKind, Rotation, RotationUnit, Shift
from dispatch.rules.roster.nights import tonight
from dispatch.rules.roster.on_call import is_manned
from dispatch.rules.roster.qualified import not_covering
from dispatch.rules.schedule.six_weeks import ScheduleNight, SixWeeks, monday_of
from dispatch.rules.schedule.spans_on_call import OnCallSpan, Reason
from dispatch.rules.wording.names import counted_text
from dispatch.rules.wording.times import local_day_and_time

SCHEDULE = "/schedule"
NOBODY = "Nobody"

_WHY = {
    Reason.ROTATION: "by the rotation",
    Reason.OVERRIDE: "by an exception",
    Reason.PAUSE: "the rotation is paused",
    Reason.NOT_BEGUN: "the rotation has not begun",
    Reason.ENDED: "the rotation has ended",
}
_WHY_NOBODY = {
    Reason.ROTATION: "",
    Reason.OVERRIDE: "taken off",
    Reason.PAUSE: "paused",
    Reason.NOT_BEGUN: "not begun",
    Reason.ENDED: "ended",
}


class Names:
    """First names, where they are one person's only; otherwise names in full. Somebody who has left has their id."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster

    def short(self, person_id: str) -> str:
        return self._roster.short_name_of(person_id)

    def why_gap(self, span: OnCallSpan) -> str:
        """Why those whom it puts on call cover nothing."""
        found = (self._roster.person(one) for one in span.people)
        whys = (
            not_covering(self._roster, span.rotation, person, span.starts_at) for person in found if person is not None
        )
        return next(filter(None, whys), "no specialist")

    def who_is(self, span: OnCallSpan) -> str:
        """On call in a gap, as the preview and the alarm about it have it. Whoever is paged and covers nothing is not
        nobody."""
        return "Nobody qualified is" if is_manned(self._roster, span.rotation, span.starts_at) else "Nobody is"

    def all(self, people: Iterable[str]) -> str:
        return " and ".join(map(self.short, people)) or NOBODY

    def in_cell(self, span: OnCallSpan) -> str:
        return self.all(span.people) if span.people or span.is_gap else "–"

    def beside(self, span: OnCallSpan) -> str:
        """What is unusual about it, in a word or two."""
        if not span.people:
            return _WHY_NOBODY[span.reason]
        if span.is_gap:
            return self.why_gap(span)
        if span.reason is not Reason.OVERRIDE:
            return ""
        if span.holder is None:
            return "by exception"
        if span.holder in span.people:
            return "also by exception"
        return f"for {self.short(span.holder)}"

    def why(self, span: OnCallSpan) -> str:
        said = _WHY[span.reason]
        if span.reason is Reason.OVERRIDE and span.holder is not None and span.holder not in span.people:
            said = f"{said}; the rotation has {self.short(span.holder)}"
        return f"{said}; {self.why_gap(span)}" if span.people and span.is_gap else said


def address_of(rotation: str, day: date) -> str:
    return f"{SCHEDULE}/{quote(rotation, safe='')}/{day.isoformat()}"


def day_words(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def days_words(first: date, last: date) -> str:
    """Such as "23 Nov to 3 Jan 2027"."""
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day} {first:%b}{year} to {last.day} {last:%b %Y}"


def by_week(weeks: SixWeeks) -> list[tuple[str, list[ScheduleNight]]]:
    return [
        (days_words(monday, monday + timedelta(days=6)), list(found))
        for monday, found in groupby(weeks.nights, lambda night: monday_of(night.day))
    ]


def span_words(span: Shift | OnCallSpan) -> str:
    return f"{local_day_and_time(span.starts_at)} to {local_day_and_time(span.ends_at)}"


def gap_href(span: OnCallSpan) -> str:
    return address_of(span.rotation, tonight(span.starts_at))


# ---- what a night came from ----------------------------------------------------------------------------------------


def order_words(rotation: Rotation, names: Names) -> str:
    """Such as "Ana, Ben, Eva in turn; a week each, from Monday 09:00"."""
    members = ", ".join(map(names.short, rotation.members)) or "nobody"
    unit = "day" if rotation.unit is RotationUnit.DAYS else "week"
    each = f"a {unit} each" if rotation.length == 1 else f"{counted_text(rotation.length, unit)} each"
    day = f"{rotation.starts_on:%A} " if rotation.unit is RotationUnit.WEEKS else ""
    return f"{members} in turn; {each}, from {day}{rotation.handoff:%H:%M}"


def override_words(one: Override, names: Names) -> str:
    """Such as "Eva instead of Ana, Fri 27 Nov 18:00 to Sat 28 Nov 09:00"."""
    person = names.short(one.person) if one.person is not None else "nobody named"
    replaces = names.short(one.replaces) if one.replaces is not None else "everybody"
    match one.kind:
        case OverrideKind.ADD:
            said = f"{person} as well"
        case OverrideKind.REPLACE:
            said = f"{person} instead of {replaces}"
        case OverrideKind.REMOVE:
            said = f"without {replaces}"
    return f"{said}, {local_day_and_time(one.starts_at)} to {local_day_and_time(one.ends_at)}"


def override_standing(one: Override) -> str:
    """Since when it is so, and until when it was listed."""
    parts = []
    if one.holds_from is not None:
        parts.append(f"made {local_day_and_time(one.holds_from)}")
    if one.ended_at is not None:
        parts.append(f"ended {local_day_and_time(one.ended_at)}")
    return ", ".join(parts)
