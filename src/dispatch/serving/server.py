"""The server: uvicorn by its public settings. What a connection may cost, the proxy in front of it bounds."""

import gc
import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from dispatch.serving.listener import BACKLOG

# Python's own moments for garbage are counted in objects, and come while most is asked: beside 5,000 connections one
# look held up every call-out for a quarter of a second. So once a minute, if few are there, and else every tenth.
_GARBAGE_SECONDS, _FEW_CONNECTIONS, _MOST_LEFT_OUT = 60, 500, 9


class Server(uvicorn.Server):
    """Tells `closing` before it waits for what is still being answered: a stream that has no end would take all of the
    graceful timeout, and no page goes out meanwhile. Collects the garbage, which nobody else does while it serves."""

    def __init__(self, config: uvicorn.Config, closing: Callable[[], None]) -> None:
        super().__init__(config)
        self._closing = closing
        self._looks_left_out = 0
        config.callback_notify, config.timeout_notify = self._collect_garbage, _GARBAGE_SECONDS

    async def _collect_garbage(self) -> None:
        if len(self.server_state.connections) > _FEW_CONNECTIONS and self._looks_left_out < _MOST_LEFT_OUT:
            self._looks_left_out += 1
        else:
            self._looks_left_out = 0
            gc.collect()

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
