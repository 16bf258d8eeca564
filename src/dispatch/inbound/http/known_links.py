"""Whoever comes to a page behind a link with a token that nobody was given.

The law: a stranger who guesses takes no turn among those who write. Only when a read has found the token may its page
write: an opening into the audit, a deed into a call-out.
"""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request

from dispatch.actions.office import Office
from dispatch.rules.storable import is_storable
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class KnownLink:
    """For `Depends`: lets in whoever brings a token that `find` finds. Otherwise raises `over`, as a link does that has
    expired: they are answered alike, so that guessing teaches nothing."""

    find: Callable[[Transaction, str], object | None]
    over: Callable[[], Exception]

    async def __call__(self, token: str, request: Request) -> None:
        office: Office = request.app.state.office
        if not is_storable(token) or await office.database.read(lambda tx: self.find(tx, token)) is None:
            raise self.over()


def is_opening(request: Request) -> bool:
    """Whether somebody opens the page. A HEAD only asks whether it is there, as programs do that preview links."""
    return request.method != "HEAD"
