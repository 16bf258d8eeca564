"""A stamp set on a coordinator's word: one that nobody reported, or one that was wrong.

The law: a stamp that is set by hand moves the call-out as the specialist's own word would have. A stamp without its
move would leave a call-out that asks for an arrival it already knows of, and in the end asks for nothing at all.
"""

from datetime import datetime

from dispatch.rules.callout import assignment
from dispatch.rules.callout.stamps import changed, check_arrived, check_order, stamp_of
from dispatch.rules.decisions import Decision, Note, NoteKind, OverwriteStamp, SendPage, Stamp, StampKind
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.callout import Assignment
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.situation import Situation
from dispatch.rules.wording import coordinator_texts


def set_stamp(
    situation: Situation,
    mine: Assignment,
    stamp: StampKind,
    at: datetime,
    now: datetime,
    *,
    by: str,
    reason: str,
) -> list[Decision]:
    """Set a stamp of somebody who is on the call-out. What it was, who changed it and why stand in the timeline.

    Raises `OutOfOrder` if old and new stamps together would be out of order.
    """
    stamps = {kind: stamp_of(mine, kind) for kind in StampKind} | {stamp: at}
    check_arrived(stamps)
    check_order(mine.acknowledged_at, stamps, now)
    before = stamp_of(mine, stamp)
    note = Note(NoteKind.CORRECTED, f"{changed(mine, stamp, at)}, by {by}: {reason}", mine.person)
    moved = _as_if_said(situation, mine, stamp, at, now) if before is None and situation.callout.is_open else []
    if not moved:
        return [OverwriteStamp(mine.person, stamp, at, before, reason), note]
    person = _person(situation, mine)
    # Nobody is rung to hear what they said.
    told = [decision for decision in moved if not (person.opted_out and _answers(decision))]
    by_hand = (
        OverwriteStamp(one.person, one.kind, at, None, reason) if isinstance(one, Stamp) else one for one in told
    )
    return [*by_hand, note]


def _as_if_said(
    situation: Situation, mine: Assignment, stamp: StampKind, at: datetime, now: datetime
) -> list[Decision]:
    """What their own word would have done; nothing if no word says just that."""
    person = _person(situation, mine)
    match stamp:
        case StampKind.EN_ROUTE if not mine.has_set_out:
            noted = text_to(person, Purpose.ANSWER, coordinator_texts.set_out_noted(situation.callout.code, at), now)
            departed = assignment.depart(situation, person, None, now)
            return [noted if _answers(decision) else decision for decision in departed]
        case StampKind.ARRIVED:
            return assignment.arrive(situation, person, now, at)
        case StampKind.CLEARED:
            return assignment.clear(situation, person, now)
        case StampKind.HOME:
            return assignment.come_home(situation, person, now)
        case _:
            return []


def _person(situation: Situation, mine: Assignment) -> Person:
    """Somebody who has left the roster may still be on the way; nothing can be sent to them."""
    return situation.roster.person(mine.person) or Person(mine.person, mine.person, phone="", opted_out=True)


def _answers(decision: Decision) -> bool:
    return isinstance(decision, SendPage) and decision.purpose is Purpose.ANSWER
