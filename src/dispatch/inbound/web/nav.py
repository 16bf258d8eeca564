"""The items of the navigation. The law: it shows only items that work, and only to people who may go there."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import FastAPI, Request

from dispatch.inbound.http.viewer import Viewer
from dispatch.rules.access.permissions import Permission


@dataclass(frozen=True, slots=True)
class NavItem:
    """An item of the navigation. `permission` is what it takes to see it; None is for everybody."""

    name: str
    path: str
    permission: Permission | None = None


def install(app: FastAPI, nav_items: Sequence[NavItem]) -> None:
    """Put `nav_items` into the navigation of `app`, behind those that are there."""
    app.state.nav_items = (*getattr(app.state, "nav_items", ()), *nav_items)


def viewer(request: Request) -> Viewer | None:
    """Who is signed in, if anybody."""
    found: Viewer | None = getattr(request.state, "viewer", None)
    return found


def shown(request: Request) -> list[NavItem]:
    """The items that whoever looks may go to, in the order in which they were installed."""
    who = viewer(request)
    nav_items: tuple[NavItem, ...] = getattr(request.app.state, "nav_items", ())
    return [item for item in nav_items if item.permission is None or (who is not None and who.may(item.permission))]
