"""A small application on a real port: it takes webhooks, and answers what a test tells it to."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from twilio_simulator import SimulatedCarrier
from twilio_simulator.server import HttpServer

ACCOUNT = "AC" + "0" * 32
TOKEN = "a-token"
SERVICE = "+15625550100"
ANA = "+15625550101"
BEN = "+15625550102"


@dataclass
class Hook:
    """A webhook as the application received it."""

    path: str
    method: str
    params: dict[str, str]
    headers: dict[str, str]
    url: str
    genuine: bool
    body: str = ""


@dataclass
class Application:
    """Answers by path: a text is TwiML, a number a status, a function is called each time. Other paths get 204."""

    url: str = ""
    hooks: list[Hook] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    slow: float = 0.0
    """Wall seconds that it takes to answer; once set back to 0, requests that wait are answered."""

    def at(self, path: str) -> list[Hook]:
        return [hook for hook in self.hooks if hook.path == path]

    def statuses(self, path: str) -> list[str]:
        return [hook.params.get("MessageStatus") or hook.params["CallStatus"] for hook in self.at(path)]

    async def receive(self, request: Request) -> Response:
        body = (await request.body()).decode()
        params = {key: str(value) for key, value in (await request.form()).items()}
        url = self.url + request.scope["raw_path"].decode()
        if request.url.query:
            url += "?" + request.url.query
        signature = request.headers.get("x-twilio-signature", "")
        genuine = RequestValidator(TOKEN).validate(url, params, signature)
        seen = params or dict(request.query_params)
        self.hooks.append(Hook(request.url.path, request.method, seen, dict(request.headers), url, genuine, body))
        end = time.monotonic() + self.slow
        while self.slow and time.monotonic() < end:  # noqa: ASYNC110  # until a test sets it back
            await asyncio.sleep(min(self.slow, 0.05))
        answer = self.answers.get(request.url.path, 204)
        if isinstance(answer, Response):
            return answer
        if callable(answer):
            answer = answer(self.hooks[-1])
        if isinstance(answer, int):
            return Response(status_code=answer)
        return Response(answer, media_type="text/xml")


@contextlib.asynccontextmanager
async def serving(application: Application) -> AsyncIterator[None]:
    """Serve the application on a free port."""
    app = Starlette(routes=[Route("/{path:path}", application.receive, methods=["GET", "POST"])])
    server = HttpServer(app)
    await server.start()
    application.url = f"http://127.0.0.1:{server.port}"
    try:
        yield
    finally:
        await server.stop()


@dataclass
class Clock:
    """Stands still until a test moves it."""

    moment: datetime = datetime(2026, 3, 7, 10, 14, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


@dataclass
class Scene:
    """A carrier and an application, under one clock that a test moves."""

    carrier: SimulatedCarrier
    application: Application
    clock: Clock

    @property
    def moment(self) -> datetime:
        return self.clock.moment

    @moment.setter
    def moment(self, moment: datetime) -> None:
        self.clock.moment = moment

    @property
    def client(self) -> Client:
        client = Client(ACCOUNT, TOKEN)
        client.api.base_url = self.carrier.url
        return client

    async def sdk(self, act: Callable[[Client], Any]) -> Any:
        """Do something with the real SDK, off the loop that the carrier runs in."""
        return await asyncio.to_thread(act, self.client)

    async def text(self, body: str = "K7Q: reply 1 or 2", to: str = ANA, **more: Any) -> Any:
        """Send a text through the SDK; its progress goes to /status."""
        more.setdefault("status_callback", self.application.url + "/status")
        return await self.sdk(lambda c: c.messages.create(to=to, from_=SERVICE, body=body, **more))

    async def ring(self, to: str = ANA, **more: Any) -> Any:
        """Place a call through the SDK; its TwiML is /voice, its progress goes to /status."""
        if "twiml" not in more:
            more.setdefault("url", self.application.url + "/voice")
        more.setdefault("status_callback", self.application.url + "/status")
        more.setdefault("status_callback_event", ["initiated", "ringing", "answered", "completed"])
        call = await self.sdk(lambda c: c.calls.create(to=to, from_=SERVICE, **more))
        await self.carrier.run_due()
        return call

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something that other tasks bring about is true; TimeoutError after 60 s."""
        async with asyncio.timeout(60):
            while not true():  # noqa: ASYNC110  # what is waited for is state, and nobody signals it
                await asyncio.sleep(0.01)

    async def pass_time(self, seconds: float) -> None:
        """Let time pass, stopping whenever something is due."""
        end = self.moment + timedelta(seconds=seconds)
        while (due := self.carrier.next_due()) is not None and due <= end:
            self.moment = max(due, self.moment)
            await self.carrier.run_due()
        self.moment = end
