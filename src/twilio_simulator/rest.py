"""Twilio's REST API over HTTP, and what faults make of its answers."""

from __future__ import annotations

import base64
from typing import cast
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from twilio_simulator.account import Account
from twilio_simulator.answers import JSON, not_found, refused
from twilio_simulator.call_request import read_call_update
from twilio_simulator.calls import PhoneCall
from twilio_simulator.faults import (
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
from twilio_simulator.listing import page, spans
from twilio_simulator.number_api import NumberApi
from twilio_simulator.playing import PlayApi
from twilio_simulator.record import CreateRequest, Kind
from twilio_simulator.refusals import Refusal
from twilio_simulator.server import DroppedConnection

ACCOUNT = "/2010-04-01/Accounts/{account}"


class RestApi:
    """Twilio's API of 2010-04-01, as far as it is simulated. Each method answers one kind of request."""

    def __init__(self, account: Account) -> None:
        self._account = account
        credentials = f"{account.account_sid}:{account.auth_token}".encode()
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
            *NumberApi(account, ACCOUNT, self._authenticate).routes,
            *PlayApi(account, self._authenticate).routes,
            account.hosting.route,
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
                message = self._account.messages.create(record.params, record.at, doom)
            except Refusal as refusal:
                record.status = refusal.status
                raise
            record.sid = message.sid
            # The answer shows the message as it is now, even if callbacks overtake it.
            answer = JSON(message.as_json(), status_code=201)
            if any(isinstance(effect, BeforeCreateAnswers) for effect in effects):
                await self._account.messages.deliver_now(message, record.at)
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
                call = self._account.exchange.create(record.params, events, record.at)
            except Refusal as refusal:
                record.status = refusal.status
                raise
            record.sid = call.sid
            answer = JSON(call.as_json(), status_code=201)
            if any(isinstance(effect, BeforeCreateAnswers) for effect in effects):
                await self._account.exchange.begin_now(call, record.at)
            decided = await self._answer(effects, answer)
        return self._decided(record, decided)

    async def list_messages(self, request: Request) -> Response:
        query = await self._read("message", request)
        within = spans(query, "DateSent")
        found = [
            message
            for message in self._account.messages.newest_first(query.get("To"), query.get("From"))
            # What has not been sent yet is found by its creation time: an application that looks for a message whose
            # creation was never confirmed must find it, however early it looks.
            if within(message.date_sent or message.date_created)
        ]
        return JSON(page("messages", request.url.path, query, found))

    async def list_calls(self, request: Request) -> Response:
        query = await self._read("call", request)
        within = spans(query, "StartTime")
        found = [
            call
            for call in self._account.exchange.newest_first(query.get("To"), query.get("From"))
            if query.get("Status") in (None, call.shown_status)
            and query.get("ParentCallSid") in (None, call.parent and call.parent.sid)
            and within(call.started_at or call.created_at)
        ]
        return JSON(page("calls", request.url.path, query, found))

    async def show_message(self, request: Request) -> Response:
        await self._read("message", request)
        message = self._account.messages.get(request.path_params["sid"])
        if message is None:
            raise not_found(request)
        return JSON(message.as_json())

    async def show_call(self, request: Request) -> Response:
        await self._read("call", request)
        return JSON(self._call(request).as_json())

    async def change_call(self, request: Request) -> Response:
        await self._read("call", request)
        call = self._call(request)
        pairs = parse_qsl((await request.body()).decode(), keep_blank_values=True)
        events = [value for name, value in pairs if name == "StatusCallbackEvent"]
        self._account.exchange.update(call, read_call_update(dict(pairs), events), self._account.now())
        return JSON(call.as_json())

    async def show_account(self, request: Request) -> Response:
        self._authenticate(request)
        path = request.url.path
        return JSON(
            {
                "auth_token": self._account.auth_token,
                "date_created": None,
                "date_updated": None,
                "friendly_name": "Simulated carrier",
                "owner_account_sid": self._account.account_sid,
                "sid": self._account.account_sid,
                "status": "active",
                "subresource_uris": {
                    "calls": path.replace(".json", "/Calls.json"),
                    "messages": path.replace(".json", "/Messages.json"),
                },
                "type": "Full",
                "uri": path,
            }
        )

    def _call(self, request: Request) -> PhoneCall:
        call = self._account.exchange.get(request.path_params["sid"])
        if call is None:
            raise not_found(request)
        return call

    def _authenticate(self, request: Request) -> None:
        right_account = request.path_params.get("account", self._account.account_sid) == self._account.account_sid
        if not right_account or request.headers.get("authorization") != self._authorization:
            raise Refusal(20003, status=401)

    async def _read(self, kind: Kind, request: Request) -> dict[str, str]:
        """Authenticate a look-up or a change, let faults strike it, and return its query."""
        self._authenticate(request)
        query = dict(request.query_params)
        effects = self._account.faults.strike("read", kind, (query.get("To", ""), query.get("From", "")))
        answer = self._refusal(effects) or await self._answer(effects, None)
        if answer is not None:
            raise Struck(answer)
        return query

    async def _recorded(self, kind: Kind, request: Request) -> CreateRequest:
        pairs = parse_qsl((await request.body()).decode(), keep_blank_values=True)
        record = CreateRequest(self._account.now(), kind, dict(pairs), pairs)
        self._account.requests.append(record)
        return record

    def _strike(self, kind: Kind, params: dict[str, str]) -> list[Effect]:
        return self._account.faults.strike("create", kind, (params.get("To", ""), params.get("From", "")))

    @staticmethod
    def _refusal(effects: list[Effect]) -> Response | None:
        """The answer when a fault keeps the request from being carried out; None when none does."""
        for effect in effects:
            if isinstance(effect, RequestEffect) and not effect.accepts:
                return _answer_of(effect)
        return None

    async def _answer(self, effects: list[Effect], answer: Response | None) -> Response | None:
        """The answer to a request that was carried out: the right one, or what a fault makes of it."""
        for effect in effects:
            if isinstance(effect, HangAfterAccepting):
                await self._account.faults.hold(effect.seconds)
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
