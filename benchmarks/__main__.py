"""`python -m benchmarks [NAME …] [--quick]`: measure, print the table; a whole run also writes `RESULTS.md`."""

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import (
    board,
    board_paint,
    claiming,
    county,
    deadline_latency,
    footprint,
    hotline,
    late_yes,
    node_killed,
    page_latency,
    reports,
    response_times_page,
    restart,
    roster,
    shift_starts,
    storm,
    strangers,
)
from benchmarks.deployment import Bench
from benchmarks.figures import Figure
from benchmarks.report import Progress, machine, markdown, table
from benchmarks.seed import postgres_version
from dispatch import logs

_ALL: dict[str, Callable[[Bench], Iterator[Figure]]] = {
    measurement.NAME: measurement.figures
    for measurement in (
        page_latency, hotline, late_yes, deadline_latency, claiming, storm, strangers, node_killed, restart,
        board, board_paint, reports, response_times_page, roster, shift_starts, footprint, county,
    )
}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to measure, all if left out: {', '.join(_ALL)}")
    parser.add_argument("--quick", action="store_true", help="fewer and smaller, in about two minutes")
    given = parser.parse_args()
    if unknown := sorted(set(given.names) - set(_ALL)):
        parser.error(f"nothing is called {', '.join(unknown)}; there are {', '.join(_ALL)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that SIGTERM, too, stops every child
    logs.configure("ERROR")  # what the benchmarks do in this process is no news, and hides the table
    load_before, began = os.getloadavg()[0], time.monotonic()
    figures: list[Figure] = []
    failures = 0
    with tempfile.TemporaryDirectory(prefix="dispatch-bench-") as folder:
        bench = Bench(Path(folder), quick=given.quick)
        try:
            progress = Progress()
            for name in given.names or _ALL:
                try:
                    figures += _ALL[name](bench)
                except Exception as error:
                    # A measurement that fails must not stop the others, but the table must show it.
                    failures += 1
                    figures.append(Figure(name, "—", f"could not be measured: {error!r:.300}", holds=None))
                print(progress.said(name), file=sys.stderr, flush=True)
            described = machine(postgres_version(bench.postgres.url), load_before)
        finally:
            bench.close()
    print("\n".join(["", *described, "", table(figures)]))
    if not given.names and not given.quick and not failures:
        results = Path(__file__).with_name("RESULTS.md")
        results.write_text(markdown(figures, described, time.monotonic() - began))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
