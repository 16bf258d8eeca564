"""Puts all doors together into the web application behind `dispatch serve`."""

from functools import cache

from fastapi import APIRouter, Depends, FastAPI
from starlette.routing import BaseRoute

from dispatch.actions.runner import Runner
from dispatch.carriers.carrier import Carrier
from dispatch.carriers.doors import below
from dispatch.inbound.api import (
    alarms,
    callouts,
    commands,
    covers,
    health,
    metrics,
    schedule_changes,
    schedule_spans,
    webhooks,
)
from dispatch.inbound.carrier import hotline, receipts, sms_reply, voice_reply
from dispatch.inbound.http import documented, error_answers, state, viewer
from dispatch.inbound.http.proving import Proving
from dispatch.inbound.http.same_origin import SameOrigin
from dispatch.inbound.proof import Proof
from dispatch.inbound.web import display, docs_view, error_views, nav, views
from dispatch.inbound.web.access import account_views, officer_view, sign_in_views, specialist_view, welcome_views
from dispatch.inbound.web.board import alarm_view, board_commands, board_view
from dispatch.inbound.web.callout import callout_list, callout_live, callout_views, new_callout_view
from dispatch.inbound.web.live import Live
from dispatch.inbound.web.people import number_view, people_views
from dispatch.inbound.web.reports import audit_view, public_figures_view, response_times_views
from dispatch.inbound.web.roster import agency_card, drive_views, key_views, plan_view, setup_views
from dispatch.inbound.web.schedule import change_views, fairness_view, feed_views, schedule_views, sick_view
from dispatch.inbound.web.shifts import cover_views, own_view
from dispatch.worker.admission import Admission
from dispatch.worker.health import Health
from dispatch.worker.metrics import Metrics

_DESCRIPTION = """
On-call crisis dispatch. An agency posts a call-out; the specialist on call is paged by text and phone until somebody
answers; the agency learns who is coming and when. Never send a child's name, in any field. Errors are
`application/problem+json` (RFC 9457).

A request's head must arrive within 10 seconds, and its body within 20 of the head's beginning (408). The address may
hold 8 KiB and 100 fields of a query at most (414), the address and the headers together 64 KiB and 200 headers (431),
the body 64 KiB (413). Anything that is not HTTP is answered 400. What the proxy refuses of these has no document.

A key or a signature is looked at before the body is: without one the answer is 401, whatever the body holds.
"""

_TAGS = [
    {"name": "agencies", "description": "A call-out, from the first word to the last, for an agency's program."},
    {"name": "coordinators", "description": "What coordinators decide, see and count. An agency's key opens none."},
    {"name": "monitoring", "description": "For whoever watches the nodes."},
    {"name": "webhooks", "description": "What we post to agencies and partners."},
]


def build(
    runner: Runner,
    health_of_node: Health,
    carrier: Carrier,
    admission: Admission,
    metrics_of_node: Metrics,
    proving: Proving,
    metrics_token: str,
) -> FastAPI:
    """The application. The paths of the carrier's doors begin with its name. Where there is a `metrics_token`, whoever
    reads the metrics must know it."""
    app = FastAPI(
        title="dispatch",
        version="1",
        description=_DESCRIPTION,
        openapi_tags=_TAGS,
        servers=[{"url": runner.public_url}],
        openapi_url=None,  # FastAPI's writes the whole document again for each reader; ours is in `docs_view`
        docs_url=None,  # FastAPI's loads its script from another host; ours is in a sandbox
        redoc_url=None,
        webhooks=webhooks.described(),
        redirect_slashes=False,  # it redirects to the host that the request names, which anybody can forge
    )
    app.add_middleware(SameOrigin, public_url=runner.public_url)
    state.install(app, runner, health_of_node, metrics_of_node, carrier, admission)
    app.state.live = Live(runner, lambda: getattr(app.state, "speed", 1.0))
    app.state.boards = board_view.Boards(runner, app)
    app.state.metrics_token = metrics_token
    app.state.api_told = docs_view.ApiTold(app)
    app.state.proving = proving
    error_answers.install(app)
    error_views.install(app)  # last: it answers people where the others answer programs
    documented.describe(app)
    nav.install(
        app,
        [
            board_view.NAV_ITEM,
            callout_list.NAV_ITEM,
            plan_view.NAV_ITEM,
            schedule_views.NAV_ITEM,
            response_times_views.NAV_ITEM,
            people_views.NAV_ITEM,
            setup_views.NAV_ITEM,
            audit_view.NAV_ITEM,
            account_views.NAV_ITEM,
            docs_view.NAV_ITEM,
        ],
    )
    app.router.routes.extend(_routes(carrier.name))
    app.state.proof = Proof(app, app.state.places.turns)
    return app


@cache
def _routes(carrier: str) -> tuple[BaseRoute, ...]:
    """Every door. FastAPI takes 150 ms to make its own of them, so the applications of one process share them."""
    app = APIRouter()
    from_carrier = below(carrier)
    app.include_router(receipts.router, prefix=from_carrier)  # first, since most requests are receipts
    app.include_router(callouts.router)
    app.include_router(commands.router)
    app.include_router(alarms.router)
    app.include_router(schedule_spans.router)
    app.include_router(schedule_changes.router)
    app.include_router(covers.router)
    app.include_router(sms_reply.router, prefix=from_carrier)
    app.include_router(voice_reply.router, prefix=from_carrier)
    app.include_router(hotline.router, prefix=from_carrier)
    app.include_router(specialist_view.router)
    app.include_router(alarm_view.router)
    app.include_router(officer_view.router)
    app.include_router(sign_in_views.router)
    app.include_router(welcome_views.router)
    app.include_router(board_view.router)
    app.include_router(board_commands.router)
    app.include_router(account_views.router)
    app.include_router(people_views.router)
    app.include_router(number_view.router)
    app.include_router(own_view.router)
    app.include_router(callout_list.router)
    app.include_router(new_callout_view.router)  # before the call-outs: `new` is no code
    app.include_router(callout_live.router)
    app.include_router(callout_views.router)
    app.include_router(plan_view.router)
    app.include_router(response_times_views.router)
    app.include_router(public_figures_view.router)
    app.include_router(feed_views.router)  # before the nights: `feeds` is no rotation
    app.include_router(cover_views.router)
    app.include_router(change_views.router)
    app.include_router(sick_view.router)
    app.include_router(schedule_views.router)
    app.include_router(fairness_view.router)
    app.include_router(drive_views.router)
    app.include_router(key_views.router)
    app.include_router(setup_views.router)  # after the two, which are no part of the roster's file
    app.include_router(agency_card.router)
    app.include_router(audit_view.router)
    app.include_router(docs_view.router)
    app.include_router(display.router)
    app.add_api_route(
        "/assets/{file}",
        views.ASSETS.answer,
        methods=["GET", "HEAD"],
        dependencies=[Depends(viewer.public)],
        include_in_schema=False,
    )
    app.include_router(health.router)
    app.include_router(metrics.router)
    return tuple(app.routes)
