"""Floods in this process, which ask who comes first. How long anybody waits is asked by the tests marked `alone`."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from dispatch.store.delivery.pages import Lane
from dispatch.town import Town, town
from dispatch.worker import sender
from tests.stories.story import NIGHT, ROSTER

_STRANGERS = 200
_STORM = 12


@pytest.fixture
async def crowded(sqlite_url: str) -> AsyncIterator[Town]:
    async with town(sqlite_url, ROSTER, start=NIGHT) as deployed:
        yield deployed


async def _call_out(web: httpx.AsyncClient, deployed: Town, agency: str, number: int = 0) -> str:
    """Its code."""
    officer = {"officer": {"callback_phone": f"+1562555{number:04}"}}
    key = {"Authorization": f"Bearer {deployed.agency_keys[agency]}"}
    answer = await web.post("/v1/callouts", json=officer, headers=key)
    assert answer.status_code == 201
    code: str = answer.json()["code"]
    return code


async def test_a_call_out_overtakes_strangers(crowded: Town) -> None:
    """Two hundred strangers ask for a page that waits for nothing, each again in the turn after its answer: a call-out
    that comes behind them is opened before each of them has been answered once."""
    answered, over = 0, False

    async def stranger() -> None:
        nonlocal answered
        while not over:
            await web.get("/nope", headers={"Accept": "text/html"})
            answered += 1
            await asyncio.sleep(0)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(crowded.service.web), base_url=crowded.url) as web:
        strangers = [asyncio.create_task(stranger()) for _ in range(_STRANGERS)]
        await asyncio.sleep(0)  # so that each has asked
        await _call_out(web, crowded, "LBPD")
        meanwhile, over = answered, True
        await asyncio.gather(*strangers)
    assert meanwhile < _STRANGERS


async def test_one_agencys_storm_is_not_paged_before_another_agency(
    crowded: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One agency opens a dozen call-outs, and pages are late; another opens one. With three lines to the carrier the
    other's page is among the first three."""
    lines = 3
    monkeypatch.setitem(sender._MOST_UNDER_WAY, Lane.CARRIER, lines)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(crowded.service.web), base_url=crowded.url) as web:
        for number in range(_STORM):
            await _call_out(web, crowded, "LBPD", number)
        crowded.clock.moment += timedelta(seconds=2)
        code = await _call_out(web, crowded, "LAPD", _STORM)
    await crowded.service.run_due()
    texts = [sent.params["Body"] for sent in crowded.carrier.requests if sent.kind == "message"]
    assert [text for text in texts[:lines] if code in text]
