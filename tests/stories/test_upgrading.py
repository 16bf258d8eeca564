"""Stories about a rolling upgrade: the next release migrates while nodes of this one work."""

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from dispatch.actions.alarms.own_alarm import list_alarms
from dispatch.actions.board.read_board import read_open
from dispatch.actions.delivery.record_news import hear_report
from dispatch.rules.delivery.sending import CarrierReport, Progress
from dispatch.rules.facts.actors import Actor, ActorKind
from dispatch.store import schema
from tests.stories.story import DCFS, OFFICER, OTHER, Story, t, tell
from tests.stories.test_nodes import another_node

pytestmark = pytest.mark.both_databases

# All that a release may do to the tables that the one before it works on is to add.
_NEXT = "9999"
_NEXT_RELEASE = f"""
import sqlalchemy as sa
from alembic import op

revision = "{_NEXT}"
down_revision = "{schema.newest_version()}"


def upgrade() -> None:
    op.create_table("next_release", sa.Column("id", sa.Text(), primary_key=True))
    for table in ("agency", "assignment", "callout", "deadline", "node", "page", "person", "timeline"):
        op.add_column(table, sa.Column("next_release", sa.Text(), nullable=False, server_default="new"))
"""


@pytest.fixture
def next_release(tmp_path: Path) -> Path:
    """The migrations of a release to come."""
    folder = tmp_path / "migrations"
    shutil.copytree(schema.migrations_folder(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / f"{_NEXT}_the_next_release.py").write_text(_NEXT_RELEASE)
    return folder


async def _upgrade(url: str, migrations: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "migrations_folder", lambda: migrations)
        await asyncio.to_thread(schema.upgrade, url)


async def _a_call_out_is_answered(story: Story) -> None:
    callout = await story.call_out()
    await story.passes(seconds=2)
    story.expect_text("ana", callout["code"])
    await story.replies("ana", f"{callout['code']} 1")
    await story.passes(seconds=2)
    assert (await story.status(callout))["status"] == "acknowledged"
    await _is_over(story, callout)


async def _is_over(story: Story, callout: dict[str, Any]) -> None:
    """It is called off, so that Ana can be paged for the next."""
    await story.request("POST", f"/v1/callouts/{callout['id']}/cancel")
    await story.passes(seconds=2)
    story.forget("ana", OFFICER, DCFS)


async def test_a_node_refuses_tables_of_a_newer_release(postgres_url: str, next_release: Path) -> None:
    """What it would write there, the newer release may misread."""
    async with tell(postgres_url) as story:
        await story.town.crash()
        await _upgrade(postgres_url, next_release)
        with pytest.raises(schema.UnknownVersion, match=f"of version {_NEXT}.* start the newer dispatch"):
            async with another_node(story, 9001):
                pass


@pytest.mark.slow
async def test_a_migration_that_must_wait_holds_nobody_up(postgres_url: str, next_release: Path) -> None:
    """Behind a long report it steps aside again and again, so that paging does not queue up behind it."""
    async with tell(postgres_url) as story:
        report = await asyncpg.connect(postgres_url.replace("+asyncpg", ""))
        try:
            async with report.transaction():
                await report.execute("LOCK TABLE callout IN ACCESS SHARE MODE")
                migration = asyncio.create_task(_upgrade(postgres_url, next_release))
                for _ in range(3):
                    await asyncio.sleep(0.6)
                    async with asyncio.timeout(60):
                        await _a_call_out_is_answered(story)
                assert not migration.done()
            await migration
        finally:
            await report.close()
        assert await story.town.service.database.read(schema.current_version) == _NEXT
        await _a_call_out_is_answered(story)


_LEFT = "left to the nodes of a newer release"
_MANY = 150  # more than one round takes of anything


async def _plant_what_a_newer_node_writes(story: Story, theirs: dict[str, Any]) -> None:
    """Rows of every kind that moves something, in words that this release does not know. `theirs` is a call-out."""
    now = story.town.clock() - timedelta(seconds=5)
    page = {"to": OTHER, "text": "words", "step": 1, "due_at": now, "tries": 0, "reconciled": 0, "created_at": now}
    known = {"purpose": "page", "channel": "sms", "state": "waiting"}
    pages = [
        {"id": f"newer-{column}-{number}", **page, **known, column: "newer", "callout": theirs["id"]}
        for column in known
        for number in range(_MANY)
    ]
    deadlines = [
        {"callout": theirs["id"], "kind": kind, "person": "ana", "attempt": 1, "due_at": now}
        for kind in ("newer", "escalate")
        for _ in range(_MANY)
    ]
    alarm = {"kind": "newer", "text": "words", "opened_at": now, "told_at": now}
    alarms = [{"id": f"newer-{at}", "callout": at, **alarm} for at in (theirs["id"], None)]
    assigned = {"callout": theirs["id"], "person": "ben", "role": "newer", "acknowledged_at": now, "sources": {}}

    def plant(tx: sa.Connection) -> None:
        for table, rows in ((t.page, pages), (t.deadline, deadlines), (t.alarm, alarms), (t.assignment, [assigned])):
            tx.execute(sa.insert(table), rows)
        tx.execute(sa.update(t.callout).where(t.callout.c.id == theirs["id"]).values(status="newer"))
        tx.execute(sa.update(t.person).where(t.person.c.id == "ana").values(roles=["newer", "specialist"]))
        tx.execute(sa.update(t.agency).where(t.agency.c.code == "DCFS").values(kind="newer"))
        override = {
            "key": "newer",
            "version": 1,
            "rank": 0,
            "rotation": "primary",
            "kind": "newer",
            "starts_at": now,
            "ends_at": now,
            "person": "ben",
        }
        tx.execute(sa.insert(t.override), override)
        tx.execute(sa.update(t.roster_version).values(version=t.roster_version.c.version + 1))

    await story.town.service.database.write(plant)


async def test_rows_of_the_next_release_are_left_to_its_nodes(story: Story) -> None:
    """A newer node has written purposes, kinds, states and statuses that this one does not know. This one goes on:
    it pages, escalates, shows the board and hears replies, does not touch a row of those, and counts them."""
    theirs = await story.call_out(officer={"callback_phone": OTHER})
    await story.passes(seconds=2)
    story.forget("ana", DCFS)
    await _plant_what_a_newer_node_writes(story, theirs)
    before = await _newer(story)

    ours = await story.call_out("LAPD")
    ours["agency"] = "LAPD"
    await story.passes(seconds=2)
    story.expect_text("ana", ours["code"])
    await story.passes(minutes=5)
    story.expect_text("ben", ours["code"])
    runner = story.town.service.runner
    facts = await runner.ask(read_open)
    assert [one.fact.code for one in facts.open.callouts] == [ours["code"]]
    assert not await runner.act(list_alarms, Actor(ActorKind.COORDINATOR, "cora"))
    metrics = (await story.town.service.metrics.exposition()).decode()
    assert f'dispatch_newer_work{{kind="page"}} {_MANY * 3 + await _reminders_of(story, theirs)}.0' in metrics
    # Of the call-out in their status none is met; its escalation and its reminders are among them.
    assert f'dispatch_newer_work{{kind="deadline"}} {_MANY * 2 + 1}.0' in metrics
    await story.replies("ben", f"{ours['code']} 1")
    await story.passes(seconds=2)
    assert (await story.status(ours))["status"] == "acknowledged"
    assert [callout["code"] for callout in await _listed(story)] == [ours["code"]]

    assert await _newer(story) == before
    story.forget("ana", "ben", OFFICER, OTHER, DCFS)


@pytest.mark.parametrize("column", ["purpose", "channel", "state"])
async def test_a_page_of_the_next_release_keeps_nobody_from_answering(story: Story, column: str) -> None:
    """It is about a call-out that this release knows. Answers, reports and the agency's word are heard, and the page is
    left as it is."""
    callout = await story.call_out()
    await story.passes(seconds=2)
    story.expect_text("ana", callout["code"])
    now, person = story.town.clock(), {"callout": callout["id"], "person": "ana", "to": story.phone("ana").number}
    words = {"purpose": "page", "channel": "sms", "state": "waiting", column: "newer"}
    page = {
        "text": "words",
        "step": 1,
        "due_at": now + timedelta(hours=1),
        "tries": 0,
        "reconciled": 0,
        "created_at": now,
    }
    newer = {"id": "newer-page", **page, **person, **words}
    await story.town.service.database.write(lambda tx: tx.execute(sa.insert(t.page), newer).close())
    (before,) = await _newer(story)

    await story.replies("ana", "2")
    await story.passes(seconds=2)
    story.expect_text("ben", callout["code"])
    await story.replies("ben", "1 20")
    await story.passes(seconds=2)
    assert (await story.status(callout))["status"] == "acknowledged"
    await story.town.service.runner.act(hear_report, "newer-page", CarrierReport("SM1", Progress.UNDELIVERED, "failed"))
    ended = await story.request("POST", f"/v1/callouts/{callout['id']}/cancel", "LBPD", json={})
    assert ended.status_code == 200, ended.text
    assert await _newer(story) == [before]
    await story.passes(seconds=2)
    story.forget("ana", "ben", OFFICER, DCFS)


async def _newer(story: Story) -> list[dict[str, Any]]:
    """What a newer node has written, as it stands."""
    pages = [row for row in await story.rows(t.page) if row["id"].startswith("newer-")]
    return [*pages, *(row for row in await story.rows(t.deadline) if row["attempt"] == 1 and row["person"] == "ana")]


async def _reminders_of(story: Story, theirs: dict[str, Any]) -> int:
    """How many pages this node had decided on before the call-out came into a status of the newer release."""
    pages = [row for row in await story.rows(t.page) if row["callout"] == theirs["id"]]
    return sum(row["due_at"] is not None and not row["id"].startswith("newer-") for row in pages)


async def _listed(story: Story) -> list[dict[str, Any]]:
    answer = await story.request("GET", "/v1/callouts", "LAPD")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["callouts"]
    return found


async def test_what_is_left_to_the_next_release_stands_in_the_log(story: Story) -> None:
    """Each watch says how much waits, by kind, while any does; it is the number that the metrics show."""
    callout = await story.call_out()
    await story.passes(seconds=2)
    story.forget("ana", OFFICER, DCFS)
    rounds = story.town.service._rounds
    with capture_logs() as logs:
        await rounds.watch()
    assert not [line for line in logs if line["event"] == _LEFT]

    await _plant_what_a_newer_node_writes(story, callout)
    with capture_logs() as logs:
        await rounds.watch()
    (line,) = [line for line in logs if line["event"] == _LEFT]
    metrics = ""
    for _ in range(6):  # on a machine that stalls, one count may be given up
        metrics = (await story.town.service.metrics.exposition()).decode()
        if "dispatch_newer_work{" in metrics:
            break
    for kind in ("page", "deadline"):
        assert line[kind] >= _MANY
        assert f'dispatch_newer_work{{kind="{kind}"}} {line[kind]}.0' in metrics
    assert line["log_level"] == "warning"
