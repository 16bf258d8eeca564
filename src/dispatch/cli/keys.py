"""`dispatch key new`, `list` and `revoke`."""

from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli.complaints import Complaint
from dispatch.cli.deployment import open_runner, read_settings, run
from dispatch.cli.operator import operator
from dispatch.cli.output import Json, iso, print_json

if TYPE_CHECKING:
    from dispatch.actions.roster.edit_roster import NewKey
    from dispatch.settings import Settings


def new_key(
    agency: Annotated[str | None, typer.Option(metavar="CODE", help="For an agency of the roster.")] = None,
    coordinator: Annotated[str | None, typer.Option(metavar="NAME", help="For a coordinator of the roster.")] = None,
    as_json: Json = False,
) -> None:
    """Make a key. It is shown only once, because only its hash is kept."""
    if bool(agency) == bool(coordinator):
        raise Complaint("whose key? give either --agency CODE or --coordinator NAME")
    made = run(_new_key(read_settings(), agency or None, coordinator or None))
    if as_json:
        print_json({"id": made.id, "key": made.key, "webhook_secret": made.webhook_secret})
        return
    typer.echo(f"id              {made.id}")
    typer.echo(f"key             {made.key}")
    if made.webhook_secret is not None:
        typer.echo(f"webhook secret  {made.webhook_secret}")
    typer.echo(f"For {agency or coordinator}. Keep it now: it is not shown again.", err=True)


async def _new_key(settings: "Settings", agency: str | None, coordinator: str | None) -> "NewKey":
    from dispatch.actions.roster import edit_roster
    from dispatch.rules.facts.actors import Source

    async with open_runner(settings) as runner:
        return await runner.act(edit_roster.new_key, operator(), Source.CLI, agency=agency, coordinator=coordinator)


def list_keys(as_json: Json = False) -> None:
    """List every key ever made, by its id."""
    from dispatch.store.access import keys

    async def read() -> list[keys.ApiKey]:
        async with open_runner(read_settings()) as runner:
            return await runner.database.read(keys.all_keys)

    found = run(read())
    if as_json:
        print_json(
            [
                {
                    "id": key.id,
                    "agency": key.agency,
                    "coordinator": key.coordinator,
                    "created_at": iso(key.created_at),
                    "revoked_at": iso(key.revoked_at),
                }
                for key in found
            ]
        )
        return
    if not found:
        typer.echo("There is no key yet: `dispatch key new --agency CODE`.")
    for key in found:
        whose = f"agency {key.agency}" if key.agency else f"coordinator {key.coordinator}"
        state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "works"
        typer.echo(f"{key.id}  {whose:<24}  made {key.created_at:%Y-%m-%d}  {state}")


def revoke_key(key_id: Annotated[str, typer.Argument(metavar="ID", help="As `dispatch key list` shows it.")]) -> None:
    """Revoke a key, at once and for good."""
    from dispatch.actions.roster import edit_roster
    from dispatch.rules.facts.actors import Source

    async def revoke() -> None:
        async with open_runner(read_settings()) as runner:
            await runner.act(edit_roster.revoke_key, key_id, operator(), Source.CLI)

    run(revoke())
    typer.echo(f"{key_id} no longer works.")
