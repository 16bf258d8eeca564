"""None of our people drives into what the officer flees from.

The law: once the officer may be in danger, or the scene is not safe, whoever is on the call-out is texted and rung at
once. So is whoever takes it while the officer's cry for help is open. What the officer wrote stands behind the link.
"""

from dataclasses import replace
from datetime import datetime

from dispatch.rules.decisions import Decision, SendPage
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
    code, phone = situation.callout.code, _coordinators_phone(situation)
    return _text_and_call(person, texts.stay_away(code, phone), spoken.stay_away(code, phone), now)


def scene_unsafe(situation: Situation, person: Person, now: datetime) -> list[SendPage]:
    """The caller now says that the scene is not safe."""
    code = situation.callout.code
    return _text_and_call(person, texts.scene_unsafe(code), spoken.scene_unsafe(code), now)


def if_the_officer_is_in_danger(situation: Situation, person: Person, now: datetime) -> list[SendPage]:
    """To whoever takes the call-out while the officer's cry for help is open."""
    return stay_away(situation, person, now) if officer_cries(situation) else []


def officer_cries(situation: Situation) -> bool:
    """Whether the officer's cry for help is open."""
    return any(alarm.kind is AlarmKind.DANGER and alarm.person is None for alarm in situation.alarms())


def warned(situation: Situation, person: Person, decisions: list[Decision], now: datetime) -> list[Decision]:
    """What their text leads to while the officer's cry for help is open: instead of an answer that sends them on, they
    are told to stay away. They have been rung already."""
    if not officer_cries(situation):
        return decisions
    words = texts.stay_away(situation.callout.code, _coordinators_phone(situation))
    told = text_with_link(person, Purpose.CONFIRMATION, words, now)
    return [told if isinstance(one, SendPage) and one.person == person.id else one for one in decisions]


def _coordinators_phone(situation: Situation) -> str:
    coordinators = situation.roster.with_role(Role.COORDINATOR)
    return situation.contact_phone or next((one.phone for one in coordinators), "")


def _text_and_call(person: Person, words: Words, said: Words, now: datetime) -> list[SendPage]:
    # A confirmation, because a call of that purpose leads to the menu, and from there to the officer.
    told = text_with_link(person, Purpose.CONFIRMATION, words, now)
    call = replace(told, channel=Channel.VOICE, text=in_language(said, person.texts_in), with_link=False)
    return [call] if person.opted_out else [told, call]
