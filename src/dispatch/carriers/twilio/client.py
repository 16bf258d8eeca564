"""The carrier over Twilio's API: sends texts, places calls, finds out what became of them, reads what it sends us.

It also serves every carrier that speaks the same API, so nothing here depends on the shape of a SID. It decides
nothing: it reports the outcome of a send (`rules/delivery/sending.py`), and the rules decide what follows.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from twilio.rest import Client

from dispatch.actions.phone.missed_calls import ListedCall
from dispatch.carriers.carrier import FORM, CarrierRequest, Document, NotTheCarrier, WrongKind
from dispatch.carriers.doors import CallDoors, Doors, paged_call
from dispatch.carriers.twilio import fields, our_number, twiml
from dispatch.carriers.twilio.addresses import Addresses, once_more, round_of
from dispatch.carriers.twilio.errors import meaning_of, sort_error
from dispatch.carriers.twilio.signature import HEADER, twilio_signature_ok
from dispatch.carriers.twilio.statuses import progress_of
from dispatch.carriers.twilio.transport import AiohttpTransport, last_answer
from dispatch.outbound.http_session import badly_addressed, certainly_not_sent, longest_seconds, words_for
from dispatch.rules.delivery.our_number import NumberSetUp
from dispatch.rules.delivery.sending import (
    CANNOT_BE_ASKED,
    DEFAULT_RETRY_SECONDS,
    Accepted,
    CarrierUnreachable,
    Found,
    OperatorFault,
    SendOutcome,
    TryAgain,
    Unknown,
    without_numbers,
)
from dispatch.rules.facts.moments import require_aware
from dispatch.rules.phone.calls import SpokenReply

log = structlog.get_logger(__name__)

LONGEST_BODY = 1600  # characters; a page cut short beats a page refused
_VALID_SECONDS = 3600
_RING_SECONDS = 60
LISTED = 100  # texts or calls that a search gets at once: usually that covers hours of paging one number
_PAGES_AT_MOST = 10  # enough for a storm
_INCOMING_AT_MOST = 1000  # calls: more would be an attack, and each of them rings coordinators
# The carrier's moments are whole seconds, and its clock differs from ours. Starting a search a little too early costs
# nothing, since the body has to match as well.
CLOCK_SLACK = timedelta(seconds=5)

T = TypeVar("T")


class TwilioCarrier:
    """One account at a carrier that speaks Twilio's API.

    `from_number` is E.164. `public_url` is where the carrier reaches us. `api_url` is the base URL of another server
    that speaks this API (None: Twilio itself). `fallback_url` is a document at the carrier, for a call that we cannot
    answer. `read_timeout` is in seconds. `allowed_hosts` may be called though they are not public. The constructor
    imports the parts of the SDK that pages use, which takes about 0.1 s, so that the first page need not wait for it.
    """

    name = "twilio"

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        from_number: str,
        *,
        public_url: str,
        api_url: str | None = None,
        fallback_url: str | None = None,
        read_timeout: float = 10.0,
        allowed_hosts: Collection[str] = (),
    ) -> None:
        self._transport = AiohttpTransport(read_timeout, allowed_hosts)
        client = Client(
            account_sid,
            auth_token,
            http_client=self._transport,
            # Not the process's environment: a stray TWILIO_EDGE would send our pages elsewhere. (It cannot be empty:
            # the SDK would then read the process's environment after all.)
            environment={"TWILIO_ACCOUNT_SID": account_sid},
        )
        if api_url:
            client.api.base_url = api_url
        # Each of these imports its part of the SDK when it is first used, so they are all used here.
        self._account = client.api.v2010.accounts(account_sid)
        self._messages = client.messages
        self._calls = client.calls
        self._client = client
        self._from = from_number
        self._auth_token = auth_token
        self._addresses = Addresses(Doors(public_url, self.name))
        self._fallback_url = fallback_url
        self.longest_seconds = longest_seconds(read_timeout)  # no send takes longer; a lease has to outlast it

    # ---- what we send ----

    async def send_text(self, page: str, *, to: str, body: str) -> SendOutcome:
        """Send one text. The carrier drops a text that is not delivered within `_VALID_SECONDS`: later it is too late
        to be a page. Never raises for anything the carrier or the network
        does.
        """
        return await self._create(
            lambda: self._messages.create_async(
                to=to,
                from_=self._from,
                body=body[:LONGEST_BODY],
                status_callback=self._addresses.text_news(page),
                validity_period=_VALID_SECONDS,
            )
        )

    async def place_call(self, page: str, *, to: str) -> SendOutcome:
        """Call somebody. When they answer, the carrier asks us what to say. Like `send_text`, this never raises.

        Callbacks tell us initiated, ringing, answered and completed. Another callback, which has `AnsweredBy` and no
        `CallStatus`, tells us who seems to have answered. Machine detection is asynchronous, since the person would
        otherwise hear seconds of silence.
        """
        told = self._addresses.call_news(page)
        more: dict[str, str] = {}
        if (fallback := our_number.with_policy(self._fallback_url)) is not None:
            more |= {"fallback_url": fallback, "fallback_method": "POST"}
        return await self._create(
            lambda: self._calls.create_async(
                to=to,
                from_=self._from,
                url=self._addresses.said(paged_call(page)),
                method="POST",
                status_callback=told,
                status_callback_method="POST",
                status_callback_event=["initiated", "ringing", "answered", "completed"],
                timeout=_RING_SECONDS,
                machine_detection="Enable",
                async_amd="true",
                async_amd_status_callback=told,
                async_amd_status_callback_method="POST",
                **more,
            )
        )

    # ---- what became of it ----

    async def find_text(self, *, to: str, body: str, since: datetime) -> list[Found]:
        """Look for texts to `to` with this body, made since `since`; newest first, as the carrier lists them.

        This is for a create whose outcome is `Unknown`. An empty list proves nothing yet: the carrier may list the text
        later. Raises `CarrierUnreachable`, and `NaiveMoment` for a `since` without an offset.
        """
        require_aware(since)
        wanted = _words(body[:LONGEST_BODY])

        # Filtered by To and From only: the API filters by DateSent, which a text still in the queue does not have.
        def matching(listed: Iterable[Any]) -> list[Found]:
            # endswith: on a trial account, Twilio puts a sentence of its own in front.
            return [_found(text) for text in listed if _words(text.body or "").endswith(wanted)]

        found = await self._ask(lambda: self._listed(self._messages, to, since), then=matching)
        return [text for text in found if text.created_at >= since - CLOCK_SLACK]

    async def find_call(self, *, to: str, since: datetime) -> list[Found]:
        """Look for calls to `to` made since `since`. Like `find_text`, except that a call has no body to match."""
        require_aware(since)
        found = await self._ask(
            lambda: self._listed(self._calls, to, since), then=lambda listed: [_found(call) for call in listed]
        )
        return [call for call in found if call.created_at >= since - CLOCK_SLACK]

    async def fetch_text(self, carrier_id: str) -> Found | None:
        """Ask what became of a text; None when the carrier does not know it. Raises `CarrierUnreachable`."""
        return await self._fetch(lambda: self._messages(carrier_id).fetch_async())

    async def fetch_call(self, carrier_id: str) -> Found | None:
        """Ask what became of a call; None when the carrier does not know it. Raises `CarrierUnreachable`."""
        return await self._fetch(lambda: self._calls(carrier_id).fetch_async())

    async def hang_up(self, carrier_id: str) -> None:
        """Cancel a call that is queued or ringing and no longer wanted. Best effort: trouble is logged, not raised.

        A call that was answered goes on: whoever picked up should hear that the page is settled, not a dead line.
        """
        try:
            await self._calls(carrier_id).update_async(status="canceled")
        except Exception as error:  # whatever went wrong, the worst result is a phone that rings for nothing
            log.info("call not taken back", sid=carrier_id, reason=self._words_for(error))

    async def lead_back(self, carrier_id: str, call: CallDoors) -> None:
        """Let a call go on at our door `left`. Best effort: trouble is logged, not raised, and the next check of
        whoever waits tries again. A call that has ended meanwhile (21220) has hung up."""
        try:
            await self._calls(carrier_id).update_async(url=self._addresses.left(call), method="POST")
        except Exception as error:  # whatever went wrong, they are asked again what they hear
            log.info("call not led back", sid=carrier_id, reason=self._words_for(error))

    async def incoming_calls(self, since: datetime) -> list[ListedCall]:
        """The calls to our number that began since `since`, whoever answered them. Raises `CarrierUnreachable`."""
        require_aware(since)
        return await self._ask(
            lambda: self._calls.list_async(
                to=self._from, start_time_after=since - CLOCK_SLACK, limit=_INCOMING_AT_MOST
            ),
            then=lambda listed: [fields.listed_call(call) for call in listed if call.direction == "inbound"],
        )

    # ---- our number ----

    @property
    def wanted_number(self) -> NumberSetUp:
        """How our number should be set up."""
        return our_number.wanted(self._addresses, self._fallback_url)

    async def number(self) -> NumberSetUp | None:
        """How our number is set up; None when the account has no such number. Raises `CarrierUnreachable`."""
        found = await self._ask(lambda: our_number.find(self._client, self._from), then=lambda one: one)
        return None if found is None else our_number.read(found)

    async def set_number(self, to: NumberSetUp) -> None:
        """Set our number up; an address that is empty stays as it is. Raises `CarrierUnreachable`."""
        found = await self._ask(lambda: our_number.find(self._client, self._from), then=lambda one: one)
        if found is not None:
            await self._ask(lambda: our_number.change(found, to), then=lambda _: None)

    async def check(self) -> str | None:
        """Ask about our own account: None when it is active, otherwise one clear line for the operator."""
        last_answer.set(None)
        try:
            status = (await self._account.fetch_async()).status
        except Exception as error:
            answer = last_answer.get()
            if answer is not None and answer.status in (401, 403):
                return f"the carrier refuses our account SID or auth token (HTTP {answer.status})"
            if answer is not None and answer.status == 404:
                return "the carrier does not know our account SID, or the API URL is wrong (HTTP 404)"
            return f"{CANNOT_BE_ASKED}: {self._words_for(error)}"
        if status not in (None, "active"):  # a carrier other than Twilio may leave the status out
            return f"our account at the carrier is {status}"
        return None

    async def close(self) -> None:
        """Close every connection. Any later send returns `TryAgain`."""
        await self._transport.close()

    # ---- what it sends us, and what we answer ----

    def authenticate(self, request: CarrierRequest) -> None:
        """Raises `NotTheCarrier` unless this account signed the request, and `WrongKind` for a body that is no form."""
        signature = request.headers.get(HEADER)
        if not signature or not twilio_signature_ok(self._auth_token, request.url, request.form, signature):
            raise NotTheCarrier
        if request.media_type != FORM and request.body:  # none of its fields was signed
            raise WrongKind("a carrier's request is a form: application/x-www-form-urlencoded")

    text = staticmethod(fields.text)
    text_news = staticmethod(fields.text_news)
    call_news = staticmethod(fields.call_news)
    keys = staticmethod(fields.keys)
    incoming_call = staticmethod(fields.incoming_call)
    ended_call = staticmethod(fields.ended_call)
    waiting_call = staticmethod(fields.waiting_call)

    def received(self) -> Document:
        return twiml.NOTHING

    def hears(self, heard: SpokenReply, call: CallDoors, request: CarrierRequest) -> Document:
        return twiml.document(heard, self._addresses, call, round_of(request))

    def waits(self, call: CallDoors) -> Document:
        return twiml.waits(self._addresses, call)

    def one_moment(self, request: CarrierRequest) -> Document | None:
        again = once_more(request)
        return None if again is None else twiml.one_moment(again)

    # ---- asking ----

    async def _create(self, create: Callable[[], Awaitable[Any]]) -> SendOutcome:
        """Run one create and turn the result into an outcome; see the law of `rules/delivery/sending.py`."""
        last_answer.set(None)
        try:
            made = await create()
            sid, status = made.sid, made.status
        except Exception as error:  # every error has to become an outcome: no attempt may be left open
            answer = last_answer.get()
            if answer is not None and not 200 <= answer.status < 300:
                return sort_error(answer.status, _code(error), _message(error), answer.retry_after)
            if answer is not None:
                return Unknown(f"the carrier's answer does not parse ({type(error).__name__})")
            if certainly_not_sent(error):
                return TryAgain(words_for(error), DEFAULT_RETRY_SECONDS)
            if badly_addressed(error):
                return OperatorFault(None, "the carrier's API URL is not valid")
            return Unknown(words_for(error))
        if not isinstance(sid, str) or not sid:
            return Unknown("the carrier's answer names no SID")
        return Accepted(sid, status if isinstance(status, str) else "queued")

    async def _listed(self, resources: Any, to: str, since: datetime) -> list[Any]:
        """What the carrier lists for a number, newest first, back to `since`.

        One request is not always enough: in a storm of 600 call-outs for one specialist, the texts that a dead node had
        sent were listed behind the first hundred, and were sent again.
        """
        page = await resources.page_async(to=to, from_=self._from, page_size=LISTED)
        listed = list(page)
        for _ in range(_PAGES_AT_MOST - 1):
            if len(listed) < LISTED or _found(listed[-1]).created_at < since - CLOCK_SLACK:
                break
            page = await page.next_page_async()
            if page is None:
                break
            listed += page
        return listed

    async def _fetch(self, fetch: Callable[[], Awaitable[Any]]) -> Found | None:
        try:
            return await self._ask(fetch, then=_found)
        except CarrierUnreachable:
            answer = last_answer.get()
            if answer is not None and answer.status == 404:
                return None
            raise

    async def _ask(self, question: Callable[[], Awaitable[Any]], *, then: Callable[[Any], T]) -> T:
        last_answer.set(None)
        try:
            return then(await question())
        except Exception as error:
            # Raised without its cause, which may quote the URL or the answer, and a whole phone number with it.
            raise CarrierUnreachable(self._words_for(error)) from None

    def _words_for(self, error: Exception) -> str:
        answer = last_answer.get()
        if answer is None:
            return words_for(error)
        if 200 <= answer.status < 300:
            return f"the carrier's answer does not parse ({type(error).__name__})"
        code = _code(error)
        return f"HTTP {answer.status}" + (f", error {code}" if code is not None else "")


def _found(resource: Any) -> Found:
    """Read one resource of the SDK. Raises ValueError when it lacks something that every text and call has."""
    sid, status, created_at = resource.sid, resource.status, resource.date_created
    if not isinstance(sid, str) or not isinstance(status, str) or not isinstance(created_at, datetime):
        raise ValueError("not a text or a call")
    error_code = getattr(resource, "error_code", None)  # a call has none
    code = str(error_code) if isinstance(error_code, int) else None
    return Found(sid, progress_of(status), status, code, created_at, meaning_of(code))


def _words(text: str) -> str:
    return " ".join(text.split())  # the carrier may return white space changed


def _code(error: Exception) -> str | None:
    """The carrier's own error code; None when its answer had none."""
    try:
        code = int(getattr(error, "code", None) or 0)  # another carrier gives it as a string
    except (TypeError, ValueError):
        return None
    return str(code) if code >= 1000 else None  # the SDK puts the HTTP status here when the body has no code


def _message(error: Exception) -> str:
    """What the carrier said, without the phone number that it often quotes."""
    said = getattr(error, "msg", None) or getattr(error, "detail", None) or getattr(error, "title", None) or ""
    return without_numbers(str(said).removeprefix("Unable to create record: "))
