"""The adapter of a carrier that has nothing in common with Twilio: JSON, other fields, other words, another signature.

It exists to prove that such a carrier needs a folder of its own and nothing else.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import quote

import aiohttp

from dispatch.actions.hotline.take_call import InboundCall
from dispatch.actions.phone.missed_calls import ListedCall
from dispatch.actions.replies.record_reply import InboundText
from dispatch.carriers.carrier import CarrierRequest, Document, Incomplete, KeysPressed, NotTheCarrier, WrongKind
from dispatch.carriers.doors import CallDoors, Door, Doors, paged_call
from dispatch.outbound.http_session import certainly_not_sent, longest_seconds, open_session, words_for
from dispatch.rules.delivery.our_number import NumberSetUp
from dispatch.rules.delivery.sending import (
    DEFAULT_RETRY_SECONDS,
    Accepted,
    CarrierReport,
    CarrierUnreachable,
    Found,
    Meaning,
    OperatorFault,
    Progress,
    Refused,
    SendOutcome,
    TryAgain,
    Unknown,
)
from dispatch.rules.phone.calls import SpokenReply
from dispatch.rules.reader.vocabulary import Consent

_JSON = "application/json"
_PROGRESS = {
    "handed_over": Progress.TAKEN,
    "received": Progress.ARRIVED,
    "lost": Progress.UNDELIVERED,
    "dialling": Progress.TAKEN,
    "talking": Progress.ANSWERED,
    "answering_machine": Progress.VOICEMAIL,
    "engaged": Progress.BUSY,
    "nobody_there": Progress.NO_ANSWER,
    "over": Progress.ENDED,
}
_MEANINGS = {
    "number_unreachable": Meaning.PASSING,
    "number_unassigned": Meaning.BAD_NUMBER,
    "recipient_unsubscribed": Meaning.OPTED_OUT,
    "account_frozen": Meaning.ACCOUNT,
    "sender_unregistered": Meaning.OPERATOR,
}
_AGAIN = 3  # times
_CONSENTS = {"unsubscribed": Consent.OPT_OUT, "subscribed": Consent.OPT_IN}


class OtherCarrier:
    name = "other"

    def __init__(
        self,
        api_url: str,
        api_key: str,
        secret: str,
        public_url: str,
        *,
        fallback: str = "",
        read_timeout: float = 10.0,
    ) -> None:
        self._api, self._headers, self._secret = api_url, {"Api-Key": api_key}, secret
        self._fallback = fallback
        self._doors = Doors(public_url, self.name)
        self._read_timeout = read_timeout
        self._session: aiohttp.ClientSession | None = None

    # ---- what we send ----

    async def send_text(self, page: str, *, to: str, body: str) -> SendOutcome:
        return await self._create(
            "/texts", to, {"content": body, "tell": self._doors.address(Door.TEXT_NEWS.path_for(page))}
        )

    async def place_call(self, page: str, *, to: str) -> SendOutcome:
        script, news = paged_call(page).said, Door.CALL_NEWS.path_for(page)
        more = {"script": self._doors.address(script), "tell": self._doors.address(news)}
        return await self._create("/rings", to, more)

    async def hang_up(self, carrier_id: str) -> None:
        await self._ask("DELETE", f"/rings/{carrier_id}")

    async def lead_back(self, carrier_id: str, call: CallDoors) -> None:
        with contextlib.suppress(CarrierUnreachable):
            await self._ask("PATCH", f"/rings/{carrier_id}?script={quote(self._doors.address(call.left))}")

    async def _create(self, path: str, to: str, more: Mapping[str, str]) -> SendOutcome:
        try:
            status, answer = await self._request("POST", path, {"recipient": to.removeprefix("+"), **more})
        except (aiohttp.ClientError, OSError) as error:
            return (
                TryAgain(words_for(error), DEFAULT_RETRY_SECONDS) if certainly_not_sent(error) else Unknown(str(error))
            )
        if status == 202:
            return Accepted(answer["id"], answer["state"])
        problem = answer["problem"]
        meaning = _meaning(problem["name"])
        if meaning in (Meaning.ACCOUNT, Meaning.OPERATOR):
            return OperatorFault(problem["name"], problem["words"], meaning)
        return Refused(problem["name"], problem["words"], meaning)

    # ---- what became of it ----

    async def find_text(self, *, to: str, body: str, since: datetime) -> list[Found]:
        return [_found(item) for item in await self._listed("/texts", to, since) if item["content"] == body]

    async def find_call(self, *, to: str, since: datetime) -> list[Found]:
        return [_found(item) for item in await self._listed("/rings", to, since)]

    async def fetch_text(self, carrier_id: str) -> Found | None:
        status, answer = await self._ask("GET", f"/texts/{carrier_id}")
        return _found(answer) if status == 200 else None

    async def fetch_call(self, carrier_id: str) -> Found | None:
        status, answer = await self._ask("GET", f"/rings/{carrier_id}")
        return _found(answer) if status == 200 else None

    async def incoming_calls(self, since: datetime) -> list[ListedCall]:
        _, answer = await self._ask("GET", "/incoming")
        return [_listed(item) for item in answer["items"] if _made_at(item) >= since]

    @property
    def wanted_number(self) -> NumberSetUp:
        texts = self._doors.address(Door.TEXT)
        calls, news = self._doors.address(Door.HOTLINE), self._doors.address(Door.HOTLINE_NEWS)
        return NumberSetUp(calls, self._fallback, news, texts, texts)

    async def number(self) -> NumberSetUp | None:
        status, answer = await self._ask("GET", "/number")
        return NumberSetUp(**answer) if status == 200 else None

    async def set_number(self, to: NumberSetUp) -> None:
        try:
            given = {name: address for name, address in asdict(to).items() if address}
            await self._request("PUT", "/number", given)
        except (aiohttp.ClientError, OSError) as error:
            raise CarrierUnreachable(words_for(error)) from None

    async def check(self) -> str | None:
        status, _ = await self._ask("GET", "/me")
        return None if status == 200 else f"the other carrier refuses our key ({status})"

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _listed(self, path: str, to: str, since: datetime) -> list[dict[str, Any]]:
        _, answer = await self._ask("GET", f"{path}?recipient={to.removeprefix('+')}")
        return [item for item in answer["items"] if _made_at(item) >= since]

    async def _ask(self, method: str, path: str) -> tuple[int, Any]:
        try:
            return await self._request(method, path)
        except (aiohttp.ClientError, OSError) as error:
            raise CarrierUnreachable(words_for(error)) from None

    async def _request(self, method: str, path: str, body: Mapping[str, str] | None = None) -> tuple[int, Any]:
        if self._session is None:
            self._session = open_session(self._read_timeout, {"127.0.0.1"})
        async with (
            asyncio.timeout(longest_seconds(self._read_timeout)),
            self._session.request(method, self._api + path, json=body, headers=self._headers) as answer,
        ):
            return answer.status, await answer.json()

    # ---- what it sends us ----

    def authenticate(self, request: CarrierRequest) -> None:
        if not hmac.compare_digest(signed(self._secret, request.body), request.headers.get("other-authenticity", "")):
            raise NotTheCarrier
        if request.media_type != _JSON:
            raise WrongKind(f"the other carrier sends {_JSON}")

    def text(self, request: CarrierRequest) -> InboundText:
        told = _told(request)
        return InboundText(
            _needed(told, "id"),
            f"+{_needed(told, 'from')}",
            str(told.get("content") or ""),
            _CONSENTS.get(str(told.get("list_action"))),
        )

    def text_news(self, request: CarrierRequest) -> CarrierReport:
        return self._news(request)

    def call_news(self, request: CarrierRequest) -> CarrierReport:
        return self._news(request)

    def keys(self, request: CarrierRequest) -> KeysPressed:
        told = _told(request)
        return KeysPressed(_needed(told, "question"), str(told.get("pressed") or ""))

    def incoming_call(self, request: CarrierRequest) -> InboundCall:
        told = _told(request)
        caller = told.get("from")
        return InboundCall(_needed(told, "id"), f"+{caller}" if caller else None, told.get("attested") is True)

    def ended_call(self, request: CarrierRequest) -> str | None:
        told = _told(request)
        return _needed(told, "id") if _progress(_needed(told, "state")).ends_a_call else None

    def _news(self, request: CarrierRequest) -> CarrierReport:
        told = _told(request)
        state, problem = _needed(told, "state"), told.get("problem")
        return CarrierReport(_needed(told, "id"), _progress(state), state, problem, _meaning(problem))

    # ---- what we answer ----

    def received(self) -> Document:
        return Document("{}", _JSON)

    def hears(self, heard: SpokenReply, call: CallDoors, request: CarrierRequest) -> Document:
        script = {
            "say": list(heard.say),
            "meet": heard.join,
            "question": heard.ask,
            "tell": self._doors.address(call.keys),
        }
        return Document(json.dumps(script), _JSON)

    def waiting_call(self, request: CarrierRequest) -> str:
        return _needed(_told(request), "id")

    def waits(self, call: CallDoors) -> Document:
        return Document(json.dumps({"say": [], "again": self._doors.address(call.waits)}), _JSON)

    def one_moment(self, request: CarrierRequest) -> Document | None:
        """It brings what it brought once more, word for word, with how often it has."""
        told = _told(request)
        again = int(told.get("again") or 0) + 1
        if again > _AGAIN:
            return None
        script = {"say": ["One moment please."], "again": again, "tell": request.url, "bring": told | {"again": again}}
        return Document(json.dumps(script), _JSON)


def signed(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _told(request: CarrierRequest) -> dict[str, Any]:
    told = json.loads(request.body)
    if not isinstance(told, dict):
        raise Incomplete("the other carrier's request is an object")
    return told


def _needed(told: Mapping[str, Any], name: str) -> str:
    if not told.get(name):
        raise Incomplete(f"the other carrier's request lacks {name}")
    return str(told[name])


def _progress(state: str) -> Progress:
    return _PROGRESS.get(state, Progress.TAKEN)


def _meaning(problem: str | None) -> Meaning:
    return _MEANINGS.get(problem or "", Meaning.UNEXPLAINED)


def _found(item: Mapping[str, Any]) -> Found:
    problem = item.get("problem")
    return Found(item["id"], _progress(item["state"]), item["state"], problem, _made_at(item), _meaning(problem))


def _listed(item: Mapping[str, Any]) -> ListedCall:
    caller = item.get("from")
    over = _progress(item["state"]).ends_a_call
    return ListedCall(item["id"], f"+{caller}" if caller else None, _made_at(item), over)


def _made_at(item: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(item["made_at"])
