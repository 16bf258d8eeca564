"""What the doors of one node share. `doors.build` puts it into the application's state; a door asks for it by type.

What FastAPI calls is `async` although it waits for nothing: it would run an ordinary function in a thread.
Even so, each thing that a door asks for costs its requests 10 µs.
"""

from typing import Annotated

from fastapi import Depends, FastAPI, Request

from dispatch.actions.office import Office
from dispatch.carriers.carrier import Carrier
from dispatch.inbound.http.auth import Doorkeeper
from dispatch.inbound.http.refusals import Refusals
from dispatch.worker.gate import Gate
from dispatch.worker.health import Health
from dispatch.worker.metrics import Metrics


def install(
    app: FastAPI, office: Office, health: Health, metrics: Metrics | None, carrier: Carrier, gate: Gate
) -> None:
    """Put into `app` what its doors share."""
    app.state.office = office
    app.state.doorkeeper = Doorkeeper(office)
    app.state.refusals = Refusals(office, metrics)
    app.state.health = health
    app.state.metrics = metrics
    app.state.carrier = carrier
    app.state.gate = gate


async def office(request: Request) -> Office:
    found: Office = request.app.state.office
    return found


async def health(request: Request) -> Health:
    found: Health = request.app.state.health
    return found


async def metrics(request: Request) -> Metrics:
    found: Metrics = request.app.state.metrics
    return found


def gate(request: Request) -> Gate:
    """Not by `Depends`: only the doors that write for an agency ask for it, and one of them must be fast."""
    found: Gate = request.app.state.gate
    return found


TheOffice = Annotated[Office, Depends(office)]
TheHealth = Annotated[Health, Depends(health)]
TheMetrics = Annotated[Metrics, Depends(metrics)]
