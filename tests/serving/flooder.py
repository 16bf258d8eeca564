"""Strangers, in a process of their own, so that the process that measures does no work for them.

Reads one line of JSON (`Flood` in `flooding.py`), says "begun" after the first answers, and floods until its input
ends. Then it says how many answers there were of each status; 0 are connections that ended without one.
"""

import asyncio
import itertools
import json
import re
import sys
from collections import Counter
from contextlib import suppress

_HELD_PAUSE = 0.1
_LAST_ANSWERS = 0.5  # seconds; what comes later is cut off, since all that was to be measured has been


async def _ask(port: int, request: bytes, hold: bool, held: list[asyncio.StreamWriter]) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    if hold:
        held.append(writer)
        await asyncio.sleep(_HELD_PAUSE)
        return 0
    try:
        answer = await reader.read()
    finally:
        writer.close()
    return int(answer.split(b" ", 2)[1]) if answer else 0


async def _ask_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    await reader.readexactly(int(length[1]) if length else 0)
    return int(head.split(b" ", 2)[1])


async def _flood(port: int, clients: int, requests: list[bytes], hold: bool, at_first: int, stay: bool) -> Counter[int]:
    answers: Counter[int] = Counter()
    held: list[asyncio.StreamWriter] = []
    again = itertools.cycle(requests)
    ended = asyncio.Event()

    async def staying() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        held.append(writer)
        while not ended.is_set():
            answers[await _ask_on(reader, writer, next(again))] += 1

    async def client() -> None:
        while stay and not ended.is_set():
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await staying()
        while not ended.is_set():
            status = 0
            with suppress(ConnectionError):
                status = await _ask(port, next(again), hold, held)
            answers[status] += 1

    for _ in range(at_first):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(next(again))
        held.append(writer)
    flooding = [asyncio.create_task(client()) for _ in range(clients)]
    while answers.total() < clients:  # noqa: ASYNC110  # counted elsewhere
        await asyncio.sleep(0.01)
    _tell("begun")
    await asyncio.to_thread(sys.stdin.read)
    ended.set()
    _, late = await asyncio.wait(flooding, timeout=_LAST_ANSWERS)
    for task in late:
        task.cancel()
    for writer in held:
        writer.transport.abort()
    return answers


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    asked = json.loads(sys.stdin.readline())
    requests = [request.encode("latin-1") for request in asked["requests"]]
    flood = _flood(asked["port"], asked["clients"], requests, asked["hold"], asked["at_first"], asked["stay"])
    _tell(json.dumps(asyncio.run(flood)))


if __name__ == "__main__":
    main()
