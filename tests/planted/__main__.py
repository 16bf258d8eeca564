"""`make mutate`: plants each fault in turn, and says which test has found it; fails when one survives."""

import argparse
import inspect
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from tests.planted.fault import Fault, trouble_with
from tests.planted.faults import FAULTS
from tests.planted.plugin import SAYS
from tests.postgres import SERVER_VARIABLE, running_postgres

_AT_ONCE = 2
_SECONDS = 300
"""How long the tests of one fault may take; a fault for which that is not enough names too many of them."""

# What `make test` runs: a fault that only a slow test finds has been committed by then.
_WHICH = ("--databases=one", "-m", "not alone and not slow")
_PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", *_WHICH)


def _looks_for(fault: Fault, paths: Sequence[str]) -> list[str]:
    return [*_PYTEST, "-x", "-p", "tests.planted.plugin", f"--plant={fault.name}", *paths]


@dataclass(frozen=True)
class Verdict:
    """`test` has found the fault. Without one, `why` says what became of the run."""

    fault: Fault
    seconds: float
    test: str | None = None
    why: str = ""

    def __str__(self) -> str:
        said = f"found by {self.test}" if self.test is not None else self.why
        return f"{self.seconds:5.0f} s  {self.fault.name}: {said}"


def _judge(fault: Fault, by: Sequence[str]) -> Verdict:
    began = time.monotonic()
    command = _looks_for(fault, by or fault.paths)
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return Verdict(fault, time.monotonic() - began, why=f"NOT JUDGED: not over after {_SECONDS} s")
    took, lines = time.monotonic() - began, ended.stdout.splitlines()
    said = [json.loads(line.removeprefix(SAYS)) for line in lines if line.startswith(SAYS)]
    came_of_it = said[-1] if said else {}
    if ended.returncode == 1 and came_of_it.get("found_by"):
        return Verdict(fault, took, came_of_it["found_by"])
    if ended.returncode == 0:
        return Verdict(fault, took, why="SURVIVED" + ("" if came_of_it["reached"] else ", since no test comes by it"))
    last = "\n".join([*lines[-20:], *ended.stderr.splitlines()[-20:]])
    return Verdict(fault, took, why=f"NOT JUDGED: pytest ended with {ended.returncode}\n{last}")


def _run(faults: Sequence[Fault], by: Sequence[str]) -> int:
    began = time.monotonic()
    with running_postgres() as server, ThreadPoolExecutor(_AT_ONCE) as several:
        os.environ[SERVER_VARIABLE] = server.url
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or each run would compile all of the service again
        verdicts = []
        try:
            for ended in as_completed([several.submit(_judge, fault, by) for fault in faults]):
                verdicts.append(ended.result())
                print(verdicts[-1], flush=True)
        finally:  # Ctrl-C ends what runs, and nothing more begins
            several.shutdown(cancel_futures=True)
        tests = sorted({verdict.test for verdict in verdicts if verdict.test is not None})
        print(f"the same {len(tests)} tests, without a fault…", flush=True)
        # A test that fails anyway has found nothing.
        sound = not tests or subprocess.run([*_PYTEST, *tests], check=False).returncode == 0
    at_large = [verdict for verdict in verdicts if verdict.test is None]
    found, minutes = len(verdicts) - len(at_large), (time.monotonic() - began) / 60
    print(f"{found} of {len(verdicts)} faults were found, in {minutes:.1f} minutes")
    for verdict in at_large:
        print(f"  {verdict.fault.name}: {verdict.why.splitlines()[0]}; {', '.join(by or verdict.fault.found_by)}")
    if not sound:
        print("  some of the tests that found a fault fail without one")
    return int(bool(at_large) or not sound)


def _check() -> int:
    troubles = [f"{fault.name}: {trouble}" for fault in FAULTS.values() if (trouble := trouble_with(fault))]
    print("\n".join(troubles) or f"{len(FAULTS)} faults can be planted")
    return int(bool(troubles))


def _list() -> int:
    for fault in FAULTS.values():
        says = " ".join((inspect.getdoc(fault.function) or "").split())
        print(f"{fault.name}\n    {says}\n    {fault.place}, to be found by {', '.join(fault.found_by)}")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutate", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these faults")
    parser.add_argument("--by", action="append", default=[], metavar="TESTS", help="look in these tests instead")
    parser.add_argument("--list", action="store_true", help="list all faults, and plant none")
    parser.add_argument("--check", action="store_true", help="only see that each still applies")
    given = parser.parse_args()
    if unknown := [name for name in given.names if name not in FAULTS]:
        parser.error(f"no fault is called {' or '.join(unknown)}: see --list")
    if given.list:
        return _list()
    if given.check:
        return _check()
    return _run([FAULTS[name] for name in given.names] or list(FAULTS.values()), given.by)


if __name__ == "__main__":
    sys.exit(main())
