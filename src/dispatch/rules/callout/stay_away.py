"""None of our people drives into what the officer flees from.

The law: once the officer may be in danger, or the scene is not safe, whoever is on the call-out is texted and rung at
once. So is whoever takes it while the officer's cry for help is open. What the officer wrote stands behind the link.
Once the officer has moved, whoever is not there yet is told to speak with them: by text, and a minute later by call. So
is whoever takes it before the meeting place has been changed, or a coordinator has rung the officer.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.rules.alarms import promises
from dispatch.rules.decisions import DeadlineKind, Decision, Note, NoteKind, SendPage, SetDeadline
from dispatch.rules.delivery.paging import text_with_link
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel, Person, Role
from dispatch.rules.facts.situation import Situation
from dispatch.rules.wording import spoken, texts
from dispatch.rules.wording.languages import Words, in_language


def going(situation: Situation) -> list[Person]:
    """Whoever is on it, until they have left the scene."""
    ids = [one.person for one in situation.callout.assignments if one.is_on_it and one.cleared_at is None]
    return [person for id_ in ids if situation.callout.is_open and (person := situation.roster.person(id_))]


def stay_away(situation: Situation, person: Person, now: datetime) -> list[SendPage]:
    """The officer may be in danger: a text, and a call as well, since a driver reads no texts."""
    return _text_and_call(person, written(situation), aloud(situation), now)


def written(situation: Situation) -> Words:
    return texts.stay_away(situation.callout.code, _coordinators_phone(situation))


def aloud(situation: Situation) -> Words:
    return spoken.stay_away(situation.callout.code, _coordinators_phone(situation))


def scene_unsafe(situation: Situation, person: Person, now: datetime) -> list[SendPage]:
    """The caller now says that the scene is not safe."""
    code = situation.callout.code
    return _text_and_call(person, texts.scene_unsafe(code), spoken.scene_unsafe(code), now)


def speak_first(situation: Situation, person: Person, now: datetime) -> list[SendPage]:
    """The officer wrote what nobody understands: it may be that it is not safe."""
    code = situation.callout.code
    return _text_and_call(person, texts.speak_first(code), spoken.speak_first(code), now)


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
        text_with_link(person, Purpose.CONFIRMATION, words, now),
        SetDeadline(DeadlineKind.MOVED, now + ANSWERED_WITHIN, person.id),
    ]


def ring_about_move(situation: Situation, person: Person, _attempt: int, now: datetime) -> list[Decision]:
    """A minute later, unless they have answered, or it is no longer theirs: a driver reads no texts."""
    if person not in going(situation) or not is_not_there(situation, person) or situation.wrote():
        return []
    return [*_call_about_move(situation, person, now)]


def is_not_there(situation: Situation, person: Person) -> bool:
    mine = situation.callout.assignment_of(person.id)
    return mine is not None and mine.arrived_at is None


def _call_about_move(situation: Situation, person: Person, now: datetime) -> list[SendPage]:
    said = in_language(spoken.place_may_have_changed(situation.callout.code), person.texts_in)
    # A confirmation, because a call of that purpose leads to the menu, and from there to the officer.
    return [SendPage(Purpose.CONFIRMATION, Channel.VOICE, person.phone, said, now, person=person.id)]


def on_taking(situation: Situation, person: Person, now: datetime) -> list[Decision]:
    """What whoever takes the call-out, or comes along, has to hear first: that the officer's cry for help is open, or
    that nobody knows where the officer has moved to. From now on somebody goes, so the meeting place is confirmed."""
    owed = promises.of_place(situation, now)
    if officer_cries(situation):
        return [*stay_away(situation, person, now), *owed]
    return [*(_told_of_move(situation, person, now) if situation.moved() else ()), *owed]


def officer_cries(situation: Situation) -> bool:
    """Whether the officer's cry for help is open."""
    return any(alarm.kind is AlarmKind.DANGER and alarm.person is None for alarm in situation.alarms())


def warned(situation: Situation, person: Person, decisions: list[Decision], now: datetime) -> list[Decision]:
    """What their text leads to while the officer's cry for help is open: instead of an answer that sends them on, they
    are told to stay away. They have been rung already."""
    if not officer_cries(situation):
        return decisions
    told = text_with_link(person, Purpose.CONFIRMATION, written(situation), now)
    return [told if isinstance(one, SendPage) and one.person == person.id else one for one in decisions]


def _coordinators_phone(situation: Situation) -> str:
    coordinators = situation.roster.with_role(Role.COORDINATOR)
    return situation.contact_phone or next((one.phone for one in coordinators), "")


def _text_and_call(person: Person, words: Words, said: Words, now: datetime) -> list[SendPage]:
    # A confirmation, because a call of that purpose leads to the menu, and from there to the officer.
    told = text_with_link(person, Purpose.CONFIRMATION, words, now)
    call = replace(
        told, channel=Channel.VOICE, text=in_language(said, person.texts_in), with_link=False, breaks_in=True
    )
    return [call] if person.opted_out else [told, call]
