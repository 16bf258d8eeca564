"""`dispatch serve`, and `dispatch demo`, which serves a rehearsal."""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli.complaints import Refused
from dispatch.cli.deployment import database_trouble, read_settings, shown, version

if TYPE_CHECKING:
    from uvicorn import Server

    from dispatch.app import Service
    from dispatch.settings import Settings

_BACKLOG = 2048
_FILES = 8192  # a connection is a file; 1,024 is what many systems begin with, and a flood of connections takes those
# How long the doors wait for what a dead process left behind. Beside their imports 40 pages took half as long again.
_PAGES_FIRST_SECONDS = 0.5


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
    with _garbage_left_lying():
        settings = read_settings(host=host, port=port)
        if missing := settings.missing_for_carrier():
            raise Refused(f"nothing can be sent without {', '.join(missing)} (`dispatch demo` needs no carrier)")
        # Before the database is touched: a second start by mistake must not take over what the first one is sending.
        with _listening(settings.host, settings.port) as listener:
            from dispatch import logs

            logs.configure(settings.log_level)
            _serve(settings, listener)


@contextlib.contextmanager
def _garbage_left_lying() -> Iterator[None]:
    """Until the doors are open: what is imported stays, and to look through it time and again is a tenth of a start."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    both = host == "::" and socket.has_dualstack_ipv6()
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG, dualstack_ipv6=both)
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (")[0].lower()
        raise Refused(f"cannot listen on {_address(host, port)}: {reason}") from error


def _address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _allow_files() -> None:
    with contextlib.suppress(ImportError, OSError, ValueError):  # not on Windows; not where a sandbox forbids it
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
        if soft != resource.RLIM_INFINITY and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _serve(settings: "Settings", listener: socket.socket) -> None:
    import uvloop

    from dispatch.app import Service

    _allow_files()
    service = Service(settings)
    told: list[int] = []
    for one in (signal.SIGTERM, signal.SIGINT):
        # uvicorn raises the signal again when it ends, which would kill us before the service stops.
        signal.signal(one, lambda number, _: told.append(number))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve_until_told(service, listener, told))


async def _serve_until_told(service: "Service", listener: socket.socket, told: list[int]) -> None:
    import structlog

    log = structlog.get_logger("dispatch")
    try:
        with database_trouble(service.settings.database_url):
            await service.start()
        await service.caught_up(_PAGES_FIRST_SECONDS)
        # In a thread, since pages may still be going out; who calls us waits in the listener's queue.
        server = await asyncio.to_thread(_server, service)
        gc.freeze()  # what lives as long as the process need not be looked through again: p99 fell from 47 to 9 ms
        gc.enable()
        log.info(
            "serving",
            version=version(),
            url=f"http://{_address(*listener.getsockname()[:2])}",
            public_url=service.settings.public_url,
            database=shown(service.settings.database_url),
        )
        server.should_exit = bool(told)
        await server.serve(sockets=[listener])
        log.info("stopping")
    finally:
        await service.stop()
    log.info("stopped")


def _server(service: "Service") -> "Server":
    """What answers requests. To import and build it takes a third of a start, and no page needs it."""
    import uvicorn

    from dispatch.inbound.connections import Connection, Room

    config = uvicorn.Config(
        service.web,
        http=partial(Connection, Room()),  # type: ignore[arg-type]  # whatever makes a protocol will do
        ws="none",
        # Started and stopped around the server, not by it: it would log a traceback where one line is promised.
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,  # believed from 127.0.0.1, or from whom FORWARDED_ALLOW_IPS names
        timeout_keep_alive=75,  # longer than the 60 s of usual proxies, or they post into a connection we just closed
        timeout_graceful_shutdown=10,
        backlog=_BACKLOG,
    )
    return uvicorn.Server(config)


def demo(
    port: Annotated[
        int | None,
        typer.Option(
            metavar="PORT", min=0, max=65535, help="Port to listen on, 0 for any free [8000, or the next free]."
        ),
    ] = None,
    speed: Annotated[float, typer.Option(metavar="N", min=0.1, help="How many times as fast time passes.")] = 1.0,
    once: Annotated[bool, typer.Option("--once", help="Play one night's story, print its timeline and end.")] = False,
) -> None:
    """Try everything in one process: simulated carrier and phones, sample roster, nothing to set up."""
    from dispatch import logs
    from dispatch.simulation.demo import run

    logs.configure("WARNING")
    raise typer.Exit(run(port, speed, once))
