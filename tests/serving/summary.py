"""What an honest agency waited beside each flood, at the end of a run: also where all is well."""

from typing import Any, Protocol

import pytest

MEASURED = "beside a flood"
"""The property of a test under which its figures travel."""


class _Terminal(Protocol):
    def section(self, title: str) -> None: ...
    def write_line(self, line: str) -> None: ...


class Summary:
    """A plugin: gathers the figures of every process of the run, and prints them."""

    def __init__(self) -> None:
        self._measured: list[tuple[str, dict[str, Any]]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "teardown":
            name = report.nodeid.rpartition("::")[2]
            properties: list[tuple[str, Any]] = report.user_properties
            self._measured += [(name, figures) for key, figures in properties if key == MEASURED]

    def pytest_terminal_summary(self, terminalreporter: _Terminal) -> None:
        if not self._measured:
            return
        terminalreporter.section("95 of 100 call-outs beside a flood: answered, paged")
        for name, figures in sorted(self._measured):
            terminalreporter.write_line(_line(name, figures))


def _line(name: str, figures: dict[str, Any]) -> str:
    beside, quiet = ((figures[f"{when}answer"], figures[f"{when}page"]) for when in ("", "quiet_"))
    words = f"{name}: {beside[0]:.3f} s, {beside[1]:.3f} s (quiet {quiet[0]:.3f} s, {quiet[1]:.3f} s)"
    words += "".join(f", {what} {figures[what]:.3f} s" for what in ("text", "/healthz", "board") if what in figures)
    words += f", {figures['megabytes']:.0f} MiB" if "megabytes" in figures else ""
    stretch = figures["stretch"]
    return words if stretch == 1 else f"{words} -- the machine was busy: bounds stretched {stretch:.1f} times"
