"""What tests cost: a table at the end of a run, and the law that keeps `make test` short.

Processor time is counted, not the clock on the wall: it is the test's own, whatever runs beside it. A machine that is
slower, or that shares its cores with others, takes more of it, so the law compares it with a fixed piece of work.
"""

import math
import os
import statistics
import time
from collections import defaultdict
from collections.abc import Generator
from typing import Any, Protocol

import pytest

MOST_SECONDS = 1.0
"""Of its process's processor time. A test that takes more is marked: as `slow`, which leaves it to `make test-all`, or
with what it `costs`."""
_WORK_SECONDS = 0.008
"""How long `_work` took on the machine that a second is measured by."""
_COST = "processor seconds"
_SHOWN = 10


class _Terminal(Protocol):
    def section(self, title: str) -> None: ...
    def write_line(self, line: str) -> None: ...


class Costs:
    """A plugin. `law` says whether a test that costs more than it may fails."""

    def __init__(self, *, law: bool) -> None:
        self._law = law
        self._begun = 0.0
        self._seconds: dict[str, float] = defaultdict(float)
        self._processor: dict[str, float] = {}

    # ---- in the process that runs the test ---------------------------------------------------------------------------

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, None, None]:
        self._begun = time.process_time()
        yield

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
        """What is made once for many tests is charged to none of them."""
        begun = time.process_time()
        try:
            return (yield)
        finally:
            if fixturedef.scope != "function":
                self._begun += time.process_time() - begun

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, None, None]:
        yield
        cost = time.process_time() - self._begun
        item.user_properties.append((_COST, cost))
        if self._law and cost > (most := _most_seconds(item)) and (seconds := cost / _slowness()) > most:
            pytest.fail(
                f"it took {seconds:.1f} s of processor time, and {most:.0f} s is the most: make it cheaper, or mark it "
                "`slow`, which leaves it to `make test-all`",
                pytrace=False,
            )

    # ---- in the process that reports ---------------------------------------------------------------------------------

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds[report.nodeid] += report.duration
        if report.when == "teardown":
            properties: dict[str, Any] = dict(report.user_properties)
            self._processor[report.nodeid] = properties.get(_COST, 0.0)

    def pytest_terminal_summary(self, terminalreporter: _Terminal) -> None:
        if len(self._seconds) <= _SHOWN:
            return
        folders: dict[str, list[str]] = defaultdict(list)
        for test in self._seconds:
            folders["/".join(test.partition("::")[0].split("/")[:2])].append(test)
        terminalreporter.section("what each folder took: seconds, of them processor, tests")
        for folder, tests in sorted(folders.items(), key=lambda one: -self._took(one[1])):
            processor = sum(self._processor.get(test, 0.0) for test in tests)
            terminalreporter.write_line(f"{self._took(tests):7.1f} {processor:7.1f} {len(tests):6}  {folder}")
        terminalreporter.section(f"the {_SHOWN} slowest tests: seconds, of them processor")
        for test in sorted(self._seconds, key=self._seconds.__getitem__, reverse=True)[:_SHOWN]:
            terminalreporter.write_line(f"{self._seconds[test]:7.1f} {self._processor.get(test, 0.0):7.1f}  {test}")

    def _took(self, tests: list[str]) -> float:
        return sum(self._seconds[test] for test in tests)


def _most_seconds(item: pytest.Item) -> float:
    if any(map(item.get_closest_marker, ("slow", "alone"))):
        return math.inf
    marked = item.get_closest_marker("costs")
    return MOST_SECONDS if marked is None else float(marked.args[0])


def _slowness() -> float:
    """How many times longer work takes now than on the machine that a second is measured by. Where more processes want
    to run than there are cores, going from one to the other costs as well."""
    crowded = max(os.getloadavg()[:2]) / (4 / 3 * (os.cpu_count() or 1))  # of this minute, or of the last five
    return max(1.0, crowded, statistics.median(_work() for _ in range(9)) / _WORK_SECONDS)


def _work() -> float:
    begun = time.process_time()
    sum(number * number for number in range(200_000))
    return time.process_time() - begun
