"""`dispatch test-page`: requests a test page and watches the running service send it."""

import asyncio
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer

from dispatch.actions.delivery import test_page as test_pages
from dispatch.actions.runner import Runner
from dispatch.cli.complaints import Complaint
from dispatch.cli.deployment import run_with
from dispatch.cli.operator import operator
from dispatch.rules.delivery.test_pages import PageTestOutcome, SentTestPage, outcome
from dispatch.rules.facts.actors import Source
from dispatch.rules.facts.people import Person

_PATIENCE_SECONDS = 10.0
_FOR_A_PERSON = 90.0
"""How long somebody at a terminal waits for the answer."""


def test_page(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A person's id, first or full name.")],
    wait: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS", min=0, max=3600, help="Wait so long for the answer: 90 on a terminal, otherwise 0."
        ),
    ] = None,  # noqa: PT028  # a command, and no test
) -> None:
    """Text and ring somebody, to see that pages reach them and are answered. The running service sends the pages.

    Exits with 1 when a page did not go out, or when it waited and nobody answered.
    """
    patience = wait if wait is not None else _FOR_A_PERSON if sys.stdout.isatty() else 0.0
    run_with(lambda runner: _test_page(runner, name, patience))


async def _test_page(runner: Runner, name: str, patience: float) -> None:
    began = runner.now()
    person = await runner.act(test_pages.request, name, operator(), Source.CLI)
    typer.echo(f"Paging {person.name} at {person.phone}:")
    if person.opted_out:
        typer.echo("  text  not sent, since they texted STOP")
    pages = await _watched(runner, person, began, _PATIENCE_SECONDS, lambda came: came.is_known)
    for page in pages:
        typer.echo(f"  {'text' if page.channel == 'sms' else 'call'}  {_how_it_went(page)}")
    outcomes = [outcome(page) for page in pages]
    if PageTestOutcome.UNTOUCHED in outcomes:
        await runner.act(test_pages.withdraw, [page.id for page in pages], operator(), Source.CLI)
        raise Complaint("no running service took it, so it was withdrawn: start `dispatch serve` and try again")
    if not all(came.went_out for came in outcomes):
        raise Complaint(f"not every test page to {person.name} went out")
    if patience:
        typer.echo(f"Waiting for the answer, {patience:g} seconds at most:")
        pages = await _watched(runner, person, began, patience, lambda came: came is PageTestOutcome.ANSWERED)
        for page in pages:
            answered = outcome(page) is PageTestOutcome.ANSWERED
            what = ("answered" if page.channel == "sms" else "picked up") if answered else "not answered"
            typer.echo(f"  {'text' if page.channel == 'sms' else 'call'}  {what}")
        # One channel is enough: whoever has replied to the text need not pick up the phone as well.
        if not any(outcome(page) is PageTestOutcome.ANSWERED for page in pages):
            raise Complaint(f"{person.name} did not answer within {patience:g} seconds")
        typer.echo(f"{person.name} answered.")


def _how_it_went(page: SentTestPage) -> str:
    match outcome(page):
        case PageTestOutcome.UNTOUCHED:
            return "nobody took it"
        case PageTestOutcome.TAKEN:
            return "the carrier took it"
        case PageTestOutcome.DELIVERED:
            return "delivered"
        case PageTestOutcome.ANSWERED:
            return "answered"
        case PageTestOutcome.FAILED:
            return f"failed: {page.failure}"
        case PageTestOutcome.UNDECIDED:
            return f"still being tried: {page.failure or 'no answer from the carrier yet'}"


async def _watched(
    runner: Runner,
    person: Person,
    since: datetime,
    seconds: float,
    is_enough: Callable[[PageTestOutcome], bool],
) -> list[SentTestPage]:
    """The test pages of `person`, once what became of each `is_enough`, or when time runs out."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while True:
        pages = await runner.ask(test_pages.requested, person.id, since)
        if loop.time() > end or all(is_enough(outcome(page)) for page in pages):
            return pages
        await asyncio.sleep(0.1)
