"""`dispatch serve`: the service itself."""

import asyncio
import contextlib
import gc
import signal
import socket
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import structlog
import typer

from dispatch import logs
from dispatch.app import Service
from dispatch.cli.complaints import Complaint
from dispatch.cli.deployment import database_trouble, read_settings, version
from dispatch.serving.listener import address, allow_files, listen
from dispatch.settings import Settings
from dispatch.store.engine.database_url import shown

if TYPE_CHECKING:
    from uvicorn import Server


# How long the doors wait while the pages of a dead process go out. With the doors' imports running at the same time,
# 40 pages took half as long again.
_PAGES_FIRST_SECONDS = 0.5
# How long one thread computes while another waits for it. A page goes from the loop to a thread of the database and
# back, and a board is made in such a thread: with Python's default of 5 ms, a page waits that long at each step.
# SQLite's writer waits so long at each statement: beside a flood of views, half a millisecond made a page 2.2 s late,
# and a tenth 0.2 s. In a storm of 1,000 the tenth costs a quarter.
_SWITCH_SECONDS = 0.0001


def serve(
    host: Annotated[
        str | None, typer.Option(metavar="HOST", help="Address to listen on [DISPATCH_HOST, 127.0.0.1].")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(metavar="PORT", min=0, max=65535, help="Port to listen on, 0 for any free [DISPATCH_PORT, 8000]."),
    ] = None,
) -> None:
    """Answer agencies and the carrier, and page, until SIGTERM or Ctrl-C."""
    with _garbage_collected_by_the_server():
        settings = read_settings(host=host, port=port)
        if missing := settings.missing_for_carrier():
            raise Complaint(f"nothing can be sent without {', '.join(missing)} (`dispatch demo` needs no carrier)")
        # Listen before touching the database: a second service, started by mistake, must not take over the pages that
        # the first one is sending.
        with _listening(settings.host, settings.port) as listener:
            logs.configure(settings.log_level)
            _serve(settings, listener)


@contextlib.contextmanager
def _garbage_collected_by_the_server() -> Iterator[None]:
    """Collect none while it starts: scanning the imports, which all stay, is a tenth of that."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _listening(host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (")[0].lower()
        raise Complaint(f"cannot listen on {address(host, port)}: {reason}") from error


def _serve(settings: Settings, listener: socket.socket) -> None:
    import uvloop

    allow_files()
    service = Service(settings)
    told: list[int] = []
    for told_to_stop in (signal.SIGTERM, signal.SIGINT):
        # uvicorn raises the signal again when it ends, which would kill us before the service stops.
        signal.signal(told_to_stop, lambda number, _: told.append(number))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve_until_told(service, listener, told))


async def _serve_until_told(service: Service, listener: socket.socket, told: list[int]) -> None:
    log = structlog.get_logger("dispatch")
    try:
        with database_trouble(service.settings.database_url):
            await service.start()
        await service.caught_up(_PAGES_FIRST_SECONDS)
        # In a thread, since pages may still be going out. Callers wait in the listener's queue meanwhile.
        server = await asyncio.to_thread(_server, service)
        await service.learn_keys()
        gc.freeze()  # objects that live as long as the process need no more scans: p99 fell from 47 to 9 ms
        sys.setswitchinterval(_SWITCH_SECONDS)
        log.info(
            "serving",
            version=version(),
            url=f"http://{address(*listener.getsockname()[:2])}",
            public_url=service.settings.public_url,
            database=shown(service.settings.database_url),
        )
        server.should_exit = bool(told)
        await server.serve(sockets=[listener])
        log.info("stopping")
    finally:
        await service.stop()
    log.info("stopped")


def _server(service: Service) -> "Server":
    """The server for requests. Importing and building it takes a third of a start, and no page needs it."""
    from dispatch.serving.server import server

    return server(service.web, service.let_viewers_go)
