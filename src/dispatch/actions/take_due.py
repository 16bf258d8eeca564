"""One round of work: meet the deadlines that are due, then claim the pages that are, those just decided among them."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from dispatch.actions.desk import Desk
from dispatch.actions.meet_deadlines import meet_deadlines
from dispatch.actions.send_pages import Claimed, claim_pages


@dataclass(frozen=True, slots=True)
class Due:
    """`met` deadlines were met, `pages` were claimed; `more` says that more deadlines were due than one round meets."""

    met: int
    more: bool
    pages: list[Claimed]


def take_due(tx: Connection, desk: Desk, room: int, node: str) -> Due:
    """Meet and claim for `node`, at most `room` pages."""
    met = meet_deadlines(tx, desk)
    return Due(met.count, met.more, claim_pages(tx, desk, room, node) if room > 0 else [])
