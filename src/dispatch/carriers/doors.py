"""The doors at which a carrier reaches us: where it brings texts and news, and asks what to say on a call.

The law: each path is spelled here and nowhere else. `inbound/carrier/` opens these doors, and an adapter gives its
carrier their addresses. Were a path spelled twice, a page could ring and nobody would know what to say.
"""

from dataclasses import dataclass
from enum import StrEnum


class Door(StrEnum):
    """The path of a door below the carrier's name. `{page}` stands for a page's id, `{call}` for a hotline call's."""

    TEXT = "/sms"
    TEXT_NEWS = "/sms/status/{page}"
    CALL_NEWS = "/voice/status/{page}"
    PAGE_SAID = "/voice/page/{page}"
    PAGE_KEYS = "/voice/page/{page}/keys"
    HOTLINE = "/voice/hotline"
    HOTLINE_NEWS = "/voice/hotline/status"
    HOTLINE_SAID = "/voice/hotline/call/{call}"
    HOTLINE_KEYS = "/voice/hotline/call/{call}/keys"

    def of(self, id_: str) -> str:
        """The path of the door of this page, or of this call."""
        return self.format(page=id_, call=id_)


@dataclass(frozen=True, slots=True)
class CallDoors:
    """The two doors that belong to one call, whatever it is about: at `said` the carrier asks what to say, and it
    brings the keys to `keys`. Both are paths below the carrier's name."""

    said: str
    keys: str


def paged_call(page: str) -> CallDoors:
    """The doors of the call that was placed for this page."""
    return CallDoors(Door.PAGE_SAID.of(page), Door.PAGE_KEYS.of(page))


def hotline_call(call: str) -> CallDoors:
    """The doors of a call that came in on the hotline."""
    return CallDoors(Door.HOTLINE_SAID.of(call), Door.HOTLINE_KEYS.of(call))


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
