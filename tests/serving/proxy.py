"""The proxy that a deployment has in front: a real Caddy with the shipped Caddyfile, on plain http and a free port."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.faults.deployment import free_port

CADDYFILE = Path(__file__).parents[2] / "config" / "Caddyfile"
CADDY = str(Path(sys.executable).with_name("caddy"))


@contextmanager
def proxying(folder: Path, *upstreams: int) -> Iterator[int]:
    """In front of whatever listens on the ports `upstreams` of this machine, or will. Yields the port of the proxy,
    which writes its log into `folder`."""
    port = free_port()
    environment = os.environ | {
        "DISPATCH_PUBLIC_URL": f"http://:{port}",  # any host
        "DISPATCH_UPSTREAM": " ".join(f"127.0.0.1:{upstream}" for upstream in upstreams),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    shipped = CADDYFILE.read_text()
    # HTTP/2 as browsers speak it needs a certificate; on plain http the proxy is asked for it by name.
    by_http2 = folder / "Caddyfile"
    by_http2.write_text(shipped.replace("protocols h1 h2 ", "protocols h1 h2 h2c "))
    assert by_http2.read_text() != shipped
    command = [CADDY, "run", "--config", str(by_http2)]
    with (folder / "caddy.log").open("wb") as log:
        caddy = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        _wait_for(port, caddy)
        yield port
    finally:
        caddy.kill()
        caddy.wait()


def _wait_for(port: int, caddy: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and caddy.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.02)
    raise AssertionError("Caddy did not start: see caddy.log")
