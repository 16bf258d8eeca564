"""An account at the carrier: its numbers, messages and calls, and the phones that they reach."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from twilio_simulator.agenda import Agenda
from twilio_simulator.callbacks import Callbacks, Webhook
from twilio_simulator.calls import PhoneCall
from twilio_simulator.exchange import Exchange
from twilio_simulator.faults import Faults
from twilio_simulator.hosting import Hosting
from twilio_simulator.messages import Messages
from twilio_simulator.numbers import ServiceNumber
from twilio_simulator.phones import Phone
from twilio_simulator.record import CarrierError, CreateRequest, Delivery
from twilio_simulator.running import Runner

log = logging.getLogger(__name__)


class Account:
    """Everything of the carrier but its network address; see `SimulatedCarrier` for the arguments."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        now: Callable[[], datetime],
        speed: float,
        seed: int,
        calls_per_second: float | None,
        segments_per_second: float | None,
    ) -> None:
        if speed <= 0:
            raise ValueError("speed must be above 0")
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.now = now
        # A generator of its own, so that switching a fault on does not change which SIDs are given.
        self._sids = Random(f"sids {seed}")
        self._agenda = Agenda()
        self._runner = Runner(self._agenda, now, speed)
        self._phones: dict[str, Phone] = {}
        self._numbers: dict[str, ServiceNumber] = {}
        self.hosting = Hosting()
        self.faults = Faults(Random(f"faults {seed}"))
        self.requests: list[CreateRequest] = []
        """Every request to create a message or a call, oldest first."""
        self.errors: list[CarrierError] = []
        """What went wrong with webhooks and documents, oldest first: Twilio's debugger."""
        self.on_change: list[Callable[[], None]] = []
        """Called whenever anything changes."""
        self.callbacks = Callbacks(
            auth_token, self._agenda, self.faults, Random(f"tokens {seed}"), now, self._note_error
        )
        self.messages = Messages(
            account_sid,
            agenda=self._agenda,
            callbacks=self.callbacks,
            new_sid=self._new_sid,
            phone=self.phone,
            service_number=self._numbers.get,
            default_sender=lambda: next(iter(self._numbers), None),
            on_error=self._note_error,
            changed=self.changed,
            segments_per_second=segments_per_second,
        )
        self.exchange = Exchange(
            account_sid,
            agenda=self._agenda,
            callbacks=self.callbacks,
            new_sid=self._new_sid,
            phone=self.phone,
            service_number=self._numbers.get,
            on_error=self._note_error,
            changed=self.changed,
            calls_per_second=calls_per_second,
        )

    # Time

    def next_due(self) -> datetime | None:
        """When the next thing happens; None when nothing is planned."""
        return self._agenda.next_due()

    async def run_due(self) -> int:
        """Do everything due at `now()`, callbacks and what follows from them included; returns how much was done.

        What was due earlier happens as of then: after a long jump of the clock, a call takes its course with the
        stamps that it would have had.
        """
        return await self._runner.run_due()

    # Phones and numbers

    def phone(self, number: str) -> Phone:
        """The phone with this number (E.164), created on first use."""
        phone = self._phones.get(number)
        if phone is None:
            phone = self._phones[number] = Phone(number, self)
        return phone

    @property
    def phones(self) -> list[Phone]:
        """Every phone that was ever used, in the order of first use."""
        return list(self._phones.values())

    def number(
        self,
        number: str,
        *,
        sms_url: str | None = None,
        sms_fallback_url: str | None = None,
        voice_url: str | None = None,
        voice_fallback_url: str | None = None,
        voice_status_url: str | None = None,
    ) -> ServiceNumber:
        """Configure one of the service's own numbers: where its texts and calls go. What is left out stays as it is.

        A number without any URL is in service all the same: it may be called from, and shown.
        """
        own = self._numbers.get(number)
        if own is None:
            own = self._numbers[number] = ServiceNumber(number, self.account_sid, self.now())
        own.sms_url = sms_url or own.sms_url
        own.sms_fallback_url = sms_fallback_url or own.sms_fallback_url
        own.voice_url = voice_url or own.voice_url
        own.voice_fallback_url = voice_fallback_url or own.voice_fallback_url
        own.status_callback = voice_status_url or own.status_callback
        self.changed()
        return own

    @property
    def numbers(self) -> list[ServiceNumber]:
        """The service's own numbers, in the order in which they came into service."""
        return list(self._numbers.values())

    @property
    def deliveries(self) -> list[Delivery]:
        """Every attempt to call a webhook, oldest first."""
        return self.callbacks.deliveries

    async def invent_callback(
        self, url: str, params: dict[str, str] | None = None, *, forged: bool = False, kind: str = "message"
    ) -> int | None:
        """Send a callback about something that never was, or with a forged signature; returns the HTTP status.

        `params` override those of a `delivered` message (or a `completed` call) with a SID that nobody has.
        """
        invented = f"{self._sids.getrandbits(128):032x}"
        if kind == "call":
            base = {
                "CallSid": "CA" + invented,
                "CallStatus": "completed",
                "SequenceNumber": "0",
                "CallDuration": "0",
            }
        else:
            base = {"MessageSid": "SM" + invented, "SmsSid": "SM" + invented, "MessageStatus": "delivered"}
            base["SmsStatus"] = base["MessageStatus"]
        all_params = {"AccountSid": self.account_sid, "ApiVersion": "2010-04-01"} | base | (params or {})
        webhook = Webhook(url, all_params, invented, "call" if kind == "call" else "message")
        webhook.signed_with = "somebody else's token" if forged else None
        await self.callbacks.inform_now(webhook, self.now())
        return self.deliveries[-1].status

    # What phones do (see phones.Network)

    async def text_from(self, phone: Phone, to: str, body: str) -> None:
        """`phone` texts the service; the webhook has been called on return."""
        message = self.messages.receive(phone, to, body, self.now())
        await self._told(message.sid)

    async def call_from(self, phone: Phone, to: str, shown: str | None, verstat: str | None) -> PhoneCall:
        """`phone` dials the service; the voice webhook has been called on return."""
        call = self.exchange.dial_in(phone, to, self.now(), shown, verstat)
        await self._told(call.sid)
        return call

    async def answered(self, call: PhoneCall) -> None:
        """The person answers the call."""
        self.exchange.answer(call, self.now())
        await self._told(call.sid)

    async def pressed(self, call: PhoneCall, keys: str) -> None:
        """The person presses keys."""
        self.exchange.press(call, keys, self.now())
        await self._told(call.sid)

    def hangs_up(self, call: PhoneCall, after: float) -> None:
        """The person will hang up, `after` so many seconds."""
        self.exchange.hang_up_later(call, self.now() + timedelta(seconds=after))

    async def hung_up(self, call: PhoneCall) -> None:
        """The person hangs up."""
        self.exchange.hang_up(call, self.now())
        await self._told(call.sid)

    async def rejected(self, call: PhoneCall) -> None:
        """The person declines the call."""
        self.exchange.end(call, "busy", self.now())
        await self._told(call.sid)

    def changed(self) -> None:
        """Tell `on_change` that something changed."""
        for tell in self.on_change:
            try:
                tell()
            except Exception:
                # A watcher must not disturb what it watches.
                log.exception("something that watches the simulated carrier failed")

    # Bookkeeping

    async def _told(self, sid: str) -> None:
        """Wait until the application has been told what has just happened to the message or call `sid`."""
        await self._runner.settle("webhook " + sid)

    def _new_sid(self, prefix: str) -> str:
        return f"{prefix}{self._sids.getrandbits(128):032x}"

    def _note_error(self, error: CarrierError) -> None:
        self.errors.append(error)
        self.changed()
