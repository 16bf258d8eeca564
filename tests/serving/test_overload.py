"""More call-outs than can be paged, at the real `dispatch serve`: intake waits, and keeps out only whoever floods."""

import asyncio
import itertools
import random
import time
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import aiohttp
import pytest

from dispatch.rules import admission
from tests.serving.flooding import ON_POSTGRES, ON_SQLITE, QUIET_CALLOUTS, Deployed, Waits, judge, stretched_by

_numbers = itertools.count(15625553000)


_LASTS = 11  # seconds
_PROGRAMS = 250  # with fewer than 240, each would wait less than five seconds until its turn comes
_HANGS_FOR = 26  # seconds, in which two sends on each line to the carrier are given up


@pytest.mark.alone
@pytest.mark.timeout(240)
@ON_SQLITE
async def test_more_call_outs_than_can_be_paged(deployed: Deployed) -> None:
    """An agency's program opens call-outs faster than the carrier takes pages: it is told to send again after
    five seconds. Another agency is answered and paged soon, also when it opens fifteen at once."""
    async with _web(deployed) as web:
        quiet = await deployed.waits(QUIET_CALLOUTS)
        stretch = stretched_by(quiet)
        deployed.carrier.slow = lambda _to, _body: random.uniform(1, 3)  # not all at the same moment
        until = time.monotonic() + _LASTS

        async def program() -> list[Answer]:
            answers = []
            while time.monotonic() < until:
                answers.append(await _send(web, deployed.server.key))
            return answers

        programs = [asyncio.create_task(program()) for _ in range(_PROGRAMS)]
        others: list[asyncio.Task[Answer]] = []
        while time.monotonic() < until:
            await asyncio.sleep(0.4)
            at_once = 15 if len(others) == 15 else 1
            others += [asyncio.create_task(_send(web, deployed.server.others_key)) for _ in range(at_once)]
        floods = [answer for answers in await asyncio.gather(*programs) for answer in answers]
        theirs = await asyncio.gather(*others)
        opened = [answer for answer in floods if answer.status == 201]
        turned_away = [answer for answer in floods if answer.status != 201]

        assert {answer.status for answer in theirs} == {201}
        await _all_are_paged(deployed, [*theirs, *opened])
        waits = Waits(
            [one.answered for one in theirs], [deployed.carrier.paged[one.body["code"]] - one.at for one in theirs]
        )
        # Fifteen of theirs come at once: by turns with the flood, at the 48 a second that the carrier takes, the last
        # is answered after 0.6 s and paged as long after that.
        judge(deployed, quiet, waits, most=(1.5, 3.0))
        assert turned_away
        for answer in turned_away:
            assert answer.status == 503
            assert answer.headers["Retry-After"] == "10"
            assert "was not opened; send it again with the same idempotency key" in answer.body["detail"]
            assert answer.answered >= admission.PATIENCE_SECONDS, "intake waits first"
            assert answer.answered < admission.PATIENCE_SECONDS + stretch
        # Until a page has waited long, nobody knows that this is no storm. The carrier takes 48 a second, so the last
        # of a thousand leaves after 21 s, and of 4,000 it would after 80.
        latest = max(deployed.carrier.paged[one.body["code"]] - one.at - one.answered for one in opened)
        assert latest < 30 * stretch, f"{latest:.1f} s for {len(opened)}"
        async with asyncio.timeout(60):  # coordinators are told, behind those pages
            while not any("more call-outs come in" in text for _, _, text in deployed.carrier.texts):  # noqa: ASYNC110
                await asyncio.sleep(0.1)


@pytest.mark.slow(35)  # it measures no time, and nearly all of it is waiting: others may run beside it
@pytest.mark.timeout(240)
@ON_POSTGRES
async def test_nobody_is_refused_because_the_carrier_hangs(deployed: Deployed) -> None:
    """What is sent is given up after ten seconds, and its line is free again; that is no answer of the carrier's."""
    async with _web(deployed) as web:
        deployed.carrier.hangs = True
        sent: list[asyncio.Task[Answer]] = []
        until = time.monotonic() + _HANGS_FOR
        while time.monotonic() < until or len(sent) <= admission.A_FEW * 2:
            await asyncio.sleep(1 / 14)
            sent.append(asyncio.create_task(_send(web, deployed.server.key)))
        assert {answer.status for answer in await asyncio.gather(*sent)} == {201}


class Answer(NamedTuple):
    """When a request was sent, how long its answer took, in seconds, and what it was."""

    at: float
    answered: float
    status: int
    headers: Mapping[str, str]
    body: Any


def _web(deployed: Deployed) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(deployed.server.url, connector=aiohttp.TCPConnector(limit=0))


async def _send(web: aiohttp.ClientSession, key: str) -> Answer:
    """Open a call-out that is like no other."""
    began = time.monotonic()
    officer = {"officer": {"callback_phone": f"+{next(_numbers)}"}}
    async with web.post("/v1/callouts", json=officer, headers={"Authorization": f"Bearer {key}"}) as answer:
        body = await answer.json()
        return Answer(began, time.monotonic() - began, answer.status, answer.headers, body)


async def _all_are_paged(deployed: Deployed, opened: Iterable[Answer]) -> None:
    codes = {answer.body["code"] for answer in opened}
    async with asyncio.timeout(120):
        while codes - deployed.carrier.paged.keys():  # noqa: ASYNC110  # the times are noted elsewhere
            await asyncio.sleep(0.1)
