"""Ending somebody's access, in the one way that there is.

The law: **when access ends, no way in that it has made outlives it.** Sessions end, the half ones too, and with them
every link that would let the person in, its password and its seed. A thief who had a session and the password made such
a link, and was in again half an hour after the password was changed.

Whoever makes a way in calls `hold` first and looks again whether they may: otherwise a link that is made in the same
moment would not be seen here. Accounts are locked before sessions, sessions before links.
"""

from collections.abc import Collection
from datetime import datetime

from dispatch.store.access import accounts, links, sessions
from dispatch.store.access.links import LinkEnding
from dispatch.store.transaction import Transaction


def end_access(
    tx: Transaction, people: Collection[str], at: datetime, *, only: str | None = None, shut_out: bool = True
) -> int:
    """End every session of these people, walls included, or `only` the one with this id; returns how many that were.

    Links end in both cases, since nobody knows in which session one was made. `shut_out` is false for whoever signs out
    in their own browser.
    """
    hold(tx, people)
    links.withdraw_with(tx, LinkEnding.ACCESS, people, at)
    return sessions.revoke_all(tx, people, at, only=only, shut_out=shut_out)


def hold(tx: Transaction, people: Collection[str]) -> None:
    """Nobody else ends the access of these people, or makes a way in for them, before this transaction is over."""
    accounts.lock(tx, people)
    sessions.lock(tx, people)
