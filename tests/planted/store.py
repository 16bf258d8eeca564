"""Faults of the store: a condition that a query lacks, a commit that is not tried again."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.visitors import replacement_traverse

from dispatch.store import backup, purge
from dispatch.store import tables as t
from dispatch.store.access import keys, links
from dispatch.store.access.links import Link, LinkEnding
from dispatch.store.backup import Contents
from dispatch.store.callout import deadlines, records
from dispatch.store.callout.deadlines import DeadlineRecord
from dispatch.store.delivery import claims, due_pages
from dispatch.store.delivery.due_pages import UnderWay
from dispatch.store.engine import savepoint
from dispatch.store.transaction import Row, Transaction
from tests.planted.fault import original, replaces


@replaces(claims.give_back, "store/test_due_pages.py")
def what_is_in_flight_is_given_back(tx: Transaction, node: str, in_hand: Collection[str], now: datetime) -> int:
    """After an outage of the database, a page that is being sent at that moment comes due again, and is sent twice."""
    return original(claims.give_back)(tx, node, (), now)


@replaces(savepoint.is_passing, "store/engine/test_database.py")
def a_conflict_is_final(error: DBAPIError) -> bool:
    """Two people answer at the same moment, PostgreSQL ends one of the two transactions, and that answer is lost."""
    return getattr(error.orig, "sqlstate", None) in {"57P01", "57P02", "57P03"}


@replaces(records._listed.__wrapped__, "store/test_others.py", "store/test_plans.py")
def an_agency_is_sought_among_all(
    given: frozenset[str], *, only_open: bool, only_cancelled: bool, searched: bool, counts: bool
) -> sa.Select[Any]:
    """An agency with few call-outs asks for its list, and all of history is read: intake waits."""
    query: sa.Select[Any] = original(records._listed.__wrapped__)(
        given, only_open=only_open, only_cancelled=only_cancelled, searched=searched, counts=counts
    )
    return cast("sa.Select[Any]", replacement_traverse(query, {}, _as_no_index_has_it))


def _as_no_index_has_it(element: Any, **_: Any) -> Any:
    agency = t.callout.c.agency
    return sa.func.coalesce(agency, agency) if element is agency else None


@replaces(due_pages._ahead, "store/test_due_pages.py")
def the_oldest_page_is_the_first(
    tx: Transaction, now: datetime, oldest: Sequence[Row], lines: int, under_way: UnderWay
) -> list[str]:
    """In a storm, a specialist is paged behind a thousand texts that only inform."""
    return [row["id"] for row in oldest[:lines]]


@replaces(deadlines.meet, "store/test_deadlines.py")
def a_deadline_is_met_early(tx: Transaction, found: DeadlineRecord, now: datetime) -> DeadlineRecord | None:
    """A deadline that was put off while others were met comes at once all the same."""
    return original(deadlines.meet)(tx, found, now + timedelta(days=1))


@replaces(deadlines._record, "stories/test_response_clock.py::test_taken_in_sleep")
def a_deadline_begins_again(row: Mapping[str, object]) -> DeadlineRecord:
    """Whoever does not answer is asked politely for ever, and never rung: each reminder is the first."""
    return original(deadlines._record)({**row, "attempt": 1})


@replaces(links.use, "inbound/sign_in/test_sessions.py::test_a_wall_is_made_with_a_link")
def a_link_works_twice(tx: Transaction, kind: type[Link], token: str, at: datetime) -> None:
    """Whoever finds a used link in somebody's mail makes another screen a wall."""


@replaces(links.withdraw_with, "inbound/sign_in/test_ending_access.py")
def a_pending_link_outlives_the_password(
    tx: Transaction, what: LinkEnding, people: Collection[str], at: datetime
) -> None:
    """A thief makes a link with the old password, and is in again when the owner has changed it."""


@replaces(keys.signing_secrets, "stories/test_webhooks.py::test_two_agencies_at_one_url_have_a_signature_each")
def a_revoked_secret_still_signs(tx: Transaction, webhook_url: str, agency: str | None) -> list[str]:
    """A secret has leaked, its key is revoked, and our webhooks are signed with it all the same."""
    at_this_url = sa.select(t.agency.c.code).where(t.agency.c.webhook_url == webhook_url)
    codes = [code for code in tx.execute(at_this_url).scalars() if agency in (None, code)]
    if len(codes) != 1:
        return []
    query = sa.select(t.api_key.c.webhook_secret).where(t.api_key.c.agency == codes[0])
    return [secret for secret in tx.execute(query.order_by(t.api_key.c.created_at.desc())).scalars() if secret]


@replaces(purge._forget_what_people_wrote, "store/test_purge.py")
def case_numbers_stay(tx: Transaction, before: datetime) -> None:
    """Years later, the number of a child's case still leads from our database to the child."""
    outcome = sa.select(t.outcome.c.callout, t.outcome.c.dcfs_reference, t.outcome.c.probation_reference)
    kept = tx.execute(outcome).all()
    original(purge._forget_what_people_wrote)(tx, before)
    for callout, dcfs, probation in kept:
        these = sa.update(t.outcome).where(t.outcome.c.callout == callout)
        tx.execute(these.values(dcfs_reference=dcfs, probation_reference=probation))


@replaces(backup.back_up, "cli/test_backup.py")
def a_backup_replaces_the_last_one(database: Path, file: Path, *, force: bool = False) -> Contents:
    """An operator gives the name of yesterday's backup by mistake, and yesterday is gone."""
    return original(backup.back_up)(database, file, force=True)
