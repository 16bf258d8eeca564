"""`dispatch nodes`, beside a running service."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.engine import Connection
from typer.testing import CliRunner, Result

from dispatch.app import VERSION, wall_clock
from dispatch.cli import app
from dispatch.store import nodes
from dispatch.store.nodes import Node
from tests.stories.story import Story, tell

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def _everything_is_audited() -> None:
    """Not here: a whole service runs in this process, and what it does by itself is nobody's."""


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with tell(database_url) as told:
        yield told


async def test_nodes_are_listed(story: Story) -> None:
    """Each node has a line: alive or dead, since when, its version, its last beat, what it holds."""
    now = wall_clock()
    database = story.town.service.database

    def meet(tx: Connection) -> None:
        nodes.forget(tx, [story.town.service.node.id])
        nodes.beat(tx, Node("n-old", "old.example:8000", "0.0.9", now - timedelta(days=2)), now - timedelta(minutes=3))
        nodes.beat(tx, Node("n-new", "new.example:8000", VERSION, now), now + timedelta(minutes=1))

    await database.write(meet)
    said = (await dispatch(story, "nodes")).stdout.splitlines()
    assert re.fullmatch(r"DEAD   old\.example:8000  0\.0\.9  since \S+, beat 18\d\.\d s ago, 0 claimed", said[0])
    assert re.fullmatch(
        rf"alive  new\.example:8000  {re.escape(VERSION)}  since \S+, beat 0\.0 s ago, 0 claimed", said[1]
    )
    answer = json.loads((await dispatch(story, "nodes", "--json")).stdout)
    assert [(node["id"], node["alive"], node["claimed"]) for node in answer["nodes"]] == [
        ("n-old", False, 0),
        ("n-new", True, 0),
    ]


async def test_no_node_at_all(story: Story) -> None:
    """With no node alive the command says so plainly."""
    await story.town.service.database.write(lambda tx: nodes.forget(tx, [story.town.service.node.id]))
    assert (await dispatch(story, "nodes")).stdout == "No node is alive: nobody is paged. Start `dispatch serve`.\n"


async def dispatch(story: Story, *arguments: str) -> Result:
    """Run a command beside the running service, on its database."""
    env = {"DISPATCH_DATABASE_URL": story.town.service.settings.database_url}
    result = await asyncio.to_thread(CliRunner().invoke, app, arguments, env=env)
    assert result.exit_code == 0, result.output
    return result
