"""Whoever types is the operator of this machine: what they read and do stands in the audit trail under their name."""

import getpass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dispatch.rules.facts.actors import Actor


def operator(name: str | None = None) -> "Actor":
    """The operator, by the `name` that they give, otherwise by that of their login."""
    from dispatch.rules.facts.actors import Actor, ActorKind

    return Actor(ActorKind.OPERATOR, name or _login())


def named(name: str, does: str) -> str:
    """What stands behind `--as`: who `does` it. Raises `Refused` for nothing."""
    from dispatch.cli.complaints import Refused
    from dispatch.rules.storable import is_storable

    name = name.strip()
    if not name or not is_storable(name):
        raise Refused(f"--as: give the name of whoever {does}")
    return name


def _login() -> str | None:
    """Who is logged in at this machine; a container may have no name for its user."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return None
