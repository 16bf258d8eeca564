"""More call-outs than can be paged, at the real `dispatch serve`: intake waits, and keeps out only whoever floods."""

import asyncio
import itertools
import random
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from dispatch.rules import overload
from tests.serving.flooding import standing

_numbers = itertools.count(15625552000)


def _officer() -> dict[str, Any]:
    """A request to open a call-out that is like no other."""
    return {"officer": {"callback_phone": f"+{next(_numbers)}"}}


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.alone
@pytest.mark.timeout(180)
async def test_more_call_outs_than_can_be_paged(database_url: str, tmp_path: Path) -> None:
    """An agency's program opens call-outs faster than the carrier takes pages: it is told to send again after
    five seconds; what was answered 201 is paged in its time; and an agency with nobody waiting is answered at once."""
    async with standing(tmp_path, database_url) as place:
        place.carrier.slow = lambda _to, _body: random.uniform(1, 3)  # not all at the same moment
        opened: dict[str, float] = {}
        turned_away: list[tuple[float, httpx.Response]] = []
        until = time.monotonic() + 11

        async def program() -> None:
            async with httpx.AsyncClient(base_url=place.server.url, timeout=30) as web:
                while time.monotonic() < until:
                    began = time.monotonic()
                    answer = await web.post("/v1/callouts", json=_officer(), headers=_bearer(place.server.key))
                    if answer.status_code == 201:
                        opened[answer.json()["code"]] = time.monotonic()
                    else:
                        turned_away.append((time.monotonic() - began, answer))

        programs = [asyncio.create_task(program()) for _ in range(64)]
        await asyncio.sleep(9)
        began = time.monotonic()
        async with httpx.AsyncClient(base_url=place.server.url, timeout=30) as web:
            other = await web.post("/v1/callouts", json=_officer(), headers=_bearer(place.server.others_key))
        waited = time.monotonic() - began
        await asyncio.gather(*programs)

        assert other.status_code == 201
        assert waited < overload.PATIENCE_SECONDS, "nobody of theirs waited to be paged"
        assert turned_away
        for seconds, answer in turned_away:
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "10"
            assert "was not opened; send it again with the same idempotency key" in answer.json()["detail"]
            assert seconds >= overload.PATIENCE_SECONDS, "intake waits first"
        async with asyncio.timeout(60):
            while opened.keys() - place.carrier.paged.keys():  # noqa: ASYNC110  # the times are noted elsewhere
                await asyncio.sleep(0.1)
        latest = max(place.carrier.paged[code] - at for code, at in opened.items())
        # The carrier takes 48 a second. With all of them let in at once, the last of 4,000 would be paged after 80 s.
        assert latest < 45, f"{latest:.1f} s for {len(opened)}"
        async with asyncio.timeout(60):  # coordinators are told, behind those pages
            while not any("more call-outs come in" in text for _, _, text in place.carrier.texts):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
