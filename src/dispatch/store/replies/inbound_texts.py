"""The texts that people have sent us, each kept once."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dispatch.rules.access.trust import BOUND
from dispatch.store import tables as t
from dispatch.store.transaction import Transaction

_KEEP = sa.insert(t.inbound_text)
_KNOWN = sa.select(t.inbound_text.c.sid).where(t.inbound_text.c.sid == sa.bindparam("sid"))


def keep(
    tx: Transaction,
    *,
    carrier_id: str,
    sender: str,
    person: str | None,
    callout: str | None,
    body: str,
    at: datetime,
    understood_as: str,
) -> None:
    """Keep a text that somebody sent us, and how it was understood."""
    tx.execute(
        _KEEP,
        {
            "from": sender,
            "sid": carrier_id,
            "person": person,
            "callout": callout,
            "body": body,
            "received_at": at,
            "understood_as": understood_as,
        },
    )


def is_known(tx: Transaction, carrier_id: str) -> bool:
    return tx.execute(_KNOWN, {"sid": carrier_id}).first() is not None


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote, and when it came."""

    at: datetime
    body: str


_FROM_OFFICER = (
    sa.select(t.inbound_text.c.received_at, t.inbound_text.c.body)
    .where(t.inbound_text.c["from"] == sa.bindparam("officer"), t.inbound_text.c.callout == sa.bindparam("callout"))
    .order_by(t.inbound_text.c.received_at)
)


def from_officer(tx: Transaction, callout: str, officer: str) -> list[Written]:
    """What the officer with this number wrote about a call-out, the oldest first."""
    found = tx.execute(_FROM_OFFICER, {"officer": officer, "callout": callout}).mappings()
    return [Written(row["received_at"], row["body"]) for row in found]


def heard_from(
    tx: Transaction, sender: str, since: datetime, body: str | None = None, *, about: str | None = None
) -> int:
    """How often this number has texted us after `since`; with `body`, in just these words about this call-out, or
    about none."""
    heard = sa.and_(t.inbound_text.c["from"] == sender, t.inbound_text.c.received_at > since)
    if body is not None:
        heard &= (t.inbound_text.c.body == body) & t.inbound_text.c.callout.is_not_distinct_from(about)
    return tx.execute(sa.select(sa.func.count()).select_from(t.inbound_text).where(heard)).scalar_one()


def understood_as(tx: Transaction, sender: str, since: datetime, body: str, meaning: str) -> bool:
    """Whether these words of this number have been understood so after `since`."""
    heard = (t.inbound_text.c["from"] == sender) & (t.inbound_text.c.received_at > since)
    meant = (t.inbound_text.c.body == body) & (t.inbound_text.c.understood_as == meaning)
    return tx.execute(sa.select(t.inbound_text.c.sid).where(heard, meant).limit(1)).first() is not None


_MOST_COUNTED = 2_000
_OF_STRANGERS = (
    sa.select(t.inbound_text.c["from"].label("number"))
    .where(
        sa.text("inbound_text.person IS NULL AND inbound_text.callout IS NULL"),
        t.inbound_text.c.received_at > sa.bindparam("since", type_=t.inbound_text.c.received_at.type),
    )
    .limit(_MOST_COUNTED)
    .subquery()
)
_BY_NUMBER = sa.select(sa.func.count().label("texts")).select_from(_OF_STRANGERS).group_by("number")


def of_strangers(tx: Transaction, since: datetime) -> list[int]:
    """How many texts came after `since` from each number that belongs to nobody we know; of 2,000 texts at most."""
    return list(tx.scalars(_BY_NUMBER, {"since": since}))


_LATELY = sa.select(t.callout.c.id).where(t.callout.c.received_at > sa.bindparam("opened_since"))
_OF_BOUND = (
    sa.select(t.inbound_text.c["from"].label("number"))
    .join(
        t.callout,
        sa.and_(t.callout.c.officer_phone == t.inbound_text.c["from"], t.callout.c.id == t.inbound_text.c.callout),
    )
    .where(
        # Their call-outs are found first, and then the texts of each by its number, which has an index.
        t.callout.c.id.in_(sa.select(t.callout.c.id).where(t.callout.c.open).union(_LATELY)),
        t.callout.c.trust.in_(BOUND),
        t.inbound_text.c.received_at > sa.bindparam("since", type_=t.inbound_text.c.received_at.type),
    )
    .limit(_MOST_COUNTED)
    .subquery()
)
_BOUND_BY_NUMBER = (
    sa.select(_OF_BOUND.c.number, sa.func.count().label("texts")).select_from(_OF_BOUND).group_by(_OF_BOUND.c.number)
)


def of_bound_officers(tx: Transaction, since: datetime, opened_since: datetime) -> dict[str, int]:
    """How many texts came after `since` from each officer for whom only an unlisted number speaks, about a call-out
    that is open or came in after `opened_since`; of 2,000 texts at most."""
    found = tx.execute(_BOUND_BY_NUMBER, {"since": since, "opened_since": opened_since})
    return {row.number: row.texts for row in found}
