"""What was decided about a call-out, written together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

import sqlalchemy as sa

from dispatch.rules.decisions import Changes, Note, SendPage, SetDeadline
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.alarms import Alarm
from dispatch.rules.facts.callout import CallOut, Details
from dispatch.rules.facts.pages import PageState
from dispatch.store import tables as t
from dispatch.store.access import audit
from dispatch.store.access import links as link_rows
from dispatch.store.access.links import NewLink
from dispatch.store.alarms import alarms as alarm_rows
from dispatch.store.callout.arrivals import RequestKey
from dispatch.store.callout.callouts import new_row
from dispatch.store.engine.log_lines import add
from dispatch.store.transaction import Transaction, columns


@dataclass(frozen=True, slots=True)
class NewCallOut:
    """A call-out that is not written yet; `request` identifies its request if that is repeated."""

    callout: CallOut
    details: Details
    decided: Changes
    request: RequestKey | None


class NewPage(NamedTuple):
    """A page that waits for its due_at; without a `callout`, a test page or an answer to a standalone text."""

    id: str
    callout: str | None
    page: SendPage
    created_at: datetime
    asks_for: str | None = None
    """The agency for whose call-out it asks somebody to come."""


class NewNote(NamedTuple):
    """A line of the timeline. It rests on the word of `by`, which reached us through `source`."""

    at: datetime
    note: Note
    by: Actor
    source: Source


class NewAuditLine(NamedTuple):
    """What somebody did about the call-out, for the audit; see `audit.write`."""

    at: datetime
    by: Actor
    source: Source
    did: AuditEvent


def write(
    tx: Transaction,
    callout_id: str,
    code: str,
    *,
    new: NewCallOut | None = None,
    deadlines: Iterable[SetDeadline] = (),
    alarms: Iterable[tuple[Alarm, bool]] = (),
    links: Iterable[NewLink] = (),
    pages: Iterable[NewPage] = (),
    notes: Iterable[NewNote] = (),
    audited: Iterable[NewAuditLine] = (),
) -> None:
    """Write what was decided about a call-out, which may be `new` itself. With each alarm: whether it rings.

    Fails with a `Conflict` when another transaction has just used its idempotency key, or its code.
    """
    deadlines, alarms, pages, notes = tuple(deadlines), tuple(alarms), tuple(pages), tuple(notes)
    rows_of: tuple[tuple[sa.Table, list[dict[str, Any]]], ...] = (  # a table before those that refer to it
        (t.callout, [new_row(new.callout, new.details, new.decided)] if new else []),
        (t.idempotency, [columns(new.request, t.idempotency) | {"callout": callout_id}] if new and new.request else []),
        (t.deadline, [columns(deadline, t.deadline) | {"callout": callout_id} for deadline in deadlines]),
        (t.alarm, [alarm_rows.row(*alarm) for alarm in alarms]),
        (t.link, [link_rows.row(link) for link in links]),
        (t.page, [_page_row(page) for page in pages]),
        (t.timeline, [_note_row(note, callout_id) for note in notes]),
        (t.audit, [audit.row(*line, callout_id) for line in audited]),
    )
    for table, rows in rows_of:
        if rows:
            tx.execute(sa.insert(table), rows)
    if new:
        _log_opened(tx, new.callout)
    for told in notes:
        add(tx, told.note.kind, code=code, person=told.note.person, by=str(told.by), source=told.source)
    for raised, _ in alarms:
        alarm_rows.log(tx, "raised", alarm_rows.row(raised) | {"code": code})
    _log_waiting(tx, code, pages)
    _log_next_moves(tx, code, deadlines)


def write_standalone(tx: Transaction, pages: Iterable[NewPage]) -> None:
    """Write pages that belong to no call-out."""
    pages = tuple(pages)
    if pages:
        tx.execute(sa.insert(t.page), [_page_row(page) for page in pages])
    _log_waiting(tx, None, pages)


# ---- in the log ----------------------------------------------------------------------------------------------------


def _log_opened(tx: Transaction, new: CallOut) -> None:
    """`callout` is the id, which other lines and the database know it by."""
    told = {name: getattr(new, name) for name in ("code", "agency", "trust", "same_as", "respond_by")}
    add(tx, "opened", callout=new.id, **told)


def _log_waiting(tx: Transaction, code: str | None, pages: Iterable[NewPage]) -> None:
    """One line for all that were decided together, in the order in which they go out: each has its own once it has
    left."""
    if in_order := sorted((new.page for new in pages), key=attrgetter("due_at")):
        told = [_line(page.due_at, page.channel, page.purpose, page.person or page.agency) for page in in_order]
        add(tx, PageState.WAITING, code=code, pages=told)


def _log_next_moves(tx: Transaction, code: str, moves: Iterable[SetDeadline]) -> None:
    """What will happen by itself unless something happens before, the nearest first. A move that is no longer wanted is
    dropped without a line: whatever ended it has one."""
    if in_order := sorted(moves, key=attrgetter("due_at")):
        add(tx, "next moves", code=code, moves=[_line(move.due_at, move.kind, move.person) for move in in_order])


def _line(due_at: datetime, *words: str | None) -> str:
    return " ".join(filter(None, (due_at.isoformat(), *words)))


# ---- rows ----------------------------------------------------------------------------------------------------------


def _page_row(new: NewPage) -> dict[str, Any]:
    return {
        **columns(new.page, t.page),
        "id": new.id,
        "callout": new.callout,
        "agency": new.asks_for or new.page.agency,
        "state": PageState.WAITING,
        "tries": 0,
        "reconciled": 0,
        "created_at": new.created_at,
    }


def _note_row(new: NewNote, callout_id: str) -> dict[str, Any]:
    return {
        **columns(new.note, t.timeline),
        "callout": callout_id,
        "at": new.at,
        "source": new.source,
        "actor_kind": new.by.kind,
        "actor_id": new.by.id,
    }
