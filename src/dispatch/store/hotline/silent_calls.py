"""The calls whose callers said nothing, and the call-outs that they have opened."""

from dataclasses import dataclass

import sqlalchemy as sa

from dispatch.rules.access.trust import BOUND
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.hotline import HotlineCall
from dispatch.rules.hotline.silence import SILENT_WITHIN
from dispatch.store import tables as t
from dispatch.store.hotline import hotline_calls
from dispatch.store.transaction import Transaction

_call, _callout = t.hotline_call.c, t.callout.c
_SAID_NOTHING = sa.and_(_call.pressed.is_(False), _call.trust.in_(BOUND))
_SILENT = sa.and_(_call.due_at.is_not(None), hotline_calls.UNDECIDED, _SAID_NOTHING)
_MOST = 500
_WAITING = hotline_calls.SELECT.where(_SILENT).order_by(_call.called_at, _call.id).limit(_MOST)
_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtext('silent calls'))")


def one_at_a_time(tx: Transaction) -> None:
    """Whoever decides which calls share a page does so alone until its transaction ends; on SQLite everybody does. To
    be called once the calls are locked."""
    if tx.dialect.name == "postgresql":
        tx.execute(_LOCK)


_PHONES = sa.func.count(sa.distinct(_call.phone)) + sa.func.count(sa.case((_call.phone.is_(None), 1)))
_COUNT = sa.select(sa.func.count().label("calls"), _PHONES.label("callers")).select_from(t.hotline_call).where(_SILENT)


@dataclass(frozen=True, slots=True)
class SilentCount:
    """How many silent calls wait for a decision, and how many callers made them: a number counts once."""

    calls: int
    callers: int


def waiting(tx: Transaction) -> list[HotlineCall]:
    """Those of which nobody has said what they are, the oldest first: 500 at most."""
    return [hotline_calls.fact(row) for row in tx.execute(_WAITING).mappings()]


def count(tx: Transaction) -> SilentCount:
    found = tx.execute(_COUNT).mappings().first()
    assert found is not None, "it counts"
    return SilentCount(**found)


_BEFORE = (
    sa.select(_PHONES)
    .select_from(t.hotline_call)
    .where(
        _SAID_NOTHING,
        _call.called_at > sa.bindparam("since", type_=_call.called_at.type),
        _call.called_at <= sa.bindparam("until", type_=_call.called_at.type),
        _call.id != sa.bindparam("but"),
        _call.phone.is_distinct_from(sa.bindparam("phone", type_=sa.Text)) | _call.phone.is_(None),
    )
)


def before(tx: Transaction, call: HotlineCall) -> int:
    """How many other callers said nothing in the ten minutes before this call, whatever became of theirs."""
    since = call.called_at - SILENT_WITHIN
    return int(tx.scalar(_BEFORE, {"since": since, "until": call.called_at, "but": call.id, "phone": call.phone}) or 0)


_NEWEST_UNTAKEN = (
    sa.select(_callout.id)
    .where(_callout.open, _callout.sharing.is_not(None), _callout.status == Status.PAGING)
    .where(sa.exists().where(_call.callout == _callout.id, _SAID_NOTHING))  # whoever opened it may have pressed since
    .order_by(_callout.received_at.desc(), _callout.id.desc())
    .limit(1)
)


def newest_untaken(tx: Transaction) -> str | None:
    """The newest call-out that pages for callers who have said nothing, and that nobody has taken."""
    found: str | None = tx.scalar(_NEWEST_UNTAKEN)
    return found


_OF_NUMBER = (
    sa.select(_callout.id)
    .join(t.hotline_call, _call.callout == _callout.id)
    .where(_callout.open, _callout.sharing.is_not(None), _call.phone == sa.bindparam("phone"))
    .order_by(_callout.received_at.desc())
    .limit(1)
)


def of_number(tx: Transaction, phone: str | None) -> str | None:
    """The open call-out that an earlier silent call from this number has opened, or was counted with."""
    found: str | None = tx.scalar(_OF_NUMBER, {"phone": phone}) if phone is not None else None
    return found


_JOINED = t.hotline_call.join(t.callout, _call.callout == _callout.id)
_IN_ITS_PAGE = sa.and_(_call.callout == sa.bindparam("callout"), _SAID_NOTHING)
_SHARING = (
    hotline_calls.SELECT.select_from(_JOINED)
    .where(_IN_ITS_PAGE, _callout.sharing > 0)
    .order_by(_call.called_at, _call.id)
    .limit(_MOST)
)
_CALLERS = sa.select(_PHONES).select_from(t.hotline_call).where(_IN_ITS_PAGE)


def sharing(tx: Transaction, callout_id: str) -> list[HotlineCall]:
    """The calls for which this call-out pages, if they are more than one caller's, the oldest first: 500 at most."""
    return [hotline_calls.fact(row) for row in tx.execute(_SHARING, {"callout": callout_id}).mappings()]


def callers_of(tx: Transaction, callout_id: str) -> int:
    """How many callers those are, with the one who opened it."""
    return int(tx.scalar(_CALLERS, {"callout": callout_id}) or 0)
