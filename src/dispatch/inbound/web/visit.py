"""What a view is given: the request, who makes it, and what answers it.

A view says in its signature which permission it needs, and gets the visit of whoever has it:

    @router.get("/audit")
    async def show_audit(visit: Annotated[ViewerVisit, permits(Permission.READ_AUDIT)], …) -> View: …

Whoever is not signed in is sent to sign in and comes back; whoever may not gets 403. The law: every route for people
declares its permission, or that it is `public`; a test walks them all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from dispatch.actions.access.sign_in import Browser, NewSession
from dispatch.actions.runner import Action, P, Runner, T
from dispatch.inbound.http import cookies
from dispatch.inbound.http.auth import NotAllowed
from dispatch.inbound.http.forms import FormRoute
from dispatch.inbound.http.known_links import KnownLink
from dispatch.inbound.http.proving import Proving, browser_of
from dispatch.inbound.http.same_origin import from_own_view
from dispatch.inbound.http.state import TheRunner
from dispatch.inbound.http.viewer import SignInNeeded, Viewer, ViewerIfAny, public
from dispatch.inbound.web.views import UI, View
from dispatch.rules.access.permissions import Permission
from dispatch.rules.facts.actors import Actor
from dispatch.rules.facts.roster import Roster
from dispatch.store.access.links import Link

PUBLIC = [Depends(public)]
FROM_US = [*PUBLIC, Depends(from_own_view)]
"""For `dependencies` of a route that nobody need be signed in for: to look at, and for its forms."""


def view_router(prefix: str = "", *dependencies: Any) -> APIRouter:
    """For views and the doors of their forms, which must not be read before they are checked."""
    return APIRouter(prefix=prefix, include_in_schema=False, route_class=FormRoute, dependencies=dependencies)


def link_router(kind: type[Link], over: Callable[[], Exception]) -> APIRouter:
    """For the views of one kind of link. Whoever brings no known token is told that it is `over`."""
    return view_router("", Depends(KnownLink(kind, over)))


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for a view, or from a form of one."""

    request: Request
    runner: Runner

    async def ask(self, question: Action[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.runner.ask(question, *args, **kwargs)

    async def act(self, action: Action[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.runner.act(action, *args, **kwargs)

    async def roster(self) -> Roster:
        return await self.ask(lambda tx, context: context.roster(tx))

    def view(self, template: str, /, **values: Any) -> View:
        return UI.view(self.request, template, **values)

    @property
    def proving(self) -> Proving:
        found: Proving = self.request.app.state.proving
        return found

    @property
    def browser(self) -> Browser:
        return browser_of(self.request)

    def signed_in(self, answer: Response, new: NewSession) -> Response:
        """The answer, with which this browser has a session."""
        cookies.give(self.request, answer, "dispatch-session", new.token, cookies.KEPT_FOR)
        return answer


@dataclass(frozen=True, slots=True)
class ViewerVisit(Visit):
    """Of somebody who is signed in and has the permission that the view declares."""

    viewer: Viewer

    @property
    def actor(self) -> Actor:
        return self.viewer.actor

    def may(self, permission: Permission) -> bool:
        return self.viewer.may(permission)


@dataclass(frozen=True, slots=True)
class LinkVisit(Visit):
    """By a one-time link, which the action behind the view judges."""

    token: str

    async def open(self, action: Callable[..., T]) -> T:
        """What the view shows. A HEAD only asks whether it is there, as programs do that preview links."""
        if self.request.method == "HEAD":
            return await self.ask(action, self.token, looks=True)
        return await self.act(action, self.token)

    def again(self, path: str) -> Response:
        """Back to the view of the link, which is at this path."""
        return RedirectResponse(quote(path.format(token=self.token)), 303)


async def visit(request: Request, runner: TheRunner) -> Visit:
    return Visit(request, runner)


async def link_visit(token: str, request: Request, runner: TheRunner) -> LinkVisit:
    return LinkVisit(request, runner, token)


TheVisit = Annotated[Visit, Depends(visit)]
TheLinkVisit = Annotated[LinkVisit, Depends(link_visit)]


@dataclass(frozen=True, slots=True)
class _Permits:
    permission: Permission

    async def __call__(self, request: Request, runner: TheRunner, viewer: ViewerIfAny) -> ViewerVisit:
        if viewer is None:
            raise SignInNeeded
        if not viewer.may(self.permission):
            raise NotAllowed(f"you may not {self.permission} here; a supervisor can say who may")
        return ViewerVisit(request, runner, viewer)


def permits(permission: Permission) -> Any:
    """For `Annotated`: the visit of whoever is signed in and has `permission`. Raises `SignInNeeded` and
    `NotAllowed`."""
    return Depends(_Permits(permission))
