"""The server: uvicorn by its public settings. What a connection may cost, the proxy in front of it bounds."""

import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from dispatch.serving.listener import BACKLOG


class Server(uvicorn.Server):
    """Tells `closing` before it waits for what is still being answered: a stream that has no end would take all of the
    graceful timeout, and no page goes out meanwhile."""

    def __init__(self, config: uvicorn.Config, closing: Callable[[], None]) -> None:
        super().__init__(config)
        self._closing = closing

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._closing()
        await super().shutdown(sockets)


def server(application: ASGIApp, closing: Callable[[], None]) -> Server:
    """A server for `application`; run it on a socket from `serving.listener`. `closing` ends the streams that are
    open."""
    config = uvicorn.Config(
        application,
        http="httptools",
        ws="none",
        # The service is started and stopped around the server: uvicorn would log a traceback where we promise one line.
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,  # believed from 127.0.0.1, or from the addresses in FORWARDED_ALLOW_IPS
        timeout_keep_alive=75,  # longer than the usual 60 s of proxies, or they post into a connection we just closed
        timeout_graceful_shutdown=10,
        backlog=BACKLOG,
    )
    return Server(config, closing)
