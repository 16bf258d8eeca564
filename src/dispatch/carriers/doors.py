"""The doors at which a carrier reaches us: where it brings texts and news, and asks what to say on a call.

The law: each path is spelled here and nowhere else. `inbound/carrier/` opens these doors, and an adapter gives its
carrier their addresses. Were a path spelled twice, a page could ring and nobody would know what to say.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qs

EXCHANGE = "turn"
"""The parameter of an address that says which exchange of its call it answers (`rules/phone/exchanges.py`)."""


class Door(StrEnum):
    """The path of a door below the carrier's name. `{page}` stands for a page's id, `{call}` for a hotline call's."""

    TEXT = "/sms"
    TEXT_NEWS = "/sms/status/{page}"
    CALL_NEWS = "/voice/status/{page}"
    PAGE_SAID = "/voice/page/{page}"
    PAGE_KEYS = "/voice/page/{page}/keys"
    PAGE_WAITS = "/voice/page/{page}/waits"
    PAGE_LEFT = "/voice/page/{page}/left"
    HOTLINE = "/voice/hotline"
    HOTLINE_NEWS = "/voice/hotline/status"
    HOTLINE_SAID = "/voice/hotline/call/{call}"
    HOTLINE_KEYS = "/voice/hotline/call/{call}/keys"
    HOTLINE_WAITS = "/voice/hotline/call/{call}/waits"
    HOTLINE_LEFT = "/voice/hotline/call/{call}/left"

    def path_for(self, id_: str) -> str:
        """The path of the door of this page, or of this call."""
        return self.format(page=id_, call=id_)


@dataclass(frozen=True, slots=True)
class CallDoors:
    """The doors that belong to one call, whatever it is about. At `said` the carrier asks what to say, and it brings
    the keys to `keys`. At `waits` it asks what somebody alone in a conference hears, and at `left` what they hear after
    one. All are paths below the carrier's name; those of an exchange have its number as their query."""

    said: str
    keys: str
    waits: str
    left: str


def paged_call(page: str, exchange: int | None = None) -> CallDoors:
    """The doors of the call that was placed for this page, as they answer this exchange."""
    return _doors((Door.PAGE_SAID, Door.PAGE_KEYS, Door.PAGE_WAITS, Door.PAGE_LEFT), page, exchange)


def hotline_call(call: str, exchange: int | None = None) -> CallDoors:
    """The doors of a call that came in on the hotline, as they answer this exchange."""
    return _doors((Door.HOTLINE_SAID, Door.HOTLINE_KEYS, Door.HOTLINE_WAITS, Door.HOTLINE_LEFT), call, exchange)


def _doors(doors: tuple[Door, Door, Door, Door], id_: str, exchange: int | None) -> CallDoors:
    said, *answering = (door.path_for(id_) for door in doors)
    return CallDoors(said, *(path if exchange is None else f"{path}?{EXCHANGE}={exchange}" for path in answering))


def exchange_of(query: str) -> int | None:
    """The exchange that the address of a request with this query answers; None where it names none."""
    given = parse_qs(query).get(EXCHANGE, [""])[0]
    return int(given) if re.fullmatch("[0-9]{1,9}", given) else None


def below(carrier: str) -> str:
    """The path that every door of the carrier of this name begins with."""
    return f"/{carrier}"


@dataclass(frozen=True, slots=True)
class Doors:
    """The doors of one carrier as the world reaches them, at `public_url`. `carrier` is the carrier's name."""

    public_url: str
    carrier: str

    def address(self, path: str) -> str:
        """The address of a door: the path of a `Door` that no page belongs to, of one `of` a page, or of a call."""
        return f"{self.public_url.rstrip('/')}{below(self.carrier)}{path}"
