"""An HTTP server for the running loop: it starts, it stops as an outage does, and it can drop a connection without
answering."""

from __future__ import annotations

import asyncio
import socket
from typing import cast

import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

TRANSPORT = "dispatch.carrier.transport"
SHUTDOWN_SECONDS = 1


class DroppableProtocol(HttpToolsProtocol):
    """uvicorn's protocol; it also hands the application the connection, so that it can be dropped."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {TRANSPORT: {"transport": self.transport}}


class DroppedConnection(Response):
    """No answer at all: the connection is closed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["extensions"][TRANSPORT]["transport"].abort()
        # When an application returns without an answer, uvicorn sends 500 unless the client is gone.
        while (await receive())["type"] != "http.disconnect":
            pass


def listen_on_free_port(host: str = "127.0.0.1", port: int = 0) -> socket.socket:
    """A listening socket; `port` 0 takes a free one. Raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # IPPROTO_TCP must be named: asyncio sets TCP_NODELAY only then. Without it, uvicorn's two writes (head, then body)
    # meet Nagle and a delayed acknowledgement, and every answer takes 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(256)
    except OSError:
        listener.close()
        raise
    return listener


class HttpServer:
    """uvicorn in the running loop. It installs no signal handlers: the process is not its own."""

    def __init__(self, app: ASGIApp, host: str = "127.0.0.1", port: int = 0, *, behind_proxy: bool = False) -> None:
        """With `behind_proxy` it believes what a proxy on this machine says about the client."""
        self._app = app
        self._behind_proxy = behind_proxy
        self._host = host
        self.port = port
        """The port; after the first start the one that was bound, which a later start binds again."""
        self._server: uvicorn.Server | None = None

    async def start(self, listener: socket.socket | None = None) -> None:
        """Serve on `listener`; without one, listen on the host and port. Raises OSError when the port is taken."""
        if listener is None:
            listener = listen_on_free_port(self._host, self.port)
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(
            self._app,
            http=DroppableProtocol,
            ws="none",
            lifespan="off",
            access_log=False,
            proxy_headers=self._behind_proxy,
            log_config=None,
            timeout_keep_alive=75,
        )
        config.load()
        self._server = uvicorn.Server(config)
        self._server.lifespan = config.lifespan_class(config)
        # Not serve(): that takes over the signals, and its ticking serves only a Date header and a request limit.
        await self._server.startup(sockets=[listener])

    async def stop(self, patience: float = 0.0) -> None:
        """Stop listening and drop every connection, as an outage does; uvicorn's own shutdown takes its time. Answers
        that are under way have `patience` seconds."""
        if self._server is None:
            return
        for listener in self._server.servers:
            listener.close()
        if patience and (tasks := list(self._server.server_state.tasks)):
            await asyncio.wait(tasks, timeout=patience)
        for connection in list(self._server.server_state.connections):
            cast(HttpToolsProtocol, connection).transport.abort()
        for listener in self._server.servers:
            await listener.wait_closed()
        if tasks := list(self._server.server_state.tasks):
            # Requests that a fault still holds back; nobody waits for their answers any more.
            await asyncio.wait(tasks, timeout=SHUTDOWN_SECONDS)
        self._server = None
