"""Call-outs as the rules know them, and what changes about them."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from dispatch.rules.decisions import Changes, DeadlineKind
from dispatch.rules.facts.callout import CallOut, Decline, Details, Status
from dispatch.rules.facts.pages import Page, Purpose
from dispatch.rules.facts.roster import Policy
from dispatch.store import tables as t
from dispatch.store.callout import deadlines, others
from dispatch.store.callout.assignments import EverOnIt
from dispatch.store.callout.records import details_row, trust_of
from dispatch.store.engine.log_lines import add
from dispatch.store.roster.roster import definition_of, fact_from
from dispatch.store.transaction import Row, Transaction

# Only what a rule needs: a call-out that nobody takes has hundreds of pages, and they are read whenever it is locked.
OF_A_CALLOUT = tuple(field.name for field in fields(CallOut) if field.name in t.callout.c)
_of_a_callout = attrgetter(*OF_A_CALLOUT)
_AS_KEPT = tuple(name for name in OF_A_CALLOUT if name not in {"status", "trust", "policy"})

_LOCK_ONLY = sa.select(t.callout.c.status).where(t.callout.c.id == sa.bindparam("id")).with_for_update()


def lock_only(tx: Transaction, callout_id: str) -> Status | None:
    """Lock the call-out, as `lock` does, for work about which no rule is asked; only its status is read."""
    status = tx.scalar(_LOCK_ONLY, {"id": callout_id})
    return Status(status) if status else None


_SAME_AS = sa.select(others.SAME_AS).select_from(t.callout).where(t.callout.c.id == sa.bindparam("id"))


def same_as(tx: Transaction, callout_id: str) -> str | None:
    """The code of another open call-out that is probably about the same."""
    code: str | None = tx.scalar(_SAME_AS, {"id": callout_id})
    return code


def callout_fact(
    row: Row, declines: Sequence[Decline], everybody: Sequence[EverOnIt], pages: Iterable[Page], out: frozenset[str]
) -> CallOut:
    """What rules decide on, made of the call-out's own `row` and of what belongs to it."""
    sent, declined = list(pages), frozenset(one.person for one in declines)
    assignments = tuple(one for one, released in everybody if not released)
    on_it = {one.person for one in assignments if one.is_on_it}
    # Whoever lets it go declines; so somebody who was released and has not declined lost it by silence.
    passed_over = frozenset(one.person for one, released in everybody if released) - declined - on_it
    return CallOut(
        **{name: row[name] for name in _AS_KEPT},
        status=Status(row["status"]),
        trust=trust_of(row["trust"]),
        policy=fact_from(Policy, row["policy"]),
        declined=declined,
        limited=tuple(one for one in declines if one.limited),
        passed_over=passed_over,
        assignments=assignments,
        pages=tuple(page for page in sent if page.purpose.pages),
        nearer=tuple(page for page in sent if not page.purpose.pages),
        out=out,
        same_as=row["same_as"],
    )


def change(tx: Transaction, callout_id: str, changes: Changes) -> None:
    this = sa.update(t.callout).where(t.callout.c.id == callout_id)
    code = tx.scalar(this.values(changes).returning(t.callout.c.code))
    if code is not None:
        add(tx, "call-out", code=code, **changes)


def change_details(tx: Transaction, callout_id: str, details: Details) -> None:
    tx.execute(sa.update(t.callout).where(t.callout.c.id == callout_id).values(details_row(details)))


def new_row(callout: CallOut, details: Details, decided: Changes) -> dict[str, Any]:
    """The row of a new call-out, with what the rules have already `decided` about it."""
    return {
        **dict(zip(OF_A_CALLOUT, _of_a_callout(callout), strict=True)),
        "policy": definition_of(callout.policy),
        "open": True,
        "probable_duplicate_of": callout.same_as,
        **details_row(details),
        **decided,
    }


_TAKES_NO_TEXTS = sa.select(others.TAKES_NO_TEXTS)


def takes_no_texts(tx: Transaction, phone: str, since: datetime) -> bool:
    """Whether a text to this number has failed, about any call-out of it that came in since then."""
    return bool(phone) and bool(tx.scalar(_TAKES_NO_TEXTS, {"phone": phone, "failed_since": since}))


_TAKES_TEXTS = (
    sa.update(t.callout)
    .where(t.callout.c.officer_phone == sa.bindparam("phone"), t.callout.c.takes_no_texts)
    .values(takes_no_texts=False)
)


def takes_texts(tx: Transaction, phone: str) -> None:
    """A text came from this number, so that ours may reach it again."""
    tx.execute(_TAKES_TEXTS, {"phone": phone})


_FIRST_PAGED = (
    sa.update(t.callout)
    .where(t.callout.c.id == sa.bindparam("callout_id"), t.callout.c.first_paged_at.is_(None))
    .values(first_paged_at=sa.bindparam("at"))
)


def first_paged(tx: Transaction, callout_id: str, at: datetime) -> None:
    """The carrier took the first page; later ones change nothing."""
    tx.execute(_FIRST_PAGED, {"callout_id": callout_id, "at": at})


# ---- the law, as a query -------------------------------------------------------------------------------------------


def is_without_next_move() -> sa.ColumnElement[bool]:
    """An open call-out for which nothing will ever happen, or one that pages and whose step will never end, whatever
    else waits for it."""
    its_deadline = t.deadline.c.callout == t.callout.c.id
    has_deadline = sa.exists().where(its_deadline, deadlines.moves_it(t.deadline.c.kind))
    step_ends = sa.exists().where(its_deadline, t.deadline.c.kind == DeadlineKind.ESCALATE)
    has_page = sa.exists().where(
        t.page.c.callout == t.callout.c.id, t.page.c.due_at.is_not(None), t.page.c.purpose == Purpose.PAGE
    )
    pages_for_ever = (t.callout.c.status == Status.PAGING) & ~step_ends
    return t.callout.c.open & (pages_for_ever | (~has_deadline & ~has_page))


def without_next_move(tx: Transaction) -> list[str]:
    """The call-outs for which `is_without_next_move` holds: there must be none (see `rules/callout/moves.py`)."""
    return list(tx.execute(sa.select(t.callout.c.id).where(is_without_next_move())).scalars())


_WAITING = (
    sa.select(sa.func.count()).select_from(t.callout).where(t.callout.c.open, t.callout.c.status == Status.PAGING)
)


def count_waiting(tx: Transaction) -> int:
    """How many call-outs nobody has."""
    return tx.execute(_WAITING).scalar_one()


def count_open(tx: Transaction, most: int = 1_000) -> int:
    """How many call-outs are open, as far as `most`."""
    found = sa.select(t.callout.c.id).where(t.callout.c.open).limit(most).subquery()
    return int(tx.execute(sa.select(sa.func.count()).select_from(found)).scalar_one())
