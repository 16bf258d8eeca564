"""The HTTP session for every request that we send: timeouts that hold, what each of its errors proves, and no address
that `rules/delivery/called_addresses.py` refuses.

aiohttp rather than httpx: with a hundred sends waiting it sent more than ten times as many a second, and a single
send to an idle carrier took a third of the time (0.3 ms against 0.9 ms).
"""

import asyncio
import socket
from collections.abc import Callable, Collection, Mapping
from contextvars import ContextVar
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractStreamWriter, ResolveResult

from dispatch.rules.delivery.called_addresses import NotCalled, check_address, check_leads

if TYPE_CHECKING:
    from aiohttp.tracing import Trace

CONNECTIONS = 100
CONNECT_SECONDS = 3.0
# How long a send may wait for a free connection and then for connecting, including the name look-up. Giving up here
# is cheap: nothing was sent.
CONNECTION_SECONDS = 5.0


# Asked once there is a connection and before anything is written: may this task still send its request?
may_send: ContextVar[Callable[[], bool] | None] = ContextVar("may_send", default=None)


class Delayed(aiohttp.ClientConnectionError):
    """too late to send: another node may own the page by now; nothing was sent"""


class AddressRefused(aiohttp.ClientConnectionError):
    """an address that we do not call, so nothing was sent; the message says why, and names no more than its host"""


class _Connector(aiohttp.TCPConnector):
    """Looks at the address of each request as it is about to connect, a redirect's as well."""

    def __init__(self, allowed_hosts: Collection[str], *, limit: int, limit_per_host: int) -> None:
        super().__init__(limit=limit, limit_per_host=limit_per_host, resolver=_Resolver(allowed_hosts))
        self._allowed_hosts = allowed_hosts

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: "list[Trace]",
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's signature
    ) -> aiohttp.connector.Connection:
        try:
            check_address(str(req.url), self._allowed_hosts)
        except NotCalled as error:
            raise AddressRefused(str(error)) from error
        return await super().connect(req, traces, timeout)


class _Resolver(aiohttp.ThreadedResolver):
    """Looks at what a name leads to now. The connection goes to these addresses, and no later answer of a name server
    can make it another one."""

    def __init__(self, allowed_hosts: Collection[str]) -> None:
        super().__init__()
        self._allowed_hosts = allowed_hosts

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await super().resolve(host, port, family)
        try:
            check_leads(host, [one["host"] for one in found], self._allowed_hosts)
        except NotCalled as error:
            raise AddressRefused(str(error)) from error
        return found


class _Request(aiohttp.ClientRequest):
    async def write_bytes(
        self, writer: AbstractStreamWriter, conn: aiohttp.connector.Connection, content_length: int | None = None
    ) -> None:
        # The headers wait for this call as well. It runs as a task of its own, so other sends may run before it.
        still_may = may_send.get()
        if still_may is None or still_may():
            await super().write_bytes(writer, conn, content_length)
        elif conn.protocol is not None:
            conn.protocol.set_exception(Delayed())


async def why_not_called(url: str, allowed_hosts: Collection[str]) -> str | None:
    """Why we would not call `url`, as it is written and as its name leads now; None if we would. A name that cannot be
    looked up may be right: it is looked at again when we call."""
    try:
        check_address(url, allowed_hosts)
        host = urlsplit(url).hostname or ""
        async with asyncio.timeout(CONNECT_SECONDS):
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
        check_leads(host, [str(sockaddr[0]) for *_, sockaddr in found], allowed_hosts)
    except NotCalled as error:
        return str(error)
    except OSError:
        return None
    return None


def open_session(read_timeout: float, allowed_hosts: Collection[str], *, per_host: int = 0) -> aiohttp.ClientSession:
    """Open a session inside the running loop, which calls hosts that are public or among `allowed_hosts`. The caller
    closes it.

    `read_timeout` is in seconds. It bounds each silence of the other side, not the whole exchange: a peer that sends
    one byte at a time is bounded by `longest_seconds`, which the caller enforces with `asyncio.timeout`. `per_host` is
    how many of the connections one host may take; 0 is all of them.
    """
    timeout = aiohttp.ClientTimeout(
        total=None, connect=CONNECTION_SECONDS, sock_connect=CONNECT_SECONDS, sock_read=read_timeout
    )
    return aiohttp.ClientSession(
        connector=_Connector(allowed_hosts, limit=CONNECTIONS, limit_per_host=per_host),
        timeout=timeout,
        request_class=_Request,
        cookie_jar=aiohttp.DummyCookieJar(),  # one answer must never affect the next request
    )


def longest_seconds(read_timeout: float) -> float:
    """The longest time, in seconds, that one send may take. The lease on a page has to outlast it."""
    return CONNECTION_SECONDS + read_timeout


class SessionClosed(aiohttp.ClientConnectionError):
    """the session was closed, so nothing was sent"""


def certainly_not_sent(error: BaseException) -> bool:
    """Whether `error` proves that no byte of the request reached the other side.

    Only an error from before there is a connection proves it: no free connection, no address or one that we do not
    call, refused, TLS refused, too slow to connect. So does a request that we held back ourselves. A disconnect proves
    nothing, even on the first byte.
    """
    proofs = aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | AddressRefused | SessionClosed | Delayed
    return isinstance(error, proofs)


def badly_addressed(error: BaseException) -> bool:
    """Whether `error` says that the URL itself is wrong, so that repeating cannot help."""
    return isinstance(error, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError | AddressRefused)


def words_for(error: BaseException) -> str:
    """Describe `error` without quoting it: its own text may hold a whole URL, and a phone number in it."""
    if isinstance(error, AddressRefused):
        return f"address refused: {error}"
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return f"could not connect ({type(error).__name__})"
    if isinstance(error, Delayed):
        return "held up until another node may have taken it over"
    if isinstance(error, TimeoutError):
        return f"no answer in time ({type(error).__name__})"
    return f"no clear answer ({type(error).__name__})"


_MOST_DIGITS = 9  # of seconds: some thirty years. `float()` of 400 digits is inf


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """The seconds that a Retry-After header asks us to wait (RFC 9110, 10.2.3); None without a usable one.

    A date is compared with the answer's own Date, so a difference between their clock and ours does not matter.
    """
    asked = headers.get("Retry-After", "").strip()
    if not asked:
        return None
    if asked.isascii() and asked.isdigit():
        return float(asked[:_MOST_DIGITS])
    try:
        span: timedelta = parsedate_to_datetime(asked) - parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, TypeError, OverflowError):  # no date; one without an offset; the end of 9999 in another zone
        return None
    return span.total_seconds()
