"""`dispatch test-page`: requests a test page and watches the running service send it."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli.complaints import Refused
from dispatch.cli.deployment import open_office, read_settings, run
from dispatch.cli.operator import operator

if TYPE_CHECKING:
    from datetime import datetime

    from dispatch.actions.desk import Desk
    from dispatch.actions.office import Office
    from dispatch.rules.facts.people import Person
    from dispatch.settings import Settings
    from dispatch.store.pages import TestPage
    from dispatch.store.transaction import Transaction

_PATIENCE_SECONDS = 10.0


def test_page(name: Annotated[str, typer.Argument(metavar="NAME", help="A person's id, first or full name.")]) -> None:
    """Text and ring somebody, to see that pages reach them. The running service sends the pages."""
    raise typer.Exit(run(_test_page(read_settings(), name)))


async def _test_page(settings: "Settings", name: str) -> int:
    from dispatch.actions import edit_roster
    from dispatch.logs import mask_phones
    from dispatch.rules.facts.actors import Source

    async with open_office(settings) as office:
        began = office.now()
        person = await office.act(edit_roster.test_page, name, operator(), Source.CLI)
        typer.echo(f"Paging {person.name} at {mask_phones(person.phone)}:")
        if person.opted_out:
            typer.echo("  text  not sent, since they texted STOP")
        pages = await _watched(office, person, began)
        for page in pages:
            typer.echo(f"  {'text' if page.channel == 'sms' else 'call'}  {_outcome(page)}")
        if any(_is_untouched(page) for page in pages):
            await office.act(edit_roster.withdraw_test, [page.id for page in pages], operator(), Source.CLI)
            raise Refused("no running service took it, so it was withdrawn: start `dispatch serve` and try again")
        return 0 if all(_went_out(page) for page in pages) else 1


def _is_untouched(page: "TestPage") -> bool:
    return page.state == "waiting" and not page.tries


def _went_out(page: "TestPage") -> bool:
    return page.state in ("sent", "delivered", "done")


def _outcome(page: "TestPage") -> str:
    if _is_untouched(page):
        return "nobody took it"
    if _went_out(page):
        return "delivered" if page.state == "delivered" else "the carrier took it"
    if page.state == "failed":
        return f"failed: {page.failure}"
    return f"still being tried: {page.failure or 'no answer from the carrier yet'}"


async def _watched(office: "Office", person: "Person", since: "datetime") -> "list[TestPage]":
    """The test pages of `person`, once the carrier has taken or refused them all, or when time runs out."""
    loop = asyncio.get_running_loop()
    end = loop.time() + _PATIENCE_SECONDS
    while True:
        pages = await office.ask(_test_pages, person.id, since)
        if loop.time() > end or all(_went_out(page) or page.state == "failed" for page in pages):
            return pages
        await asyncio.sleep(0.1)


def _test_pages(tx: "Transaction", _desk: "Desk", person: str, since: "datetime") -> "list[TestPage]":
    from dispatch.store import pages

    return pages.tests_of(tx, person, since)
