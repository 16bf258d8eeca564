"""The people's side over HTTP, for a carrier that runs in a process of its own: phones, faults, recorded requests.

It is not part of Twilio's API; it lives beside it under `/play`, behind the same credentials.

    curl -u $SID:$TOKEN $URL/play/phones
    curl -u $SID:$TOKEN $URL/play/phones/+15625550101/text -d body='1 25'
    curl -u $SID:$TOKEN $URL/play/faults -d effect=LoseAnswer -d times=3
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import fields
from typing import Any, get_type_hints
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from twilio_simulator import faults
from twilio_simulator.account import Account
from twilio_simulator.calls import PhoneCall
from twilio_simulator.handsets import Behaviour
from twilio_simulator.phones import Phone
from twilio_simulator.refusals import Refusal

EFFECTS: dict[str, type[faults.Effect]] = {
    effect.__name__: effect
    for base in (faults.RequestEffect, faults.CallbackEffect)
    for effect in base.__subclasses__()
}
REQUESTS_AT_ONCE = 10_000


class PlayApi:
    """Each method answers one kind of request. Errors are `{error}`: 400, or 409 if a phone cannot do that now."""

    def __init__(self, account: Account, authenticate: Callable[[Request], None]) -> None:
        self._account = account
        self._authenticate = authenticate
        self.routes = [
            Route("/play/phones", self._guarded(self.show_phones), methods=["GET"]),
            Route("/play/phones/{number}/{act}", self._guarded(self.use_phone), methods=["POST"]),
            Route("/play/requests", self._guarded(self.show_requests), methods=["GET"]),
            Route("/play/errors", self._guarded(self.show_errors), methods=["GET"]),
            Route("/play/faults", self._guarded(self.add_fault), methods=["POST"]),
            Route("/play/faults", self._guarded(self.clear_faults), methods=["DELETE"]),
        ]

    async def show_phones(self, request: Request) -> object:
        """Every phone with its texts and calls."""
        return [_phone(phone) for phone in self._account.phones]

    async def use_phone(self, request: Request) -> object:
        """Let a person do something: text, call, answer, press, hang-up, reject, behave."""
        phone = self._account.phone(request.path_params["number"])
        given = await _form(request)
        match request.path_params["act"]:
            case "text":
                await phone.reply(given["body"], given.get("to"))
            case "call":
                await phone.call(given["to"], withheld=given.get("withheld"), verstat=given.get("verstat"))
            case "answer":
                await phone.answer()
            case "press":
                await phone.press(given["keys"])
            case "hang-up":
                await phone.hang_up(after=_seconds(given, "after"))
            case "reject":
                await phone.reject()
            case "behave":
                phone.behave(
                    Behaviour[given["behaviour"].upper()],
                    after=_seconds(given, "after"),
                    presses=given.get("presses", "").split(),
                    voicemail=given["voicemail"] == "true" if "voicemail" in given else None,
                    hangs_up_after=_seconds(given, "hangs_up_after"),
                )
            case act:
                raise ValueError(f"a phone cannot {act}")
        return _phone(phone)

    async def show_requests(self, request: Request) -> object:
        """Create requests from number `after` on, with times to the microsecond; pass the new `after` for more."""
        after = int(request.query_params.get("after", 0))
        found = self._account.requests[after : after + REQUESTS_AT_ONCE]
        shown = [
            {
                "at": created.at.isoformat(),
                "kind": created.kind,
                "sid": created.sid,
                "status": created.status,
                "params": created.params,
            }
            for created in found
        ]
        return {"requests": shown, "after": after + len(found)}

    async def show_errors(self, request: Request) -> object:
        """What went wrong with webhooks and documents."""
        return [
            {
                "at": error.at.isoformat(),
                "code": error.code,
                "message": error.message,
                "sid": error.sid,
                "url": error.url,
            }
            for error in self._account.errors
        ]

    async def add_fault(self, request: Request) -> object:
        """Switch on a fault: `effect`, its own fields, times (a number or "always"), probability, only, number, on."""
        given: dict[str, Any] = await _form(request)
        effect = EFFECTS[given.pop("effect")]
        types = get_type_hints(effect)
        own = {}
        for field in fields(effect):  # type: ignore[arg-type]  # every effect is a dataclass, their bases are not
            if field.name in given:
                value = given.pop(field.name)
                own[field.name] = value == "true" if types[field.name] is bool else _number_or_text(value)
        if "times" in given:
            given["times"] = None if given["times"] == "always" else int(given["times"])
        if "probability" in given:
            given["probability"] = float(given["probability"])
        fault = self._account.faults.add(effect(**own), **given)
        return {"effect": repr(fault.effect), "times": fault.times, "on": sorted(fault.on)}

    async def clear_faults(self, request: Request) -> object:
        """Switch all faults off."""
        self._account.faults.clear()
        return {}

    def _guarded(self, answer: Callable[[Request], Awaitable[object]]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            self._authenticate(request)
            try:
                return JSONResponse(await answer(request))
            except KeyError as error:
                return JSONResponse({"error": f"missing or unknown: {error.args[0]}"}, 400)
            except LookupError as error:
                return JSONResponse({"error": str(error)}, 409)
            except Refusal:
                raise
            except (ValueError, TypeError) as error:
                return JSONResponse({"error": str(error)}, 400)

        return endpoint


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))


def _seconds(given: dict[str, str], name: str) -> float | None:
    return float(given[name]) if name in given else None


def _number_or_text(value: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return value


def _phone(phone: Phone) -> dict[str, Any]:
    return {
        "number": phone.number,
        "behaviour": phone.behaviour.name.lower(),
        "texts": [
            {"sid": text.sid, "from": text.from_, "body": text.body, "received_at": text.received_at.isoformat()}
            for text in phone.texts
        ],
        "calls": [_call(call) for call in phone.calls],
        "dialled": [_call(call) for call in phone.dialled],
    }


def _call(call: PhoneCall) -> dict[str, Any]:
    return {
        "sid": call.sid,
        "from": call.from_,
        "to": call.to,
        "status": call.status,
        "ringing": call.ringing,
        "connected": call.connected,
        "heard": call.heard,
        "digits": call.digits,
    }
