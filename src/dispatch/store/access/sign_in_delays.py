"""How slow the next attempt to sign in is: what `rules/access/sign_in.py` remembers of mistakes."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from dispatch.rules.access.sign_in import FailedAttempts
from dispatch.store import tables as t
from dispatch.store.transaction import Transaction

_delay = t.sign_in_delay.c


def locked(tx: Transaction, whose: str) -> FailedAttempts | None:
    """What is remembered under this name. The row is locked, so that concurrent attempts are serialised."""
    query = sa.select(_delay.count, _delay.last_at, _delay.ready_at).where(_delay.whose == whose).with_for_update()
    row = tx.execute(query).mappings().first()
    return FailedAttempts(**row) if row else None


def remember(tx: Transaction, whose: str, before: FailedAttempts | None, after: FailedAttempts) -> None:
    """`before` is what `locked` found in this transaction. Raises `Conflict` when it found nothing and another
    transaction has written the first row since: there was no row to lock, and an update would forget the other's
    mistake."""
    values = {"count": after.count, "last_at": after.last_at, "ready_at": after.ready_at}
    if before is None:
        tx.execute(sa.insert(t.sign_in_delay), {"whose": whose, **values})
    else:
        tx.execute(sa.update(t.sign_in_delay).where(_delay.whose == whose).values(values))


def forgive(tx: Transaction, whose: Iterable[str]) -> None:
    tx.execute(sa.delete(t.sign_in_delay).where(_delay.whose.in_(list(whose))))


def forget(tx: Transaction, before: datetime) -> None:
    """Delete what was last added to before `before`, except for rows that an attempt has locked."""
    old = sa.select(_delay.whose).where(_delay.last_at < before).with_for_update(skip_locked=True)
    tx.execute(sa.delete(t.sign_in_delay).where(_delay.whose.in_(old)))
