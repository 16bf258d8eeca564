"""What the board reads: the open call-outs with all that belongs to them, in the same few queries for any number.

The pages of the newest steps are enough to say what goes on; a call-out that nobody answers has hundreds. What is read
with them of nodes and of calls stands in `store/nodes.py` and `store/hotline/`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from dispatch.rules.alarms.owners import STANDALONE_GOES_ON
from dispatch.rules.decisions import DeadlineKind, NoteKind, SetDeadline
from dispatch.rules.delivery.page_life import BY_PEOPLE
from dispatch.rules.facts.alarms import Alarm
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.hotline import HotlineCall
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.situation import OwnRows
from dispatch.store import tables as t
from dispatch.store.alarms import alarms
from dispatch.store.callout import others, own_rows
from dispatch.store.delivery.pages import ABOUT_COMING
from dispatch.store.hotline import hotline_calls, silent_calls
from dispatch.store.transaction import Row, Transaction
from dispatch.store.types import first_id

_STEPS = 4  # as far back as the board looks for who was tried


@dataclass(frozen=True, slots=True)
class BoardCallOut:
    """`own` is all that is its own, its pages only those of the newest steps. `rests` has a sentence for each who was
    left out because they rest, the newest."""

    own: OwnRows
    due: tuple[SetDeadline, ...]
    rests: tuple[str, ...] = ()

    @property
    def fact(self) -> CallOut:
        return self.own.callout


_callout = t.callout.c
# Call-outs that nobody has reached come first, the nearest target first: should there be too many, those that have time
# are left out. Written as no index has it: SQLite would otherwise walk back through all history to find a few open
# ones.
_FIRST = (
    sa.case((_callout.arrived_at.is_(None), 0), else_=1),
    sa.func.coalesce(_callout.respond_by, _callout.ended_at),
)
_SHOWN = (
    sa.select(_callout.id)
    .where(_callout.open)
    .order_by(*_FIRST, _callout.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_CALLOUTS = sa.select(*own_rows.CALLOUT_COLUMNS, others.SAME_AS).where(_callout.id.in_(_SHOWN))
_COUNT = sa.select(sa.func.count()).select_from(t.callout).where(_callout.open)
_LAST_STEPS = sa.select(_callout.step - _STEPS).where(_callout.id == t.page.c.callout).scalar_subquery()
_OF_SHOWN = own_rows.statements(
    lambda column: column.in_(_SHOWN), t.page.c.purpose.not_in(ABOUT_COMING) | (t.page.c.step > _LAST_STEPS)
)
_DUE = (
    sa.select(t.deadline.c.callout, *(t.deadline.c[field.name] for field in fields(SetDeadline)))
    .where(t.deadline.c.callout.in_(_SHOWN), t.deadline.c.kind.in_(tuple(DeadlineKind)))
    .order_by(t.deadline.c.due_at, t.deadline.c.id)
)
_RESTS = (
    sa.select(t.timeline.c.callout, t.timeline.c.person, t.timeline.c.text)
    .where(t.timeline.c.callout.in_(_SHOWN), t.timeline.c.kind == NoteKind.RESTS)
    .order_by(t.timeline.c.id)
)
_ALARMS = alarms.WHOLE_ALARM.where(
    t.alarm.c.ended_at.is_(None),
    sa.or_(
        t.alarm.c.callout.in_(_SHOWN),
        sa.and_(t.alarm.c.callout.is_not(None), ~_callout.open),
        alarms.GOES_ON,
    ),
).order_by(t.alarm.c.opened_at, t.alarm.c.id)


@dataclass(frozen=True, slots=True)
class OpenNow:
    """`count` is how many are open, of which `callouts` may be only the most pressing. `standalone` are the open alarms
    about none of these, such as a cry for help whose call-out is over; `out` is everybody who is out on one of these.
    `calls` on the hotline wait for somebody to decide what they are, of which `silent` are those whose callers said
    nothing.
    """

    callouts: tuple[BoardCallOut, ...]
    count: int
    standalone: tuple[Alarm, ...]
    out: frozenset[str]
    calls: tuple[HotlineCall, ...]
    silent: tuple[HotlineCall, ...]


def open_now(tx: Transaction, now: datetime, most: int, since: datetime) -> OpenNow:
    """Everything that is open, `most` at once, in nine queries that see one moment."""
    rows = tx.execute(_CALLOUTS, {"most": most}).mappings().all()
    alarms_of: defaultdict[str | None, list[Alarm]] = defaultdict(list)
    for row in tx.execute(_ALARMS, {"most": most, "since": now - STANDALONE_GOES_ON}).mappings():
        alarms_of[row["callout"]].append(alarms.fact(row))
    outliving = [one for found in alarms_of.values() for one in found if one.outlives]
    standalone = (*alarms_of.pop(None, ()), *outliving)
    calls = tuple(hotline_calls.undecided(tx, [alarm.call for alarm in standalone if alarm.call is not None]))
    silent = tuple(silent_calls.waiting(tx)) if calls else ()
    if not rows:
        return OpenNow((), 0, standalone, frozenset(), calls, silent)
    due = _by_callout(
        tx.execute(_DUE, {"most": most}), lambda row: SetDeadline(**{**row, "kind": DeadlineKind(row["kind"])})
    )
    rests: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for rest in tx.execute(_RESTS, {"most": most}):
        rests[rest.callout][rest.person] = rest.text
    own = own_rows.read(tx, _OF_SHOWN, {"most": most, "since": since}, rows, alarms_of)
    everybody_out = frozenset[str]().union(*(_out(one.callout) for one in own))
    found = []
    for one in own:
        callout = replace(one.callout, out=everybody_out - _out(one.callout))
        told = tuple(rests[callout.id].values())
        found.append(BoardCallOut(replace(one, callout=callout), tuple(due[callout.id]), told))
    count = len(found) if len(found) < most else tx.execute(_COUNT).scalar_one()
    return OpenNow(tuple(found), count, standalone, everybody_out, calls, silent)


def _out(callout: CallOut) -> frozenset[str]:
    return frozenset(mine.person for mine in callout.assignments if mine.is_on_it and mine.home_at is None)


def _by_callout(rows: sa.Result[Any], fact: Callable[[Row], Any]) -> defaultdict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in map(dict, rows.mappings()):
        found[row.pop("callout")].append(fact(row))
    return found


# ---- beside it -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LastTestPage:
    """The newest test of one person on one channel."""

    person: str
    channel: Channel
    state: PageState
    at: datetime
    failure: str | None


def last_tests(tx: Transaction, people: Iterable[str], since: datetime) -> list[LastTestPage]:
    """The newest test page on each channel that these people were sent since then."""
    page = t.page.c
    query = (
        sa.select(page.person, page.channel, page.state, page.created_at, page.failure)
        .where(page.person.in_(list(people)), page.created_at >= since, page.purpose == Purpose.TEST)
        .order_by(page.created_at)
    )
    newest = {
        (person, channel): LastTestPage(person, Channel(channel), PageState(state), at, failure)
        for person, channel, state, at, failure in tx.execute(query)
    }
    return list(newest.values())


@dataclass(frozen=True, slots=True)
class Carried:
    """What the carrier was offered on one channel: how many it has `taken` and how many not, how many it took and
    could not deliver, and the seconds it took to accept the newest `_MOST_TIMES`, the shortest first."""

    channel: Channel
    taken: int
    refused: int
    failed: int
    seconds: tuple[float, ...]


_MOST_TIMES = 500
_NOT_UNDER_WAY = (PageState.WAITING, PageState.FAILED, PageState.WITHDRAWN)


def carried(tx: Transaction, now: datetime, span: timedelta) -> list[Carried]:
    """What was decided in the last `span` and handed to the carrier."""
    page = t.page.c
    since = first_id(now - span)
    of_carrier = sa.and_(page.id >= since, page.channel != Channel.WEBHOOK, page.tried_at.is_not(None))
    by_people = sa.func.coalesce(page.failure, "").in_(BY_PEOPLE)  # people sleep every night
    failed = sa.and_(page.state == PageState.FAILED, page.sent_at.is_not(None), sa.not_(by_people))
    refused = sa.and_(page.state.in_(_NOT_UNDER_WAY), page.sent_at.is_(None))
    counts = tx.execute(
        sa.select(
            page.channel,
            *(sa.func.sum(sa.case((one, 1), else_=0)) for one in (page.sent_at.is_not(None), refused, failed)),
        )
        .where(of_carrier)
        .group_by(page.channel)
    ).all()
    times: defaultdict[str, list[float]] = defaultdict(list)
    newest = (
        sa.select(page.channel, page.tried_at, page.sent_at)
        .where(of_carrier, page.sent_at.is_not(None))
        .order_by(page.id.desc())
        .limit(_MOST_TIMES)
    )
    for channel, tried_at, sent_at in tx.execute(newest):
        times[channel].append((sent_at - tried_at).total_seconds())
    return [
        Carried(Channel(channel), int(taken), int(not_taken), int(undelivered), tuple(sorted(times[channel])))
        for channel, taken, not_taken, undelivered in sorted(counts)
    ]


@dataclass(frozen=True, slots=True)
class Over:
    """A call-out whose clock has stopped, or that ended: how long it took, in tenths of a minute."""

    code: str
    agency: str
    received_at: datetime
    tenths: int | None
    missed: bool


def decided_since(tx: Transaction, since: datetime, most: int) -> list[Over]:
    """The call-outs of which we know whether they met the target, the oldest first; the newest `most` of them."""
    query = (
        sa.select(_callout.code, _callout.agency, _callout.received_at, _callout.response_tenths, _callout.past_target)
        .where(_callout.received_at >= since, _callout.past_target.is_not(None))
        .order_by(_callout.received_at.desc())
        .limit(most)
    )
    rows = [Over(code, agency, at, tenths, bool(past)) for code, agency, at, tenths, past in tx.execute(query)]
    return rows[::-1]
