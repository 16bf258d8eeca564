"""Boards that people have open, in a process of their own: `python -m benchmarks.viewers ACCOUNT`.

`VIEWERS` in the environment is a JSON list of [address, token]. Each viewer holds the board's stream and comes back as
a browser's `EventSource` does. Each word that one of them hears is a line of the file ACCOUNT: when, which viewer, its
kind, its digest, its bytes; and, the first time that a digest is heard, the parts that its board shows.
"""

import asyncio
import contextlib
import json
import os
import sys
import time
from functools import partial
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import urlsplit

import httptools
import uvloop

_AGAIN_SECONDS = 0.5  # what the stream asks for by `retry`
_REFUSED_SECONDS = 1.0  # what the view's script waits for after an answer that is no stream


class Account:
    """What was heard, line by line, for whoever reads along."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._known: set[str] = set()

    def write(self, viewer: int, kind: str, digest: str = "", size: int = 0, data: str = "") -> None:
        line: list[Any] = [time.time(), viewer, kind, digest, size]
        if data and digest not in self._known:
            self._known.add(digest)
            line.append([id_ for slot in json.loads(data)["slots"].values() for id_, _ in slot])
        self._file.write(json.dumps(line) + "\n")


class Stream(asyncio.Protocol):
    """One connection; ends when either side closes it, or when the answer is no stream."""

    def __init__(self, viewer: int, account: Account, request: bytes) -> None:
        self._viewer, self._account, self._request = viewer, account, request
        self._parser: Any = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._left = b""
        self.digest = ""
        self.status = 0
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's transport is one in all but name
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if not self.ended.done():
            self.ended.set_result(None)

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()

    def on_message_complete(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def on_body(self, body: bytes) -> None:
        *events, self._left = (self._left + body).split(b"\n\n")
        for event in events:
            self._hear(event)

    def _hear(self, event: bytes) -> None:
        said = dict(line.split(": ", 1) for line in event.decode().split("\n"))
        if "event" in said:
            self.digest = said.get("id", self.digest)
            data = said["data"] if said["event"] == "state" else ""
            self._account.write(self._viewer, said["event"], self.digest, len(event) + 2, data)


async def _keep_looking(viewer: int, url: str, token: str, account: Account) -> None:
    where = urlsplit(url)
    assert where.hostname is not None
    assert where.port is not None
    digest = ""
    while True:
        request = _request(where.netloc, token, digest)
        wait = _AGAIN_SECONDS
        with contextlib.suppress(OSError):
            _, stream = await asyncio.get_running_loop().create_connection(
                partial(Stream, viewer, account, request), where.hostname, where.port
            )
            await stream.ended
            digest = stream.digest or digest
            account.write(viewer, "lost")
            if stream.status not in (0, 200):
                account.write(viewer, f"refused with {stream.status}")
                wait = _REFUSED_SECONDS
        await asyncio.sleep(wait)


def _request(host: str, token: str, digest: str) -> bytes:
    headers = [
        "GET /board/events HTTP/1.1",
        f"Host: {host}",
        "Accept: text/event-stream",
        f"Cookie: dispatch-session={token}",
        *([f"Last-Event-ID: {digest}"] if digest else []),
    ]
    return "\r\n".join([*headers, "", ""]).encode()


async def _look(account: Account) -> None:
    wanted = json.loads(os.environ["VIEWERS"])
    await asyncio.gather(*(_keep_looking(viewer, url, token, account) for viewer, (url, token) in enumerate(wanted)))


if __name__ == "__main__":
    with (
        Path(sys.argv[1]).open("w", buffering=1) as opened,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        runner.run(_look(Account(opened)))
