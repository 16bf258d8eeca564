"""`dispatch migrate` and `dispatch check`: a new deployment, and what would fail at night."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from dispatch.cli import app
from dispatch.store import schema
from dispatch.store.engine.database import Database
from tests.cli.commands import CARRIER, SAMPLE, answer, complaint, run
from tests.faults.deployment import free_port


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


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("0021", f"our migrations begin with {schema.versions()[0]}; start with a new database"),
        ("9999", f"our migrations end with {schema.newest_version()}; start the newer dispatch"),
    ],
)
def test_tables_of_another_release_are_refused_in_one_line(
    database_url: str, monkeypatch: pytest.MonkeyPatch, version: str, words: str
) -> None:
    """The line says which version it found and what to do. The tables stay as they are."""

    async def tables_are_of(version: str | None = None) -> str | None:
        database = Database(database_url)
        await database.open()
        if version is not None:
            change = f"UPDATE alembic_version SET version_num = '{version}'"
            await database.write(lambda tx: tx.exec_driver_sql(change).close())
        found = await database.read(schema.current_version)
        await database.close()
        return found

    monkeypatch.setenv("DISPATCH_DATABASE_URL", database_url)
    asyncio.run(tables_are_of(version))
    said = complaint("migrate")
    assert "is not a database of this version of dispatch" in said
    assert f"its tables are of version {version}, and {words}" in said
    assert asyncio.run(tables_are_of()) == version
    assert complaint("who") == said  # and every other command says the same


# ---- check ---------------------------------------------------------------------------------------------------------


def findings(result: Any) -> dict[str, list[str]]:
    """What the check found, by its verdict."""
    found: dict[str, list[str]] = {}
    for check in result["checks"]:
        found.setdefault(check["verdict"], []).append(f"{check['part']}: {check['text']}")
    return found


@pytest.mark.slow
def test_check_is_content_with_a_good_deployment(
    database_url: str, carrier: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a carrier that answers, a roster without gaps and a key for an agency it exits with 0."""
    for name, value in {**carrier, "DISPATCH_DATABASE_URL": database_url}.items():
        monkeypatch.setenv(name, value)
    run("roster", "import", str(SAMPLE))
    run("key", "new", "--agency", "LBPD")
    leads_nowhere = "✗ number         when a call comes in: leads nowhere; `dispatch number --set`"
    assert leads_nowhere in run("check", exit_code=1).stdout
    run("number", "--set")
    said = run("check").stdout
    assert "✗" not in said
    assert "! number         when a call fails: leads nowhere; keep a document at the carrier" in said
    assert "! agency keys    LAPD, LASD cannot post call-outs" in said
    assert "! sign-in        nobody can enrol with a password and codes; set DISPATCH_SECRET_KEYS" in said
    assert "! nodes          nothing is running, so nobody would be paged" in said
    assert said.endswith("Nothing is running. Nothing else here would fail at 2 a.m.\n")
    assert answer("check")["ok"] is True
    monkeypatch.setenv("DISPATCH_SECRET_KEYS", "A" * 43 + "=")
    for name, value in (("ISSUER", "https://login.example/"), ("CLIENT_ID", "d"), ("CLIENT_SECRET", "s")):
        monkeypatch.setenv(f"DISPATCH_OIDC_{name}", value)
    said = run("check").stdout
    assert "✓ sign-in        codes are kept encrypted" in said
    assert "✓ sign-in        also by https://login.example" in said


@pytest.mark.slow
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
    here["DISPATCH_ALLOWED_HOSTS"] = "127.0.0.1"
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
        ("DISPATCH_PORT", "many", ""),
        ("DISPATCH_TWILIO_FROM", "15625550100", "must be a number with + and the country's code"),
        ("DISPATCH_TWILIO_FROM", "Dispatch", "must be a number with + and the country's code"),
        ("DISPATCH_PUBLIC_URL", "", "must not be empty"),
        ("DISPATCH_SECRET_KEYS", "short", "must be keys as `openssl rand -base64 32"),
        ("DISPATCH_SECRET_KEYS", f"{'A' * 43}=,{'é' * 44}", "must be keys as `openssl rand -base64 32"),
        ("DISPATCH_OIDC_ISSUER", "login.example", "must be a web address"),
    ],
)
def test_check_finds_what_no_page_would_get_past(setting: str, value: str, words: str) -> None:
    """A number that the carrier would refuse with every page, or an address that nobody can reach, is found by day."""
    result = CliRunner().invoke(app, ["check", "--json"], env={setting: value})
    assert result.exit_code == 1
    assert json.loads(result.stdout)["checks"][0]["text"].startswith(f"{setting}: {words}")


def test_a_terminal_without_ticks_gets_words(on_sqlite: str) -> None:
    """A plain ASCII terminal is no reason to fail."""
    result = CliRunner(charset="ascii").invoke(app, ["check"])
    assert result.exit_code == 1
    assert "FAIL people         the roster is empty" in result.stdout
