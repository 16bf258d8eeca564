"""The coordinators' UI, for tests: browsers that sign in and keep their cookies, as people have them."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import httpx
import pyotp

from dispatch.actions.access import keep_accounts, sign_in
from dispatch.actions.access.sign_in import Browser, NewSession
from dispatch.actions.context import Context
from dispatch.actions.schedule.change_roster import import_roster
from dispatch.rules.access.sign_in import LINK_LIVES
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.people import Role
from dispatch.rules.facts.roster import Roster
from dispatch.store import tables as t
from dispatch.store.access import links
from dispatch.store.access.links import NewLink, WallLink
from dispatch.store.transaction import Transaction
from tests.inbound.house import PUBLIC_URL, House

PASSWORD = "correct horse battery"
COOKIE = "__Host-dispatch-session"
# What a browser says about a form of our own page.
OUR_FORM = {"Sec-Fetch-Site": "same-origin", "Origin": PUBLIC_URL}


@dataclass
class Door:
    """One browser. Its forms come from our own pages, unless a request says something else."""

    web: httpx.AsyncClient

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.web.get(path, headers=headers)

    async def post(
        self, path: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        return await self.web.post(path, data=dict(form or {}), headers=OUR_FORM if headers is None else headers)

    def carry(self, token: str) -> None:
        """Have this session's cookie."""
        self.web.cookies.set(COOKIE, token, domain="dispatch.example", path="/")

    @property
    def token(self) -> str | None:
        return self.web.cookies.get(COOKIE)

    async def is_signed_in(self) -> bool:
        return (await self.get("/account")).status_code == 200

    async def give_password(self, name: str = "cora", password: str = PASSWORD, wanted: str = "") -> httpx.Response:
        return await self.post("/sign-in", {"name": name, "password": password, "next": wanted})

    async def give_code(self, code: str, wanted: str = "") -> httpx.Response:
        return await self.post("/sign-in/code", {"code": code, "next": wanted})


@dataclass
class Enrolled:
    """Somebody with an account. `code` is what their app shows now."""

    ui: "Ui"
    seed: str
    recovery_codes: list[str]

    def code(self, steps: int = 0) -> str:
        return pyotp.TOTP(self.seed).at(self.ui.house.clock() + timedelta(seconds=30 * steps))


@dataclass
class Ui:
    """The house with browsers in it. `waited` is how long attempts were made to wait, in seconds: the clock moves
    instead."""

    house: House
    waited: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.house.service.web.state.proving.pause = self._pause

    async def _pause(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.house.clock.moment += timedelta(seconds=seconds)

    @asynccontextmanager
    async def browser(
        self, agent: str = "Mozilla/5.0 (X11; Linux) Firefox/140", address: str = "203.0.113.9"
    ) -> AsyncIterator[Door]:
        transport = httpx.ASGITransport(app=self.house.service.web, client=(address, 40000))
        headers = {"Accept": "text/html", "User-Agent": agent}
        async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL, headers=headers) as web:
            yield Door(web)

    @asynccontextmanager
    async def signed_in(self, name: str, kind: str = "normal") -> AsyncIterator[Door]:
        """The browser of somebody who is signed in, or of a wall that they made."""
        async with self.browser() as door:
            door.carry((await self.session(name, kind)).token)
            yield door

    async def invite(self, name: str = "cora") -> str:
        """The path of a one-time link."""
        made = await self.house.service.runner.act(keep_accounts.add, name, OPERATOR, Source.CLI)
        return f"/welcome/{made.token}"

    async def enrol(self, name: str = "cora", door: Door | None = None) -> Enrolled:
        """Open a one-time link and do what it asks; `door` is signed in then."""
        path = await self.invite(name)
        if door is not None:
            return await self.follow(path, door)
        async with self.browser() as other:
            return await self.follow(path, other)

    async def follow(self, path: str, door: Door) -> Enrolled:
        chosen = await door.post(f"{path}/password", {"password": PASSWORD, "again": PASSWORD})
        assert chosen.status_code == 303, chosen.text
        return await self.prove(path, door)

    async def prove(self, path: str, door: Door) -> Enrolled:
        shown = (await door.get(path)).text
        found = re.search(r'class="seed">([A-Z2-7 ]+)<', shown)
        assert found is not None, shown
        enrolled = Enrolled(self, found[1].replace(" ", ""), [])
        proven = await door.post(f"{path}/code", {"code": enrolled.code()})
        assert proven.status_code == 200, proven.text
        enrolled.recovery_codes = codes_on(proven)
        return enrolled

    async def sign_in(self, enrolled: Enrolled, door: Door, name: str = "cora", wanted: str = "") -> httpx.Response:
        """Password and code, each of the app's next step, since every code works once."""
        self.house.clock.moment += timedelta(seconds=90)
        half = await door.give_password(name, wanted=wanted)
        assert half.status_code == 303, half.text
        return await door.give_code(enrolled.code(), wanted)

    async def session(self, name: str, kind: str = "normal") -> NewSession:
        """A session without the way to it: of a person, or a wall that they made."""
        runner, browser = self.house.service.runner, Browser("203.0.113.9", "test", None)
        if kind == "wall":
            return await runner.act(sign_in.make_wall, await runner.act(a_wall_link, name), browser)
        return await runner.act(sign_in.sign_in_as, name, browser, "for a test")

    async def wall_link(self, door: Door) -> str:
        """The path of a link for a wall that `door` makes."""
        return link_on(await door.post("/account/wall", {"current": PASSWORD}), "/wall/")

    async def browser_link(self, door: Door, name: str = "cora") -> str:
        """The path of a link for a new browser that `door` makes."""
        return link_on(await door.post("/account/let-in", {"name": name}), "/let-in/")

    async def roster(self) -> Roster:
        return await self.house.service.runner.ask(lambda tx, context: context.roster(tx))

    async def give_roles(self, name: str, *roles: Role) -> None:
        """Import the roster with other roles for one person; without any, they have left it."""
        before = await self.roster()
        people = [
            replace(person, roles=frozenset(roles)) if person.id == name else person
            for person in before.people
            if person.id != name or roles
        ]
        await self.house.service.runner.act(import_roster, replace(before, people=tuple(people)), OPERATOR, Source.CLI)

    async def give_sign_in(self, name: str, sign_in: str) -> None:
        """Import the roster with what the provider calls this person by now."""
        before = await self.roster()
        people = tuple(replace(one, sign_in=sign_in) if one.id == name else one for one in before.people)
        await self.house.service.runner.act(import_roster, replace(before, people=people), OPERATOR, Source.CLI)

    async def told(self, name: str = "cora") -> list[str]:
        """What the owner of an account was texted about it."""
        return [row["text"] for row in await self.house.rows(t.page, purpose="account", person=name)]

    async def audit(self) -> list[tuple[str, str, str | None]]:
        """Who did what, in order."""
        return [(row["who"], row["did"], row["detail"]) for row in await self.house.rows(t.audit)]


def a_wall_link(tx: Transaction, context: Context, person: str) -> str:
    """The token of a link for a wall, without the way to it."""
    link = WallLink(person=person, expires_at=context.now + LINK_LIVES)
    links.make(tx, [NewLink(token := context.new_token(), link, context.now)])
    return token


def link_on(page: httpx.Response, kind: str) -> str:
    """The path of the one-time link that a page shows."""
    assert page.status_code == 200, page.text
    path = page.text.partition(PUBLIC_URL)[2].partition("<")[0]
    assert path.startswith(kind)
    return path


def codes_on(page: httpx.Response) -> list[str]:
    """The recovery codes that a page shows."""
    return re.findall(r"<li><code>([A-Z0-9-]+)</code>", page.text)
