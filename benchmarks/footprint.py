"""What the idle service costs: its memory, and how long it takes to start."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

from benchmarks.deployment import BOTH, Bench
from benchmarks.figures import Figure, median, ms
from benchmarks.processes import running

NAME = "footprint"


def figures(bench: Bench) -> Iterator[Figure]:
    bare = [_seconds_of(["-c", "import asyncio, sqlite3"]) for _ in range(5)]
    helped = [_seconds_of(["-m", "dispatch", "--help"]) for _ in range(5)]
    imported = [
        _seconds_of(["-c", "import dispatch.app, dispatch.inbound.all_doors, twilio.rest, uvicorn"]) for _ in range(3)
    ]
    rounds, idle = bench.count(3, 1), bench.count(10, 2)
    for engine in BOTH:
        starts = []
        with bench.database(engine) as deployed, bench.carrier() as carrier:
            for number in range(rounds):
                node = bench.node(deployed, carrier)
                with running(node.child):
                    starts.append(node.ready())
                    if number == rounds - 1:
                        time.sleep(idle)
                        memory = node.child.memory_mib()
                        before = node.child.cpu_seconds()
                        time.sleep(idle)
                        share = (node.child.cpu_seconds() - before) / idle
        yield Figure(
            f"resident memory of `dispatch serve`, idle, {engine}",
            "≤ 150 MiB",
            f"{memory:.0f} MiB",
            f"uses {share:.1%} of a core when idle; start of the process → ready: {ms(median(starts))} "
            f"(its imports alone {ms(median(imported))})",
            memory <= 150,
            "" if memory <= 150 else f"{memory - 150:.0f} MiB too much",
        )
    yield Figure("time of `dispatch --help`", "—", ms(median(helped)), f"an empty Python: {ms(median(bare))}", None)


def _seconds_of(arguments: list[str]) -> float:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment, timeout=60)
    return time.perf_counter() - began
