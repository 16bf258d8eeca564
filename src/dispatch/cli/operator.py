"""Whoever types is the operator of this machine: what they read and do stands in the audit trail under their name."""

import getpass

from dispatch.actions.roster.edit_roster import coordinator_called
from dispatch.actions.runner import Runner
from dispatch.cli.deployment import roster_of
from dispatch.rules.facts.actors import Actor, ActorKind


def operator(name: str | None = None) -> Actor:
    """The operator, under the `name` that they give, otherwise under their login name."""
    return Actor(ActorKind.OPERATOR, name or _login())


async def named(runner: Runner, name: str) -> Actor:
    """The operator, as the coordinator that `--as` names. Raises `NobodyOfThatName`.

    The audit keeps the name for good, so it must be one from the roster: free text could be a child's name, a number.
    """
    return operator(coordinator_called(await runner.ask(roster_of), name.strip()))


def _login() -> str | None:
    """Who is logged in at this machine; a container may have no name for its user."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return None
