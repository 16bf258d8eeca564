"""One round of work: meet due deadlines, then claim due pages, including those that the deadlines have just brought."""

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
    """Meet deadlines, and claim for `node` as many pages as there is `room` for."""
    met = meet_deadlines(tx, desk)
    return Due(met.count, met.more, claim_pages(tx, desk, room, node))
