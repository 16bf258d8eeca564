"""Where Twilio calls us back, how, and what our own addresses tell us when it does.

The law: every address that we give Twilio carries the retry policy. By default Twilio retries once, and only when it
could not connect. A key press or a text that arrives while we restart, or while the database is down, would be lost.
"""

import re
from urllib.parse import parse_qsl

from dispatch.carriers.carrier import CarrierRequest
from dispatch.carriers.doors import CallDoors, Door, Doors

# Five retries, on every failure; 2 s to connect, 4 s to answer.
RETRY_POLICY = "rc=5&rp=all&ct=2000&rt=4000"
# An address has one of these at most: Twilio sorts several when it sends them, but signs them unsorted.
_ROUND, _STAGE = "round", "stage"


def with_retry_policy(url: str) -> str:
    """`url` with Twilio's retry policy at its end. It follows the #, so the signature does not cover it."""
    return f"{url}#{RETRY_POLICY}"


class Addresses:
    """The addresses of our doors, each with the retry policy."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    def text_news(self, page: str) -> str:
        return self._address(Door.TEXT_NEWS.of(page))

    def call_news(self, page: str) -> str:
        return self._address(Door.CALL_NEWS.of(page))

    def said(self, call: CallDoors, round_number: int = 1) -> str:
        """Where Twilio asks what to say on a call. `round_number` counts, from 1, how often it is said."""
        return self._address(f"{call.said}?{_ROUND}={round_number}" if round_number > 1 else call.said)

    def keys(self, call: CallDoors, stage: str) -> str:
        """Where Twilio sends the keys pressed at `stage` of a call."""
        return self._address(f"{call.keys}?{_STAGE}={stage}")

    def _address(self, path: str) -> str:
        return with_retry_policy(self._doors.address(path))


def round_of(request: CarrierRequest) -> int:
    """How often it has been said, this time included, as our own address tells; 1 for any other address."""
    given = _query(request).get(_ROUND)
    return int(given) if given is not None and re.fullmatch("[1-9]", given) else 1


def stage_of(request: CarrierRequest) -> str | None:
    """The stage of the call, as our own address tells; None for any other address."""
    return _query(request).get(_STAGE)


def _query(request: CarrierRequest) -> dict[str, str]:
    return dict(parse_qsl(request.query, keep_blank_values=True))
