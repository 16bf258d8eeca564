"""What follows from an officer's text. The officer is the caller: their number is the call-out's callback number.

The law: whoever waits with a child is answered, and people read what they write, but no text of theirs moves a
call-out. If they write that it is off, a person reads that and rings back. Their words may name a child or a place: the
specialist finds them behind the link, never in a text.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.rules.access.trust import BOUND
from dispatch.rules.callout import telling
from dispatch.rules.callout.stay_away import going, is_not_there, speak_first, warned
from dispatch.rules.decisions import (
    AlarmCoordinators,
    DeadlineKind,
    Decision,
    Note,
    NoteKind,
    SendPage,
    SetDeadline,
    TextOfficer,
)
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import CallOut, Status
from dispatch.rules.facts.pages import IsThere, Purpose, SentText, Subject
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.situation import Situation
from dispatch.rules.reader import officer_words
from dispatch.rules.reader.gist import Gist, knows_every_word, likeliest, shares_of
from dispatch.rules.reader.hints import is_bare, words_in
from dispatch.rules.reader.intent import Intent
from dispatch.rules.reader.officer_words import IN_NEED, KEEP_AWAY, NOTHING, dangers_in, in_their_language, reports
from dispatch.rules.reader.phrases import CAME_PHRASES
from dispatch.rules.reader.plain_questions import asking_of, asks_for_a_call
from dispatch.rules.reader.vocabulary import Consent, Trait, Word
from dispatch.rules.reader.words.of_officers import OfficerReport
from dispatch.rules.replies.conversation import SAME_WORDS_AGAIN, Involvement
from dispatch.rules.replies.which_question import last_read
from dispatch.rules.wording import agency_texts, alarms, spoken, texts

MOST_ANSWERS = 10
"""Per hour: a phone that answers by itself would be answered without end. Coordinators still hear of every text."""
MOST_READ = 30
"""Per hour and number. People are told of the rest once, and ring: four hundred texts of one phone became as many to
each coordinator and to whoever was driving. A cry for help is heard each time."""
MOST_OF_UNLISTED = 40
"""Per hour, from all officers together who are known by nothing but an unlisted number. After that, people are told the
first text of each officer, until this many officers have written; then only cries for help. Sixty phones that had rung
the hotline became 1,800 texts to each coordinator."""
UNREADABLE_AGAIN = timedelta(minutes=10)
"""How long coordinators are not rung again for one more text that nobody understands: they have the officer's number,
and read each of them."""
MOST_ANSWERS_UNREAD = 3
"""How many texts are answered of somebody whose texts nobody is told of."""
AFTER_THE_END = timedelta(hours=12)
"""How long after a call-out came in its callback number still counts as the officer's, once the call-out is over."""


def cries_for_help(reply: Intent) -> bool:
    """Whether people must hear the officer at once."""
    if _cries_by_the_tables(reply):
        return True
    in_doubt = reply.sent_back or reply.negated or NOTHING in dangers_in(reply)
    asks_again = OfficerReport.AGAIN in reports(reply)  # which rings as well, and hears how to call out again
    return not in_doubt and _most_likely(reply, Gist.DANGER) >= (_HURT_AGAIN if asks_again else _HURT)


def _cries_by_the_tables(reply: Intent) -> bool:
    found = dangers_in(reply)
    return KEEP_AWAY in found or (IN_NEED in found and not reply.idiom)


def _most_likely(said: Intent, gist: Gist) -> float:
    """The share of a gist; nothing if another is likelier."""
    found, share = likeliest(said, "officer")
    return share if found is gist else 0.0


# The shares from which coordinators are rung, and from which they are told that it is off, or that nobody came.
_HURT, _HURT_AGAIN, _CALLS, _OFF = 0.55, 0.9, 0.5, 0.93
_FEW = 3  # words
_HARDLY = 0.02
"""The share below which the tables are not believed that it is off, or that nobody came."""


def tells_of_a_threat(reply: Intent) -> bool:
    """Whether an officer names a threat or the code of one, or tells us to keep away, so whoever goes must keep away
    too. This counts after the end as well. "Help", "911" and "emergency" name none."""
    return KEEP_AWAY in dangers_in(reply)


def is_danger(reply: Intent, theirs: Sequence[Involvement]) -> bool:
    """Whether it rings as a cry for help does, until somebody has it: a threat, and after the end any cry, since nobody
    goes there who could be kept away."""
    over = all(known.ended_at is not None for known in theirs)
    return tells_of_a_threat(reply) or (over and _cries_by_the_tables(reply))


def may_be_said_again(reply: Intent) -> bool:
    """Whether a repeat of the same words within minutes is only kept. A cry for help is heard each time."""
    return not (cries_for_help(reply) or tells_of_a_threat(reply))


def same_words_since(callout: CallOut, ended_at: datetime | None, now: datetime) -> datetime:
    """From when the same words are a repeat: before somebody took it, was there, or it was over (`ended_at`), they
    meant something else to whoever reads them, and were answered otherwise."""
    moved = (now - SAME_WORDS_AGAIN, callout.acknowledged_at, callout.arrived_at, ended_at)
    return max(at for at in moved if at is not None)


def is_bound(callout: CallOut) -> bool:
    """Whether the officer's texts share one limit with those of others who are as little known. Whoever has a
    credential, a PIN or a listed number is never held up."""
    return callout.trust in BOUND


def are_too_many(texts_by_number: Mapping[str, int], phone: str) -> bool:
    """Whether people are told nothing of the next text from `phone`. `texts_by_number` says how many texts came within
    the hour from each number under the shared limit, about its own call-out; of one that writes without end,
    `MOST_READ` were read.
    """
    if sum(min(count, MOST_READ) for count in texts_by_number.values()) < MOST_OF_UNLISTED:
        return False
    return phone in texts_by_number or len(texts_by_number) >= MOST_OF_UNLISTED


def sum_up(texts_by_number: Mapping[str, int]) -> AlarmCoordinators:
    """One alarm instead of the rest, once an hour."""
    return AlarmCoordinators(alarms.many_unlisted(len(texts_by_number)))


def unread(situation: Situation, heard: int, now: datetime) -> list[Decision]:
    """Nobody is told of this officer's text. The officer hears that the first few times, and the timeline says so as
    often."""
    if heard >= MOST_ANSWERS_UNREAD:
        return []
    answer = agency_texts.officer_unread(
        situation.callout.code, telling.how_it_stands(situation, now), situation.contact_phone
    )
    note = "the officer wrote; too many from unlisted numbers write for anybody to be told of it"
    return [Note(NoteKind.OFFICER_WROTE, note), TextOfficer(answer)]


def about(theirs: Sequence[Involvement], code: str | None) -> Involvement:
    """Which of their call-outs, the oldest first, they write about: the one they name, otherwise the newest. While that
    one pages it is rather the one that is probably the same, if somebody has that."""
    newest = theirs[-1]
    same = next((known for known in theirs if known.code == newest.same_as), newest)
    likely = same if newest.status is Status.PAGING and same.status in _SOMEBODY_HAS_IT else newest
    return next((known for known in theirs if known.code == code), likely)


_SOMEBODY_HAS_IT = frozenset({Status.ACKNOWLEDGED, Status.EN_ROUTE, Status.ON_SCENE})


def threatened(theirs: Sequence[Involvement], code: str | None) -> list[Involvement]:
    """From which of their call-outs a threat keeps our people away: the one they name, otherwise all that are open."""
    meant = about(theirs, code)
    return [meant] if meant.code == code else [known for known in theirs if known is meant or known.ended_at is None]


def hear(
    situation: Situation,
    phone: str,
    said: Intent,
    *,
    off: bool,
    heard: int,
    now: datetime,
    hurt: bool = False,
    rang: bool = False,
    cautioned: Collection[str] = (),
    nobody_came: bool = False,
) -> list[Decision]:
    """The officer at `phone` wrote `said`. `off`: it says that nobody is needed any more. `hurt`: it says that somebody
    needs help or a doctor, or that the child is gone. `rang`: coordinators were rung within `UNREADABLE_AGAIN` for what
    nobody understood; `cautioned` are the ids of those who were told then to speak with the officer first.
    `nobody_came`: it is a no to our text that one of ours is there.

    `heard` is how many texts came from them within the last hour. What is beyond the limit leaves no line in the
    timeline either: nothing ever leaves the audit, so it must not grow at somebody else's pace.
    """
    code, contact = situation.callout.code, situation.contact_phone
    if heard > MOST_READ and not hurt:
        return []
    if officer_words.is_courtesy(said):
        return [Note(NoteKind.OFFICER_WROTE, "the officer wrote thanks")]
    callout = situation.callout
    if heard == MOST_READ and not hurt:
        why = "the officer writes too often for anybody to be told of it; what follows within the hour is only kept"
        return [Note(NoteKind.OFFICER_WROTE, why), AlarmCoordinators(alarms.officer_writes_on(code, phone))]
    drivers = [] if is_understood(said) else [one for one in going(situation) if is_not_there(situation, one)]
    uncautioned = [person for person in drivers if person.id not in cautioned]
    # The words of an unverified caller may lead into a trap: coordinators read them first.
    told = [] if callout.is_unverified else [one for one in going(situation) if one not in uncautioned]
    again: list[Decision] = []
    if hurt:
        note = Note(NoteKind.OFFICER_WROTE, "the officer wrote that somebody needs help")
        words = alarms.somebody_hurt(code, phone, said.as_written)
        alarm = AlarmCoordinators(words, kind=AlarmKind.SOMEBODY_HURT, said_at=now)
        answer = texts.DANGER_HEARD
        due = now + situation.timings.span("danger_repeat")
        again = [SetDeadline(DeadlineKind.DANGER, due, attempt=2)] if callout.is_open else []
    elif not callout.is_open:  # whatever it says, nobody else waits for them any more: a person rings back
        note = Note(NoteKind.OFFICER_WROTE, "the officer wrote after the end")
        alarm = AlarmCoordinators(alarms.needed_again(code, phone, said.as_written), kind=AlarmKind.NEEDED_AGAIN)
        answer = (
            agency_texts.officer_asks_again_heard(code, contact)
            if asks_again(said)
            else agency_texts.officer_heard_after_the_end(code, contact)
        )
    elif off:
        note = Note(NoteKind.OFFICER_WROTE, "the officer wrote that nobody is needed any more; nothing is cancelled")
        promise = agency_texts.officer_calls_off_heard(code, contact)
        alarm = AlarmCoordinators(
            alarms.officer_calls_off(code, phone, said.as_written),
            kind=AlarmKind.OFFICER_CALLS_OFF,
            call_back=phone,
            promise=promise,
        )
        answer = promise.kept_by(alarm)
    else:
        note, how = Note(NoteKind.OFFICER_WROTE, "the officer wrote"), telling.how_it_stands(situation, now)
        if nobody_came or contradicts_arrival(callout, said):
            alarm = AlarmCoordinators(alarms.nobody_came(code, phone, said.as_written), kind=AlarmKind.NOBODY_CAME)
            how = agency_texts.NOT_SEEN
        elif drivers and not rang:
            note = Note(
                NoteKind.OFFICER_UNREADABLE, "the officer wrote what nobody understands, and somebody drives there"
            )
            words = alarms.officer_unreadable(code, phone, said.as_written)
            alarm = AlarmCoordinators(words, kind=AlarmKind.OFFICER_CALLS, said_at=now, call_back=phone)
        elif names_ours(said) or _sounds_off(said) or _is_wrong_number(said) or _asks_for_a_call(said):
            words = alarms.officer_wrote(code, phone, said.as_written)
            alarm = AlarmCoordinators(words, kind=AlarmKind.OFFICER_CALLS, call_back=phone)
        else:
            alarm = AlarmCoordinators(alarms.officer_wrote(code, phone, said.as_written))
        answer = (
            agency_texts.officer_wrong_number(code, contact)
            if _is_wrong_number(said)
            else agency_texts.officer_heard(code, how, contact)
        )
    return [
        note,
        alarm,
        *again,
        *((TextOfficer(in_their_language(answer, said)),) if heard < MOST_ANSWERS else ()),
        *(one for person in uncautioned for one in _caution(situation, person, now, counts=not off)),
        *(one for person in told for one in warned(situation, person, [_tell(person, code, now)], now)),
    ]


def _caution(situation: Situation, person: Person, now: datetime, *, counts: bool) -> list[Decision]:
    """Told once: what nobody understands may be a danger. That nobody is needed any more does not count as told."""
    note = Note(NoteKind.CAUTIONED, f"{person.name} is told to speak with the officer before they go in", person.id)
    return [*((note,) if counts else ()), *speak_first(situation, person, now)]


def _tell(person: Person, code: str, now: datetime) -> SendPage:
    # A confirmation, because a call of that purpose leads to the menu, and from there to the officer.
    words = spoken.officer_wrote(code) if person.opted_out else texts.officer_wrote(code)
    told = text_to(person, Purpose.CONFIRMATION, words, now, subject=Subject.OFFICER_WROTE)
    return replace(told, with_link=not person.opted_out)


# ---- what needs no answer, and what contradicts us -----------------------------------------------------------------


def denies_arrival(reply: Intent, texts: Sequence[SentText], now: datetime) -> bool:
    """Whether it is a bare no to the last of our `texts` to them that they can have read, which says that one of ours
    is there."""
    last = last_read(texts, now)
    return last is not None and isinstance(last.asks, IsThere) and reply.word is Word.NO and is_bare(reply)


# What an officer may tell, ask or answer while somebody drives there, without anybody having to do anything at once.
_MERELY = 7  # words: "please have somebody call me back"
_CALM = frozenset({Gist.ACK, Gist.DETAILS, Gist.WHEN, Gist.QUESTION, Gist.SHE_IS_HERE, Gist.NOT_HERE})
_SURELY = 0.93


def is_understood(said: Intent) -> bool:
    """Whether a table reads it, or each of its words is known and it most certainly only tells or asks something. A
    sentence with a word that nobody knows may say anything, and so may one that does more than ask for a call. A yes
    and nothing else warns of nothing."""
    if _cries_by_the_tables(said) or _is_wrong_number(said) or (is_bare(said) and said.word in Trait.YES):
        return True
    if asks_for_a_call(said) and words_in(said) <= _MERELY:
        return True
    found = shares_of(said, "officer")
    calm = sum(found[gist] for gist in _CALM)
    return calm >= _SURELY and found[Gist.DANGER] < _HARDLY and knows_every_word(said, "officer")


def contradicts_arrival(callout: CallOut, said: Intent) -> bool:
    """Whether it says that nobody is there, although one of our people has said HERE."""
    if callout.status is not Status.ON_SCENE:
        return False
    if OfficerReport.NOBODY_CAME in reports(said):
        most_likely = shares_of(said, "officer")[Gist.NOT_HERE] >= _HARDLY or not knows_every_word(said, "officer")
        return officer_words.is_of_words(said, _FEW) or most_likely
    return _most_likely(said, Gist.NOT_HERE) >= _OFF


def names_ours(said: Intent) -> bool:
    """Whether it names an advocate, as police call our people: somebody asks for one, or writes of one who is there."""
    return OfficerReport.ADVOCATE in reports(said)


def _asks_for_a_call(said: Intent) -> bool:
    return asks_for_a_call(said) or _most_likely(said, Gist.CALL_ME) >= _CALLS


def asks_again(said: Intent) -> bool:
    """Whether an officer whose call-out is over may need somebody again. A wrong yes costs a phone call."""
    found = reports(said)
    if not found.isdisjoint({OfficerReport.NOT_AGAIN, OfficerReport.OFF}):
        return False
    return not found.isdisjoint({OfficerReport.AGAIN, OfficerReport.ADVOCATE})


# ---- that it is off ------------------------------------------------------------------------------------------------


def calls_off(said: Intent, consent: Consent | None = None) -> bool:
    """Whether it may say that nobody is needed any more. That only rings coordinators, who read the words, so a wrong
    yes costs a phone call. A question or a negation does not count, nor does "all good" once one of us has come.

    `consent` is what the carrier made of it: to the carrier STOP and CANCEL are an opt-out; from an officer they say
    that the call-out is off.
    """
    if consent is Consent.OPT_OUT:
        return True
    if officer_words.is_off_alone(said):
        return True
    off = _sounds_off(said) and not _means_another(said)
    return not officer_words.has_a_question_mark(said) and (off or _is_likely_off(said)) and not _has_somebody(said)


def _sounds_off(said: Intent) -> bool:
    found = reports(said)
    return OfficerReport.OFF in found and OfficerReport.NOT_OFF not in found


def _means_another(said: Intent) -> bool:
    """Whether what sounds like the end of it most likely tells of something else: "picked up by LAPD, they have her at
    77th now". Coordinators are rung with the words all the same, and the call-out is not said to be off."""
    found = shares_of(said, "officer")
    return found[Gist.CANCEL] < _HARDLY and max(found.values()) >= _CALLS


def _has_somebody(said: Intent) -> bool:
    """Whether it says that one of our people has come, and not that nobody is needed: "your advocate walked in,
    so all good"."""
    found = reports(said, CAME_PHRASES)
    came = OfficerReport.OURS_CAME in found or _most_likely(said, Gist.SHE_IS_HERE) >= _CALLS
    return came and OfficerReport.OFF not in found


def _is_wrong_number(said: Intent) -> bool:
    """Whether somebody says that this is no officer's phone: it may be, and nobody knows whether anything is off."""
    return OfficerReport.WRONG_NUMBER in reports(said)


def _is_likely_off(said: Intent) -> bool:
    in_doubt = (
        _is_wrong_number(said)
        or said.sent_back
        or said.negated
        or asking_of(said).asks
        or OfficerReport.NOT_OFF in reports(said)
    )
    return not in_doubt and _most_likely(said, Gist.CANCEL) >= _OFF
