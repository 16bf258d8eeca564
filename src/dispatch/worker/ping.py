"""The dead-man's switch: a monitor outside hears that all is well, and raises the alarm when the pings stop.

So a ping must never be sent unless all is well. A ping left out by mistake only costs somebody a needless check.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection

import aiohttp
import structlog

from dispatch.outbound.http_session import open_session, words_for

_log = structlog.get_logger("dispatch.ping")

PING_SECONDS = 60
_TIMEOUT_SECONDS = 10.0


class Ping:
    """Requests `url`, whose host is public or among `allowed_hosts`, as long as `troubles` finds none. A failed ping is
    logged without the URL, which is a secret."""

    def __init__(
        self, url: str, troubles: Callable[[], Awaitable[dict[str, str]]], *, allowed_hosts: Collection[str] = ()
    ) -> None:
        self._url, self._allowed_hosts = url, allowed_hosts
        self._troubles = troubles

    async def send_if_well(self) -> bool:
        """Send a ping if all is well. Returns whether it was sent and heard."""
        if troubles := await self._troubles():
            _log.warning("no ping: not all is well", parts=sorted(troubles))
            return False
        try:
            async with (
                asyncio.timeout(_TIMEOUT_SECONDS),
                open_session(_TIMEOUT_SECONDS, self._allowed_hosts) as session,
                session.get(self._url, allow_redirects=False) as answer,
            ):
                heard = 200 <= answer.status < 300
        except (aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
            _log.warning("ping failed", error=words_for(error))
            return False
        if not heard:
            _log.warning("ping failed", error=f"HTTP {answer.status}")
        return heard
