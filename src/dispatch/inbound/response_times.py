"""`GET /v1/response-times`: the numbers the service is held to, for coordinators."""

import csv
import io
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime

from dispatch.actions.office import Office
from dispatch.actions.report_response_times import Group, Period, as_rows, report_response_times
from dispatch.inbound.auth import coordinator_of
from dispatch.inbound.problem import documented


def build(office: Office) -> APIRouter:
    router = APIRouter(tags=["reports"])

    async def coordinator(request: Request) -> str:
        return await coordinator_of(office, request)

    @router.get("/v1/response-times", responses=documented(401, 403, 422))
    async def response_times(
        _: Annotated[str, Depends(coordinator)],
        since: Annotated[AwareDatetime | None, Query(description="received at or after; with UTC offset")] = None,
        until: Annotated[AwareDatetime | None, Query(description="received before; with UTC offset")] = None,
        period: Annotated[Period, Query(description="local days, weeks from Monday, months, or all")] = Period.MONTH,
        by: Annotated[list[Literal["agency", "specialist"]] | None, Query(description="break down by these")] = None,
        format: Annotated[Literal["json", "csv"], Query()] = "json",
    ) -> Response:
        """n, within target, missed, open past target, median, 90th percentile and worst, in minutes."""
        parts = by if by is not None else ["agency"]
        group = Group(period, "agency" in parts, "specialist" in parts)
        rows = as_rows(await office.ask(report_response_times, since, until, group))
        if format == "csv":
            return Response(_csv(rows), media_type="text/csv; charset=utf-8")
        return JSONResponse({"target_minutes": office.timings.target / 60, "rows": rows})

    return router


_COLUMNS = (
    "period", "agency", "specialist", "n", "within_target", "within_target_percent", "missed", "open_past_target",
    "median_minutes", "p90_minutes", "worst_minutes",
)  # fmt: skip


def _csv(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, lineterminator="\r\n")  # RFC 4180
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
