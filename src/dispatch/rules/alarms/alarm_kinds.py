"""How bad each kind of alarm is, in one table from which docs/alarms.md is drawn.

The law: whatever makes things worse for a child, or for one of our people, rings everybody, even if somebody has an
alarm about that call-out already. Any other alarm stays with its owner (`rules/alarms/owners.py`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from dispatch.rules.decisions import AlarmCoordinators
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import Status


class Severity(IntEnum):
    NEWS = 0  # to be read; it needs no owner
    WARNING = 1  # the service goes on by itself, and a person should look
    URGENT = 2  # a child waits with nobody on the way, or nobody can be told in time
    DANGER = 3


@dataclass(frozen=True, slots=True)
class Traits:
    """What a kind of alarm does.

    `rings`: phones ring as well. `always`: it rings even if a coordinator has an alarm about the call-out that is as
    bad. `repeats`: the same kind again about the same call-out (and person) tells of the same trouble, so only its
    owner hears of it, unless a person has said it since (`said_at`). `over_when`: the statuses in which the trouble is
    over; it always is once the call-out is over.
    """

    severity: Severity
    rings: bool = False
    always: bool = False
    repeats: bool = False
    over_when: frozenset[Status] = frozenset()


_LEFT = frozenset({Status.CLEARED})
_THERE = _LEFT | {Status.ON_SCENE}
_TAKEN = _THERE | {Status.ACKNOWLEDGED, Status.EN_ROUTE}
_ASKED_NO_MORE = _THERE | {Status.PAGING}
_MOVED = _THERE | {Status.EN_ROUTE, Status.PAGING}

TRAITS: Mapping[AlarmKind, Traits] = {
    AlarmKind.DANGER: Traits(Severity.DANGER, rings=True, always=True, repeats=True),
    AlarmKind.SCENE_UNSAFE: Traits(Severity.DANGER, rings=True, always=True, repeats=True, over_when=_LEFT),
    AlarmKind.DANGER_UNHEARD: Traits(Severity.DANGER, rings=True, always=True, repeats=True, over_when=_LEFT),
    AlarmKind.CHAIN_ENDED: Traits(Severity.URGENT, rings=True, always=True, repeats=True, over_when=_TAKEN),
    AlarmKind.TARGET_MISSED: Traits(Severity.URGENT, rings=True, always=True, over_when=_THERE),
    AlarmKind.RELEASED: Traits(Severity.URGENT, rings=True, always=True, over_when=_TAKEN),
    AlarmKind.GAVE_UP: Traits(Severity.URGENT, rings=True, always=True, over_when=_TAKEN),
    AlarmKind.STILL_UNCLEAR: Traits(Severity.URGENT, rings=True, always=True, repeats=True, over_when=_ASKED_NO_MORE),
    AlarmKind.STOPPED: Traits(Severity.URGENT, rings=True, always=True, repeats=True, over_when=_ASKED_NO_MORE),
    AlarmKind.ASKS_FOR_A_CALL: Traits(Severity.URGENT, rings=True, always=True, repeats=True),
    AlarmKind.OFFICER_CALLS_OFF: Traits(Severity.URGENT, rings=True, always=True),
    AlarmKind.SOMEBODY_HURT: Traits(Severity.URGENT, rings=True, always=True, repeats=True),
    AlarmKind.NOBODY_CAME: Traits(Severity.URGENT, rings=True, always=True),
    AlarmKind.STRANGER_CRIES: Traits(Severity.URGENT, rings=True, always=True),
    AlarmKind.NEEDED_AGAIN: Traits(Severity.URGENT, rings=True, always=True),
    AlarmKind.WROTE_AFTER_THE_END: Traits(Severity.URGENT, rings=True, always=True, repeats=True),
    AlarmKind.SHIFT_REFUSED: Traits(Severity.URGENT, rings=True, always=True, repeats=True),
    AlarmKind.WORK_IS_LATE: Traits(Severity.URGENT, rings=True, repeats=True),
    AlarmKind.OUR_MISTAKE: Traits(Severity.URGENT, rings=True, repeats=True),
    AlarmKind.UNDECIDED_CALL: Traits(Severity.URGENT, rings=True, always=True, repeats=True),
    AlarmKind.SILENT_CALLS: Traits(Severity.URGENT, rings=True, always=True, repeats=True),
    AlarmKind.MISSED_CALL: Traits(Severity.URGENT, rings=True, always=True, repeats=True),
    AlarmKind.UNVERIFIED: Traits(Severity.URGENT, rings=True, always=True, repeats=True, over_when=_THERE),
    AlarmKind.OFFICER_CALLS: Traits(Severity.URGENT, rings=True, always=True, repeats=True),
    AlarmKind.PLACE_UNCONFIRMED: Traits(Severity.URGENT, rings=True, always=True, repeats=True, over_when=_THERE),
    AlarmKind.DRIVER_SILENT: Traits(
        Severity.URGENT, rings=True, always=True, repeats=True, over_when=_THERE | {Status.PAGING}
    ),
    AlarmKind.TARGET_WARNING: Traits(Severity.WARNING, repeats=True, over_when=_THERE),
    AlarmKind.NOBODY_ON_SHIFT: Traits(Severity.WARNING, repeats=True, over_when=_TAKEN),
    AlarmKind.NOT_MOVING: Traits(Severity.WARNING, repeats=True, over_when=_MOVED),
    AlarmKind.WRITES_AND_STAYS: Traits(Severity.WARNING, rings=True, repeats=True, over_when=_MOVED),
    AlarmKind.LATE_ARRIVAL: Traits(Severity.WARNING, repeats=True, over_when=_THERE),
    AlarmKind.HANDED_OVER: Traits(Severity.WARNING, over_when=_THERE),
    AlarmKind.OFFICER_NOT_REACHED: Traits(Severity.WARNING, repeats=True, over_when=_THERE),
    AlarmKind.OFFICER_NOT_DIALLED: Traits(Severity.WARNING, rings=True, repeats=True, over_when=_THERE),
    AlarmKind.PLACE_NOT_TOLD: Traits(Severity.WARNING, repeats=True, over_when=_THERE | {Status.PAGING}),
    AlarmKind.END_NOT_TOLD: Traits(Severity.WARNING, repeats=True),
    AlarmKind.ON_SCENE_CHECK: Traits(Severity.WARNING, repeats=True, over_when=_LEFT),
    AlarmKind.HOME_CHECK: Traits(Severity.WARNING, repeats=True),
    AlarmKind.OPTED_OUT: Traits(Severity.WARNING, repeats=True),
    AlarmKind.SHIFT_SILENT: Traits(Severity.WARNING, rings=True, repeats=True),
    AlarmKind.CARRIER: Traits(Severity.WARNING, repeats=True),
    AlarmKind.CLOCK_SET_BACK: Traits(Severity.WARNING),
    AlarmKind.CLOCKS_APART: Traits(Severity.WARNING, repeats=True),
    AlarmKind.CALLS_REFUSED: Traits(Severity.WARNING),
    AlarmKind.COVER_WANTED: Traits(Severity.WARNING),
    AlarmKind.CODES_GUESSED: Traits(Severity.WARNING, rings=True),
    AlarmKind.RESCUED: Traits(Severity.WARNING, repeats=True),
    AlarmKind.NEWS: Traits(Severity.NEWS),
}


def severity(kind: AlarmKind) -> Severity:
    return TRAITS[kind].severity


def worst_first(found: Iterable[Alarm]) -> list[Alarm]:
    """The alarms in the order in which a coordinator should read them; those that are equally bad keep their order."""
    return sorted(found, key=lambda alarm: -severity(alarm.kind))


def rings(alarm: AlarmCoordinators) -> bool:
    """Whether it rings: as its kind does, unless the alarm says otherwise."""
    return TRAITS[alarm.kind].rings if alarm.rings is None else alarm.rings


SURVIVES_CLOSE = frozenset({AlarmKind.DANGER})
"""The kinds that go on after the end of their call-out until a coordinator has them: whoever cried for help may still
need it."""


OVER_WHEN_VERIFIED = frozenset({AlarmKind.UNVERIFIED})
OVER_ONCE_HEARD = frozenset({AlarmKind.DRIVER_SILENT, AlarmKind.DANGER_UNHEARD})
"""The kinds that are over once whom they are about has been heard, or does not go any more."""
OVER_ONCE_CLEAR = frozenset({AlarmKind.STILL_UNCLEAR})
"""The kinds that are over once whom they are about has said clearly how it stands."""


def over_when(status: Status) -> frozenset[AlarmKind]:
    """The kinds of alarm whose trouble is over once the call-out has this status. Those that outlive it end with it
    only if a coordinator has them."""
    if not status.is_open:
        return frozenset(AlarmKind) - SURVIVES_CLOSE
    return frozenset(kind for kind, traits in TRAITS.items() if status in traits.over_when)
