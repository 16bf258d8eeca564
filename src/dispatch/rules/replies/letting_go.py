"""Whether a NO lets a call-out go.

The law: a bare NO or 2 may answer whatever its sender read last. It lets the call-out go only if the newest text that
the carrier took for them came to their phone last, at least 15 seconds before, no call of ours has rung it since, and
it said that NO does: the confirmation, or the question here. A reminder says so too, but a no to it may say that they
are not there yet. Otherwise they are asked once; then their phone rings, and then coordinators are rung and the next
people are asked to go along. Nobody is released by silence, and nobody waits for a word that does not come. A NO with
the code is clear, unless it may answer the text that they may turn back, and whoever was nearer does not go after all.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.rules.callout import assignment, escalation
from dispatch.rules.callout.stay_away import keeps_away
from dispatch.rules.decisions import (
    AlarmCoordinators,
    DeadlineKind,
    Decision,
    Note,
    NoteKind,
    SendPage,
    SetDeadline,
)
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.pages import READ_AFTER, LetGo, Purpose
from dispatch.rules.facts.people import Channel, Person, Role
from dispatch.rules.facts.situation import Situation
from dispatch.rules.replies.which_question import is_overtaken, newest
from dispatch.rules.wording import alarms, asking
from dispatch.rules.wording.languages import Words
from dispatch.rules.wording.names import listed

_PHONE_RINGS = timedelta(seconds=60)
_OTHERS_ARE_ASKED = timedelta(seconds=120)


def is_clear(situation: Situation, person: Person, now: datetime, *, named: bool) -> bool:
    """Whether a NO that comes now lets it go. `named`: with the code."""
    if not assignment.would_leave_it_to_nobody(situation.callout, person):
        return named or was_offered(situation, now)
    last = newest(situation.texts)
    return last is not None and last.purpose is not Purpose.TURN_BACK and was_offered(situation, now)


def was_offered(situation: Situation, now: datetime) -> bool:
    """Whether a NO that comes now answers a text that said what NO does."""
    last = newest(situation.texts)
    return (
        last is not None
        and isinstance(last.asks, LetGo)
        and last.asks.callout == situation.callout.id
        and not last.asks.amid_others
        and not is_overtaken(last, situation.texts)
        and now - last.read_from >= READ_AFTER
    )


def is_asked(situation: Situation) -> bool:
    """Whether the last thing we wrote was the question whether they let it go."""
    last = newest(situation.texts)
    asks = last.asks if last is not None else None
    return isinstance(asks, LetGo) and asks.asked and asks.callout == situation.callout.id


def question(situation: Situation, person: Person, now: datetime, words: Words | None = None) -> SendPage:
    callout = situation.callout
    words = words or asking.keep_or_let_go(callout.code)
    return text_to(person, Purpose.QUESTION, words, now, asks=LetGo(callout.id, asked=True))


def wait(person: Person, now: datetime) -> SetDeadline:
    """Until a clear word comes, or their phone rings."""
    return SetDeadline(DeadlineKind.LET_GO, now + _PHONE_RINGS, person.id)


def no_clear_word(situation: Situation, person: Person, attempt: int, now: datetime) -> list[Decision]:
    """They were asked, and have not said whether they go."""
    mine = situation.callout.assignment_of(person.id)
    if mine is None or not mine.is_on_it or mine.arrived_at is not None:
        return []
    if attempt == 1:
        rung = replace(question(situation, person, now), channel=Channel.VOICE)
        due = now + _OTHERS_ARE_ASKED - _PHONE_RINGS
        return [
            rung,
            Note(NoteKind.REMINDED, f"{person.name} wrote no: rung to ask whether they go", person.id),
            SetDeadline(DeadlineKind.LET_GO, due, person.id, attempt + 1),
        ]
    beside = _next(situation, person, now) if mine.role.leads else []
    asked = listed([one.first_name for one in beside])
    code = situation.callout.code
    text = alarms.still_unclear(code, person.first_name, person.phone, asked=asked)
    words = asking.go_instead(code, person.first_name)
    return [
        AlarmCoordinators(text, kind=AlarmKind.STILL_UNCLEAR, person=person.id, said_at=now - _OTHERS_ARE_ASKED),
        Note(NoteKind.CHECKED, f"{person.name} wrote no, and does not say whether they go", person.id),
        *(
            decision
            for one in beside
            for decision in assignment.ask_along(situation, one, words, f"asked {one.name} to go along", now)
        ),
    ]


def _next(situation: Situation, but: Person, now: datetime) -> list[Person]:
    """Whoever offered to come, and the people of the step that would be next. Nobody, while a partner is coming, or
    while nobody may go there."""
    callout = situation.callout
    others = [one for one in callout.assignments if one.person != but.id]
    if any(one.is_out for one in others) or keeps_away(situation):
        return []
    offered = [person for one in others if (person := situation.roster.person(one.person))]
    step = escalation.step_that_begins(situation, callout.step + 1, now)
    following = escalation.people_in_step(situation, step, now)
    return [one for one in dict.fromkeys([*offered, *following]) if one != but and Role.SPECIALIST in one.roles]
