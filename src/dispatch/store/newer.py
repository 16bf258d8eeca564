"""What a newer release has written and this one does not know: it is left to the nodes of that release.

The law: during an upgrade two releases work on one database, and the older must go on paging. A row whose kind, purpose
or state is unknown here is neither touched nor taken for something else, and holds up nothing that is known.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from dispatch.rules.decisions import DeadlineKind
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Channel
from dispatch.store import tables as t
from dispatch.store.engine.statement import Statement
from dispatch.store.transaction import Transaction


def is_known(kind: type[StrEnum], word: str) -> bool:
    """Whether `word` is one of this release's."""
    return word in kind._value2member_map_


def _among(words: Iterable[str]) -> str:
    # Written out: as parameters they would be sent with every query, and the heartbeat asks all the time.
    quoted = [f"'{word}'" for word in words]
    return f"IN ({', '.join(quoted)})"


def _written(words: str) -> sa.ColumnElement[bool]:
    return sa.literal_column(f"({words})", sa.Boolean)


KNOWN_PAGE = _written(
    f"page.purpose {_among(Purpose)} AND page.channel {_among(Channel)} AND page.state {_among(PageState)}"
)
# A subquery for each row, not a join: for a join PostgreSQL may read every call-out there ever was.
_STATUS = "(SELECT callout.status FROM callout WHERE callout.id = {}.callout)"
DUE_PAGE_KNOWN = KNOWN_PAGE & _written(f"page.callout IS NULL OR {_STATUS.format('page')} {_among(Status)}")
"""Whether this release may work on a due page. Whatever comes of a page concerns its call-out."""
DUE_DEADLINE_KNOWN = _written(f"deadline.kind {_among(DeadlineKind)} AND {_STATUS.format('deadline')} {_among(Status)}")


def _left(table: sa.Table, known: sa.ColumnElement[bool]) -> Statement:
    is_due = table.c.due_at <= sa.bindparam("now", type_=table.c.due_at.type)
    return Statement(sa.select(sa.func.count()).select_from(table).where(is_due, sa.not_(known)))


_PAGES, _DEADLINES = _left(t.page, DUE_PAGE_KNOWN), _left(t.deadline, DUE_DEADLINE_KNOWN)


def left_to_newer(tx: Transaction, now: datetime) -> dict[str, int]:
    """How many due pages and deadlines wait for a node of a newer release."""
    return {"page": _PAGES.scalar(tx, now=now), "deadline": _DEADLINES.scalar(tx, now=now)}
