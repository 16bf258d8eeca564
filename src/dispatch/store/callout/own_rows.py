"""Call-outs with all that is their own: five statements, whatever will be asked of them, for one as for many."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from dispatch.rules.decisions import NoteKind
from dispatch.rules.facts.alarms import Alarm, HeardAlarm
from dispatch.rules.facts.callout import Decline
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.situation import Noted, OwnRows, Wrote
from dispatch.rules.reader.vocabulary import Word
from dispatch.store import tables as t
from dispatch.store.alarms import alarms
from dispatch.store.callout import callouts, others
from dispatch.store.callout.assignments import OF_AN_ASSIGNMENT, ever_on_it
from dispatch.store.callout.records import DETAILS, details_of
from dispatch.store.delivery import pages
from dispatch.store.transaction import Row, Transaction

CALLOUT_COLUMNS = tuple(t.callout.c[name] for name in dict.fromkeys((*callouts.OF_A_CALLOUT, *DETAILS)))
_LOOK = sa.select(*CALLOUT_COLUMNS, others.OUT_ELSEWHERE, others.SAME_AS).where(t.callout.c.id == sa.bindparam("id"))
_LOCK, _LOCK_IF_FREE = _LOOK.with_for_update(), _LOOK.with_for_update(skip_locked=True)
_NOTED = (
    *(NoteKind.MOVED, NoteKind.CHANGED, NoteKind.RANG_OFFICER),  # where the officer is
    *(NoteKind.ETA, NoteKind.CALLS_OFFICER, NoteKind.EN_ROUTE, NoteKind.HEARD),  # signs of life of whoever goes
    *(NoteKind.OFFICER_UNREADABLE, NoteKind.CAUTIONED),
)
_note, _no, _mine, _text = t.timeline.c, t.decline.c, t.assignment.c, t.inbound_text.c
Which = Callable[[sa.ColumnElement[Any]], sa.ColumnElement[bool]]
"""Whether a column has the id of a call-out that is asked for."""


def statements(which: Which, *pages_too: sa.ColumnElement[bool]) -> Mapping[str, sa.Executable]:
    """What reads the rows that belong to some call-outs; of their pages only those that meet `pages_too`."""
    assigned = sa.select(_mine.callout, _mine.released_at, *(_mine[name] for name in OF_AN_ASSIGNMENT))
    return {
        "assignments": assigned.where(which(_mine.callout)).order_by(_mine.id),
        "lines": _lines(which),
        "pages": pages.of_callouts(which, *pages_too),
    }


def _part(name: str, *columns: Any) -> sa.Select[Any]:
    return sa.select(sa.literal_column(f"'{name}'", sa.Text).label("part"), *columns)


def _lines(which: Which) -> sa.CompoundSelect[Any]:
    """Three short lists, in one statement: on PostgreSQL each costs a round trip while the call-out is locked."""
    by_them = sa.func.coalesce(_note.actor_id == _note.person, sa.false()).label("flag")
    none, zero = sa.literal_column("''", sa.Text), sa.literal_column("0", sa.Integer)
    theirs = t.assignment.join(t.person, t.person.c.id == _mine.person)
    lately = _text.received_at > sa.bindparam("since", type_=_text.received_at.type)
    return sa.union_all(
        _part("noted", _note.callout, _note.id.label("number"), _note.kind, _note.person, _note.at, by_them).where(
            which(_note.callout), _note.kind.in_(_NOTED)
        ),
        _part("no", _no.callout, _no.minutes, none, _no.person, _no.at, _no.limited).where(which(_no.callout)),
        _part("wrote", _mine.callout, zero, _text.understood_as, _mine.person, _text.received_at, sa.false())
        .select_from(theirs.join(t.inbound_text, _text["from"] == t.person.c.phone))
        .where(which(_mine.callout), _mine.released_at.is_(None), lately),
    )


_OF_ONE = statements(lambda column: column == sa.bindparam("id"))

_NOTHING_WRITTEN = datetime(9999, 1, 1, tzinfo=UTC)


def lock(
    tx: Transaction, callout_id: str, since: datetime = _NOTHING_WRITTEN, *, skip_locked: bool = False
) -> OwnRows | None:
    """All that is the call-out's own, locked until this transaction ends: this puts two people who answer at once in
    order. Of what people wrote only what came after `since`: nothing, for work about which no rule asks for it.

    Lock it before its rows, and after a hotline call (`hotline_calls.lock`). With `skip_locked`, None while another
    transaction has it locked.
    """
    return _found(tx, _LOCK_IF_FREE if skip_locked else _LOCK, callout_id, since)


def look(tx: Transaction, callout_id: str, since: datetime = _NOTHING_WRITTEN) -> OwnRows | None:
    """The same for a read after which nothing is written."""
    return _found(tx, _LOOK, callout_id, since)


def _found(tx: Transaction, which: sa.Select[Any], callout_id: str, since: datetime) -> OwnRows | None:
    given = {"id": callout_id, "since": since}
    row = tx.execute(which, given).mappings().first()
    if row is None:
        return None
    known = {callout_id: alarms.of_callout(tx, callout_id)}
    return read(tx, _OF_ONE, given, [row], known)[0]


def read(
    tx: Transaction,
    of_them: Mapping[str, sa.Executable],
    given: Mapping[str, Any],
    rows: Sequence[Row],
    open_alarms: Mapping[Any, Sequence[Alarm]],
) -> list[OwnRows]:
    """All that is the own of the call-outs in these `rows`, whose `open_alarms` are known. Nobody is out elsewhere
    where no row says who is."""
    assignments, lines, sent = (
        _by_callout(tx.execute(of_them[name], given).mappings().all()) for name in ("assignments", "lines", "pages")
    )
    return [
        _own(row, assignments[row["id"]], lines[row["id"]], sent[row["id"]], open_alarms[row["id"]]) for row in rows
    ]


def _by_callout(rows: Collection[Row]) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["callout"]].append(row)
    return found


def _own(
    row: Row,
    assignments: Sequence[Row],
    lines: Sequence[Row],
    sent: Sequence[Row],
    open_alarms: Sequence[Alarm],
) -> OwnRows:
    out = others.people(row.get("out"))
    parts: defaultdict[str, list[Row]] = defaultdict(list)
    for line in lines:
        parts[line["part"]].append(line)
    declines = [Decline(one["person"], one["at"], bool(one["flag"]), one["number"]) for one in parts["no"]]
    facts = [(page, pages.page_fact(page)) for page in sent]
    coming = [fact for _, fact in facts if fact.purpose in pages.ABOUT_COMING]
    known = {one.id for one in open_alarms}
    told = {
        HeardAlarm(fact.alarm, fact.person)
        for page, fact in facts
        if fact.purpose is Purpose.ALARM and fact.person and fact.alarm in known and page["was_told"]
    }
    return OwnRows(
        callout=callouts.callout_fact(row, declines, [ever_on_it(one) for one in assignments], coming, out),
        details=details_of(row),
        alarms=tuple(open_alarms),
        calls=tuple(fact for page, fact in facts if page["under_way"]),
        heard=tuple(sorted(told, key=lambda one: (one.alarm, one.person))),
        stand_downs=tuple(fact for _, fact in facts if fact.purpose.stands_down),
        noted=tuple(
            Noted(one["kind"], one["at"], one["person"], bool(one["flag"]))
            for one in sorted(parts["noted"], key=lambda one: int(one["number"]))
        ),
        wrote=tuple(Wrote(one["person"], one["at"], one["kind"] != Word.UNCLEAR) for one in parts["wrote"]),
    )
