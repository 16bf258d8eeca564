"""Where Twilio calls us back, how, and what our own addresses tell us when it does.

The law: every address that we give Twilio carries the retry policy. By default Twilio retries once, and only when it
could not connect. A key press or a text that arrives while we restart, or while the database is down, would be lost.
"""

import re
from urllib.parse import parse_qsl, urlencode

from dispatch.carriers.carrier import CarrierRequest
from dispatch.carriers.doors import EXCHANGE, CallDoors, Door, Doors

# Five retries, on every failure; 2 s to connect, 4 s to answer.
RETRY_POLICY = "rc=5&rp=all&ct=2000&rt=4000"
# Twilio sorts the parameters when it sends them, but signs them unsorted, so they always stand in alphabetical order.
_ROUND, _STAGE = "round", "stage"
# What a request carries that is to come once more: how often it has come, and the keys that it brought.
_AGAIN, _KEYS = "again", "keys"
MOST_AGAIN = 3
_MOST_KEYS = 20  # more than any number has
# A star or a pound key in a query can be encoded in several ways, and the signature holds for only one of them.
_SPELLED, _READ = str.maketrans("*#", "sp"), str.maketrans("sp", "*#")


def with_retry_policy(url: str) -> str:
    """`url` with Twilio's retry policy at its end. It follows the #, so the signature does not cover it."""
    return f"{url}#{RETRY_POLICY}"


class Addresses:
    """The addresses of our doors, each with the retry policy."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    def door(self, door: Door) -> str:
        """A door that belongs to no page and to no call."""
        return self._address(door)

    def text_news(self, page: str) -> str:
        return self._address(Door.TEXT_NEWS.path_for(page))

    def call_news(self, page: str) -> str:
        return self._address(Door.CALL_NEWS.path_for(page))

    def said(self, call: CallDoors, round_number: int = 1) -> str:
        """Where Twilio asks what to say on a call. `round_number` counts, from 1, how often it is said."""
        return self._address(f"{call.said}?{_ROUND}={round_number}" if round_number > 1 else call.said)

    def keys(self, call: CallDoors, stage: str) -> str:
        """Where Twilio sends the keys pressed at `stage` of a call."""
        path, _, exchange = call.keys.partition("?")
        return self._address(f"{path}?{_STAGE}={stage}" + (f"&{exchange}" if exchange else ""))

    def waits(self, call: CallDoors) -> str:
        """Where Twilio asks what somebody alone in a conference hears."""
        return self._address(call.waits)

    def left(self, call: CallDoors) -> str:
        """Where Twilio asks what somebody hears after a conference."""
        return self._address(call.left)

    def _address(self, path: str) -> str:
        return with_retry_policy(self._doors.address(path))


def round_of(request: CarrierRequest) -> int:
    """How often it has been said, this time included, as our own address tells; 1 for any other address."""
    given = _query(request).get(_ROUND)
    return int(given) if given is not None and re.fullmatch("[1-9]", given) else 1


def stage_of(request: CarrierRequest) -> str | None:
    """The stage of the call, as our own address tells; None for any other address."""
    return _query(request).get(_STAGE)


def kept_keys(request: CarrierRequest) -> str | None:
    """The keys that a request brought when it first came; None when this is the first time."""
    query = _query(request)
    return query.get(_KEYS, "").translate(_READ) if _AGAIN in query else None


def once_more(request: CarrierRequest) -> str | None:
    """The address at which the same request comes once more; None when it has come often enough.

    Only what our own doors read goes into it. A redirect does not bring the keys of the first request.
    """
    query = _query(request)
    again = int(query[_AGAIN]) if re.fullmatch("[0-9]", query.get(_AGAIN, "")) else 0
    if again >= MOST_AGAIN:
        return None
    pressed = dict(request.form).get("Digits", "")[:_MOST_KEYS]
    keys = query[_KEYS] if again and _KEYS in query else pressed.translate(_SPELLED)
    kept = {_AGAIN: str(again + 1), _KEYS: keys}
    kept |= {name: query[name] for name in (_ROUND, _STAGE, EXCHANGE) if name in query}
    written = urlencode(sorted((name, value) for name, value in kept.items() if value))
    return with_retry_policy(f"{request.url.partition('?')[0]}?{written}")


def _query(request: CarrierRequest) -> dict[str, str]:
    return dict(parse_qsl(request.query, keep_blank_values=True))
