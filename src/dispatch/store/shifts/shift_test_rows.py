"""The rows of tests at the start of shifts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa

from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.shifts.coming_on import ComingOn
from dispatch.rules.shifts.unanswered import Reached, ShiftTest, TestEnd, TestStage
from dispatch.store import tables as t
from dispatch.store.transaction import Transaction, columns

_row = t.shift_test.c
_OF_A_TEST = ("id", "rotation", "person", "starts_at", "ends_at", "asked_at", "stage", "due_at", "backup", "override")


def going_on(tx: Transaction) -> list[ShiftTest]:
    query = sa.select(*(_row[name] for name in _OF_A_TEST)).where(_row.ended_at.is_(None)).order_by(_row.id)
    return [ShiftTest(**{**row, "stage": TestStage(row["stage"])}) for row in tx.execute(query).mappings()]


def lock(tx: Transaction, id_: str) -> ShiftTest | None:
    """One that goes on, locked until this transaction ends."""
    query = sa.select(*(_row[name] for name in _OF_A_TEST)).where(_row.id == id_, _row.ended_at.is_(None))
    row = tx.execute(query.with_for_update()).mappings().first()
    return ShiftTest(**{**row, "stage": TestStage(row["stage"])}) if row is not None else None


def not_tested(tx: Transaction, coming: Iterable[ComingOn]) -> list[ComingOn]:
    """Those of them whose shift has no test yet."""
    wanted = list(coming)
    if not wanted:
        return []
    query = sa.select(_row.rotation, _row.person, _row.starts_at).where(
        _row.starts_at >= min(one.starts_at for one in wanted)
    )
    known = {(row.rotation, row.person, row.starts_at) for row in tx.execute(query)}
    return [one for one in wanted if (one.rotation, one.person, one.starts_at) not in known]


def begin(tx: Transaction, id_: str, coming: ComingOn, asked_at: datetime, due_at: datetime, *, needed: bool) -> None:
    """`needed`: they are paged, out or resting, so it is over before it began."""
    tx.execute(
        sa.insert(t.shift_test).values(
            id=id_,
            **columns(coming, t.shift_test),
            asked_at=asked_at,
            stage=TestStage.TEXTED,
            due_at=due_at,
            ended_at=asked_at if needed else None,
            ending=TestEnd.NEEDED if needed else None,
        )
    )


def move(tx: Transaction, id_: str, stage: TestStage, due_at: datetime) -> None:
    tx.execute(sa.update(t.shift_test).where(_row.id == id_).values(stage=stage, due_at=due_at))


def brought_in(tx: Transaction, id_: str, backup: str | None, override: str | None) -> None:
    tx.execute(
        sa.update(t.shift_test).where(_row.id == id_).values(stage=TestStage.SILENT, backup=backup, override=override)
    )


def end(tx: Transaction, id_: str, at: datetime, ending: TestEnd) -> None:
    tx.execute(sa.update(t.shift_test).where(_row.id == id_).values(ended_at=at, ending=ending))


def refuse(tx: Transaction, person: str, at: datetime) -> None:
    """End the tests of this person's shifts: they have answered, and not that they are there."""
    theirs = (_row.person == person) & _row.ended_at.is_(None)
    tx.execute(sa.update(t.shift_test).where(theirs).values(ended_at=at, ending=TestEnd.REFUSED))


def forget(tx: Transaction, before: datetime) -> None:
    tx.execute(sa.delete(t.shift_test).where(_row.ended_at < before))


def silent_since(tx: Transaction, since: datetime) -> dict[str, list[datetime]]:
    """When each of those were asked whom a test since then has found silent, whether they answered later or not."""
    asked = sa.and_(_row.starts_at > since, _row.asked_at > since)
    found = defaultdict[str, list[datetime]](list)
    for person, at in tx.execute(sa.select(_row.person, _row.asked_at).where(asked, _row.stage == TestStage.SILENT)):
        found[person].append(at)
    return found


def reached(tx: Transaction, since: Mapping[str, datetime]) -> dict[str, list[Reached]]:
    """What became of the pages that tested each of these people, of each `since` their own moment."""
    page = t.page.c
    query = sa.select(page.person, page.created_at, page.state, page.failure, page.sent_at).where(
        page.person.in_(since), page.purpose == Purpose.TEST, page.created_at >= min(since.values())
    )
    found = defaultdict[str, list[Reached]](list)
    for person, created_at, state, failure, sent_at in tx.execute(query):
        if created_at >= since[person]:  # an earlier one was of another test, or a coordinator's
            found[person].append(Reached(PageState(state), failure, sent_at))
    return found


def pages_to_end(tx: Transaction, person: str) -> dict[str, bool]:
    """The test pages to this person that have not left yet, or that ring; the latter are True."""
    page = t.page.c
    rings = (page.channel == Channel.VOICE) & (page.state == PageState.SENT)
    query = sa.select(page.id, page.state).where(
        page.person == person, page.purpose == Purpose.TEST, (page.state == PageState.WAITING) | rings
    )
    return {id_: state == PageState.SENT for id_, state in tx.execute(query)}


_TESTED = sa.select(_row.person).where(_row.ended_at.is_(None)).distinct()


def people_tested(tx: Transaction) -> frozenset[str]:
    """Whose tests go on."""
    return frozenset(tx.scalars(_TESTED).all())
