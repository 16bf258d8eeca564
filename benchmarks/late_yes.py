"""A specialist's late yes → the texts at the carrier to those who may be there sooner."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

from benchmarks.client import Answer, connections, post, run
from benchmarks.deployment import (
    BACKUP_PHONE,
    BOTH,
    FIRST_PHONE,
    OUR_NUMBER,
    Bench,
    Carrier,
    callout_requests,
    from_carrier,
)
from benchmarks.figures import Figure, latency, spread

NAME = "late_yes"
_WARM_UP = 20
_PAUSE = 0.05
_WAITS = 5.0


def figures(bench: Bench) -> Iterator[Figure]:
    count = bench.count(200, 100)
    for engine in BOTH:
        with (
            bench.database(engine) as deployed,
            bench.carrier(tells=False) as carrier,
            bench.serving(deployed, carrier) as node,
        ):
            requests = callout_requests(deployed.agency_key, _WARM_UP + count)
            answers = run(_taken_late(node.url, deployed.agency_key, requests, carrier))[_WARM_UP:]
        asked: dict[str, float] = {}
        for request in carrier.requests:  # what follows about the same call-out stands them down
            if request.kind == "message" and request.to == BACKUP_PHONE:
                asked.setdefault(request.code, request.at)
        yield latency(
            f"a late yes sent → the text to somebody nearer at the carrier, {engine}",
            [asked[code] - answer.sent_at for code, answer in answers],
            f"the text → its answer: {spread([answer.seconds for _, answer in answers])}",
            p50=0.025,
            p99=0.050,
        )


async def _taken_late(url: str, key: str, requests: list[bytes], carrier: Carrier) -> list[tuple[str, Answer]]:
    """Each call-out in turn: Ana says that she needs seventy minutes. Without known places whoever the next step pages
    is asked along."""
    answers = []
    async with connections(url, 1) as (line,):
        for number, request in enumerate(requests):
            callout = (await line.send(request)).json()
            code = callout["code"]
            _wait_for(carrier, code, FIRST_PHONE)
            answers.append((code, await line.send(from_carrier(url, "/twilio/sms", _text(number, f"{code} 1 70")))))
            _wait_for(carrier, code, BACKUP_PHONE)
            await line.send(_cancelled(callout, key))  # or Ana would be out, and not paged for the next
            await asyncio.sleep(_PAUSE)
    return answers


def _wait_for(carrier: Carrier, code: str, phone: str) -> None:
    """Until the carrier was asked to text this phone about this call-out."""
    end = time.monotonic() + _WAITS
    while not any(one.code == code and one.to == phone for one in carrier.look()):
        if time.monotonic() > end:
            raise AssertionError(f"no text to {phone} about {code}")
        time.sleep(0.005)


def _cancelled(callout: dict[str, Any], key: str) -> bytes:
    return post(f"/v1/callouts/{callout['id']}/cancel", b"{}", key=key)


def _text(number: int, words: str) -> dict[str, str]:
    return {"MessageSid": f"SM{number:032}", "From": FIRST_PHONE, "To": OUR_NUMBER, "Body": words}
