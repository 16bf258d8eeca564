"""`dispatch user add`, `list`, `reset`, `let-in` and `sign-out`: who may sign in to the coordinators' UI."""

from collections.abc import Callable
from typing import Annotated

import typer

from dispatch.actions.access import keep_accounts
from dispatch.actions.access.keep_accounts import AccountLine, Invitation
from dispatch.actions.access.let_in import make_link
from dispatch.actions.context import Context
from dispatch.cli.complaints import Complaint
from dispatch.cli.deployment import ask, read_settings
from dispatch.cli.operator import operate
from dispatch.cli.output import Json, print_listed, some_of
from dispatch.rules.access.sign_in import LET_IN, LINK_LIVES, MAKE_KEY, WELCOME
from dispatch.rules.facts.actors import Actor, Source
from dispatch.rules.wording.names import counted_text
from dispatch.settings import Settings
from dispatch.store.transaction import Transaction

Name = Annotated[str, typer.Argument(metavar="NAME", help="An id, name or first name in the roster.")]


def add(name: Name) -> None:
    """Make an account for a person of the roster, and print the link with which they enrol."""
    _print_link(keep_accounts.add, name, WELCOME, _settings_with_keys())


def reset(name: Name) -> None:
    """Forget somebody's password and app, end their sessions, and print a link to begin again."""
    _print_link(keep_accounts.reset, name, WELCOME, _settings_with_keys())


def let_in(name: Name) -> None:
    """Print a link with which a new browser of somebody signs in at once, while others guess at their password."""
    _print_link(make_link, name, LET_IN, read_settings())


def _settings_with_keys() -> Settings:
    """Raises `Complaint` where nobody could use the link."""
    settings = read_settings()
    if not settings.listed_secret_keys():
        raise Complaint(
            "DISPATCH_SECRET_KEYS is not set, so codes cannot be kept safely and nobody can enrol; set it for the "
            f"service as well. `{MAKE_KEY}` makes a key"
        )
    return settings


def _print_link(
    make: Callable[[Transaction, Context, str, Actor, Source], Invitation],
    name: str,
    path: str,
    settings: Settings,
) -> None:
    invitation = operate(make, name)
    minutes = int(LINK_LIVES.total_seconds() // 60)
    typer.echo(settings.public_url.rstrip("/") + path.format(token=invitation.token))
    typer.echo(
        f"For {invitation.person.name}, by a safe route. It works once, within {minutes} minutes, and is not shown "
        "again.",
        err=True,
    )


def list_users(as_json: Json = False) -> None:
    """List who may sign in, and where they are signed in."""
    print_listed(
        ask(keep_accounts.list_accounts),
        _lines,
        "Nobody has an account yet: `dispatch user add NAME`.",
        json=lambda one: {
            **some_of(one, "person", "name", "roles"),
            "account": one.standing,
            "sessions": [some_of(session, "id", "kind", "created_at", "seen_at") for session in one.sessions],
        },
        as_json=as_json,
    )


def _lines(one: AccountLine) -> str:
    lines = [f"{one.person:<12}  {', '.join(one.roles) or 'no role':<24}  {one.standing}"]
    for session in one.sessions:
        since, seen = (f"{moment:%Y-%m-%d %H:%M}" for moment in (session.created_at, session.seen_at))
        lines.append(f"    {session.kind}, since {since}, seen {seen} UTC")
    return "\n".join(lines)


def sign_out(name: Name) -> None:
    """End every session of somebody, walls included. Their password goes on working."""
    ended = operate(keep_accounts.end_all_sessions, name)
    typer.echo(f"{counted_text(ended, 'session')} ended.")
