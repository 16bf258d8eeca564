"""`dispatch user add`, `list`, `reset`, `let-in` and `sign-out`: who may sign in to the coordinators' UI."""

from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli.complaints import Complaint
from dispatch.cli.deployment import open_runner, read_settings, run
from dispatch.cli.operator import operator
from dispatch.cli.output import Json, iso, print_json

if TYPE_CHECKING:
    from dispatch.actions.access.keep_accounts import AccountLine, Invitation
    from dispatch.settings import Settings

Name = Annotated[str, typer.Argument(metavar="NAME", help="An id, name or first name in the roster.")]


def add(name: Name) -> None:
    """Make an account for a person of the roster, and print the link with which they enrol."""
    from dispatch.rules.access.sign_in import WELCOME

    _print_link(run(_invite(_settings_with_keys(), name, again=False)), WELCOME)


def reset(name: Name) -> None:
    """Forget somebody's password and app, end their sessions, and print a link to begin again."""
    from dispatch.rules.access.sign_in import WELCOME

    _print_link(run(_invite(_settings_with_keys(), name, again=True)), WELCOME)


def _settings_with_keys() -> "Settings":
    """Raises `Complaint` where nobody could use the link."""
    from dispatch.rules.access.sign_in import MAKE_KEY

    settings = read_settings()
    if not settings.listed_secret_keys():
        raise Complaint(
            "DISPATCH_SECRET_KEYS is not set, so codes cannot be kept safely and nobody can enrol; set it for the "
            f"service as well. `{MAKE_KEY}` makes a key"
        )
    return settings


async def _invite(settings: "Settings", name: str, *, again: bool) -> "tuple[Invitation, str]":
    from dispatch.actions.access import keep_accounts
    from dispatch.rules.facts.actors import Source

    async with open_runner(settings) as runner:
        action = keep_accounts.reset if again else keep_accounts.add
        return await runner.act(action, name, operator(), Source.CLI), runner.public_url


def let_in(name: Name) -> None:
    """Print a link with which a new browser of somebody signs in at once, while others guess at their password."""
    from dispatch.actions.access import let_in
    from dispatch.rules.access.sign_in import LET_IN
    from dispatch.rules.facts.actors import Source

    async def make() -> "tuple[Invitation, str]":
        async with open_runner(read_settings()) as runner:
            return await runner.act(let_in.make_link, name, operator(), Source.CLI), runner.public_url

    _print_link(run(make()), LET_IN)


def _print_link(made: "tuple[Invitation, str]", path: str) -> None:
    from dispatch.rules.access.sign_in import LINK_LIVES

    invitation, public_url = made
    minutes = int(LINK_LIVES.total_seconds() // 60)
    typer.echo(public_url + path.format(token=invitation.token))
    typer.echo(
        f"For {invitation.person.name}, by a safe route. It works once, within {minutes} minutes, and is not shown "
        "again.",
        err=True,
    )


def list_users(as_json: Json = False) -> None:
    """List who may sign in, and where they are signed in."""
    from dispatch.actions.access import keep_accounts

    async def read() -> "list[AccountLine]":
        async with open_runner(read_settings()) as runner:
            return await runner.ask(keep_accounts.list_accounts)

    lines = run(read())
    if as_json:
        print_json(
            [
                {
                    "person": line.person,
                    "name": line.name,
                    "roles": line.roles,
                    "account": line.standing,
                    "sessions": [
                        {
                            "id": session.id,
                            "kind": session.kind,
                            "created_at": iso(session.created_at),
                            "seen_at": iso(session.seen_at),
                        }
                        for session in line.sessions
                    ],
                }
                for line in lines
            ]
        )
        return
    if not lines:
        typer.echo("Nobody has an account yet: `dispatch user add NAME`.")
    for line in lines:
        roles = ", ".join(line.roles) or "no role"
        typer.echo(f"{line.person:<12}  {roles:<24}  {line.standing}")
        for session in line.sessions:
            since, seen = (f"{moment:%Y-%m-%d %H:%M}" for moment in (session.created_at, session.seen_at))
            typer.echo(f"    {session.kind}, since {since}, seen {seen} UTC")


def sign_out(name: Name) -> None:
    """End every session of somebody, walls included, and the links that they made. Their password goes on working."""
    from dispatch.actions.access import keep_accounts
    from dispatch.rules.facts.actors import Source
    from dispatch.rules.wording.names import counted_text

    async def end() -> int:
        async with open_runner(read_settings()) as runner:
            return await runner.act(keep_accounts.end_all_sessions, name, operator(), Source.CLI)

    typer.echo(f"{counted_text(run(end()), 'session')} ended.")
