"""The only node is killed."""

import random
import time
from functools import partial

from dispatch.rules.facts.pages import PageState
from tests.faults.agency import Agency
from tests.faults.deployment import Deployment, until
from tests.faults.verdict import Measure, judge, wait_for_pages, wait_until_paged

_CALLOUTS = 60
_KILLED_WITHIN = ((3, 25), (30, 55))  # how many call-outs are taken when it dies, and when it dies again


def test_killed_under_load(deployment: Deployment, seed: int, measure: Measure) -> None:
    """What was answered 201 outlives SIGKILL, and each first page goes out: once, unless nobody could know its fate."""
    chance = random.Random(seed)
    carrier = deployment.carrier
    node = deployment.node().ready()
    agency = Agency([node.url], deployment.agency_key, _CALLOUTS, chance, pause=0.05)
    unsure: set[str] = set()
    recoveries: list[float] = []
    starts: list[float] = []
    cut_off: dict[str, float] = {}
    for kill, (fewest, most) in enumerate(_KILLED_WITHIN):
        # When it dies some pages must be waiting for another try and some be on their way.
        carrier.play("/play/faults", effect="TooManyRequests", times="always", probability=0.3)
        carrier.play("/play/faults", effect="HangAfterAccepting", seconds=0.2, times="always", probability=0.5)
        if kill == 0:
            agency.start()
        wanted = chance.randint(fewest, most)
        until(partial(agency.has_taken, wanted), 60, "the service takes call-outs")
        time.sleep(chance.uniform(0, 0.03))
        node.child.kill()
        answered = set(agency.taken.values())
        left = deployment.remains()
        assert not answered - left.callouts.keys(), "answered 201, and not in the database"
        carrier.play("/play/faults", "DELETE")
        arrived = carrier.first().keys()
        unsure |= left.unsure()
        waiting = {id_: page.due_at for id_, page in left.pages.items() if page.state is PageState.WAITING}
        waiting = {id_: due_at for id_, due_at in waiting.items() if id_ not in arrived}
        started_at = node.start().started_at
        cut_off |= dict.fromkeys(left.unsure() - arrived, started_at)
        wait_for_pages(carrier, waiting.keys(), 60)
        came = carrier.first()
        # A page that the carrier had refused a moment before may not be due yet when the service starts.
        recoveries += [came[id_] - max(started_at, due_at) for id_, due_at in waiting.items()]
        node.ready()
        starts.append(node.child.cpu_seconds())
    until(agency.is_done, 60, "the agency is done")
    wait_until_paged([agency], carrier, deployment.snapshot, 60)
    node.child.stop()
    verdict = judge([agency], carrier, deployment.remains(), unsure)
    came = carrier.first()
    measure(
        taken=verdict.taken,
        lost=len(verdict.lost),
        doubled=len(verdict.doubled),
        unexcused=len(verdict.unexcused),
        unsure=len(unsure),
        recovery=max(recoveries, default=0.0),
        start_cpu=max(starts),
        recovery_cut_off=max((came[page] - started for page, started in cut_off.items()), default=0.0),
    )
    verdict.holds()
