"""Forgets what need not be kept: who the officer was, where the call-out was, what was written."""

from datetime import datetime

import sqlalchemy as sa

from dispatch.store import tables as t
from dispatch.store.transaction import Transaction

GONE = "(deleted)"


def forget_details(tx: Transaction, before: datetime) -> int:
    """Blank the details of call-outs that ended before `before`, and what was sent and written about them.

    Returns how many call-outs that were. Stamps, statuses, the timeline's kinds and the numbers of an outcome stay: the
    reports need no more.
    """
    old = sa.and_(t.callout.c.ended_at < before, t.callout.c.officer_phone != GONE)
    blank = dict.fromkeys(
        (
            "officer_name",
            "officer_badge",
            "place_address",
            "place_lat",
            "place_lon",
            "place_note",
            "place_unconfirmed",
            "reference",
        )
    )
    # The timeline quotes what people texted, and why somebody cancelled. It goes first: once the call-outs are blanked,
    # `old` no longer finds them.
    long_over = sa.select(t.callout.c.id).where(t.callout.c.ended_at < before)
    told = t.timeline.c.callout.in_(sa.select(t.callout.c.id).where(old))
    tx.execute(sa.update(t.timeline).where(told).values(text=GONE))
    ended = tx.execute(sa.update(t.callout).where(old).values(officer_phone=GONE, **blank)).rowcount
    pages = sa.and_(t.page.c.created_at < before, t.page.c.due_at.is_(None), t.page.c.text != GONE)
    tx.execute(sa.update(t.page).where(pages).values(text=GONE, text_if_others=None, to=GONE))
    alarms = sa.and_(t.alarm.c.told_at < before, t.alarm.c.text != GONE)
    over = sa.func.coalesce(t.alarm.c.ended_at, t.alarm.c.told_at)  # nothing else ends one about no call-out
    tx.execute(sa.update(t.alarm).where(alarms).values(text=GONE, ended_at=over))
    texts = sa.and_(t.inbound_text.c.received_at < before, t.inbound_text.c.body != GONE)
    tx.execute(sa.update(t.inbound_text).where(texts).values({"body": GONE, "from": GONE}))
    # A call that nobody has decided is kept as it is: somebody still has to ring back.
    called = t.hotline_call.c
    decided = sa.and_(sa.or_(called.dismissed_at < before, called.callout.in_(long_over)), called.phone != GONE)
    tx.execute(sa.update(t.hotline_call).where(decided).values(phone=GONE, last_delivery=None))
    tx.execute(sa.delete(t.phone_call).where(t.phone_call.c.since < before))
    # By their own age, since a coordinator may note them long after the end.
    reasons = sa.and_(t.stamp_change.c.at < before, t.stamp_change.c.reason.is_not(None))
    tx.execute(sa.update(t.stamp_change).where(reasons).values(reason=None))
    case_numbers = dict.fromkeys(("dcfs_reference", "probation_reference"))
    tx.execute(sa.update(t.outcome).where(t.outcome.c.noted_at < before).values(case_numbers))
    tx.execute(sa.delete(t.coordinator_words).where(t.coordinator_words.c.at < before))
    tx.execute(sa.delete(t.deed).where(t.deed.c.at < before))  # a digest of few words gives them away
    reviews = sa.and_(t.miss_review.c.written_at < before, t.miss_review.c.line != "")
    tx.execute(sa.update(t.miss_review).where(reviews).values(line=""))
    tx.execute(sa.delete(t.link).where(t.link.c.expires_at < before))
    tx.execute(sa.delete(t.officer_link).where(t.officer_link.c.callout.in_(long_over)))
    tx.execute(sa.delete(t.alarm_link).where(t.alarm_link.c.expires_at < before))
    return ended
