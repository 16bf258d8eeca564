"""All doors together: the web application that `dispatch serve` answers with."""

from fastapi import FastAPI

from dispatch.actions.office import Office
from dispatch.carriers.carrier import Carrier
from dispatch.inbound.api import alarms, callouts, coordinators, health, metrics, response_times
from dispatch.inbound.carrier import receipts, sms_reply, voice_reply
from dispatch.inbound.http import errors, problem, state
from dispatch.inbound.web import link_page
from dispatch.worker.health import Health
from dispatch.worker.metrics import Metrics

_DESCRIPTION = """
On-call crisis dispatch. An agency posts a call-out; the specialist on call is paged by text and phone until somebody
answers; the agency learns who comes and when. Errors are `application/problem+json` (RFC 9457).

A request is whole within 10 seconds for its head and 10 for its body (408), and no larger than 64 KiB and 200 headers
(431) and 64 KiB of body (413). What is no HTTP is answered 400. After these the connection is closed.
"""


def build(office: Office, health_of_node: Health, carrier: Carrier, metrics_of_node: Metrics | None = None) -> FastAPI:
    """The application. The doors of `carrier` stand below its name; without metrics there is no door to them."""
    app = FastAPI(
        title="dispatch",
        version="1",
        description=_DESCRIPTION,
        servers=[{"url": office.public_url}],
        redoc_url=None,
        strict_content_type=False,  # no cookie signs anybody in, so there is nothing that another site could forge
    )
    state.install(app, office, health_of_node, metrics_of_node, carrier)
    problem.install(app)
    errors.install(app)
    problem.describe(app)
    from_carrier = f"/{carrier.name}"
    app.include_router(receipts.router, prefix=from_carrier)  # first, as most requests are theirs
    app.include_router(callouts.router)
    app.include_router(coordinators.router)
    app.include_router(alarms.router)
    app.include_router(response_times.router)
    app.include_router(sms_reply.router, prefix=from_carrier)
    app.include_router(voice_reply.router, prefix=from_carrier)
    app.include_router(link_page.router)
    app.include_router(health.router)
    if metrics_of_node is not None:
        app.include_router(metrics.router)
    return app
