"""One round of work: meet the deadlines that are due, then claim the pages that are, those just decided among them."""

from dataclasses import dataclass

from dispatch.actions.desk import Desk
from dispatch.actions.meet_deadlines import meet_deadlines
from dispatch.actions.send_pages import Claimed, Room, claim_pages
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Due:
    """`met` deadlines were met, `pages` were claimed; `more` says that more deadlines were due than one round meets."""

    met: int
    more: bool
    pages: list[Claimed]


def take_due(tx: Transaction, desk: Desk, room: Room, node: str) -> Due:
    """Meet and claim for `node`, as many pages as there is `room` for."""
    met = meet_deadlines(tx, desk)
    return Due(met.count, met.more, claim_pages(tx, desk, room, node))
