"""`dispatch feed new`, `list` and `revoke`: shifts in people's own calendars."""

from typing import Annotated

import typer

from dispatch.actions.schedule import keep_feeds
from dispatch.cli.deployment import ask, read_settings
from dispatch.cli.operator import operate
from dispatch.cli.output import Json, print_json, print_listed, some_of
from dispatch.rules.access.calendar_link import PATH


def new_feed(
    person: Annotated[str, typer.Option(metavar="NAME", help="The shifts of somebody in the roster.")] = "",
    rotation: Annotated[str, typer.Option(metavar="NAME", help="Everybody's shifts in a rotation.")] = "",
    as_json: Json = False,
) -> None:
    """Make a feed, and print its address. It is shown only once, because only a hash of it is kept."""
    settings = read_settings()
    made = operate(keep_feeds.make_feed, person=person, rotation=rotation)
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
    print_listed(
        ask(keep_feeds.list_feeds).feeds,
        lambda one: f"{one[0].id}  {one[1]:<24}  made {one[0].created_at:%Y-%m-%d}",
        "There is no calendar feed yet: `dispatch feed new --person NAME`.",
        json=lambda one: some_of(one[0], "id", "person", "rotation", "created_at"),
        as_json=as_json,
    )


def revoke_feed(
    feed_id: Annotated[str, typer.Argument(metavar="ID", help="As `dispatch feed list` shows it.")],
) -> None:
    """Revoke a feed, at once and for good."""
    operate(keep_feeds.revoke_feed, feed_id)
    typer.echo(f"{feed_id} no longer works. What a calendar has taken already may stay in it.")
