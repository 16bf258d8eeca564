"""SQLite runs out of disk space."""

import contextlib
import os
import random
import resource
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dispatch.store.schema import upgrade
from tests.faults.agency import Agency
from tests.faults.deployment import Deployment, Node, deployed, until
from tests.faults.verdict import Measure, judge, last_after, wait_until_paged

_BEFORE, _WHILE = 20, 40
_FULL_SECONDS = 2.0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MiB, twice what SQLite lets its log grow to, if one can be mounted here."""
    place = tmp_path / "disk"
    place.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", place], check=False, capture_output=True
        ).returncode
    ):
        pytest.skip("no file system can be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


@pytest.fixture
def on_small_disk(small_disk: Path, tmp_path: Path) -> Iterator[Deployment]:
    url = f"sqlite:///{small_disk}/dispatch.db"
    upgrade(url)
    with deployed(url, tmp_path) as one:
        yield one


def test_disk_full(on_small_disk: Deployment, small_disk: Path, seed: int, measure: Measure) -> None:
    """On a full disk an agency hears 503 and never a 201 without a row; with room again all goes on by itself."""
    ballast = small_disk / "ballast"

    def fill(_: Node) -> None:
        # Unbuffered, so that what did not fit is not written when the file closes.
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(4096)):
                pass
        assert not os.statvfs(small_disk).f_bavail

    _without_room(on_small_disk, fill, lambda _: ballast.unlink(), seed, measure)


def test_no_file_may_grow(on_sqlite: Deployment, seed: int, measure: Measure) -> None:
    """The same when no file of the service may grow; this also runs where nothing can be mounted."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(node: Node) -> None:
        file = Path(on_sqlite.database_url.removeprefix("sqlite:///"))
        largest = max(part.stat().st_size for part in file.parent.glob(f"{file.name}*"))
        resource.prlimit(node.child.pid, resource.RLIMIT_FSIZE, (largest, before[1]))

    _without_room(
        on_sqlite, fill, lambda node: resource.prlimit(node.child.pid, resource.RLIMIT_FSIZE, before), seed, measure
    )


def _without_room(
    deployment: Deployment, fill: Callable[[Node], object], free: Callable[[Node], object], seed: int, measure: Measure
) -> None:
    chance = random.Random(seed)
    carrier = deployment.carrier
    node = deployment.node().ready()
    early = Agency([node.url], deployment.agency_key, _BEFORE, chance).start()
    until(early.is_done, 60, "the service takes call-outs")
    agency = Agency([node.url], deployment.agency_key, _WHILE, chance, first=_BEFORE, pause=0.05).start()
    time.sleep(chance.uniform(0, 0.05))
    fill(node)
    try:
        until(lambda: agency.refused or agency.is_done(), 60, "an agency hears that there is no room")
        time.sleep(_FULL_SECONDS)
    finally:
        with contextlib.suppress(ProcessLookupError):
            free(node)
    freed_at, in_time = time.time(), dict(agency.taken_at)
    until(agency.is_done, 60, "the agency is done")
    wait_until_paged([early, agency], carrier, deployment.snapshot, 60)
    assert node.child.runs
    node.child.kill()  # not stopped: what was answered must not depend on a clean end
    left = deployment.remains()
    verdict = judge([early, agency], carrier, left, set())
    behind = {page.id for page in left.pages.values() if left.callouts[page.callout] in in_time}
    measure(
        taken=verdict.taken,
        lost=len(verdict.lost),
        doubled=len(verdict.doubled),
        unexcused=len(verdict.unexcused),
        refused=agency.refused,
        recovery=max(last_after(carrier.first(), behind, freed_at), agency.heard_again(freed_at)),
    )
    verdict.holds()
    assert agency.refused, "the disk was never full"
