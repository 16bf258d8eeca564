"""Whoever types is the operator of this machine: what they read and do stands in the audit trail under their name."""

import getpass
from collections.abc import Callable
from typing import Any, TypeVar

from dispatch.actions.roster.edit_roster import coordinator_called
from dispatch.actions.runner import Runner
from dispatch.cli.deployment import act, roster_of, run_with
from dispatch.rules.facts.actors import Actor, ActorKind, Source

T = TypeVar("T")


def operator(name: str | None = None) -> Actor:
    """The operator, under the `name` that they give, otherwise under their login name."""
    return Actor(ActorKind.OPERATOR, name or _login())


def operate(action: Callable[..., T], *given: object, **more: Any) -> T:
    """Run an action in the operator's name: whoever acts and from where are its last arguments. It raises as `act`."""
    return act(action, *given, operator(), Source.CLI, **more)


def operate_as(name: str, action: Callable[..., T], *given: object) -> T:
    """The same in the name of the coordinator that `--as` names. Raises `NobodyOfThatName`.

    The audit keeps the name for good, so it must be one from the roster: free text could be a child's name, a number.
    """

    async def work(runner: Runner) -> T:
        by = operator(coordinator_called(await runner.ask(roster_of), name.strip()))
        return await runner.act(action, *given, by, Source.CLI)

    return run_with(work)


def _login() -> str | None:
    """Who is logged in at this machine; a container may have no name for its user."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return None
