"""Whoever comes to a page behind a link with a token that nobody was given.

The law: a stranger who guesses takes no turn among those who write. Only when a read has found the token may its page
write: an opening into the audit, a button into a call-out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from dispatch.actions.office import Office
from dispatch.rules.storable import is_storable
from dispatch.store import links
from dispatch.store.links import Link


class UnknownLink(LookupError):
    """there is no such link; `answer` is the page that says so, the same as for one that is over"""

    def __init__(self, answer: Callable[[Request], Any]) -> None:
        super().__init__(UnknownLink.__doc__)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class KnownLink:
    """For `Depends`: lets in whoever brings a token of this kind. Raises `UnknownLink`, which `over` answers."""

    kind: type[Link]
    over: Callable[[Request], Any]

    async def __call__(self, token: str, request: Request) -> None:
        office: Office = request.app.state.office
        if not is_storable(token) or await office.database.read(lambda tx: links.find(tx, self.kind, token)) is None:
            raise UnknownLink(self.over)


def is_opening(request: Request) -> bool:
    """Whether somebody opens the page. A HEAD only asks whether it is there, as programs do that preview links."""
    return request.method != "HEAD"
