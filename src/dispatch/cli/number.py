"""`dispatch number`: where our number leads at the carrier, and whether that is to us."""

from collections.abc import Sequence
from typing import Annotated

import typer

from dispatch.actions.delivery.our_number import note
from dispatch.carriers.carrier import Carrier
from dispatch.carriers.chosen import chosen_carrier
from dispatch.cli.complaints import Complaint
from dispatch.cli.deployment import open_runner, read_settings, run
from dispatch.cli.operator import operator
from dispatch.cli.output import Json, marked, print_json, signs
from dispatch.rules.delivery.our_number import Lead, leads
from dispatch.rules.facts.actors import Source
from dispatch.rules.reports.readiness import Verdict, check_public_url, verdict_of
from dispatch.settings import Settings


def number(
    set_up: Annotated[bool, typer.Option("--set", help="Set what is not as it should be, and show it again.")] = False,
    as_json: Json = False,
) -> None:
    """Show where the number in DISPATCH_TWILIO_FROM leads at the carrier, beside where it should.

    Five addresses: a call comes in, a call fails (a document that the carrier itself keeps, in
    DISPATCH_HOTLINE_FALLBACK_URL), a call has ended, a text comes in, a text fails. --set gives the carrier ours; it
    clears none. Exits with 1 while people do not reach us, as `dispatch check` does.
    """
    settings = read_settings()
    if missing := settings.missing_for_carrier():
        raise Complaint(f"the carrier cannot be asked without {', '.join(missing)}")
    leads = run(_leads(settings, set_up=set_up))
    reached = not any(lead.keeps_people_away for lead in leads)
    if as_json:
        print_json({"number": settings.twilio_from, "ok": reached, "addresses": [_as_json(lead) for lead in leads]})
    else:
        _print(settings.twilio_from, leads, reached=reached)
    raise typer.Exit(0 if reached else 1)


async def _leads(settings: Settings, *, set_up: bool) -> list[Lead]:
    carrier = chosen_carrier(settings)
    try:
        found = await _asked(carrier, settings)
        if set_up and any(lead.fault is not None for lead in found):
            await _set_up(carrier, settings, found)
            found = await _asked(carrier, settings)
        return found
    finally:
        await carrier.close()


async def _asked(carrier: Carrier, settings: Settings) -> list[Lead]:
    found = await carrier.number()
    if found is None:
        raise Complaint(f"our account has no number {settings.twilio_from}; check DISPATCH_TWILIO_FROM")
    return leads(found, carrier.wanted_number)


async def _set_up(carrier: Carrier, settings: Settings, found: Sequence[Lead]) -> None:
    public = check_public_url(settings.public_url, carrier_is_ours=settings.twilio_api_url is not None)
    if public.verdict is Verdict.FAIL:
        raise Complaint(f"DISPATCH_PUBLIC_URL: {public.text}")
    changed = [lead.what for lead in found if lead.fault is not None and lead.wanted]
    if not changed:
        return
    async with open_runner(settings) as runner:
        await runner.act(note, changed, operator(), Source.CLI)
    await carrier.set_number(carrier.wanted_number)


def _print(phone: str, leads: Sequence[Lead], *, reached: bool) -> None:
    typer.echo(f"{phone} at the carrier, when")
    space = " " * len(signs()["ok"])
    for lead in leads:
        typer.echo(f"{marked(verdict_of(lead))} {lead.what:<16} {lead.address or 'not set'}")
        if lead.fault is not None:
            if lead.wanted:
                typer.echo(f"{space} {'':<16} should be {lead.wanted}")
            typer.echo(f"{space} {'':<16} {lead.trouble}")
    wrong = sum(lead.fault is not None for lead in leads)
    if not wrong:
        typer.echo("\nEverything leads to us, and to a person while we are down.")
        return
    told = f"{wrong} of {len(leads)} {'is' if wrong == 1 else 'are'} not as {'it' if wrong == 1 else 'they'} should be"
    so = ", and people reach us all the same." if reached else ". While it is so, people do not reach us."
    typer.echo(f"\n{told}{so}")


def _as_json(lead: Lead) -> dict[str, object]:
    return {
        "when": lead.what,
        "address": lead.address or None,
        "should_be": lead.wanted or None,
        "ok": lead.fault is None,
        "verdict": verdict_of(lead),
        "trouble": lead.trouble or None,
    }
