"""The port. It is taken before anything else, so that callers wait in its queue while the service still starts."""

import contextlib
import socket
import sys

if sys.platform != "win32":
    import resource

BACKLOG = 16_384  # as many as the system lets wait; whoever finds it full tries again after a second
_FILES = 65_536  # a connection is a file; many systems allow 1,024 by default, and a flood of connections uses those up


def listen(host: str, port: int) -> socket.socket:
    """Listen on an IPv4 or IPv6 address. `::` listens on both where the system can. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    both = host == "::" and socket.has_dualstack_ipv6()
    return socket.create_server((host, port), family=family, backlog=BACKLOG, dualstack_ipv6=both)


def address(host: str, port: int) -> str:
    """The host and port as they are written in a URL."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def allow_files() -> None:
    """Let this process open as many connections as the system permits, within reason."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError, ValueError):  # a sandbox may forbid it
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
        if soft != resource.RLIM_INFINITY and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
