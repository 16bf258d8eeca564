"""Texts: accepting them, delivering them, taking replies, opting out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from twilio_simulator.agenda import Agenda
from twilio_simulator.callbacks import Answer, Callbacks, Webhook
from twilio_simulator.documents import Document, TwimlError, parse
from twilio_simulator.handsets import Behaviour
from twilio_simulator.listed import Listed
from twilio_simulator.message import Direction, Message
from twilio_simulator.numbers import NotInService, ServiceNumber, normalized
from twilio_simulator.phones import DeliveredText, Phone
from twilio_simulator.record import CarrierError
from twilio_simulator.refusals import Refusal
from twilio_simulator.segments import segments

BODY_AT_MOST = 1600
SENT_AFTER = timedelta(seconds=0.2)
VALIDITY_AT_MOST = 36000


# Twilio itself reacts to these, when one is the whole text.
STOP_WORDS = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})

STOPPED = (
    "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe."
)
RESTARTED = "You have successfully been re-subscribed to messages from this number. Reply HELP for help."
HELP = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."


class Messages(Listed[Message]):
    """Every text of the account. `phone` gives the phone behind a number, `service_number` one of the service's own."""

    def __init__(
        self,
        account_sid: str,
        *,
        agenda: Agenda,
        callbacks: Callbacks,
        new_sid: Callable[[str], str],
        phone: Callable[[str], Phone],
        service_number: Callable[[str], ServiceNumber | None],
        default_sender: Callable[[], str | None],
        on_error: Callable[[CarrierError], None],
        changed: Callable[[], None],
        segments_per_second: float | None,
    ) -> None:
        super().__init__()
        self._account_sid = account_sid
        self._agenda = agenda
        self._callbacks = callbacks
        self._new_sid = new_sid
        self._phone = phone
        self._service_number = service_number
        self._default_sender = default_sender
        self._on_error = on_error
        self._changed = changed
        self._segments_per_second = segments_per_second
        self._sender_free_at: dict[str, datetime] = {}
        self.opted_out: set[tuple[str, str]] = set()
        """Pairs of the service's number and the phone that texted STOP to it."""

    def create(self, params: dict[str, str], at: datetime, doom: tuple[str, int] | None = None) -> Message:
        """Accept a message as the API does. Raises Refusal."""
        if not params.get("To"):
            raise Refusal(21604)
        service = params.get("MessagingServiceSid")
        given = params.get("From")
        sender = (normalized(given) or given) if given else (service and self._default_sender()) or ""
        if not sender and not service:
            raise Refusal(21603)
        body = params.get("Body", "")
        if not body and not params.get("MediaUrl") and not params.get("ContentSid"):
            raise Refusal(21602)
        if len(body) > BODY_AT_MOST:
            raise Refusal(21617)
        to = normalized(params["To"])
        if to is None or self._phone(to).behaviour is Behaviour.INVALID:
            raise Refusal(21211, f"Invalid 'To' Phone Number: {params['To']}")
        if given and self._service_number(sender) is None:
            raise Refusal(21606)
        if self._phone(to).behaviour is Behaviour.OPTED_OUT or (sender, to) in self.opted_out:
            raise Refusal(21610)
        callback = params.get("StatusCallback")
        if callback and not callback.startswith(("http://", "https://")):
            raise Refusal(21609)
        validity = params.get("ValidityPeriod", str(VALIDITY_AT_MOST))
        if not validity.isdecimal() or not 1 <= int(validity) <= VALIDITY_AT_MOST:
            raise Refusal(20001, f"ValidityPeriod must be 1 to {VALIDITY_AT_MOST} seconds")
        message = self._keep("outbound-api", sender, to, body, "accepted" if service else "queued", at)
        message.messaging_service_sid = service
        message.status_callback = callback
        message.valid_until = at + timedelta(seconds=int(validity))
        message.doom = doom
        self._schedule(message, at)
        return message

    async def deliver_now(self, message: Message, at: datetime) -> None:
        """Send and deliver it at once, and wait until the application has had its callbacks."""
        for step in message.steps:
            step.call_off()
        for webhook in (self._send(message, at), self._land(message, at)):
            if webhook is not None:
                await self._callbacks.inform_now(webhook, at)

    def receive(self, phone: Phone, to: str, body: str, at: datetime) -> Message:
        """A person texts the service. Raises NotInService when no SMS URL takes texts to `to`."""
        number = self._service_number(to)
        if number is None or number.sms_url is None:
            raise NotInService(f"no sms_url takes texts to {to}")
        message = self._keep("inbound", phone.number, to, body, "received", at)
        message.date_sent = at
        params = self._inbound_params(message)
        word = body.strip().upper()
        pair = (to, phone.number)
        notice = None
        if word in STOP_WORDS:
            params["OptOutType"] = "STOP"
            notice = None if pair in self.opted_out else STOPPED
            self.opted_out.add(pair)
        elif word in START_WORDS:
            params["OptOutType"] = "START"
            # People also say YES to agree to something, so only somebody who had opted out is told.
            notice = RESTARTED if pair in self.opted_out else None
            self.opted_out.discard(pair)
        elif word in HELP_WORDS:
            params["OptOutType"] = "HELP"
            notice = HELP
        if notice is not None:
            self._schedule(self._keep("outbound-reply", to, phone.number, notice, "queued", at), at)
        webhook = Webhook(number.sms_url, params, message.sid, "message", number.sms_method)
        webhook.then = lambda answer, at: self._obey(message, webhook.url, answer, at)
        self._callbacks.inform(webhook, at, "inbound")
        self._changed()
        return message

    def _keep(self, direction: Direction, from_: str, to: str, body: str, status: str, at: datetime) -> Message:
        sid = self._new_sid("SM")
        message = Message(sid, self._account_sid, direction, from_, to, body, status, segments(body), at, at)
        self._list(message)
        return message

    def _schedule(self, message: Message, at: datetime) -> None:
        begins = at
        if self._segments_per_second is not None:
            begins = max(at, self._sender_free_at.get(message.from_, at))
            takes = timedelta(seconds=message.num_segments / self._segments_per_second)
            self._sender_free_at[message.from_] = begins + takes
        delivers_after = timedelta(seconds=self._phone(message.to).delivers_after)
        sent = begins + min(SENT_AFTER, delivers_after)
        message.steps = [
            self._agenda.put(sent, message.sid, lambda at: self._inform(self._send(message, at), at)),
            self._agenda.put(
                begins + delivers_after, message.sid, lambda at: self._inform(self._land(message, at), at)
            ),
        ]

    def _inform(self, webhook: Webhook | None, at: datetime) -> None:
        if webhook is not None:
            self._callbacks.inform(webhook, at)

    def _send(self, message: Message, at: datetime) -> Webhook | None:
        if message.valid_until is not None and at > message.valid_until:
            return self._become(message, "failed", at, 30036)
        if message.doom is not None and message.doom[0] == "failed":
            return self._become(message, "failed", at, message.doom[1])
        message.date_sent = at
        return self._become(message, "sent", at)

    def _land(self, message: Message, at: datetime) -> Webhook | None:
        if message.status == "failed":
            return None
        phone = self._phone(message.to)
        if message.doom is not None:
            return self._become(message, message.doom[0], at, message.doom[1])
        match phone.behaviour:
            case Behaviour.SWITCHED_OFF:
                return None
            case Behaviour.UNREACHABLE:
                return self._become(message, "undelivered", at, 30003)
            case Behaviour.LANDLINE:
                return self._become(message, "undelivered", at, 30006)
        phone.texts.append(DeliveredText(message.sid, message.from_, message.body, at))
        phone.texted_by = message.from_
        return self._become(message, "delivered", at)

    def _become(self, message: Message, status: str, at: datetime, error_code: int | None = None) -> Webhook | None:
        message.status = status
        message.error_code = error_code
        message.date_updated = at
        self._changed()
        if message.status_callback is None:
            return None
        params = {
            "AccountSid": self._account_sid,
            "ApiVersion": "2010-04-01",
            "From": message.from_,
            "MessageSid": message.sid,
            "MessageStatus": status,
            "SmsSid": message.sid,
            "SmsStatus": status,
            "To": message.to,
        }
        if message.messaging_service_sid:
            params["MessagingServiceSid"] = message.messaging_service_sid
        if error_code is not None:
            params["ErrorCode"] = str(error_code)
        return Webhook(message.status_callback, params, message.sid, "message", last=status != "sent")

    def _inbound_params(self, message: Message) -> dict[str, str]:
        return {
            "AccountSid": self._account_sid,
            "ApiVersion": "2010-04-01",
            "Body": message.body,
            "From": message.from_,
            "MessageSid": message.sid,
            "NumMedia": "0",
            "NumSegments": str(message.num_segments),
            "SmsMessageSid": message.sid,
            "SmsSid": message.sid,
            "SmsStatus": "received",
            "To": message.to,
        }

    def _obey(self, inbound: Message, url: str, answer: Answer, at: datetime, *, fallback: bool = False) -> None:
        """Do what the application's answer to an inbound text says."""
        if not answer.ok:
            what = answer.failure or f"HTTP {answer.status}"
            self._on_error(CarrierError(at, 11200, f"the SMS webhook failed: {what}", inbound.sid, url))
            number = self._service_number(inbound.to)
            if number is not None and number.sms_fallback_url and not fallback:
                params = self._inbound_params(inbound) | {"ErrorCode": "11200", "ErrorUrl": url}
                self._ask(inbound, number.sms_fallback_url, number.sms_fallback_method, params, at, fallback=True)
            return
        if answer.content_type.startswith("text/plain"):
            if answer.body:
                self._answer_with(inbound, answer.body, {}, url, at)
            return
        if not answer.body.strip():
            return
        try:
            document = parse(answer.body, url)
            for verb in document.root:
                if verb.tag == "Message":
                    body = "".join(node.text or "" for node in verb.iter("Body")) or (verb.text or "")
                    self._answer_with(inbound, body.strip(), verb.attrib, url, at)
                elif verb.tag == "Redirect":
                    target = document.resolve((verb.text or "").strip())
                    self._ask(inbound, target, verb.get("method", "POST"), self._inbound_params(inbound), at)
                    return
                else:
                    raise TwimlError(12200, f"<{verb.tag}> is not a messaging verb")
        except TwimlError as error:
            self._on_error(CarrierError(at, error.code, str(error), inbound.sid, url))

    def _ask(
        self, inbound: Message, url: str, method: str, params: dict[str, str], at: datetime, *, fallback: bool = False
    ) -> None:
        webhook = Webhook(url, params, inbound.sid, "message", method)
        webhook.then = lambda answer, at: self._obey(inbound, webhook.url, answer, at, fallback=fallback)
        self._callbacks.fetch(webhook, at)

    def _answer_with(self, inbound: Message, body: str, how: dict[str, str], url: str, at: datetime) -> None:
        sender, to = how.get("from", inbound.to), how.get("to", inbound.from_)
        if (sender, to) in self.opted_out or self._phone(to).behaviour is Behaviour.OPTED_OUT:
            self._on_error(CarrierError(at, 21610, "the answer goes to somebody who opted out", inbound.sid, url))
            return
        message = self._keep("outbound-reply", sender, to, body, "queued", at)
        callback = how.get("statusCallback") or how.get("action")
        message.status_callback = None if callback is None else Document.resolved(url, callback)
        self._schedule(message, at)
