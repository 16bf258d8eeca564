"""Links to an officer's page about their call-out. Only a hash is kept, as of the specialists' (`links`)."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from dispatch.store import tables as t
from dispatch.store.engine.statement import Row, Statement
from dispatch.store.links import token_hash
from dispatch.store.transaction import Transaction


class OfficerLink(NamedTuple):
    callout: str
    expires_at: datetime


class NewOfficerLink(NamedTuple):
    token: str
    expires_at: datetime


def row(new: NewOfficerLink, callout: str) -> Row:
    return {"token_hash": token_hash(new.token), "callout": callout, "expires_at": new.expires_at}


_FIND = Statement(
    sa.select(t.officer_link.c.callout, t.officer_link.c.expires_at).where(
        t.officer_link.c.token_hash == sa.bindparam("token_hash")
    )
)
_OF_CALLOUT = Statement(sa.delete(t.officer_link).where(t.officer_link.c.callout == sa.bindparam("callout_id")))


def find(tx: Transaction, token: str) -> OfficerLink | None:
    found = _FIND.first(tx, token_hash=token_hash(token))
    return OfficerLink(**found) if found else None


def forget(tx: Transaction, callout_id: str) -> None:
    """The officer has another number now: whoever has the old one sees nothing more."""
    _OF_CALLOUT.run(tx, callout_id=callout_id)
