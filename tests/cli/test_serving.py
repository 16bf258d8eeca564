"""`dispatch serve`, and what `dispatch demo` passes on."""

import gc
import json
import signal
import socket
import sys
import types
import urllib.request
import weakref
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest
from starlette.responses import Response

from dispatch.serving.server import server
from tests.cli.commands import CARRIER, complaint, python, run, running
from tests.faults.deployment import free_port


def test_serve_needs_a_carrier() -> None:
    """Without the carrier's settings nothing could be sent, so it does not start, and names them; it makes no file."""
    said = complaint("serve", env={"DISPATCH_TWILIO_ACCOUNT_SID": "AC1"})
    assert "DISPATCH_TWILIO_AUTH_TOKEN, DISPATCH_TWILIO_FROM" in said
    assert "ACCOUNT_SID" not in said
    assert not list(Path().iterdir())


def test_a_taken_port_is_one_line_and_the_database_is_not_touched() -> None:
    """A second start by mistake must not take over what the first one is sending."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        said = complaint("serve", "--port", port, env={"DISPATCH_DATABASE_URL": "sqlite:///second.db", **CARRIER})
    assert said == f"dispatch: cannot listen on 127.0.0.1:{port}: address already in use"
    assert not list(Path().iterdir())


def test_an_old_postgresql_is_not_served(empty_postgres_url: str) -> None:
    """PostgreSQL is migrated on purpose, not by whichever node starts first."""
    said = complaint("serve", "--port", "0", env={"DISPATCH_DATABASE_URL": empty_postgres_url, **CARRIER})
    assert "run `dispatch migrate`" in said


@pytest.mark.slow
def test_due_work_needs_no_door() -> None:
    """What a dead process left behind is sent before anything is imported that only answers requests, and on SQLite
    before anything for PostgreSQL: these imports are a third of the time that a start takes."""
    unwanted = {"fastapi", "starlette", "uvicorn", "jinja2", "alembic", "asyncpg", "sqlalchemy.orm"}
    code = f"""
import asyncio, sys
from dispatch.cli.deployment import database_trouble, read_settings

async def work():
    from dispatch.app import Service
    service = Service(read_settings())
    with database_trouble(service.settings.database_url):
        await service.open()
    await service.run_due()
    await service.stop()

asyncio.run(work())
print({unwanted} & sys.modules.keys())
"""
    run("migrate", env={"DISPATCH_DATABASE_URL": "sqlite:///it.db"})
    assert python(code, DISPATCH_DATABASE_URL="sqlite:///it.db", **CARRIER) == "set()\n"


@pytest.mark.slow
def test_garbage_is_collected_by_the_clock(sqlite_url: str) -> None:
    """Python's own moments come while most is asked; if there were none, memory would grow until the service ends. And
    no thread waits 5 ms for another."""
    code = """
import gc, os, signal, sys, threading, time, weakref
from dispatch.cli import main
from dispatch.serving import server

class Garbage: pass

def watch():
    while not gc.get_freeze_count():
        time.sleep(0.01)
    time.sleep(0.1)
    garbage = Garbage()
    garbage.itself = garbage
    left = weakref.ref(garbage)
    del garbage
    print(gc.isenabled(), left() is None, sys.getswitchinterval() < 0.001, flush=True)
    while left() is not None:
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGTERM)

server._GARBAGE_SECONDS = 1
threading.Thread(target=watch).start()
sys.argv = ["dispatch", "serve", "--port", "0"]
main()
"""
    assert python(code, DISPATCH_DATABASE_URL=sqlite_url, **CARRIER) == "False False True\n"


async def test_garbage_waits_for_few_connections() -> None:
    """While it is collected nobody is answered, the longer the more there are: ten minutes it waits at most."""
    serves = server(Response(), lambda: None)
    serves.server_state.connections.update(cast(Any, range(501)))
    look = serves.config.callback_notify
    assert look is not None
    stays = []
    gc.disable()  # as a node does
    try:
        garbage = _garbage()
        for _ in range(10):
            await look()
            stays.append(garbage() is not None)
    finally:
        gc.enable()
    assert stays == [True] * 9 + [False]


def _garbage() -> weakref.ref[object]:
    def itself() -> object:
        return itself

    return weakref.ref(itself)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.slow
def test_serve_answers_until_it_is_told_to_stop(database_url: str, ending: signal.Signals) -> None:
    """It answers, does not say what it is made of, logs JSON when no terminal is there, and stops cleanly."""
    options = CARRIER | {"DISPATCH_TWILIO_API_URL": f"http://127.0.0.1:{free_port()}"}
    serving = running(
        "dispatch", "serve", "--port", "0", until='"serving"', DISPATCH_DATABASE_URL=database_url, **options
    )
    with serving as (process, line):
        started = json.loads(line)
        with urllib.request.urlopen(f"{started['url']}/healthz") as response:
            assert json.load(response) == {"status": "ok"}
            assert "server" not in response.headers
        process.send_signal(ending)
        _, rest = process.communicate()
    assert process.returncode == 0
    entries = [json.loads(line) for line in rest.splitlines()]
    assert [entry["event"] for entry in entries][-2:] == ["stopping", "stopped"]
    assert "Traceback" not in rest


def test_demo_passes_its_options_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo's exit code is the command's."""
    told: list[object] = []

    def play(*options: object) -> int:
        told.append(options)
        return 3

    fake = types.ModuleType("demo.demo")
    fake.run = play  # type: ignore[attr-defined]  # a module made here has only the names given to it
    monkeypatch.setitem(sys.modules, "demo.demo", fake)
    run("demo", "--port", "0", "--speed", "10", "--once", exit_code=3)
    assert told == [(0, 10.0, "webhook")]
