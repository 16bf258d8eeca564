"""`dispatch feed new`, `list` and `revoke`: shifts in people's own calendars."""

from typing import Annotated

import typer

from dispatch.actions.schedule import keep_feeds
from dispatch.cli.deployment import act, ask, read_settings
from dispatch.cli.operator import operator
from dispatch.cli.output import Json, iso, print_json
from dispatch.rules.access.calendar_link import PATH
from dispatch.rules.facts.actors import Source


def new_feed(
    person: Annotated[str, typer.Option(metavar="NAME", help="The shifts of somebody in the roster.")] = "",
    rotation: Annotated[str, typer.Option(metavar="NAME", help="Everybody's shifts in a rotation.")] = "",
    as_json: Json = False,
) -> None:
    """Make a feed, and print its address. It is shown only once, because only a hash of it is kept."""
    settings = read_settings()
    made = act(keep_feeds.make_feed, operator(), Source.CLI, person=person, rotation=rotation)
    address = settings.public_url.rstrip("/") + PATH.format(token=made.token)
    if as_json:
        print_json({"id": made.feed.id, "address": address})
        return
    typer.echo(address)
    typer.echo(
        f"Shifts of {made.whose}, for whoever has this address: keep it now, it is not shown again. "
        f"`dispatch feed revoke {made.feed.id}` ends it.",
        err=True,
    )


def list_feeds(as_json: Json = False) -> None:
    """List the feeds that work, by their ids."""
    listed = ask(keep_feeds.list_feeds)
    if as_json:
        print_json(
            [
                {"id": feed.id, "person": feed.person, "rotation": feed.rotation, "created_at": iso(feed.created_at)}
                for feed, _ in listed.feeds
            ]
        )
        return
    if not listed.feeds:
        typer.echo("There is no calendar feed yet: `dispatch feed new --person NAME`.")
    for feed, whose in listed.feeds:
        typer.echo(f"{feed.id}  {whose:<24}  made {feed.created_at:%Y-%m-%d}")


def revoke_feed(
    feed_id: Annotated[str, typer.Argument(metavar="ID", help="As `dispatch feed list` shows it.")],
) -> None:
    """Revoke a feed, at once and for good."""
    act(keep_feeds.revoke_feed, feed_id, operator(), Source.CLI)
    typer.echo(f"{feed_id} no longer works. What a calendar has taken already may stay in it.")
