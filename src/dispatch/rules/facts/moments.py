"""Moments are aware, and in UTC wherever they are kept."""

from datetime import datetime

LOCAL = "America/Los_Angeles"
"""The zone in which the service and everybody it pages live. The code names it here only."""


class NaiveMoment(ValueError):
    """a moment without a time zone was given; every moment here is aware"""


def require_aware(*moments: datetime | None) -> None:
    """Raise `NaiveMoment` unless every moment given carries its offset from UTC."""
    for moment in moments:
        if moment is not None and moment.utcoffset() is None:
            raise NaiveMoment(f"{moment.isoformat()} has no UTC offset")
