"""The phones of a bridge, and where each of them stands."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.people import Language
from dispatch.rules.facts.phone_calls import Bridge, Leg, LegState, Party
from dispatch.store import tables as t
from dispatch.store.phone.trust_of_call import TRUST
from dispatch.store.transaction import Row, Transaction

_leg, _call = t.phone_call.c, t.hotline_call.c
_NAMES = tuple(field.name for field in fields(Leg))
_SILENT = timedelta(seconds=90)  # a caller from whom nothing has come for so long has hung up


@dataclass(frozen=True, slots=True)
class CallIsAbout:
    """What the phones of one bridge have in common: a call-out, or a hotline call while that has none."""

    callout: str | None
    call: str | None = None


# ---- who is on the phone -------------------------------------------------------------------------------------------

# Written out, since SQLite uses a partial index only for its own words.
_NOT_OVER = sa.text("state <> 'over'")
_NOT_OVER_HERE = sa.text("phone_call.state <> 'over'")  # beside other tables that have a state
_SELECT = sa.select(*(_leg[name] for name in _NAMES)).order_by(_leg.since, _leg.id)
_LEGS_OF_CALLOUT = _SELECT.where(_leg.callout == sa.bindparam("about"), _NOT_OVER)
_LEGS_OF_CALL = _SELECT.where(_leg.call == sa.bindparam("about"), _NOT_OVER)

_CALL = sa.select(TRUST.label("trust"), _call.language, _call.ended_at, _call.heard_at, _call.phone, _call.again)
_CALLS_ABOUT = _CALL.where(_call.callout == sa.bindparam("about")).order_by(
    _call.ended_at.is_(None).desc(), _call.called_at.desc()
)
_CALL_ITSELF = _CALL.where(_call.id == sa.bindparam("about"))
_OFFICER_PHONE = sa.select(t.callout.c.officer_phone).where(t.callout.c.id == sa.bindparam("about"))
_ITS_LEG = sa.select(_leg.state).where(_leg.id == _call.id).scalar_subquery()
_ELSEWHERE = (
    sa.select(_call.id)
    .where(
        _call.phone == _OFFICER_PHONE.scalar_subquery(),
        _call.callout.is_distinct_from(sa.bindparam("about")),
        _call.ended_at.is_(None),
        sa.or_(_call.heard_at > sa.bindparam("since", type_=_call.heard_at.type), _ITS_LEG == LegState.JOINED),
    )
    .limit(1)
)


def bridge(tx: Transaction, about: CallIsAbout, now: datetime) -> Bridge:
    """Whoever is on the phone about this."""
    if about.callout is not None:
        legs, calls, id_ = _LEGS_OF_CALLOUT, _CALLS_ABOUT, about.callout
    elif about.call is not None:
        legs, calls, id_ = _LEGS_OF_CALL, _CALL_ITSELF, about.call
    else:
        return Bridge()
    known = tx.execute(calls, {"about": id_}).mappings().all()
    called = known[0] if known else None
    there = called is not None and _is_there(called, now)
    elsewhere = (
        about.callout is not None
        and not there
        and tx.execute(_ELSEWHERE, {"about": id_, "since": now - _SILENT}).first() is not None
    )
    return Bridge(
        tuple(_fact(row) for row in tx.execute(legs, {"about": id_}).mappings()),
        holding=there,
        holder=Trust(called["trust"]) if called is not None and there else None,
        language=Language(called["language"]) if called is not None else Language.ENGLISH,
        called_again_from=frozenset(row["phone"] for row in known if row["again"] and row["phone"] is not None),
        elsewhere=elsewhere,
    )


def _is_there(called: Row, now: datetime) -> bool:
    return called["ended_at"] is None and called["heard_at"] is not None and called["heard_at"] > now - _SILENT


_ABOUT = sa.select(_leg.callout, _leg.call).where(_leg.id == sa.bindparam("leg_id"), _NOT_OVER)


def about(tx: Transaction, leg_id: str) -> CallIsAbout | None:
    """What this phone is about; None when it is in no bridge."""
    row = tx.execute(_ABOUT, {"leg_id": leg_id}).mappings().first()
    return CallIsAbout(row["callout"], row["call"]) if row else None


@dataclass(frozen=True, slots=True)
class OnThePhone:
    """One phone of a bridge, and the call that it is on, with its exchange. `carrier_id` is None as long as we do not
    know it."""

    id: str
    since: datetime
    carrier_id: str | None
    on_hotline: bool
    exchange: int


def _of_leg(column: sa.Column[Any]) -> sa.Label[Any]:
    """From the row of the leg's own id, by itself, so that it is looked up: a join may read through what it joins."""
    return sa.select(column).where(column.table.c.id == _leg.id).scalar_subquery().label(column.name)


_LONGER = (
    sa.select(
        _leg.id,
        _leg.since,
        _of_leg(t.page.c.sid),
        _of_leg(_call.carrier_id),
        _of_leg(t.call_exchange.c.number),
    )
    .where(_NOT_OVER_HERE, _leg.since <= sa.bindparam("before", type_=_leg.since.type))
    .order_by(_leg.since, _leg.id)
)


def longer_than(tx: Transaction, before: datetime) -> list[OnThePhone]:
    """The phones that have been in their state since `before`, the longest first."""
    return [
        OnThePhone(
            row["id"],
            row["since"],
            row["carrier_id"] or row["sid"],
            on_hotline=row["carrier_id"] is not None,
            exchange=row["number"] or 0,
        )
        for row in tx.execute(_LONGER, {"before": before}).mappings()
    ]


_TALKS = (
    sa.select(_leg.id)
    .where(
        _leg.callout == sa.bindparam("about"),
        _NOT_OVER,
        _leg.state == LegState.JOINED,
        sa.func.coalesce(_of_leg(t.page.c.to), _of_leg(_call.phone)) == sa.bindparam("number"),
    )
    .limit(1)
)


def talks(tx: Transaction, number: str, callout: str) -> bool:
    """Whether somebody at this number is in a conference about the call-out. The carrier is asked who still is
    (`worker/on_the_phone.py`)."""
    return tx.execute(_TALKS, {"number": number, "about": callout}).first() is not None


def _fact(row: Row) -> Leg:
    return Leg(**{**row, "party": Party(row["party"]), "state": LegState(row["state"])})


# ---- what becomes of one -------------------------------------------------------------------------------------------

_INSERT = sa.insert(t.phone_call)
_KNOWN = sa.select(_leg.id).where(_leg.id == sa.bindparam("leg_id"))


def put(tx: Transaction, leg: Leg, about: CallIsAbout) -> None:
    """Keep how a phone stands from now on."""
    row = {name: getattr(leg, name) for name in _NAMES if name != "id"}
    row |= {"callout": about.callout, "call": None if about.callout else about.call}
    if tx.execute(_KNOWN, {"leg_id": leg.id}).first() is None:
        tx.execute(_INSERT, {"id": leg.id, **row})
    else:
        tx.execute(sa.update(t.phone_call).where(_leg.id == leg.id).values(row))


def seen(tx: Transaction, leg_id: str, at: datetime) -> None:
    """The phone still waits."""
    tx.execute(sa.update(t.phone_call).where(_leg.id == leg_id).values(seen_at=at))


_JOINED = (
    sa.update(t.phone_call)
    .where(_leg.id == sa.bindparam("leg_id"), _leg.state == LegState.WAITS)
    .values(
        state=LegState.JOINED,
        since=sa.bindparam("at", type_=_leg.since.type),
        conference=sa.bindparam("into", type_=sa.Text),
    )
)


def joined(tx: Transaction, leg_ids: Sequence[str], conference: str, at: datetime) -> None:
    """These phones, which waited, are joined in this conference."""
    for leg_id in leg_ids:
        tx.execute(_JOINED, {"leg_id": leg_id, "at": at, "into": conference})


_END = sa.update(t.phone_call).values(state=LegState.OVER, since=sa.bindparam("at", type_=_leg.since.type))
_OVER = _END.where(_leg.id == sa.bindparam("leg_id"), _NOT_OVER)


def over(tx: Transaction, leg_id: str, at: datetime) -> None:
    """Nobody is on this phone any more; harmless for one that was in no bridge."""
    tx.execute(_OVER, {"leg_id": leg_id, "at": at})


_OF_PERSON = sa.and_(_leg.callout == sa.bindparam("callout_id"), _leg.person == sa.bindparam("whose"), _NOT_OVER)
_OVER_OF = _END.where(_OF_PERSON, _leg.id != sa.bindparam("but", type_=sa.Text))


def over_of(tx: Transaction, callout_id: str, person: str, at: datetime, *, but: str = "") -> None:
    """No phone of this person is in a bridge of the call-out any more, `but` for one."""
    tx.execute(_OVER_OF, {"callout_id": callout_id, "whose": person, "but": but, "at": at})


_WAIT_NO_MORE = _END.where(
    _leg.callout == sa.bindparam("callout_id"), _NOT_OVER, _leg.state.in_((LegState.WAITS, LegState.RINGS))
)


def wait_no_more(tx: Transaction, callout_id: str, at: datetime) -> None:
    """The call-out is over: nobody is joined about it any more. Whoever talks, talks on."""
    tx.execute(_WAIT_NO_MORE, {"callout_id": callout_id, "at": at})


_EVER_IN = sa.select(sa.func.count()).select_from(t.phone_call).where(_leg.conference == sa.bindparam("into"))


def ever_in(tx: Transaction, conference: str | None) -> int:
    """How many have been joined in this conference, those who have left it included."""
    return int(tx.scalar(_EVER_IN, {"into": conference}) or 0) if conference is not None else 0


_HAS_CALLOUT = (
    sa.update(t.phone_call)
    .where(_leg.call == sa.bindparam("call_id"), _NOT_OVER)
    .values(callout=sa.bindparam("into"), call=None)
)


def has_callout(tx: Transaction, call_id: str, callout_id: str) -> None:
    """The call that these phones were about has a call-out now."""
    tx.execute(_HAS_CALLOUT, {"call_id": call_id, "into": callout_id})
