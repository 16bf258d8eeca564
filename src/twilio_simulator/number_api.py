"""IncomingPhoneNumbers: the service's own numbers over the API, to look at and to set up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import fields
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from twilio_simulator.account import Account
from twilio_simulator.answers import JSON, not_found
from twilio_simulator.dialects import METHOD
from twilio_simulator.listing import page
from twilio_simulator.numbers import ServiceNumber
from twilio_simulator.refusals import Refusal

# Twilio's name of each setting: VoiceUrl for `voice_url`.
SETTINGS = {
    "".join(word.capitalize() for word in field.name.split("_")): field.name
    for field in fields(ServiceNumber)
    if field.name.endswith(("_url", "_method", "_callback", "_name"))
}


class NumberApi:
    """Each method answers one kind of request, after `authenticate` has let it in."""

    def __init__(self, account: Account, path: str, authenticate: Callable[[Request], None]) -> None:
        self._account = account
        self._authenticate = authenticate
        whole, one = path + "/IncomingPhoneNumbers.json", path + "/IncomingPhoneNumbers/{sid}.json"
        self.routes = [
            Route(whole, self._guarded(self.list_numbers), methods=["GET"]),
            Route(one, self._guarded(self.show_number), methods=["GET"]),
            Route(one, self._guarded(self.change_number), methods=["POST"]),
        ]

    async def list_numbers(self, request: Request) -> Response:
        query = dict(request.query_params)
        found = [
            number
            for number in self._account.numbers
            if query.get("PhoneNumber", "") in number.number
            and query.get("FriendlyName") in (None, number.friendly_name)
        ]
        return JSON(page("incoming_phone_numbers", request.url.path, query, found))

    async def show_number(self, request: Request) -> Response:
        return JSON(self._number(request).as_json())

    async def change_number(self, request: Request) -> Response:
        number = self._number(request)
        given = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        changes = {SETTINGS[name]: value for name, value in given.items() if name in SETTINGS}
        for setting, value in changes.items():
            if setting.endswith("_method") and value not in METHOD.split():
                raise Refusal(20001, f"{setting} must be GET or POST")
            if setting.endswith(("_url", "_callback")) and value and not value.startswith(("http://", "https://")):
                raise Refusal(21502, f"{setting} is not a valid URL: {value}")
        for setting, value in changes.items():
            setattr(number, setting, value or None if setting.endswith(("_url", "_callback")) else value)
        number.updated_at = self._account.now()
        self._account.changed()
        return JSON(number.as_json())

    def _number(self, request: Request) -> ServiceNumber:
        for number in self._account.numbers:
            if number.sid == request.path_params["sid"]:
                return number
        raise not_found(request)

    def _guarded(self, answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            self._authenticate(request)
            return await answer(request)

        return endpoint
