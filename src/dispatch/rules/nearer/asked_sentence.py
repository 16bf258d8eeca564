"""The one sentence that says who was asked along, and why: on the timeline, the board, a call-out's and a link's view.

The law: estimated minutes stand on the timeline only, which coordinators read. They say how far from a child somebody
lives.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.roster import Roster
from dispatch.rules.wording.names import first_up, listed, minutes_text, specialist
from dispatch.rules.wording.times import local_time, minutes_past

_HOUR = timedelta(hours=1)


def limit(callout: CallOut) -> str:
    """What an arrival must not be past, in words."""
    return "the hour" if callout.respond_by - callout.received_at == _HOUR else "the target"


def why_late(callout: CallOut, name: str, at: datetime | None, *, said: bool) -> str:
    """Such as "Ana's 03:44 is 30 minutes past the hour"; without a time, once theirs has passed."""
    if at is None:
        return f"{first_up(specialist(name))} has not come and has not been heard"
    past = minutes_past(at, callout.respond_by)
    much = f"{minutes_text(abs(past))} {'past' if past > 0 else 'before'} {limit(callout)}"
    if past == 0:
        much = f"at the end of {limit(callout)}"
    who = first_up(specialist(name))
    if said:
        return f"{who}'s {local_time(at)} is {much}"
    return f"{who} has said no time and may be there at {local_time(at)}, {much}"


def asked(reason: str, people: Iterable[tuple[str, int | None]], at: datetime) -> str:
    """The whole sentence; `people` are first names with their minutes, or without."""
    names = [_with_minutes(number, name, minutes) for number, (name, minutes) in enumerate(people)]
    were = "were" if len(names) != 1 else "was"
    return f"{reason}, so {listed(names)} {were} asked as well at {local_time(at)}."


def _with_minutes(number: int, name: str, minutes: int | None) -> str:
    """ "min" is said once."""
    if minutes is None:
        return name
    return f"{name} (about {minutes}{'' if number else ' min'})"


def shown(callout: CallOut, roster: Roster) -> str:
    """As every view may show it, a wall display too; "" where nobody was asked along or somebody is there."""
    people = callout.asked_along
    if not people or callout.arrived_at is not None or not callout.is_open:
        return ""
    names = [(roster.first_name_of(person), None) for person in people]
    moments = [at for page in callout.nearer if page.purpose.asks_along and (at := page.tried_at or page.due_at)]
    at = min(moments, default=callout.received_at)
    primary = callout.primary
    if primary is not None and primary.eta_at is not None and primary.eta_at > callout.respond_by:
        reason = why_late(callout, roster.first_name_of(primary.person), primary.eta_at, said=True)
        return asked(reason, names, at)
    were = "were" if len(names) != 1 else "was"
    return f"{listed([name for name, _ in names])} {were} asked to go along at {local_time(at)}."
