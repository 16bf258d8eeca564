"""One of our people texts about their shifts: asks who is on, takes a cover, cannot come, or is sent to their own view.

It is read only from somebody whom no call-out pages or has. From anybody else the same text goes on to the call-out,
and is asked back there.
"""

from collections.abc import Sequence
from datetime import timedelta

from dispatch.actions.apply_standalone import apply_audited, send_standalone
from dispatch.actions.context import Context
from dispatch.actions.shifts.own_shifts import new_own_link
from dispatch.actions.shifts.run_shift_tests import cannot_help
from dispatch.actions.shifts.take_cover import CoverRefused, NoSuchCover, take_cover
from dispatch.rules.access import own_link
from dispatch.rules.decisions import AlarmCoordinators, EndTest, SendPage
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.actors import AuditEvent, Source
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.pages import Purpose, SentText, TakeCover
from dispatch.rules.facts.people import Person
from dispatch.rules.reader.intent import Intent
from dispatch.rules.reader.shift_words import (
    ShiftSaid,
    ShiftWord,
    may_refuse_a_shift,
    mentions_shifts,
    needs_a_person,
    no_phone_sends,
    refuses_a_shift,
    shift_said,
)
from dispatch.rules.reader.vocabulary import Trait, Word
from dispatch.rules.replies import conversation, which_question
from dispatch.rules.shifts import cannot_come, cover_texts, wanting
from dispatch.rules.shifts.coming_on import backup_of
from dispatch.rules.shifts.cover import Cover
from dispatch.rules.shifts.taking import refused
from dispatch.rules.shifts.who_is_on import now_and_next
from dispatch.rules.wording import alarms
from dispatch.rules.wording.languages import Words
from dispatch.store.alarms import alarms as open_alarms
from dispatch.store.callout import involvements
from dispatch.store.delivery import pages
from dispatch.store.replies import inbound_texts
from dispatch.store.shifts import absences, asked_covers, shift_test_rows
from dispatch.store.transaction import Transaction

_TWO_WEEKS = timedelta(days=14)


def hear_shifts(tx: Transaction, context: Context, person: Person, reply: Intent) -> ShiftWord | None:
    """Act on a text about shifts; None when it is about anything else, or from somebody who is paged or on a
    call-out."""
    if reply.word in Trait.YES and reply.code is None and reply.eta is None:
        return _hear_bare_yes(tx, context, person)
    may_be = reply.word in Trait.MAY_BE_OF_SHIFTS
    said = shift_said(reply) if may_be else None
    if said is not None and said.word is not ShiftWord.VIEW:
        if _is_busy(tx, context, person):
            return None
        send_standalone(tx, context, _answer(tx, context, person, said))
        return said.word
    if said is None and not (may_be and mentions_shifts(reply)):
        return _hear_of_cover(tx, context, person, reply) if may_be or reply.word in Trait.NO else None
    begins = said is not None and said.begins
    if not begins and (reply.code is not None or _may_be_of_an_alarm(tx, context, person)):
        return None
    return None if _is_busy(tx, context, person) else _show_view(tx, context, person, reply)


def _may_be_of_an_alarm(tx: Transaction, context: Context, person: Person) -> bool:
    """What a coordinator writes of one is theirs to read: "can't, my shift is over"."""
    return person.is_coordinator and bool(open_alarms.all_open(tx, context.now))


def _show_view(tx: Transaction, context: Context, person: Person, reply: Intent) -> ShiftWord:
    """Nothing changes; their view does all of it. What says more than a few words, or no, is read by a person too."""
    since = context.now - conversation.SAME_WORDS_AGAIN
    # "Away until I am back" may come from a phone that answers each of our texts by itself. What was asked back while
    # they were paged, or out, has not been answered.
    if not no_phone_sends(reply) and inbound_texts.understood_as(
        tx, person.phone, since, reply.as_written, ShiftWord.VIEW
    ):
        return ShiftWord.VIEW
    words = own_link.behind(cover_texts.own_view(), new_own_link(tx, context, person.id))
    answer = text_to(person, Purpose.ANSWER, words, context.now)
    if reply.word is Word.UNCLEAR and not needs_a_person(reply):
        send_standalone(tx, context, answer)
        return ShiftWord.VIEW
    told = AlarmCoordinators(alarms.unclear_text(person.first_name, reply.as_written, person.phone), but=person.id)
    apply_audited(tx, context, AuditEvent.WROTE, [told, answer], person.as_actor, Source.SMS)
    return ShiftWord.VIEW


def _is_busy(tx: Transaction, context: Context, person: Person) -> bool:
    """Whether a call-out pages them, or is theirs."""
    involved = involvements.of_person(tx, person.id, context.now - conversation.REMEMBER_ENDED)
    return any(known.waits for known in involved if known.ended_at is None)


_ASKED_WITHIN = timedelta(days=1)


def _hear_bare_yes(tx: Transaction, context: Context, person: Person) -> ShiftWord | None:
    newest = which_question.newest(pages.texts_to(tx, person.id, context.now - _ASKED_WITHIN))
    if newest is None or newest.callout is not None or _is_busy(tx, context, person):
        return None
    if pages.unanswered_tests(tx, person.id, context.now - conversation.JUST_TESTED):
        return None
    open_to_them = _open_to(tx, context, person)
    if not any(newest.asks_for_cover(one.number) for one in open_to_them):
        return None
    send_standalone(tx, context, _which_cover(tx, context, person, None, open_to_them))
    return ShiftWord.COVER


def _hear_of_cover(tx: Transaction, context: Context, person: Person, reply: Intent) -> ShiftWord | None:
    """A no, or what is not understood, from somebody who was asked to take a shift: they read how to take that one. A
    person reads it too, but for a bare no."""
    texts = pages.texts_to(tx, person.id, context.now - _ASKED_WITHIN)
    newest = which_question.newest(texts)
    if newest is None or newest.callout is not None or reply.code is not None or _is_busy(tx, context, person):
        return None
    if not any(isinstance(one.asks, TakeCover) for one in texts) or _may_be_of_an_alarm(tx, context, person):
        return None
    asked = [one for one in _open_to(tx, context, person) if any(text.asks_for_cover(one.number) for text in texts)]
    about_it = newest.asks is not None or not pages.unanswered_tests(tx, person.id, context.now - _ASKED_WITHIN)
    if not asked or not about_it:
        return None
    lately = context.now - conversation.SAME_WORDS_AGAIN
    if inbound_texts.understood_as(tx, person.phone, lately, reply.as_written, ShiftWord.COVER):
        return ShiftWord.COVER  # perhaps from a phone that answers each of our texts by itself
    say = cover_texts.not_taken_up if reply.word in Trait.REFUSES else cover_texts.how_to_take
    asks = TakeCover(tuple(one.number for one in asked))
    answer = text_to(person, Purpose.ANSWER, say(asked[0], context.roster(tx)), context.now, asks=asks)
    told = AlarmCoordinators(alarms.unclear_text(person.first_name, reply.as_written, person.phone), but=person.id)
    follows = [answer, *(() if reply.word in Trait.NO else (told,))]
    apply_audited(tx, context, AuditEvent.WROTE, follows, person.as_actor, Source.SMS)
    return ShiftWord.COVER


def _which_cover(
    tx: Transaction, context: Context, person: Person, number: int | None, open_to_them: Sequence[Cover]
) -> SendPage:
    words = cover_texts.no_such_cover(number, open_to_them, context.roster(tx))
    asks = TakeCover(tuple(cover.number for cover in open_to_them)) if open_to_them else None
    return text_to(person, Purpose.ANSWER, words, context.now, asks=asks)


def _answer(tx: Transaction, context: Context, person: Person, said: ShiftSaid) -> SendPage:
    roster, now = context.roster(tx), context.now
    if said.word is ShiftWord.COVER:
        words = _taken(tx, context, person, said.number) if said.number is not None else None
        if words is None:
            return _which_cover(tx, context, person, said.number, _open_to(tx, context, person))
        return text_to(person, Purpose.ANSWER, words, now)
    own = wanting.whole(roster, person.id, now, now + _TWO_WEEKS)
    if said.word is ShiftWord.NIGHTS:
        words = own_link.behind(cover_texts.nights(own, roster, now), new_own_link(tx, context, person.id))
    else:
        on_now, on_next = now_and_next(roster, now)
        words = cover_texts.who(on_now, on_next, own[0] if own else None, roster, now)
    return text_to(person, Purpose.ANSWER, words, now)


def _taken(tx: Transaction, context: Context, person: Person, number: int) -> Words | None:
    """What came of their yes to this cover; None if there is no such cover."""
    try:
        taken = take_cover(tx, context, number, person.id, person.as_actor, Source.SMS)
    except CoverRefused as no:
        return cover_texts.not_taken(no.cover, no.refused, no.roster)
    except NoSuchCover:
        return None
    return cover_texts.yours_now(taken.cover, taken.changed.after)


def _open_to(tx: Transaction, context: Context, person: Person) -> list[Cover]:
    roster, away, rests = context.roster(tx), absences.standing(tx, context.now), context.rests(tx)
    return [
        one
        for one in asked_covers.open_covers(tx)
        if refused(one, person, roster, away, rests, context.now, is_busy=False) is None
    ]


# ---- that they cannot take it ---------------------------------------------------------------------------------------


def hear_cannot(tx: Transaction, context: Context, person: Person, reply: Intent) -> bool:
    """Act on a text that says so; False when it is about anything else."""
    if not may_refuse_a_shift(reply):
        return False
    roster, now = context.roster(tx), context.now
    tests = pages.unanswered_tests(tx, person.id, now - conversation.REMEMBER_TEST)
    ahead = cannot_come.TESTED_AHEAD if tests else cannot_come.BEGINS_WITHIN
    theirs = wanting.theirs(roster, person.id, now, now + ahead)
    involved = involvements.of_person(tx, person.id, now - conversation.REMEMBER_ENDED)
    running = [known for known in involved if known.ended_at is None]
    if not theirs or any(known.waits for known in running):
        return False
    last = which_question.newest(pages.texts_to(tx, person.id, now - which_question.TEXTS_SINCE))
    asked = bool(running) or (last is not None and _asks_else(tx, context, last))
    shift = theirs[0]
    if not refuses_a_shift(reply, tested=bool(tests), asked=asked, moments=(now, shift.starts_at)):
        return False
    lately = now - conversation.SAME_WORDS_AGAIN
    if inbound_texts.heard_from(tx, person.phone, lately, reply.as_written, about=None):
        refused = open_alarms.standalone_of_kind(tx, AlarmKind.SHIFT_REFUSED, now)
        if any(one.person == person.id for one in refused):
            return True  # it has reached them, or comes from a phone that answers each of our texts by itself
    begins = max(now, shift.starts_at)
    backup = backup_of(roster, shift.rotation, person.id, cannot_help(tx, context, begins), begins)
    follows = cannot_come.told(
        person, shift, roster.zone_of(shift.rotation), backup, reply.as_written, context.contact_phone, now
    )
    shift_test_rows.refuse(tx, person.id, now)
    apply_audited(tx, context, AuditEvent.WROTE, [*map(EndTest, tests), *follows], person.as_actor, Source.SMS)
    return True


def _asks_else(tx: Transaction, context: Context, last: SentText) -> bool:
    """Whether our last text to them was about a call-out, or asks them to take somebody's shift."""
    if last.callout is not None:
        return cannot_come.is_just_asked(last, context.now)
    return any(last.asks_for_cover(one.number) for one in asked_covers.open_covers(tx))
