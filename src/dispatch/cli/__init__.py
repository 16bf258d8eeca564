"""The command line: every command and how to call it."""

import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from demo.demo_command import WithStory, demo
from dispatch.cli import (
    backup,
    callouts,
    covering,
    editing,
    hotline,
    keys,
    nodes,
    number,
    on_call,
    roster,
    roster_log,
    serving,
    test_page,
    upkeep,
    users,
)
from dispatch.cli.complaints import Commands
from dispatch.cli.deployment import version
from rehearsal.rehearse_command import rehearse


def main() -> None:
    """The entry point of the `dispatch` script."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a name that the terminal cannot show must not stop a command
    app()


def _examples(*lines: str) -> str:
    # Without \b the help would run the lines together.
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


app = typer.Typer(
    cls=Commands,
    help="On-call crisis dispatch: a call-out comes in, and the specialist on call is paged until somebody answers.",
    epilog=_examples("dispatch demo", "dispatch roster import config/roster.toml", "dispatch check", "dispatch serve")
    + "\n\nSettings are DISPATCH_* in the environment, over the TOML file that DISPATCH_CONFIG names"
    " (config/dispatch.toml).",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dispatch {version()}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    del version


def _add(to: typer.Typer, name: str, command: Callable[..., None], *examples: str, cls: Any = None) -> None:
    """Each of the `examples` is what stands behind the command's name."""
    called = " ".join(filter(None, ("dispatch", to.info.name, name)))
    to.command(name, cls=cls, epilog=_examples(*(f"{called} {one}".rstrip() for one in examples)))(command)


def _group(name: str, about: str) -> typer.Typer:
    """A command that has commands of its own."""
    group = typer.Typer(name=name, no_args_is_help=True, help=about)
    app.add_typer(group, name=name)
    return group


app.command(epilog=_examples("dispatch serve", "DISPATCH_HOST=0.0.0.0 dispatch serve --port 9000"))(serving.serve)
_add(app, "demo", demo, "", "--speed 10", "--once", "--once=hotline", cls=WithStory)
_add(app, "migrate", upkeep.migrate, "")
_add(app, "check", upkeep.check, "", "--json")
_add(app, "number", number.number, "", "--set", "--json")
_add(app, "who", on_call.who, "", '--at "2026-12-25 02:00"', "--json")
_add(app, "callouts", callouts.callouts, "", '--since "2026-12-24 18:00"', "--all --json")
_add(app, "show", callouts.show, "K7Q", "K7Q --json")
_add(app, "verify", callouts.verify, "K7Q --as cora")
_add(app, "close", callouts.close, "K7Q --as cora")
_add(app, "test-page", test_page.test_page, "ana")
_add(app, "nodes", nodes.nodes, "", "--json")
_add(app, "rehearse", rehearse, "", "--seeds 20 --callouts 500 --jobs 2")
_add(app, "backup", backup.back_up, "/backup/dispatch.db", "today.db --force")
_add(app, "restore", backup.restore, "/backup/dispatch.db")

_roster = _group("roster", "Load the roster from a file, or write it into one; see and undo its changes.")
_add(_roster, "import", roster.import_roster, "config/roster.toml", "--from 41 roster.toml")
_add(_roster, "export", roster.export_roster, "roster.toml", "- | less")
_add(_roster, "log", roster_log.log, "", "--json")
_add(_roster, "diff", roster_log.diff, "", "41")
_add(_roster, "undo", roster_log.undo, "42")

_add(app, "schedule", editing.schedule, "", "--json")

_FRIDAY = '--from "2026-12-04 18:00" --until "2026-12-05 09:00"'
_override = _group("override", "Change who is on call for a span.")
_add(
    _override,
    "add",
    editing.add_override,
    f"primary --person eva --replaces ana {_FRIDAY}",
    f"backup --kind add --person ben {_FRIDAY} --yes",
)
_add(_override, "end", editing.end_override, '"primary 2026-12-05 02:00Z"')

_cover = _group("cover", "See which shifts others are asked to take; ask, give and take.")
_add(_cover, "list", covering.list_covers, "", "--json")
_add(_cover, "ask", covering.ask_cover, f"ana {_FRIDAY}", f"ana {_FRIDAY} --of eva")
_add(_cover, "give", covering.give_cover, "4 eva")
_add(_cover, "take", covering.take_cover, "4 eva")
_add(_cover, "withdraw", covering.withdraw_cover, "4")

_add(app, "away", covering.say_away, "", f"ana {_FRIDAY}", "ana --back")

_hotline = _group("hotline", "See the calls on the hotline, and say what one of them is.")
_add(_hotline, "list", hotline.list_calls, "", "--json")
_add(_hotline, "page", hotline.page, "ID --as cora")
_add(_hotline, "dismiss", hotline.dismiss, "ID --as cora")

_keys = _group("key", "Make, list and revoke the keys of agencies and coordinators.")
_add(_keys, "new", keys.new_key, "--agency LBPD", "--coordinator cora --json")
_add(_keys, "list", keys.list_keys, "")
_add(_keys, "revoke", keys.revoke_key, "key_0123456789")

_users = _group("user", "Make, list and reset the accounts of coordinators, supervisors and auditors.")
_add(_users, "add", users.add, "cora")
_add(_users, "list", users.list_users, "", "--json")
_add(_users, "reset", users.reset, "cora")
_add(_users, "let-in", users.let_in, "cora")
_add(_users, "sign-out", users.sign_out, "cora")
