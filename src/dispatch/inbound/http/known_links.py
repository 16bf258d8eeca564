"""Turns away whoever comes to the view of a link with a token that nobody was given.

The law: a stranger who guesses never queues with those who write. Only when a read has found the token may the view
behind it write: an opening into the audit, a button into a call-out.
"""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request

from dispatch.actions.runner import Runner
from dispatch.rules.fields.storable import is_storable
from dispatch.store.access import links
from dispatch.store.access.links import Link


@dataclass(frozen=True, slots=True)
class KnownLink:
    """For `Depends`: lets in whoever brings a token of this kind. Otherwise raises `over`, as for a link that has
    expired: both are answered alike, so that guessing teaches nothing."""

    kind: type[Link]
    over: Callable[[], Exception]

    async def __call__(self, token: str, request: Request) -> None:
        runner: Runner = request.app.state.runner
        if not is_storable(token) or await runner.database.read(lambda tx: links.find(tx, self.kind, token)) is None:
            raise self.over()


def is_opening(request: Request) -> bool:
    """Whether somebody opens the view. A HEAD only asks whether it is there, as programs do that preview links."""
    return request.method != "HEAD"
