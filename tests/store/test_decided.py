"""What was decided about a call-out is written, and said in the log, in the same words."""

import asyncio

from structlog.testing import capture_logs

from dispatch.rules.decisions import Note, NoteKind
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.store.callout import decided, timeline
from dispatch.store.callout.decided import NewNote
from dispatch.store.engine.database import Database
from dispatch.store.transaction import Transaction
from tests.store.open_callout import RECEIVED, open_callout

ANA = Actor(ActorKind.SPECIALIST, "ana")


async def test_the_log_says_what_the_timeline_s_row_says(database: Database) -> None:
    """Of each kind: the kind, the call-out's code and the person's id, who said so and how; never the words."""

    def all_kinds(tx: Transaction) -> None:
        open_callout(tx, "K7Q")
        notes = [Note(kind, "xyzzy", person="ana") for kind in NoteKind]
        decided.write(tx, "K7Q", "K7Q", notes=[NewNote(RECEIVED, note, ANA, Source.SMS) for note in notes])

    with capture_logs() as said:
        await database.write(all_kinds)
        await asyncio.sleep(0)
    rows = await database.read(lambda tx: timeline.entries(tx, "K7Q"))
    assert [(line.event, line.fields) for entry in said for line in entry["steps"]] == [
        (row.kind, {"code": "K7Q", "person": row.person, "by": str(row.by), "source": row.source}) for row in rows
    ]
    assert len(rows) == len(NoteKind)
