"""A PostgreSQL for one test alone, which can be stopped, started and frozen. It keeps what it has committed."""

import contextlib
import os
import shlex
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.faults.deployment import until
from tests.postgres import Keeper, PostgresServer, kept_server


class OwnPostgres:
    """`server` is how to reach it while it runs."""

    def __init__(self, keeper: Keeper) -> None:
        self.server: PostgresServer = kept_server(keeper.folder)
        self._data = keeper.folder / "data"
        self._ours: subprocess.Popen[bytes] | None = None
        self._frozen: list[int] = []

    def stop_at_once(self) -> None:
        """An immediate shutdown: nobody is told, nothing is tidied up, the next start recovers from the log."""
        os.kill(self._pid(), signal.SIGQUIT)
        until(lambda: not self._state(), 30, "PostgreSQL has stopped")
        if self._ours is not None:
            self._ours.wait()

    def start(self) -> None:
        """Start it as it was started before, and wait until it takes connections."""
        owner = self._data.stat()
        as_owner = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        command = shlex.split((self._data / "postmaster.opts").read_text())
        with (self._data.parent / "log").open("ab") as output:
            self._ours = subprocess.Popen(
                command,
                cwd=self._data.parent,
                env={**os.environ, "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                **as_owner,  # type: ignore[call-overload]  # the types of each are right
            )
        until(lambda: self._state() == "ready", 60, "PostgreSQL takes connections")

    def freeze(self) -> None:
        """Freeze it and every process below it: connections stay open and nothing answers."""
        postmaster = self._pid()
        os.kill(postmaster, signal.SIGSTOP)  # first, so that it starts no more of them
        self._frozen = [postmaster, *_children(postmaster)]
        for pid in self._frozen[1:]:
            _tell(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        for pid in reversed(self._frozen):
            _tell(pid, signal.SIGCONT)
        self._frozen = []

    def close(self) -> None:
        self.thaw()
        if self._ours is not None and self._ours.poll() is None:
            self._ours.send_signal(signal.SIGQUIT)
            self._ours.wait()

    def _pid(self) -> int:
        return int((self._data / "postmaster.pid").read_text().splitlines()[0])

    def _state(self) -> str:
        """What the server says about itself; empty when there is none."""
        with contextlib.suppress(FileNotFoundError):
            lines = (self._data / "postmaster.pid").read_text().splitlines()
            return lines[7].strip() if len(lines) >= 8 else "starting"
        return ""


def _children(parent: int) -> list[int]:
    text = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(pid) for pid in text.split()]


def _tell(pid: int, what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, what)


@contextlib.contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    keeper = Keeper(durable=True)
    try:
        own = OwnPostgres(keeper)
        try:
            yield own
        finally:
            own.close()
    finally:
        keeper.stop()
