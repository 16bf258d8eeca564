"""What the log says of each row that moves a call-out: one line a step, under the call-out's code.

The law: **keys, codes, kinds and moments, never a number, a place, a name that a caller gave, or a word that anybody
wrote.** People stand there by their ids in the roster. Whoever has the log alone can follow a call-out from its opening
to its end; what was said stands in the timeline.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dispatch.rules.decisions import Note, NoteKind, SendPage, SetDeadline, StampKind
from dispatch.rules.facts.actors import Actor, Source
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.pages import PageState
from dispatch.rules.facts.people import Channel
from dispatch.store import tables as t
from dispatch.store.engine.log_lines import add
from dispatch.store.engine.statement import Row
from dispatch.store.transaction import Transaction


def code_of(table: sa.Table) -> sa.Label[str]:
    """The code of the call-out that a row of `table` belongs to, for what a statement returns.

    Written out, since for SQLite SQLAlchemy leaves the tables' names out of whatever is returned, and `id` is a column
    of both.
    """
    words = f"(SELECT callout.code FROM callout WHERE callout.id = {table.name}.callout)"  # noqa: S608  # of our own names
    return sa.literal_column(words, sa.Text()).label("code")


# ---- the call-out itself -------------------------------------------------------------------------------------------


def opened(tx: Transaction, callout: CallOut) -> None:
    """`callout` is the id, which other lines and the database know it by."""
    add(
        tx,
        "opened",
        code=callout.code,
        callout=callout.id,
        agency=callout.agency,
        trust=callout.trust,
        same_as=callout.same_as,
        respond_by=callout.respond_by,
    )


_OF_A_CALLOUT = ("status", "turn", "trust", "acknowledged_at", "arrived_at", "missed", "ended_at")


def changed(tx: Transaction, code: str, columns: Mapping[str, Any]) -> None:
    """What became of the call-out's own row; what the caller said in it is left to the timeline."""
    says = {name: columns[name] for name in _OF_A_CALLOUT if name in columns}
    if says:
        add(tx, "call-out", code=code, **says)


NOTES = {kind: kind.replace("_", " ") for kind in NoteKind} | {
    NoteKind.ALARM: "coordinators told",  # `alarm raised` and its kin say of what
    NoteKind.TEXT: "text not understood",
}
"""What the log calls each line of the timeline."""


def noted(tx: Transaction, code: str, note: Note, by: Actor, source: Source) -> None:
    add(tx, NOTES[note.kind], code=code, person=note.person, by=str(by), source=source)


def next_moves(tx: Transaction, code: str, moves: Iterable[SetDeadline]) -> None:
    """What will happen by itself unless something happens before, the nearest first. A move that is no longer wanted is
    dropped without a line: whatever ended it has one."""
    in_order = sorted(moves, key=lambda move: move.due_at)
    if in_order:
        add(tx, "next moves", code=code, moves=[_move(move) for move in in_order])


def _move(move: SetDeadline) -> str:
    return " ".join(filter(None, (move.due_at.isoformat(), move.kind, move.person)))


def deadline_came(tx: Transaction, row: Row) -> None:
    add(tx, "deadline came", code=row["code"], kind=row["kind"], person=row["person"], attempt=row["attempt"])


# ---- who is on it --------------------------------------------------------------------------------------------------


def assigned(tx: Transaction, code: str | None, person: str, **says: Any) -> None:
    """Somebody is on the call-out, in a `role`, or is so no longer; or has another ETA."""
    add(tx, "assignment", code=code, person=person, **says)


def stamped(
    tx: Transaction, code: str | None, person: str, kind: StampKind, at: datetime, source: Source, *, corrected: bool
) -> None:
    event = "stamp corrected" if corrected else "stamp"
    add(tx, event, code=code, person=person, stamp=kind.removesuffix("_at"), at=at, source=source)


# ---- pages ---------------------------------------------------------------------------------------------------------

_NOUNS = {Channel.SMS: "text", Channel.VOICE: "call", Channel.WEBHOOK: "webhook"}
OF_A_PAGE = (*(t.page.c[name] for name in ("id", "purpose", "channel", "person", "agency")), code_of(t.page))
"""What a statement on pages returns for its lines."""

STATES = {
    PageState.WAITING: "waits",
    PageState.SENDING: None,  # it lasts as long as one request to the carrier, and what came of that has a line
    PageState.UNKNOWN: "in doubt",
    PageState.SENT: "sent",
    PageState.DELIVERED: "delivered",
    PageState.FAILED: "failed",
    PageState.DONE: "done",
    PageState.WITHDRAWN: "withdrawn",
}
_OF_A_CALL = {PageState.SENT: "placed", PageState.DELIVERED: "picked up"}


def pages_wait(tx: Transaction, code: str | None, pages: Iterable[SendPage]) -> None:
    """One line for all that were decided together, in the order in which they go out: what has left has its own."""
    in_order = sorted(pages, key=lambda page: page.due_at)
    if in_order:
        add(tx, "pages wait", code=code, pages=[_page(page) for page in in_order])


def _page(page: SendPage) -> str:
    whose = page.person or page.agency
    return " ".join(filter(None, (page.due_at.isoformat(), _NOUNS[page.channel], page.purpose, whose)))


def page(tx: Transaction, row: Row, state: PageState, says: str | None = None, **more: Any) -> None:
    """A page is in this state now; `says` is a better word for how it came there."""
    channel = Channel(row["channel"])
    word = says or (_OF_A_CALL.get(state) if channel is Channel.VOICE else None) or STATES[state]
    if word is not None:
        add(
            tx,
            f"{_NOUNS[channel]} {word}",
            code=row["code"],
            person=row["person"],
            purpose=row["purpose"],
            agency=row["agency"] if channel is Channel.WEBHOOK else None,
            page=row["id"],
            **more,
        )


# ---- alarms --------------------------------------------------------------------------------------------------------

OF_AN_ALARM = (*(t.alarm.c[name] for name in ("id", "kind", "person", "owner")), code_of(t.alarm))
"""What a statement on alarms returns for its lines."""


def alarm(tx: Transaction, says: str, row: Row) -> None:
    """An alarm is raised, told again, owned, lapsed or ended; one about no call-out has no code."""
    add(
        tx,
        f"alarm {says}",
        code=row["code"],
        kind=row["kind"],
        person=row["person"],
        owner=row.get("owner"),
        alarm=row["id"],
    )
