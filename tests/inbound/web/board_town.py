"""A night to look at from the board: the real service over HTTP, phones, sessions, and perhaps a browser."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from playwright.async_api import Browser, BrowserContext, Page
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from demo import sample
from demo.one_night import BEGINS
from demo.town import Town, town
from dispatch.actions.access import keep_accounts, sign_in
from dispatch.actions.access.sign_in import Browser as Agent
from dispatch.actions.access.sign_in import NewSession
from dispatch.inbound.web.live import Live
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.people import Person
from tests.inbound.house import SECRET_KEY
from tests.inbound.sign_in.room import a_wall_link
from tests.inbound.web.browsing import browsing, new_context, new_page

_AGENT = Agent("203.0.113.9", "test", None)


class Down:
    """What a proxy says while no node answers."""

    async def web(self, scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("nobody here", 503)(scope, receive, send)


@dataclass
class Board:
    """`complaints` are the browser's own. `asked` is how many call-outs came in."""

    town: Town
    browser: Browser | None = None
    complaints: list[str] = field(default_factory=list)
    asked: int = 0

    @property
    def url(self) -> str:
        return self.town.url

    @property
    def live(self) -> Live:
        found: Live = self.town.service.web.state.live
        return found

    @property
    def streams(self) -> int:
        return len(self.live._open)

    async def streams_are(self, count: int) -> None:
        """Wait until this many are open."""
        async with asyncio.timeout(60):
            while self.streams != count:  # noqa: ASYNC110  # a browser says nothing when it has connected
                await asyncio.sleep(0.02)

    async def session(self, name: str = "cora", *, wall: bool = False) -> NewSession:
        runner = self.town.service.runner
        if not wall:
            return await runner.act(sign_in.sign_in_as, name, _AGENT, "for a test")
        token = await runner.act(a_wall_link, name)
        return await runner.act(sign_in.make_wall, token, _AGENT)

    async def end_sessions(self, name: str = "cora") -> None:
        await self.town.service.runner.act(keep_accounts.end_all_sessions, name, OPERATOR, Source.CLI)

    def web(self, session: NewSession) -> httpx.AsyncClient:
        cookies = {"dispatch-session": session.token}
        return httpx.AsyncClient(base_url=self.url, cookies=cookies, headers={"Accept": "text/html"}, timeout=60)

    async def call_out(self, agency: str = "LBPD", *, settle: bool = True, **said: Any) -> str:
        """Each from a unit and an officer of its own; returns the code."""
        self.asked += 1
        body = sample.example_callout() | {
            "unit": f"Unit {self.asked}",
            "officer": {"callback_phone": f"+1562555{1000 + self.asked}"},
        }
        async with httpx.AsyncClient(
            base_url=self.url, verify=False, timeout=60
        ) as web:  # no TLS: as in `Story.request`
            key = {"Authorization": f"Bearer {self.town.agency_keys[agency]}"}
            made = await web.post("/v1/callouts", json=body | said, headers=key)
        assert made.status_code == 201, made.text
        if settle:
            await self.town.settle()
        code: str = made.json()["code"]
        return code

    async def context(
        self, session: NewSession, width: int = 1440, scheme: Any = "light", **more: Any
    ) -> BrowserContext:
        assert self.browser is not None
        return await new_context(self.browser, width, scheme, url=self.url, token=session.token, **more)

    async def open(self, context: BrowserContext) -> Page:
        page, _ = await new_page(context, but=("status of",), into=self.complaints)
        await page.goto(f"{self.url}/")
        return page


async def events(answer: httpx.Response) -> AsyncIterator[tuple[str, dict[str, Any], str]]:
    """Name, data and id of each event of a stream."""
    name, data, id_ = "", "", ""
    async for line in answer.aiter_lines():
        key, _, value = line.partition(": ")
        name, data, id_ = {
            "event": (value, data, id_),
            "data": (name, value, id_),
            "id": (name, data, value),
        }.get(key, (name, data, id_))
        if not line and name:
            yield name, json.loads(data), id_
            name, data, id_ = "", "", ""


@asynccontextmanager
async def board_town(database_url: str, chromium: Browser | None = None, *also: Person) -> AsyncIterator[Board]:
    """At 02:14, with nothing open. `also` stand in the roster beside the sample's people."""
    roster = sample.roster_at(BEGINS)
    roster = replace(roster, people=(*roster.people, *also))
    async with town(
        database_url, roster, start=BEGINS, contact_phone=sample.CONTACT_PHONE, secret_keys=SECRET_KEY
    ) as place:
        if chromium is None:
            yield Board(place)
            return
        async with browsing(chromium) as browser:
            yield Board(place, browser)
