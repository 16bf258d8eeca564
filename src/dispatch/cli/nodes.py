"""`dispatch nodes`."""

from datetime import datetime

import typer

from dispatch.cli.deployment import ask
from dispatch.cli.output import Json, iso, print_json, some_of
from dispatch.store.nodes import NodeRecord, all_nodes

_NAMELESS = "(any free port)"


def nodes(as_json: Json = False) -> None:
    """Show which nodes work on the database, since when, and how many pages each has claimed."""
    found, now = ask(lambda tx, context: (all_nodes(tx, context.now), context.now))
    alive = {record.node.id: record.is_alive(now) for record in found}
    if as_json:
        print_json({"at": iso(now), "nodes": [_as_json(record, alive[record.node.id], now) for record in found]})
        return
    width = max([len(record.node.name or _NAMELESS) for record in found], default=0)
    for record in found:
        since = f"since {iso(record.node.started_at)}, beat {_age(record, now):.1f} s ago"
        state = "alive" if alive[record.node.id] else "DEAD "
        name = record.node.name or _NAMELESS
        typer.echo(f"{state}  {name:<{width}}  {record.node.version}  {since}, {record.claimed} claimed")
    if not any(alive.values()):
        typer.echo("No node is alive: nobody is paged. Start `dispatch serve`.")


def _age(record: NodeRecord, now: datetime) -> float:
    return max(0.0, (now - record.beat_at).total_seconds())


def _as_json(record: NodeRecord, alive: bool, now: datetime) -> dict[str, object]:
    return {
        **some_of(record.node, "id", "name"),
        "alive": alive,
        **some_of(record.node, "version", "started_at"),
        "beat_at": iso(record.beat_at),
        "beat_age_seconds": round(_age(record, now), 3),
        "claimed": record.claimed,
    }
