"""Which coordinators hear an alarm first, where they have a rotation of their own (ADR 69).

The law: **an alarm that nobody has reaches every coordinator two minutes after it was told.** What goes to the others
is written together with what goes to whoever is on, due two minutes later, so that no node has to remember it; it is
withdrawn once somebody has the alarm, or its trouble is over. Danger, and whatever is urgent, goes to all at once, and
so does news, which nobody can have.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.rules.alarms.alarm_kinds import Severity, severity
from dispatch.rules.decisions import SendPage
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.roster import Roster
from dispatch.rules.roster.on_call import on_call

ALL_AFTER = timedelta(minutes=2)


def first_to_hear(roster: Roster, kind: AlarmKind, at: datetime) -> frozenset[str]:
    """The ids of the coordinators who are on at that moment; none where all hear it at once. Raises `NaiveMoment`."""
    rotation = roster.alarm_rotation
    if rotation is None or severity(kind) is not Severity.WARNING:
        return frozenset()
    people = (roster.person(one) for one in on_call(roster, rotation, at))
    return frozenset(person.id for person in people if person is not None and person.is_coordinator)


def in_turn(
    pages: Iterable[SendPage], roster: Roster, kind: AlarmKind, opened_at: datetime, now: datetime
) -> list[SendPage]:
    """The pages that tell of an alarm, those to whoever is not on two minutes later. One that was opened before that
    has gone to all, and does again."""
    found = list(pages)
    first = first_to_hear(roster, kind, opened_at) if now - opened_at < ALL_AFTER else frozenset[str]()
    if not any(page.person in first for page in found):
        return found
    return [page if page.person in first else replace(page, due_at=opened_at + ALL_AFTER) for page in found]


def has_gone_to(alarm: Alarm, person: str, roster: Roster, now: datetime) -> bool:
    """Whether it has been this person's turn to hear the alarm."""
    first = first_to_hear(roster, alarm.kind, alarm.opened_at) if now - alarm.opened_at < ALL_AFTER else ()
    return not first or person in first


def awaits_turn(due_at: datetime | None, decided_at: datetime, tries: int) -> bool:
    """Whether a text was decided on minutes before it is due, and so is asked for its alarm before it leaves."""
    return tries == 0 and due_at is not None and due_at > decided_at
