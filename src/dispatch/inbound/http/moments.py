"""Moments as callers write them: RFC 3339 with an offset from UTC, within this century.

What a call-out says about its own night must lie near it: a wrong year would be recorded as what happened. A validator
is given no clock, so the door says what time it is while it reads a body (`judged_at`).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

_EXAMPLE = "2026-01-05T02:14:00-08:00"
_LIKE_A_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")
# A moment outside this century is a mistake, and at the ends of the calendar it has no local time.
_CENTURY = "20"


def _written_out(value: object) -> object:
    """Refuse plain numbers: seconds since 1970, or a number meant for another field, would pass as a moment."""
    if not isinstance(value, str) or not _LIKE_A_MOMENT.match(value):
        raise ValueError(f"write the moment like {_EXAMPLE}")
    if not value.startswith(_CENTURY):
        raise ValueError("lies before the year 2000 or after 2099")
    return value


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


WrittenMoment = Annotated[
    AwareDatetime,
    BeforeValidator(_written_out),
    AfterValidator(_in_utc),
    Field(json_schema_extra={"pattern": f"^{_CENTURY}[0-9]{{2}}-"}),
]


# ---- near the night that they are about ----------------------------------------------------------------------------

_now: ContextVar[datetime | None] = ContextVar("now", default=None)


@contextmanager
def judged_at(now: datetime) -> Iterator[None]:
    """Inside, moments that are `near` must lie near `now`. At other doors a person checks what they have written."""
    token = _now.set(now)
    try:
        yield
    finally:
        _now.reset(token)


def near(*, back: timedelta, ahead: timedelta) -> AfterValidator:
    """For `Annotated`: the moment lies at most so far from when it is told."""

    def checked(moment: datetime) -> datetime:
        now = _now.get()
        if now is not None and not now - back <= moment <= now + ahead:
            raise ValueError(f"lies more than {_span(back)} back or {_span(ahead)} ahead")
        return moment

    return AfterValidator(checked)


def _span(span: timedelta) -> str:
    if span.days:
        return "a day" if span.days == 1 else f"{span.days} days"
    hours = span // timedelta(hours=1)
    return "an hour" if hours == 1 else f"{hours} hours"
