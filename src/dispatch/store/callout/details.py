"""One call-out with everybody who was ever on it and all its messages, in four queries however many there are.

For people who look, never for a rule that decides: nothing is locked.
"""

import sqlalchemy as sa

from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.pages import Page
from dispatch.store import tables as t
from dispatch.store.callout import assignments, callouts, others, records
from dispatch.store.callout.assignments import AssignmentRecord
from dispatch.store.callout.records import CallOutRecord
from dispatch.store.delivery import pages
from dispatch.store.transaction import Transaction

_LOOK = records.RECORD.add_columns(
    *(t.callout.c.policy, t.callout.c.step, t.callout.c.takes_no_texts, t.callout.c.sharing),
    *(others.OUT_ELSEWHERE, others.SAME_AS),
).where(t.callout.c.id == sa.bindparam("id"))


def find(tx: Transaction, callout_id: str) -> tuple[CallOut, CallOutRecord, list[AssignmentRecord], list[Page]] | None:
    """What rules decide on, what people see, everybody who was ever on it, and every message."""
    row = tx.execute(_LOOK, {"id": callout_id}).mappings().first()
    if row is None:
        return None
    everybody, sent = assignments.of_callout(tx, callout_id), pages.of_callout(tx, callout_id)
    parts, declines = [(one.fact, one.released) for one in everybody], assignments.declines_of(tx, callout_id)
    asking = [page for page in sent if page.purpose in pages.ABOUT_COMING]
    fact = callouts.callout_fact(row, declines, parts, asking, others.people(row["out"]))
    return fact, records.record(row), everybody, sent
