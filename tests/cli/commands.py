"""Commands as an operator gives them: in this process, or in one of their own."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from dispatch.actions.access import keep_accounts
from dispatch.actions.access.sign_in import Browser, sign_in_as
from dispatch.actions.callout.open_callout import open_callout
from dispatch.cli import app
from dispatch.cli.deployment import open_runner, read_settings
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.callout import Details

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "config" / "roster.toml"
CARRIER = {
    "DISPATCH_TWILIO_ACCOUNT_SID": "AC1",
    "DISPATCH_TWILIO_AUTH_TOKEN": "token",
    "DISPATCH_TWILIO_FROM": "+15625550100",
    "DISPATCH_ALLOWED_HOSTS": "127.0.0.1",  # where the simulated one is
}


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


# ---- what happens beside a command ---------------------------------------------------------------------------------


def call_out(phone: str = "+15625550177", **details: Any) -> str:
    """A call-out that came in beside this command; returns its code."""

    async def act() -> str:
        async with open_runner(read_settings()) as runner:
            opened = await runner.act(open_callout, "LBPD", Details(phone, **details), None)
            return opened.record.code

    return asyncio.run(act())


def sign_in() -> None:
    """Cora has an account, and is signed in."""

    async def act() -> None:
        async with open_runner(read_settings()) as runner:
            browser = Browser("203.0.113.9", "Firefox", None)
            await runner.act(keep_accounts.add, "cora", OPERATOR, Source.CLI)
            await runner.act(sign_in_as, "cora", browser, "for a test")

    asyncio.run(act())


A_CALL = """
INSERT INTO hotline_call (id, carrier_id, trust, agency, language, called_at, again, tries, pressed, calls_back)
SELECT 'call-1', 'CA1', 'withheld', 'UNLISTED', 'en', received_at, 0, 0, 0, FALSE FROM callout
"""
"""Somebody phoned when the call-out came in, and said nothing."""


def put(url: str, statement: str) -> None:
    """Change rows of the SQLite database behind the service's back."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database, database:
        database.execute(statement)
