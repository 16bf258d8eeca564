"""A link that shows a specialist the meeting place: its address, whether it still opens, what to say if it does not.

The law: the meeting place is shown to whoever is on the call-out, while that is open and the link is young, and to
nobody else.
"""

from datetime import datetime
from enum import StrEnum

from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.people import Person

PATH = "/r/{token}"


class Ended(StrEnum):
    """Why a link shows nothing. Unknown and expired are the same, so that guessing teaches nothing."""

    EXPIRED = "this link has expired"
    OVER = "this call-out is over"
    NOT_THEIRS = "you are no longer on this call-out"


def why_ended(
    expires_at: datetime, status: Status | None, person: Person | None, now: datetime, *, on_it: bool
) -> Ended | None:
    """Why a link shows nothing; None if it shows the meeting place.

    `status` is that of its call-out, if that still exists, and `person` the one it was made for, if they are still in
    the roster. `on_it` says that they have the call-out or come as a partner.
    """
    if expires_at <= now:
        return Ended.EXPIRED
    if status is None or person is None or not status.is_open:
        return Ended.OVER
    return None if on_it else Ended.NOT_THEIRS


def shows_callers(expires_at: datetime, status: Status | None, person: Person | None, now: datetime) -> bool:
    """Whether the link of somebody who was paged for callers who said nothing shows their numbers: while nobody has the
    call-out. It shows no meeting place."""
    return now < expires_at and status is Status.PAGING and person is not None
