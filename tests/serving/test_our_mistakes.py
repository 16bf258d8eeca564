"""Mistakes of our own, at the real `dispatch serve`: an agency beside them is heard.

Its pages go out as well. What becomes of the call-out that fails is told in `tests/stories/test_our_mistakes.py`.
"""

import asyncio
import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from dispatch.actions.runner import Runner
from dispatch.actions.schedule.change_roster import import_roster
from dispatch.roster_file import read_roster
from dispatch.rules.decisions import SendPage
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.situation import Timings
from dispatch.store import tables as t
from dispatch.store.callout import decided
from dispatch.store.callout.decided import NewPage
from dispatch.store.transaction import Transaction
from tests.serving.flooding import CALLOUTS, ON_SQLITE, QUIET_CALLOUTS, Deployed, judge, standing
from tests.serving.served import ROOT

pytestmark = [pytest.mark.alone, pytest.mark.timeout(300)]  # floods wait for each other

NOT_CLAIMED, NOT_SENT = "+15625551999", "+15625551998"
DEADLINE_FAILS = """
from dispatch.rules import deadlines
meets = deadlines.meet
def planted(situation, *more):
    if situation.callout.received_at.microsecond % 2:
        raise AttributeError("planted")
    return meets(situation, *more)
deadlines.meet = planted
"""
CLAIM_FAILS = f"""
from dispatch.rules.delivery import page_life
claims = page_life.claim
def planted(page, *more, **also):
    if page.to == "{NOT_CLAIMED}":
        raise AttributeError("planted")
    return claims(page, *more, **also)
page_life.claim = planted
"""
SEND_FAILS = f"""
from dispatch.carriers.twilio.client import TwilioCarrier
sends = TwilioCarrier.send_text
async def planted(self, page, *, to, **more):
    if to == "{NOT_SENT}":
        raise AttributeError("planted")
    return await sends(self, page, to=to, **more)
TwilioCarrier.send_text = planted
"""


async def test_what_fails_holds_up_nobody_else(database_url: str, tmp_path: Path) -> None:
    """The steps of half of the call-outs, a hundred pages that are claimed and a hundred that are sent are due now, and
    raise what nobody foresaw."""
    async with standing(tmp_path, database_url, DEADLINE_FAILS + CLAIM_FAILS + SEND_FAILS) as deployed:
        quiet = await deployed.waits(QUIET_CALLOUTS)
        async with deployed.server.database() as database:
            await database.write(lambda tx: _are_due(tx, datetime.now(UTC)))
        judge(deployed, quiet, await deployed.waits(CALLOUTS))
        async with asyncio.timeout(60):
            while _failed(deployed) < {"deadline failed", NOT_CLAIMED, NOT_SENT}:  # noqa: ASYNC110  # it is in the log
                await asyncio.sleep(0.1)


def _failed(deployed: Deployed) -> set[str]:
    """What has failed, as the log says it."""
    failed = "".join(line for line in deployed.server.log.read_text().splitlines() if ' failed"' in line)
    return {f"+{phone}" for phone in re.findall("failing-([0-9]+)-", failed)} | set(
        re.findall("deadline failed", failed)
    )


def _are_due(tx: Transaction, now: datetime) -> None:
    tx.execute(sa.update(t.deadline).values(due_at=now)).close()
    for phone in (NOT_CLAIMED, NOT_SENT):
        asks = SendPage(Purpose.TEST, Channel.SMS, phone, "words", now - timedelta(seconds=1), "ana")
        due = [NewPage(f"failing-{phone[1:]}-{number:03}", None, asks, now) for number in range(100)]
        decided.write_standalone(tx, due)


@ON_SQLITE
async def test_rosters_that_are_imported_over_and_over(deployed: Deployed) -> None:
    """Somebody imports the roster ten times a second, from a process of its own."""
    quiet = await deployed.waits(QUIET_CALLOUTS)
    roster = read_roster((ROOT / "config" / "roster.toml").read_text())

    async with deployed.server.database() as database:
        runner = Runner(
            database,
            now=lambda: datetime.now(UTC),
            chance=random.SystemRandom(),
            timings=Timings(),
            public_url="http://127.0.0.1",
            dials=lambda _phone: True,
        )

        async def over_and_over() -> None:
            while True:
                await runner.act(import_roster, roster, OPERATOR, Source.CLI)
                await asyncio.sleep(0.1)

        importing = asyncio.create_task(over_and_over())
        try:
            judge(deployed, quiet, await deployed.waits(CALLOUTS))
            assert not importing.done()
        finally:
            importing.cancel()
            await asyncio.gather(importing, return_exceptions=True)
