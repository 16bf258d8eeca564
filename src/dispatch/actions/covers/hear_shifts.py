"""One of our people texts about their shifts: asks who is on, asks for cover, takes one, is away or back.

It is read only from somebody whom no call-out pages or has. From anybody else the same text goes on to the call-out,
and is asked back there.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from dispatch.actions.apply_standalone import apply_audited, send_standalone
from dispatch.actions.context import Context
from dispatch.actions.covers.ask_cover import ask_for_cover, withdraw_covers
from dispatch.actions.covers.be_away import AbsenceRefused, AwayForLonger, be_away, be_back
from dispatch.actions.covers.own_shifts import new_own_link
from dispatch.actions.covers.take_cover import CoverRefused, NoSuchCover, take_cover
from dispatch.rules.access import own_link
from dispatch.rules.covers import cover_texts, wanting
from dispatch.rules.covers.cover import Cover
from dispatch.rules.covers.days_said import Misread, days_said
from dispatch.rules.covers.taking import refused, who_has
from dispatch.rules.covers.who_is_on import now_and_next
from dispatch.rules.covers.words import ShiftSaid, ShiftWord, begun, shift_said
from dispatch.rules.decisions import AlarmCoordinators
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.actors import Actor, ActorKind, AuditEvent, Source
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.schedule import Shift
from dispatch.rules.replies import conversation
from dispatch.rules.replies.reader.read_text import Reply
from dispatch.rules.replies.reader.vocabulary import Word
from dispatch.rules.wording import alarms
from dispatch.rules.wording.languages import Words
from dispatch.store.callout import involvements
from dispatch.store.covers import absences, asked_covers
from dispatch.store.delivery import pages
from dispatch.store.replies import inbound_texts
from dispatch.store.transaction import Transaction

_TWO_WEEKS = timedelta(days=14)


def hear_shifts(tx: Transaction, context: Context, person: Person, reply: Reply, body: str) -> ShiftWord | None:
    """Act on a text about shifts; None when it is about anything else, or from somebody who is paged or on a
    call-out."""
    said = shift_said(reply.text)
    if reply.word is Word.DANGER:
        return None
    if said is None:
        return _hear_nearly(tx, context, person, reply, body)
    if _is_busy(tx, context, person):
        return None
    answer = _ANSWERS[said.word](tx, context, person, said)
    if isinstance(answer, Misread):
        # "Away until I am back" may come from a phone that answers each of our texts by itself.
        since = context.now - conversation.SAME_WORDS_AGAIN
        if inbound_texts.heard_from(tx, person.phone, since, body, about=None):
            return said.word
        answer = cover_texts.misread(said.word, answer, off=said.off)
    send_standalone(tx, context, text_to(person, Purpose.ANSWER, answer, context.now))
    return said.word


def _is_busy(tx: Transaction, context: Context, person: Person) -> bool:
    """Whether a call-out pages them, or is theirs."""
    involved = involvements.of_person(tx, person.id, context.now - conversation.REMEMBER_ENDED)
    return any(known.waits for known in involved if known.ended_at is None)


def _hear_nearly(tx: Transaction, context: Context, person: Person, reply: Reply, body: str) -> ShiftWord | None:
    """A bare yes to a text that asks for cover, or what begins like a text about shifts. Nothing changes, and the
    answer says how it is said: "nothing to do" would let them believe that the shift is theirs."""
    if reply.word in _BARE_YES and reply.code is None and reply.eta is None:
        return _hear_bare_yes(tx, context, person)
    half = begun(reply.text) if reply.word is Word.UNCLEAR else None
    since = context.now - conversation.SAME_WORDS_AGAIN
    if half is None or _is_busy(tx, context, person):
        return None
    if inbound_texts.heard_from(tx, person.phone, since, body, about=None):
        return None
    told = AlarmCoordinators(alarms.unclear_text(person.first_name, reply.text, person.phone), but=person.id)
    answer = text_to(person, Purpose.ANSWER, cover_texts.unread(half.word), context.now)
    apply_audited(tx, context, AuditEvent.WROTE, [told, answer], _actor(person), Source.SMS)
    return half.word


_BARE_YES = frozenset({Word.TAKE, Word.OK})
_ASKED_WITHIN = timedelta(days=1)


def _hear_bare_yes(tx: Transaction, context: Context, person: Person) -> ShiftWord | None:
    newest = pages.newest_text(tx, person.id, context.now - _ASKED_WITHIN)
    if newest is None or newest.callout is not None or _is_busy(tx, context, person):
        return None
    if pages.unanswered_tests(tx, person.id, context.now - conversation.JUST_TESTED):
        return None
    open_to_them = _open_to(tx, context, person)
    if not any(cover_texts.may_ask(one, newest.text) for one in open_to_them):
        return None
    answer = cover_texts.no_such_cover(None, open_to_them, context.roster(tx))
    send_standalone(tx, context, text_to(person, Purpose.ANSWER, answer, context.now))
    return ShiftWord.COVER


def _actor(person: Person) -> Actor:
    return Actor(ActorKind.SPECIALIST if person.is_specialist else ActorKind.COORDINATOR, person.id)


def _own(tx: Transaction, context: Context, person: Person) -> list[Shift]:
    return wanting.whole(context.roster(tx), person.id, context.now, context.now + _TWO_WEEKS)


def _who(tx: Transaction, context: Context, person: Person, _: ShiftSaid) -> Words:
    roster, own = context.roster(tx), _own(tx, context, person)
    on_now, on_next = now_and_next(roster, context.now)
    return cover_texts.who(on_now, on_next, own[0] if own else None, roster, context.now)


def _nights(tx: Transaction, context: Context, person: Person, _: ShiftSaid) -> Words:
    words = cover_texts.nights(_own(tx, context, person), context.roster(tx), context.now)
    return own_link.behind(words, new_own_link(tx, context, person.id))


def _swap(tx: Transaction, context: Context, person: Person, said: ShiftSaid) -> Words | Misread:
    roster, by = context.roster(tx), _actor(person)
    if said.off:
        return _swap_off(tx, context, person, said)
    days = days_said(said.rest, context.now, is_spanish=said.is_spanish, hours=True)
    if isinstance(days, Misread):
        return days
    if (why := wanting.refused_span(*days.bounds(), context.now)) is not None:
        return cover_texts.span_refused(why)
    found = wanting.of_days(roster, person.id, days, context.now)
    if not found:
        return cover_texts.not_on_call(days.first, _own(tx, context, person), roster, context.now)
    new = ask_for_cover(tx, context, found, by, Source.SMS)
    if not new:
        before = asked_covers.open_covers(tx)
        (known, *_) = [one for shift in found for one in wanting.asked_already(shift, before)]
        return cover_texts.asked_before(known, roster)
    tonight, morning = _is_for_tonight(new[0], context), _is_for_the_morning(new[0], context)
    return cover_texts.asked_for(new, roster, tonight=tonight, morning=morning)


def _swap_off(tx: Transaction, context: Context, person: Person, said: ShiftSaid) -> Words | Misread:
    """By number, by days, or all of them. Where somebody has taken it, they hear who has their shift."""
    roster, by = context.roster(tx), _actor(person)
    by_days = said.number is None and said.rest
    days = days_said(said.rest, context.now, is_spanish=said.is_spanish, hours=True) if by_days else None
    if isinstance(days, Misread):
        return days
    on = days  # a name that is bound once: the types of it hold in `meant`

    def meant(covers: list[Cover]) -> list[Cover]:
        theirs = [one for one in covers if one.wanted.holder == person.id]
        if said.number is not None:
            return [one for one in theirs if one.number == said.number]
        return theirs if on is None else wanting.asked_on(roster, person.id, on, context.now, theirs)

    still_asked = asked_covers.open_covers(tx)
    numbers = {one.number for one in meant(still_asked)}
    if numbers and (found := withdraw_covers(tx, context, person.id, numbers, by, Source.SMS)):
        return cover_texts.withdrawn(found, roster)
    for one in meant(asked_covers.taken(tx, context.now)):
        if (has := who_has(roster, one, context.now)) is not None and has != person.id:
            return cover_texts.covered(one, has, roster, context.now)
    return cover_texts.which_off([one for one in still_asked if one.wanted.holder == person.id], roster)


def _is_for_tonight(cover: Cover, context: Context) -> bool:
    return wanting.is_for_tonight(cover.wanted.starts_at, context.now)


def _is_for_the_morning(cover: Cover, context: Context) -> bool:
    """Others may have been asked about one that was asked for before the night."""
    return wanting.is_for_the_morning(cover.wanted.starts_at, cover.asked_at or context.now)


def _cover(tx: Transaction, context: Context, person: Person, said: ShiftSaid) -> Words:
    if said.number is not None:
        try:
            taken = take_cover(tx, context, said.number, person.id, _actor(person), Source.SMS)
        except CoverRefused as no:
            return cover_texts.not_taken(no.cover, no.refused, no.roster)
        except NoSuchCover:
            pass
        else:
            return cover_texts.yours_now(taken.cover, taken.changed.after)
    return cover_texts.no_such_cover(said.number, _open_to(tx, context, person), context.roster(tx))


def _open_to(tx: Transaction, context: Context, person: Person) -> list[Cover]:
    roster, away, rests = context.roster(tx), absences.standing(tx, context.now), context.rests(tx)
    return [
        one
        for one in asked_covers.open_covers(tx)
        if refused(one, person, roster, away, rests, context.now, is_busy=False) is None
    ]


def _away(tx: Transaction, context: Context, person: Person, said: ShiftSaid) -> Words | Misread:
    roster, by = context.roster(tx), _actor(person)
    if said.off and not said.rest:
        back = be_back(tx, context, person, by, Source.SMS)
        return cover_texts.back(back.withdrawn, back.taken, was_away=back.was_away, still=back.asked)
    days = days_said(said.rest, context.now, is_spanish=said.is_spanish)
    if isinstance(days, Misread):
        return days
    if said.off:
        try:
            back = be_back(tx, context, person, by, Source.SMS, days=days)
        except AwayForLonger as longer:
            return cover_texts.which_back(longer.absence, wanting.days_of(longer.absence, context.now))
        on = (days.first, days.last)
        return cover_texts.back(back.withdrawn, back.taken, was_away=back.was_away, days=on, still=back.asked)
    try:
        found = be_away(tx, context, person, *days.bounds(), by, Source.SMS)
    except AbsenceRefused as no:
        return cover_texts.span_refused(no.why)
    tonight = any(_is_for_tonight(one, context) for one in found.asked)
    morning = any(_is_for_the_morning(one, context) for one in found.asked)
    return cover_texts.away((days.first, days.last), found.asked, roster, tonight=tonight, morning=morning)


_ANSWERS: Mapping[ShiftWord, Callable[[Transaction, Context, Person, ShiftSaid], Words | Misread]] = {
    ShiftWord.WHO: _who,
    ShiftWord.NIGHTS: _nights,
    ShiftWord.SWAP: _swap,
    ShiftWord.COVER: _cover,
    ShiftWord.AWAY: _away,
}
