"""Who is how far from a meeting place, for the rules that ask: a few queries, and none where no area is known."""

from datetime import datetime

from dispatch.rules.facts.situation import Nearby, Situation
from dispatch.rules.nearer.meeting_area import meeting_area
from dispatch.rules.nearer.nearby import nearby
from dispatch.store.callout import callouts
from dispatch.store.roster import measured_drives
from dispatch.store.transaction import Transaction


def load_nearby(tx: Transaction, about: Situation, now: datetime) -> Nearby:
    """As it is at this moment."""
    roster, callout = about.roster, about.callout
    to = meeting_area(roster, callout.agency, about.details) if roster.areas else None
    drives = measured_drives.to_area(tx, to.code) if to is not None else []
    return nearby(roster, callout, to, drives, callouts.count_waiting(tx), now, about.away)
