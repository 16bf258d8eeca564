"""Moments as callers write them: RFC 3339 with an offset from UTC, within this century."""

import re
from datetime import UTC, datetime
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


Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_written_out),
    AfterValidator(_in_utc),
    Field(json_schema_extra={"pattern": f"^{_CENTURY}[0-9]{{2}}-"}),
]
