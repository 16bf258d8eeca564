"""What the doors of one node share. `doors.build` puts it into the application's state; a door asks for it by type.

What FastAPI calls is `async` although it waits for nothing: FastAPI would run an ordinary function in a thread. Even
so, each thing that a door asks for costs its requests 10 µs.
"""

from typing import Annotated

from fastapi import Depends, FastAPI, Request

from dispatch.actions.runner import Runner
from dispatch.carriers.carrier import Carrier
from dispatch.inbound.http.auth import Doorkeeper
from dispatch.inbound.http.known_links import Presses
from dispatch.inbound.http.places import Places
from dispatch.inbound.http.refusals import Refusals
from dispatch.inbound.http.turns import Turns
from dispatch.worker.admission import Admission
from dispatch.worker.health import Health
from dispatch.worker.metrics import Metrics


def install(
    app: FastAPI, runner: Runner, health: Health, metrics: Metrics, carrier: Carrier, admission: Admission
) -> None:
    """Put into `app` what its doors share."""
    app.state.runner = runner
    app.state.places = Places(turns := Turns())
    app.state.doorkeeper = Doorkeeper(runner, turns)
    app.state.refusals = Refusals(runner, metrics)
    app.state.presses = Presses()
    app.state.health = health
    app.state.metrics = metrics
    app.state.carrier = carrier
    app.state.admission = admission


async def runner(request: Request) -> Runner:
    found: Runner = request.app.state.runner
    return found


async def health(request: Request) -> Health:
    found: Health = request.app.state.health
    return found


async def metrics(request: Request) -> Metrics:
    found: Metrics = request.app.state.metrics
    return found


def admission(request: Request) -> Admission:
    """Not by `Depends`: only the doors that write for an agency ask for it, and one of them must be fast."""
    found: Admission = request.app.state.admission
    return found


TheRunner = Annotated[Runner, Depends(runner)]
TheHealth = Annotated[Health, Depends(health)]
TheMetrics = Annotated[Metrics, Depends(metrics)]
