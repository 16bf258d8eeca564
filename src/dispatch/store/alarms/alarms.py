"""Alarm rows: what coordinators can own, who owns it, and when its trouble was over."""

from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from dispatch.rules.access.trust import BOUND
from dispatch.rules.alarms.owners import RINGS_ON, STANDALONE_GOES_ON, goes_on_at
from dispatch.rules.alarms.promises import PROMISES
from dispatch.rules.decisions import AlarmCoordinators
from dispatch.rules.facts.alarms import DANGERS, Alarm, AlarmKind, UnlistedPromises
from dispatch.store import tables as t
from dispatch.store.engine.log_lines import add, code_of
from dispatch.store.transaction import Row, Transaction, columns
from dispatch.store.types import Moment


def row(new: Alarm, rings: bool = False) -> dict[str, Any]:
    """The row of an alarm that coordinators can own from now on; without a call-out, one about the service itself."""
    return {**columns(new, t.alarm), "told_at": new.opened_at, "rang_at": new.opened_at if rings else None}


_alarm = t.alarm.c
WHOLE_ALARM = sa.select(
    *(_alarm[field.name] for field in fields(Alarm) if field.name in _alarm), t.callout.c.code, t.callout.c.open
).select_from(t.alarm.outerjoin(t.callout, t.callout.c.id == _alarm.callout))
_OPEN = _alarm.ended_at.is_(None)
_RINGS_ON = _alarm.kind.in_(tuple(RINGS_ON)) & _alarm.owner.is_(None)
GOES_ON = sa.and_(_alarm.callout.is_(None), (_alarm.told_at > sa.bindparam("since", type_=Moment)) | _RINGS_ON)
"""Whether a standalone alarm that has not ended goes on: it was told lately, or rings until somebody has it."""
_OF_CALLOUT = WHOLE_ALARM.where(_OPEN, _alarm.callout == sa.bindparam("callout_id")).order_by(_alarm.id)
_STANDALONE = WHOLE_ALARM.where(_OPEN, GOES_ON).order_by(_alarm.id).with_for_update(of=t.alarm)
_STANDALONE_OF_KIND = _STANDALONE.where(_alarm.kind == sa.bindparam("of_kind"))
_ONE_STANDALONE = _STANDALONE.where(_alarm.id == sa.bindparam("alarm_id"))
_ALL_OPEN = (
    WHOLE_ALARM.where(_OPEN, sa.or_(_alarm.callout.is_not(None), GOES_ON))
    .order_by(_alarm.kind.in_(DANGERS).desc(), _alarm.opened_at.desc(), _alarm.id.desc())
    .limit(200)
)
_TOLD = (
    WHOLE_ALARM.add_columns(_alarm.told_at)
    .where(_OPEN, GOES_ON)
    .order_by(_alarm.id)
    .with_for_update(of=t.alarm, skip_locked=True)
)
_MAY_RING_ON = WHOLE_ALARM.add_columns(_alarm.told_at).where(
    _OPEN, _alarm.callout.is_(None), _alarm.kind.in_(tuple(RINGS_ON))
)
_TO_RING_ON = _MAY_RING_ON.order_by(_alarm.id).with_for_update(of=t.alarm, skip_locked=True)
_LOCK_ONLY = sa.select(_alarm.owned_at).where(_alarm.id == sa.bindparam("alarm_id")).with_for_update()


def standing(tx: Transaction, ids: Collection[str]) -> dict[str, datetime | None]:
    """Those of these alarms whose trouble goes on, and since when somebody has had each."""
    query = sa.select(_alarm.id, _alarm.owned_at).where(_alarm.id.in_(ids), _OPEN)
    return dict(tuple(row) for row in tx.execute(query)) if ids else {}


_FIND = WHOLE_ALARM.where(_alarm.id == sa.bindparam("alarm_id"))


def of_callout(tx: Transaction, callout_id: str) -> list[Alarm]:
    """The open alarms about a call-out; whoever decides on them holds its lock."""
    return [fact(found) for found in tx.execute(_OF_CALLOUT, {"callout_id": callout_id}).mappings()]


def standalone_of_kind(tx: Transaction, kind: AlarmKind, now: datetime) -> list[Alarm]:
    """The alarms of a kind about no call-out that go on, locked by this transaction."""
    found = tx.execute(_STANDALONE_OF_KIND, {"of_kind": kind, "since": now - STANDALONE_GOES_ON})
    return [fact(row) for row in found.mappings()]


def standalone(tx: Transaction, alarm_id: str, now: datetime) -> list[Alarm]:
    """The alarm about no call-out that has this id, locked by this transaction; none when it is over."""
    found = tx.execute(_ONE_STANDALONE, {"alarm_id": alarm_id, "since": now - STANDALONE_GOES_ON})
    return [fact(row) for row in found.mappings()]


def told_before(tx: Transaction, now: datetime) -> list[tuple[Alarm, datetime]]:
    """The open alarms about no call-out, each with when it was told last, locked by this transaction: those that
    another node is ending are left out, and so is what was told hours ago."""
    return _with_told_at(tx.execute(_TOLD, {"since": now - 2 * STANDALONE_GOES_ON}).mappings())


def _with_told_at(rows: Iterable[Row]) -> list[tuple[Alarm, datetime]]:
    return [(fact({name: value for name, value in row.items() if name != "told_at"}), row["told_at"]) for row in rows]


def to_ring_on(tx: Transaction, now: datetime) -> list[tuple[Alarm, datetime]]:
    """The standalone alarms that are to be told again by now (`goes_on_at`), each with when it was told last, locked by
    this transaction; those that another node is telling are left out."""
    found = _with_told_at(tx.execute(_TO_RING_ON).mappings())
    return [(alarm, at) for alarm, at in found if (due := goes_on_at(alarm, at)) is not None and due <= now]


def next_ring(tx: Transaction) -> datetime | None:
    """When the first of them is due."""
    moments = (goes_on_at(alarm, at) for alarm, at in _with_told_at(tx.execute(_MAY_RING_ON).mappings()))
    return min((moment for moment in moments if moment is not None), default=None)


def all_open(tx: Transaction, now: datetime) -> list[Alarm]:
    """Every open alarm, the oldest first: 200 at most, those of danger and the newest."""
    found = map(fact, tx.execute(_ALL_OPEN, {"since": now - STANDALONE_GOES_ON}).mappings())
    return sorted(found, key=lambda one: (one.opened_at, one.id))


def lock_only(tx: Transaction, alarm_id: str) -> datetime | None:
    """Lock an alarm, so that its owner stays the same until this transaction ends; returns since when it has had one.

    To be called before the row of a page is locked: whoever takes the alarm writes the alarm first, and then its pages.
    """
    owned_at: datetime | None = tx.scalar(_LOCK_ONLY, {"alarm_id": alarm_id})
    return owned_at


def find(tx: Transaction, alarm_id: str) -> Alarm | None:
    """The alarm, whether it is over or not."""
    found = tx.execute(_FIND, {"alarm_id": alarm_id}).mappings().first()
    return fact(found) if found else None


def fact(found: Row) -> Alarm:
    columns = dict(found)
    is_open = columns.pop("open")
    return Alarm(**columns | {"kind": AlarmKind(found["kind"]), "outlives": is_open is not None and not is_open})


_OF_CALL = WHOLE_ALARM.where(_OPEN, _alarm.call == sa.bindparam("call_id")).order_by(_alarm.id)


def of_call(tx: Transaction, call_id: str) -> list[Alarm]:
    """The open alarms about a hotline call that has no call-out."""
    return [fact(found) for found in tx.execute(_OF_CALL, {"call_id": call_id}).mappings()]


_TOLD_LATELY = sa.select(_alarm.id).where(
    _OPEN,
    _alarm.kind == sa.bindparam("kind", type_=sa.Text),
    _alarm.told_at > sa.bindparam("since", type_=_alarm.told_at.type),
)
_IN_WORDS = sa.or_(sa.bindparam("words", type_=sa.Text).is_(None), _alarm.text == sa.bindparam("words", type_=sa.Text))
_TOLD_OF_CALLOUT = _TOLD_LATELY.where(_alarm.callout == sa.bindparam("callout_id"), _IN_WORDS).limit(1)
_TOLD_OF_CALL = _TOLD_LATELY.where(_alarm.call == sa.bindparam("call_id"), _IN_WORDS).limit(1)


def told_lately(
    tx: Transaction, kind: AlarmKind, since: datetime, *, callout: str | None, call: str, words: str | None = None
) -> bool:
    """Whether an open alarm of this kind was told after `since`: one about the call-out, or, without a call-out, one
    about the hotline call. With `words`, whether it was told in these."""
    given = {"kind": kind, "since": since, "words": words}
    if callout is not None:
        return tx.execute(_TOLD_OF_CALLOUT, {**given, "callout_id": callout}).first() is not None
    return tx.execute(_TOLD_OF_CALL, {**given, "call_id": call}).first() is not None


_TOLD_AT = sa.select(_alarm.told_at).where(_alarm.id == sa.bindparam("alarm_id"))


def told_at(tx: Transaction, alarm_id: str) -> datetime | None:
    """When it was last told."""
    found: datetime | None = tx.scalar(_TOLD_AT, {"alarm_id": alarm_id})
    return found


_TIMES_TOLD = sa.select(_alarm.told_at).where(
    _alarm.kind == sa.bindparam("kind", type_=sa.Text),
    _alarm.opened_at > sa.bindparam("since", type_=_alarm.opened_at.type),
)


def times_told(tx: Transaction, kind: AlarmKind, since: datetime) -> list[datetime]:
    """When the alarms of this kind that were opened after `since` were told, those that are over included."""
    return list(tx.scalars(_TIMES_TOLD, {"kind": kind, "since": since}))


_REMEMBERED = timedelta(days=1)
_about = t.alarm.outerjoin(t.callout, t.callout.c.id == _alarm.callout).outerjoin(
    t.hotline_call, t.hotline_call.c.id == _alarm.call
)
# A call that has opened its call-out since is counted with that.
_COUNTS = sa.case((t.hotline_call.c.callout.is_(None), 1))
_PROMISED_TO_UNLISTED = (
    sa.select(sa.func.count(_COUNTS).label("count"), sa.func.max(_alarm.rang_at).label("rang_at"))
    .select_from(_about)
    .where(_OPEN, _alarm.kind.in_(tuple(PROMISES)), _alarm.opened_at > sa.bindparam("since", type_=Moment))
    .where(sa.func.coalesce(t.callout.c.trust, t.hotline_call.c.trust).in_(BOUND))
)


def promised_to_unlisted(tx: Transaction, now: datetime) -> UnlistedPromises:
    """The promises of a call that share one ring."""
    found = tx.execute(_PROMISED_TO_UNLISTED, {"since": now - _REMEMBERED}).mappings().first()
    assert found is not None, "it counts"
    return UnlistedPromises(found["count"], found["rang_at"])


_OTHERS_FREE = sa.select(sa.func.count()).where(
    _OPEN,
    _alarm.owner.is_(None),
    _alarm.rang_at > sa.bindparam("since", type_=Moment),
    _alarm.id != sa.bindparam("but", type_=sa.Text),
)


def others_free(tx: Transaction, but: str, since: datetime) -> int:
    """How many other alarms have rung since then that nobody has."""
    return tx.scalar(_OTHERS_FREE, {"but": but, "since": since}) or 0


def had_by(tx: Transaction, people: Collection[str], acted_since: datetime) -> dict[str, str | None]:
    """Which of `people` have an open alarm, each with the code of its call-out. One about no open call-out lapses by
    itself, so it counts only if its owner has done something since then."""
    query = (
        sa.select(_alarm.owner, t.callout.c.code)
        .outerjoin(t.callout, t.callout.c.id == _alarm.callout)
        .where(_OPEN, _alarm.owner.in_(list(people)), t.callout.c.open | (_alarm.acted_at > acted_since))
        .order_by(_alarm.id)
    )
    return dict(tx.execute(query).all())


def of_caller(tx: Transaction, callout_id: str) -> list[Alarm]:
    """The open promises to whoever's call has opened this call-out, made before it had."""
    return [fact(found) for found in tx.execute(_OF_CALLER, {"callout_id": callout_id}).mappings()]


_CALLS = sa.select(t.hotline_call.c.id).where(t.hotline_call.c.callout == sa.bindparam("callout_id"))
_OF_CALLER = WHOLE_ALARM.where(_OPEN, _alarm.kind.in_(tuple(PROMISES)), _alarm.call.in_(_CALLS)).order_by(_alarm.id)


# ---- what becomes of one -------------------------------------------------------------------------------------------

_LOGGED = (*(_alarm[name] for name in ("id", "kind", "person", "owner")), code_of(t.alarm))
"""What a statement returns for the log."""
_INSERT = sa.insert(t.alarm)


def log(tx: Transaction, what: str, row: Row) -> None:
    """An alarm about no call-out has no code."""
    of_it = {"code": row["code"], "kind": row["kind"], "person": row["person"], "owner": row.get("owner")}
    add(tx, f"alarm {what}", **of_it, alarm=row["id"])


def insert(tx: Transaction, new: Alarm, *, rings: bool = False) -> None:
    """One about no call-out; `decided.write` writes the others."""
    tx.execute(_INSERT, row(new, rings))
    log(tx, "raised", row(new) | {"code": None})


def told_again(
    tx: Transaction, alarm_id: str, told: Alarm | AlarmCoordinators, now: datetime, *, rings: bool = False
) -> None:
    rang = {"rang_at": now} if rings else {}
    said = {"said_at": told.said_at} if told.said_at is not None else {}
    _set(tx, "told again", alarm_id, text=told.text, call_back=told.call_back, told_at=now, **rang, **said)


_HEARD = (
    sa.update(t.alarm)
    .where(
        _OPEN,
        _alarm.callout == sa.bindparam("callout_id"),
        _alarm.kind == AlarmKind.DANGER,
        _alarm.person.is_not_distinct_from(sa.bindparam("whose", type_=sa.Text)),
        sa.or_(_alarm.said_at.is_(None), _alarm.said_at < sa.bindparam("now", type_=Moment)),
    )
    .values(heard_at=sa.bindparam("now", type_=Moment))
)


def heard(tx: Transaction, callout_id: str, person: str | None, now: datetime) -> None:
    """This person, or the officer, was heard after they had cried for help; a word beside the cry is none."""
    tx.execute(_HEARD, {"callout_id": callout_id, "whose": person, "now": now})


def owned(tx: Transaction, alarm_id: str, owner: str | None, now: datetime, *, ends: bool = False) -> None:
    """`owner` has it, or nobody any more. If they had it already they are awake, and have had it since the first time.
    With `ends` it is over as well."""
    if owner is None:
        return _set(tx, "lapsed", alarm_id, owner=None, owned_at=None, acted_at=None)
    since = sa.case((_alarm.owner == owner, _alarm.owned_at), else_=sa.bindparam("owned", now, _alarm.owned_at.type))
    over = {"ended_at": now} if ends else {}
    return _set(tx, "ended" if ends else "owned", alarm_id, owner=owner, owned_at=since, acted_at=now, **over)


def _set(tx: Transaction, says: str, alarm_id: str, **columns: Any) -> None:
    change = sa.update(t.alarm).where(_alarm.id == alarm_id).values(columns).returning(*_LOGGED)
    for row in tx.execute(change).mappings():
        log(tx, says, row)


def owner_acted(tx: Transaction, owner: str, now: datetime) -> None:
    """The owner of alarms has done something."""
    tx.execute(sa.update(t.alarm).where(_OPEN, _alarm.owner == owner).values(acted_at=now))


_END = (
    sa.update(t.alarm)
    .where(_alarm.id.in_(sa.bindparam("ids", expanding=True)))
    .values(ended_at=sa.bindparam("now", type_=_alarm.ended_at.type))
    .returning(*_LOGGED)
)


def end(tx: Transaction, ids: Collection[str], now: datetime) -> None:
    """The trouble behind these alarms is over."""
    for row in tx.execute(_END, {"ids": sorted(ids), "now": now}).mappings().all():
        log(tx, "ended", row)
