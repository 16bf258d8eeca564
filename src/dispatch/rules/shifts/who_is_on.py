"""Who is on call now, and who comes next, in few words: what the resolver says, for whoever asks by text."""

from datetime import datetime, timedelta

from dispatch.rules.facts.roster import Roster
from dispatch.rules.roster.on_call import all_shifts

_LOOK = timedelta(days=8)  # a week's rotation hands over within it


def now_and_next(roster: Roster, now: datetime) -> tuple[list[str], list[tuple[str, datetime]]]:
    """The first names of those on call, and of those who come on, each with when, the earliest first. Raises
    `NaiveMoment`."""
    found = all_shifts(roster, now, now + _LOOK)
    on = [shift.person for shift in found if shift.starts_at <= now]
    coming = sorted((shift for shift in found if shift.starts_at > now), key=lambda one: one.starts_at)
    return (
        [roster.first_name_of(person) for person in dict.fromkeys(on)],
        [(roster.first_name_of(shift.person), shift.starts_at) for shift in coming],
    )
