"""A call-out straight into the database, for tests of what is asked there."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch.rules.facts.callout import Status
from dispatch.store import tables as t

RECEIVED = datetime(2026, 11, 24, 10, 14, tzinfo=UTC)


def open_callout(tx: Connection, code: str, *, agency: str = "LBPD") -> None:
    """It is paging; its id is its code."""
    new = sa.insert(t.callout).values(
        id=code,
        code=code,
        agency=agency,
        status=Status.PAGING,
        open=True,
        policy={},
        step=1,
        missed=False,
        officer_phone="+15625550177",
        received_at=RECEIVED,
        respond_by=RECEIVED + timedelta(hours=1),
    )
    tx.execute(new)
