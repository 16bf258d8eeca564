"""Carries the Twilio SDK's requests: no retries, no redirects, timeouts that hold, errors passed on unchanged.

The SDK's own asynchronous client ignores its timeout. With retries, it posts again after a 5xx, so one page becomes
three. This client sends each request once and leaves it to the caller to judge the result.
"""

import asyncio
import logging
from base64 import b64encode
from collections.abc import Collection, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from yarl import URL

from dispatch.outbound.http_session import SessionClosed, longest_seconds, open_session, retry_after_seconds


@dataclass(frozen=True, slots=True)
class SdkAnswer:
    """How the carrier answered: the HTTP status, and the seconds that its Retry-After asked for."""

    status: int
    retry_after: float | None


# The last answer in this task. The SDK's exceptions leave the headers out, and for problem+json they give the status
# that the body claims instead of HTTP's. What an error proves depends on both.
last_answer: ContextVar[SdkAnswer | None] = ContextVar("last_answer", default=None)


class AiohttpTransport(AsyncHttpClient):  # type: ignore[misc]  # the SDK ships no types, so its base class is Any
    """An HTTP client for the SDK over one pool of connections.

    `read_timeout` is in seconds; no request takes longer than `longest_seconds(read_timeout)`. Raises aiohttp's errors
    and TimeoutError unwrapped.
    """

    def __init__(self, read_timeout: float, allowed_hosts: Collection[str] = ()) -> None:
        super().__init__(logging.getLogger("twilio"), True, read_timeout)
        self._allowed_hosts = allowed_hosts
        self._read_timeout = read_timeout
        self._session: aiohttp.ClientSession | None = None  # opened by the first request: it needs the running loop
        self._closed = False

    async def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the SDK's signature; it never gives one
        allow_redirects: bool = False,  # the SDK's signature; a redirected POST is a page that goes astray
    ) -> Response:
        """Send one request, once. A list gives a repeated field; a field that is None is left out."""
        if self._closed:
            raise SessionClosed("the carrier was closed")
        if self._session is None:
            self._session = open_session(self._read_timeout, self._allowed_hosts)
        sent_headers = dict(headers or {})
        if auth is not None:
            sent_headers["Authorization"] = "Basic " + b64encode(f"{auth[0]}:{auth[1]}".encode()).decode("ascii")
        body = None
        if data is not None:
            sent_headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(_fields(data)).encode("ascii")
        url = URL(uri)
        if params:
            url = url.extend_query(_fields(params))

        last_answer.set(None)
        # The SDK's log_request is not called: it writes the query, and whole phone numbers with it.
        async with (
            asyncio.timeout(longest_seconds(self._read_timeout)),
            self._session.request(method, url, data=body, headers=sent_headers, allow_redirects=False) as answer,
        ):
            content = await answer.read()
        last_answer.set(SdkAnswer(answer.status, retry_after_seconds(answer.headers)))
        # JSON is UTF-8. An invalid byte can only spoil the parsing, and that has an outcome of its own.
        return Response(answer.status, content.decode("utf-8", "replace"), answer.headers)

    async def close(self) -> None:
        """Close every connection. Any later request raises `SessionClosed`. Closing twice does no harm."""
        self._closed = True
        if self._session is not None:
            await self._session.close()


def _fields(given: Mapping[str, object]) -> list[tuple[str, str]]:
    """The fields as pairs; a list becomes the same field several times."""
    pairs: list[tuple[str, str]] = []
    for name, value in given.items():
        several = value if isinstance(value, list | tuple) else [value]
        pairs.extend((name, str(item)) for item in several if item is not None)
    return pairs
