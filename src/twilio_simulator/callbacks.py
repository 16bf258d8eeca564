"""Webhooks to the application: signing, delivery, retries, and the faults that strike them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Literal
from urllib.parse import parse_qs, urldefrag, urlencode, urlsplit

from twilio_simulator.agenda import Agenda, Entry
from twilio_simulator.faults import Doubled, Faults, Late, Lost, Swapped
from twilio_simulator.outgoing import CannotConnect, Disconnected, Outgoing, UnknownHost
from twilio_simulator.record import CarrierError, Delivery, Kind

log = logging.getLogger(__name__)

SWAP_AT_MOST = timedelta(seconds=60)
"""A swapped callback is sent after this long if no other follows it."""

Failure = Literal["connection failed", "unknown host", "timed out", "disconnected"]


def signature(auth_token: str, url: str, params: Mapping[str, str]) -> str:
    """X-Twilio-Signature of a request (Twilio: "Validating Requests"); `url` comes without its fragment.

    Written out rather than taken from the SDK, so that an application that checks with the SDK gets a second opinion.
    """
    text = url + "".join(name + params[name] for name in sorted(params))
    return base64.b64encode(hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()).decode()


@dataclass(frozen=True)
class ConnectionRules:
    """Twilio's "connection overrides", the `#rc=…&rp=…` at the end of a callback URL. Times in seconds."""

    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})
    """Any of 4xx, 5xx, ct (could not connect), rt (connected, but no answer)."""
    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0

    @classmethod
    def from_fragment(cls, fragment: str) -> ConnectionRules:
        """Read the fragment of a URL. Whatever is missing or unreadable takes Twilio's default."""
        given = {name: values[-1] for name, values in parse_qs(fragment).items()}

        def whole(name: str, default: int, least: int, most: int) -> int:
            value = given.get(name, "")
            return min(max(int(value), least), most) if value.isdecimal() else default

        policy = set(given.get("rp", "ct").split(","))
        return cls(
            retries=whole("rc", 1, 0, 5),
            retry_on=frozenset({"4xx", "5xx", "ct", "rt"} if "all" in policy else policy),
            connect=whole("ct", 5000, 100, 10000) / 1000,
            read=whole("rt", 15000, 100, 15000) / 1000,
            total=whole("tt", 15000, 100, 15000) / 1000,
        )


@dataclass(frozen=True)
class Answer:
    """The result of calling a webhook: an HTTP answer, or a failure (`status` is None)."""

    status: int | None
    body: str = ""
    content_type: str = ""
    failure: Failure | None = None

    @property
    def ok(self) -> bool:
        """Whether the application answered with a 2xx."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def retry_class(self) -> str | None:
        """Its class in a retry policy; None when it needs no retry."""
        if self.status is None:
            return "ct" if self.failure in ("connection failed", "unknown host") else "rt"
        return {4: "4xx", 5: "5xx"}.get(self.status // 100)


Then = Callable[[Answer, datetime], None]


@dataclass(eq=False)
class Webhook:
    """One request to the application."""

    url: str
    params: dict[str, str]
    sid: str
    kind: Kind
    method: str = "POST"
    then: Then | None = None
    """Called with the last answer, when there are no more retries."""
    last: bool = False
    """No other callback about the same message or call follows."""
    token: str = ""
    signed_with: str | None = None
    """Another auth token to sign with, for a forgery."""
    attempt: int = 0
    rules: ConnectionRules = field(init=False)

    def __post_init__(self) -> None:
        self.url, fragment = urldefrag(self.url)
        self.rules = ConnectionRules.from_fragment(fragment)


class Callbacks:
    """Delivers webhooks through the agenda, in order; each attempt is an entry."""

    def __init__(
        self,
        auth_token: str,
        agenda: Agenda,
        faults: Faults,
        chance: Random,
        now: Callable[[], datetime],
        on_error: Callable[[CarrierError], None],
    ) -> None:
        self._auth_token = auth_token
        self._agenda = agenda
        self._faults = faults
        self._chance = chance
        self._now = now
        self._on_error = on_error
        self._swapped: dict[str, tuple[Webhook, Entry]] = {}
        self._outgoing = Outgoing()
        self.deliveries: list[Delivery] = []
        """Every attempt so far, oldest first."""

    def fetch(self, webhook: Webhook, at: datetime) -> Entry:
        """Call a webhook whose answer matters (TwiML). No fault strikes it. Returns its first attempt."""
        return self._put(webhook, at)

    def inform(self, webhook: Webhook, at: datetime, point: Literal["status", "inbound"] = "status") -> None:
        """Call a webhook, unless a fault loses, delays, doubles or swaps it."""
        numbers = (webhook.params.get("To", ""), webhook.params.get("From", ""))
        late, copies = timedelta(0), 1
        for effect in self._faults.strike(point, webhook.kind, numbers):
            match effect:
                case Lost():
                    return
                case Late(seconds):
                    late += timedelta(seconds=seconds)
                case Doubled():
                    copies += 1
                case Swapped() if not webhook.last and webhook.sid not in self._swapped:
                    due = at + SWAP_AT_MOST
                    entry = self._agenda.put(due, webhook.sid, lambda at: self._release_swapped(webhook.sid, at))
                    self._swapped[webhook.sid] = webhook, entry
                    return
                case _:
                    pass
        for _ in range(copies):
            self._put(webhook, at + late)
        self._release_swapped(webhook.sid, at + late)

    async def inform_now(self, webhook: Webhook, at: datetime) -> None:
        """Call a webhook at once, bypassing the agenda."""
        self._label(webhook)
        await self._attempt(webhook, at, at)

    def close(self) -> None:
        """Close the connections."""
        self._outgoing.close()

    def _release_swapped(self, sid: str, at: datetime) -> None:
        if sid in self._swapped:
            webhook, entry = self._swapped.pop(sid)
            entry.call_off()
            self._put(webhook, at)

    def _label(self, webhook: Webhook) -> None:
        if not webhook.token:
            webhook.token = f"{self._chance.getrandbits(128):032x}"

    def _put(self, webhook: Webhook, at: datetime) -> Entry:
        self._label(webhook)
        # Callbacks of one message or call keep their order, but do not hold up the message or call itself.
        return self._agenda.put(at, "webhook " + webhook.sid, lambda due: self._attempt(webhook, due, at))

    async def _attempt(self, webhook: Webhook, at: datetime, first_at: datetime) -> None:
        webhook.attempt += 1
        began = self._now()
        answer = await self._exchange(webhook)
        # Right with either clock: a virtual one stands still meanwhile, a real one moves on.
        at += self._now() - began
        self.deliveries.append(
            Delivery(at, webhook.url, webhook.params, answer.status, answer.failure, webhook.attempt, answer.body)
        )
        if answer.retry_class in webhook.rules.retry_on and webhook.attempt <= webhook.rules.retries:
            # Twilio does not say how long it waits. Waiting a second longer each time spreads the five retries that can
            # be asked for over the 15 seconds that it allows in all.
            again = at + timedelta(seconds=webhook.attempt)
            if again <= first_at + timedelta(seconds=webhook.rules.total):
                self._agenda.put(again, "webhook " + webhook.sid, lambda due: self._attempt(webhook, due, first_at))
                return
        if webhook.then is not None:
            webhook.then(answer, at)
        elif not answer.ok:
            what = answer.failure or f"HTTP {answer.status}"
            self._on_error(CarrierError(at, 11200, f"the callback failed: {what}", webhook.sid, webhook.url))

    async def _exchange(self, webhook: Webhook) -> Answer:
        url, content, headers = webhook.url, b"", {}
        if webhook.method == "GET":
            url += ("&" if urlsplit(url).query else "?") + urlencode(webhook.params)
            signed = signature(webhook.signed_with or self._auth_token, url, {})
        else:
            content = urlencode(webhook.params).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
            signed = signature(webhook.signed_with or self._auth_token, url, webhook.params)
        headers |= {
            "X-Twilio-Signature": signed,
            "I-Twilio-Idempotency-Token": webhook.token,
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
        }
        rules = webhook.rules
        try:
            reply = await self._outgoing.send(
                webhook.method, url, headers, content, connect=rules.connect, read=rules.read
            )
        except UnknownHost:
            return Answer(None, failure="unknown host")
        except CannotConnect:
            return Answer(None, failure="connection failed")
        except TimeoutError:
            return Answer(None, failure="timed out")
        except Disconnected:
            return Answer(None, failure="disconnected")
        return Answer(reply.status, reply.text, reply.headers.get("content-type", ""))
