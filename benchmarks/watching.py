"""Our side of the viewers (see `benchmarks.viewers`): how many are live, and what each of them heard when."""

import contextlib
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.client import run
from benchmarks.deployment import Bench, Deployed, Node
from benchmarks.processes import Child, running

VIEWERS = 100
_LONGEST = 30.0


@dataclass(frozen=True, slots=True)
class Word:
    """Something that a viewer heard. `kind` is the event's name, or `lost`. `size` is in bytes."""

    at: float
    viewer: int
    kind: str
    digest: str
    size: int

    @property
    def is_live(self) -> bool:
        return self.kind in ("state", "beat")


class Audience:
    """The viewers. `shows` are the parts of the board that each digest stands for."""

    def __init__(self, child: Child, account: Path, count: int) -> None:
        self.child, self.count = child, count
        self._account = account.open()
        self._left = ""
        self.words: list[Word] = []
        self.shows: dict[str, frozenset[str]] = {}

    def close(self) -> None:
        self._account.close()

    def listen(self) -> list[Word]:
        """Everything that was heard so far."""
        *lines, self._left = (self._left + self._account.read()).split("\n")
        for line in lines:
            at, viewer, kind, digest, size, *shows = json.loads(line)
            self.words.append(Word(at, viewer, kind, digest, size))
            if shows:
                self.shows[digest] = frozenset(shows[0])
        return self.words

    def live_after(self, moment: float) -> dict[int, float]:
        """When each viewer that has heard a sign of life after `moment` heard its first."""
        found: dict[int, float] = {}
        for word in self.listen():
            if word.is_live and word.at > moment:
                found.setdefault(word.viewer, word.at)
        return found

    def all_live(self, moment: float = 0.0) -> float:
        """Wait until each has heard one after `moment`; returns when the last one did. Raises TimeoutError."""
        end = time.monotonic() + _LONGEST
        while len(live := self.live_after(moment)) < self.count:
            if time.monotonic() > end or not self.child.runs:
                raise TimeoutError(f"{len(live)} of {self.count} viewers are live")
            time.sleep(0.02)
        return max(live.values())


@contextlib.contextmanager
def watching(bench: Bench, deployed: Deployed, nodes: Sequence[Node], count: int = VIEWERS) -> Iterator[Audience]:
    """That many live viewers, spread over `nodes`, each signed in by themselves."""
    tokens = run(deployed.sessions(count))
    wanted = [(nodes[number % len(nodes)].url, token) for number, token in enumerate(tokens)]
    account = bench.folder / f"account-{time.monotonic_ns()}"
    account.touch()
    child = bench.child(
        "viewers", "-m", "benchmarks.viewers", str(account), environment={"VIEWERS": json.dumps(wanted)}
    )
    with running(child):
        audience = Audience(child, account, count)
        with contextlib.closing(audience):
            audience.all_live()
            yield audience
    account.unlink()
