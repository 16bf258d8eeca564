"""While paging is behind, a request waits five seconds and no longer; coordinators hear of it at once, then hourly.

How a flood of call-outs fares at the real server stands in `tests/serving/test_overload.py`.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from dispatch.inbound.http.places import BOUNDS
from dispatch.inbound.proof import Asker
from dispatch.rules import admission
from dispatch.rules.alarms.refusals import TOLD_AGAIN
from dispatch.store import tables as t
from dispatch.store.backlog import NO_BACKLOG, Backlog, ask
from dispatch.worker.admission import Admission
from tests.conftest import Later
from tests.inbound.house import House

BEHIND = Backlog(admission.A_FEW, admission.LONG * 2)


@pytest.fixture
def one_is_some(monkeypatch: pytest.MonkeyPatch) -> None:
    """An agency of which a single page waits has to wait itself."""
    monkeypatch.setattr(admission, "NEXT_TO_NOTHING", 1)


async def _wait(house: House, later: Later, count: int) -> list[httpx.Response]:
    """So many call-outs of an agency with one that waits to be paged, sent while paging stays behind; their answers.

    None is there before five seconds are over, and all are there then."""
    entry: Admission = house.service.web.state.admission
    entry.hear(BEHIND)
    requests = [asyncio.ensure_future(house.call()) for _ in range(count)]
    bound = BOUNDS[Asker.OPENING]
    assert bound is not None
    assert bound.at_most is not None
    for come in range(bound.at_once, count, bound.at_once):
        await _waits(entry, come)
        await later(bound.at_most)  # then as many more come in; how slow the machine is says nothing
    await _waits(entry, count)
    for seconds in (2.5, admission.PATIENCE_SECONDS - 2.5 - 0.5):
        entry.hear(BEHIND)  # it holds for so many seconds
        await later(seconds)
    assert not [one for one in requests if one.done()], "intake waits first"
    entry.hear(BEHIND)
    await later(0.5)
    return await asyncio.gather(*requests)  # the clock stands still: nobody waits for a second turn


@pytest.mark.usefixtures("one_is_some")
async def test_nobody_waits_longer_than_five_seconds(house: House, later: Later) -> None:
    """What the documents promise an agency. Those that came together are all told to send again, each with when."""
    assert admission.PATIENCE_SECONDS == 5
    await house.opened()
    answers = await _wait(house, later, 20)
    assert {(answer.status_code, answer.headers["retry-after"]) for answer in answers} == {(503, "10")}
    assert len(await house.rows(t.callout)) == 1


@pytest.mark.usefixtures("one_is_some")
async def test_an_overload_is_counted_and_told_once_an_hour(house: House, later: Later) -> None:
    """The first 503 texts each coordinator, and rings nobody; every one is counted by its agency, with its reason."""
    await house.opened()
    for after, told, counted in ((0, 1, 3), (59, 1, 6), (1, 2, 9)):
        house.clock.pass_minutes(after)
        answers = await _wait(house, later, 3)
        assert {answer.status_code for answer in answers} == {503}
        texts = [page for page in await house.rows(t.page, purpose="alarm", person="cora") if page["callout"] is None]
        assert len(texts) == told, after
        assert {page["channel"] for page in texts} == {"sms"}
        assert all("more call-outs come in" in page["text"] for page in texts)
        said = await house.web.get("/metrics")
        line = f'dispatch_callouts_refused_total{{agency="LBPD",reason="overload"}} {counted}.0'
        assert line in said.text.splitlines()
    assert TOLD_AGAIN.total_seconds() == 60 * 60


@pytest.mark.usefixtures("later")
async def test_an_agency_of_which_next_to_nothing_waits_is_let_in(house: House) -> None:
    """Also several of its requests at the same moment, of which none can know of the others: ten, and no more."""
    entry: Admission = house.service.web.state.admission
    entry.hear(BEHIND)
    requests = [asyncio.ensure_future(house.call()) for _ in range(admission.NEXT_TO_NOTHING)]
    while not all(one.done() for one in requests):
        # Whoever asks at the moment at which another commits counts that one twice, and waits for the next round.
        counted = await house.service.database.read(lambda tx: ask(tx, house.clock(), 1, entry.agencies))
        entry.hear(replace(BEHIND, of=counted.of))
        await asyncio.sleep(0)
    assert {(await one).status_code for one in requests} == {201}
    entry.hear(BEHIND)  # a busy machine opens ten in more than the seconds that this holds
    eleventh = asyncio.ensure_future(house.call())
    await _waits(entry, 1)
    eleventh.cancel()


async def test_what_is_being_opened_counts(house: House) -> None:
    """A thousand at once do not slip in between two counts: as many go in as may wait, and others as they are told."""
    entry: Admission = house.service.web.state.admission
    entry.hear(Backlog(admission.A_STORM - 3, timedelta(0)))
    leave = asyncio.Event()

    async def opens(agency: str) -> None:
        async with entry.entered(agency, None):
            await leave.wait()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(admission, "NEXT_TO_NOTHING", 0)
        opening = [asyncio.ensure_future(opens("LBPD")) for _ in range(5)]
        await _waits(entry, 2)
        entry.hear(Backlog(admission.A_STORM - 4, timedelta(0)))
        await _waits(entry, 1)
        leave.set()
        entry.hear(NO_BACKLOG)
        await asyncio.gather(*opening)


async def test_a_request_that_fails_gives_its_place_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is room for one. Failures that kept it would have every agency wait, with nothing to page."""
    entry: Admission = house.service.web.state.admission
    monkeypatch.setattr(admission, "NEXT_TO_NOTHING", 0)
    entry.hear(Backlog(admission.A_STORM - 1, timedelta(0)))

    async def fails() -> None:
        async with entry.entered("LBPD", None):
            raise KeyError

    for _ in range(2):
        request = asyncio.ensure_future(fails())
        await asyncio.sleep(0)
        assert not entry.agencies, "it waits"
        with pytest.raises(KeyError):
            await request


async def _waits(entry: Admission, count: int) -> None:
    while len(entry._queue) != count:  # noqa: ASYNC110  # nothing tells when they have come to wait
        await asyncio.sleep(0)
