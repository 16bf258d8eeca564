"""Moments as somebody types them after an option."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dispatch.app import wall_clock
from dispatch.cli.complaints import Complaint
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.roster.local_clock import local_moment


def moment_of(option: str, text: str | None) -> datetime:
    """The moment of this century that `text` after `option` names, in our own zone; without a text, now. Raises
    `Complaint`."""
    try:
        moment = wall_clock() if text is None else datetime.fromisoformat(text.strip())
        if moment.utcoffset() is None:
            moment = local_moment(moment, LOCAL)
        # At the ends of the calendar no shift begins or ends.
        local = moment.astimezone(ZoneInfo(LOCAL)) if 2000 <= moment.year < 2100 else None
    except (ValueError, OverflowError):
        local = None
    if local is None:
        example = "write it like 2026-12-25T02:00 or 2026-12-25T10:00Z"
        raise Complaint(f"{option} {text!r} is not a time; {example}")
    return local
