"""Who could come, and on whom nobody counts: whoever answered late, and whoever goes only if nobody else does.

In words for every view, a wall display too: it is what they said themselves.
"""

from dataclasses import dataclass

from dispatch.rules.facts.callout import Assignment, CallOut, Decline
from dispatch.rules.facts.roster import Roster


@dataclass(frozen=True, slots=True)
class CouldCome:
    """One of them. `limited`: only if nobody else does. `minutes` is how long they said they need."""

    person: str
    limited: bool
    minutes: int | None

    @property
    def in_words(self) -> str:
        """Such as "only if nobody else, needs 20 min"."""
        said = "only if nobody else" if self.limited else "could come too"
        return said if self.minutes is None else f"{said}, needs {self.minutes} min"


def offers(callout: CallOut) -> list[CouldCome]:
    """Whoever would be there soonest first, whoever has said no time last."""
    late = [one for one in callout.assignments if one.role.is_offer]
    known = {one.person for one in late}
    found = [CouldCome(one.person, limited=False, minutes=_needed(one)) for one in late]
    found += [of_decline(one) for one in callout.limited if one.person not in known]
    return sorted(found, key=lambda one: (one.minutes is None, one.minutes, one.person))


def of_decline(said: Decline) -> CouldCome:
    """As `offers` has whoever goes only if nobody else does."""
    return CouldCome(said.person, limited=True, minutes=said.minutes)


def _needed(late: Assignment) -> int | None:
    """Minutes from their answer to being there. None where they said no time, or answered by a clock that had been set
    back."""
    if late.eta_at is None or late.eta_at < late.acknowledged_at:
        return None
    return int((late.eta_at - late.acknowledged_at).total_seconds() // 60)


def shown(callout: CallOut, roster: Roster) -> str:
    """All of them in one line; "" where there is nobody, or somebody is there."""
    if callout.arrived_at is not None or not callout.is_open:
        return ""
    found = [f"{roster.first_name_of(one.person)}: {one.in_words}" for one in offers(callout)]
    return f"{'; '.join(found)}." if found else ""
