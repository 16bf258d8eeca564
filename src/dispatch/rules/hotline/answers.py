"""What an officer answers by key, and what it changes about the call-out.

The law: a number alone moves nobody. A place that a caller names whom nobody has verified rings a coordinator, who
confirms it; and it never takes the place of one that is confirmed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dispatch.rules.callout.moves import change_details
from dispatch.rules.decisions import AlarmCoordinators, Decision, Note, NoteKind, WriteTrust
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callers import Trust
from dispatch.rules.facts.callout import Details
from dispatch.rules.facts.situation import Situation
from dispatch.rules.wording import alarms


def believe(situation: Situation, trust: Trust, agency: str) -> list[Decision]:
    """The caller has keyed in the PIN of `agency` after their call-out had opened: from now on they hear more. A place
    that they have named still waits for a coordinator."""
    if not situation.callout.is_open or not situation.callout.is_unverified:
        return []
    return [Note(NoteKind.DETAIL, f"the caller keyed in the PIN of {agency}"), WriteTrust(trust)]


def keep(situation: Situation, before: Details, changes: Mapping[str, Any], now: datetime) -> list[Decision]:
    """Keep the answer; `changes` are fields of `Details`. Raises `IllegalMove` once the call-out is over."""
    if not changes.get("place_unconfirmed"):
        return change_details(situation, before, changes, now)
    callout = situation.callout
    asked = AlarmCoordinators(
        alarms.officer_calls(callout.code, "names a place that nobody has confirmed", callout.officer_phone),
        kind=AlarmKind.OFFICER_CALLS,
    )
    if before.place:  # a coordinator, or the agency itself, has named it
        return [Note(NoteKind.DETAIL, "the caller named another place than the one that is confirmed"), asked]
    changed = change_details(situation, before, changes, now)
    return [*changed, asked] if changed else []
