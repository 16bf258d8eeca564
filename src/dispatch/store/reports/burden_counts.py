"""How often call-outs reached for each of our people, and how often they went."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from dispatch.rules.facts.pages import Purpose
from dispatch.store import tables as t
from dispatch.store.reports.counting import Span, received_in
from dispatch.store.transaction import Transaction
from dispatch.store.types import Moment

_WAITS_AT_MOST = timedelta(hours=1)  # a page, from when it is written until it is sent


def pages_within(
    tx: Transaction, people: Collection[str], spans: Sequence[tuple[datetime, datetime]]
) -> Mapping[str, int]:
    """How many pages that asked each of these people to come were sent within one of the spans.

    By person and span, since the index is by person and when a page was written: the history is not read.
    """
    bounds = sa.column("starts_at", Moment), sa.column("ends_at", Moment)
    page, span = t.page.c, sa.values(*bounds).data(list(spans)).cte("period")
    written = sa.and_(page.created_at >= sa.bindparam("earliest"), page.created_at < span.c.ends_at)
    asked = sa.and_(page.purpose == Purpose.PAGE, page.sent_at >= span.c.starts_at, page.sent_at < span.c.ends_at)
    query = (
        sa.select(page.person, sa.func.count())
        .select_from(span.join(t.page, sa.and_(written, asked)))
        .where(page.person.in_(list(people)))
        .group_by(page.person)
    )
    earliest = min((begins for begins, _ in spans), default=None)
    if earliest is None or not people:
        return {}
    return dict(tx.execute(query, {"earliest": earliest - _WAITS_AT_MOST}).all())


def callouts_of_each(tx: Transaction, since: datetime, until: datetime) -> Mapping[str, int]:
    """How many call-outs that came in within the span each person was on, as the one who went or as a partner."""
    query = (
        sa.select(t.assignment.c.person, sa.func.count(sa.distinct(t.assignment.c.callout)))
        .join(t.callout, t.callout.c.id == t.assignment.c.callout)
        .where(*received_in(Span(since, until)))
        .group_by(t.assignment.c.person)
    )
    return dict(tx.execute(query).all())
