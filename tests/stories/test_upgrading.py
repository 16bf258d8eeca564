"""Stories about an upgrade: the next release migrates the tables."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from dispatch.store import schema
from tests.stories.story import DCFS, OFFICER, Story, tell
from tests.stories.test_nodes import another_node

pytestmark = pytest.mark.both_databases

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
    callout = await story.paging()
    story.expect_text("ana", callout["code"])
    await story.says("ana", f"{callout['code']} 1")
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
