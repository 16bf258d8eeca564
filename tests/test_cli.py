"""The command line as an operator uses it: what it prints, and that every error is one clear line."""

import asyncio
import json
import logging
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tomllib
import types
import urllib.request
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
import typer
from typer.testing import CliRunner, Result

from dispatch import logs
from dispatch.actions import keep_accounts
from dispatch.actions.office import Office
from dispatch.actions.open_callout import open_callout
from dispatch.actions.sign_in import Browser, sign_in_as
from dispatch.cli import app, trial_page
from dispatch.cli.deployment import open_office, read_settings
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.callout import Details
from dispatch.settings import Settings, load_settings
from dispatch.store import schema
from tests import deeds
from tests.postgres import PostgresServer

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "config" / "roster.toml"
CARRIER = {
    "DISPATCH_TWILIO_ACCOUNT_SID": "AC1",
    "DISPATCH_TWILIO_AUTH_TOKEN": "token",
    "DISPATCH_TWILIO_FROM": "+15625550100",
}


@pytest.fixture(autouse=True)
def _own_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A folder without a configuration, and logging as it was before."""
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    handlers, level, ours = root.handlers[:], root.level, logging.getLogger("dispatch").level
    yield
    structlog.reset_defaults()
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("dispatch").setLevel(ours)


@pytest.fixture(autouse=True)
def _every_deed_is_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a command does in this process is held to the law of `tests.deeds`."""
    act = Office.act

    async def act_watched(office: Office, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await act(office, deeds.held(action), *args, **kwargs)

    monkeypatch.setattr(Office, "act", act_watched)


def run(*arguments: str, exit_code: int = 0, env: Mapping[str, str] | None = None) -> Result:
    result = CliRunner().invoke(app, arguments, env=env)
    assert result.exit_code == exit_code, result.output
    return result


def complaint(*arguments: str, exit_code: int = 1, env: Mapping[str, str] | None = None) -> str:
    """The one line on standard error that a command with these `arguments` prints."""
    said = run(*arguments, exit_code=exit_code, env=env).stderr
    assert said.count("\n") == 1
    return said.strip()


def answer(*arguments: str, exit_code: int = 0) -> Any:
    return json.loads(run(*arguments, "--json", exit_code=exit_code).stdout)


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


def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def python(code: str, **environment: str) -> str:
    """What a fresh Python prints when it runs `code`; it must exit with 0."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")} | environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    ).stdout


@contextmanager
def running(*arguments: str, until: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process, and the line with which it said that it is ready."""
    with start(*arguments, **environment) as process:
        try:
            pipe = process.stderr if "serve" in arguments else process.stdout
            assert pipe is not None
            line = next((line for line in pipe if until in line), "")
            assert line, "it ended before it was ready"
            yield process, line
        finally:
            process.kill()


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port: int = taken.getsockname()[1]
    return port


@pytest.fixture
def carrier() -> Iterator[dict[str, str]]:
    """A simulated carrier in its own process; gives the settings that lead to it."""
    options = ("--port", "0", "--account-sid", "AC1", "--auth-token", "token", "--number", "+15625550100")
    with running("dispatch.simulation.carrier", *options, until="simulated carrier on") as (_, line):
        yield CARRIER | {"DISPATCH_TWILIO_API_URL": line.split()[-1]}


# ---- how it is called ----------------------------------------------------------------------------------------------


def test_help_names_every_command() -> None:
    """`dispatch --help` is where somebody new finds what there is."""
    help_text = run("--help").stdout
    for command in ("serve", "demo", "migrate", "check", "who", "roster", "key", "user", "test-page"):
        assert f"\n  {command} " in help_text


@pytest.mark.parametrize(
    "command",
    [
        ["serve"],
        ["demo"],
        ["migrate"],
        ["check"],
        ["who"],
        ["test-page"],
        *(["roster", verb] for verb in ("import", "export")),
        *(["key", verb] for verb in ("new", "list", "revoke")),
        *(["user", verb] for verb in ("add", "list", "reset", "sign-out")),
    ],
)
def test_every_command_has_help_with_an_example(command: list[str]) -> None:
    """Nobody should have to guess how a command is written."""
    assert f"\n    dispatch {' '.join(command)}" in run(*command, "--help").stdout


def test_the_command_line_imports_nothing_heavy() -> None:
    """`dispatch --help` stays quick: whatever takes long to import waits for the command that needs it."""
    heavy = {"sqlalchemy", "fastapi", "pydantic", "twilio", "structlog", "uvicorn", "alembic", "rich"}
    assert python(f"import sys, dispatch.cli; print({heavy} & sys.modules.keys())") == "set()\n"


def test_python_m_dispatch_is_the_command_line() -> None:
    """It also runs where the console script is not on the path."""
    with start("dispatch", "--version") as process:
        output, _ = process.communicate()
    assert process.returncode == 0
    assert output.startswith("dispatch ")


def test_without_arguments_the_help_is_shown() -> None:
    """A group of commands without a command prints its help, and is no success."""
    assert "Commands:" in run("key", exit_code=2).stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["xyzzy"], "No such command 'xyzzy' (see `"),
        (["key", "revoke"], "Missing argument 'ID'"),
        (["serve", "--port", "70000"], "--port"),
    ],
)
def test_a_wrong_call_is_one_line(arguments: list[str], words: str) -> None:
    """What is wrong with a call, and where its help is, fits into one line; it exits with 2."""
    assert words in complaint(*arguments, exit_code=2)


# ---- errors --------------------------------------------------------------------------------------------------------


def test_a_wrong_setting_is_one_line_in_a_real_process() -> None:
    """The line names the setting; there is no traceback, and the exit is not zero."""
    with start("dispatch", "who", DISPATCH_PORT="many") as process:
        output, errors = process.communicate()
    assert process.returncode == 1
    assert output == ""
    assert errors.startswith("dispatch: DISPATCH_PORT: ")
    assert errors.count("\n") == 1


@pytest.mark.parametrize("command", ["who", "migrate", "serve"])
def test_a_database_that_does_not_answer_is_one_line_without_its_password(command: str) -> None:
    """It says which database and why, and keeps the password to itself."""
    url = f"postgresql://dispatch:secret@127.0.0.1:{free_port()}/dispatch"
    said = complaint(command, env={"DISPATCH_DATABASE_URL": url, "DISPATCH_PORT": "0", **CARRIER})
    assert "cannot open the database postgresql://dispatch:***@127.0.0.1" in said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:////no/such/folder/dispatch.db", "unable to open database file"),
        ("sqlite:///not-a-database", "file is not a database"),
        ("postgresql://host:secret/dispatch", "DISPATCH_DATABASE_URL: is not the address of a database"),
        ("mysql://host/dispatch", "DISPATCH_DATABASE_URL: must begin with sqlite:/// or postgresql://"),
    ],
)
def test_a_database_that_cannot_be_one_is_one_line(url: str, words: str) -> None:
    """Whatever the address leads to instead of a database, the line says so."""
    Path("not-a-database").write_text("a letter to somebody, which is long enough to be looked at")
    said = complaint("who", env={"DISPATCH_DATABASE_URL": url})
    assert words in said
    assert "secret" not in said


def test_an_error_that_nobody_expected_is_one_line_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a bug of ours is a line, in which phone numbers are masked; the traceback is there for whoever asks."""

    def fail(work: Coroutine[Any, Any, None]) -> None:
        work.close()
        raise ZeroDivisionError("divided +15625550101 by\nzero")

    monkeypatch.setattr("dispatch.cli.deployment.asyncio.run", fail)
    said = complaint("key", "revoke", "key_0")
    assert said.startswith("dispatch: unexpected ZeroDivisionError: divided +*********01 by (")
    assert "Traceback" in run("key", "revoke", "key_0", exit_code=1, env={"DISPATCH_LOG_LEVEL": "DEBUG"}).stderr


def test_ctrl_c_ends_quietly(with_roster: str) -> None:
    """Ctrl-C in a command that waits is no error worth a traceback; the exit is 130, as a shell expects."""
    waiting = running("dispatch", "test-page", "ana", until="Paging Ana", DISPATCH_DATABASE_URL=with_roster)
    with waiting as (process, _):
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert process.returncode == 130
    assert errors == ""


# ---- call-outs -----------------------------------------------------------------------------------------------------


def _call_out(phone: str = "+15625550177", **details: Any) -> str:
    """A call-out that came in beside this command; returns its code."""

    async def act() -> str:
        async with open_office(read_settings()) as office:
            opened = await office.act(open_callout, "LBPD", Details(phone, **details), None)
            return opened.record.code

    return asyncio.run(act())


def _rows(table: str, url: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
        return database.execute(f"SELECT * FROM {table}").fetchall()


def test_open_call_outs_are_listed(with_roster: str) -> None:
    """Code, status, where from and who has it; those that are over only when somebody asks for them."""
    assert run("callouts").stdout == "No call-out is open.\n"
    first, second = _call_out(unit="West Division"), _call_out("+15625550178")
    run("close", first, "--as", "cora")
    listed = run("callouts").stdout
    assert re.search(rf"^{second}  paging  LBPD +\w{{3}} \d.* nobody has it$", listed, re.MULTILINE)
    assert first not in listed
    assert re.search(rf"^{first} +closed +LBPD, West Division .*over", run("callouts", "--all").stdout, re.MULTILINE)
    assert run("callouts", "--since", "2026-01-01").stdout == run("callouts", "--all").stdout
    assert run("callouts", "--since", "2036-01-01").stdout == "There is no call-out.\n"
    assert "--limit 2 shows them" in run("callouts", "--all", "--limit", "1").stdout
    assert "is not a time" in complaint("callouts", "--since", "yesterday")
    found = answer("callouts", "--all")
    assert [one["code"] for one in found["callouts"]] == [second, first]
    assert found["next"] is None


def test_a_probable_duplicate_is_listed_as_one(with_roster: str) -> None:
    first, second = _call_out(), _call_out()
    assert re.search(rf"^{second} .*probably the same as {first}$", run("callouts").stdout, re.MULTILINE)


def test_one_call_out_is_shown(with_roster: str) -> None:
    """Whom to ring, who was paged and how it went, and the timeline; one that is over as well, by the code it had."""
    code = _call_out(officer_name="R. Alvarez", officer_badge="4471")
    shown = run("show", code.lower()).stdout
    assert shown.startswith(f"{code}  paging  LBPD, received ")
    assert "officer  R. Alvarez, badge 4471, +15625550177" in shown
    assert re.search(r"paged    \w+ \w+, \+1562555\d{4}: text waits until", shown)
    assert re.search(rf"^\d\d:\d\d:\d\d +· +{code} +LBPD called", shown, re.MULTILINE)
    run("close", code, "--as", "cora")
    assert "closed by Cora" in run("show", code).stdout
    found = answer("show", code)
    assert found["officer"]["callback_phone"] == "+15625550177"
    assert [entry["kind"] for entry in found["timeline"]][-1] == "closed"
    assert "there never was a call-out K9K" in complaint("show", "K9K")


def test_a_call_out_is_closed_by_name(with_roster: str) -> None:
    """The timeline and the audit trail say who did it, and from where; a second time there is nothing to close."""
    code = _call_out()
    assert "--as" in complaint("close", code, exit_code=2)
    assert "give the name" in complaint("close", code, "--as", " ")
    assert run("close", code, "--as", "cora").stdout.startswith(f"{code} is closed.")
    (entry,) = [row for row in _rows("audit", with_roster) if "closed" in row]
    assert "operator cora" in entry
    (note,) = [row for row in _rows("timeline", with_roster) if "closed by Cora" in row]
    assert {"cli", "operator", "cora"} <= set(note)
    assert f"no open call-out has the code {code}" in complaint("close", code, "--as", "cora")
    again = _call_out("+15625550178")
    assert answer("close", again, "--as", "cora")["status"] == "closed"


# ---- who did it ----------------------------------------------------------------------------------------------------


_CHANGES = {
    "roster import": (["roster", "import", str(SAMPLE)], "imported the roster", "nothing changed"),
    "key new": (["key", "new", "--coordinator", "Cora"], "made a key", "key_… for coordinator Cora"),
    "key revoke": (["key", "revoke", "KEY"], "revoked a key", "key_… for agency LBPD"),
    "test-page": (["test-page", "ana"], "sent a test page", "to ana"),
    "close": (["close", "CODE", "--as", "cora"], "closed", "was paging"),
    "user add": (["user", "add", "cora"], "made a one-time link", "for cora to enrol"),
    "user reset": (["user", "reset", "cora"], "made a one-time link", "for cora to enrol"),
    "user sign-out": (["user", "sign-out", "SIGNED IN"], "ended sessions", "1 session of cora"),
}
_LOOKS = {
    "callouts": ["callouts"],
    "show": ["show", "CODE"],
    "who": ["who"],
    "check": ["check"],
    "nodes": ["nodes"],
    "key list": ["key", "list"],
    "user list": ["user", "list"],
    "roster export": ["roster", "export", "-"],
    "migrate": ["migrate"],
}
# What runs a whole service, and what copies the file of the database while no service may write it.
_OTHERS = {"serve", "demo", "rehearse", "backup", "restore"}


def _commands(group: typer.Typer, before: str = "") -> Iterator[str]:
    for command in group.registered_commands:
        assert command.callback is not None
        yield before + (command.name or command.callback.__name__)
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        yield from _commands(inner.typer_instance, f"{inner.name} ")


def test_every_command_is_known_to_change_something_or_not() -> None:
    """A new command has to say which it is, and is then tried below."""
    assert set(_commands(app)) == {*_CHANGES, *_LOOKS, *_OTHERS}


def _given(arguments: list[str]) -> list[str]:
    key = answer("key", "new", "--agency", "LBPD")["id"] if "KEY" in arguments else ""
    code = _call_out() if "CODE" in arguments else ""
    if "SIGNED IN" in arguments:
        asyncio.run(_sign_in())
    return [{"KEY": key, "CODE": code, "SIGNED IN": "cora"}.get(argument, argument) for argument in arguments]


@pytest.mark.parametrize("command", _CHANGES)
def test_a_command_that_changes_something_says_who_gave_it(
    command: str, with_roster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator, the command line and what was done, but no secret and no number, in the transaction of the deed."""
    monkeypatch.setattr(trial_page, "_PATIENCE_SECONDS", 0.2)
    monkeypatch.setenv("LOGNAME", "olga")
    monkeypatch.setenv("DISPATCH_SECRET_KEYS", f"{'A' * 43}=")
    arguments, did, detail = _CHANGES[command]
    given = _given(arguments)
    before = len(_trail(with_roster))
    result = CliRunner().invoke(app, given)
    name = "cora" if command == "close" else "olga"
    trail = _trail(with_roster)[before:]
    told = [(*line[:1], re.sub("key_[0-9a-f]+", "key_…", line[1]), *line[2:]) for line in trail]
    assert told[0] == (did, detail, "operator", name, "cli"), result.output
    assert [line[0] for line in told[1:]] == (["withdrew a test page"] if command == "test-page" else [])


@pytest.mark.parametrize("command", _LOOKS)
def test_a_command_that_looks_changes_nothing(command: str, with_roster: str) -> None:
    """Whatever it reads, no row but those of the audit trail is another one afterwards."""
    arguments = _given(_LOOKS[command])
    before = _everything(with_roster)
    CliRunner().invoke(app, arguments)
    assert _everything(with_roster) == before


def _trail(url: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
        return database.execute("SELECT did, detail, actor_kind, actor_id, source FROM audit ORDER BY id").fetchall()


def _everything(url: str) -> list[str]:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
        return [line for line in database.iterdump() if 'INTO "audit"' not in line and "sqlite_sequence" not in line]


# ---- serve ---------------------------------------------------------------------------------------------------------


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


def test_due_work_needs_no_door() -> None:
    """What a dead process left behind is sent before anything is imported that only answers requests, and on SQLite
    before anything for PostgreSQL: these imports are a third of the time that a start takes."""
    unwanted = {"fastapi", "starlette", "uvicorn", "phonenumbers", "jinja2", "alembic", "asyncpg", "sqlalchemy.orm"}
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


def test_garbage_is_looked_for_once_the_doors_are_open(sqlite_url: str) -> None:
    """It is not while a service starts; if it never were, memory would grow until the service ends."""
    code = """
import gc, os, signal, sys, threading, time
from dispatch.cli import main

def watch():
    while not gc.get_freeze_count():
        time.sleep(0.01)
    time.sleep(0.1)
    print(gc.isenabled(), flush=True)
    os.kill(os.getpid(), signal.SIGTERM)

threading.Thread(target=watch).start()
sys.argv = ["dispatch", "serve", "--port", "0"]
main()
"""
    assert python(code, DISPATCH_DATABASE_URL=sqlite_url, **CARRIER) == "True\n"


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
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


# ---- test-page -----------------------------------------------------------------------------------------------------


def test_the_running_service_sends_a_test_page(database_url: str, carrier: dict[str, str]) -> None:
    """Asked for in one process and sent by another: what the operator reads is what the carrier said."""
    settings = carrier | {"DISPATCH_DATABASE_URL": database_url}
    run("roster", "import", str(SAMPLE), env=settings)
    with running("dispatch", "serve", "--port", "0", until='"serving"', **settings):
        said = run("test-page", "Ana", env=settings).stdout
    assert said.startswith("Paging Ana Reyes at +*********01:\n  text  ")
    assert "  call  the carrier took it\n" in said


def test_a_test_page_that_no_service_takes_is_withdrawn(with_roster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody wants it days later, when somebody starts the service; the exit code says that nothing was sent."""
    monkeypatch.setattr(trial_page, "_PATIENCE_SECONDS", 0.2)
    assert "start `dispatch serve`" in complaint("test-page", "ana")
    with closing(sqlite3.connect(with_roster.removeprefix("sqlite:///"))) as database:
        assert database.execute("SELECT DISTINCT state FROM page").fetchall() == [("withdrawn",)]


def test_a_test_page_for_nobody_says_who_there_is(with_roster: str) -> None:
    """A slip in the name is answered with the names."""
    assert "'anna' is nobody in the roster; there are: ana, ben" in complaint("test-page", "anna")


# ---- a new deployment ----------------------------------------------------------------------------------------------


def test_from_an_empty_database_to_a_key(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new deployment on either engine: migrate, import, look, make a key, revoke it."""
    monkeypatch.setenv("DISPATCH_DATABASE_URL", database_url)
    assert run("migrate").stdout.endswith(f": already at {schema.newest_version()}\n")
    assert "no rotation yet" in complaint("who")
    imported = run("roster", "import", str(SAMPLE)).stdout
    assert imported == "The roster now has 7 people, 2 rotations, 0 overrides, 1 policy and 5 agencies.\n"
    assert "Nothing changed." in run("roster", "import", str(SAMPLE)).stdout
    assert "primary" in run("who").stdout

    made = answer("key", "new", "--agency", "LBPD")
    assert set(made) == {"id", "key", "webhook_secret"}
    assert made["webhook_secret"].startswith("whsec_")
    [listed] = answer("key", "list")
    assert (listed["id"], listed["agency"], listed["revoked_at"]) == (made["id"], "LBPD", None)
    assert made["key"] not in run("key", "list").stdout
    run("key", "revoke", made["id"])
    assert answer("key", "list")[0]["revoked_at"] is not None
    assert "no key" in complaint("key", "revoke", made["id"])


def test_migrate_says_from_where_to_where(empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until it is migrated every command says what to do; the migration says what it did."""
    monkeypatch.setenv("DISPATCH_DATABASE_URL", empty_postgres_url)
    assert "run `dispatch migrate`" in complaint("who")
    assert f": brought from nothing to {schema.newest_version()}\n" in run("migrate").stdout
    assert f": already at {schema.newest_version()}\n" in run("migrate").stdout


def test_a_newer_database_is_not_taken_for_an_old_one(on_sqlite: str) -> None:
    """Somebody who starts an old version after a newer one has migrated must not be told to migrate."""
    with closing(sqlite3.connect(on_sqlite.removeprefix("sqlite:///"))) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "is not a database of this version of dispatch" in complaint("who")


# ---- the roster ----------------------------------------------------------------------------------------------------


def test_every_mistake_in_a_roster_is_listed(on_sqlite: str) -> None:
    """A roster may have many mistakes, so it may have many lines, each with the file's name; nothing is changed."""
    Path("bad.toml").write_text('[people.ana]\nname = "Ana"\nphone = "12"\nrole = ["specialist"]\n')
    said = run("roster", "import", "bad.toml", exit_code=1).stderr.splitlines()
    assert said[0] == "dispatch: nothing was imported:"
    assert len(said) > 2
    assert all(line.startswith("bad.toml: ") for line in said[1:])


def test_an_import_says_what_it_changed(with_roster: str) -> None:
    """A wrong file is noticed before anybody is paged by it."""
    text = SAMPLE.read_text()
    text = text.replace("[people.dev]", "[people.fay]").replace('"ben", "dev"', '"ben", "fay"')
    text = text.replace("+15625550101", "+15625550151")
    Path("new.toml").write_text(text)
    said = run("roster", "import", "new.toml").stdout.splitlines()
    assert said[1:] == ["  people: added fay; removed dev; changed ana", "  rotations: changed backup"]


def test_an_import_warns_of_gaps(on_sqlite: str) -> None:
    """A gap is reported days ahead, while somebody is working on the roster anyway."""
    Path("new.toml").write_text(
        SAMPLE.read_text()
        + '\n[[overrides]]\nrotation = "backup"\nkind = "remove"\n'
        + 'starts_at = "2026-01-05 18:00"\nends_at = "2126-01-05 09:00"\n'
    )
    assert "warning: nobody on call for backup from" in run("roster", "import", "new.toml").stdout


def test_an_export_reads_back_the_same(with_roster: str) -> None:
    """Import is the inverse of export; the file is for its owner only, since it holds phone numbers."""
    run("roster", "export", "roster.toml")
    assert Path("roster.toml").stat().st_mode & 0o777 == 0o600
    assert "Nothing changed." in run("roster", "import", "roster.toml").stdout
    assert run("roster", "export", "-").stdout == Path("roster.toml").read_text()
    assert sorted(path.name for path in Path().iterdir()) == ["dispatch.db", "roster.toml"]


def test_an_export_replaces_a_file_as_it_is(with_roster: str) -> None:
    """Whoever could read the file before can read it after; a link stays a link."""
    Path("old.toml").write_text("old")
    Path("old.toml").chmod(0o640)
    Path("link.toml").symlink_to("old.toml")
    run("roster", "export", "link.toml")
    assert Path("link.toml").is_symlink()
    assert Path("old.toml").stat().st_mode & 0o777 == 0o640
    assert Path("old.toml").read_text().startswith("# The roster.")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["roster", "import", "none.toml"], "none.toml: no such file or directory"),
        (["roster", "import", "latin.toml"], "latin.toml: is not UTF-8 text"),
        (["roster", "export", "none/roster.toml"], "none/roster.toml: no such file or directory"),
    ],
)
def test_a_file_that_is_not_right_is_one_line(with_roster: str, arguments: list[str], words: str) -> None:
    """The line names the file."""
    Path("latin.toml").write_bytes("# José".encode("latin-1"))
    assert words in complaint(*arguments)


# ---- keys ----------------------------------------------------------------------------------------------------------


def test_a_key_needs_one_owner(with_roster: str) -> None:
    """An agency, or a coordinator, and not both; and an agency that the roster knows."""
    assert "either --agency CODE or --coordinator NAME" in complaint("key", "new")
    assert "either" in complaint("key", "new", "--agency", "LBPD", "--coordinator", "cora")
    assert "there are: LBPD, LAPD, LASD, PROBATION, DCFS" in complaint("key", "new", "--agency", "FBI")


def test_a_coordinator_gets_a_key_without_a_webhook_secret(with_roster: str) -> None:
    """Webhooks are between agencies and us."""
    made = answer("key", "new", "--coordinator", "cora")
    assert made["key"].startswith("coordinator_")
    assert made["webhook_secret"] is None
    assert "webhook" not in run("key", "new", "--coordinator", "cora").stdout


@pytest.mark.parametrize(
    ("name", "warns"), [("cora", False), ("Cora Whitfield", False), ("ana", True), ("night desk", True)]
)
def test_a_key_in_nobodys_name_is_warned_of(with_roster: str, name: str, warns: bool) -> None:
    """It works, but whoever has an alarm by it cannot be rung. Said where it spoils no output."""
    made = run("key", "new", "--coordinator", name, "--json")
    assert ("cannot be rung" in made.stderr) == warns
    assert json.loads(made.stdout)["key"].startswith("coordinator_")


# ---- who -----------------------------------------------------------------------------------------------------------


def test_an_account_from_link_to_end(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link for a person of the roster with the role; who has an account; begun again; signed out."""
    monkeypatch.setenv("DISPATCH_DATABASE_URL", database_url)
    monkeypatch.setenv("DISPATCH_PUBLIC_URL", "https://dispatch.example")
    run("roster", "import", str(SAMPLE))
    assert "Nobody has an account yet" in run("user", "list").stdout
    assert "DISPATCH_SECRET_KEYS is not set" in complaint("user", "add", "cora")
    monkeypatch.setenv("DISPATCH_SECRET_KEYS", f"{'A' * 43}= , {'B' * 42}A=")
    made = run("user", "add", "Cora")
    assert re.fullmatch(r"https://dispatch\.example/welcome/\w{23}\n", made.stdout)
    assert "within 30 minutes" in made.stderr
    assert run("user", "reset", "cora").stdout != made.stdout
    assert answer("user", "list") == [
        {
            "person": "cora",
            "name": "Cora Whitfield",
            "roles": ["coordinator", "supervisor"],
            "account": "not enrolled yet",
            "sessions": [],
        }
    ]
    assert "not enrolled yet" in run("user", "list").stdout
    assert "ana is specialist" in complaint("user", "add", "ana")
    assert "nobody in the roster" in complaint("user", "add", "zoe")
    assert run("user", "sign-out", "cora").stdout == "0 sessions ended.\n"


def test_who_is_signed_in_is_listed(with_roster: str) -> None:
    """By kind and time, so that somebody who rings up can be told; and ended from here."""
    asyncio.run(_sign_in())
    assert re.search(r"^    normal, since \d{4}-.* UTC$", run("user", "list").stdout, re.MULTILINE)
    assert answer("user", "list")[0]["sessions"][0]["kind"] == "normal"
    assert run("user", "sign-out", "cora").stdout == "1 session ended.\n"
    assert answer("user", "list")[0]["sessions"] == []


async def _sign_in() -> None:
    async with open_office(read_settings()) as office:
        browser = Browser("203.0.113.9", "Firefox", None)
        await office.act(keep_accounts.add, "cora", OPERATOR, Source.CLI)
        await office.act(sign_in_as, "cora", browser, "for a test")


def test_who_takes_local_time_and_time_with_an_offset(with_roster: str) -> None:
    """02:00 in Los Angeles is 10:00 UTC in winter, and both find the same people."""
    local = answer("who", "--at", "2026-12-25 02:00")
    assert local == answer("who", "--at", "2026-12-25T10:00Z")
    assert local == {
        "at": "2026-12-25T02:00:00-08:00",
        "on_call": [
            {
                "rotation": "primary",
                "person": "eva",
                "name": "Eva Lindgren",
                "phone": "+15625550105",
                "until": "2026-12-28T09:00:00-08:00",
            },
            {
                "rotation": "backup",
                "person": "dev",
                "name": "Dev Sharma",
                "phone": "+15625550104",
                "until": "2026-12-25T09:00:00-08:00",
            },
        ],
        "gaps": [],
    }


def test_who_says_it_for_people(with_roster: str) -> None:
    """The name, the number and until when, in local time with its zone."""
    assert run("who", "--at", "2026-07-01 02:00").stdout == (
        "On call at Wed 2026-07-01 02:00 PDT:\n"
        "  primary  Cleo Martin  +15625550103  until Mon 2026-07-06 09:00 PDT\n"
        "  backup   Ben Okafor   +15625550102  until Wed 2026-07-01 09:00 PDT\n"
    )


def test_who_warns_of_gaps_ahead(on_sqlite: str) -> None:
    """A gap is printed as a warning, with its beginning and its end."""
    Path("gap.toml").write_text(
        SAMPLE.read_text()
        + '\n[[overrides]]\nrotation = "backup"\nkind = "remove"\n'
        + 'starts_at = "2026-12-24 18:00"\nends_at = "2026-12-26 09:00"\n'
    )
    run("roster", "import", "gap.toml")
    said = run("who", "--at", "2026-12-25 02:00").stdout
    assert "Ben" not in said
    assert "warning: nobody on call for backup from Fri 2026-12-25 02:00 PST to Sat 2026-12-26 09:00 PST" in said


def test_a_time_that_is_none_is_one_line() -> None:
    """The line shows how to write a time."""
    assert "write it like 2026-12-25T02:00" in complaint("who", "--at", "tomorrow")


# ---- check ---------------------------------------------------------------------------------------------------------


def findings(result: Any) -> dict[str, list[str]]:
    """What the check found, by its verdict."""
    found: dict[str, list[str]] = {}
    for check in result["checks"]:
        found.setdefault(check["verdict"], []).append(f"{check['part']}: {check['text']}")
    return found


def test_check_is_content_with_a_good_deployment(
    database_url: str, carrier: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a carrier that answers, a roster without gaps and a key for an agency it exits with 0."""
    for name, value in {**carrier, "DISPATCH_DATABASE_URL": database_url}.items():
        monkeypatch.setenv(name, value)
    run("roster", "import", str(SAMPLE))
    run("key", "new", "--agency", "LBPD")
    said = run("check").stdout
    assert "✗" not in said
    assert "! agency keys    LAPD, LASD cannot post call-outs" in said
    assert "! sign-in        nobody can enrol with a password and codes; set DISPATCH_SECRET_KEYS" in said
    assert "! nodes          none is alive, so nobody would be paged" in said
    assert said.endswith("Nothing here would fail at 2 a.m.\n")
    assert answer("check")["ok"] is True
    monkeypatch.setenv("DISPATCH_SECRET_KEYS", "A" * 43 + "=")
    for name, value in (("ISSUER", "https://login.example/"), ("CLIENT_ID", "d"), ("CLIENT_SECRET", "s")):
        monkeypatch.setenv(f"DISPATCH_OIDC_{name}", value)
    said = run("check").stdout
    assert "✓ sign-in        codes are kept encrypted" in said
    assert "✓ sign-in        also by https://login.example" in said


def test_check_finds_what_would_fail(on_sqlite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of these lets somebody down at night, so each is named, and the exit is 1."""
    monkeypatch.setenv("DISPATCH_PUBLIC_URL", "http://dispatch.example")
    roster = SAMPLE.read_text().replace('["rotation:primary"], wait = "5m"', '["rotation:primary"], wait = "45s"')
    Path("roster.toml").write_text(
        roster + '\n[[overrides]]\nrotation = "backup"\nkind = "remove"\n'
        'starts_at = "2026-01-05 18:00"\nends_at = "2126-01-05 09:00"\n'
    )
    run("roster", "import", "roster.toml")
    found = "\n".join(findings(answer("check", exit_code=1))["fail"])
    assert "public URL: http://dispatch.example: must begin with https" in found
    assert "carrier: not set: DISPATCH_TWILIO_ACCOUNT_SID" in found
    assert "coverage: nobody on call for backup from" in found
    assert "policies: default, step 1: waits 45 s and goes on before the first call (Ana after 60 s" in found
    assert "Cleo" not in found
    assert "agency keys: no agency can post a call-out" in found


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost:8000"])
def test_a_real_carrier_cannot_reach_a_loopback_address(on_sqlite: str, url: str) -> None:
    """Replies and receipts would never arrive; with a carrier on this machine the same address is right."""
    assert "cannot reach this machine" in run("check", exit_code=1, env={"DISPATCH_PUBLIC_URL": url}).stdout
    here = {"DISPATCH_PUBLIC_URL": url, "DISPATCH_TWILIO_API_URL": "http://127.0.0.1:1"}
    assert f"✓ public URL     {url}\n" in run("check", exit_code=1, env=here).stdout


def test_check_goes_on_without_the_database_and_without_the_carrier() -> None:
    """One fault must not hide the other."""
    dead = f"http://127.0.0.1:{free_port()}"
    settings = CARRIER | {"DISPATCH_TWILIO_API_URL": dead, "DISPATCH_DATABASE_URL": "sqlite:////no/folder/x.db"}
    said = run("check", exit_code=1, env=settings).stdout
    assert "✗ carrier        the carrier cannot be asked" in said
    assert "✗ database       cannot open the database" in said


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("DISPATCH_TWILIO_FROM", "15625550100", "must be a number with + and the country's code"),
        ("DISPATCH_TWILIO_FROM", "Dispatch", "must be a number with + and the country's code"),
        ("DISPATCH_PUBLIC_URL", "", "must not be empty"),
        ("DISPATCH_SECRET_KEYS", "short", "must be keys as `openssl rand -base64 32"),
        ("DISPATCH_SECRET_KEYS", f"{'A' * 43}=,{'é' * 44}", "must be keys as `openssl rand -base64 32"),
        ("DISPATCH_OIDC_ISSUER", "login.example", "Input should be a valid URL"),
    ],
)
def test_check_finds_what_no_page_would_get_past(setting: str, value: str, words: str) -> None:
    """A number that the carrier would refuse with every page, or an address that nobody can reach, is found by day."""
    result = CliRunner().invoke(app, ["check", "--json"], env={setting: value})
    assert result.exit_code == 1
    assert json.loads(result.stdout)["checks"][0]["text"].startswith(f"{setting}: {words}")


def test_check_reports_wrong_settings_as_a_finding() -> None:
    """Also as JSON, since a program that asks for JSON wants to read why."""
    result = CliRunner().invoke(app, ["check", "--json"], env={"DISPATCH_PORT": "many"})
    assert result.exit_code == 1
    assert json.loads(result.stdout)["checks"][0]["text"].startswith("DISPATCH_PORT: ")


def test_a_terminal_without_ticks_gets_words(on_sqlite: str) -> None:
    """A plain ASCII terminal is no reason to fail."""
    result = CliRunner(charset="ascii").invoke(app, ["check"])
    assert result.exit_code == 1
    assert "FAIL people         the roster is empty" in result.stdout


# ---- demo, settings, logs ------------------------------------------------------------------------------------------


def test_demo_passes_its_options_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo's exit code is the command's."""
    told: list[object] = []

    def play(*options: object) -> int:
        told.append(options)
        return 3

    fake = types.ModuleType("dispatch.simulation.demo")
    fake.run = play  # type: ignore[attr-defined]  # a module made here has only the names given to it
    monkeypatch.setitem(sys.modules, "dispatch.simulation.demo", fake)
    run("demo", "--port", "0", "--speed", "10", "--once", exit_code=3)
    assert told == [(0, 10.0, True)]


def test_the_sample_settings_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read by default, so it must be harmless; and it shows every setting there is, at its default."""
    monkeypatch.setenv("DISPATCH_CONFIG", str(ROOT / "config" / "dispatch.toml"))
    assert load_settings() == Settings()
    examples = re.findall(r"^# (\w+ = .*)$", (ROOT / "config" / "dispatch.toml").read_text(), re.MULTILINE)
    shown = tomllib.loads("\n".join(examples))
    secret = dict.fromkeys(("twilio_auth_token", "secret_keys", "oidc_client_secret"), "")
    defaults = Settings().model_dump() | secret | {"twilio_api_url": "", "ping_url": "", "oidc_issuer": ""}
    assert shown == defaults


def test_logs_mask_phone_numbers_wherever_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """Only the last two digits remain, in a message, a field, inside a field, a traceback and a library's line."""
    logs.configure("INFO")
    log = structlog.get_logger("dispatch.test")
    log.info("called +15625550101", who={"phone": ["(562) 555-0102"]}, number=15625550103, url="?To=%2B15625550104")
    try:
        raise ValueError("+1 562 555 0105")
    except ValueError:
        log.exception("failed")
    logging.getLogger("uvicorn.error").error("from %s", "562-555-0106")
    written = capsys.readouterr().err
    first, second, third = map(json.loads, written.splitlines())
    assert first["event"] == "called +*********01"
    assert first["who"] == {"phone": ["(***) ***-**02"]}
    assert first["number"] == "*********03"
    assert first["url"] == "?To=%2B*********04"
    assert second["exception"].endswith("ValueError: +* *** *** **05")
    assert (third["event"], third["logger"]) == ("from ***-***-**06", "uvicorn.error")


@pytest.mark.parametrize(
    "text",
    [
        "0197f3a1-1234-7567-8901-567890123456",
        "SM" + "1" * 32,
        "2026-08-01T02:14:00.123456+00:00",
        "K7Q in 60 minutes",
        "key_0123456789",
    ],
)
def test_logs_leave_alone_what_is_no_phone_number(text: str) -> None:
    """Ids, SIDs and moments are what people search logs for."""
    assert logs.mask_phones(text) == text


def test_logs_keep_libraries_quiet_at_debug(capsys: pytest.CaptureFixture[str]) -> None:
    """At DEBUG some libraries write whole requests and statements, and with them places and numbers."""
    logs.configure("DEBUG")
    structlog.get_logger("dispatch.test").debug("ours")
    logging.getLogger("sqlalchemy.engine").info("theirs")
    logging.getLogger("apscheduler.executors.default").info("theirs")
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["ours"]
