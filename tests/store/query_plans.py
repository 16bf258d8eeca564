"""How SQLite finds what the store asks for."""

import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch.store.engine.sqlite import sqlite_engine


def indexes_used(url: str, ask: Callable[[Connection], object], reads: str) -> set[str]:
    """The indexes through which `ask` reads call-outs; for a step without an index, the step as SQLite tells it. Steps
    count that `reads` matches."""
    engine = sqlite_engine(sa.make_url(url), writes=False)
    asked: list[str] = []
    with engine.connect() as tx:
        driver: Any = tx.connection.driver_connection
        driver.set_trace_callback(asked.append)  # with their values
        ask(tx)
        driver.set_trace_callback(None)
        plans = [
            step[3]
            for statement in asked
            if "callout" in statement
            for step in driver.execute(f"EXPLAIN QUERY PLAN {statement}")
            if re.search(reads, step[3])
        ]
    engine.dispose()
    return {match[1] if (match := re.search(r"INDEX (\w+) ?", plan)) else plan for plan in plans}
