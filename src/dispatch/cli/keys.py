"""`dispatch key new`, `list` and `revoke`."""

from typing import Annotated

import typer

from dispatch.actions.roster import edit_roster
from dispatch.cli.complaints import Complaint
from dispatch.cli.deployment import ask
from dispatch.cli.operator import operate
from dispatch.cli.output import Json, print_json, print_listed, some_of
from dispatch.rules.access.permissions import Scope
from dispatch.store.access import keys
from dispatch.store.access.keys import ApiKey


def new_key(
    agency: Annotated[str | None, typer.Option(metavar="CODE", help="For an agency of the roster.")] = None,
    coordinator: Annotated[str | None, typer.Option(metavar="NAME", help="For a coordinator of the roster.")] = None,
    scope: Annotated[
        str | None,
        typer.Option(metavar="SCOPE", help=f"With --coordinator: for this alone. There are: {', '.join(Scope)}."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a key. It is shown only once, because only its hash is kept."""
    if bool(agency) == bool(coordinator):
        raise Complaint("whose key? give either --agency CODE or --coordinator NAME")
    if scope is not None and scope not in set(Scope):
        raise Complaint(f"--scope {scope!r} is not known; there are: {', '.join(Scope)}")
    if scope is not None and agency:
        raise Complaint("an agency's key has no scope: it opens its agency's call-outs")
    made = operate(
        edit_roster.new_key,
        agency=agency or None,
        coordinator=coordinator or None,
        scope=Scope(scope) if scope is not None else None,
    )
    if as_json:
        print_json(some_of(made, "id", "key", "webhook_secret"))
        return
    typer.echo(f"id              {made.id}")
    typer.echo(f"key             {made.key}")
    if made.webhook_secret is not None:
        typer.echo(f"webhook secret  {made.webhook_secret}")
    typer.echo(
        f"For {agency or coordinator}{f', {scope} only' if scope else ''}. Keep it now: it is not shown again.",
        err=True,
    )


def list_keys(as_json: Json = False) -> None:
    """List every key ever made, by its id."""
    print_listed(
        ask(lambda tx, _: keys.all_keys(tx)),
        _line,
        "There is no key yet: `dispatch key new --agency CODE`.",
        json=lambda key: some_of(key, "id", "agency", "coordinator", "scope", "created_at", "revoked_at"),
        as_json=as_json,
    )


def _line(key: ApiKey) -> str:
    state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "works"
    whose = f"agency {key.agency}" if key.agency else f"coordinator {key.coordinator}"
    whose += f" ({key.scope})" if key.scope else ""
    return f"{key.id}  {whose:<24}  made {key.created_at:%Y-%m-%d}  {state}"


def revoke_key(key_id: Annotated[str, typer.Argument(metavar="ID", help="As `dispatch key list` shows it.")]) -> None:
    """Revoke a key, at once and for good."""
    operate(edit_roster.revoke_key, key_id)
    typer.echo(f"{key_id} no longer works.")
