"""The alarms of one run of decisions, each told after those before it.

The law: what is decided together rings once, since a second call would find the line busy (`busy_lines`, also for what
was decided before); and what it has opened is known to whatever it tells after that. What is shown of a command and
what the command then does ask the same `Sounder`.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.rules.alarms.alarm_kinds import over_when
from dispatch.rules.alarms.owners import sound
from dispatch.rules.decisions import AlarmCoordinators, SendPage
from dispatch.rules.delivery.busy_lines import without_second_calls
from dispatch.rules.facts.alarms import Alarm
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.pages import Page
from dispatch.rules.facts.roster import Roster


@dataclass(frozen=True, slots=True)
class Told:
    """Whom an alarm is told, and how. `again` is the open alarm that it repeats, `opened` the one that it is itself."""

    pages: list[SendPage]
    again: Alarm | None = None
    opened: Alarm | None = None


class Sounder:
    """`known` are the open alarms about the call-out, and `calls` those that tell of it and are under way; `new_id`
    names each alarm that opens."""

    def __init__(
        self,
        roster: Roster,
        known: Iterable[Alarm],
        now: datetime,
        new_id: Callable[[], str],
        *,
        calls: Collection[Page],
    ) -> None:
        self._roster, self._now, self._new_id, self._calls = roster, now, new_id, calls
        self._known = list(known)
        self._rang = False

    def moved(self, status: Status) -> None:
        """The call-out has this status now, which ends the trouble behind some of them."""
        over = over_when(status)
        self._known = [alarm for alarm in self._known if alarm.kind not in over]

    def tell(self, alarm: AlarmCoordinators, about: str | None) -> Told:
        """`about` is the call-out that it ends with; None when it goes on by itself."""
        sounding = sound(self._roster, alarm, self._known, self._now, rang=self._rang)
        self._rang |= sounding.rings
        # A call for an alarm that somebody has is hung up as soon as the carrier takes it (`rings_in_vain`).
        free = {known.id: known for known in self._known if known.owner is None}
        calls = [call for call in self._calls if call.alarm in free]
        alike = {known.id for known in free.values() if (known.kind, known.person) == (alarm.kind, alarm.person)}
        pages = without_second_calls(sounding.pages, calls, self._now, of=alike)
        opened = None
        if sounding.opens:
            opened = Alarm(
                self._new_id(), alarm.kind, alarm.text, self._now, about, person=alarm.person, call=alarm.call
            )
            self._known.append(opened)
        open_one = sounding.again or opened
        of_it = open_one.id if open_one else None
        return Told([replace(page, alarm=of_it) for page in pages], sounding.again, opened)
