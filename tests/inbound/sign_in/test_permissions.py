"""Who may do what, tried over HTTP from the table itself; and the law that every route for people declares its deed."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from fastapi.routing import APIRoute

from dispatch.app import Service
from dispatch.inbound.http.auth import agency, agency_that_may_sign
from dispatch.inbound.http.viewer import by_link, deeds_of, is_public
from dispatch.rules.facts.people import Role
from dispatch.rules.permissions import SIGNING_IN, Access, Deed, permits
from tests.inbound.house import House
from tests.inbound.sign_in.room import Door, Room
from tests.inbound.sign_in.routes import routes_of

_FOR_MACHINES = {"twilio", "v1", "healthz", "readyz", "metrics"}


@dataclass(frozen=True)
class Way:
    """A door that a deed can be done through."""

    deed: Deed
    method: str
    path: str
    by_key: bool
    by_link: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def _ways(service: Service) -> Iterator[Way]:
    service.web.state.live.close()  # a stream that is let in ends at once
    for route in routes_of(service.web):
        if isinstance(route, APIRoute):
            for deed in deeds_of(route):
                for method in sorted((route.methods or set()) - {"HEAD"}):
                    yield Way(
                        deed,
                        method,
                        route.path.replace("{callout_id}", "K7Q").replace("{", "").replace("}", ""),
                        route.path.startswith("/v1/"),
                        route.path.startswith(("/r/", "/a/", "/o/")),
                    )


async def _try(door: Door, way: Way, key: str | None = None) -> httpx.Response:
    """As a program asks, which is told in a status, not sent to sign in."""
    proof = {"Authorization": f"Bearer {key}"} if key else {}
    ours = {"Sec-Fetch-Site": "same-origin"} if way.by_link or not key else {}
    return await door.web.request(way.method, way.path, headers={"Accept": "application/json", **ours, **proof})


def _was_let_in(answer: httpx.Response) -> bool:
    """Whether the door was passed: what lies behind may still find nothing, or a form that is not filled in."""
    return answer.status_code not in {401, 403}


@pytest.mark.parametrize("role", sorted(SIGNING_IN))
async def test_each_deed_with_each_role(room: Room, role: Role) -> None:
    """Signed in, a person gets through exactly those doors for people that the table grants their role."""
    await room.give_roles("omar", role)
    for way in _ways(room.house.service):
        async with room.browser() as door:
            door.carry((await room.session("omar")).token)  # each time: some of these sign out
            granted = permits(way.deed, Access.SESSION, {role}) and not way.by_key
            answer = await _try(door, way)
            assert way.by_link or _was_let_in(answer) == granted, f"{way} as {role}: {answer.status_code}"


async def test_each_deed_as_a_specialist(room: Room) -> None:
    """Nothing: not even with the session of a time when they were a coordinator."""
    token = (await room.session("omar")).token
    await room.give_roles("omar", Role.SPECIALIST)
    for way in _ways(room.house.service):
        async with room.browser() as door:
            door.carry(token)
            assert way.by_link or (await _try(door, way)).status_code == 401, str(way)


async def test_each_deed_from_a_wall(room: Room) -> None:
    for way in _ways(room.house.service):
        async with room.browser() as door:
            door.carry((await room.session("cora", "wall")).token)
            granted = permits(way.deed, Access.WALL) and not way.by_key
            assert way.by_link or _was_let_in(await _try(door, way)) == granted, str(way)


async def test_each_deed_with_a_key(room: Room) -> None:
    """A coordinator's key opens the API as far as the table goes, and no page for people."""
    for way in _ways(room.house.service):
        async with room.browser() as door:
            answer = await _try(door, way, room.house.coordinator.key)
            granted = permits(way.deed, Access.KEY) and way.by_key
            assert way.by_link or _was_let_in(answer) == granted, f"{way}: {answer.status_code}"


async def test_each_deed_by_nobody(room: Room) -> None:
    """Without anything, with a made-up cookie, and with a made-up key."""
    for way in _ways(room.house.service):
        for cookie, key in ((None, None), ("x" * 23, None), (None, "coordinator_x")):
            async with room.browser() as door:
                if cookie:
                    door.carry(cookie)
                assert (await _try(door, way, key)).status_code == (410 if way.by_link else 401), str(way)


async def test_each_deed_with_a_specialists_link(room: Room) -> None:
    """Its token opens its own page and nothing else, in the place of a cookie or of a key."""
    created = await room.house.opened()
    await room.house.taken(created)
    token = (await room.house.link(created["id"])).rpartition("/")[2]
    for way in _ways(room.house.service):
        for key in (None, token):
            async with room.browser() as door:
                door.carry(token)
                assert way.by_link or not _was_let_in(await _try(door, way, key)), str(way)
    async with room.browser() as door:
        assert (await door.get(f"/r/{token}")).status_code == 200
    assert permits(Deed.SEE_PLACE, Access.SPECIALIST_LINK)


def test_a_link_declares_only_what_it_is_granted() -> None:
    with pytest.raises(ValueError, match="does not grant"):
        by_link(Deed.CLOSE, Access.SPECIALIST_LINK)


async def test_every_route_for_people_declares_its_deed(house: House) -> None:
    """Or that it is public, and then no deed. Whoever adds a page is told here."""
    undeclared, both = [], []
    for route in routes_of(house.service.web):
        # A carrier's routes have their prefix from the router that takes them in.
        if not isinstance(route, APIRoute) or route.path.split("/")[1] in _FOR_MACHINES or _is_carriers(route):
            continue
        declared = list(deeds_of(route))
        if not declared and not is_public(route):
            undeclared.append(route.path)
        if declared and is_public(route):
            both.append(route.path)
    assert not undeclared, "declare a deed with `permits` or `by_link`, or `public` if nobody need be signed in"
    assert not both


async def test_what_is_public(house: House) -> None:
    """Ways to sign in, one-time links, the frame of every page, and what describes the API."""
    found = {route.path for route in routes_of(house.service.web) if isinstance(route, APIRoute) and is_public(route)}
    assert found == {
        *("/sign-in", "/sign-in/code", "/sign-in/provider", "/sign-in/provider/back"),
        *("/welcome/{token}", "/welcome/{token}/password", "/welcome/{token}/code", "/wall/{token}"),
        *("/display", "/assets/{file}", "/docs", "/openapi.json"),
    }


def _is_carriers(route: APIRoute) -> bool:
    return route.endpoint.__module__.startswith("dispatch.inbound.carrier.")


async def test_every_operation_of_the_api_declares_its_deed(house: House) -> None:
    """Or it is an agency's own."""
    for route in routes_of(house.service.web):
        if isinstance(route, APIRoute) and route.path.startswith("/v1/"):
            asks = {dependency.call for dependency in route.dependant.dependencies}
            assert list(deeds_of(route)) or asks & {agency, agency_that_may_sign}, route.path
