"""How a line stands: what its caller can be asked, and where they are in the menu."""

from datetime import timedelta

from dispatch.rules.access.trust import BOUND
from dispatch.rules.callout import telling
from dispatch.rules.decisions import AlarmCoordinators
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.hotline import OnTheLine
from dispatch.rules.facts.situation import Situation
from dispatch.rules.hotline.arriving import Arrives, arrives
from dispatch.rules.hotline.stages import Stage
from dispatch.rules.wording import alarms
from dispatch.rules.wording import hotline as words
from dispatch.rules.wording.languages import Words

MOST_TRIES = 3
"""Wrong PINs and codes in one call; after that a coordinator."""
MOST_WRONG_CODES = 10
"""In an hour, by one caller whom nobody has listed: nobody finds a PIN or a code by trying."""
MOST_WRONG_OF_ALL = 20
"""In an hour, by all callers together. A stranger can show many numbers, listed ones too; coordinators are rung, and
nobody is shut out: ten wrong PINs from one caller once shut the right one for everybody."""
HOLD_AT_MOST = timedelta(minutes=15)
QUESTIONS = (Stage.CALLBACK, Stage.CHILDREN, Stage.MEDICAL, Stage.SAFE, Stage.WHERE)
"""The order in which they are asked; those that do not fit the caller are left out."""


def first_stage(line: OnTheLine) -> Stage:
    """Where a call begins. One about an open call-out never asks its questions: those are for whoever opened it. One
    that is only counted with others has none."""
    if line.situation is not None and not is_counted(line):
        return Stage.STATUS if line.call.again else next_question(line, None)
    return Stage.OURS if line.rings_back is not None else first_officers_stage(line)


def first_officers_stage(line: OnTheLine) -> Stage:
    """Where a call begins that has no call-out yet, and is taken for an officer's."""
    return Stage.AGAIN if arrives(line.call, line.earlier) is Arrives.ASKS else Stage.SEND


def next_question(line: OnTheLine, answered: Stage | None) -> Stage:
    """What is asked after `answered`; the officer is put on hold once all has been asked."""
    left = QUESTIONS[QUESTIONS.index(answered) + 1 :] if answered is not None else QUESTIONS
    return next((stage for stage in left if _can_be_asked(line, stage)), Stage.HOLD)


def _can_be_asked(line: OnTheLine, stage: Stage) -> bool:
    match stage:
        case Stage.CALLBACK:
            return line.call.phone is None or line.at_a_desk or not line.dials(line.call.phone)
        case Stage.WHERE:
            return bool(line.agency.stations)
        case _:
            return True


def after_join(line: OnTheLine) -> Stage:
    """Where a caller goes on who was not joined, or no longer is: on hold, or with what they were being asked."""
    return Stage.HOLD if line.call.held_since is not None or line.situation is None else first_stage(line)


def is_over_bound(line: OnTheLine) -> bool:
    """Whether the key that sends a specialist would only ask a coordinator."""
    return not line.call.has_opened and line.bound


def is_open(line: OnTheLine) -> bool:
    return line.situation is not None and line.situation.callout.is_open


def has_ended(line: OnTheLine) -> bool:
    """Whether the call-out was ended while they are on the line: nothing can be promised, asked or kept about it."""
    return line.situation is not None and not line.situation.callout.is_open


def is_counted(line: OnTheLine) -> bool:
    """Whether they said nothing, and are counted with others in one call-out, which is not theirs: somebody took it, or
    paged for all. They may still open their own, and hear what they heard before."""
    return line.situation is not None and line.call.again and bool(line.situation.callout.sharing)


def is_over(line: OnTheLine) -> bool:
    """Whether nothing is left to wait for: the call-out that was ended is their own, or the one that they asked
    about."""
    return has_ended(line) and not is_counted(line)


def is_paging(line: OnTheLine) -> bool:
    return line.situation is not None and line.situation.callout.status.is_paging


def may_try(line: OnTheLine) -> bool:
    """Whether one more PIN or code is compared. A listed caller can always call again."""
    return line.call.tries < MOST_TRIES and not (is_stranger(line) and line.wrong_codes >= MOST_WRONG_CODES)


def is_stranger(line: OnTheLine) -> bool:
    """Whether at most a number speaks for the caller, and no agency has listed it."""
    return line.call.trust in BOUND


def guessed(of_all: int) -> list[AlarmCoordinators]:
    """What follows from so many wrong PINs and codes of all callers within the hour. (The caller leaves out what was
    said within it.)"""
    if of_all < MOST_WRONG_OF_ALL:
        return []
    return [AlarmCoordinators(alarms.codes_guessed(of_all), kind=AlarmKind.CODES_GUESSED)]


def about(line: OnTheLine) -> tuple[str, str]:
    """The code, and the number that a coordinator rings back, as far as there are any. Whoever calls again is rung
    where they are: at a station's desk another officer asks than the one whose number the call-out has."""
    shown = line.call.phone or ""
    if line.situation is None:
        return "", shown
    callout = line.situation.callout
    return callout.code, shown if is_at_another_phone(line) and line.dials(shown) else callout.officer_phone


def is_at_another_phone(line: OnTheLine) -> bool:
    """Whether they call again from another number than the one that the news goes to: no text or call with it is for
    them. Of a caller who withholds theirs nobody knows."""
    shown = line.call.phone
    if line.situation is None or not line.call.again or shown is None:
        return False
    return shown != line.situation.callout.officer_phone


def can_be_texted(line: OnTheLine) -> bool:
    if line.situation is None or is_at_another_phone(line) or texts_fail(line.situation):
        return False
    return telling.can_be_texted(line.situation) and not line.agency.has_desk_at(line.situation.callout.officer_phone)


def texts_fail(situation: Situation) -> bool:
    """Whether a text about the call-out has failed. Whoever stopped our texts is called by a coordinator, and we try
    again with the next text."""
    told = any(alarm.kind is AlarmKind.OFFICER_NOT_REACHED for alarm in situation.alarms)
    return told or bool(situation.callout.takes_no_texts)


def can_be_rung(line: OnTheLine) -> bool:
    """Whether we have a number of theirs that we dial. A caller who gave none is promised no call and never hung up
    on."""
    phone = about(line)[1]
    return bool(phone) and line.dials(phone)


def code_of_a_new_one(line: OnTheLine) -> tuple[Words, ...]:
    """The words for the code of a call-out that this call has opened; none for one that was open before, or is over."""
    if line.situation is None or line.call.again or has_ended(line):
        return ()
    code = line.situation.callout.code
    if is_paging(line) and telling.nobody_can_be_called(line.situation):
        return (words.joined(words.CANNOT_REACH_ANYBODY, words.your_code(code)),)
    return (words.being_paged(code),)
