"""What people type into a form; days and times on the clock of Los Angeles, as a field shows them."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.storable import storable
from dispatch.rules.roster.local_clock import moments_at

Fields = Mapping[str, str]


class FormFault(ValueError):
    """a form cannot be read as it is filled in; the sentence is for whoever filled it in"""


def fields_of(form: FormData) -> dict[str, str]:
    """What is no text is left out, and of a text what cannot be kept."""
    return {name: storable(value) for name, value in form.items() if isinstance(value, str)}


def is_known(day: date) -> bool:
    """Whether it lies in the span that the schedule tells of."""
    return 2000 <= day.year < 2099


def day_of(text: str) -> date | None:
    """The day of this century that was typed, if it is one."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if is_known(day) else None


def moments_of(text: str) -> list[datetime]:
    """The moments that a local time names: two in the hour that comes twice, one otherwise, none for what is no time of
    this century."""
    try:
        wall = datetime.fromisoformat(text.strip())
    except ValueError:
        return []
    if not is_known(wall.date()):
        return []
    if wall.utcoffset() is not None:
        return [wall]
    return list(moments_at(wall, LOCAL))


def on_the_clock(moment: datetime) -> str:
    """A moment as a field for day and time has it: the organisation's own clock, to the minute."""
    return moment.astimezone(ZoneInfo(LOCAL)).strftime("%Y-%m-%dT%H:%M")


def exact(name: str) -> str:
    """The name of the hidden field that says which moment another one showed: the clock alone may not tell, in the
    night with an hour twice, or where a shift began at some second."""
    return f"{name}-shown"


def left_as_shown(form: Fields, name: str) -> datetime | None:
    """The very moment that a field showed, where nobody has changed it."""
    known = kept_moment(form.get(exact(name), ""))
    return known if known is not None and on_the_clock(known) == form.get(name, "").strip() else None


def kept_moment(text: str) -> datetime | None:
    """A moment that a form kept; None for no moment of this century, as of what is typed."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.utcoffset() is not None and is_known(moment.date()) else None
