"""What a reply does to the call-out that it is about: each effect of the matrix, carried out.

The law: every reply is answered. What is asked back changes nothing and reaches the coordinators. If somebody waits for
its sender, and it may have been a release or an arrival, a clear word follows within minutes or coordinators are rung.
A cry for help rings them until one of them has it.
"""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from dispatch.rules.alarms.owners import has_owner
from dispatch.rules.callout import assignment, stay_away
from dispatch.rules.decisions import (
    UNCLEAR,
    AlarmCoordinators,
    AssignSpecialist,
    DeadlineKind,
    Decision,
    DropDeadlines,
    Note,
    NoteKind,
    ReleaseSpecialist,
    SendPage,
    SetDeadline,
)
from dispatch.rules.delivery.paging import by_phone, text_to
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Assignment, Status
from dispatch.rules.facts.pages import GoAlong, Purpose, Question, Take, WhichCallOut
from dispatch.rules.facts.people import Channel, Person
from dispatch.rules.facts.situation import Situation
from dispatch.rules.phone import joining
from dispatch.rules.reader.hints import is_bare, says_only_yes
from dispatch.rules.reader.intent import Intent
from dispatch.rules.reader.officer_words import in_their_language
from dispatch.rules.reader.shift_words import is_about_shifts_alone, mentions_shifts, no_phone_sends
from dispatch.rules.reader.vocabulary import Trait, Word
from dispatch.rules.replies import guesses, letting_go, which_question
from dispatch.rules.replies.guesses import Guess
from dispatch.rules.replies.matrix import ASKS_BACK, CellMeaning, Effect, Position, may_matter, meaning, position_of
from dispatch.rules.wording import agency_texts, alarms, asking, texts
from dispatch.rules.wording.alphabet import segments
from dispatch.rules.wording.languages import Words, in_language

# Positions whose unclear words are cleared up: somebody waits for them, or asks whether they are well.
_AWAITED = frozenset({Position.HAS_IT, Position.UNDER_WAY, Position.THERE, Position.LEFT})
# In these positions an "ok" to "stay away" must not be answered with the way there.
_ON_THE_WAY = frozenset({Position.HAS_IT, Position.UNDER_WAY})
_SENDS_ON = frozenset(
    {Effect.HEAR_WITH_ETA, Effect.HEAR_AND_ASK_ETA, Effect.LEAVE, Effect.CHANGE_ETA, Effect.SHOW_THE_WAY}
)
# Effects of words that do not say how their sender stands. A yes without a time does not say so either.
_LEAVES_IT_OPEN = ASKS_BACK | {
    *(Effect.EXPLAIN, Effect.EXPLAIN_AND_RING, Effect.ALARM, Effect.CONNECT, Effect.SHOW_THE_WAY, Effect.SAY_NOTHING),
    Effect.STILL_THERE,
}
_NEW_ETA = frozenset({Effect.CHANGE_ETA, Effect.HEAR_WITH_ETA})
_ETA_IS_ASKED = frozenset(
    {*(Effect.TAKE, Effect.TAKE_OR_OFFER, Effect.TAKE_AND_LEAVE, Effect.TAKE_OR_JOIN, Effect.LEAVE)}
)
# What a bare word does only where it was asked.
_NEEDS_A_QUESTION = frozenset(
    {*(Effect.TAKE, Effect.TAKE_OR_OFFER, Effect.JOIN_IF_SOONER), *(Effect.DECLINE, Effect.DECLINE_ALONG)}
)
_TAKES = frozenset({Effect.TAKE, Effect.TAKE_OR_OFFER})
_ANOTHER_HAS_IT = frozenset({Position.OFFERED, Position.STOOD_DOWN})
_MAY_TAKE = frozenset({Position.PAGED, Position.DECLINED, Position.PASSED_OVER})
_IS_NOT_ON_IT = _ANOTHER_HAS_IT | {Position.PASSED_OVER}


def answer(
    situation: Situation,
    person: Person,
    reply: Intent,
    now: datetime,
    *,
    said_before: bool = False,
    of_several: bool = False,
) -> list[Decision]:
    """What `reply` does. With `said_before`, coordinators have just read the same words about this call-out. With
    `of_several`, others wait for its sender too, and none is named: nothing acts that no table knows."""
    done = _answer(situation, person, reply, now, said_before=said_before, of_several=of_several)
    if reply.word is Word.UNCLEAR or not situation.callout.is_on_it(person.id):
        return done
    # Any other word may have been meant for an older text, or was written by a phone whose owner declines a call.
    has_read = reply.word in Trait.HEARD and which_question.knows_to_stay_away(situation, now)
    return [*done, *assignment.heard(situation, person, of_danger=has_read or reply.word is Word.DANGER)]


def _answer(
    situation: Situation,
    person: Person,
    reply: Intent,
    now: datetime,
    *,
    said_before: bool = False,
    of_several: bool = False,
    guess: Guess | None = None,
) -> list[Decision]:
    """`guess` is what the reply is taken for without asking."""
    position = position_of(situation.callout, person.id)
    mine = situation.callout.assignment_of(person.id)
    arrived_at, guessed_at = mine.arrived_at if mine else None, guess.at if guess else None
    meant = meaning(reply, position, now, arrived_at=arrived_at, guessed_at=guessed_at)
    if reply.word is Word.DANGER and reply.beside is not None:
        kept = _answer(situation, person, reply.beside, now)
        return [*_do(situation, person, reply, meant, now, said_before=said_before), *kept]
    if guess is None and _is_bare_yes(reply, meant):
        said, crossed = which_question.confirmable(situation.texts, now)
        guess = guesses.said_back(said, situation.callout.id, position, reply, now)
        in_doubt = reply.mild or crossed
        if guess is not None and in_doubt and guess.needs_more_than_ok:
            if meant.effect in _TAKES:  # "ok" to "not going? Reply Y" is neither, nor is a Y to two texts that crossed
                return [_said_back(situation, person, guess, position, now)]
            guess = None
        if guess is not None:
            reply = reply.taken_as(guess.word, code=situation.callout.code)
            meant = meaning(reply, position, now, guessed_at=guess.at)
    if meant.effect in _TAKES and says_only_yes(reply) and which_question.notes_a_no(situation, now):
        return [_tell_how_it_stands(situation, person, now)]
    if guess is None and _was_not_asked(situation, person, reply, meant, now):
        perhaps = Guess(Word.TAKE if reply.word in Trait.YES else Word.NO)
        return [_said_back(situation, person, perhaps, position, now)]
    said_back = meant.eta_at is not None and guess is None and guesses.is_doubtful(reply, mine, meant.eta_at, now)
    if said_back:
        meant = _said_back_first(meant)
    if meant.effect in {Effect.DECLINE, Effect.DECLINE_ALONG} and guesses.refuses_nothing(reply, position):
        meant = replace(meant, effect=Effect.ASK)
    if meant.effect in ASKS_BACK | {Effect.NOTHING} and guesses.cries(reply, position):
        reply = reply.taken_as(Word.DANGER)
        meant = meaning(reply, position, now)
    if reply.word is Word.DANGER:
        return [
            *_do(situation, person, reply, meant, now, said_before=said_before),
            *_asked_beside(situation, person, reply, position, now),
        ]
    if meant.effect in ASKS_BACK and position in _RUNG and guesses.wants_a_call(reply, position):
        return _ring(situation, person, reply, position, now)
    likely = guesses.guess_from(reply, position, now) if meant.effect in ASKS_BACK else None
    if likely is not None and likely.word is Word.THANKS:
        waits = position in {Position.PAGED, Position.PASSED_OVER}
        stands = [_tell_how_it_stands(situation, person, now)] if waits else []
        return [*stands, *([] if said_before else _told_of(situation, person, reply))]
    if likely is not None and likely.is_sure and not of_several and not _has_doubtful_eta(reply, likely, mine, now):
        plainly = reply.taken_as(likely.word, code=situation.callout.code)
        words = alarms.specialist_wrote(situation.callout.code, person.first_name, person.phone, reply.as_written)
        read = [] if said_before else [AlarmCoordinators(words, but=person.id)]  # it says more than what was done
        return [*_answer(situation, person, plainly, now, guess=likely), *read]
    if reply.idiom and meant.effect in ASKS_BACK:
        return _answer(situation, person, reply.taken_as(Word.DANGER), now, said_before=said_before)
    if position in _ON_THE_WAY and _is_bare_yes(reply, meant) and letting_go.is_asked(situation):
        return [letting_go.question(situation, person, now), letting_go.wait(person, now)]  # a yes to either
    named = reply.code is not None and guess is None  # a Y names nothing, and only whoever was paged is asked for one
    if meant.effect is Effect.LET_GO and not letting_go.is_clear(situation, person, now, named=named):
        question = letting_go.question(situation, person, now)
        return _ask_if_sure(situation, person, reply, question, now, said_before=said_before)
    done = _do(situation, person, reply, meant, now, said_before=said_before)
    if said_back and meant.asks_eta:
        done = _with_question(situation, person, reply, meant, done, now)
    if reply.idiom:
        words = alarms.specialist_wrote(situation.callout.code, person.first_name, person.phone, reply.as_written)
        done = [*_or_sos(person, done, now), AlarmCoordinators(words, but=person.id)]
    if position in _ON_THE_WAY and meant.effect in _SENDS_ON:
        done = stay_away.warned(situation, person, done, now)
    if position in _AWAITED and not _leaves_it_open(reply, meant):
        goes = position in _ON_THE_WAY and not any(isinstance(one, ReleaseSpecialist) for one in done)
        told = assignment.goes_after_all(situation, person, now) if goes else []
        return [*done, *(one for one in told if one not in done), DropDeadlines(UNCLEAR, person.id)]
    return done


_RUNG = _AWAITED | {Position.PAGED}


def _ring(situation: Situation, person: Person, reply: Intent, position: Position, now: datetime) -> list[Decision]:
    """They ask to be rung: by the page's own call while they are asked to go, by coordinators afterwards."""
    if position is Position.PAGED:
        return [by_phone(situation, person, now), _words_of(situation, person, reply)]
    code = situation.callout.code
    text = alarms.asks_for_a_call(code, person.first_name, person.phone, reply.as_written)
    alarm = AlarmCoordinators(text, kind=AlarmKind.ASKS_FOR_A_CALL, person=person.id, said_at=now)
    heard = texts.call_me_heard(code, situation.contact_phone)
    return [alarm, text_to(person, Purpose.ANSWER, heard, now)]


def _asked_beside(
    situation: Situation, person: Person, reply: Intent, position: Position, now: datetime
) -> list[Decision]:
    """Behind a cry for help that may say as well that they cannot go: whether they let it go."""
    guess = guesses.guess_from(reply, position, now)
    gives_up = guess is not None and guess.word is Word.BACK_OUT
    return [letting_go.question(situation, person, now), letting_go.wait(person, now)] if gives_up else []


def _has_doubtful_eta(reply: Intent, guess: Guess, mine: Assignment | None, now: datetime) -> bool:
    return guess.at is not None and guesses.is_doubtful(reply, mine, guess.at, now)


def _is_bare_yes(reply: Intent, meant: CellMeaning) -> bool:
    return reply.word in Trait.YES and not reply.eta_said and meant.eta_at is None


def _was_not_asked(situation: Situation, person: Person, reply: Intent, meant: CellMeaning, now: datetime) -> bool:
    """Whether a bare word that would begin or end something answers what asked nothing of the kind."""
    if meant.effect not in _NEEDS_A_QUESTION or not is_bare(reply):
        return False
    if situation.callout.status is not Status.PAGING and not situation.callout.is_asked_along(person.id):
        return False  # whoever was passed over joins, or stays out
    return not which_question.is_asked(situation, person, now)


def _said_back_first(meant: CellMeaning) -> CellMeaning:
    """What an ETA that nobody may hear of yet leaves: a take or a departure stands."""
    if meant.effect in _NEW_ETA:
        return replace(meant, effect=Effect.ASK, eta_at=None, cannot_wait=True)
    return replace(meant, eta_at=None, asks_eta=True) if meant.effect in _ETA_IS_ASKED else meant


def _with_question(
    situation: Situation, person: Person, reply: Intent, meant: CellMeaning, done: list[Decision], now: datetime
) -> list[Decision]:
    """The answer asks for a Y to the ETA, in the words in which the Y will be understood. What else they are told, such
    as to stay away, stands; and whoever does not lead hears who does."""
    taken = [one for one in done if isinstance(one, AssignSpecialist)]
    if not all(one.role.leads for one in taken) or not (taken or situation.callout.is_on_it(person.id)):
        return done
    after = Position.HAS_IT if meant.effect in {Effect.TAKE, Effect.TAKE_OR_OFFER} else Position.UNDER_WAY
    guess = guesses.guess_from(reply, after, now)
    if guess is None:
        return done
    question, asks = guess.question(situation.callout.code, after), guess.asks(situation.callout.id, after)
    confirmed = in_language(texts.confirmation_with_guess(question), person.texts_in)
    answered = in_language(asking.or_else(question, asking.say_under_way(situation.callout.code)), person.texts_in)
    words = {Purpose.CONFIRMATION: confirmed, Purpose.ANSWER: answered}
    return [
        replace(one, text=words[one.purpose], asks=asks)
        if isinstance(one, SendPage) and one.person == person.id and one.purpose in words and one.subject is None
        else one
        for one in done
    ]


def _or_sos(person: Person, done: list[Decision], now: datetime) -> list[Decision]:
    """What they wrote may have been a cry: the answer says how to cry."""
    sos = in_language(texts.IN_DANGER, person.texts_in)
    answer_ = next((one for one in done if isinstance(one, SendPage) and one.person == person.id), None)
    longer = f"{answer_.text} {sos}" if answer_ is not None and not answer_.with_link else ""
    if answer_ is None or not longer or segments(longer) > 1:
        return [*done, text_to(person, Purpose.ANSWER, texts.IN_DANGER, now)]
    return [replace(answer_, text=longer) if one is answer_ else one for one in done]


def _leaves_it_open(reply: Intent, meant: CellMeaning) -> bool:
    return meant.effect in _LEAVES_IT_OPEN or (reply.word in Trait.YES and meant.eta_at is None)


def _do(
    situation: Situation, person: Person, reply: Intent, meant: CellMeaning, now: datetime, *, said_before: bool
) -> list[Decision]:
    callout, code, at = situation.callout, situation.callout.code, meant.eta_at
    position = position_of(callout, person.id)

    def tell(text: str, asks: Question | None = None) -> list[Decision]:
        return [text_to(person, Purpose.ANSWER, text, now, asks=asks)]

    match meant.effect:
        # An "ok" to "Ben has it" is no offer: it answers what they were told.
        case Effect.TAKE_OR_OFFER if reply.word is Word.OK and callout.status is not Status.PAGING:
            return [_tell_how_it_stands(situation, person, now)]
        case Effect.TAKE if _says_how_long(situation, person, reply, position):
            return assignment.limit(situation, person, at, now)
        case Effect.TAKE | Effect.TAKE_OR_OFFER | Effect.OFFER | Effect.OFFER_STANDS:
            return assignment.take(situation, person, at, now, asks_eta=meant.asks_eta)
        case Effect.OFFER_LIMITED:
            return assignment.limit(situation, person, at, now)
        case Effect.TAKE_AND_LEAVE | Effect.TAKE_OR_JOIN | Effect.JOIN | Effect.LEAVE:
            return assignment.depart(situation, person, at, now, asks_eta=meant.asks_eta)
        case Effect.HEAR_AND_ASK_ETA:
            return assignment.take(situation, person, None, now, asks_eta=True)
        case Effect.HEAR_WITH_ETA if reply.word in Trait.YES:
            return assignment.take(situation, person, at, now, asks_eta=meant.asks_eta)
        case Effect.HEAR_WITH_ETA:
            return assignment.depart(situation, person, at, now, asks_eta=meant.asks_eta)
        case Effect.JOIN_IF_SOONER:
            return assignment.go_along(situation, person, at, now)
        case Effect.DECLINE_ALONG:
            return assignment.decline_along(situation, person, now)
        case Effect.CHANGE_ETA:
            assert at is not None, "without a moment it is asked back"
            return assignment.new_eta(situation, person, at, now)
        case Effect.NOTE_ETA:
            assert at is not None, "without a moment it is asked back"
            return assignment.note_eta(situation, person, at, now)
        case Effect.DECLINE | Effect.WITHDRAW | Effect.LET_GO:
            return assignment.refuse(situation, person, now)
        case Effect.ARRIVE_IF_TO_BE_HAD if _all_have_left(situation, position):  # they may be there alone
            return _ask_back(situation, person, reply, meant, now, said_before=said_before)
        case Effect.ARRIVE | Effect.ARRIVE_IF_TO_BE_HAD:
            return assignment.arrive(situation, person, now)
        case Effect.CLEAR:
            return assignment.clear(situation, person, now)
        case Effect.COME_HOME:
            return assignment.come_home(situation, person, now)
        case Effect.HEAR if position is Position.LEFT:
            return assignment.clear(situation, person, now)
        case Effect.HEAR:  # whatever they say, it is a sign of life
            return assignment.arrive(situation, person, now)
        case Effect.CONNECT:
            return joining.ring_person(situation, person, now)
        case Effect.STILL_THERE:
            return [*_told_of(situation, person, reply), *tell(texts.still_there_noted(code))]
        case Effect.SHOW_THE_WAY:
            page = text_to(person, Purpose.CONFIRMATION, texts.the_way_once_more(code), now)
            return [replace(page, with_link=True)]
        case Effect.SAY_NOTHING:
            return []
        case Effect.SAY_HOW_TO_TAKE_IT if position is Position.ASKED_ALONG:
            return tell(asking.say_when_asked_along(code), GoAlong(callout.id))
        case Effect.SAY_HOW_TO_TAKE_IT | Effect.NOTHING:
            return [_tell_how_it_stands(situation, person, now)]
        case Effect.EXPLAIN | Effect.EXPLAIN_AND_RING:
            say = _what_can_be_said(situation, position)
            if meant.effect is Effect.EXPLAIN:
                return tell(asking.helped(say, situation.contact_phone), _asked_of(situation, position))
            helped = asking.helped_or_in_danger(say, situation.contact_phone)
            return [*_cry_of(situation, person, reply, now), *tell(helped)]
        case Effect.ALARM:
            return [*_cry_of(situation, person, reply, now), *tell(texts.DANGER_HEARD)]
        case (
            Effect.ASK
            | Effect.ASK_IF_SURE
            | Effect.ASK_NO_OR_ETA
            | Effect.ASK_WERE_YOU_THERE
            | Effect.ASK_PARTNER
            | Effect.ASK_ARE_YOU_THERE
            | Effect.ASK_HAVE_YOU_LEFT
            | Effect.ASK_ARE_YOU_NOT_THERE
        ):
            return _ask_back(situation, person, reply, meant, now, said_before=said_before)
        case _:
            assert_never(meant.effect)


def _says_how_long(situation: Situation, person: Person, reply: Intent, position: Position) -> bool:
    """Whether a number alone, after "only if nobody else", says how many minutes they would need."""
    waits = position is Position.DECLINED and situation.callout.limited_of(person.id) is not None
    return waits and reply.word is Word.ETA


# ---- what is asked back --------------------------------------------------------------------------------------------


def _ask_back(
    situation: Situation, person: Person, reply: Intent, meant: CellMeaning, now: datetime, *, said_before: bool
) -> list[Decision]:
    code, position = situation.callout.code, position_of(situation.callout, person.id)
    clear_up = SetDeadline(DeadlineKind.CLEAR_UP, now + situation.timings.span("clear_up"), person.id)
    not_there = asking.still_if_not_there(code) if said_before else asking.if_not_there(code).kept_by(clear_up)
    well = guesses.is_all_well(reply, position)
    all_left = _all_have_left(situation, position)
    match meant.effect:
        case Effect.ASK_IF_SURE:
            asked = letting_go.question(situation, person, now)
            return _ask_if_sure(situation, person, reply, asked, now, said_before=said_before)
        case Effect.ASK_NO_OR_ETA:
            asked = letting_go.question(situation, person, now, asking.no_or_eta(code))
            return _ask_if_sure(situation, person, reply, asked, now, said_before=said_before)
        case Effect.ASK_WERE_YOU_THERE:
            question = asking.were_you_there(code)
        case Effect.ASK_ARE_YOU_THERE if position is Position.HAS_IT:
            question = asking.here_if_there(code)
        case Effect.ASK_ARE_YOU_NOT_THERE if not well:  # otherwise nobody is rung, as it would promise
            question = not_there
        case Effect.ASK_ARE_YOU_THERE | Effect.ASK_PARTNER | Effect.ARRIVE_IF_TO_BE_HAD if all_left:
            question = texts.here_where_everybody_has_left(code)
        case Effect.ASK_ARE_YOU_THERE if position in _ANOTHER_HAS_IT:
            question = asking.here_if_there_too(code, _taker(situation))
        case _:
            asked_back = asking.after_this_callout if _is_of_shifts(reply) else asking.asked_back
            question = asked_back(_what_can_be_said(situation, position))
    guess = None if all_left else guesses.guess_from(reply, position, now)
    if guess is not None and guess.word is Word.BACK_OUT:
        asked = letting_go.question(situation, person, now)
        return _ask_if_sure(situation, person, reply, asked, now, said_before=said_before)
    takes_back = guess is not None and guess.word is Word.NOT_THERE
    asked = text_to(
        person, Purpose.ANSWER, not_there if takes_back else question, now, asks=_asked_of(situation, position)
    )
    if guess is not None and guess.word not in _NOT_SAID_BACK:
        asked = _said_back(situation, person, guess, position, now)
    if said_before:
        # A phone that answers each of our texts by itself ("I am driving") would be answered, and cause alarms, without
        # end.
        return [asked] if reply.word is not Word.UNCLEAR or no_phone_sends(reply) else []
    alone = all_left and meant.effect is Effect.ARRIVE_IF_TO_BE_HAD  # nobody would ask whether all is well
    rings = (meant.cannot_wait and not well) or takes_back or alone
    return [asked, *_told_of(situation, person, reply), *((clear_up,) if rings else ())]


_NOT_SAID_BACK = frozenset({Word.NOT_THERE, Word.TROUBLE, Word.HOMEWARD})


def _said_back(situation: Situation, person: Person, guess: Guess, position: Position, now: datetime) -> SendPage:
    """What they most likely mean, and what to write if it is something else."""
    callout = situation.callout
    question = asking.or_else(guess.question(callout.code, position), _what_can_be_said(situation, position))
    return text_to(person, Purpose.ANSWER, question, now, asks=guess.asks(callout.id, position))


def _is_of_shifts(reply: Intent) -> bool:
    return is_about_shifts_alone(reply) or (reply.word is Word.UNCLEAR and mentions_shifts(reply))


def _ask_if_sure(
    situation: Situation, person: Person, reply: Intent, asked: SendPage, now: datetime, *, said_before: bool
) -> list[Decision]:
    """It may let the call-out go, or answer something else. Asked again, they are rung no later for it, and no earlier
    ring counts for this one."""
    again = said_before or letting_go.is_asked(situation)
    return [asked, *(() if again else _told_of(situation, person, reply)), letting_go.wait(person, now)]


def _words_of(situation: Situation, person: Person, reply: Intent) -> AlarmCoordinators:
    about = f"{situation.callout.code}, {position_of(situation.callout, person.id)}"
    text = alarms.unclear_text(person.first_name, reply.as_written, person.phone, about)
    return AlarmCoordinators(text, but=person.id)


def _told_of(situation: Situation, person: Person, reply: Intent) -> list[Decision]:
    return [
        _words_of(situation, person, reply),
        Note(NoteKind.TEXT, f"{person.name} sent a text that was not understood", person.id),
    ]


def _what_can_be_said(situation: Situation, position: Position) -> Words:
    code = situation.callout.code
    if _all_have_left(situation, position):
        return texts.everybody_has_left(code)
    match position:
        case Position.PAGED | Position.DECLINED:
            return asking.say_when_paged(code)
        case Position.ASKED_ALONG:
            return asking.say_when_asked_along(code)
        case Position.OFFERED | Position.STOOD_DOWN:
            return asking.say_when_another_has_it(code, _taker(situation))
        case Position.PASSED_OVER:
            return asking.say_when_passed_over(code)
        case Position.HAS_IT:
            return asking.say_when_it_is_yours(code)
        case Position.UNDER_WAY:
            return asking.say_under_way(code)
        case Position.THERE:
            return asking.say_when_there(code)
        case Position.LEFT:
            return asking.say_when_left(code)
        case _:
            assert_never(position)


def _asked_of(situation: Situation, position: Position) -> Question | None:
    """What a bare answer to these words answers."""
    if position is Position.ASKED_ALONG:
        return GoAlong(situation.callout.id)
    return Take(situation.callout.id) if position in _MAY_TAKE and not _all_have_left(situation, position) else None


def _all_have_left(situation: Situation, position: Position) -> bool:
    """Whether nobody need come any more, to somebody who is not on it: they are neither invited nor asked for a yes."""
    return situation.callout.status is Status.CLEARED and position in _IS_NOT_ON_IT


def _tell_how_it_stands(situation: Situation, person: Person, now: datetime) -> SendPage:
    """To somebody who does not have it."""
    callout = situation.callout
    if callout.status is Status.PAGING:
        asks = Take(callout.id, after_no=which_question.notes_a_no(situation, now))
        return text_to(person, Purpose.ANSWER, asking.how_to_take_it(callout.code), now, asks=asks)
    if callout.status is Status.CLEARED:
        return text_to(person, Purpose.ANSWER, texts.everybody_has_left(callout.code), now)
    return text_to(person, Purpose.ANSWER, texts.stand_down(callout.code, _taker(situation)), now)


def _taker(situation: Situation) -> str:
    return situation.taker.first_name if situation.taker else ""


def await_clear_word(situation: Situation, person: Person, reply: Intent, now: datetime) -> list[Decision]:
    """They were asked for the code: they may have let this call-out go, or have arrived."""
    position = position_of(situation.callout, person.id)
    if position in _ON_THE_WAY and reply.word in Trait.NO:
        return [letting_go.wait(person, now)]
    if reply.word in Trait.IS_MEANT or not may_matter(reply, position):
        return []
    return [SetDeadline(DeadlineKind.CLEAR_UP, now + situation.timings.span("clear_up"), person.id)]


def meant_another(situation: Situation, person: Person, _reply: Intent, _now: datetime) -> list[Decision]:
    """They have named a call-out, and it is not this one. If the newest text that they got asked which one they mean,
    the doubt that came with that question is over. Whatever else they wrote about this one is as unclear as before, a
    NO, or that they may not be well: it is due earlier, and stays."""
    newest = which_question.newest(situation.texts)
    if newest is None or not isinstance(newest.asks, WhichCallOut):
        return []
    asked_at, clear_up = newest.decided_at, situation.timings.span("clear_up")
    return [
        DropDeadlines(frozenset({DeadlineKind.CLEAR_UP}), person.id, asked_at + clear_up),
        DropDeadlines(frozenset({DeadlineKind.LET_GO}), person.id, letting_go.wait(person, asked_at).due_at),
    ]


def still_unclear(situation: Situation, person: Person, _attempt: int, now: datetime) -> list[Decision]:
    """No clear word has followed: they may have let it go, be there, or be in trouble. Now coordinators have to ask."""
    if position_of(situation.callout, person.id) not in _AWAITED:
        return []
    text = alarms.still_unclear(situation.callout.code, person.first_name, person.phone)
    wrote_at = now - situation.timings.span("clear_up")
    alarm = AlarmCoordinators(text, kind=AlarmKind.STILL_UNCLEAR, person=person.id, said_at=wrote_at)
    return [alarm, Note(NoteKind.CHECKED, f"what {person.name} wrote is still unclear", person.id)]


# ---- danger --------------------------------------------------------------------------------------------------------


def cry_for_help(
    situation: Situation,
    name: str,
    phone: str,
    person: str | None,
    now: datetime,
    attempt: int = 1,
    *,
    said: str = "",
) -> list[Decision]:
    """Coordinators are rung now, and again until one of them has the alarm. `person` is None for the officer; then the
    alarm says who may be driving there. What they `said` stands in the first alarm."""
    due = now + situation.timings.span("danger_repeat")
    text = alarms.danger(situation.callout.code, name, phone, "" if person else _who_comes(situation), said=said)
    return [
        AlarmCoordinators(text, kind=AlarmKind.DANGER, person=person, said_at=now if attempt == 1 else None),
        Note(NoteKind.DANGER, f"{name} asks for help", person),
        SetDeadline(DeadlineKind.DANGER, due, person, attempt + 1),
    ]


def _cry_of(situation: Situation, person: Person, reply: Intent, now: datetime) -> list[Decision]:
    return cry_for_help(situation, person.first_name, person.phone, person.id, now, said=reply.as_written)


def danger_goes_on(situation: Situation, person_id: str | None, attempt: int, now: datetime) -> list[Decision]:
    """No coordinator has said "I have it"."""
    if person_id is None and not stay_away.officer_cries(situation.alarms):
        return _hurt_goes_on(situation, attempt, now)
    if person_id is None:
        return cry_for_help(situation, "the officer", situation.callout.officer_phone, None, now, attempt)
    person = situation.roster.person(person_id)
    name, phone = (person.first_name, person.phone) if person else (person_id, "")
    return cry_for_help(situation, name, phone, person_id, now, attempt)


def _hurt_goes_on(situation: Situation, attempt: int, now: datetime) -> list[Decision]:
    """The officer asked for help, and named no threat."""
    free = [one for one in situation.alarms if one.kind is AlarmKind.SOMEBODY_HURT and not has_owner(one, now)]
    if not free:
        return []
    due = now + situation.timings.span("danger_repeat")
    again = AlarmCoordinators(free[-1].text, kind=AlarmKind.SOMEBODY_HURT, again=free[-1].id)
    return [again, SetDeadline(DeadlineKind.DANGER, due, attempt=attempt + 1)]


def _who_comes(situation: Situation) -> str:
    first, name = situation.comes_first
    if not situation.callout.is_open or first is None or first.cleared_at is not None:
        return ""
    return agency_texts.who_comes(name, first.eta_at, there=first.arrived_at is not None)


def officer_in_danger(situation: Situation, now: datetime, said: Intent) -> list[Decision]:
    """The officer who called cries for help: whoever is there or driving there is texted and rung to stay away."""
    phone = situation.callout.officer_phone
    told = SendPage(Purpose.OFFICER, Channel.SMS, phone, in_their_language(texts.DANGER_HEARD, said), now)
    return [*_officer_cries(situation, now, said), told, *stay_away.all_stay_away(situation, now)]


def officer_in_danger_too(situation: Situation, now: datetime, said: Intent) -> list[Decision]:
    """As `officer_in_danger`, for another call-out of the same officer, who is answered about the first. Nothing
    follows where nobody goes any more."""
    callout = situation.callout
    if not callout.is_open or (callout.status is Status.CLEARED and not stay_away.going(situation)):
        return []
    return [*_officer_cries(situation, now, said), *stay_away.all_stay_away(situation, now)]


def _officer_cries(situation: Situation, now: datetime, said: Intent) -> list[Decision]:
    return cry_for_help(situation, "the officer", situation.callout.officer_phone, None, now, said=said.as_written)
