"""The server: uvicorn, with connections that are bounded in time and size."""

from functools import partial

import uvicorn
from starlette.types import ASGIApp

from dispatch.serving.connections import BoundedConnection, WaitingRoom
from dispatch.serving.listener import BACKLOG


def server(application: ASGIApp) -> uvicorn.Server:
    """What answers requests to `application`; serve it on a listener of `serving.listener`."""
    config = uvicorn.Config(
        application,
        http=partial(BoundedConnection, WaitingRoom()),  # type: ignore[arg-type]  # whatever makes a protocol will do
        ws="none",
        # Started and stopped around the server, not by it: it would log a traceback where one line is promised.
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,  # believed from 127.0.0.1, or from whom FORWARDED_ALLOW_IPS names
        timeout_keep_alive=75,  # longer than the 60 s of usual proxies, or they post into a connection we just closed
        timeout_graceful_shutdown=10,
        backlog=BACKLOG,
    )
    return uvicorn.Server(config)
