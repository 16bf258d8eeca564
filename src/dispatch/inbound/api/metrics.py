"""The door for Prometheus: `/metrics`."""

from fastapi import APIRouter, Response
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from dispatch.inbound.http import for_programs
from dispatch.inbound.http.state import TheMetrics

router = APIRouter(tags=["health"])


@router.get(for_programs.METRICS, response_class=Response)
async def count(metrics: TheMetrics) -> Response:
    """What Prometheus reads."""
    return Response(await metrics.exposition(), media_type=CONTENT_TYPE_PLAIN_0_0_4)
