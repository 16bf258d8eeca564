"""What every carrier does for us, and what it tells us: the border behind which its own words stay.

An adapter lives in a folder of its own below `carriers/`. It sends, finds out what became of a send, and reads what
the carrier sends us; on both ways it translates into the meanings of `rules/sending.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dispatch.actions.answer_call import Heard
from dispatch.actions.record_reply import InboundText
from dispatch.rules.sending import Found, Outcome, Report


@dataclass(frozen=True, slots=True)
class CarrierRequest:
    """A request at one of the carrier's doors, as plain data: pages go out before any web framework is imported.

    `url` is the public one, which is what the carrier was given and may have signed. The names of `headers` are in
    lower case. `form` has the fields of a form as they came, repeated ones included; other bodies have none.
    """

    url: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    form: tuple[tuple[str, str], ...] = ()

    @property
    def media_type(self) -> str:
        """The kind of its body, in lower case and without parameters; empty when it does not say."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class NotTheCarrier(Exception):
    """the carrier's signature does not hold; check DISPATCH_PUBLIC_URL and the auth token"""


class WrongKind(Exception):
    """a body that this carrier does not send, so nothing in it was signed; the message says what it should be"""


class Incomplete(Exception):
    """a signed request lacks what it must say; the message names it"""


@dataclass(frozen=True, slots=True)
class Keys:
    """`pressed` at `stage` of a call: one of `Stage`'s values, None for the first. Nothing pressed is empty."""

    stage: str | None
    pressed: str


@dataclass(frozen=True, slots=True)
class Document:
    """An answer to the carrier, in its own language."""

    content: str
    media_type: str


class Carrier(Protocol):
    """One account at a carrier. Its doors stand below `/{name}`.

    Whatever sends never raises for what the carrier or the network does; whatever asks raises `CarrierUnreachable`.
    """

    @property
    def name(self) -> str: ...

    # ---- what we send ----

    async def send_text(self, page: str, *, to: str, body: str) -> Outcome:
        """Send a text for this page."""

    async def place_call(self, page: str, *, to: str) -> Outcome:
        """Ring somebody for this page; what they hear is asked from us when they pick up."""

    async def hang_up(self, sid: str) -> None:
        """Take back a call that waits or rings. Best effort; one that was answered goes on."""

    # ---- what became of it ----

    async def find_text(self, *, to: str, body: str, since: datetime) -> list[Found]:
        """Texts to this number with this body, made since then. An empty list proves nothing yet."""

    async def find_call(self, *, to: str, since: datetime) -> list[Found]:
        """Calls to this number, made since then."""

    async def fetch_text(self, sid: str) -> Found | None:
        """What became of a text; None when the carrier does not know it."""

    async def fetch_call(self, sid: str) -> Found | None:
        """What became of a call; None when the carrier does not know it."""

    async def check(self) -> str | None:
        """None when our account answers and is active, otherwise one clear line for the operator."""

    async def close(self) -> None:
        """Close every connection; a send after that is answered `TryAgain`."""

    # ---- what it sends us ----

    def authenticate(self, request: CarrierRequest) -> None:
        """Raises `NotTheCarrier` unless the carrier signed it, and `WrongKind` for a body that was not signed."""

    def text(self, request: CarrierRequest) -> InboundText:
        """A text that came in. Raises `Incomplete`, as the next two do."""

    def text_news(self, request: CarrierRequest) -> Report:
        """What became of a text."""

    def call_news(self, request: CarrierRequest) -> Report:
        """What became of a call."""

    def keys(self, request: CarrierRequest) -> Keys:
        """The keys that somebody pressed."""

    # ---- what we answer ----

    def received(self) -> Document:
        """The answer to a text that came in; what we have to say goes out as a page."""

    def hears(self, heard: Heard, page: str, request: CarrierRequest) -> Document:
        """What somebody hears next on a call of this page, in answer to `request`."""
