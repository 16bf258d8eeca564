"""The carrier's reports on pages, each kept once."""

from datetime import datetime

import sqlalchemy as sa

from dispatch.store import tables as t
from dispatch.store.engine.statement import Statement
from dispatch.store.transaction import Transaction

_KEEP_RECEIPT = Statement(
    sa.text(
        "INSERT INTO receipt (page, sid, status, detail, received_at)"
        " VALUES (:page, :sid, :status, :detail, :received_at) ON CONFLICT DO NOTHING"
    ).bindparams(*(sa.bindparam(column.name, type_=column.type) for column in t.receipt.columns))
)


def keep(tx: Transaction, page_id: str, carrier_id: str, status: str, detail: str, at: datetime) -> bool:
    """Keep a status callback; False when the same one is already known."""
    return bool(_KEEP_RECEIPT.run(tx, page=page_id, sid=carrier_id, status=status, detail=detail, received_at=at))
