"""Who looks at a view, and what they may do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from dispatch.actions.access import sign_in
from dispatch.actions.access.sign_in import SignedIn
from dispatch.inbound.http import cookies
from dispatch.inbound.http.problem import problem
from dispatch.inbound.http.state import TheRunner
from dispatch.rules.access import permissions
from dispatch.rules.access.permissions import Access, Permission
from dispatch.rules.access.sign_in import SIGN_IN, Session
from dispatch.rules.facts.actors import Actor
from dispatch.rules.facts.people import Person, Role


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever is signed in, or a wall display: then `person` is who made it, and it has none of their rights to act.

    `name` and `may` are what the navigation asks.
    """

    person: Person
    session: Session

    @property
    def access(self) -> Access:
        """`Access.SESSION`, or `Access.WALL`: without meeting places, numbers or free text."""
        return self.session.access

    @property
    def roles(self) -> frozenset[Role]:
        return self.person.roles

    @property
    def name(self) -> str:
        return "Wall" if self.access is Access.WALL else self.person.first_name

    @property
    def actor(self) -> Actor:
        """Who it was, for the audit and the timeline."""
        return permissions.actor(self.person)

    @property
    def signed_in(self) -> SignedIn:
        return SignedIn(self.person, self.session)

    def may(self, permission: Permission | str) -> bool:
        return permissions.permits(Permission(permission), self.access, self.roles)


class SignInNeeded(Exception):
    """nobody is signed in here, or the session has ended; sign in again"""


async def send_to_sign_in(request: Request, error: Exception) -> Response:
    """What `SignInNeeded` is answered with: a browser signs in and comes back, a program gets 401."""
    if "text/html" not in request.headers.get("accept", ""):
        return problem(401, str(SignInNeeded.__doc__))
    # A form cannot be sent again from there: whoever was signed out while filling it in starts again.
    wanted = str(request.url.replace(scheme="", netloc="")) if request.method == "GET" else ""
    return RedirectResponse(f"{SIGN_IN}?{urlencode({'next': wanted})}" if wanted else SIGN_IN, 303)


async def viewer_if_any(request: Request, runner: TheRunner) -> Viewer | None:
    """Whoever is signed in, if anybody. One read of the database."""
    token = cookies.read(request, "dispatch-session")
    found = await runner.ask(sign_in.signed_in, token) if token else None
    if found is None:
        return None
    if found.session.is_to_be_seen(runner.now()):
        await runner.act(sign_in.note_seen, found.session.id)
    viewer = Viewer(found.person, found.session)
    request.state.viewer = viewer  # the frame of a view shows who it is
    return viewer


ViewerIfAny = Annotated[Viewer | None, Depends(viewer_if_any)]


@dataclass(frozen=True, slots=True)
class _ByLink:
    permission: Permission
    access: Access

    async def __call__(self) -> None:
        return None


def by_link(permission: Permission, access: Access) -> Callable[..., Any]:
    """For `dependencies` of a route that a one-time link opens: the table grants `permission` to such a link.

    It declares the permission and nothing more; the action behind the route judges the link.
    """
    if not permissions.permits(permission, access):
        raise ValueError(f"the table does not grant {permission} to a {access}")
    return _ByLink(permission, access)


async def public() -> None:
    """For `dependencies` of a route that nobody need be signed in for. It gives a stranger nothing but a way to sign
    in, asks for a one-time link, or shows what is no secret."""
