"""What every command in these tests has around it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dispatch.actions.runner import Runner
from tests import audited
from tests.cli.commands import CARRIER, SAMPLE, run, running
from tests.postgres import PostgresServer


@pytest.fixture(autouse=True)
def _own_surroundings(own_logging: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder without a configuration, and logging as it was before."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _everything_is_audited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a command does in this process is held to the law of `tests.audited`."""
    act = Runner.act

    async def act_watched(runner: Runner, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await act(runner, audited.held(action), *args, **kwargs)

    monkeypatch.setattr(Runner, "act", act_watched)


@pytest.fixture
def on_sqlite(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> str:
    monkeypatch.setenv("DISPATCH_DATABASE_URL", sqlite_url)
    return sqlite_url


@pytest.fixture
def with_roster(on_sqlite: str) -> str:
    run("roster", "import", str(SAMPLE))
    return on_sqlite


@pytest.fixture
def empty_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A database on a real PostgreSQL that nobody has migrated."""
    name = f"dispatch_test_cli_{os.getpid()}"
    yield postgres_server.create_database(name)
    postgres_server.drop_database(name)


@pytest.fixture
def carrier() -> Iterator[dict[str, str]]:
    """A simulated carrier in its own process; gives the settings that lead to it."""
    options = ("--port", "0", "--account-sid", "AC1", "--auth-token", "token", "--number", "+15625550100")
    with running("twilio_simulator", *options, until="simulated carrier on") as (_, line):
        yield CARRIER | {"DISPATCH_TWILIO_API_URL": line.split()[-1]}
