"""What people say about a miss: why it is to be left out, and its review. Whoever writes holds the call-out's lock."""

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from dispatch.rules.reports.exclusions import ExclusionCode, Review
from dispatch.store import tables as t
from dispatch.store.transaction import Transaction

_row = t.exclusion.c
_STANDS = _row.refused_at.is_(None)


def code(tx: Transaction, callout_id: str, reason: ExclusionCode, person: str, at: datetime) -> None:
    tx.execute(sa.insert(t.exclusion), {"callout": callout_id, "code": reason, "coded_by": person, "coded_at": at})


def approve(tx: Transaction, callout_id: str, person: str, at: datetime) -> None:
    _judge(tx, callout_id, approved_by=person, approved_at=at)


def refuse(tx: Transaction, callout_id: str, person: str, at: datetime) -> None:
    """It no longer stands; another reason may be named."""
    _judge(tx, callout_id, refused_by=person, refused_at=at)


def _judge(tx: Transaction, callout_id: str, **values: object) -> None:
    tx.execute(sa.update(t.exclusion).where(_row.callout == callout_id, _STANDS).values(**values))


def write_review(tx: Transaction, callout_id: str, review: Review, person: str, at: datetime) -> None:
    """In place of what was written before."""
    tx.execute(sa.delete(t.miss_review).where(t.miss_review.c.callout == callout_id))
    written = {"callout": callout_id, "written_by": person, "written_at": at}
    tx.execute(sa.insert(t.miss_review), asdict(review) | written)
