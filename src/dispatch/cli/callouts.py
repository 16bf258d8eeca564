"""`dispatch callouts`, `show`, `verify` and `close`: what a coordinator does when there is nothing but a shell.

Whoever types is the operator of this machine; what they read and do is in the audit trail. What they decide, they
decide as a coordinator of the roster.
"""

from typing import Annotated

import typer

from dispatch.actions.callout.change_callout import NoSuchCallOut
from dispatch.actions.callout.coordinator_view import coordinator_view, whole_view
from dispatch.actions.callout.read_callout import list_for_coordinator, tell_story
from dispatch.actions.commands import give
from dispatch.cli.complaints import Complaint
from dispatch.cli.moments import moment_of
from dispatch.cli.operator import operate, operate_as
from dispatch.cli.output import Json, print_json
from dispatch.rules.commands.commands import Close, Command, Verify
from dispatch.rules.wording.times import utc_iso
from dispatch.store.callout.records import CallOutFilter
from dispatch.terminal.callouts import columns, happenings, introduction
from dispatch.terminal.lines import tell

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
    begins = moment_of("--since", since) if since is not None else None
    wanted = CallOutFilter(only_open=not all_ and since is None, since=begins, most=limit)
    listed = operate(list_for_coordinator, wanted)
    if as_json:
        print_json(listed.shown(coordinator_view))
        return
    lines = [columns(record, listed.roster) for record in listed.found]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        typer.echo("  ".join(f"{text:<{width}}" for text, width in zip(line, widths, strict=True)).rstrip())
    if not lines:
        typer.echo("No call-out is open." if wanted.only_open else "There is no call-out.")
    if listed.following:
        typer.echo(f"There are more: --limit {2 * limit} shows them.")


# ---- one call-out --------------------------------------------------------------------------------------------------


def show(code: _Code, as_json: Json = False) -> None:
    """One call-out: whom to ring, who was paged and how it went, and its timeline."""
    try:
        detail, told = operate(tell_story, code)
    except NoSuchCallOut as error:
        raise Complaint(f"there never was a call-out {code}: see `dispatch callouts --all`") from error
    if as_json:
        timeline = [
            {"at": utc_iso(one.at), "kind": one.kind, "text": one.text, "person": one.person, "source": one.source}
            for one in told
        ]
        print_json({**whole_view(detail), "timeline": timeline})
        return
    for line in introduction(detail):
        typer.echo(line)
    typer.echo()
    for happening in happenings(detail, told):
        tell(happening)


# ---- who called ----------------------------------------------------------------------------------------------------


def verify(
    code: _Code,
    name: Annotated[str, typer.Option("--as", metavar="NAME", help="The coordinator who rang the agency.")],
    as_json: Json = False,
) -> None:
    """Say that you have rung the agency's listed number, and that they called. Confirms the meeting place as well."""
    _do(code, Verify(), name, "The caller of {} is verified.", as_json=as_json)


def _do(code: str, command: Command, name: str, said: str, *, as_json: bool) -> None:
    """Give a command without a preview, as nobody has looked at the call-out first. `said` has a `{}` for its code."""
    view = operate_as(name, give.do_unseen, code, command)
    if as_json:
        print_json(view)
    else:
        typer.echo(said.format(view["code"]))


# ---- ending one ----------------------------------------------------------------------------------------------------


def close(
    code: _Code,
    name: Annotated[str, typer.Option("--as", metavar="NAME", help="The coordinator who closes it.")],
    as_json: Json = False,
) -> None:
    """Close a call-out, whatever its status: everybody on it is told to stand down, and the officer if nobody came."""
    _do(code, Close(), name, "{} is closed. Whoever was on it is told to stand down.", as_json=as_json)
