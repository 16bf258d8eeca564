"""More call-outs than can be paged, at the real `dispatch serve`: intake waits, and keeps out only whoever floods."""

import asyncio
import itertools
import random
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import pytest

from dispatch.rules import overload
from tests.serving.flooding import CALLOUT_SECONDS, PAGE_SECONDS, standing

_numbers = itertools.count(15625552000)


def _officer() -> dict[str, Any]:
    """A request to open a call-out that is like no other."""
    return {"officer": {"callback_phone": f"+{next(_numbers)}"}}


class Answer(NamedTuple):
    at: float
    status: int
    headers: Mapping[str, str]
    body: Any


_LASTS = 11  # seconds
_PROGRAMS = 400  # with fewer, each would wait less than five seconds until its turn comes
_PATIENTLY = overload.PATIENCE_SECONDS + 1


@pytest.mark.alone
@pytest.mark.timeout(180)
async def test_more_call_outs_than_can_be_paged(database_url: str, tmp_path: Path) -> None:
    """An agency's program opens call-outs faster than the carrier takes pages: it is told to send again after
    five seconds, and what was answered 201 is paged in its time. Another agency is answered and paged as ever."""
    async with standing(tmp_path, database_url) as place:
        place.carrier.slow = lambda _to, _body: random.uniform(1, 3)  # not all at the same moment
        opened: dict[str, float] = {}
        turned_away: list[tuple[float, Answer]] = []
        until = time.monotonic() + _LASTS

        async def send(key: str) -> tuple[float, Answer]:
            """When it was sent, and what came back."""
            began = time.monotonic()
            async with web.post("/v1/callouts", json=_officer(), headers={"Authorization": f"Bearer {key}"}) as answer:
                return began, Answer(time.monotonic(), answer.status, answer.headers, await answer.json())

        async def program() -> None:
            while time.monotonic() < until:
                began, answer = await send(place.server.key)
                if answer.status == 201:
                    opened[answer.body["code"]] = answer.at
                else:
                    turned_away.append((answer.at - began, answer))

        async with aiohttp.ClientSession(place.server.url, connector=aiohttp.TCPConnector(limit=0)) as web:
            programs = [asyncio.create_task(program()) for _ in range(_PROGRAMS)]
            others = []
            while time.monotonic() < until:
                await asyncio.sleep(0.4)
                others.append(asyncio.create_task(send(place.server.others_key)))
            await asyncio.gather(*programs)
            theirs = await asyncio.gather(*others)

        assert turned_away
        for seconds, answer in turned_away:
            assert answer.status == 503
            assert answer.headers["Retry-After"] == "10"
            assert "was not opened; send it again with the same idempotency key" in answer.body["detail"]
            assert overload.PATIENCE_SECONDS <= seconds < _PATIENTLY, "intake waits first"
        async with asyncio.timeout(60):
            while opened.keys() - place.carrier.paged.keys():  # noqa: ASYNC110  # the times are noted elsewhere
                await asyncio.sleep(0.1)
        assert {answer.status for _, answer in theirs} == {201}
        answered = max(answer.at - began for began, answer in theirs)
        paged = max(place.carrier.paged[answer.body["code"]] - began for began, answer in theirs)
        latest = max(place.carrier.paged[code] - at for code, at in opened.items())
        assert answered < CALLOUT_SECONDS
        assert paged < PAGE_SECONDS
        # Until a page has waited long, nobody knows that this is no storm. The carrier takes 48 a second, so the last
        # of a thousand leaves after 21 s.
        assert latest < 30, f"{latest:.1f} s for {len(opened)}"
        async with asyncio.timeout(60):  # coordinators are told, behind those pages
            while not any("more call-outs come in" in text for _, _, text in place.carrier.texts):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
