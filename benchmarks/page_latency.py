"""201 answered → request at the carrier, with nothing else to do: the figure that matters most."""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import asyncpg
import sqlalchemy as sa

from benchmarks.client import Answer, connections, one_after_another, post, run
from benchmarks.deployment import (
    ACCOUNT_SID,
    BOTH,
    FIRST_PHONE,
    OUR_NUMBER,
    SQLITE,
    Bench,
    Carrier,
    callout_requests,
)
from benchmarks.figures import Figure, latency, median, ms, spread

NAME = "page_latency"
_WARM_UP = 30
_PAUSE = 0.025  # long enough for the last call-out's page to be sent and recorded


def figures(bench: Bench) -> Iterator[Figure]:
    count = bench.count(500, 300)
    commits = {SQLITE: f"{_sqlite_commits(bench.folder):,.0f}", **_postgres_commits(bench)}
    for engine in BOTH:
        # The carrier's callbacks would come 0.2 s later, during the next call-out, and the service would not be idle.
        with (
            bench.database(engine) as deployed,
            bench.carrier(tells=False) as carrier,
            bench.serving(deployed, carrier) as node,
        ):
            requests = callout_requests(deployed.agency_key, _WARM_UP + count)
            answers = _send(node.url, requests)[_WARM_UP:]
            carrier.wait_for(len(requests), seconds=5)
            there = _carrier_alone(carrier, count)
        if any(answer.status != 201 for answer in answers):
            raise AssertionError(
                f"not every call-out was taken: {[answer.status for answer in answers if answer.status != 201]}"
            )
        arrived = carrier.first_pages()
        after_answer = [arrived[answer.json()["code"]] - answer.answered_at for answer in answers]
        after_sending = [arrived[answer.json()["code"]] - answer.sent_at for answer in answers]
        yield latency(
            f"201 answered → request at the carrier, idle, {engine}",
            after_answer,
            f"POST sent → 201: {spread([answer.seconds for answer in answers])}; "
            f"POST sent → carrier: {spread(after_sending)}; "
            f"a request to the carrier and back: p50 {ms(there)}; "
            f"raw commits/s: {commits[engine]}",
            p50=0.005,
            p99=0.025,
            noted="a span below zero: the page was at the carrier before the caller had its answer"
            if min(after_answer) < 0
            else "",
        )


def _send(url: str, requests: list[bytes], *, pause: float = _PAUSE) -> list[Answer]:
    async def send() -> list[Answer]:
        async with connections(url, 1) as opened:
            return await one_after_another(opened[0], requests, pause=pause)

    return run(send())


def _carrier_alone(carrier: Carrier, count: int) -> float:
    form = urlencode({"To": FIRST_PHONE, "From": OUR_NUMBER, "Body": "measured"}).encode()
    request = post(f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json", form).replace(
        b"application/json\r\n",
        f"application/x-www-form-urlencoded\r\nAuthorization: {carrier.authorization}\r\n".encode(),
    )
    return median([answer.seconds for answer in _send(carrier.url, [request] * min(count, 100), pause=0.0)])


def _sqlite_commits(folder: Path, seconds: float = 1.0) -> float:
    file = folder / "commits.db"
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE one (id INTEGER PRIMARY KEY, text TEXT)")
        count, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            connection.execute("INSERT INTO one (text) VALUES ('a page')")
            count += 1
        return count / (time.perf_counter() - began)


def _postgres_commits(bench: Bench, seconds: float = 1.0) -> dict[str, str]:
    url = sa.make_url(bench.postgres.create_database("commits"))
    where = {name: str(value) for name, value in url.query.items()}

    async def insert(connection: asyncpg.Connection, end: float) -> int:
        count = 0
        while time.perf_counter() < end:
            await connection.execute("INSERT INTO one (text) VALUES ('a page')")
            count += 1
        return count

    async def rate(clients: int) -> float:
        opened = [
            await asyncpg.connect(user=url.username, database=url.database, host=where["host"]) for _ in range(clients)
        ]
        try:
            await opened[0].execute("CREATE TABLE IF NOT EXISTS one (id bigserial PRIMARY KEY, text text)")
            end = time.perf_counter() + seconds
            return sum(await asyncio.gather(*(insert(connection, end) for connection in opened))) / seconds
        finally:
            for connection in opened:
                await connection.close()

    one, several = run(rate(1)), run(rate(16))
    bench.postgres.drop_database("commits")
    return {"PostgreSQL": f"{one:,.0f} from one client, {several:,.0f} from 16"}
