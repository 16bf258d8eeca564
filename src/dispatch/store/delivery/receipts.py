"""The carrier's reports on pages, each kept once."""

from datetime import datetime

import sqlalchemy as sa

from dispatch.rules.delivery.sending import CarrierReport
from dispatch.store import tables as t
from dispatch.store.transaction import Transaction

_KEEP_RECEIPT = sa.text(
    "INSERT INTO receipt (page, sid, status, detail, ends_a_call, received_at)"
    " VALUES (:page, :sid, :status, :detail, :ends_a_call, :received_at) ON CONFLICT DO NOTHING"
).bindparams(*(sa.bindparam(column.name, type_=column.type) for column in t.receipt.columns))


def keep(tx: Transaction, page_id: str, report: CarrierReport, at: datetime) -> bool:
    """Keep a status callback; False when the same one is already known."""
    said = {"sid": report.carrier_id, "status": report.word, "detail": report.detail, "ends_a_call": report.ends_a_call}
    return bool(tx.execute(_KEEP_RECEIPT, {"page": page_id, **said, "received_at": at}).rowcount)
