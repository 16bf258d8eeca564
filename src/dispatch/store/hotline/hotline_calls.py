"""The calls that came in on the hotline, each kept once, and what came of them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dispatch.rules.delivery.busy_lines import NOBODY_ON_THE_HOTLINE, OnTheHotline
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.hotline import HotlineCall
from dispatch.rules.facts.people import Language
from dispatch.store import tables as t
from dispatch.store.phone.trust_of_call import TRUST
from dispatch.store.transaction import Row, Transaction

_call = t.hotline_call.c
UNDECIDED = sa.and_(_call.callout.is_(None), _call.dismissed_at.is_(None), _call.calls_back.is_(False))
"""As `HotlineCall.is_undecided`."""
_NAMES = tuple(field.name for field in fields(HotlineCall))
SELECT = sa.select(*(TRUST.label(name) if name == "trust" else _call[name] for name in _NAMES))
_LOCK = SELECT.where(_call.id == sa.bindparam("id")).with_for_update()
_KNOWN = SELECT.where(_call.carrier_id == sa.bindparam("carrier_id")).with_for_update()
_INSERT = sa.insert(t.hotline_call)


def insert(tx: Transaction, call: HotlineCall, carrier_id: str) -> None:
    """Keep a new call. Fails with a `Conflict` when another transaction has just kept it."""
    row = {name: getattr(call, name) for name in _NAMES}
    tx.execute(_INSERT, {"carrier_id": carrier_id, "heard_at": call.called_at, **row})


def known(tx: Transaction, carrier_id: str) -> HotlineCall | None:
    """The call that the carrier knows by this id, locked until this transaction ends."""
    row = tx.execute(_KNOWN, {"carrier_id": carrier_id}).mappings().first()
    return fact(row) if row else None


def lock(tx: Transaction, call_id: str) -> HotlineCall | None:
    """The call, locked until this transaction ends.

    The order of locks (ADR 7): the exchange of a call, the call, its call-out, its alarms, then pages and deadlines. A
    transaction that has locked a call-out must not lock a call any more, nor write to it.
    """
    row = tx.execute(_LOCK, {"id": call_id}).mappings().first()
    return fact(row) if row else None


_FIND = SELECT.where(_call.id == sa.bindparam("id"))


def find(tx: Transaction, call_id: str) -> HotlineCall | None:
    row = tx.execute(_FIND, {"id": call_id}).mappings().first()
    return fact(row) if row else None


def undecided(tx: Transaction, asked: Sequence[str]) -> list[HotlineCall]:
    """The calls of which nobody has said what they are: those that page by themselves, and of the others those about
    which coordinators are `asked`."""
    query = SELECT.where(
        UNDECIDED,
        sa.or_(_call.due_at.is_not(None), _call.id.in_(list(asked))),
    )
    found = tx.execute(query.order_by(_call.called_at, _call.id).limit(20))
    return [fact(row) for row in found.mappings()]


def fact(row: Row) -> HotlineCall:
    return HotlineCall(**{**row, "trust": Trust(row["trust"]), "language": Language(row["language"])})


# ---- what is asked before a rule decides ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many calls came in lately: from one number, and from all callers whom nobody has listed."""

    from_number: int
    of_all_unlisted: int


_COUNTS = sa.and_(_call.again.is_(False), _call.calls_back.is_(False))
_UNLISTED = TRUST.in_((Trust.UNLISTED, Trust.WITHHELD))
_SINCE = _call.called_at > sa.bindparam("since", type_=_call.called_at.type)
# No condition: PostgreSQL takes what has two ends for so few calls that it leaves the number to be compared.
_SO_FAR = sa.func.count().filter(_call.called_at <= sa.bindparam("until", type_=_call.called_at.type))
_BUT = _call.id != sa.bindparam("but", type_=sa.Text)
_FROM_NUMBER = (
    sa.select(_SO_FAR).select_from(t.hotline_call).where(_call.phone == sa.bindparam("phone"), _SINCE, _BUT, _COUNTS)
)
_OF_ALL = sa.select(_SO_FAR).select_from(t.hotline_call).where(_SINCE, _BUT, _UNLISTED, _COUNTS)


def crowd(tx: Transaction, call: HotlineCall, since: datetime) -> Crowd:
    """The other calls from then until this one; one that only asked about an open call-out does not count,
    nor does one of our people, who is rung back."""
    within: Row = {"since": since, "until": call.called_at, "but": call.id}
    from_number = tx.scalar(_FROM_NUMBER, {"phone": call.phone, **within}) if call.phone else 0
    return Crowd(from_number or 0, tx.scalar(_OF_ALL, within) or 0)


_WRONG_SINCE = _call.last_wrong_at > sa.bindparam("since", type_=_call.last_wrong_at.type)
_WRONG_OF_ALL = sa.select(sa.func.coalesce(sa.func.sum(_call.tries), 0)).where(_WRONG_SINCE)
_WRONG_FROM = _WRONG_OF_ALL.where(_call.phone == sa.bindparam("phone"))
_WRONG_WITHHELD = _WRONG_OF_ALL.where(_call.phone.is_(None))


def wrong_codes_from(tx: Transaction, phone: str | None, since: datetime) -> int:
    """How many wrong PINs and codes this caller gave, in calls with a wrong one since then; with None, all who withhold
    their number."""
    if phone is None:
        return int(tx.scalar(_WRONG_WITHHELD, {"since": since}) or 0)
    return int(tx.scalar(_WRONG_FROM, {"since": since, "phone": phone}) or 0)


def wrong_codes_of_all(tx: Transaction, since: datetime) -> int:
    """The same of all callers. Anybody can show a listed number."""
    return int(tx.scalar(_WRONG_OF_ALL, {"since": since}) or 0)


@dataclass(frozen=True, slots=True)
class EarlierCallOut:
    """An open call-out that is known under a caller's number."""

    received_at: datetime
    is_waited_for: bool


_OPEN_FROM = (
    sa.select(t.callout.c.code, t.callout.c.received_at, t.callout.c.status, t.callout.c.sharing)
    .join(t.hotline_call, _call.callout == t.callout.c.id)
    .where(_call.phone == sa.bindparam("phone"), t.callout.c.open, _BUT)
)


_OPEN_WITH = sa.select(t.callout.c.code, t.callout.c.received_at, t.callout.c.status).where(
    t.callout.c.officer_phone == sa.bindparam("phone"), t.callout.c.open
)


def open_callouts_from(tx: Transaction, call: HotlineCall) -> dict[str, EarlierCallOut]:
    """The open call-outs that are known under this number, by code, the newest last: those
    whose officer has this number, and those that earlier calls from it were about. One that pages for many callers who
    said nothing is no news to any of them: whoever took it has a list of numbers, and goes to nobody yet."""
    if call.phone is None:
        return {}
    called = tx.execute(_OPEN_FROM, {"phone": call.phone, "but": call.id}).mappings()
    own = [row for row in called if not row["sharing"]]
    theirs = tx.execute(_OPEN_WITH, {"phone": call.phone}).mappings()
    found = sorted((*theirs, *own), key=lambda row: row["received_at"])
    return {row["code"]: EarlierCallOut(row["received_at"], Status(row["status"]).is_waited_for) for row in found}


_ABOUT = sa.bindparam("about", type_=sa.Text)
_HEARD_LAST = sa.func.max(_call.heard_at)
_ON_THE_LINE = sa.select(
    _HEARD_LAST.filter(_call.callout == _ABOUT).label("about_it"),
    _HEARD_LAST.filter(_call.callout.is_distinct_from(_ABOUT)).label("about_another"),
).where(_call.phone == sa.bindparam("phone"), _call.ended_at.is_(None))


def on_the_line(tx: Transaction, phone: str, callout: str | None) -> OnTheHotline:
    """Whether a caller from this number is on the line, about this call-out or about another."""
    row = tx.execute(_ON_THE_LINE, {"phone": phone, "about": callout}).mappings().first()
    return OnTheHotline(**row) if row is not None else NOBODY_ON_THE_HOTLINE


def unknown(tx: Transaction, carrier_ids: Sequence[str]) -> set[str]:
    """The carrier's ids that belong to no call we know."""
    known = tx.execute(sa.select(_call.carrier_id).where(_call.carrier_id.in_(list(carrier_ids)))).scalars()
    return set(carrier_ids) - set(known)


_TOLD = sa.exists().where(
    t.alarm.c.call == _call.id,
    t.alarm.c.ended_at.is_(None),
    t.alarm.c.told_at > sa.bindparam("since", type_=t.alarm.c.told_at.type),
)
_LEFT = SELECT.where(UNDECIDED, _call.due_at.is_(None), ~_TOLD).order_by(_call.called_at).limit(50)


def left_to_people(tx: Transaction, not_told_since: datetime) -> list[HotlineCall]:
    """The calls that came in while nobody was here, that nobody has decided, and of which no coordinator has heard
    since then, the oldest first: 50 at most."""
    return [fact(row) for row in tx.execute(_LEFT, {"since": not_told_since}).mappings()]


_NEWEST = SELECT.order_by(_call.called_at.desc(), _call.id.desc()).limit(sa.bindparam("most"))


def newest(tx: Transaction, most: int) -> list[HotlineCall]:
    """The newest calls first."""
    return [fact(row) for row in tx.execute(_NEWEST, {"most": most}).mappings()]


# ---- what becomes of one -------------------------------------------------------------------------------------------


def reached(tx: Transaction, call: HotlineCall) -> None:
    """A call that was missed has reached us after all."""
    said = {name: getattr(call, name) for name in ("trust", "agency", "due_at", "calls_back")}
    _change(tx, call.id, **said, ended_at=None)


def opened(tx: Transaction, call_id: str, callout: str) -> None:
    """It opened this call-out, whichever it was about before."""
    _change(tx, call_id, callout=callout, again=False, due_at=None)


def is_about(tx: Transaction, call_id: str, callout: str) -> None:
    """It is about this call-out, which was open already."""
    _change(tx, call_id, callout=callout, again=True, due_at=None)


def is_new(tx: Transaction, call_id: str, due_at: datetime) -> None:
    """It is about no call-out any more, and opens one by itself at `due_at`."""
    _change(tx, call_id, callout=None, again=False, due_at=due_at)


def speaks(tx: Transaction, call_id: str, language: Language) -> None:
    _change(tx, call_id, language=language)


def trusted(tx: Transaction, call_id: str, trust: Trust, agency: str) -> None:
    _change(tx, call_id, trust=trust, agency=agency)


def went_wrong(tx: Transaction, call_id: str, tries: int, at: datetime) -> None:
    """A PIN or a code was wrong: the `tries`-th in this call."""
    _change(tx, call_id, tries=tries, last_wrong_at=at)


def pressed(tx: Transaction, call_id: str) -> None:
    """The caller has pressed a key that says something."""
    _change(tx, call_id, pressed=True)


def is_for_an_officer(tx: Transaction, call_id: str, due_at: datetime) -> None:
    """It is none of our people's own: it opens a call-out at `due_at`, like any other."""
    _change(tx, call_id, calls_back=False, due_at=due_at)


def rung_back(tx: Transaction, call_id: str) -> None:
    """Whoever of ours has its number has been rung back, or has nothing open."""
    _change(tx, call_id, due_at=None)


def held(tx: Transaction, call_id: str, since: datetime | None) -> None:
    """The caller has held since then; None while they are asked something."""
    _change(tx, call_id, held_since=since)


def ended(tx: Transaction, call_id: str, at: datetime) -> None:
    _change(tx, call_id, ended_at=at)


def dismissed(tx: Transaction, call_id: str, by: str, at: datetime) -> None:
    """A coordinator has decided that it is no call-out."""
    _change(tx, call_id, dismissed_at=at, dismissed_by=by, due_at=None)


def put_off(tx: Transaction, call_id: str, until: datetime) -> None:
    """It opens a call-out by itself at `until`, unless it is decided before."""
    _change(tx, call_id, due_at=until)


def heard(tx: Transaction, call_id: str, at: datetime) -> None:
    """The caller is on the line."""
    _change(tx, call_id, heard_at=at)


def _change(tx: Transaction, call_id: str, **columns: Any) -> None:
    tx.execute(sa.update(t.hotline_call).where(_call.id == call_id).values(columns))


# ---- those that open by themselves ---------------------------------------------------------------------------------

_DUE = (
    SELECT.where(_call.due_at <= sa.bindparam("now", type_=_call.due_at.type))
    .order_by(_call.due_at)
    .limit(sa.bindparam("most"))
    .with_for_update(skip_locked=True)
)
_NEXT_DUE = sa.select(sa.func.min(_call.due_at)).where(_call.due_at.is_not(None))


def due(tx: Transaction, now: datetime, most: int) -> list[HotlineCall]:
    """The calls that are to open a call-out by now, each locked; those that another transaction has locked are
    skipped."""
    return [fact(row) for row in tx.execute(_DUE, {"now": now, "most": most}).mappings()]


def next_due(tx: Transaction) -> datetime | None:
    found: datetime | None = tx.scalar(_NEXT_DUE)
    return found
