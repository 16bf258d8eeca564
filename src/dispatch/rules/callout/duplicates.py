"""Two reports of one recovery, as when the officer calls and the hotline posts it too.

The law: a probable duplicate is flagged, and both are paged. Nothing is merged by itself: two operations in one night
look just the same, and a child must not wait because a program took two for one. People who hear of it ask the officer.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dispatch.rules.decisions import AlarmCoordinators, Decision, Note, NoteKind, WriteCallOut
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.callout import Alike, Likeness
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.situation import Situation
from dispatch.rules.wording import alarms, texts

SAME_WITHIN = timedelta(minutes=30)
"""How long after another call-out one may still be a report of the same recovery."""


def probable(alike: Sequence[Alike]) -> Alike | None:
    """The call-out that a new one probably repeats. The same number says more than the same unit, which has many
    officers."""
    return min(alike, key=lambda other: [*Likeness].index(other.likeness), default=None)


def comes_out(situation: Situation, alike: Sequence[Alike], now: datetime) -> list[Decision]:
    """The caller has said more, as the station where they are, and now another call-out is like this one."""
    other = probable(alike)
    if other is None or situation.callout.same_as is not None:
        return []
    return [WriteCallOut({"probable_duplicate_of": other.code}), *flag(situation, other, now)]


def flag(situation: Situation, other: Alike, now: datetime) -> list[Decision]:
    """Tell people that a new call-out is probably the same as `other`: coordinators, and whoever has `other`.

    Whoever is paged for the new one reads it in the page itself.
    """
    code = situation.callout.code
    specialist = situation.roster.person(other.specialist) if other.specialist else None
    told = [specialist] if specialist else []
    return [
        Note(NoteKind.PROBABLE_DUPLICATE, f"probably the same as {other.code}: {other.likeness}"),
        AlarmCoordinators(alarms.probable_duplicate(code, other.code, other.likeness)),
        *(text_to(person, Purpose.REMINDER, texts.probably_yours(other.code, code), now) for person in told),
    ]
