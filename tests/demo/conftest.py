"""The demo, for a test: as a program of its own, or its view of phones in a town whose clock the test moves."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from demo import sample
from demo.one_night import BEGINS
from demo.phones_view import PhonesView
from demo.town import OUR_NUMBER, Town, town
from tests.inbound.house import unbroken

_STARTS_WITHIN = 60.0  # seconds; the promise is three, on an idle machine
STOPS_WITHIN = 60.0


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "dispatch", "demo", *arguments]


@dataclass(slots=True)
class RunningDemo:
    """`dispatch demo` in a process of its own."""

    process: subprocess.Popen[bytes]
    output: Path
    url: str = ""

    def said(self) -> str:
        """What it has printed so far."""
        return self.output.read_text(encoding="utf-8")

    def wait_for(self, words: str, seconds: float = 60.0) -> str:
        """Wait until it has printed `words`; returns everything printed."""
        ends = time.monotonic() + seconds
        while words not in (said := self.said()):
            assert self.process.poll() is None, said
            assert time.monotonic() < ends, f"no {words!r} in:\n{said}"
            time.sleep(0.02)
        return said

    def curl(self, path: str) -> str:
        """The whole command that it printed for `path`."""
        found = re.search(rf"^curl [^\n]*{re.escape(path)}\b.*?(?=\n\n)", self.said(), re.MULTILINE | re.DOTALL)
        assert found is not None, self.said()
        return found[0]

    def link(self, path: str) -> str:
        """The link that it printed, whose path begins with `path`."""
        found = re.search(rf"http://\S+{re.escape(path)}\S+", self.said())
        assert found is not None, self.said()
        return found[0]

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", int(self.url.rpartition(":")[2])

    def stop(self) -> int:
        """End it as Ctrl-C or a supervisor does; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOPS_WITHIN)


@contextmanager
def running_demo(folder: Path, *arguments: str) -> Iterator[RunningDemo]:
    """The demo on a free port, its temporary files in `folder`."""
    temporary = folder / "temporary"
    temporary.mkdir()
    output = folder / "output"
    environment = {**os.environ, "TMPDIR": str(temporary), "PYTHONUTF8": "1"}
    with output.open("wb") as out:
        process = subprocess.Popen(
            command("--port", "0", *arguments), stdout=out, stderr=subprocess.STDOUT, env=environment
        )
    demo = RunningDemo(process, output)
    try:
        said = demo.wait_for("What happens", _STARTS_WITHIN)
        found = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert found is not None, said
        demo.url = found[0]
        yield demo
    finally:
        process.kill()
        process.wait()


@contextmanager
def boards(demo: RunningDemo, number: int) -> Iterator[list[Iterator[str]]]:
    """The lines of so many boards that somebody has open; each has said something already."""
    with ExitStack() as stack:
        client = stack.enter_context(httpx.Client(timeout=60))
        assert client.get(demo.link("/demo/sign-in/")).status_code == 303
        answers = [stack.enter_context(client.stream("GET", f"{demo.url}/board/events")) for _ in range(number)]
        streams = [answer.iter_lines() for answer in answers]
        for lines in streams:
            assert any(line == "event: state" for line in lines)
        yield streams


@dataclass(slots=True)
class PageInTown:
    """`/phones` under a virtual clock. `call_outs` lists the agencies that its form opened call-outs for."""

    town: Town
    client: httpx.AsyncClient
    page: PhonesView
    call_outs: list[str]

    async def act(self, who: str, act: str, **form: str) -> httpx.Response:
        return await self.client.post(f"/phones/{who}/{act}", data=form)

    async def html(self) -> str:
        answer = await self.client.get("/phones")
        assert answer.status_code == 200, answer.text
        return unbroken(answer.text)

    async def call_out(self) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.town.agency_keys['LBPD']}"}
        answer = await self.client.post("/v1/callouts", json=sample.example_callout(), headers=headers)
        assert answer.status_code == 201, answer.text
        await self.town.settle()
        opened: dict[str, Any] = answer.json()
        return opened

    async def status(self, callout: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.town.agency_keys['LBPD']}"}
        found: dict[str, Any] = (await self.client.get(f"/v1/callouts/{callout['id']}", headers=headers)).json()
        return found


@pytest.fixture
async def phones(sqlite_url: str) -> AsyncIterator[PageInTown]:
    """The page of the sample town, at 02:14."""
    call_outs: list[str] = []

    async def call_out(agency: str) -> str:
        call_outs.append(agency)
        return "K7Q"

    async with town(sqlite_url, sample.roster_at(BEGINS), start=BEGINS) as place:
        page = PhonesView(place.carrier, OUR_NUMBER, place.service, place.roster, 1.0, call_out)
        place.service.web.include_router(page.router())
        async with httpx.AsyncClient(base_url=place.url, timeout=60) as client:
            yield PageInTown(place, client, page, call_outs)
        page.close()
