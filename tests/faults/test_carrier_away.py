"""The carrier goes away and comes back."""

import os
import random
import signal
import time

from tests.faults.agency import Agency
from tests.faults.deployment import Deployment, Snapshot, until
from tests.faults.verdict import Measure, judge, last_after, wait_for_pages

_CALLOUTS = 40
_SECONDS, _LONG_SECONDS = 15, 600


def test_killed_and_started_again(on_sqlite: Deployment, seed: int, long: bool, measure: Measure) -> None:
    """While nobody listens at the carrier's address pages wait; when somebody does again, each goes out once."""
    chance = random.Random(seed)
    carrier = on_sqlite.carrier
    node = on_sqlite.node().ready()
    agency = Agency([node.url], on_sqlite.agency_key, _CALLOUTS, chance, pause=0.5).start()
    wanted = chance.randint(3, 20)
    until(lambda: agency.has_taken(wanted), 60, "the service takes call-outs")
    time.sleep(chance.uniform(0, 0.05))
    carrier.look()
    carrier.child.kill()
    time.sleep(_LONG_SECONDS if long else _SECONDS)
    assert agency.is_done(), "call-outs are taken without a carrier"
    before = on_sqlite.snapshot()
    carrier.start()
    back_at = time.time()
    # What the old carrier took without answering is looked for at the new one, which does not know it, and sent again.
    known = {id_ for id_, page in before.pages.items() if page.sid is not None}
    wait_for_pages(carrier, before.pages.keys() - known, 90)
    node.child.stop()
    _judge(on_sqlite, agency, before, back_at, before.unsure(), measure)


def test_frozen(on_postgres: Deployment, seed: int, long: bool, measure: Measure) -> None:
    """The carrier takes connections and never answers, then wakes and does all that it was asked: no page is lost."""
    chance = random.Random(seed)
    carrier = on_postgres.carrier
    node = on_postgres.node().ready()
    agency = Agency([node.url], on_postgres.agency_key, _CALLOUTS, chance, pause=0.5).start()
    wanted = chance.randint(3, 20)
    until(lambda: agency.has_taken(wanted), 60, "the service takes call-outs")
    time.sleep(chance.uniform(0, 0.05))
    os.kill(carrier.child.pid, signal.SIGSTOP)
    time.sleep(_LONG_SECONDS if long else _SECONDS)
    assert agency.is_done(), "call-outs are taken without a carrier"
    before = on_postgres.snapshot()
    os.kill(carrier.child.pid, signal.SIGCONT)
    back_at = time.time()
    wait_for_pages(carrier, before.pages.keys(), 90)
    until(lambda: not on_postgres.snapshot().unsure(), 90, "every page is known to be sent")
    # Every request that it did not answer may or may not have been carried out.
    asked = {id_ for id_, page in before.pages.items() if page.tries and page.sid is None}
    others = carrier.first().keys() - before.pages.keys()  # alarms, and texts that tell officers to wait
    _judge(on_postgres, agency, before, back_at, asked | others, measure)


def _judge(
    deployment: Deployment, agency: Agency, before: Snapshot, back_at: float, unsure: set[str], measure: Measure
) -> None:
    verdict = judge([agency], deployment.carrier, deployment.snapshot(), unsure)
    measure(
        taken=verdict.taken,
        lost=len(verdict.lost),
        doubled=len(verdict.doubled),
        unexcused=len(verdict.unexcused),
        unsure=len(unsure),
        most_copies=verdict.most_copies,
        recovery=last_after(deployment.carrier.first(), before.pages.keys(), back_at),
    )
    verdict.holds()
