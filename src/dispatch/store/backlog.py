"""What waits: how many pages are to be sent, and whose; and all that is due later."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from dispatch.rules import admission
from dispatch.store import tables as t
from dispatch.store.callout.arrivals import OF_REQUEST
from dispatch.store.delivery.due_pages import ASKS_AND_IS_DUE
from dispatch.store.transaction import Transaction
from dispatch.store.types import earlier

_first = (
    sa.select(t.page.c.due_at)
    .where(*ASKS_AND_IS_DUE, sa.text(t.CANNOT_WAIT))
    .order_by(t.page.c.due_at)
    .limit(sa.bindparam("most"))
)
_first_due = _first.subquery()
_WAITING = sa.select(sa.func.count().label("count"), sa.func.min(_first_due.c.due_at).label("since"))
_of_agency = (
    sa.select(t.page.c.id)
    .where(*ASKS_AND_IS_DUE, t.page.c.agency == sa.bindparam("agency"))
    .limit(sa.bindparam("most"))
)
_OF_AGENCY = sa.select(sa.func.count().label("count")).select_from(_of_agency.subquery())
_IS_KNOWN = sa.select(sa.select(t.idempotency.c.callout).where(*OF_REQUEST).exists())


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many pages that ask somebody to come are to be sent and claimed by nobody.

    The first of them has waited for `longest`; `of` has the count for each agency that was asked about.
    """

    waiting: int
    longest: timedelta
    of: Mapping[str, int] = field(default_factory=dict)


NO_BACKLOG = Backlog(0, timedelta(0))


def ask(tx: Transaction, now: datetime, most: int, agencies: Collection[str] = ()) -> Backlog:
    """`most` is how far it is worth counting."""
    of = {agency: of_agency(tx, agency, now, admission.A_FEW) for agency in agencies}
    count, since = tx.execute(_WAITING, {"now": now, "most": most}).one()
    return Backlog(count, now - since if since is not None else timedelta(0), of)


def of_agency(tx: Transaction, agency: str, now: datetime, most: int) -> int:
    """How many of them are about call-outs of this agency; `most` is how far it is worth counting."""
    return tx.execute(_OF_AGENCY, {"agency": agency, "now": now, "most": most}).scalar_one()


def is_known(tx: Transaction, agency: str, key: str | None) -> bool:
    """Whether the agency's request with this idempotency key has opened its call-out already."""
    return key is not None and bool(tx.scalar(_IS_KNOWN, {"agency": agency, "key": key}))


_WAITED_FOR: tuple[tuple[sa.Table, tuple[str, ...]], ...] = (
    (t.hotline_call, ("due_at", "heard_at")),
    (t.phone_call, ("since", "seen_at")),
    (t.shift_test, ("asked_at", "due_at")),
    (t.cover, ("ask_at", "warn_at")),
    (t.alarm, ("opened_at", "told_at", "rang_at", "owned_at", "acted_at", "said_at", "heard_at")),
    (t.decline, ("at",)),
    (t.assignment, ("released_at",)),
    (t.page, ("due_at", "held_since", "tried_at", "sent_at")),
    (t.deadline, ("due_at",)),
    (t.sign_in_delay, ("ready_at",)),
)
"""Moments at which something is due, or so long after which: whoever is on the phone is looked at, an alarm is told
again, somebody else is asked. So are those that say whether a page asked before or after its reader's answer. What only
says when something happened stays. A job lock that was taken by the old clock does not hold."""


def pull_nearer(tx: Transaction, now: datetime, by: timedelta) -> None:
    """Move every moment after `now` that something waits for earlier by `by`. Calls come first, as everywhere: a
    pressed key locks them in this order."""
    for table, names in _WAITED_FOR:
        for name in names:
            moment = table.c[name]
            tx.execute(sa.update(table).where(moment > now).values({name: earlier(tx, moment, by)}))
