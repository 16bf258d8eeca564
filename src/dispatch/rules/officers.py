"""What an officer's text brings. The officer is who called: their number is the call-out's callback number.

The law: whoever waits with a child is answered, and people read what they write; but no text of theirs moves a
call-out. That it is off is for a person to hear, who rings back. The words may name a child or a place: to the
specialist they stand behind the link, never in a text.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.rules.conversation import Involvement
from dispatch.rules.decisions import AlarmCoordinators, Decision, Note, NoteKind, SendPage, TellOfficer
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.situation import Situation
from dispatch.rules.paging import text_to
from dispatch.rules.replies.consent import Consent
from dispatch.rules.replies.reading import Reply
from dispatch.rules.replies.vocabulary import Word
from dispatch.rules.wording import alarms, officer_texts, spoken, texts

MOST_ANSWERS = 10
"""In an hour: a phone that answers by itself would be answered without end. Coordinators hear of every text."""
REMEMBERED = timedelta(hours=12)
"""How long a number is the officer's after their call-out came in, once it is over."""


def cries_for_help(reply: Reply) -> bool:
    """Whether an officer must be heard at once."""
    return reply.word is Word.DANGER


def is_in_danger(callout: CallOut, reply: Reply) -> bool:
    """Whether whoever wrote is in danger at the scene; once the call-out is over, people read what they wrote."""
    return callout.is_open and cries_for_help(reply)


def may_be_said_again(callout: CallOut, reply: Reply) -> bool:
    """Whether the same words once more, within minutes, are only kept. A cry for help is heard each time."""
    return not is_in_danger(callout, reply)


def about(theirs: Sequence[Involvement], code: str | None) -> Involvement:
    """Which of their call-outs, the oldest first, they write about: the one they name, otherwise the newest."""
    return next((known for known in theirs if known.code == code), theirs[-1])


def hear(situation: Situation, phone: str, said: str, *, off: bool, heard: int, now: datetime) -> list[Decision]:
    """An officer with this number `said` something; `off`, that nobody is needed any more.

    `heard` is how many texts came from them within the hour before.
    """
    code, contact = situation.callout.code, situation.contact_phone
    if not situation.callout.is_open:
        note = Note(NoteKind.OFFICER_WROTE, "the officer wrote after the end")
        alarm = AlarmCoordinators(alarms.officer_wrote(code, phone, said))
        answer = officer_texts.officer_heard_after_the_end(code, contact)
    elif off:
        note = Note(NoteKind.OFFICER_WROTE, "the officer wrote that nobody is needed any more; nothing is cancelled")
        alarm = AlarmCoordinators(alarms.officer_calls_off(code, phone, said), kind=AlarmKind.OFFICER_CALLS_OFF)
        answer = officer_texts.officer_calls_off_heard(code, contact)
    else:
        note = Note(NoteKind.OFFICER_WROTE, "the officer wrote")
        alarm = AlarmCoordinators(alarms.officer_wrote(code, phone, said))
        answer = officer_texts.officer_heard(code, contact)
    return [
        note,
        alarm,
        *((TellOfficer(answer),) if heard < MOST_ANSWERS else ()),
        *(_tell(person, code, now) for person in going(situation)),
    ]


def going(situation: Situation) -> list[Person]:
    """Whoever is on it, until they have left the scene."""
    ids = [
        assignment.person
        for assignment in situation.callout.assignments
        if assignment.is_on_it and assignment.cleared_at is None
    ]
    return [person for id_ in ids if situation.callout.is_open and (person := situation.roster.person(id_))]


def _tell(person: Person, code: str, now: datetime) -> SendPage:
    # A confirmation, since what is said in that call leads to the menu, and there to the officer.
    words = spoken.officer_wrote(code) if person.opted_out else texts.officer_wrote(code)
    return replace(text_to(person, Purpose.CONFIRMATION, words, now), with_link=not person.opted_out)


# ---- that it is off ------------------------------------------------------------------------------------------------

_OFF = re.compile(
    r"\b(?:"
    r"(?:not|no longer|isnt|arent) (?:be )?(?:need(?:ed)?|required)"
    r"|(?:dont|do not|no longer) need (?:you|it|them|any ?one|any ?body|some ?one|some ?body|(?:a|the|your) specialist)"
    r"|no need (?:any ?more|to come|for (?:a|the|your) specialist)"
    r"|cancel(?:l?ed|l?ing|lation)?|call(?:ed|ing)? (?:it |this )?off|stand(?:ing)? down|disregard|never ?mind"
    r"|(?:its|it is|all) off"
    r"|(?:ya )?no (?:se necesita\w*|hace falta)|ya no (?:los? |las? )?necesit\w+|cancel(?:ar|ado|ada|en|e)"
    r")\b"
)
_NOT_OFF = re.compile(r"\b(?:dont|do not|not|never|no) (?:\w+ )?(?:cancel\w*|call (?:it )?off|stand down|disregard)\b")


def calls_off(said: str, consent: Consent | None = None) -> bool:
    """Whether it may say that nobody is needed any more. It only rings coordinators, who read the words, so a wrong yes
    costs a call; what is asked or negated is none.

    `consent` is what the carrier made of it: to the carrier STOP and CANCEL are an opt-out, from an officer they say
    that the call-out is off.
    """
    if consent is Consent.OPT_OUT:
        return True
    words = " ".join(re.findall("[a-z]+", said.casefold().replace("'", "").replace("\u2019", "")))
    return words == "off" or ("?" not in said and bool(_OFF.search(words)) and not _NOT_OFF.search(words))
