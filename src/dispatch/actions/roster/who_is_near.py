"""How long each of our people would take to an area. Only reads, and says in the audit that somebody looked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dispatch.actions.context import Context
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.roster import Area, Roster
from dispatch.rules.roster.estimate import Estimate, estimate
from dispatch.store.access import audit
from dispatch.store.roster import measured_drives
from dispatch.store.transaction import Transaction


class NoSuchArea(LookupError):
    """no area of the roster has this code"""


@dataclass(frozen=True, slots=True)
class Near:
    """An estimate for each person, by their id, as it stood with this roster."""

    roster: Roster
    to: Area
    estimates: Mapping[str, Estimate]


def who_is_near(tx: Transaction, context: Context, code: str, moment: datetime, by: Actor, source: Source) -> Near:
    """Everybody's way to the area with this code, were they asked at `moment`. Raises `NoSuchArea`, `NaiveMoment`."""
    roster = context.roster(tx)
    to = roster.area(code.upper())
    if to is None:
        known = ", ".join(area.code for area in roster.areas) or "none (they are in the roster file)"
        raise NoSuchArea(f"no area has the code {code!r}; there are: {known}")
    drives = measured_drives.to_area(tx, to.code)
    audit.write(tx, context.now, by, source, AuditEvent.SAW_ESTIMATES)  # not where: a child may wait there
    return Near(roster, to, {person.id: estimate(person, to, roster, drives, moment) for person in roster.people})
