"""None of our people drives into what the officer flees from.

The law: once the officer may be in danger, or the scene is not safe, whoever is on the call-out is texted and rung at
once, and rung again after one and three minutes until they have heard. So is whoever takes it while that goes on. They
have heard once they press a key on the call, or write OK to the text: "I'm on my way" is what a phone writes by itself
when its owner declines a call. A call that they listen to until its end is the last, since they may be driving; a
machine has heard nothing. From the first call that was not heard,
coordinators are rung with who drives there, until one of them has that alarm. An arrival ends nothing of this: whoever
has just arrived is in the danger. What the officer wrote stands behind the link.

Once the officer has moved, whoever is not there yet is told to speak with them: by text, and a minute later by call. So
is whoever takes it before the meeting place has been changed, or a coordinator has rung the officer.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from dispatch.rules.alarms import promises
from dispatch.rules.alarms.owners import has_owner
from dispatch.rules.decisions import (
    AlarmCoordinators,
    DeadlineKind,
    Decision,
    DropDeadlines,
    EndAlarms,
    Note,
    NoteKind,
    SendPage,
    SetDeadline,
)
from dispatch.rules.delivery.busy_lines import speaks, without_second_calls
from dispatch.rules.delivery.paging import text_with_link
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import Assignment
from dispatch.rules.facts.pages import Page, Purpose, Subject
from dispatch.rules.facts.people import Channel, Person, Role
from dispatch.rules.facts.situation import Situation
from dispatch.rules.wording import agency_texts, alarms, spoken, texts
from dispatch.rules.wording.languages import Words, in_language


def going(situation: Situation) -> list[Person]:
    """Whoever is on it, until they have left the scene."""
    found = (situation.roster.person(one.person) for one in situation.callout.assignments if _goes(situation, one))
    return [person for person in found if person is not None]


def _goes(situation: Situation, mine: Assignment) -> bool:
    return situation.callout.is_open and mine.is_on_it and mine.cleared_at is None


# ---- stay away -----------------------------------------------------------------------------------------------------

_MOST_CALLS = 3
_SECOND_CALL = timedelta(minutes=1)
_AGAIN = timedelta(minutes=2)
"""Until the third call, and from then on until coordinators are rung again."""
_UNHEARD = frozenset({DeadlineKind.STAY_AWAY})


def stay_away(situation: Situation, people: Iterable[Person], now: datetime) -> list[Decision]:
    """The officer is in danger, or the scene is not safe: `people` are told, and rung until they have heard."""
    return _told(people, written(situation), aloud(situation), now)


def all_stay_away(situation: Situation, now: datetime) -> list[Decision]:
    """As `stay_away`, for whoever goes when the officer cries. Who writes without end rings each phone once at a
    time."""
    code, phone = situation.callout.code, _coordinators_phone(situation)
    told = _told(going(situation), texts.stay_away(code, phone), spoken.stay_away(code, phone), now)
    pages = [one for one in told if isinstance(one, SendPage)]
    return [
        *without_second_calls(pages, situation.calls, now),
        *(one for one in told if not isinstance(one, SendPage)),
    ]


def scene_unsafe(situation: Situation, now: datetime) -> list[Decision]:
    """The caller says that the scene is not safe: coordinators are rung as well, until one of them has it."""
    code, people = situation.callout.code, going(situation)
    return [*_told(people, texts.scene_unsafe(code), spoken.scene_unsafe(code), now), *_alarm_of_scene(situation, now)]


def scene_safe(situation: Situation, now: datetime) -> list[Decision]:
    """The caller takes it back. A person reads that, since a key may be stolen."""
    return [
        EndAlarms(frozenset({AlarmKind.SCENE_UNSAFE})),
        AlarmCoordinators(alarms.scene_safe(situation.callout.code, situation.callout.officer_phone)),
        *(() if officer_cries(situation.alarms) else look_again(situation, now)),
    ]


def look_again(situation: Situation, now: datetime) -> list[SendPage]:
    """Whoever goes looks once more before they go on: the caller told us more, or nothing keeps them away now."""
    look = texts.look_again(situation.callout.code)
    return [
        text_with_link(person, Purpose.CONFIRMATION, look, now, subject=Subject.LOOK_AGAIN)
        for person in going(situation)
    ]


def _alarm_of_scene(situation: Situation, now: datetime, *, again: bool = False) -> list[Decision]:
    _, name = situation.comes_first
    comes = agency_texts.who_comes(name) if name and going(situation) else ""
    text = alarms.scene_unsafe(situation.callout.code, situation.callout.officer_phone, comes)
    said_at = None if again else now
    return [
        AlarmCoordinators(text, kind=AlarmKind.SCENE_UNSAFE, said_at=said_at),
        SetDeadline(DeadlineKind.STAY_AWAY, now + _AGAIN),
    ]


def ring_about_scene(situation: Situation, now: datetime) -> list[Decision]:
    """Until a coordinator has it, and once more when the owner has lost it."""
    known = [alarm for alarm in situation.alarms if alarm.kind is AlarmKind.SCENE_UNSAFE]
    if not known:
        return []
    if has_owner(known[0], now):
        return [SetDeadline(DeadlineKind.STAY_AWAY, now + _AGAIN)]
    return _alarm_of_scene(situation, now, again=True)


def _told(people: Iterable[Person], words: Words, said: Words, now: datetime) -> list[Decision]:
    """A text, and a call as well, since a driver reads no texts."""
    decided: list[Decision] = []
    for person in people:
        written = text_with_link(person, Purpose.CONFIRMATION, words, now, subject=Subject.STAY_AWAY)
        decided += [] if person.opted_out else [written]
        decided += [
            _call(person, Subject.STAY_AWAY, said, now),
            SetDeadline(DeadlineKind.STAY_AWAY, now + _SECOND_CALL, person.id, 2),
        ]
    return decided


def _call(person: Person, subject: Subject, said: Words, now: datetime) -> SendPage:
    # A confirmation, because a call of that purpose leads to the menu, and from there to the officer.
    return SendPage(
        Purpose.CONFIRMATION,
        Channel.VOICE,
        person.phone,
        in_language(said, person.texts_in),
        now,
        person=person.id,
        breaks_in=True if subject is Subject.STAY_AWAY else None,
        subject=subject,
    )


def ring_until_heard(situation: Situation, person: Person, attempt: int, now: datetime) -> list[Decision]:
    """They have not been heard. `attempt` counts the calls, this one included."""
    mine = situation.callout.assignment_of(person.id)
    if mine is None or not _goes(situation, mine) or not keeps_away(situation):
        return heard(situation, person)
    if any(speaks(call, person, now) for call in situation.calls):
        return [SetDeadline(DeadlineKind.STAY_AWAY, now + _SECOND_CALL, person.id, attempt)]
    return [
        *((_call(person, Subject.STAY_AWAY, aloud(situation), now),) if attempt <= _MOST_CALLS else ()),
        *unheard(situation, person.id, now),
        SetDeadline(DeadlineKind.STAY_AWAY, now + _AGAIN, person.id, attempt + 1),
    ]


def unheard(situation: Situation, person_id: str, now: datetime) -> list[AlarmCoordinators]:
    """Coordinators are rung with who drives into it: until one of them has it, and once more when they arrive."""
    mine, person = situation.callout.assignment_of(person_id), situation.roster.person(person_id)
    if mine is None or not _goes(situation, mine):
        return []
    arrived_at = mine.arrived_at
    for known in situation.alarms:
        if known.kind is AlarmKind.DANGER_UNHEARD and known.person == person_id:
            since = known.owned_at if has_owner(known, now) else None
            had = since is not None and not (arrived_at is not None and since <= arrived_at)
            if had or (since is None and now - known.opened_at < _AGAIN):
                return []
    name, phone = (person.first_name, person.phone) if person is not None else (person_id, "")
    text = alarms.danger_unheard(situation.callout.code, name, phone, there=arrived_at is not None)
    return [AlarmCoordinators(text, kind=AlarmKind.DANGER_UNHEARD, person=person_id, said_at=arrived_at)]


def heard(situation: Situation, person: Person) -> list[Decision]:
    """They know, or it concerns them no more."""
    kinds = frozenset({AlarmKind.DANGER_UNHEARD})
    rang = any(alarm.kind in kinds and alarm.person == person.id for alarm in situation.alarms)
    return [
        *((DropDeadlines(_UNHEARD, person.id),) if keeps_away(situation) else ()),
        *((EndAlarms(kinds, person.id),) if rang else ()),
    ]


def heard_to_the_end(situation: Situation, person: Person) -> list[Decision]:
    """They picked up and listened, and may be at the wheel: they are called no more, and coordinators read it."""
    if not keeps_away(situation):
        return []
    text = alarms.stay_away_no_key(situation.callout.code, person.first_name, person.phone)
    return [*heard(situation, person), AlarmCoordinators(text)]


def tells_to_stay_away(page: Page) -> bool:
    """Whether it is one of these calls."""
    return page.subject is Subject.STAY_AWAY and page.channel is Channel.VOICE


def says_it_first(situation: Situation, page: Page) -> bool:
    """Whether another call begins with it: that one was decided before, or they phoned us and missed these calls."""
    return page.subject is not Subject.STAY_AWAY and keeps_away(situation)


def written(situation: Situation) -> Words:
    code = situation.callout.code
    if officer_cries(situation.alarms):
        return texts.stay_away(code, _coordinators_phone(situation))
    return texts.scene_unsafe(code)


def aloud(situation: Situation) -> Words:
    code = situation.callout.code
    if officer_cries(situation.alarms):
        return spoken.stay_away(code, _coordinators_phone(situation))
    return spoken.scene_unsafe(code)


def officer_cries(about: Iterable[Alarm]) -> bool:
    """Whether one of the open alarms `about` a call-out is its officer's cry for help."""
    return any(alarm.kind is AlarmKind.DANGER and alarm.person is None for alarm in about)


def keeps_away(situation: Situation) -> bool:
    """Whether nobody is sent on: the officer's cry for help is open, or the scene is not safe."""
    return any(alarm.keeps_away for alarm in situation.alarms)


# ---- the officer has moved -----------------------------------------------------------------------------------------

ANSWERED_WITHIN = timedelta(minutes=1)
"""How long whoever drives has to answer a text before they are rung."""


def may_have_moved(situation: Situation, now: datetime) -> list[Decision]:
    """The officer says that they have moved. Nobody knows where to, so whoever is not there yet speaks with them."""
    people = [person for person in going(situation) if is_not_there(situation, person)]
    note = Note(NoteKind.MOVED, "the officer has moved; whoever goes is told to speak with them first")
    is_awaited = bool(people) or situation.callout.status.is_paging
    return [
        *((note,) if is_awaited else ()),
        *(one for person in people for one in _told_of_move(situation, person, now)),
    ]


def _told_of_move(situation: Situation, person: Person, now: datetime) -> list[Decision]:
    if person.opted_out:
        return [*_call_about_move(situation, person, now)]
    words = texts.place_may_have_changed(situation.callout.code)
    return [
        text_with_link(person, Purpose.CONFIRMATION, words, now, subject=Subject.MAY_HAVE_MOVED),
        SetDeadline(DeadlineKind.MOVED, now + ANSWERED_WITHIN, person.id),
    ]


def ring_about_move(situation: Situation, person: Person, _attempt: int, now: datetime) -> list[Decision]:
    """A minute later, unless they have answered, or it is no longer theirs: a driver reads no texts."""
    if person not in going(situation) or not is_not_there(situation, person) or _answers(situation, person, now):
        return []
    return [*_call_about_move(situation, person, now)]


def has_written(situation: Situation, person: Person, since: datetime) -> bool:
    """Whether somebody on it has texted us after `since`."""
    return any(one.person == person.id and one.at > since for one in situation.wrote)


def _answers(situation: Situation, person: Person, now: datetime) -> bool:
    """Whether they have texted us since they were told, or have asked for the officer."""
    since = now - ANSWERED_WITHIN
    asked = (one for one in situation.noted if one.kind == NoteKind.CALLS_OFFICER and one.person == person.id)
    return has_written(situation, person, since) or any(one.at > since for one in asked)


_ABOUT_WHERE = frozenset({NoteKind.MOVED, NoteKind.CHANGED, NoteKind.RANG_OFFICER})


def has_moved(situation: Situation) -> bool:
    """Whether the officer has said that they moved, and since then no meeting place was written, nor has a coordinator
    rung them."""
    last = next((one.kind for one in reversed(situation.noted) if one.kind in _ABOUT_WHERE), None)
    return last == NoteKind.MOVED


def is_not_there(situation: Situation, person: Person) -> bool:
    mine = situation.callout.assignment_of(person.id)
    return mine is not None and mine.arrived_at is None


def _call_about_move(situation: Situation, person: Person, now: datetime) -> list[SendPage]:
    return [_call(person, Subject.MAY_HAVE_MOVED, spoken.place_may_have_changed(situation.callout.code), now)]


def speak_first(situation: Situation, person: Person, now: datetime) -> list[SendPage]:
    """The officer wrote what nobody understands: it may be that it is not safe."""
    code = situation.callout.code
    call = _call(person, Subject.SPEAK_FIRST, spoken.speak_first(code), now)
    if person.opted_out:
        return [call]
    text = text_with_link(person, Purpose.CONFIRMATION, texts.speak_first(code), now, subject=Subject.SPEAK_FIRST)
    return [text, call]


def on_taking(situation: Situation, person: Person, now: datetime) -> list[Decision]:
    """What whoever takes the call-out, or comes along, has to hear first: that they must stay away, or that nobody
    knows where the officer has moved to. From now on somebody goes, so the meeting place is confirmed."""
    owed = promises.of_place(situation, now)
    if keeps_away(situation):
        return [*stay_away(situation, [person], now), *owed]
    return [*(_told_of_move(situation, person, now) if has_moved(situation) else ()), *owed]


def warned(situation: Situation, person: Person, decisions: list[Decision], now: datetime) -> list[Decision]:
    """What their text leads to meanwhile: instead of an answer that sends them on, they are told to stay away. They
    have been rung already."""
    if not keeps_away(situation):
        return decisions
    told = text_with_link(person, Purpose.CONFIRMATION, written(situation), now, subject=Subject.STAY_AWAY)
    return [told if isinstance(one, SendPage) and one.person == person.id else one for one in decisions]


def _coordinators_phone(situation: Situation) -> str:
    coordinators = situation.roster.with_role(Role.COORDINATOR)
    return situation.contact_phone or next((one.phone for one in coordinators), "")
