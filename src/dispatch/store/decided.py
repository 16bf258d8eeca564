"""What was decided about a call-out, written together: on PostgreSQL the round trip to the server costs most."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from dispatch.rules.decisions import Note, SendPage, SetDeadline
from dispatch.rules.facts.actors import Actor, Source
from dispatch.rules.facts.callout import CallOut, Details
from dispatch.rules.facts.pages import PageState
from dispatch.store import alarms as alarm_rows
from dispatch.store import audit, steps
from dispatch.store import links as link_rows
from dispatch.store import tables as t
from dispatch.store.alarms import NewAlarm
from dispatch.store.arrivals import RequestKey
from dispatch.store.audit import Deed
from dispatch.store.callouts import Changes, new_row
from dispatch.store.engine.statement import insert_into, insert_together
from dispatch.store.links import NewLink
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class NewCallOut:
    """A call-out that is not written yet; `request` identifies its request if that is repeated."""

    callout: CallOut
    details: Details
    decided: Changes
    request: RequestKey | None


class NewPage(NamedTuple):
    """A page that waits for its due_at; without a `callout`, a test page or an answer to a stray text."""

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


class NewDeed(NamedTuple):
    """What somebody did about the call-out, for the audit; see `audit.write`."""

    at: datetime
    by: Actor
    source: Source
    did: Deed


def write(
    tx: Transaction,
    callout_id: str,
    code: str,
    *,
    new: NewCallOut | None = None,
    deadlines: Iterable[SetDeadline] = (),
    alarms: Iterable[NewAlarm] = (),
    links: Iterable[NewLink] = (),
    pages: Iterable[NewPage] = (),
    notes: Iterable[NewNote] = (),
    deeds: Iterable[NewDeed] = (),
) -> None:
    """Write what was decided about a call-out, which may be `new` itself.

    Fails with a `Conflict` when another transaction has just used its idempotency key, or its code.
    """
    deadlines, alarms, pages, notes = tuple(deadlines), tuple(alarms), tuple(pages), tuple(notes)
    insert_together(
        tx,
        (
            (t.callout, [new_row(new.callout, new.details, new.decided)] if new else []),
            (t.idempotency, [_request_row(new.request, callout_id)] if new and new.request else []),
            (t.deadline, [_deadline_row(deadline, callout_id) for deadline in deadlines]),
            (t.alarm, [alarm_rows.row(alarm) for alarm in alarms]),
            (t.link, [link_rows.row(link) for link in links]),
            (t.page, [_page_row(page) for page in pages]),
            (t.timeline, [_note_row(note, callout_id) for note in notes]),
            (t.audit, [audit.row(*deed, callout_id) for deed in deeds]),
        ),
    )
    if new:
        steps.opened(tx, new.callout)
    for written in notes:
        steps.noted(tx, code, written.note, written.by, written.source)
    for raised in alarms:
        steps.alarm(tx, "raised", alarm_rows.row(raised) | {"code": code})
    steps.pages_wait(tx, code, (page.page for page in pages))
    steps.next_moves(tx, code, deadlines)


_INSERT_PAGE = insert_into(t.page)


def write_strays(tx: Transaction, pages: Iterable[NewPage]) -> None:
    """Write pages that belong to no call-out."""
    pages = tuple(pages)
    _INSERT_PAGE.run_each(tx, [_page_row(page) for page in pages])
    steps.pages_wait(tx, None, (page.page for page in pages))


def _request_row(request: RequestKey, callout_id: str) -> dict[str, Any]:
    return {"agency": request.agency, "key": request.key, "body_hash": request.body_hash, "callout": callout_id}


def _deadline_row(new: SetDeadline, callout_id: str) -> dict[str, Any]:
    return {
        "callout": callout_id,
        "kind": new.kind,
        "person": new.person,
        "attempt": new.attempt,
        "due_at": new.due_at,
    }


def _page_row(new: NewPage) -> dict[str, Any]:
    page = new.page
    return {
        "id": new.id,
        "callout": new.callout,
        "person": page.person,
        "purpose": page.purpose,
        "channel": page.channel,
        "to": page.to,
        "text": page.text,
        "text_if_others": page.text_if_others,
        "turn": page.turn,
        "alarm": page.alarm,
        "agency": new.asks_for or page.agency,
        "state": PageState.WAITING,
        "due_at": page.due_at,
        "tries": 0,
        "looks": 0,
        "created_at": new.created_at,
    }


def _note_row(new: NewNote, callout_id: str) -> dict[str, Any]:
    return {
        "callout": callout_id,
        "at": new.at,
        "kind": new.note.kind,
        "text": new.note.text,
        "person": new.note.person,
        "source": new.source,
        "actor_kind": new.by.kind,
        "actor_id": new.by.id,
    }
