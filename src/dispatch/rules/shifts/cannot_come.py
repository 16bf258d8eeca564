"""Somebody whose shift runs, or begins within twelve hours, writes that they cannot take it.

The law: **nobody is off call by a text, and nobody is thanked for a no.** Coordinators are rung, whoever would be paged
next is told, and whoever wrote it reads that they are on until they hear back.
"""

from datetime import datetime, timedelta

from dispatch.rules.decisions import AlarmCoordinators, SendPage
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.pages import Purpose, SentText
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Shift
from dispatch.rules.shifts import said as our_words
from dispatch.rules.shifts.wanting import theirs
from dispatch.rules.wording import alarms

BEGINS_WITHIN = timedelta(hours=12)
TESTED_AHEAD = timedelta(hours=14)
"""How long before its shift a test may come, in the evening before."""
_JUST_ASKED = timedelta(minutes=10)  # about a call-out that may be over by now


def is_just_asked(last: SentText, now: datetime) -> bool:
    """Whether our last text to them, which was about a call-out, may be what they answer, although that is over."""
    return now - last.read_from < _JUST_ASKED


def has_none_left(alarm: Alarm, roster: Roster, now: datetime) -> bool:
    """Whether none is left of the shifts that whoever said so then can have meant: it was given away, or is over."""
    until = max(alarm.opened_at + TESTED_AHEAD, now + timedelta(minutes=1))  # one that runs goes on beyond that
    return alarm.kind is AlarmKind.SHIFT_REFUSED and not theirs(roster, str(alarm.person), now, until)


def told(
    person: Person, shift: Shift, zone: str, backup: Person | None, words: str, contact: str | None, now: datetime
) -> list[AlarmCoordinators | SendPage]:
    """What follows. `backup` would be paged after them, if anybody; `zone` is their rotation's."""
    starts_at = shift.starts_at if shift.starts_at > now else None
    name = backup.first_name if backup is not None else ""
    alarm = alarms.shift_refused(person.first_name, shift.rotation, starts_at, zone, name, person.phone, words)
    answer = text_to(person, Purpose.ANSWER, our_words.still_on(starts_at, zone, contact), now)
    next_ = (
        () if backup is None else (text_to(backup, Purpose.TONIGHT, our_words.may_be_paged(person.first_name), now),)
    )
    return [AlarmCoordinators(alarm, kind=AlarmKind.SHIFT_REFUSED, person=person.id), answer, *next_]
