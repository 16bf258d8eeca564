"""Plants one fault in a run of pytest: `python -m pytest -p tests.planted.plugin --plant=NAME …`."""

import json

import pytest

from tests.planted import fault
from tests.planted.faults import FAULTS

SAYS = "planted: "
"""How the line begins that says, as JSON, what came of it."""

_first_to_fail: list[str] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--plant", metavar="NAME", choices=list(FAULTS), required=True, help="the fault to plant")


def pytest_configure(config: pytest.Config) -> None:
    fault.plant(FAULTS[config.option.plant])


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed and fault.reached:
        _first_to_fail.append(report.nodeid)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    came_of_it = {"reached": bool(fault.reached), "found_by": _first_to_fail[0] if _first_to_fail else None}
    terminalreporter.write_line(SAYS + json.dumps(came_of_it))
