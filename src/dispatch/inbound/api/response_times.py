"""`GET /v1/response-times`: the figures that the service is held to, for coordinators."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from dispatch.actions.reports.report_response_times import FigureLine, as_lines, grouped, report_response_times
from dispatch.inbound.http import unavailable
from dispatch.inbound.http.auth import coordinator_may
from dispatch.inbound.http.documented import documented
from dispatch.inbound.http.json_body import JsonRoute
from dispatch.inbound.http.moments import WrittenMoment
from dispatch.inbound.http.state import TheRunner
from dispatch.rules.access.permissions import Permission
from dispatch.rules.reports.periods import Period


class ResponseTimes(BaseModel):
    target_minutes: float
    rows: list[FigureLine]


_NONE_STANDS_ALONE: dict[str, Any] = {"anyOf": [{"items": {"enum": ["agency", "specialist"]}}, {"maxItems": 1}]}
_CSV_TOO: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/csv": {"schema": {"type": "string"}}},
        "description": "JSON, or CSV (RFC 4180)",
    }
}
_REFUSED = documented(401, 403, 422, 503, overloaded=unavailable.TOO_LONG)


router = APIRouter(tags=["coordinators"], route_class=JsonRoute)


@router.get(
    "/v1/response-times",
    response_model=ResponseTimes,
    summary="Report response times",
    responses={**_CSV_TOO, **_REFUSED},
    dependencies=[Depends(coordinator_may(Permission.SEE_RESPONSE_TIMES))],
)
async def response_times(
    runner: TheRunner,
    since: Annotated[
        WrittenMoment | None, Query(description="received at or after this moment, with its UTC offset")
    ] = None,
    until: Annotated[
        WrittenMoment | None, Query(description="received before this moment, with its UTC offset")
    ] = None,
    period: Annotated[Period, Query(description="local days, weeks from Monday, months, or all")] = Period.MONTH,
    by: Annotated[
        list[Literal["agency", "specialist", "none"]],
        Query(description="what to break the figures down by; none stands alone", json_schema_extra=_NONE_STANDS_ALONE),
    ] = ["agency"],  # noqa: B006  # FastAPI copies it
    format: Annotated[Literal["json", "csv"], Query()] = "json",
) -> ResponseTimes | Response:
    """n, within target, missed and open past target; median, 90th percentile and worst, in minutes."""
    lines = await runner.report(report_response_times, since, until, grouped(period, by))
    rows = as_lines(lines)
    if format == "csv":
        return Response(_csv(rows), media_type="text/csv; charset=utf-8")
    return ResponseTimes(target_minutes=runner.timings.target / 60, rows=rows)


def _csv(rows: Sequence[FigureLine]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, [column.name for column in fields(FigureLine)], lineterminator="\r\n")  # RFC 4180
    writer.writeheader()
    writer.writerows(asdict(row) for row in rows)
    return text.getvalue()
