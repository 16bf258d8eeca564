"""PostgreSQL goes away and comes back."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dispatch.store.schema import upgrade
from tests.faults.agency import Agency
from tests.faults.deployment import Deployment, deployed, until
from tests.faults.postgres import OwnPostgres, own_postgres
from tests.faults.verdict import Measure, judge, last_after, wait_until_paged

_CALLOUTS = 60


@pytest.fixture
def postgres() -> Iterator[OwnPostgres]:
    with own_postgres() as one:
        yield one


@pytest.fixture
def on_own_postgres(postgres: OwnPostgres, tmp_path: Path) -> Iterator[Deployment]:
    upgrade(postgres.server.url)
    with deployed(postgres.server.url, tmp_path) as one:
        yield one


def test_restarted_under_load(on_own_postgres: Deployment, postgres: OwnPostgres, seed: int, measure: Measure) -> None:
    """An immediate shutdown under load: a request gets 503 or is taken, and all goes on by itself after the start."""
    chance = random.Random(seed)
    carrier = on_own_postgres.carrier
    node = on_own_postgres.node().ready()
    carrier.play("/play/faults", effect="HangAfterAccepting", seconds=0.1, times="always", probability=0.5)
    agency = Agency([node.url], on_own_postgres.agency_key, _CALLOUTS, chance, pause=0.3).start()
    wanted = chance.randint(5, 40)
    until(lambda: agency.has_taken(wanted), 60, "the service takes call-outs")
    time.sleep(chance.uniform(0, 0.05))
    postgres.stop_at_once()
    time.sleep(chance.uniform(0.2, 2))
    postgres.start()
    back_at = time.time()
    left = on_own_postgres.snapshot()
    behind = left.pages.keys() - carrier.first().keys()
    _goes_on(on_own_postgres, agency, back_at, behind, left.unsure(), measure)
    assert node.child.runs


def test_frozen_under_load(
    on_own_postgres: Deployment, postgres: OwnPostgres, seed: int, long: bool, measure: Measure
) -> None:
    """A database that accepts and never answers: a request gets 503 or is taken; two nodes go on, each page once."""
    chance = random.Random(seed)
    carrier = on_own_postgres.carrier
    nodes = [on_own_postgres.node() for _ in range(2)]
    carrier.play("/play/faults", effect="HangAfterAccepting", seconds=0.1, times="always", probability=0.5)
    urls = [node.ready().url for node in nodes]
    agency = Agency(urls, on_own_postgres.agency_key, _CALLOUTS, chance, pause=0.3).start()
    wanted = chance.randint(5, 40)
    until(lambda: agency.has_taken(wanted), 60, "the service takes call-outs")
    time.sleep(chance.uniform(0, 0.05))
    postgres.freeze()
    time.sleep(chance.uniform(32, 62) if long else 10)  # a statement may take 30 s, and so may tidying up after it
    postgres.thaw()
    back_at = time.time()
    left = on_own_postgres.snapshot()
    behind = left.pages.keys() - carrier.first().keys()
    _goes_on(on_own_postgres, agency, back_at, behind, left.unsure(), measure)
    assert all(node.child.runs for node in nodes)


def _goes_on(
    deployment: Deployment,
    agency: Agency,
    back_at: float,
    behind: set[str],
    unsure: set[str],
    measure: Measure,
) -> None:
    """All that was left `behind` when the database came back is sent, and every call-out that is posted is taken."""
    carrier = deployment.carrier
    until(agency.is_done, 90, "the agency is done")
    wait_until_paged([agency], carrier, deployment.snapshot, 90)
    verdict = judge([agency], carrier, deployment.snapshot(), unsure)
    measure(
        taken=verdict.taken,
        lost=len(verdict.lost),
        doubled=len(verdict.doubled),
        unexcused=len(verdict.unexcused),
        unsure=len(unsure),
        refused=agency.refused,
        unreached=agency.unreached,
        recovery=max(last_after(carrier.first(), behind, back_at), agency.heard_again(back_at)),
    )
    verdict.holds()
