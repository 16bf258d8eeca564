"""A tiny exchange of the other carrier, over real HTTP: it carries texts and calls to phones, and reports on them.

Nothing happens by itself: `run_due` makes one thing happen after another, as in the simulated Twilio.
"""

import itertools
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp
from aiohttp import web

from tests.carriers.other.adapter import signed

API_KEY, SECRET = "other-key", "other-secret"


@dataclass
class Phone:
    """`texts_end` and `rings_end` are the last states of texts and calls to it, `problem` is the reason; `presses` are
    its keys in turn."""

    number: str
    texts_end: str = "received"
    rings_end: str = "nobody_there"
    problem: str | None = None
    presses: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)


@dataclass
class Exchange:
    now: Callable[[], datetime]
    url: str = ""
    service_url: str = ""
    answers: list[int] = field(default_factory=list)
    phones: dict[str, Phone] = field(default_factory=dict)
    number: dict[str, str] = field(default_factory=dict)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    _pending: deque[Callable[[], Awaitable[None]]] = field(default_factory=deque)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def phone(self, number: str) -> Phone:
        return self.phones.setdefault(number, Phone(number))

    async def run_due(self) -> int:
        """Do everything that is due; returns how many things that were."""
        done = 0
        while self._pending:
            await self._pending.popleft()()
            done += 1
        return done

    async def texts_us(self, number: str, content: str, list_action: str | None = None) -> None:
        """Somebody texts our number. `list_action`: the exchange read the words as an opt-out or an opt-in."""
        told = {"id": f"in-{next(self._ids)}", "from": number.removeprefix("+"), "content": content}
        await self.tell("/sms", {**told, "list_action": list_action})

    async def tell(
        self, door: str, told: dict[str, Any], *, secret: str = SECRET, kind: str = "application/json"
    ) -> Any:
        """Post to a door of the service, signed; returns what it answered."""
        url = door if door.startswith("http") else f"{self.service_url}/other{door}"
        body = json.dumps(told).encode()
        headers = {"Content-Type": kind, "Other-Authenticity": signed(secret, body)}
        async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
            self.answers.append(answer.status)
            return await answer.json() if answer.status == 200 else None

    # ---- its API ----

    async def create(self, request: web.Request) -> web.Response:
        asked = await request.json()
        phone = self.phone("+" + asked["recipient"])
        is_text = request.path == "/texts"
        item = {**asked, "id": f"{'t' if is_text else 'r'}-{next(self._ids)}", "made_at": self.now().isoformat()}
        item["state"] = "handed_over" if is_text else "dialling"
        self.items[item["id"]] = item
        self._pending.append(lambda: self._carry(item, phone) if is_text else self._ring(item, phone))
        return web.json_response(item, status=202)

    async def one(self, request: web.Request) -> web.Response:
        item = self.items.get(request.match_info["id"])
        return web.json_response(item or {}, status=200 if item else 404)

    async def listed(self, request: web.Request) -> web.Response:
        first = request.path[1]
        wanted = [
            item
            for item in self.items.values()
            if item["id"].startswith(first) and item["recipient"] == request.query["recipient"]
        ]
        return web.json_response({"items": wanted})

    async def came_in(self, request: web.Request) -> web.Response:
        return web.json_response({"items": []})

    async def our_number(self, request: web.Request) -> web.Response:
        if request.method == "PUT":
            self.number |= await request.json()
        return web.json_response(self.number)

    async def me(self, request: web.Request) -> web.Response:
        return web.json_response({}, status=200 if request.headers.get("Api-Key") == API_KEY else 401)

    # ---- what happens ----

    async def _carry(self, item: dict[str, Any], phone: Phone) -> None:
        if phone.texts_end == "received":
            phone.texts.append(item["content"])
        await self._report(item, phone.texts_end, phone.problem)

    async def _ring(self, item: dict[str, Any], phone: Phone) -> None:
        await self._report(item, "dialling")
        if not phone.presses:
            await self._report(item, phone.rings_end)
            return
        await self._report(item, "talking")
        script = await self.tell(item["script"], {"id": item["id"]})
        while phone.presses:
            phone.heard += script["say"]
            pressed = {"id": item["id"], "question": script["question"], "pressed": phone.presses.pop(0)}
            script = await self.tell(script["tell"], pressed)
        phone.heard += script["say"]
        await self._report(item, "over")

    async def _report(self, item: dict[str, Any], state: str, problem: str | None = None) -> None:
        item["state"], item["problem"] = state, problem
        await self.tell(item["tell"], {"id": item["id"], "state": state, "problem": problem})


@asynccontextmanager
async def exchange(now: Callable[[], datetime]) -> AsyncIterator[Exchange]:
    """An exchange on a free loopback port while the block runs."""
    one = Exchange(now)
    application = web.Application()
    application.add_routes(
        [
            web.get("/me", one.me),
            web.get("/incoming", one.came_in),
            web.get("/number", one.our_number),
            web.put("/number", one.our_number),
            *(web.post(path, one.create) for path in ("/texts", "/rings")),
            *(web.get(path, one.listed) for path in ("/texts", "/rings")),
            *(web.get(path + "/{id}", one.one) for path in ("/texts", "/rings")),
            web.delete("/rings/{id}", one.one),
        ]
    )
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    one.url = f"http://{host}:{port}"
    try:
        yield one
    finally:
        await runner.cleanup()
