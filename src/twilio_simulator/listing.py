"""Lists of messages and calls: Twilio's filters and its pagination."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol
from urllib.parse import urlencode

from twilio_simulator.refusals import Refusal

PAGE_SIZE = 50
PAGE_SIZE_AT_MOST = 1000


class Resource(Protocol):
    """Something that the API lists."""

    @property
    def sid(self) -> str: ...
    def as_json(self) -> dict[str, Any]: ...


def spans(query: dict[str, str], name: str) -> Callable[[datetime], bool]:
    """A test for the filters `name`, `name<` and `name>` (a date, or a UTC time). All of them are inclusive.

    Raises Refusal 20001 when one cannot be read.
    """
    earliest, latest = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    for suffix in ("", "<", ">"):
        value = query.get(name + suffix)
        if not value:
            continue
        # The SDK turns a day to match into its midnight; only the bounds can be times.
        begins, ends = _span(value if suffix else value[:10], name)
        if suffix != "<":
            earliest = max(earliest, begins)
        if suffix != ">":
            latest = min(latest, ends)
    # The API shows whole seconds; a filter made from a time it has shown must find the message.
    return lambda moment: earliest <= moment.replace(microsecond=0) <= latest


def _span(value: str, name: str) -> tuple[datetime, datetime]:
    try:
        if len(value) == len("2026-01-01"):
            midnight = datetime.combine(date.fromisoformat(value), time(), UTC)
            return midnight, midnight + timedelta(days=1, seconds=-1)
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise Refusal(20001, f"{name} is neither a date nor a time: {value}") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment, moment


def page(key: str, path: str, query: dict[str, str], found: Sequence[Resource]) -> dict[str, Any]:
    """One page of a list. PageToken is the last SID of the previous page, so that new arrivals shift nothing."""
    try:
        size = min(max(int(query.get("PageSize", PAGE_SIZE)), 1), PAGE_SIZE_AT_MOST)
        number = int(query.get("Page", 0))
    except ValueError as error:
        raise Refusal(20001, "Page and PageSize must be numbers") from error
    start = number * size
    token = query.get("PageToken", "").removeprefix("PA")
    if token:
        start = next((place + 1 for place, resource in enumerate(found) if resource.sid == token), len(found))
    shown = found[start : start + size]
    filters = {name: value for name, value in query.items() if name not in ("Page", "PageToken", "PageSize")}

    def uri(number: int, token: str | None = None) -> str:
        where = {"PageSize": size, "Page": number} | ({} if token is None else {"PageToken": "PA" + token})
        return f"{path}?{urlencode(filters | where)}"

    more = start + size < len(found)
    return {
        "end": max(start + len(shown) - 1, 0),
        "first_page_uri": uri(0),
        key: [resource.as_json() for resource in shown],
        "next_page_uri": uri(number + 1, shown[-1].sid) if more else None,
        "page": number,
        "page_size": size,
        "previous_page_uri": uri(number - 1) if number else None,
        "start": start,
        "uri": uri(number, token or None),
    }
