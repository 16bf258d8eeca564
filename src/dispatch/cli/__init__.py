"""The command line: every command and how to call it."""

import sys
from typing import Annotated

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


app.command(epilog=_examples("dispatch serve", "DISPATCH_HOST=0.0.0.0 dispatch serve --port 9000"))(serving.serve)
app.command(
    cls=WithStory,
    epilog=_examples(
        "dispatch demo", "dispatch demo --speed 10", "dispatch demo --once", "dispatch demo --once=hotline"
    ),
)(demo)
app.command(epilog=_examples("dispatch migrate"))(upkeep.migrate)
app.command(epilog=_examples("dispatch check", "dispatch check --json"))(upkeep.check)
app.command(epilog=_examples("dispatch number", "dispatch number --set", "dispatch number --json"))(number.number)
app.command(epilog=_examples("dispatch who", 'dispatch who --at "2026-12-25 02:00"', "dispatch who --json"))(
    on_call.who
)
app.command(
    epilog=_examples(
        "dispatch callouts", 'dispatch callouts --since "2026-12-24 18:00"', "dispatch callouts --all --json"
    )
)(callouts.callouts)
app.command(epilog=_examples("dispatch show K7Q", "dispatch show K7Q --json"))(callouts.show)
app.command(epilog=_examples("dispatch verify K7Q --as cora"))(callouts.verify)
app.command(epilog=_examples("dispatch close K7Q --as cora"))(callouts.close)
app.command("test-page", epilog=_examples("dispatch test-page ana"))(test_page.test_page)
app.command(epilog=_examples("dispatch nodes", "dispatch nodes --json"))(nodes.nodes)
app.command(epilog=_examples("dispatch rehearse", "dispatch rehearse --seeds 20 --callouts 500 --jobs 2"))(rehearse)
app.command("backup", epilog=_examples("dispatch backup /backup/dispatch.db", "dispatch backup today.db --force"))(
    backup.back_up
)
app.command(epilog=_examples("dispatch restore /backup/dispatch.db"))(backup.restore)

_roster = typer.Typer(
    no_args_is_help=True, help="Load the roster from a file, or write it into one; see and undo its changes."
)
_roster.command(
    "import",
    epilog=_examples("dispatch roster import config/roster.toml", "dispatch roster import --from 41 roster.toml"),
)(roster.import_roster)
_roster.command("export", epilog=_examples("dispatch roster export roster.toml", "dispatch roster export - | less"))(
    roster.export_roster
)
_roster.command("log", epilog=_examples("dispatch roster log", "dispatch roster log --json"))(roster_log.log)
_roster.command("diff", epilog=_examples("dispatch roster diff", "dispatch roster diff 41"))(roster_log.diff)
_roster.command("undo", epilog=_examples("dispatch roster undo 42"))(roster_log.undo)
app.add_typer(_roster, name="roster")

app.command(epilog=_examples("dispatch schedule", "dispatch schedule --json"))(editing.schedule)

_FRIDAY = '--from "2026-12-04 18:00" --until "2026-12-05 09:00"'
_override = typer.Typer(no_args_is_help=True, help="Change who is on call for a span.")
_override.command(
    "add",
    epilog=_examples(
        f"dispatch override add primary --person eva --replaces ana {_FRIDAY}",
        f"dispatch override add backup --kind add --person ben {_FRIDAY} --yes",
    ),
)(editing.add_override)
_override.command("end", epilog=_examples('dispatch override end "primary 2026-12-05 02:00Z"'))(editing.end_override)
app.add_typer(_override, name="override")

_cover = typer.Typer(no_args_is_help=True, help="See which shifts others are asked to take; ask, give and take.")
_cover.command("list", epilog=_examples("dispatch cover list", "dispatch cover list --json"))(covering.list_covers)
_cover.command(
    "ask", epilog=_examples(f"dispatch cover ask ana {_FRIDAY}", f"dispatch cover ask ana {_FRIDAY} --of eva")
)(covering.ask_cover)
_cover.command("give", epilog=_examples("dispatch cover give 4 eva"))(covering.give_cover)
_cover.command("take", epilog=_examples("dispatch cover take 4 eva"))(covering.take_cover)
_cover.command("withdraw", epilog=_examples("dispatch cover withdraw 4"))(covering.withdraw_cover)
app.add_typer(_cover, name="cover")

app.command(
    "away",
    epilog=_examples("dispatch away", f"dispatch away ana {_FRIDAY}", "dispatch away ana --back"),
)(covering.say_away)

_hotline = typer.Typer(no_args_is_help=True, help="See the calls on the hotline, and say what one of them is.")
_hotline.command("list", epilog=_examples("dispatch hotline list", "dispatch hotline list --json"))(hotline.list_calls)
_hotline.command("page", epilog=_examples("dispatch hotline page ID --as cora"))(hotline.page)
_hotline.command("dismiss", epilog=_examples("dispatch hotline dismiss ID --as cora"))(hotline.dismiss)
app.add_typer(_hotline, name="hotline")

_keys = typer.Typer(no_args_is_help=True, help="Make, list and revoke the keys of agencies and coordinators.")
_keys.command("new", epilog=_examples("dispatch key new --agency LBPD", "dispatch key new --coordinator cora --json"))(
    keys.new_key
)
_keys.command("list", epilog=_examples("dispatch key list"))(keys.list_keys)
_keys.command("revoke", epilog=_examples("dispatch key revoke key_0123456789"))(keys.revoke_key)
app.add_typer(_keys, name="key")

_users = typer.Typer(
    no_args_is_help=True, help="Make, list and reset the accounts of coordinators, supervisors and auditors."
)
_users.command("add", epilog=_examples("dispatch user add cora"))(users.add)
_users.command("list", epilog=_examples("dispatch user list", "dispatch user list --json"))(users.list_users)
_users.command("reset", epilog=_examples("dispatch user reset cora"))(users.reset)
_users.command("let-in", epilog=_examples("dispatch user let-in cora"))(users.let_in)
_users.command("sign-out", epilog=_examples("dispatch user sign-out cora"))(users.sign_out)
app.add_typer(_users, name="user")
