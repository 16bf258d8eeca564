"""Who came back from a call-out lately, and for whom a coordinator has overruled the rest after it."""

from datetime import datetime

import sqlalchemy as sa

from dispatch.store import tables as t
from dispatch.store.transaction import Transaction

_mine = t.assignment.c
_since = sa.bindparam("since", type_=_mine.home_at.type)
_OVERRULED = (
    sa.select(t.rest_overruled.c.until)
    .where(t.rest_overruled.c.person == _mine.person)
    .scalar_subquery()
    .label("overruled_until")
)
_WENT = sa.or_(_mine.en_route_at.is_not(None), _mine.arrived_at.is_not(None))
_STAYED = _mine.released_at.is_(None)
_MOST = 1_000
# Ordered and counted, so that every plan begins with what ended lately, also in a database in which there is nothing to
# count yet.
_ended = (
    sa.select(t.callout.c.id, t.callout.c.ended_at)
    .where(t.callout.c.ended_at > _since)
    .order_by(t.callout.c.ended_at.desc())
    .limit(_MOST)
    .subquery()
)
# Each part has an index that holds what has ended: everything open is left alone, however much waits.
LATELY = (
    sa.select(_mine.person, _mine.acknowledged_at.label("since"), _mine.home_at.label("until"), _OVERRULED)
    .where(_mine.home_at > _since, _STAYED, _WENT)
    .union_all(
        # Whoever said HOME is found twice: with "no HOME" as a condition, a young database walks through all such rows.
        sa.select(_mine.person, _mine.acknowledged_at, sa.func.coalesce(_mine.home_at, _ended.c.ended_at), _OVERRULED)
        .select_from(_ended.join(t.assignment, _mine.callout == _ended.c.id))
        .where(_STAYED, _WENT),
        # Whoever is let go on the way says no HOME.
        sa.select(_mine.person, _mine.acknowledged_at, _mine.released_at, _OVERRULED).where(
            _mine.released_at > _since, _WENT
        ),
    )
)


def overrule(tx: Transaction, person: str, until: datetime) -> None:
    """Whatever rest of theirs is over by `until` is none."""
    tx.execute(sa.delete(t.rest_overruled).where(t.rest_overruled.c.person == person))
    tx.execute(sa.insert(t.rest_overruled).values(person=person, until=until))


def forget_ended(tx: Transaction, now: datetime) -> None:
    tx.execute(sa.delete(t.rest_overruled).where(t.rest_overruled.c.until <= now))
