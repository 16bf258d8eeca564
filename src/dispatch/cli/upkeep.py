"""`dispatch migrate` and `dispatch check`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import typer

from dispatch.cli.answers import Json, can_show, print_json
from dispatch.cli.complaints import line_for
from dispatch.cli.deployment import database_trouble, open_office, read_settings, run, shown

if TYPE_CHECKING:
    from dispatch.rules.readiness import Finding
    from dispatch.settings import Settings


def migrate() -> None:
    """Bring the database's tables up to this version. Safe while the service runs, and safe to run twice."""
    from dispatch.store import schema

    settings = read_settings()
    with database_trouble(settings.database_url):
        before = run(_version_of(settings.database_url))
        schema.upgrade(settings.database_url)
    after = schema.newest_version()
    done = f"already at {after}" if before == after else f"brought from {before or 'nothing'} to {after}"
    typer.echo(f"{shown(settings.database_url)}: {done}")


async def _version_of(url: str) -> str | None:
    from dispatch.store import schema
    from dispatch.store.engine.database import Database

    database = Database(url)
    await database.open()
    try:
        return await database.read(schema.current_version)
    finally:
        await database.close()


def check(as_json: Json = False) -> None:
    """Look for anything that would fail at 2 a.m. Exits with 1 if something would."""
    from dispatch.rules.readiness import Verdict

    findings = run(_all_findings())
    failures = sum(finding.verdict is Verdict.FAIL for finding in findings)
    if as_json:
        print_json(
            {
                "ok": not failures,
                "checks": [
                    {"part": finding.part, "verdict": finding.verdict, "text": finding.text} for finding in findings
                ],
            }
        )
    else:
        _print_findings(findings, failures)
    raise typer.Exit(1 if failures else 0)


def _print_findings(findings: "Sequence[Finding]", failures: int) -> None:
    marks = {"ok": "✓", "warning": "!", "fail": "✗"}
    if not can_show("".join(marks.values())):
        marks = {"ok": "ok  ", "warning": "warn", "fail": "FAIL"}
    colours = {"ok": typer.colors.GREEN, "warning": typer.colors.YELLOW, "fail": typer.colors.RED}
    for finding in findings:
        mark = typer.style(marks[finding.verdict], fg=colours[finding.verdict])
        typer.echo(f"{mark} {finding.part:<14} {finding.text}")
    typer.echo(f"\n{failures} of these would fail at 2 a.m." if failures else "\nNothing here would fail at 2 a.m.")


async def _all_findings() -> "list[Finding]":
    from dispatch.actions.check_deployment import check_deployment
    from dispatch.rules.readiness import Finding, Verdict

    try:
        settings = read_settings()
    except Exception as error:
        return [Finding("settings", Verdict.FAIL, line_for(error))]
    findings = [_check_public_url(settings), await _check_carrier(settings), _check_contact_phone(settings)]
    findings += _check_sign_in(settings)
    try:
        async with open_office(settings) as office:
            findings.append(Finding("database", Verdict.OK, f"{shown(settings.database_url)} is up to date"))
            findings += await office.ask(check_deployment)
    except Exception as error:
        findings.append(Finding("database", Verdict.FAIL, line_for(error)))
    return findings


def _check_public_url(settings: "Settings") -> "Finding":
    from dispatch.rules.readiness import Finding, Verdict

    parts = urlsplit(settings.public_url)
    loopback = parts.hostname in ("localhost", "::1") or (parts.hostname or "").startswith("127.")
    if loopback and settings.twilio_api_url is None:
        text = f"{settings.public_url}: the carrier cannot reach this machine there; set DISPATCH_PUBLIC_URL"
        return Finding("public URL", Verdict.FAIL, text)
    if not loopback and parts.scheme != "https":
        return Finding("public URL", Verdict.FAIL, f"{settings.public_url}: must begin with https")
    return Finding("public URL", Verdict.OK, settings.public_url)


def _check_contact_phone(settings: "Settings") -> "Finding":
    from dispatch.rules.readiness import Finding, Verdict

    if not settings.contact_phone:
        text = "officers and specialists are told no number to ring; set DISPATCH_CONTACT_PHONE"
        return Finding("contact phone", Verdict.WARNING, text)
    return Finding("contact phone", Verdict.OK, settings.contact_phone)


def _check_sign_in(settings: "Settings") -> "list[Finding]":
    from dispatch.rules.readiness import Finding, Verdict
    from dispatch.settings import MAKE_KEY

    findings = []
    if not settings.listed_secret_keys():
        text = f"nobody can enrol with a password and codes; set DISPATCH_SECRET_KEYS (`{MAKE_KEY}` makes a key)"
        findings.append(Finding("sign-in", Verdict.WARNING, text))
    else:
        findings.append(Finding("sign-in", Verdict.OK, "codes are kept encrypted"))
    if settings.oidc_issuer is not None:
        findings.append(Finding("sign-in", Verdict.OK, f"also by {settings.oidc_issuer}"))
    return findings


async def _check_carrier(settings: "Settings") -> "Finding":
    from dispatch.carriers.twilio.client import TwilioCarrier
    from dispatch.rules.readiness import Finding, Verdict

    if missing := settings.missing_for_carrier():
        return Finding("carrier", Verdict.FAIL, f"not set: {', '.join(missing)}")
    carrier = TwilioCarrier(
        settings.twilio_account_sid,
        settings.twilio_auth_token.get_secret_value(),
        settings.twilio_from,
        public_url=settings.public_url,
        api_url=settings.twilio_api_url,
    )
    try:
        trouble = await carrier.check()
    finally:
        await carrier.close()
    if trouble is not None:
        return Finding("carrier", Verdict.FAIL, trouble)
    return Finding("carrier", Verdict.OK, f"{settings.twilio_api_url or 'Twilio'} takes our account SID and auth token")
