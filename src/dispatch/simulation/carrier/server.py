"""The REST API over HTTP, and the life of its server."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from dispatch.simulation.carrier.calls import Script
from dispatch.simulation.carrier.faults import (
    BeforeCreateAnswers,
    Doomed,
    Effect,
    HangAfterAccepting,
    LoseAnswer,
    Refuse,
    RefuseConnection,
    RequestEffect,
    ServerError,
    TooManyRequests,
    Unparsable,
)
from dispatch.simulation.carrier.listing import page, spans
from dispatch.simulation.carrier.playing import PlayApi
from dispatch.simulation.carrier.record import CreateRequest, Kind
from dispatch.simulation.carrier.refusals import Refusal

if TYPE_CHECKING:
    from dispatch.simulation.carrier.carrier import SimulatedCarrier

ACCOUNT = "/2010-04-01/Accounts/{account}"
TRANSPORT = "dispatch.carrier.transport"
SHUTDOWN_SECONDS = 1


class Protocol(HttpToolsProtocol):
    """uvicorn's protocol, which also gives the application the connection, so that it can be dropped."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {TRANSPORT: {"transport": self.transport}}


class DroppedConnection(Response):
    """No answer at all: the connection is closed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["extensions"][TRANSPORT]["transport"].abort()
        # uvicorn answers 500 for an application that returns without an answer, unless the client is gone.
        while (await receive())["type"] != "http.disconnect":
            pass


class JSON(Response):
    """A JSON answer as Twilio gives it."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return json.dumps(content, separators=(",", ":")).encode()


def refused(refusal: Refusal) -> Response:
    """The answer that refuses a request."""
    return JSON(refusal.as_json(), status_code=refusal.status)


class RestApi:
    """Twilio's API of 2010-04-01, as far as it is simulated. Each method answers one kind of request."""

    def __init__(self, carrier: SimulatedCarrier) -> None:
        self._carrier = carrier
        credentials = f"{carrier.account_sid}:{carrier.auth_token}".encode()
        self._authorization = "Basic " + base64.b64encode(credentials).decode()
        routes = [
            Route(ACCOUNT + "/Messages.json", self.create_message, methods=["POST"]),
            Route(ACCOUNT + "/Messages.json", self.list_messages, methods=["GET"]),
            Route(ACCOUNT + "/Messages/{sid}.json", self.show_message, methods=["GET"]),
            Route(ACCOUNT + "/Calls.json", self.create_call, methods=["POST"]),
            Route(ACCOUNT + "/Calls.json", self.list_calls, methods=["GET"]),
            Route(ACCOUNT + "/Calls/{sid}.json", self.show_call, methods=["GET"]),
            Route(ACCOUNT + "/Calls/{sid}.json", self.change_call, methods=["POST"]),
            Route(ACCOUNT + ".json", self.show_account, methods=["GET"]),
            *PlayApi(carrier, self._authenticate).routes,
        ]
        self.app = Starlette(
            routes=routes,
            exception_handlers={
                Refusal: lambda _, error: refused(cast(Refusal, error)),
                Struck: lambda _, error: cast(Struck, error).answer,
                HTTPException: lambda _, error: self._no_such_thing(cast(HTTPException, error)),
            },
        )

    async def create_message(self, request: Request) -> Response:
        self._authenticate(request)
        record = await self._recorded("message", request)
        effects = self._strike("message", record.params)
        decided = self._refusal(effects)
        if decided is None:
            doom = next(((e.status, e.code) for e in effects if isinstance(e, Doomed)), None)
            try:
                message = self._carrier.messages.create(record.params, record.at, doom)
            except Refusal as refusal:
                record.status = refusal.status
                raise
            record.sid = message.sid
            # Its state as it is now is what gets answered, even if callbacks overtake the answer.
            answer = JSON(message.as_json(), status_code=201)
            if any(isinstance(effect, BeforeCreateAnswers) for effect in effects):
                await self._carrier.messages.deliver_now(message, record.at)
            decided = await self._answer(effects, answer)
        return self._decided(record, decided)

    async def create_call(self, request: Request) -> Response:
        self._authenticate(request)
        record = await self._recorded("call", request)
        effects = self._strike("call", record.params)
        decided = self._refusal(effects)
        if decided is None:
            events = [value for name, value in record.pairs if name == "StatusCallbackEvent"]
            try:
                call = self._carrier.exchange.create(record.params, events, record.at)
            except Refusal as refusal:
                record.status = refusal.status
                raise
            record.sid = call.sid
            answer = JSON(call.as_json(), status_code=201)
            if any(isinstance(effect, BeforeCreateAnswers) for effect in effects):
                await self._carrier.exchange.begin_now(call, record.at)
            decided = await self._answer(effects, answer)
        return self._decided(record, decided)

    async def list_messages(self, request: Request) -> Response:
        query = await self._read("message", request)
        within = spans(query, "DateSent")
        found = [
            message
            for message in self._carrier.messages.newest_first(query.get("To"), query.get("From"))
            # What has not been sent yet goes by its creation: whoever looks for a message whose creation was never
            # confirmed must find it however early they look.
            if within(message.date_sent or message.date_created)
        ]
        return JSON(page("messages", request.url.path, query, found))

    async def list_calls(self, request: Request) -> Response:
        query = await self._read("call", request)
        within = spans(query, "StartTime")
        found = [
            call
            for call in self._carrier.exchange.newest_first(query.get("To"), query.get("From"))
            if query.get("Status") in (None, call.status)
            and query.get("ParentCallSid") in (None, call.parent and call.parent.sid)
            and within(call.started_at or call.created_at)
        ]
        return JSON(page("calls", request.url.path, query, found))

    async def show_message(self, request: Request) -> Response:
        await self._read("message", request)
        message = self._carrier.messages.get(request.path_params["sid"])
        if message is None:
            raise Refusal(20404, f"The requested resource {request.url.path} was not found", status=404)
        return JSON(message.as_json())

    async def show_call(self, request: Request) -> Response:
        await self._read("call", request)
        call = self._carrier.exchange.get(request.path_params["sid"])
        if call is None:
            raise Refusal(20404, f"The requested resource {request.url.path} was not found", status=404)
        return JSON(call.as_json())

    async def change_call(self, request: Request) -> Response:
        await self._read("call", request)
        call = self._carrier.exchange.get(request.path_params["sid"])
        if call is None:
            raise Refusal(20404, f"The requested resource {request.url.path} was not found", status=404)
        params = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        now = self._carrier.now()
        match params.get("Status"):
            case "canceled":
                self._carrier.exchange.cancel(call, now)
            case "completed":
                self._carrier.exchange.complete(call, now)
            case None if params.get("Url") or params.get("Twiml"):
                script = Script(params.get("Url", ""), params.get("Method", "POST"), params.get("Twiml"))
                self._carrier.exchange.redirect(call, script, now)
            case _:
                raise Refusal(20001, "Status must be canceled or completed, or Url or Twiml must be given")
        return JSON(call.as_json())

    async def show_account(self, request: Request) -> Response:
        self._authenticate(request)
        path = request.url.path
        return JSON(
            {
                "auth_token": self._carrier.auth_token,
                "date_created": None,
                "date_updated": None,
                "friendly_name": "Simulated carrier",
                "owner_account_sid": self._carrier.account_sid,
                "sid": self._carrier.account_sid,
                "status": "active",
                "subresource_uris": {
                    "calls": path.replace(".json", "/Calls.json"),
                    "messages": path.replace(".json", "/Messages.json"),
                },
                "type": "Full",
                "uri": path,
            }
        )

    def _authenticate(self, request: Request) -> None:
        right_account = request.path_params.get("account", self._carrier.account_sid) == self._carrier.account_sid
        if not right_account or request.headers.get("authorization") != self._authorization:
            raise Refusal(20003, status=401)

    async def _read(self, kind: Kind, request: Request) -> dict[str, str]:
        """Authenticate a look-up or a change, let faults strike it, and return its query."""
        self._authenticate(request)
        query = dict(request.query_params)
        effects = self._carrier.faults.strike("read", kind, (query.get("To", ""), query.get("From", "")))
        answer = self._refusal(effects) or await self._answer(effects, None)
        if answer is not None:
            raise Struck(answer)
        return query

    async def _recorded(self, kind: Kind, request: Request) -> CreateRequest:
        pairs = parse_qsl((await request.body()).decode(), keep_blank_values=True)
        record = CreateRequest(self._carrier.now(), kind, dict(pairs), pairs)
        self._carrier.requests.append(record)
        return record

    def _strike(self, kind: Kind, params: dict[str, str]) -> list[Effect]:
        return self._carrier.faults.strike("create", kind, (params.get("To", ""), params.get("From", "")))

    @staticmethod
    def _refusal(effects: list[Effect]) -> Response | None:
        """The answer when a fault keeps the request from being carried out."""
        for effect in effects:
            if isinstance(effect, RequestEffect) and not effect.accepts:
                return _answer_of(effect)
        return None

    async def _answer(self, effects: list[Effect], answer: Response | None) -> Response | None:
        """The answer to a request that was carried out: the right one, or what a fault makes of it."""
        for effect in effects:
            if isinstance(effect, HangAfterAccepting):
                await self._carrier.faults.hold(effect.seconds)
            elif isinstance(effect, RequestEffect) and (wrong := _answer_of(effect)) is not None:
                return wrong
        return answer

    @staticmethod
    def _decided(record: CreateRequest, answer: Response | None) -> Response:
        assert answer is not None
        record.status = None if isinstance(answer, DroppedConnection) else answer.status_code
        return answer

    @staticmethod
    def _no_such_thing(error: HTTPException) -> Response:
        return refused(Refusal(20004 if error.status_code == 405 else 20404, status=error.status_code))


class Struck(Exception):
    """A fault decided the answer to a look-up."""

    def __init__(self, answer: Response) -> None:
        self.answer = answer


def _answer_of(effect: RequestEffect) -> Response | None:
    """The answer that a fault gives; None when it leaves the answer alone."""
    match effect:
        case Refuse(code, status):
            return refused(Refusal(code, status=status))
        case TooManyRequests():
            return refused(Refusal(20429, status=429))
        case ServerError(status):
            return refused(Refusal(20500, status=status))
        case RefuseConnection() | LoseAnswer():
            return DroppedConnection()
        case Unparsable():
            return Response("<html>upstream said yes</html>", status_code=201, media_type="text/html")
        case _:
            return None


class HttpServer:
    """uvicorn in the running loop. It installs no signal handlers: the process belongs to somebody else."""

    def __init__(self, api: RestApi, host: str, port: int) -> None:
        self._api = api
        self._host = host
        self.port = port
        """The port; after the first start the one that was bound, which a later start binds again."""
        self._server: uvicorn.Server | None = None
        self._socket: socket.socket | None = None

    async def start(self) -> None:
        """Bind and listen. Raises OSError when the port is taken."""
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        # The protocol is named because asyncio sets TCP_NODELAY only where it stands: without it, uvicorn's two
        # writes (head, then body) meet Nagle and a delayed acknowledgement, and every answer takes 40 ms.
        self._socket = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((self._host, self.port))
        except OSError:
            self._socket.close()
            raise
        self.port = self._socket.getsockname()[1]
        config = uvicorn.Config(
            self._api.app,
            http=Protocol,
            ws="none",
            lifespan="off",
            access_log=False,
            proxy_headers=False,
            log_config=None,
            timeout_keep_alive=75,
        )
        config.load()
        self._server = uvicorn.Server(config)
        self._server.lifespan = config.lifespan_class(config)
        # Not serve(): that takes over the signals, and its ticking serves only a Date header and a request limit.
        await self._server.startup(sockets=[self._socket])

    async def stop(self) -> None:
        """Stop listening and drop every connection, as an outage does; uvicorn's own way takes its time."""
        if self._server is None:
            return
        for listener in self._server.servers:
            listener.close()
        for connection in list(self._server.server_state.connections):
            cast(HttpToolsProtocol, connection).transport.abort()
        for listener in self._server.servers:
            await listener.wait_closed()
        if tasks := list(self._server.server_state.tasks):
            # Requests that a fault still holds; they have nobody to answer to.
            await asyncio.wait(tasks, timeout=SHUTDOWN_SECONDS)
        self._server = None
