"""One round of work: meet due deadlines, open what nobody decided in time, then claim due pages, the new ones too."""

from dataclasses import dataclass

from dispatch.actions.desk import Desk
from dispatch.actions.hotline import open_due
from dispatch.actions.meet_deadlines import meet_deadlines
from dispatch.actions.send_pages import Claimed, Room, claim_pages
from dispatch.store.due_pages import NOTHING_UNDER_WAY, UnderWay
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Due:
    """`met` deadlines were met or calls opened, `pages` were claimed; `more` says that more deadlines were due than one
    round meets."""

    met: int
    more: bool
    pages: list[Claimed]


def take_due(tx: Transaction, desk: Desk, room: Room, node: str, under_way: UnderWay = NOTHING_UNDER_WAY) -> Due:
    """Meet deadlines, and claim for `node` as many pages as there is `room` for; see `claim_pages`."""
    met = meet_deadlines(tx, desk)
    opened = open_due(tx, desk)
    return Due(met.count + opened, met.more, claim_pages(tx, desk, room, node, under_way))
