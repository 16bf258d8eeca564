"""The door for Prometheus: `/metrics`. It is open, unless a setting asks for a token."""

import hmac

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from dispatch.inbound.http import for_programs
from dispatch.inbound.http.auth import NotSignedIn, shown_key
from dispatch.inbound.http.documented import documented
from dispatch.inbound.http.state import TheMetrics

router = APIRouter(tags=["monitoring"])
_WITHOUT = "send `Authorization: Bearer <token>`; the token is the setting DISPATCH_METRICS_TOKEN"


@router.get(
    for_programs.METRICS,
    response_class=PlainTextResponse,
    summary="Metrics for Prometheus",
    response_description="The metrics",
    responses=documented(401),
)
async def count(metrics: TheMetrics, request: Request) -> Response:
    """What Prometheus reads."""
    token: str = request.app.state.metrics_token
    if token and not hmac.compare_digest(shown_key(request).encode(), token.encode()):
        raise NotSignedIn(_WITHOUT)
    return Response(await metrics.exposition(), media_type=CONTENT_TYPE_PLAIN_0_0_4)
