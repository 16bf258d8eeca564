"""`dispatch hotline`: the calls that came in, and whether one of them is a call-out."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from dispatch.actions.hotline import take_call
from dispatch.actions.hotline.take_call import CallSeen
from dispatch.cli.deployment import ask
from dispatch.cli.operator import operate, operate_as
from dispatch.cli.output import Json, print_json, print_listed
from dispatch.rules.wording.times import local_day_and_time, local_time, utc_iso

_Id = Annotated[str, typer.Argument(metavar="ID", help="The call's id, as `dispatch hotline list` shows it.")]
_Name = Annotated[str, typer.Option("--as", metavar="NAME", help="The coordinator who says so.")]


def list_calls(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, the newest first.")] = 20,
    as_json: Json = False,
) -> None:
    """Who has called, and what came of it."""
    found = operate(take_call.list_calls, limit)
    print_listed(found, _line, "Nobody has called.", json=_plain, as_json=as_json)


def _line(call: CallSeen) -> str:
    who = f"{call.agency}, {call.trust}"
    called = call.id, local_day_and_time(call.called_at), call.phone or "no number", who, _came_of(call)
    return "  ".join(called)


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
    _decide(take_call.page_now, call_id, name, "{0.code} is open, and a specialist is being paged.", as_json=as_json)


def dismiss(call_id: _Id, name: _Name, as_json: Json = False) -> None:
    """It is no call-out, and pages nobody."""
    said = "That call pages nobody. Within the hour: dispatch hotline page {0.id} --as NAME"
    _decide(take_call.dismiss, call_id, name, said, as_json=as_json)


def _decide(decision: Callable[..., object], call_id: str, name: str, said: str, *, as_json: bool) -> None:
    operate_as(name, decision, call_id)
    call = ask(take_call.see_call, call_id)
    if as_json:
        print_json(_plain(call))
    else:
        typer.echo(said.format(call))
