"""What happens when a deadline is due: each kind names the rule that decides.

The law: meeting a deadline either sets the next one or finds that another rule has (`rules/callout/moves.py`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import assert_never

from dispatch.rules.alarms import owners, promises
from dispatch.rules.callout import escalation, reminders, response_clock, stay_away
from dispatch.rules.decisions import DROPPED_ON_CLOSE, DeadlineKind, Decision, Note, NoteKind, SendPage, SetDeadline
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.situation import Situation
from dispatch.rules.nearer import late_yes
from dispatch.rules.replies import answering, letting_go

AFTER_A_FAULT = timedelta(seconds=30)
"""How long until what failed through a bug of ours is tried again."""
AFTER_A_CONFLICT = timedelta(seconds=1)
"""How long until it is tried again when another node had just written the same: then it will most likely succeed."""

_SENDS_ON = frozenset({DeadlineKind.REMIND_EN_ROUTE, DeadlineKind.REMIND_ARRIVAL, DeadlineKind.NEARER})
_LOOKED_AGAIN = timedelta(minutes=2)
"""How soon, whether the scene is safe by now."""

ABOUT_PLACES = frozenset({DeadlineKind.NEARER})
"""The kinds whose rule asks who is how far from the meeting place."""

_Rule = Callable[[Situation, Person, int, datetime], list[Decision]]


def meet(
    situation: Situation, kind: DeadlineKind, person_id: str | None, attempt: int, now: datetime
) -> list[Decision]:
    """Decide what a deadline of `kind`, set for `person_id` (or the whole call-out), leads to at `now`.

    A deadline of a call-out that is over leads to nothing, except for a cry for help that nobody has heard yet. While
    nobody may go there nobody is asked to, or loses it because they wait; then everything is asked from the start.
    """
    if not situation.callout.is_open and kind in DROPPED_ON_CLOSE:
        return []
    if kind in _SENDS_ON and stay_away.keeps_away(situation):
        return [SetDeadline(kind, now + _LOOKED_AGAIN, person_id)]
    match kind:
        case DeadlineKind.ESCALATE:
            return escalation.end_step(situation, now)
        case DeadlineKind.OFFICER_WAITING:
            return response_clock.tell_officer_nobody_yet(situation, attempt, now)
        case DeadlineKind.WARN_TARGET:
            return response_clock.warn(situation, now)
        case DeadlineKind.TARGET_MISSED:
            return response_clock.miss(situation, now)
        case DeadlineKind.REMIND_EN_ROUTE:
            return _ask(reminders.remind_en_route, situation, person_id, attempt, now)
        case DeadlineKind.REMIND_ARRIVAL:
            return _ask(reminders.remind_arrival, situation, person_id, attempt, now)
        case DeadlineKind.CHECK_ON_SCENE:
            return reminders.check_on_scene(situation, attempt, now)
        case DeadlineKind.CLEAR_UP:
            return _ask(answering.still_unclear, situation, person_id, attempt, now)
        case DeadlineKind.LET_GO:
            return _ask(letting_go.no_clear_word, situation, person_id, attempt, now)
        case DeadlineKind.DANGER:
            return answering.danger_goes_on(situation, person_id, attempt, now)
        case DeadlineKind.CHECK_HOME:
            return _ask(reminders.check_home, situation, person_id, attempt, now)
        case DeadlineKind.RING_BACK:
            return promises.ring_again(situation, now)
        case DeadlineKind.CONFIRM_PLACE:
            return promises.ring_about_place(situation, now)
        case DeadlineKind.MOVED:
            return _ask(stay_away.ring_about_move, situation, person_id, attempt, now)
        case DeadlineKind.STAY_AWAY if person_id is None:
            return stay_away.ring_about_scene(situation, now)
        case DeadlineKind.STAY_AWAY:
            return _ask(stay_away.ring_until_heard, situation, person_id, attempt, now)
        case DeadlineKind.NEARER:
            return late_yes.look(situation, escalation.this_step_and_next(situation, now), now)
        case DeadlineKind.ALARM_LAPSES:
            assert person_id is not None, "it is set for the alarm's owner"
            return owners.lapse(situation, person_id, attempt, now)
        case _:
            assert_never(kind)


def _ask(rule: _Rule, situation: Situation, person_id: str | None, attempt: int, now: datetime) -> list[Decision]:
    """Ask a person. Somebody who has left the roster cannot be asked: coordinators are alarmed instead, as often as it
    takes."""
    assert person_id is not None, "deadlines of this kind are set for a person"
    person = situation.roster.person(person_id)
    if person is not None:
        return rule(situation, person, attempt, now)
    # Coordinators are alarmed from the second attempt on, so skipping the first loses nothing.
    decisions = rule(situation, Person(person_id, person_id, phone=""), max(attempt, 2), now)
    follows = [decision for decision in decisions if not _asks(decision, person_id)]
    gone = Note(NoteKind.NOT_IN_ROSTER, f"{person_id} is no longer in the roster and cannot be asked", person_id)
    return [gone, *follows] if follows else []


def _asks(decision: Decision, person_id: str) -> bool:
    """Whether the decision is a message to this person, or notes that there was one."""
    match decision:
        case SendPage(person=person):
            return person == person_id
        case Note(kind):
            return kind in {NoteKind.REMINDED, NoteKind.REPAGED, NoteKind.CHECKED}
        case _:
            return False
