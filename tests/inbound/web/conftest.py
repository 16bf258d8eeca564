"""Every view that exists, in a town of its own: the service over real HTTP, with phones and a session."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio
from starlette.types import ASGIApp, Receive, Scope, Send

from demo import phones_view, sample
from demo.one_night import BEGINS
from demo.phones_view import PhonesView
from demo.town import OUR_NUMBER, Town, town
from dispatch.actions.access import sign_in
from dispatch.inbound.web import nav
from dispatch.inbound.web.board import board_view
from tests.inbound.house import House
from tests.inbound.sign_in.room import Door
from tests.inbound.sign_in.room import Ui as Room


@pytest.fixture(autouse=True)
def _boards_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine reads what stands at the side in more than a moment."""
    for name in ("_FIRST_SECONDS", "_WAITS_SECONDS"):
        monkeypatch.setattr(board_view, name, 60.0)


@dataclass(slots=True)
class Ui:
    """`pages` are the addresses of all pages, by what is on them; `asked` is what the service was asked for so far, and
    `token` that of a session of Cora's."""

    town: Town
    pages: dict[str, str]
    asked: list[str]
    token: str

    @property
    def url(self) -> str:
        return self.town.url


@pytest_asyncio.fixture(loop_scope="session")
async def ui(sqlite_url: str) -> AsyncIterator[Ui]:
    """At 02:15, with a call-out that Ana has taken a minute ago; in the loop of the browser, which looks at it."""
    async with town(sqlite_url, sample.roster_at(BEGINS), start=BEGINS, contact_phone=sample.CONTACT_PHONE) as place:

        async def call_out(agency: str) -> str:
            return agency

        asked: list[str] = []
        place.service.web.add_middleware(_Written, asked=asked)
        page = PhonesView(place.carrier, OUR_NUMBER, place.service, place.roster, 1.0, call_out)
        place.service.web.include_router(page.router())
        nav.install(place.service.web, [phones_view.NAV_ITEM])
        place.service.web.add_api_route("/broken", _breaks)
        runner = place.service.runner
        made = await runner.act(sign_in.sign_in_as, "cora", sign_in.Browser("203.0.113.9", "test", None), "for a test")
        pages = {
            "link": (link := await _taken(place)),
            "link, letting go": f"{link}/let-go",
            "alarm by link": (alarm := await _alarmed(place)),
            "alarm by link, next step": f"{alarm}/next-step",
            "alarm by link, over": "/a/nobody",
            "expired": "/r/nobody",
            "officer by link": await _officers(place),
            "officer by link, over": "/o/nobody",
            "missing": "/nowhere",
            "broken": "/broken",
            "phones": "/phones",
            "board": "/",
            "call-outs": "/callouts",
            "call-out": f"/callouts/{await _code(place)}",
        }
        yield Ui(place, pages, asked, made.token)
        page.close()


@pytest.fixture
def room(house: House) -> Room:
    """The house of these tests, whose views are asked for by HTTP alone: `ui` is for browsers."""
    return Room(house)


@pytest.fixture
async def cora(room: Room) -> AsyncIterator[Door]:
    """Cora, coordinator and supervisor, who is signed in there."""
    async with room.signed_in("cora") as door:
        yield door


async def _breaks() -> None:
    raise ZeroDivisionError("the insides of it")


async def _code(place: Town) -> str:
    async with httpx.AsyncClient(base_url=place.url, timeout=60) as web:
        key = {"Authorization": f"Bearer {place.agency_keys['LBPD']}"}
        listed = (await web.get("/v1/callouts", headers=key)).json()
    code: str = listed["callouts"][0]["code"]
    return code


class _Written:
    """Writes down the path of each request."""

    def __init__(self, app: ASGIApp, asked: list[str]) -> None:
        self._app, self._asked = app, asked

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self._asked.append(scope["path"])
        await self._app(scope, receive, send)


async def _taken(place: Town) -> str:
    """The path of the link that Ana gets for a call-out with everything in it."""
    said = sample.example_callout() | {"medical_need": True}
    async with httpx.AsyncClient(base_url=place.url, timeout=60) as web:
        key = {"Authorization": f"Bearer {place.agency_keys['LBPD']}"}
        assert (await web.post("/v1/callouts", json=said, headers=key)).status_code == 201
        await place.settle()
        assert (await web.post("/phones/ana/text", data={"body": "1 25"})).status_code == 200
        await place.pass_time(timedelta(seconds=70))
        found = re.search(rf'"{place.url}(/r/[^"]+)"', (await web.get("/phones")).text)
    assert found is not None
    return found[1]


async def _officers(place: Town) -> str:
    """The path of the link that an officer gets, who has asked for a call from it."""
    async with httpx.AsyncClient(base_url=place.url, timeout=60) as web:
        found = re.search(rf'"{place.url}(/o/[^"]+)"', (await web.get("/phones")).text)
        assert found is not None
        await web.post(f"{found[1]}/ring-me", headers={"Sec-Fetch-Site": "same-origin"})
    return found[1]


async def _alarmed(place: Town) -> str:
    """The path of the link that a coordinator gets for another call-out: Ben, who is paged for it, cries for help."""
    async with httpx.AsyncClient(base_url=place.url, timeout=60) as web:
        key = {"Authorization": f"Bearer {place.agency_keys['LAPD']}"}
        said = {"officer": {"callback_phone": "+15625550188"}, "unit": "Hollenbeck"}
        assert (await web.post("/v1/callouts", json=said, headers=key)).status_code == 201
        await place.pass_time(timedelta(seconds=150))
        await web.post("/phones/ben/text", data={"body": "SOS"})
        await place.pass_time(timedelta(seconds=10))
        found = re.search(rf'"{place.url}(/a/[^"]+)"', (await web.get("/phones")).text)
    assert found is not None
    return found[1]
