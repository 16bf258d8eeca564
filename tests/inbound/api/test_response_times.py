"""The report of response times, against numbers that were worked out by hand."""

import csv
import io
import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch.store import tables as t
from tests.inbound.house import House, fields, problem

_numbers = itertools.count(1)


async def happened(
    house: House,
    received: str,
    minutes: float | None,
    *,
    agency: str = "LBPD",
    who: str | None = "ana",
    ended_after: float | None = None,
) -> None:
    """A call-out received at this moment in UTC; somebody arrived so many `minutes` later, or nobody has."""
    number = next(_numbers)
    received_at = datetime.fromisoformat(received).replace(tzinfo=UTC)
    arrived_at = None if minutes is None else received_at + timedelta(minutes=minutes)
    ended_at = None if ended_after is None else received_at + timedelta(minutes=ended_after)
    await house.put(
        t.callout,
        id=f"c{number}",
        code=f"X{number}",
        agency=agency,
        status="on_scene" if minutes is not None else "paging" if ended_at is None else "cancelled",
        open=ended_at is None,
        policy={"name": "default", "steps": [], "round_wait_seconds": 300},
        step=1,
        missed=False,
        officer_phone="+15625550177",
        received_at=received_at,
        respond_by=received_at + timedelta(minutes=60),
        arrived_at=arrived_at,
        ended_at=ended_at,
    )
    if who is not None:
        await house.put(
            t.assignment, callout=f"c{number}", person=who, role="primary", acknowledged_at=received_at, sources={}
        )


async def report(house: House, **query: Any) -> list[dict[str, Any]]:
    answer = await house.web.get(
        "/v1/response-times", params=query, headers={"Authorization": f"Bearer {house.coordinator.key}"}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["target_minutes"] == 60
    rows: list[dict[str, Any]] = answer.json()["rows"]
    return rows


def line(
    period: str | None, agency: str | None, specialist: str | None, n: int, *numbers: float | None
) -> dict[str, Any]:
    names = ["within_target", "within_target_percent", "missed", "open_past_target"]
    names += ["median_minutes", "p90_minutes", "worst_minutes"]
    return {
        "period": period, "agency": agency, "specialist": specialist, "n": n, **dict(zip(names, numbers, strict=True))
    }  # fmt: skip


async def test_a_month_by_agency(house: House) -> None:
    """By default: n, within target, missed, median, 90th percentile and worst, for each month and agency."""
    for day, minutes in enumerate((10, 20, 30, 90), start=5):
        await happened(house, f"2025-12-{day:02}T20:00", minutes)
    await happened(house, "2025-12-09T20:00", 60, agency="LAPD")  # exactly on the minute is in time
    await happened(house, "2025-12-10T20:00", 60.1, agency="LAPD")
    assert await report(house) == [
        # of 60.0 and 60.1: the 90th percentile lies nine tenths of the way
        line("2025-12-01", "LAPD", None, 2, 1, 50.0, 1, 0, 60.0, 60.1, 60.1),
        # of 10, 20, 30 and 90: the middle of 20 and 30; 30 + 0.7 · 60
        line("2025-12-01", "LBPD", None, 4, 3, 75.0, 1, 0, 25.0, 72.0, 90.0),
    ]


async def test_a_span_has_its_beginning_and_not_its_end(house: House) -> None:
    """`since` is included, `until` is not; both with any offset."""
    for hour in (10, 11, 12):
        await happened(house, f"2025-12-05T{hour}:00", hour)
    span = {"since": "2025-12-05T02:00:00-08:00", "until": "2025-12-05T12:00:00Z"}
    (row,) = await report(house, **span)
    assert (row["n"], row["worst_minutes"]) == (2, 11.0)
    assert await report(house, since="2025-12-06T00:00:00Z") == []


async def test_csv_has_the_same_lines(house: House) -> None:
    """The same numbers under the same names; what is null is empty."""
    await happened(house, "2025-12-05T20:00", 10)
    await happened(house, "2025-12-06T20:00", None, agency="LAPD")
    headers = {"Authorization": f"Bearer {house.coordinator.key}"}
    answer = await house.web.get("/v1/response-times?format=csv", headers=headers)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.startswith("period,agency,specialist,n,within_target,within_target_percent,missed,")
    assert answer.text.count("\r\n") == 3
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    rows = await report(house)
    assert lines == [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=2025-12-05T00:00:00", "since"),
        ("since=2025-12-05T00:00:00+00:00", "since"),  # a + that was not encoded is a space
        ("since=0001-01-01T00:00:00Z", "since"),
        ("until=1767780000", "until"),
        ("until=%00", "until"),
        ("period=year", "period"),
        ("by=child", "by"),
        ("format=xml", "format"),
    ],
)
async def test_a_bad_question_is_named(house: House, query: str, field: str) -> None:
    """422 names the parameter."""
    headers = {"Authorization": f"Bearer {house.coordinator.key}"}
    answer = await house.web.get(f"/v1/response-times?{query}", headers=headers)
    assert any(name.startswith(field) for name in fields(answer))


async def test_none_stands_alone(house: House) -> None:
    """To break down by `none` and by something else is a contradiction."""
    headers = {"Authorization": f"Bearer {house.coordinator.key}"}
    problem(await house.web.get("/v1/response-times?by=none&by=agency", headers=headers), 422)
