"""A storm in this process: whose page comes first. How long anybody waits is asked by the tests marked `alone`."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from dispatch.store.delivery.pages import Lane
from dispatch.town import Town, town
from dispatch.worker import sender
from tests.stories.story import NIGHT, ROSTER

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
