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


async def _ask(port: int, request: bytes, hold: bool, leave: bool, held: list[asyncio.StreamWriter]) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    if hold:
        held.append(writer)
        await asyncio.sleep(_HELD_PAUSE)
        return 0
    try:
        answer = await (reader.readline() if leave else reader.read())
    finally:
        writer.close()
    return int(answer.split(b" ", 2)[1]) if answer else 0


async def _ask_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    if length:
        await reader.readexactly(int(length[1]))
    elif b"chunked" in head:
        await reader.readuntil(b"0\r\n\r\n")
    return int(head.split(b" ", 2)[1])


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    """A frame of HTTP/2 (RFC 9113, section 4.1)."""
    return len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + payload


async def _ask_by_http2(port: int, path: bytes, streams: int, answers: Counter[int]) -> None:
    """Ask for a path on so many streams of one connection, each again as soon as it is answered. Of statuses only those
    with an index in HPACK (RFC 7541, appendix A) are read; any other counts as 503."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    fields = b"\x82\x86\x04" + bytes((len(path),)) + path + b"\x01\x01x"  # GET, http, :path, :authority
    numbers = itertools.count(1, 2)

    def ask() -> None:
        writer.write(_frame(1, 5, next(numbers), fields))

    writer.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + _frame(4, 0, 0, b""))
    for _ in range(streams):
        ask()
    try:
        while True:
            head = await reader.readexactly(9)
            payload = await reader.readexactly(int.from_bytes(head[:3], "big"))
            kind, flags = head[3], head[4]
            if kind == 4 and not flags & 1:
                writer.write(_frame(4, 1, 0, b""))
            elif kind == 6 and not flags & 1:
                writer.write(_frame(6, 1, 0, payload))
            elif kind == 0 and payload:
                writer.write(_frame(8, 0, 0, len(payload).to_bytes(4, "big")))
            elif kind == 1:
                answers[{0x88: 200, 0x8D: 404}.get(payload[0], 503)] += 1
            if kind == 3 or (kind in (0, 1) and flags & 1):
                ask()
    finally:
        writer.close()


async def _flood(
    port: int, clients: int, requests: list[bytes], hold: bool, at_first: int, stay: bool, leave: bool, streams: int
) -> Counter[int]:
    answers: Counter[int] = Counter()
    held: list[asyncio.StreamWriter] = []
    again = itertools.cycle(requests)
    ended = asyncio.Event()

    async def staying() -> None:
        if streams:
            await _ask_by_http2(port, next(again), streams, answers)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            while not ended.is_set():
                answers[await _ask_on(reader, writer, next(again))] += 1
        finally:
            writer.close()

    async def client() -> None:
        while stay and not ended.is_set():
            with suppress(OSError, asyncio.IncompleteReadError):
                await staying()
        while not ended.is_set():
            status = 0
            with suppress(OSError):
                status = await _ask(port, next(again), hold, leave, held)
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
    shape = (asked["hold"], asked["at_first"], asked["stay"], asked["leave"], asked["streams"])
    _tell(json.dumps(asyncio.run(_flood(asked["port"], asked["clients"], requests, *shape))))


if __name__ == "__main__":
    main()
