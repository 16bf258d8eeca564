"""One round of work: meet due deadlines, ring on for cries without a call-out, open the calls that nobody decided in
time, then claim due pages, the new ones too."""

from dataclasses import dataclass

from dispatch.actions.alarms.keep_watch import ring_on
from dispatch.actions.callout.meet_deadlines import meet_deadlines
from dispatch.actions.context import Context
from dispatch.actions.delivery.send_pages import Capacity, Claimed, claim_pages
from dispatch.actions.hotline.take_call import open_due
from dispatch.store.delivery.due_pages import NOTHING_UNDER_WAY, UnderWay
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Due:
    """`met` deadlines were met, alarms told again or calls opened, `pages` were claimed; `more` says that more
    deadlines were due than one round meets, or that more pages may be due, since some were put off."""

    met: int
    more: bool
    pages: list[Claimed]


def take_due(
    tx: Transaction, context: Context, capacity: Capacity, node: str, under_way: UnderWay = NOTHING_UNDER_WAY
) -> Due:
    """Meet deadlines, and claim for `node` as many pages as there is `capacity` for; see `claim_pages`."""
    met = meet_deadlines(tx, context)
    opened = ring_on(tx, context) + open_due(tx, context)
    claimed = claim_pages(tx, context, capacity, node, under_way)
    return Due(met.count + opened, met.more or claimed.more, claimed.pages)
