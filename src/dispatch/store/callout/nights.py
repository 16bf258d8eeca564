"""One call-out with all that is its own: five statements, whatever will be asked of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dispatch.rules.decisions import NoteKind
from dispatch.rules.facts.alarms import HeardAlarm
from dispatch.rules.facts.callout import Decline
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.situation import OwnRows, Told, Wrote
from dispatch.rules.reader.vocabulary import Word
from dispatch.store import tables as t
from dispatch.store.alarms import alarms
from dispatch.store.callout import callouts, others
from dispatch.store.callout.assignments import ever_on_it
from dispatch.store.callout.records import DETAILS, details_of
from dispatch.store.delivery import pages
from dispatch.store.transaction import Row, Transaction

_LOOK = sa.select(
    *(t.callout.c[name] for name in dict.fromkeys((*callouts.OF_A_CALLOUT, *DETAILS))),
    others.OUT_ELSEWHERE,
    others.SAME_AS,
).where(t.callout.c.id == sa.bindparam("id"))
_LOCK, _LOCK_IF_FREE = _LOOK.with_for_update(), _LOOK.with_for_update(skip_locked=True)

_TOLD = (
    *(NoteKind.MOVED, NoteKind.CHANGED, NoteKind.RANG_OFFICER),  # where the officer is
    *(NoteKind.ETA, NoteKind.CALLS_OFFICER, NoteKind.EN_ROUTE, NoteKind.HEARD),  # signs of life of whoever goes
    *(NoteKind.OFFICER_UNREADABLE, NoteKind.CAUTIONED),
)
_line, _no, _mine, _text = t.timeline.c, t.decline.c, t.assignment.c, t.inbound_text.c
# Three short lists about one call-out, in one statement: on PostgreSQL each costs a round trip while it is locked.
_LINES = sa.union_all(
    sa.select(
        sa.literal_column("'told'", sa.Text).label("part"),
        _line.id.label("number"),
        _line.kind,
        _line.person,
        _line.at,
        sa.func.coalesce(_line.actor_id == _line.person, sa.false()).label("flag"),
    ).where(_line.callout == sa.bindparam("id"), _line.kind.in_(_TOLD)),
    sa.select(
        sa.literal_column("'no'", sa.Text),
        _no.minutes,
        sa.literal_column("''", sa.Text),
        _no.person,
        _no.at,
        _no.limited,
    ).where(_no.callout == sa.bindparam("id")),
    sa.select(
        sa.literal_column("'wrote'", sa.Text),
        sa.literal_column("0", sa.Integer),
        _text.understood_as,
        _mine.person,
        _text.received_at,
        sa.false(),
    )
    .select_from(
        t.assignment.join(t.person, t.person.c.id == _mine.person).join(
            t.inbound_text, _text["from"] == t.person.c.phone
        )
    )
    .where(
        _mine.callout == sa.bindparam("id"),
        _mine.released_at.is_(None),
        _text.received_at > sa.bindparam("since", type_=_text.received_at.type),
    ),
)


def lock(tx: Transaction, callout_id: str, since: datetime, *, skip_locked: bool = False) -> OwnRows | None:
    """As `callouts.lock`, with all that is its own; of what people wrote only what came after `since`."""
    return _found(tx, _LOCK_IF_FREE if skip_locked else _LOCK, callout_id, since)


def look(tx: Transaction, callout_id: str, since: datetime) -> OwnRows | None:
    """The same without a lock."""
    return _found(tx, _LOOK, callout_id, since)


def _found(tx: Transaction, which: sa.Select[Any], callout_id: str, since: datetime) -> OwnRows | None:
    row = tx.execute(which, {"id": callout_id}).mappings().first()
    if row is None:
        return None
    everybody = [ever_on_it(one) for one in tx.execute(callouts.ASSIGNMENTS_OF, {"id": callout_id}).mappings()]
    lines = tx.execute(_LINES, {"id": callout_id, "since": since}).mappings().all()
    sent = tx.execute(pages.OF_A_NIGHT, {"callout_id": callout_id}).mappings().all()
    facts = [(page, pages.page_fact(page)) for page in sent]
    open_alarms = alarms.of_callout(tx, callout_id)
    coming = [fact for _, fact in facts if fact.purpose in pages.ABOUT_COMING]
    known = {one.id for one in open_alarms}
    heard = {
        HeardAlarm(fact.alarm, fact.person)
        for page, fact in facts
        if fact.purpose is Purpose.ALARM and fact.person and fact.alarm in known and page["was_told"]
    }
    return OwnRows(
        callout=callouts.callout_fact(row, _declines(lines), everybody, coming, others.people(row["out"])),
        details=details_of(row),
        alarms=tuple(open_alarms),
        calls=tuple(fact for page, fact in facts if page["under_way"]),
        heard=tuple(sorted(heard, key=lambda one: (one.alarm, one.person))),
        stand_downs=tuple(fact for _, fact in facts if fact.purpose.stands_down),
        told=tuple(
            Told(line["kind"], line["at"], line["person"], bool(line["flag"]))
            for line in sorted((line for line in lines if line["part"] == "told"), key=lambda line: line["number"])
        ),
        wrote=tuple(
            Wrote(line["person"], line["at"], line["kind"] != Word.UNCLEAR) for line in lines if line["part"] == "wrote"
        ),
    )


def _declines(lines: Iterable[Row]) -> list[Decline]:
    return [
        Decline(line["person"], line["at"], bool(line["flag"]), line["number"])
        for line in lines
        if line["part"] == "no"
    ]
