"""What we know of a caller, in words for people. For a caller of whom nothing need be said, nothing is."""

from dispatch.rules.facts.callers import Trust

_DOUBT = {
    Trust.LISTED: "unverified caller",
    Trust.UNLISTED: "unlisted caller, unverified",
    Trust.WITHHELD: "caller without a number, unverified",
}

SAID_BY_THE_CALLER = "said by the caller, not confirmed"
"""Stands beside a place that no coordinator has confirmed."""


def doubt(trust: Trust) -> str:
    """Such as "unverified caller"; empty for a caller who is known."""
    return _DOUBT.get(trust, "")
