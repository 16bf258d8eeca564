"""`python -m tests.faults.record faults.xml…` prints the results of the runs in these JUnit reports, as a table."""

import re
import statistics
import sys
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

_FAULTS = {
    "test_killed_under_load": "service killed (SIGKILL) twice under load, and started again",
    "test_restarted_under_load": "PostgreSQL shut down at once under load, and started again",
    "test_frozen_under_load": "PostgreSQL frozen under load, two nodes",
    "test_disk_full": "disk full",
    "test_no_file_may_grow": "no file may grow (`RLIMIT_FSIZE`)",
    "test_killed_and_started_again": "carrier killed, and another started in its place",
    "test_frozen": "carrier frozen",
    "test_frozen_past_the_takeover": "node of two frozen past the take-over, and woken",
    "test_frozen_inside_a_transaction": "node of two frozen with rows locked, and woken",
    "test_one_of_three_killed": "node of three killed (SIGKILL) under load",
    "test_nobody_hears_the_bell": "listening connections cut again and again",
}
_SQLITE = {"test_disk_full", "test_no_file_may_grow", "test_killed_and_started_again"}
_HEAD = ("fault", "database", "runs", "failed", "call-outs", "lost", "in doubt", "twice", "recovery p50", "worst")
_MORE = ("sent again p50", "worst")

Values = dict[str, float]


def runs(report: Path) -> Iterator[tuple[str, str, bool, Values]]:
    """Each run's fault, database, whether it held, and what was measured."""
    for case in ET.parse(report).iter("testcase"):
        name = re.match(r"(\w+)(?:\[(.*)\])?", case.get("name", ""))
        if name is None or name[1] not in _FAULTS or case.find("skipped") is not None:
            continue
        database = "SQLite" if name[1] in _SQLITE or "sqlite" in (name[2] or "") else "PostgreSQL"
        held = case.find("failure") is None and case.find("error") is None
        found = {entry.get("name", ""): float(entry.get("value", "")) for entry in case.iter("property")}
        yield name[1], database, held, found


def table(reports: Sequence[Path]) -> Iterator[str]:
    """One row for each fault and database."""
    rows: dict[tuple[str, str], list[tuple[bool, Values]]] = defaultdict(list)
    for report in reports:
        for fault, database, held, measured in runs(report):
            rows[fault, database].append((held, measured))
    yield _row([*_HEAD, *_MORE])
    yield _row(["---"] * len([*_HEAD, *_MORE]))
    for fault, database in sorted(rows, key=lambda row: (list(_FAULTS).index(row[0]), row[1])):
        found = rows[fault, database]
        values = [measured for _, measured in found]
        yield _row(
            [
                _FAULTS[fault],
                database,
                str(len(found)),
                str(sum(not held for held, _ in found)),
                *(_sum(values, name) for name in ("taken", "lost", "unsure", "doubled")),
                *_spread(values, "recovery"),
                *_spread(
                    [measured for measured in values if measured.get("recovery_cut_off", 0) > 0], "recovery_cut_off"
                ),
            ]
        )


def _sum(values: Sequence[Values], name: str) -> str:
    return f"{sum(measured.get(name, 0) for measured in values):,.0f}"


def _spread(values: Sequence[Values], name: str) -> tuple[str, str]:
    seconds = [measured[name] for measured in values if name in measured]
    return (f"{statistics.median(seconds):.2f} s", f"{max(seconds):.2f} s") if seconds else ("–", "–")


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    print("\n".join(table([Path(report) for report in sys.argv[1:]])))  # noqa: T201  # its purpose
