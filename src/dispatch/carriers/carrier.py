"""What every carrier does for us, and what it tells us. A carrier's own words stay behind this border.

An adapter lives in a folder of its own below `carriers/`. It sends, finds out what became of a send, and reads what
the carrier sends us. In both directions it translates to the meanings of `rules/delivery/sending.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol
from urllib.parse import parse_qsl

from dispatch.actions.hotline.take_call import InboundCall
from dispatch.actions.phone.missed_calls import ListedCall
from dispatch.actions.replies.record_reply import InboundText
from dispatch.carriers.doors import CallDoors
from dispatch.rules.delivery.our_number import NumberSetUp
from dispatch.rules.delivery.sending import CarrierReport, Found, SendOutcome
from dispatch.rules.phone.calls import SpokenReply

FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 100  # a call has some forty


@dataclass(frozen=True)
class CarrierRequest:
    """A request at one of the carrier's doors. It is plain data, since no web framework is imported when pages go out.

    `url` is the public URL, which the carrier was given and may have signed. The names of `headers` are in lower case.
    """

    url: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def form(self) -> tuple[tuple[str, str], ...]:
        """The fields of a form as they arrived, repeated ones included; empty for any other kind of body. They are read
        only when somebody asks for them, and nobody does for a request without a signature.

        No other kind of form is read: parsing a stranger's `multipart/form-data` took us 22 ms. Raises `NotTheCarrier`
        for more fields than any carrier sends.
        """
        if self.media_type != FORM:
            return ()
        try:
            fields = parse_qsl(self.body.decode("latin-1"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        except ValueError as error:
            raise NotTheCarrier from error
        return tuple(fields)

    @property
    def media_type(self) -> str:
        """The media type of the body, in lower case and without parameters; empty when the request names none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class NotTheCarrier(Exception):
    """the carrier's signature does not hold"""


class WrongKind(Exception):
    """this carrier never sends such a body, so nothing in it was signed; the message says what it should be"""


class TooMuch(Exception):
    """the body is larger than any that a carrier sends; the message names the bound"""


class Incomplete(Exception):
    """a signed request lacks something it must contain; the message names it"""


@dataclass(frozen=True, slots=True)
class KeysPressed:
    """The keys `pressed` at a `stage` of a call. `stage` is what asked for them (`Heard.ask`), or None when the address
    names none; `pressed` is empty when no key was pressed.
    """

    stage: str | None
    pressed: str


@dataclass(frozen=True, slots=True)
class Document:
    """An answer to the carrier, in its own language."""

    content: str
    media_type: str


class Carrier(Protocol):
    """One account at a carrier. Its `name` stands in the addresses of its doors (`doors.py`).

    A method that sends never raises for anything the carrier or the network does. A method that asks raises
    `CarrierUnreachable`.
    """

    @property
    def name(self) -> str: ...

    # ---- what we send ----

    async def send_text(self, page: str, *, to: str, body: str) -> SendOutcome:
        """Send a text for this page."""

    async def place_call(self, page: str, *, to: str) -> SendOutcome:
        """Ring somebody for this page. When they pick up, the carrier asks us what to say."""

    async def hang_up(self, carrier_id: str) -> None:
        """Cancel a call that is queued or ringing. Best effort: a call that was answered goes on."""

    async def lead_back(self, carrier_id: str, call: CallDoors) -> None:
        """Lead a call out of its conference, if it still goes on; the carrier then asks at `call.left` what it hears.
        Best effort: somebody who has hung up cannot be led, and whoever is still there is led at the next check."""

    # ---- what became of it ----

    async def find_text(self, *, to: str, body: str, since: datetime) -> list[Found]:
        """Texts to this number with this body, made since `since`. An empty list proves nothing yet."""

    async def find_call(self, *, to: str, since: datetime) -> list[Found]:
        """Calls to this number, made since `since`."""

    async def fetch_text(self, carrier_id: str) -> Found | None:
        """What became of a text; None when the carrier does not know it."""

    async def fetch_call(self, carrier_id: str) -> Found | None:
        """What became of a call; None when the carrier does not know it."""

    async def incoming_calls(self, since: datetime) -> list[ListedCall]:
        """Every call to our number that began since `since`, those included that we never heard of."""

    # ---- our number ----

    @property
    def wanted_number(self) -> NumberSetUp:
        """How our number should be set up; without a fallback for calls when our settings name none."""

    async def number(self) -> NumberSetUp | None:
        """How our number is set up at the carrier; None when the account has no such number."""

    async def set_number(self, to: NumberSetUp) -> None:
        """Set our number up like `to`. An address that is empty in `to` stays as it is."""

    # ---- the account ----

    async def check(self) -> str | None:
        """None when the carrier answers and our account is active, otherwise one clear line for the operator."""

    async def close(self) -> None:
        """Close every connection. Any later send returns `TryAgain`."""

    # ---- what it sends us ----

    def authenticate(self, request: CarrierRequest) -> None:
        """Raises `NotTheCarrier` unless the carrier signed the request, and `WrongKind` for a body it did not sign."""

    def text(self, request: CarrierRequest) -> InboundText:
        """A text that came in. Raises `Incomplete`, as do the next two."""

    def text_news(self, request: CarrierRequest) -> CarrierReport:
        """What became of a text."""

    def call_news(self, request: CarrierRequest) -> CarrierReport:
        """What became of a call."""

    def keys(self, request: CarrierRequest) -> KeysPressed:
        """The keys that somebody pressed."""

    def incoming_call(self, request: CarrierRequest) -> InboundCall:
        """A call that comes in on the hotline. Raises `Incomplete`."""

    def ended_call(self, request: CarrierRequest) -> str | None:
        """The carrier's id of a call that came in and is over; None while it goes on. Raises `Incomplete`."""

    def waiting_call(self, request: CarrierRequest) -> str:
        """The carrier's id of a call that is alone in a conference. Raises `Incomplete`."""

    # ---- what we answer ----

    def received(self) -> Document:
        """The answer to the carrier when a text came in. Our reply to the sender goes out as a page."""

    def hears(self, heard: SpokenReply, call: CallDoors, request: CarrierRequest) -> Document:
        """What somebody hears next on a call, as the answer to `request`. The call goes on at the doors of `call`."""

    def waits(self, call: CallDoors) -> Document:
        """What somebody alone in a conference hears for a moment. Then the carrier asks again."""

    def one_moment(self, request: CarrierRequest) -> Document | None:
        """Ask whoever is on the line for a moment, and let the carrier bring the same `request` once more, for the same
        exchange and with the keys that it brought. None when it has already come three times more: then the error
        stands, and the carrier's own fallback takes over."""
