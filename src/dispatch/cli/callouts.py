"""`dispatch callouts`, `show`, `verify` and `close`: what a coordinator does when there is nothing but a shell.

Whoever types is the operator of this machine; what they read and do is in the audit trail. What they decide they do as
a coordinator of the roster.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dispatch.cli.answers import Json, print_json
from dispatch.cli.deployment import open_office, read_settings, run
from dispatch.cli.moments import moment_of
from dispatch.cli.operator import named, operator

if TYPE_CHECKING:
    from dispatch.actions.read_callout import Story
    from dispatch.rules.commands.commands import Command
    from dispatch.settings import Settings
    from dispatch.store.callout_records import Wanted
    from dispatch.store.pages import SentPage
    from dispatch.terminal.happenings import Happening

_Code = Annotated[str, typer.Argument(metavar="CODE", help="The call-out's code, such as K7Q, or its id.")]


def callouts(
    all_: Annotated[bool, typer.Option("--all", help="Those that are over as well.")] = False,
    since: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Everything received since then; without an offset it is local time."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, the newest first.")] = 50,
    as_json: Json = False,
) -> None:
    """Which call-outs are open, who has them, and since when."""
    from dispatch.store.callout_records import Wanted

    begins = moment_of("--since", since) if since is not None else None
    wanted = Wanted(only_open=not all_ and since is None, since=begins, most=limit)
    found = run(_list(read_settings(), wanted))
    if as_json:
        print_json(found)
        return
    lines = [_columns(callout) for callout in found["callouts"]]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        typer.echo("  ".join(f"{text:<{width}}" for text, width in zip(line, widths, strict=True)).rstrip())
    if not lines:
        typer.echo("No call-out is open." if wanted.only_open else "There is no call-out.")
    if found["next"]:
        typer.echo(f"There are more: --limit {2 * limit} shows them.")


async def _list(settings: "Settings", wanted: "Wanted") -> dict[str, Any]:
    from dispatch.actions.read_callout import list_for_coordinator
    from dispatch.rules.facts.actors import Source

    async with open_office(settings) as office:
        return await office.act(list_for_coordinator, wanted, operator(), Source.CLI)


def _columns(view: dict[str, Any]) -> tuple[str, ...]:
    """One call-out: its code, status, where it came from, when, and who has it."""
    from dispatch.rules.wording.times import local_day_and_time

    received = local_day_and_time(datetime.fromisoformat(view["received_at"]))
    return view["code"], view["status"], _whence(view), received, "; ".join(_how_it_stands(view))


def _whence(view: dict[str, Any]) -> str:
    return f"{view['agency']}, {view['unit']}" if view["unit"] else str(view["agency"])


def _how_it_stands(view: dict[str, Any]) -> Iterator[str]:
    from dispatch.rules.facts.callers import Trust
    from dispatch.rules.wording.callers import doubt

    if view["specialist"] is not None:
        yield f"{view['specialist']} has it" + (f", ETA {_clock(view['eta_at'])}" if view["eta_at"] else "")
    elif view["ended_at"] is None:
        yield "nobody has it"
    if view["arrived_at"] is not None:
        yield f"on scene {_clock(view['arrived_at'])}"
    if view["missed"]:
        yield "target missed"
    if view["ended_at"] is None and (said := doubt(Trust(view["trust"]))):
        yield said
    if view["ended_at"] is not None:
        yield f"over {_clock(view['ended_at'])}"
    elif view["probable_duplicate_of"] is not None:
        yield f"probably the same as {view['probable_duplicate_of']}"


def _clock(moment: str) -> str:
    from dispatch.rules.wording.times import local_time

    return local_time(datetime.fromisoformat(moment))


# ---- one call-out --------------------------------------------------------------------------------------------------


def show(code: _Code, as_json: Json = False) -> None:
    """One call-out: whom to ring, who was paged and how it went, and its timeline."""
    story = run(_story(read_settings(), code))
    if as_json:
        print_json({**story.view, "timeline": [*_timeline(story)]})
        return
    for line in _introduction(story.view):
        typer.echo(line)
    typer.echo()
    _print_timeline(story)


async def _story(settings: "Settings", code: str) -> "Story":
    from dispatch.actions.read_callout import tell_story
    from dispatch.rules.facts.actors import Source

    async with open_office(settings) as office:
        return await office.act(tell_story, code, operator(), Source.CLI)


def _timeline(story: "Story") -> Iterator[dict[str, str | None]]:
    from dispatch.rules.wording.times import utc_iso

    for entry in story.timeline:
        yield {
            "at": utc_iso(entry.at),
            "kind": entry.kind,
            "text": entry.text,
            "person": entry.person,
            "source": entry.source,
        }


def _introduction(view: dict[str, Any]) -> Iterator[str]:
    code, status, whence, received, stands = _columns(view)
    yield f"{code}  {status}  {whence}, received {received}, answer promised by {_clock(view['respond_by'])}"
    if stands:
        yield f"  {stands}"
    officer = view["officer"]
    known = (officer["name"], officer["badge"] and f"badge {officer['badge']}", officer["callback_phone"])
    yield f"  officer  {', '.join(filter(None, known)) or 'gave no number'}"
    yield from _place(view["meeting_place"])
    for page in view["paged"]:
        what = "text" if page["channel"] == "sms" else "call"
        yield f"  paged    {page['name'] or page['person']}, {page['phone']}: {what} {_how_it_went(page)}"


def _place(place: dict[str, Any]) -> Iterator[str]:
    from dispatch.rules.wording.callers import SAID_BY_THE_CALLER

    point = f"{place['lat']}, {place['lon']}" if place["lat"] is not None and place["lon"] is not None else None
    known = [part for part in (place["address"] or point, place["note"]) if part]
    if known:
        yield f"  place    {', '.join(known)}{f' ({SAID_BY_THE_CALLER})' if place['unconfirmed'] else ''}"


def _how_it_went(page: dict[str, Any]) -> str:
    from dispatch.rules.facts.pages import PageState
    from dispatch.rules.facts.people import Channel
    from dispatch.rules.wording.how_it_went import how_it_went

    due_at = datetime.fromisoformat(page["due_at"]) if page["due_at"] else None
    return how_it_went(Channel(page["channel"]), PageState(page["state"]), due_at, page["failure"])


def _print_timeline(story: "Story") -> None:
    from dispatch.terminal.happenings import SHOWN_OTHERWISE, Happening, Kind, in_order
    from dispatch.terminal.lines import tell

    code = str(story.view["code"])
    notes = [
        Happening(entry.at, Kind.NOTE, code, entry.text)
        for entry in story.timeline
        if entry.kind not in SHOWN_OTHERWISE
    ]
    sent = [happening for who, page in story.sent for happening in _went_out(who, page)]
    for happening in in_order([*notes, *sent]):
        tell(happening)


def _went_out(who: str, page: "SentPage") -> "Iterator[Happening]":
    """A message as the demo tells of it: that it went out, and that it reached nobody."""
    from dispatch.rules.facts.people import Channel
    from dispatch.terminal.happenings import Happening, Kind

    if page.channel is Channel.WEBHOOK:
        return
    is_text = page.channel is Channel.SMS
    if page.tried_at is not None:
        yield Happening(
            page.tried_at, Kind.TEXT_OUT if is_text else Kind.CALL_OUT, who, page.text if is_text else "rings"
        )
    if page.failure is not None and page.ended_at is not None:
        yield Happening(page.ended_at, Kind.TEXT_LOST if is_text else Kind.CALL_LOST, who, page.failure)


# ---- who called ----------------------------------------------------------------------------------------------------


def verify(
    code: _Code,
    name: Annotated[str, typer.Option("--as", metavar="NAME", help="The coordinator who rang the agency.")],
    as_json: Json = False,
) -> None:
    """Say that you have rung the agency's listed number, and that they have called. Confirms the place as well."""
    from dispatch.rules.commands.commands import Verify

    view = run(_do(read_settings(), code, Verify(), name))
    if as_json:
        print_json(view)
    else:
        typer.echo(f"The caller of {view['code']} is verified.")


async def _do(settings: "Settings", code: str, command: "Command", name: str) -> dict[str, Any]:
    """As a coordinator does it who has not looked at the call-out first."""
    from dispatch.actions import coordinate
    from dispatch.rules.facts.actors import Source

    async with open_office(settings) as office:
        return await office.act(coordinate.do_unseen, code, [command], await named(office, name), Source.CLI)


# ---- ending one ----------------------------------------------------------------------------------------------------


def close(
    code: _Code,
    name: Annotated[str, typer.Option("--as", metavar="NAME", help="The coordinator who closes it.")],
    as_json: Json = False,
) -> None:
    """Close a call-out, whatever its status: everybody on it is told to stand down, and the officer if nobody came."""
    from dispatch.rules.commands.commands import Close

    view = run(_do(read_settings(), code, Close(), name))
    if as_json:
        print_json(view)
    else:
        typer.echo(f"{view['code']} is closed. Whoever was on it is told to stand down.")
