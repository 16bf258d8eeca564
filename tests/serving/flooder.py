"""Strangers, in a process of their own, so that the process that measures does no work for them.

Reads one line of JSON (`Flood` in `flooding.py`), says "begun" after the first answers, and floods until its input
ends. Then it says how many answers there were of each status; 0 are connections without one.
"""

import asyncio
import itertools
import json
import re
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

_HELD_PAUSE = 0.1


class Flooder:
    """`answers` counts what was answered; `_held` are connections that nobody closes."""

    def __init__(self, port: int, requests: Sequence[str]) -> None:
        self._port = port
        self._requests = itertools.cycle([request.encode("latin-1") for request in requests])
        self._held: list[asyncio.StreamWriter] = []
        self.answers: Counter[int] = Counter()

    async def flood(self, clients: int, way: str, at_first: int) -> None:
        for _ in range(at_first):
            await self._hold()
        does = {"stays": self._stay, "leaves": self._leave, "holds": self._wait, "http2": self._ask_by_http2}[way]
        flooding = [asyncio.create_task(self._again(does)) for _ in range(clients)]
        while self.answers.total() < clients:  # noqa: ASYNC110  # counted elsewhere
            await asyncio.sleep(0.01)
        _tell("begun")
        await asyncio.to_thread(sys.stdin.read)
        for task in flooding:
            task.cancel()
        for writer in self._held:
            writer.transport.abort()

    async def _again(self, does: Callable[[], Awaitable[None]]) -> None:
        while True:
            with suppress(OSError, asyncio.IncompleteReadError):
                await does()

    async def _stay(self) -> None:
        """Ask again on the same connection, as soon as it is answered."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            while True:
                writer.write(next(self._requests))
                head = await reader.readuntil(b"\r\n\r\n")
                if length := re.search(rb"content-length: (\d+)", head, re.IGNORECASE):
                    await reader.readexactly(int(length[1]))
                elif b"chunked" in head:
                    await reader.readuntil(b"0\r\n\r\n")
                self.answers[int(head.split(b" ", 2)[1])] += 1
        finally:
            writer.close()

    async def _leave(self) -> None:
        """Ask once, and be gone when the first line is there."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(next(self._requests))
        try:
            line = await reader.readline()
        finally:
            writer.close()
        self.answers[int(line.split(b" ", 2)[1]) if line else 0] += 1

    async def _wait(self) -> None:
        """Open one more connection, which waits for no answer, every tenth of a second."""
        await self._hold()
        await asyncio.sleep(_HELD_PAUSE)
        self.answers[0] += 1

    async def _hold(self) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(next(self._requests))
        self._held.append(writer)

    async def _ask_by_http2(self) -> None:
        """Ask for an address where there is no door on a hundred streams of one connection, each again as soon as it is
        answered. Of statuses only those with an index in HPACK (RFC 7541, appendix A) are read; others count as 503."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        fields = b"\x82\x86\x04\x08/nothing\x01\x01x"  # GET, http, :path, :authority
        asks = (_frame(1, 5, stream, fields) for stream in itertools.count(1, 2))
        writer.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + _frame(4, 0, 0, b""))
        writer.writelines(itertools.islice(asks, 100))
        try:
            while True:
                head = await reader.readexactly(9)
                payload = await reader.readexactly(int.from_bytes(head[:3], "big"))
                kind, flags = head[3], head[4]
                if kind in (4, 6) and not flags & 1:  # settings and pings are acknowledged
                    writer.write(_frame(kind, 1, 0, payload if kind == 6 else b""))
                elif kind == 0 and payload:
                    writer.write(_frame(8, 0, 0, len(payload).to_bytes(4, "big")))
                elif kind == 1:
                    self.answers[{0x88: 200, 0x8D: 404}.get(payload[0], 503)] += 1
                if kind == 3 or (kind in (0, 1) and flags & 1):
                    writer.write(next(asks))
        finally:
            writer.close()


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    """A frame of HTTP/2 (RFC 9113, section 4.1)."""
    return len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + payload


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    asked = json.loads(sys.stdin.readline())
    flooder = Flooder(asked["port"], asked["requests"])
    asyncio.run(flooder.flood(asked["clients"], asked["way"], asked["at_first"]))
    _tell(json.dumps(flooder.answers))


if __name__ == "__main__":
    main()
