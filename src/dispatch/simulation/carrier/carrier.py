"""The simulated carrier: what a test, the demo and a benchmark hold in their hands."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
from collections.abc import Callable
from datetime import datetime
from random import Random

from dispatch.simulation.carrier.agenda import Agenda, Entry
from dispatch.simulation.carrier.callbacks import Callbacks, Webhook
from dispatch.simulation.carrier.calls import PhoneCall
from dispatch.simulation.carrier.exchange import Exchange, VoiceLine
from dispatch.simulation.carrier.faults import Faults
from dispatch.simulation.carrier.messages import Messages, SmsLine
from dispatch.simulation.carrier.phones import Phone
from dispatch.simulation.carrier.record import CarrierError, CreateRequest, Delivery
from dispatch.simulation.carrier.server import HttpServer, RestApi

log = logging.getLogger(__name__)


class SimulatedCarrier:
    """A carrier that speaks Twilio's API over real HTTP, with phones that exist only here.

    Time comes from `now` (aware datetimes) alone. With a virtual clock, move it and call `run_due`; with a real one,
    call `run_in_background`. `speed`: how many times as fast as the wall clock `now` runs. The same `seed` gives the
    same SIDs and the same chances. `calls_per_second` and `segments_per_second` (for each sender) make the carrier
    queue as Twilio does, by default 1 each there; None lets everything out at once.

    `stop` and a later `start` are an outage: nothing listens meanwhile, nothing is forgotten, the port stays.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        now: Callable[[], datetime],
        speed: float = 1.0,
        seed: int = 0,
        host: str = "127.0.0.1",
        port: int = 0,
        calls_per_second: float | None = None,
        segments_per_second: float | None = None,
    ) -> None:
        if speed <= 0:
            raise ValueError("speed must be above 0")
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.now = now
        self.speed = speed
        self._host = host
        # Apart, so that switching a fault on does not change which SIDs are given.
        self._sids = Random(f"sids {seed}")
        self._agenda = Agenda()
        self._agenda.on_put = self._wake
        self._phones: dict[str, Phone] = {}
        self._sms_lines: dict[str, SmsLine] = {}
        self._voice_lines: dict[str, VoiceLine] = {}
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
            sms_line=self._sms_lines.get,
            default_line=lambda: next(iter(self._sms_lines), None),
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
            voice_line=self._voice_lines.get,
            on_error=self._note_error,
            changed=self.changed,
            calls_per_second=calls_per_second,
        )
        self._server = HttpServer(RestApi(self), host, port)
        self._one_run = asyncio.Lock()
        self._woken = asyncio.Event()
        self._background: asyncio.Task[None] | None = None
        self._tails: dict[str, asyncio.Task[None]] = {}

    # Its life

    @property
    def url(self) -> str:
        """Where its API listens, such as `http://127.0.0.1:PORT`; final after `start`."""
        return f"http://{self._host}:{self._server.port}"

    async def start(self) -> None:
        """Bind the port and listen, in the running loop. Raises OSError when the port is taken."""
        await self._server.start()

    async def stop(self) -> None:
        """Stop listening, and stop running in the background."""
        if self._background is not None:
            self._background.cancel()
            await asyncio.gather(self._background, *self._tails.values(), return_exceptions=True)
            self._background = None
        self.faults.release()
        await self._server.stop()
        self.callbacks.close()
        # A connection that was dropped learns of it in the loop's next turn; the loop may end right after this.
        await asyncio.sleep(0)

    async def __aenter__(self) -> SimulatedCarrier:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # Time

    def next_due(self) -> datetime | None:
        """When the next thing happens; None when nothing is planned."""
        return self._agenda.next_due()

    async def run_due(self) -> int:
        """Do everything due at `now()`, callbacks and what follows from them included; returns how much was done.

        What was due earlier happens as of then: after a long jump of the clock a call takes its course with the
        stamps that it would have had.
        """
        done = 0
        async with self._one_run:
            while (entry := self._agenda.take_due(self.now())) is not None:
                result = entry.act(entry.due)
                if inspect.isawaitable(result):
                    await result
                done += 1
        return done

    async def run_in_background(self) -> asyncio.Task[None]:
        """Start doing things as they fall due, until `stop`. Returns the task that does it.

        Webhooks run at the same time as each other, except those about one message or call, which keep their order.
        """
        if self._background is None:
            self._background = asyncio.create_task(self._keep_running(), name="simulated carrier")
        return self._background

    async def _keep_running(self) -> None:
        while True:
            self._woken.clear()
            while (entry := self._agenda.take_due(self.now())) is not None:
                self._do(entry)
                # A storm must not keep the loop from answering requests.
                await asyncio.sleep(0)
            due = self.next_due()
            pause = None if due is None else max((due - self.now()).total_seconds() / self.speed, 0)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), pause)

    def _do(self, entry: Entry) -> None:
        try:
            result = entry.act(entry.due)
        except Exception:
            log.exception("something on the simulated carrier's agenda failed (%s)", entry.subject)
            return
        if not inspect.isawaitable(result):
            return
        before = self._tails.get(entry.subject)

        async def in_turn() -> None:
            if before is not None:
                await asyncio.wait([before])
            try:
                await result
            except Exception:
                log.exception("something on the simulated carrier's agenda failed (%s)", entry.subject)
            finally:
                if self._tails.get(entry.subject) is task:
                    del self._tails[entry.subject]

        task = asyncio.create_task(in_turn())
        self._tails[entry.subject] = task

    def _wake(self) -> None:
        self._woken.set()

    async def _settle(self, sid: str) -> None:
        """Wait until what has just been put on the agenda about `sid` has reached the application."""
        if self._background is None:
            await self.run_due()
            return
        reached: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def arrive(_: datetime) -> None:
            reached.set_result(None)

        # Entries about one subject never overtake each other, so this one comes behind all that is there.
        self._agenda.put(self.now(), "webhook " + sid, arrive)
        await asyncio.wait([reached, self._background], return_when=asyncio.FIRST_COMPLETED)

    # Phones and numbers

    def phone(self, number: str) -> Phone:
        """The phone with this number (E.164), created on first use."""
        phone = self._phones.get(number)
        if phone is None:
            phone = self._phones[number] = Phone(number, self)
        return phone

    @property
    def phones(self) -> list[Phone]:
        """Every phone that was ever used, in that order."""
        return list(self._phones.values())

    def number(
        self,
        number: str,
        *,
        sms_url: str | None = None,
        voice_url: str | None = None,
        voice_status_url: str | None = None,
    ) -> None:
        """Configure one of the service's own numbers: where its texts and calls go. What is left out stays as it is."""
        sms = self._sms_lines.setdefault(number, SmsLine(number))
        voice = self._voice_lines.setdefault(number, VoiceLine(number))
        sms.sms_url = sms_url or sms.sms_url
        voice.voice_url = voice_url or voice.voice_url
        voice.status_callback = voice_status_url or voice.status_callback
        self.changed()

    @property
    def deliveries(self) -> list[Delivery]:
        """Every attempt to call a webhook, oldest first."""
        return self.callbacks.deliveries

    async def invent_callback(
        self, url: str, params: dict[str, str] | None = None, *, forged: bool = False, kind: str = "message"
    ) -> int | None:
        """Send a callback about something that never was, or with a forged signature; returns the HTTP status.

        `params` go over those of a `delivered` message (or a `completed` call) with a SID nobody has.
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
        await self._settle(message.sid)

    async def call_from(self, phone: Phone, to: str) -> PhoneCall:
        """`phone` dials the service; the voice webhook has been called on return."""
        call = self.exchange.dial_in(phone, to, self.now())
        await self._settle(call.sid)
        return call

    async def answered(self, call: PhoneCall) -> None:
        """The person takes the call."""
        self.exchange.answer(call, self.now())
        await self._settle(call.sid)

    async def pressed(self, call: PhoneCall, keys: str) -> None:
        """The person presses keys."""
        self.exchange.press(call, keys, self.now())
        await self._settle(call.sid)

    async def hung_up(self, call: PhoneCall) -> None:
        """The person hangs up."""
        self.exchange.hang_up(call, self.now())
        await self._settle(call.sid)

    async def rejected(self, call: PhoneCall) -> None:
        """The person declines."""
        self.exchange.end(call, "busy", self.now())
        await self._settle(call.sid)

    def changed(self) -> None:
        """Tell `on_change` that something changed."""
        for tell in self.on_change:
            try:
                tell()
            except Exception:
                # Whoever watches must not disturb what is being watched.
                log.exception("something that watches the simulated carrier failed")

    # Bookkeeping

    def _new_sid(self, prefix: str) -> str:
        return f"{prefix}{self._sids.getrandbits(128):032x}"

    def _note_error(self, error: CarrierError) -> None:
        self.errors.append(error)
        self.changed()
