"""`dispatch migrate` and `dispatch check`."""

import hmac
import os
import secrets
from collections.abc import Sequence

import typer

from dispatch.actions.roster.check_deployment import check_deployment, living_nodes
from dispatch.carriers.chosen import chosen_carrier
from dispatch.cli.complaints import line_for, wrong_settings
from dispatch.cli.deployment import database_trouble, open_runner, read_settings, run
from dispatch.cli.output import Json, marked, print_json, some_of
from dispatch.outbound.http_session import why_not_called
from dispatch.outbound.own_address import NotReached, ask_for_proof
from dispatch.rules.delivery.sending import CarrierUnreachable
from dispatch.rules.facts.roster import Roster
from dispatch.rules.reports import readiness
from dispatch.rules.reports.readiness import Finding, RouteLead, Verdict, check_lead, check_number
from dispatch.settings import BadSettings, Settings
from dispatch.store import schema
from dispatch.store.engine.database import Database
from dispatch.store.engine.database_url import shown
from dispatch.worker.health import proof


def migrate() -> None:
    """Bring the database's tables up to this version. Stop all nodes first. Safe to run twice."""
    settings = read_settings()
    with database_trouble(settings.database_url):
        before = run(_version_of(settings.database_url))
        schema.upgrade(settings.database_url)
    after = schema.newest_version()
    done = f"already at {after}" if before == after else f"brought from {before or 'nothing'} to {after}"
    typer.echo(f"{shown(settings.database_url)}: {done}")


async def _version_of(url: str) -> str | None:
    database = Database(url)
    await database.open()
    try:
        return await database.read(schema.current_version)
    finally:
        await database.close()


def check(as_json: Json = False) -> None:
    """Look for anything that would fail at 2 a.m. Exits with 1 if something would."""
    findings = run(_all_findings())
    failures = sum(finding.verdict is Verdict.FAIL for finding in findings)
    if as_json:
        print_json({"ok": not failures, "checks": [some_of(one, "part", "verdict", "text") for one in findings]})
    else:
        _print_findings(findings, failures)
    raise typer.Exit(1 if failures else 0)


def _print_findings(findings: Sequence[Finding], failures: int) -> None:
    for finding in findings:
        typer.echo(f"{marked(finding.verdict)} {finding.part:<14} {finding.text}")
    if failures:
        typer.echo(f"\n{failures} of these would fail at 2 a.m.")
    elif any(finding.part == "nodes" and finding.verdict != "ok" for finding in findings):
        typer.echo("\nNothing is running. Nothing else here would fail at 2 a.m.")
    else:
        typer.echo("\nNothing here would fail at 2 a.m.")


async def _all_findings() -> list[Finding]:
    try:
        settings = read_settings()
    except BadSettings as error:
        return [Finding("settings", Verdict.FAIL, line) for line in wrong_settings(error)]
    except Exception as error:
        return [Finding("settings", Verdict.FAIL, line_for(error))]
    findings = [
        readiness.check_public_url(settings.public_url, carrier_is_ours=settings.twilio_api_url is not None),
        readiness.check_host(settings.host, os.environ.get("FORWARDED_ALLOW_IPS", "")),
        *await _check_carrier(settings),
        readiness.check_contact_phone(settings.contact_phone, settings.twilio_from),
        *readiness.check_sign_in(has_keys=bool(settings.listed_secret_keys()), provider=settings.oidc_issuer),
    ]
    try:
        async with open_runner(settings) as runner:
            findings.append(Finding("database", Verdict.OK, f"{shown(settings.database_url)} is up to date"))
            findings += await runner.ask(check_deployment)
            roster = await runner.ask(lambda tx, context: context.roster(tx))
            findings += readiness.check_our_number(roster, [settings.twilio_from])
            findings += readiness.check_dialled(roster, settings.dials)
            findings += await _check_called(settings, roster)
            findings += await _check_lead(settings, await runner.ask(living_nodes))
    except Exception as error:
        findings.append(Finding("database", Verdict.FAIL, line_for(error)))
    return findings


async def _check_called(settings: Settings, roster: Roster) -> list[Finding]:
    """Whether we may call each address that we are told to. At the next call its name may lead elsewhere."""
    hooks = {f"{agency.code}'s webhook": agency.webhook_url for agency in roster.agencies if agency.webhook_url}
    called, allowed = settings.called_addresses() | hooks, settings.listed_allowed_hosts()
    found = {what: await why_not_called(url, allowed) for what, url in called.items()}
    return [Finding("addresses", Verdict.FAIL, f"{what}: {why}") for what, why in found.items() if why]


async def _check_lead(settings: Settings, nodes: Sequence[str]) -> list[Finding]:
    """Ask the public address for a proof that only a node of ours can give; while none runs, nothing is asked."""
    if not nodes:
        return []
    url, nonce = settings.public_url, secrets.token_hex(16)
    try:
        given, answered = await ask_for_proof(url, "/healthz", nonce, allowed_hosts=settings.listed_allowed_hosts())
    except NotReached as error:
        return [check_lead(url, RouteLead.NOWHERE, str(error))]
    proven = given is not None and any(hmac.compare_digest(given, proof(node, nonce)) for node in nodes)
    return [check_lead(url, RouteLead.HERE if proven else RouteLead.ELSEWHERE, answered)]


async def _check_carrier(settings: Settings) -> list[Finding]:
    if missing := settings.missing_for_carrier():
        return [Finding("carrier", Verdict.FAIL, f"not set: {', '.join(missing)}")]
    carrier = chosen_carrier(settings)
    try:
        if (trouble := await carrier.check()) is not None:
            return [Finding("carrier", Verdict.FAIL, trouble)]
        well = f"{settings.twilio_api_url or 'Twilio'} takes our account SID and auth token"
        number = check_number(settings.twilio_from, await carrier.number(), carrier.wanted_number)
        return [Finding("carrier", Verdict.OK, well), *number]
    except CarrierUnreachable as error:
        text = f"the carrier does not say where {settings.twilio_from} leads: {error}"
        return [Finding("number", Verdict.WARNING, text)]
    finally:
        await carrier.close()
