"""What may be kept of how a call-out ended.

The law: numbers, moments and other bodies' references, and no field for a name or a story. A reference that may be a
name is refused: one that a county office gives has digits in it.
"""

import re
from dataclasses import asdict
from datetime import datetime

from dispatch.rules.facts.callout import CallOut, Outcome
from dispatch.rules.wording.times import local_day_and_time

MOST_CHILDREN, MOST_BAGS = 200, 500
_REFERENCE = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9./#-]{0,29}")


class NotAnOutcome(ValueError):
    """a field of the outcome cannot be"""


def check(outcome: Outcome, callout: CallOut, now: datetime) -> None:
    """Raise `NotAnOutcome` unless every field can be true; the message is for whoever filled in the form."""
    if outcome == Outcome():
        raise NotAnOutcome("say at least one thing that came of it")
    for number, most, what in (
        (outcome.children_met, MOST_CHILDREN, "children met"),
        (outcome.freedom_bags, MOST_BAGS, "Freedom Bags"),
    ):
        if number is not None and not 0 <= number <= most:
            raise NotAnOutcome(f"{what}: a number from 0 to {most}")
    for body, at, reference in (
        ("DCFS", outcome.dcfs_at, outcome.dcfs_reference),
        ("Probation", outcome.probation_at, outcome.probation_reference),
    ):
        if reference is not None and at is None:
            raise NotAnOutcome(f"{body}: say when as well")
        if reference is not None and not _REFERENCE.fullmatch(reference):
            raise NotAnOutcome(f"{body}: a reference is one word with a digit in it, 30 characters at most")
        if at is not None and not callout.received_at <= at <= now:
            raise NotAnOutcome(f"{body}: {local_day_and_time(at)} is not between the call and now")


_NAMES = {
    "children_met": "children met",
    "freedom_bags": "Freedom Bags",
    "dcfs_at": "to DCFS at",
    "dcfs_reference": "DCFS reference",
    "probation_at": "to Probation at",
    "probation_reference": "Probation reference",
}


def changed(before: Outcome | None, after: Outcome) -> str:
    """What is noted, and what it replaces; of a reference, only that it changed."""
    old = asdict(before or Outcome())
    said = []
    for field, value in asdict(after).items():
        if value == old[field]:
            continue
        if field.endswith("_reference"):
            said.append(_NAMES[field])
            continue
        was = f", was {_shown(old[field])}" if old[field] is not None else ""
        said.append(f"{_NAMES[field]} {_shown(value)}{was}")
    return "; ".join(said) or "nothing new"


def _shown(value: object) -> str:
    return local_day_and_time(value) if isinstance(value, datetime) else "nothing" if value is None else str(value)
