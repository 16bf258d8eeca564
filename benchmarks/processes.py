"""Processes that a measurement starts. The law: whatever happens, each one is stopped by its own id and waited for."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_STOP_SECONDS = 15.0
_TICKS = os.sysconf("SC_CLK_TCK")


class DidNotStart(RuntimeError):
    """a process did not answer in time, or ended"""


class Child:
    """One of our programs in its own process; its output goes to `log`."""

    def __init__(
        self, arguments: Sequence[str], *, folder: Path, log: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self.log = log
        self.started_at = time.time()
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=folder,
                env={**_plain_environment(), **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def wait_for(self, url: str, *, seconds: float = 30.0) -> float:
        """Wait until `url` answers 200; returns the seconds since the start. Raises `DidNotStart`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not self.runs:
                raise DidNotStart(f"it ended with {self._process.returncode}: {self._last_words()}")
            with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return time.time() - self.started_at
            time.sleep(0.005)
        raise DidNotStart(f"no 200 from {url} within {seconds:.0f} s: {self._last_words()}")

    def kill(self) -> float:
        """SIGKILL; returns the moment at which it was sent."""
        at = time.time()
        self._process.kill()
        self._process.wait()
        return at

    def stop(self) -> None:
        """SIGTERM, and SIGKILL when that does not help. Stopping twice does no harm."""
        self.end(signal.SIGTERM)

    def end(self, how: signal.Signals) -> None:
        """Send this signal and wait, and SIGKILL when that does not help. Ending twice does no harm."""
        if not self.runs:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def cpu_seconds(self) -> float:
        """Processor time used so far, of user and system."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory_mib(self) -> float:
        """Resident memory."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise LookupError("no VmRSS")

    def _last_words(self) -> str:
        return self.log.read_text(errors="replace")[-600:].strip() or "it said nothing"


@contextlib.contextmanager
def running(child: Child) -> Iterator[Child]:
    try:
        yield child
    finally:
        child.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _plain_environment() -> dict[str, str]:
    """Our environment, without the variables that would set a service up differently from what the measurement says."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DISPATCH_")}
