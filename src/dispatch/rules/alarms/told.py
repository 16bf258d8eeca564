"""How the alarms of one run of decisions are told, one after another.

The law: what is decided together rings once, since a second call would find the line busy (`busy_lines` does the same
for what was decided before). An alarm that opens is known to those told after it, and one that is over is not.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from dispatch.rules.alarms.owners import AlarmDelivery, sound
from dispatch.rules.decisions import AlarmCoordinators
from dispatch.rules.delivery.busy_lines import without_second_calls
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.pages import Page
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.roster import Roster


class AlarmRouter:
    """`known` are the open alarms about the call-out, `calls` the calls under way that tell of it. Alarms that open are
    called "new1", "new2" and so on until they are written."""

    def __init__(self, roster: Roster, known: Iterable[Alarm], now: datetime, *, calls: Collection[Page]) -> None:
        self._roster, self._now, self._calls = roster, now, calls
        self._known, self._new = list(known), 0
        self._rang = False

    @property
    def known(self) -> Sequence[Alarm]:
        """The open alarms about the call-out by now."""
        return self._known

    def end(self, kinds: frozenset[AlarmKind], person: str | None = None, *, had: bool = False) -> list[Alarm]:
        """Those of these kinds are over: those about one `person`, or that somebody has, or all. Returns them."""
        over = [
            alarm
            for alarm in self._known
            if alarm.kind in kinds and person in (None, alarm.person) and (alarm.owner is not None or not had)
        ]
        self._known = [alarm for alarm in self._known if alarm not in over]
        return over

    def owned(self, alarm_id: str, owner: str | None, *, ends: bool = False) -> None:
        """Somebody has it now, or nobody; with `ends` it is over."""
        left = [alarm for alarm in self._known if alarm.id != alarm_id or not ends]
        self._known = [_had_by(alarm, owner, self._now) if alarm.id == alarm_id else alarm for alarm in left]

    def tell(self, alarm: AlarmCoordinators, about: str | None) -> AlarmDelivery:
        """`about` is the call-out with which it ends; None for a standalone alarm."""
        new = f"new{self._new + 1}"
        told = sound(self._roster, alarm, self._known, self._now, rang=self._rang, about=about, new=new)
        # What rings some of them two minutes from now has not rung them.
        self._rang |= told.rings and all(page.due_at <= self._now for page in told.pages)
        # A call for an alarm that has an owner is hung up as soon as the carrier takes it (`rings_in_vain`).
        free = {known.id: known for known in self._known if known.owner is None}
        calls = [call for call in self._calls if call.alarm in free]
        alike = {known.id for known in free.values() if (known.kind, known.person) == (alarm.kind, alarm.person)}
        pages = without_second_calls(told.pages, calls, self._now, of=alike)
        if told.frees and told.again is not None:
            self.owned(told.again.id, None)
        if told.opened is not None:
            self._new += 1
            self._known.append(told.opened)
        open_one = told.again or told.opened
        of_it = open_one.id if open_one else None
        rings = any(page.channel is Channel.VOICE for page in pages)
        return replace(told, pages=[replace(page, alarm=of_it) for page in pages], rings=rings)


def _had_by(alarm: Alarm, owner: str | None, now: datetime) -> Alarm:
    if owner is None:
        return replace(alarm, owner=None, owned_at=None, acted_at=None)
    return replace(alarm, owner=owner, owned_at=alarm.owned_at if alarm.owner == owner else now, acted_at=now)
