"""Whom a call-out concerns: which call-outs a text can be about, and who must not leave the roster yet."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dispatch.rules.decisions import StampKind
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.pages import FINAL_PAGE_STATES, PageState, Purpose
from dispatch.rules.replies.conversation import Involvement
from dispatch.store import tables as t
from dispatch.store.callout.others import OFFERS, SAME_AS
from dispatch.store.transaction import Row, Transaction


def there_is(column: sa.ColumnElement[Any], *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """As EXISTS, of a row that has `column`. For EXISTS, PostgreSQL may read a whole index once to look all of it up;
    this it asks of each row."""
    return sa.select(column).where(*conditions).limit(1).scalar_subquery().is_not(None)


# All of a person is asked of call-outs that are open or ended lately: in years somebody is paged for thousands.
_LATELY = sa.union_all(
    sa.select(t.callout.c.id).where(t.callout.c.open),
    sa.select(t.callout.c.id).where(t.callout.c.ended_at > sa.bindparam("since"), sa.not_(t.callout.c.open)),
)


def _is_paged(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return there_is(
        t.page.c.callout,
        t.page.c.callout == t.callout.c.id,
        t.page.c.person == sa.bindparam("person"),
        t.page.c.tried_at.is_not(None),
        *conditions,
    )


def _is_on_it(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return there_is(
        t.assignment.c.callout,
        t.assignment.c.callout == t.callout.c.id,
        t.assignment.c.person == sa.bindparam("person"),
        t.assignment.c.released_at.is_(None),
        t.assignment.c.home_at.is_(None),
        *conditions,
    )


_PAGED = _is_paged(t.page.c.purpose.in_((Purpose.PAGE, Purpose.ASK_ALONG)))
_ASKED = _is_paged(t.page.c.purpose == Purpose.ASK_ALONG, sa.not_(t.page.c.state.in_(tuple(sorted(FINAL_PAGE_STATES)))))
HAS_THEM = _is_on_it()
"""Of a call-out: whether `person` is on it, until they are home."""
_HAD = there_is(
    t.assignment.c.callout,
    t.assignment.c.callout == t.callout.c.id,
    t.assignment.c.person == sa.bindparam("person"),
    t.assignment.c.role.not_in(OFFERS),
)
_OFFERED = _is_on_it(t.assignment.c.role.in_(OFFERS))
_THERE = _is_on_it(t.assignment.c.arrived_at.is_not(None), t.assignment.c.cleared_at.is_(None))


def _not_paged_since(moment: sa.Column[datetime], row: sa.Table) -> sa.ColumnElement[bool]:
    """Whether nothing has asked them to come after this `moment` in the `row` of their part in the call-out."""
    return ~sa.exists().where(
        t.page.c.callout == row.c.callout,
        t.page.c.person == row.c.person,
        t.page.c.purpose == Purpose.PAGE,
        t.page.c.tried_at > moment,
    )


_DECLINED = there_is(
    t.decline.c.callout,
    t.decline.c.callout == t.callout.c.id,
    t.decline.c.person == sa.bindparam("person"),
    _not_paged_since(t.decline.c.at, t.decline),
)
_LOST_IT = there_is(
    t.assignment.c.callout,
    t.assignment.c.callout == t.callout.c.id,
    t.assignment.c.person == sa.bindparam("person"),
    t.assignment.c.released_at.is_not(None),
    _not_paged_since(t.assignment.c.released_at, t.assignment),
)
_INVOLVEMENTS = (
    sa.select(
        t.callout.c.id.label("callout"),
        t.callout.c.code,
        t.callout.c.status,
        t.callout.c.agency,
        t.callout.c.ended_at,
        t.callout.c.received_at,
        HAS_THEM.label("assigned"),
        _HAD.label("had"),
        _OFFERED.label("offered"),
        _THERE.label("there"),
        (t.callout.c.arrived_at.is_(None) & _ASKED).label("asked"),
        _DECLINED.label("declined"),
        (sa.not_(HAS_THEM) & _LOST_IT).label("passed_over"),
        SAME_AS,
    )
    .where(t.callout.c.id.in_(_LATELY), _PAGED | HAS_THEM)
    .order_by(t.callout.c.received_at, t.callout.c.id)
)


_YES_OR_NO = ("assigned", "had", "offered", "there", "asked", "declined", "passed_over")  # SQLite has numbers for them


def of_person(tx: Transaction, person: str, since: datetime) -> list[Involvement]:
    """The call-outs that `person` was paged for or is on: every open one, and those that ended after `since`."""
    return [
        Involvement(**{**row, "status": Status(row["status"]), **{name: bool(row[name]) for name in _YES_OR_NO}})
        for row in tx.execute(_INVOLVEMENTS, {"person": person, "since": since}).mappings()
    ]


_MOVES = [t.assignment.c[name] for name in ("acknowledged_at", "released_at", *StampKind)]


def moved_at(tx: Transaction, callout: str, person: str) -> datetime | None:
    """When `person` last took this call-out, lost it, or said where they are; None for somebody who never had it."""
    mine = sa.select(*_MOVES).where(t.assignment.c.callout == callout, t.assignment.c.person == person)
    return max((at for at in tx.execute(mine).first() or () if at is not None), default=None)


def by_code(tx: Transaction, code: str) -> Involvement | None:
    """The open call-out with this code, as it is for somebody who has nothing to do with it yet."""
    query = sa.select(t.callout.c.id, t.callout.c.code, t.callout.c.status).where(
        t.callout.c.open, t.callout.c.code == code
    )
    row = tx.execute(query).first()
    if row is None:
        return None
    return Involvement(row.id, row.code, Status(row.status), assigned=False, ended_at=None)


_OF_OFFICER = sa.select(
    t.callout.c.id, t.callout.c.code, t.callout.c.status, t.callout.c.received_at, t.callout.c.ended_at, SAME_AS
).where(t.callout.c.officer_phone == sa.bindparam("phone"))
# Two queries, each with an index of its own, and sorted here: a stranger's text must not read through all history.
_OPEN_OF_OFFICER = _OF_OFFICER.where(t.callout.c.open)
_OVER_OF_OFFICER = _OF_OFFICER.where(~t.callout.c.open, t.callout.c.received_at > sa.bindparam("since"))


def open_with_officer(tx: Transaction, phone: str) -> list[Involvement]:
    """The open call-outs whose officer has this number, the oldest first."""
    return _of_officer(tx.execute(_OPEN_OF_OFFICER, {"phone": phone}).mappings())


def over_with_officer(tx: Transaction, phone: str, since: datetime) -> list[Involvement]:
    """The call-outs of this officer's number that came in after `since` and are over, the oldest first."""
    return _of_officer(tx.execute(_OVER_OF_OFFICER, {"phone": phone, "since": since}).mappings())


def _of_officer(rows: Iterable[Row]) -> list[Involvement]:
    return [
        Involvement(
            *(row["id"], row["code"], Status(row["status"])),
            assigned=False,
            ended_at=row["ended_at"],
            same_as=row["same_as"],
        )
        for row in sorted(rows, key=lambda row: (row["received_at"], row["id"]))
    ]


def open_for_person(tx: Transaction, people: Iterable[str]) -> dict[str, str]:
    """Which of `people` are on an open call-out, each with its code."""
    query = (
        sa.select(t.assignment.c.person, t.callout.c.code)
        .join(t.callout, t.callout.c.id == t.assignment.c.callout)
        .where(t.callout.c.open, t.assignment.c.released_at.is_(None), t.assignment.c.person.in_(list(people)))
    )
    return dict(tx.execute(query).all())


_ASKED_TO_TAKE = sa.and_(
    t.callout.c.status.in_([status for status in Status if status.is_paging]),
    t.page.c.purpose == Purpose.PAGE,
    t.page.c.tried_at.is_not(None) | (t.page.c.state == PageState.WAITING),
)
_ASKED_ALONG = sa.and_(
    t.callout.c.arrived_at.is_(None),
    t.page.c.purpose == Purpose.ASK_ALONG,
    sa.not_(t.page.c.state.in_(tuple(sorted(FINAL_PAGE_STATES)))),
)
_DECLINED_SINCE = sa.exists().where(
    t.decline.c.callout == t.page.c.callout,
    t.decline.c.person == t.page.c.person,
    t.decline.c.at >= sa.func.coalesce(t.page.c.tried_at, t.page.c.created_at, type_=t.decline.c.at.type),
)


def paged(tx: Transaction, people: Iterable[str]) -> dict[str, str]:
    """Which of `people` an open call-out asks to come, each with its code. A page that has failed or rung out counts,
    too: its reader may still answer."""
    query = (
        sa.select(t.page.c.person, t.callout.c.code)
        .join(t.callout, t.callout.c.id == t.page.c.callout)
        .where(t.callout.c.open, t.page.c.person.in_(list(people)))
        .where(_ASKED_TO_TAKE | _ASKED_ALONG, ~_DECLINED_SINCE)
    )
    return dict(tx.execute(query).all())
