"""`dispatch hotline`: the calls that came in, and whether one of them is a call-out."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from dispatch.actions.hotline import take_call
from dispatch.actions.hotline.take_call import CallSeen
from dispatch.cli.deployment import act, open_runner, read_settings, run
from dispatch.cli.operator import named, operator
from dispatch.cli.output import Json, print_json
from dispatch.rules.facts.actors import Source
from dispatch.rules.wording.times import local_day_and_time, local_time, utc_iso
from dispatch.settings import Settings

_Id = Annotated[str, typer.Argument(metavar="ID", help="The call's id, as `dispatch hotline list` shows it.")]
_Name = Annotated[str, typer.Option("--as", metavar="NAME", help="The coordinator who says so.")]


def list_calls(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, the newest first.")] = 20,
    as_json: Json = False,
) -> None:
    """Who has called, and what came of it."""
    found = act(take_call.list_calls, limit, operator(), Source.CLI)
    if as_json:
        print_json([_plain(call) for call in found])
        return
    for call in found:
        typer.echo("  ".join(_columns(call)))
    if not found:
        typer.echo("Nobody has called.")


def _columns(call: CallSeen) -> tuple[str, ...]:
    who = f"{call.agency}, {call.trust}"
    return call.id, local_day_and_time(call.called_at), call.phone or "no number", who, _came_of(call)


def _came_of(call: CallSeen) -> str:
    if call.code is not None:
        return f"about {call.code}" if call.again else f"opened {call.code}"
    if call.dismissed_at is not None:
        return f"no call-out, said {call.dismissed_by} at {local_time(call.dismissed_at)}"
    if call.calls_back:
        return "one of our people, who is rung back"
    return f"pages at {local_time(call.due_at)} unless somebody decides" if call.due_at is not None else ""


def _plain(call: CallSeen) -> dict[str, Any]:
    return {name: utc_iso(value) if isinstance(value, datetime) else value for name, value in asdict(call).items()}


def page(call_id: _Id, name: _Name, as_json: Json = False) -> None:
    """It is a call-out: a specialist is paged now. A dismissed call can still become one for an hour."""
    call = run(_decide(read_settings(), call_id, name, pages=True))
    if as_json:
        print_json(_plain(call))
    else:
        typer.echo(f"{call.code} is open, and a specialist is being paged.")


def dismiss(call_id: _Id, name: _Name, as_json: Json = False) -> None:
    """It is no call-out, and pages nobody."""
    call = run(_decide(read_settings(), call_id, name, pages=False))
    if as_json:
        print_json(_plain(call))
    else:
        typer.echo(f"That call pages nobody. Within the hour: dispatch hotline page {call.id} --as NAME")


async def _decide(settings: Settings, call_id: str, name: str, *, pages: bool) -> CallSeen:
    async with open_runner(settings) as runner:
        by = await named(runner, name)
        await runner.act(take_call.page_now if pages else take_call.dismiss, call_id, by, Source.CLI)
        return await runner.ask(take_call.see_call, call_id)
