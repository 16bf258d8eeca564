"""What will happen to a call-out by itself, in words, read from the rows that will make it happen.

The law of the service, made visible: every open call-out has something here. **What is said here happens, unless
something else happens first**: each row's own rule is asked what it would do at its moment, and a row that would do
nothing is not a next move.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from dispatch.rules import deadlines
from dispatch.rules.callout import escalation, reminders
from dispatch.rules.decisions import DeadlineKind, DropDeadlines, SetDeadline, TellAgency
from dispatch.rules.facts.alarms import UnlistedPromises
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.pages import Page
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.situation import UNKNOWN, Situation
from dispatch.rules.wording.names import listed
from dispatch.rules.wording.times import local_time


@dataclass(frozen=True, slots=True)
class NextMove:
    """`words` say everything, with the moment; `person` is whom it is about. What `waits` does not happen at its
    moment: nobody can be paged."""

    at: datetime
    words: str
    person: str | None = None
    waits: bool = False


def next_moves(situation: Situation, due: Iterable[SetDeadline]) -> list[NextMove]:
    """Every next move, the nearest first: all deadlines, and the next waiting page of each person."""
    moves = [NextMove(row.due_at, _meets(situation, row), row.person) for row in due if _acts(situation, row)]
    return sorted([*moves, *_pages(situation)], key=lambda move: move.at)


def unforeseen(due: Iterable[SetDeadline]) -> list[NextMove]:
    """What is said where a mistake of ours keeps us from saying what is next: when it is."""
    at = min((row.due_at for row in due), default=None)
    return (
        [] if at is None else [NextMove(at, f"something is due at {local_time(at)}, and a mistake of ours hides what")]
    )


_NO_OTHER = UnlistedPromises(count=1, rang_at=None)
_SEEN_BY_NOBODY = (SetDeadline, DropDeadlines, TellAgency)


def _acts(situation: Situation, row: SetDeadline) -> bool:
    """Whether anybody will notice that its moment has come, if nobody says or does anything before."""
    if row.kind is DeadlineKind.NEARER:  # where people are is not looked up for a board
        return bool(_asked_along(situation.callout))
    # As it is at that moment if until then nobody writes, rings or is rung.
    stands = replace(situation, nearby=UNKNOWN, unlisted_promises=_NO_OTHER, wrote=(), noted=(), calls=())
    decided = deadlines.meet(stands, row.kind, row.person, row.attempt, row.due_at)
    if row.kind is DeadlineKind.OFFICER_WAITING and not situation.dials_officer:
        return False  # its rule leaves a line in the timeline, and the officer hears nothing
    return any(not isinstance(decision, _SEEN_BY_NOBODY) for decision in decided)


def _pages(situation: Situation) -> list[NextMove]:
    nearest: dict[str, Page] = {}
    for page in situation.callout.pages:
        if not page.will_ask or page.person is None:
            continue
        if page.person not in nearest or escalation.due_of(page) < escalation.due_of(nearest[page.person]):
            nearest[page.person] = page
    return [_page(situation, page) for page in nearest.values()]


def _page(situation: Situation, page: Page) -> NextMove:
    if situation.paging.nobody:
        return _page_that_waits(situation, page)
    at, does = escalation.due_of(page), "is rung" if page.channel is Channel.VOICE else "is texted"
    if page.was_refused:
        does = "is tried again by call" if page.channel is Channel.VOICE else "is tried again by text"
    return NextMove(at, f"{_name(situation, page.person)} {does} at {local_time(at)}", page.person)


def _page_that_waits(situation: Situation, page: Page) -> NextMove:
    """No moment is promised: it is tried again and again, and does not go out."""
    kind = "a call" if page.channel is Channel.VOICE else "a text"
    words = f"{kind} to {_name(situation, page.person)} waits until {situation.paging.until}"
    return NextMove(escalation.due_of(page), words, page.person, waits=True)


def _meets(situation: Situation, row: SetDeadline) -> str:
    words = _deadline(situation, row)
    if not situation.paging.nobody or row.kind is DeadlineKind.TARGET_MISSED:
        return words
    return f"{words}, if by then {situation.paging.until}"


def _deadline(situation: Situation, row: SetDeadline) -> str:
    at, who = local_time(row.due_at), _name(situation, row.person)
    match row.kind:
        case DeadlineKind.ESCALATE:
            return _step_ends(situation, row.due_at)
        case DeadlineKind.OFFICER_WAITING:
            return f"the officer hears at {at} that nobody has it yet"
        case DeadlineKind.WARN_TARGET:
            return f"coordinators are warned at {at} that the target is near"
        case DeadlineKind.TARGET_MISSED:
            return f"it counts as missed at {at}, unless somebody is there"
        case DeadlineKind.REMIND_EN_ROUTE:
            return _asked_to_move(situation.callout, row, who, at)
        case DeadlineKind.REMIND_ARRIVAL:
            return f"{who} is asked at {at}: there?"
        case DeadlineKind.CHECK_ON_SCENE:
            return f"whoever is there is asked at {at}: all well?"
        case DeadlineKind.CHECK_HOME:
            return f"{who} is asked at {at}: safe at home?"
        case DeadlineKind.CLEAR_UP:
            return f"coordinators are rung at {at}, unless {who} writes a clear word"
        case DeadlineKind.LET_GO if row.attempt == 1:
            return f"{who} is rung at {at}: going, or not?"
        case DeadlineKind.LET_GO:
            return f"coordinators are rung at {at} and the next are asked along, unless {who} says whether they go"
        case DeadlineKind.DANGER:
            return f"coordinators are rung again at {at}: {who if row.person else 'the officer'} asked for help"
        case DeadlineKind.RING_BACK:
            return f"coordinators are rung again at {at}: the officer was promised a call"
        case DeadlineKind.CONFIRM_PLACE:
            return f"coordinators are rung at {at}: nobody has confirmed the meeting place"
        case DeadlineKind.MOVED:
            return f"{who} is rung at {at}, unless {who} answers: the officer has moved"
        case DeadlineKind.STAY_AWAY if row.person is None:
            return f"coordinators are rung again at {at}: the scene is not safe"
        case DeadlineKind.STAY_AWAY:
            return f"{who} is rung again at {at}, unless {who} answers: stay away"
        case DeadlineKind.NEARER:
            asked = [_name(situation, person) for person in _asked_along(situation.callout)]
            answers = "answer" if len(asked) > 1 else "answers"
            return f"others may be asked along at {at}, unless {listed(asked)} {answers}"
        case DeadlineKind.ALARM_LAPSES:
            if row.attempt > 1 or situation.roster.person(row.person or "") is None:
                return f"coordinators are rung at {at}: {who} has the alarm and is not heard from"
            return f"{who} is rung at {at}: still at the alarm?"
        case _:
            assert_never(row.kind)


def _asked_along(callout: CallOut) -> list[str]:
    return [person for person in callout.asked_along if callout.is_asked_along(person)]


def _asked_to_move(callout: CallOut, row: SetDeadline, who: str, at: str) -> str:
    mine = callout.assignment_of(row.person) if row.person is not None else None
    if mine is not None and reminders.gives_up(mine, row.attempt):
        return f"{who} loses it at {at} and the next are paged, unless {who} moves or writes"
    return f"{who} is asked at {at}: on the way?" if row.attempt == 1 else f"{who} is rung at {at}: on the way?"


def _step_ends(situation: Situation, at: datetime) -> str:
    """Such as "Ben's step ends at 02:24, then everyone"."""
    callout = situation.callout
    following = escalation.step_that_begins(situation, callout.step + 1, at)
    if escalation.is_of_policy(callout.policy, following):
        then = listed([person.first_name for person in escalation.people_in_step(situation, following, at)])
    else:
        then = "everyone" if escalation.is_of_policy(callout.policy, callout.step) else "everyone again"
    if not escalation.is_of_policy(callout.policy, callout.step):
        return f"this round of everyone ends at {local_time(at)}, then {then}"
    whose = listed([situation.roster.first_name_of(id_) for id_ in escalation.asked_in_step(callout)]) or "nobody"
    return f"{whose}'s step ends at {local_time(at)}, then {then}"


def _name(situation: Situation, person_id: str | None) -> str:
    return situation.roster.first_name_of(person_id) if person_id is not None else "somebody"
