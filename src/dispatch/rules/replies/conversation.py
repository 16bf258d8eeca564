"""What follows from a text of one of our people, and which call-out it is about.

The law: never guess. A code decides; without one there must be exactly one call-out the text can be about, or we ask.
Every text is answered, and what we do not understand reaches a person.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from dispatch.rules.callout.eta import ClockTime
from dispatch.rules.callout.page_failures import told_of_opt_out
from dispatch.rules.decisions import (
    AlarmCoordinators,
    Decision,
    EndTest,
    Note,
    NoteKind,
    OptIn,
    OptOut,
    SendPage,
    StandaloneDecision,
)
from dispatch.rules.delivery.paging import by_phone, text_to
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.pages import Purpose, Question, WhichCallOut
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.situation import Situation
from dispatch.rules.reader.hints import names_agency, of_listed
from dispatch.rules.reader.intent import Intent
from dispatch.rules.reader.plain_questions import denies
from dispatch.rules.reader.vocabulary import Consent, Trait, Word
from dispatch.rules.replies import guesses
from dispatch.rules.replies.answering import answer, await_clear_word, cry_for_help, meant_another
from dispatch.rules.replies.matrix import ASKS_BACK, MATRIX, Position
from dispatch.rules.wording import alarms, asking, texts
from dispatch.rules.wording.languages import Words

_JUST_OVER = timedelta(minutes=10)
REMEMBER_ENDED = timedelta(hours=12)
"""How long a reply may be about a call-out that is over. It is then answered that the call-out is over."""
SAME_WORDS_AGAIN = timedelta(minutes=10)
"""How long a repeat of the same words is only kept: they have reached a person already.

A phone that answers each of our texts by itself ("I am driving") would be answered, and cause alarms, without end.
"""


# ---- which call-out ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Involvement:
    """A call-out that somebody was paged for, or is on (`assigned`), even if they only `offered` to come along, or are
    `asked` to. `declined`: they said no, and have not been paged since; `passed_over`: they lost it by silence, and
    have not.

    `ended_at` is set once it is over. Whoever is home from it is no longer on it, but they `had` it. `there`: they are
    at the scene. `same_as` is the code of another call-out that is probably the same.
    """

    callout: str
    code: str
    status: Status
    assigned: bool
    ended_at: datetime | None
    offered: bool = False
    there: bool = False
    same_as: str | None = None
    asked: bool = False
    declined: bool = False
    passed_over: bool = False
    agency: str = ""
    agency_name: str = ""
    received_at: datetime | None = None
    had: bool = False

    @property
    def asks(self) -> bool:
        """Whether a page of theirs still waits for them: not once they said no, or lost it by silence."""
        return self.status is Status.PAGING and not (self.has_it or self.declined or self.passed_over)

    @property
    def has_it(self) -> bool:
        return self.assigned and not self.offered

    @property
    def waits(self) -> bool:
        """Whether it asks for somebody, alone or along: an answer may be about it."""
        return self.assigned or self.asked or self.status is Status.PAGING


def choose(reply: Intent, involved: Sequence[Involvement]) -> Involvement | Words:
    """The call-out that `reply` is about, or what to answer instead. `involved` has the oldest first."""
    found = _fitting(reply, involved)
    if not isinstance(found, list):
        return found
    moves = reply.word in Trait.HAS_IT or reply.word in Trait.MOVES
    like = next((known.code for known in found if known.has_it is moves), found[0].code)
    listed = [f"{known.code} ({known.agency})" if known.agency else known.code for known in found]
    return texts.which_callout(listed, _shown(reply), like)


def _fitting(reply: Intent, involved: Sequence[Involvement]) -> Involvement | list[Involvement] | Words:
    """As `choose`; if several fit alike, all of them."""
    running = _running(involved)
    named = [known for known in involved if known.code == reply.code]
    theirs = [known for known in running if known.has_it]
    is_over = bool(named) and named[-1].ended_at is not None
    # A cry that names what is over is about what they are on: there it rings until somebody has it.
    cries = reply.word is Word.DANGER and (not named or (is_over and theirs))
    if reply.code is not None and not cries:
        if is_over and reply.word in Trait.ANSWERS_A_PAGE:
            return _over(named[-1].code, reply, running)
        return _if_open(named[-1]) if named else _no_such(reply, running)
    mine = [known for known in running if known.waits]
    if theirs and (reply.word in Trait.HAS_IT or Word.ETA in reply.mentions):
        mine = theirs
    elif reply.word in Trait.TAKES:
        mine = [known for known in mine if known.asked or known.asks or not known.offered] or mine
    names = {known.agency_name for known in mine}
    named_so = [
        known for known in mine if names_agency(reply, known.agency, known.agency_name, names - {known.agency_name})
    ]
    if len(named_so) == 1:
        return named_so[0]
    if reply.word in Trait.DOUBTFUL and mine and not (len(mine) > 1 and of_listed(reply)):
        return (theirs or mine)[-1]
    waits = [known for known in mine if known not in theirs]
    if reply.word in Trait.KEY and len(waits) == 1 and all(known.there for known in mine if known in theirs):
        return waits[0]
    if reply.word not in Trait.NO:
        mine = _of_what_is_one(mine, theirs)
    if mine:
        return mine if len(mine) > 1 else mine[0]
    # Somebody else has it: a late answer is about the newest. Or it is over: say so.
    if running:
        return running[-1]
    return _if_open(_last_over(involved)) if involved else texts.NOTHING_OPEN


def _no_such(reply: Intent, running: Sequence[Involvement]) -> Words:
    """The answer to a wrong code. Somebody who is on one call-out is shown the code of that."""
    assert reply.code is not None, "a code was named"
    on_it = [known.code for known in running if known.has_it]
    return texts.no_such_callout(reply.code, *((on_it[0], _shown(reply)) if len(on_it) == 1 else ()))


def _over(code: str, reply: Intent, running: Sequence[Involvement]) -> Words:
    """The answer to the code of what is over. "Nothing to do" is not said to somebody for whom another waits."""
    waits = [known.code for known in running if known.asks or known.asked or known.has_it]
    return texts.already_closed(code, *((waits[-1], _shown(reply)) if waits else ()))


def _of_what_is_one(mine: list[Involvement], theirs: Sequence[Involvement]) -> list[Involvement]:
    """Without those that are probably the same as a call-out that they have: a word without a code is about theirs."""
    has = {known.code for known in theirs}
    named_by = {known.same_as for known in theirs}
    others = [known for known in mine if known in theirs or not (known.same_as in has or known.code in named_by)]
    return others or mine


def _shown(reply: Intent) -> str:
    if reply.word in _ACTS and isinstance(reply.eta, int):
        return f"{reply.word.shown.split()[0]} {reply.eta}"
    return reply.word.shown


_ACTS = frozenset({Word.TAKE, Word.OK, Word.ON_MY_WAY, Word.ETA, Word.TWO, Word.NO, Word.HERE, Word.LEFT, Word.HOME})
"""What says the same in the words that we show."""


def _which(reply: Intent, involved: Sequence[Involvement]) -> WhichCallOut | None:
    """When `choose` found no call-out: what is asked, if the words are about one that is open, and nobody knows which.
    Whoever says "first" to nothing that was listed takes it."""
    waits = [known for known in _running(involved) if known.waits]
    if any(known.code == reply.code for known in involved) or not waits:
        return None  # that it is over they are told
    found = _fitting(reply, involved)
    acts = of_listed(reply) or (reply.word in _ACTS and not isinstance(reply.eta, ClockTime))
    if not isinstance(found, list) or not acts:
        return WhichCallOut(tuple(known.code for known in waits))
    return WhichCallOut(tuple(known.code for known in found), _shown(reply))


def _if_open(known: Involvement) -> Involvement | Words:
    return known if known.ended_at is None else texts.already_closed(known.code)


def with_named(involved: Sequence[Involvement], named: Involvement | None, person: Person) -> list[Involvement]:
    """`involved`, and the call-out whose code they named: a specialist who is awake may take it while it is still
    paging."""
    welcome = named is not None and named.status is Status.PAGING and Role.SPECIALIST in person.roles
    return [*involved, named] if named is not None and welcome else [*involved]


def about_which(confirmed: str | None, involved: list[Involvement]) -> list[Involvement]:
    """Of all, only the one that a yes confirms, if it does and that one still runs."""
    return [known for known in _running(involved) if known.callout == confirmed] or involved


def is_new(code: str, involved: Sequence[Involvement]) -> bool:
    """Whether somebody may have named the code of a call-out that they have nothing to do with yet.

    Codes are used again: a call-out that is over does not say which one is meant now.
    """
    return all(known.code != code for known in _running(involved))


# ---- what it brings ------------------------------------------------------------------------------------------------

_Rule = Callable[[Situation, Person, Intent, datetime], list[Decision]]


@dataclass(frozen=True, slots=True)
class Within:
    """Let `rule` decide within a call-out, once the call-out is locked.

    If the call-out ended while we waited for the lock, `if_over` follows instead, where there is something: what would
    have followed a moment later.
    """

    callout: str
    rule: _Rule
    if_over: tuple[StandaloneDecision, ...] = ()


@dataclass(frozen=True, slots=True)
class Reaction:
    """What follows from a text, in order. The text is kept with the call-out that it is `about`."""

    steps: tuple[StandaloneDecision | Within, ...]
    about: str | None = None


REMEMBER_TEST = timedelta(days=1)
"""How long a text may be the answer to a test: of an evening's, somebody may read in the morning."""
JUST_TESTED = timedelta(minutes=10)
"""How long a yes may be the answer to a test although something else has come since that it could be about."""


def may_answer_a_test(reply: Intent, involved: Sequence[Involvement], now: datetime) -> bool:
    """Whether the text answers a test page, if one waits: whatever somebody writes shows that texts reach them, but a
    no answers none. While a call-out is open, every answer is about that; and what names a call-out, takes back the end
    of one or tells of trouble is more than an answer."""
    more = reply.code is not None or _takes_the_end_back(reply, involved, now)
    return not more and not (reply.word in Trait.CRIES or reply.word in Trait.REFUSES) and not _running(involved)


def _answer_test(person: Person, reply: Intent, tests: Sequence[str], now: datetime) -> Reaction:
    """Whoever says more than that it came may take it for a call-out, or be hard to reach: coordinators read it."""
    ended = tuple(map(EndTest, tests))
    plain = reply.sent_back or (reply.word in Trait.YES and reply.eta is None)
    if plain or not (_is_for_a_person(person, reply) or reply.word in Trait.GOES or reply.word in Trait.HAS_ETA):
        return Reaction((*ended, text_to(person, Purpose.ANSWER, texts.TEST_ANSWERED, now)))
    told = AlarmCoordinators(alarms.unclear_text(person.first_name, reply.as_written, person.phone), but=person.id)
    return Reaction((*ended, told, text_to(person, Purpose.ANSWER, texts.TEST_ONLY, now)))


AMID_A_TEST = timedelta(seconds=15)
"""How soon after a page a yes may still be the answer to a test of the minutes before it."""


def may_mean_the_test(reply: Intent, involved: Sequence[Involvement]) -> bool:
    """Whether a page would be taken by what may be the answer to a test: a bare yes."""
    bare = reply.word in Trait.YES and reply.code is None and reply.eta is None
    return bare and any(known.status is Status.PAGING for known in involved)


def about(reply: Intent, involved: Sequence[Involvement]) -> str | None:
    """The open call-out that `reply` is about, if it is clear which."""
    chosen = choose(reply, involved)
    return None if isinstance(chosen, str) else chosen.callout


def may_be_said_again(reply: Intent) -> bool:
    """Whether a coordinator may have read the same words just now."""
    return not ASKS_BACK.isdisjoint(MATRIX[reply.word].values())


def opt(person: Person, consent: Consent, involved: Sequence[Involvement], now: datetime) -> Reaction:
    """They told the carrier that they accept our texts, or that they do not."""
    if consent is Consent.OPT_IN:
        by_text = replace(person, opted_out=False)
        return Reaction((OptIn(person.id), text_to(by_text, Purpose.ANSWER, texts.OPTED_IN, now)))
    out = () if person.opted_out else (OptOut(person.id),)
    theirs = [Within(known.callout, stopped) for known in _on_it(involved)]
    told = () if theirs else (told_of_opt_out(person),)
    rung = (known for known in _running(involved) if not known.declined)
    return Reaction((*out, *told, *theirs, *(Within(known.callout, ring_instead) for known in rung)))


def react(
    person: Person,
    reply: Intent,
    involved: Sequence[Involvement],
    now: datetime,
    *,
    tests: Sequence[str] = (),
    said_before: bool = False,
    amid_a_test: bool = False,
    contact: str | None = None,
) -> Reaction:
    """What follows from `reply`. `involved` has the oldest first.

    `contact` is the number that whoever asks for help is told to ring, if there is one. `tests` are the test
    pages that the reply answers, if it does. `said_before`: the same words about the same call-out came just now.
    `amid_a_test`: a page has just left for them, while a test waits for this very answer, so they are asked for the
    code.
    """

    def tell(text: str, asks: Question | None = None) -> SendPage:
        return text_to(person, Purpose.ANSWER, text, now, asks=asks)

    if tests:
        return _answer_test(person, reply, tests, now)
    if reply.word is Word.THANKS:
        meant = about(reply, involved)
        heard = (Within(known.callout, answer) for known in _on_it(involved) if known.callout == meant)
        return Reaction(tuple(heard), meant)
    past = [known for known in involved if known.ended_at is not None]
    if _takes_the_end_back(reply, past, now) and not any(
        _may_be_meant(known, _last_over(past)) for known in _running(involved)
    ):
        involved = past  # and not of what somebody else has by now
    chosen = choose(reply, involved)
    if amid_a_test and not isinstance(chosen, str):
        return Reaction((tell(texts.which_callout([chosen.code]), WhichCallOut((chosen.code,))),), chosen.callout)
    if not isinstance(chosen, str) and reply.word is Word.DANGER:
        return Reaction((Within(chosen.callout, cried), *_cleared_up(reply, chosen, involved)), chosen.callout)
    if not isinstance(chosen, str):
        later = react(person, reply, [replace(chosen, ended_at=now)], now, contact=contact)
        if_over = tuple(step for step in later.steps if not isinstance(step, Within))
        rule = answer_again if said_before else answer
        if reply.code is None and sum(known.waits for known in _running(involved)) > 1:
            rule = partial(answer, said_before=said_before, of_several=True)
        return Reaction((Within(chosen.callout, rule, if_over), *_cleared_up(reply, chosen, involved)), chosen.callout)
    match reply.word:
        case Word.DANGER if (over := _ended(reply, involved)) is not None:
            return Reaction((Within(over.callout, cried),), over.callout)
        case Word.DANGER:
            text = alarms.danger("", person.first_name, person.phone, said=reply.as_written)
            alarm = AlarmCoordinators(text, kind=AlarmKind.DANGER, person=person.id, said_at=now)
            return Reaction((alarm, tell(texts.DANGER_HEARD)))
        case _ if _takes_the_end_back(reply, involved, now):
            ended = _ended(reply, involved)
            assert ended is not None, "it is over for minutes"
            text = alarms.wrote_after_the_end(ended.code, person.first_name, reply.as_written, person.phone)
            rung = AlarmCoordinators(text, kind=AlarmKind.WROTE_AFTER_THE_END, person=person.id, said_at=now)
            return Reaction((*(() if said_before else (rung,)), tell(_over_and_read(ended))))
        case _ if (reply.word not in Trait.ASIDE or of_listed(reply)) and (which := _which(reply, involved)):
            text = alarms.unclear_text(person.first_name, reply.as_written, person.phone)
            told = () if said_before else (AlarmCoordinators(text, but=person.id),)
            doubt = [Within(known.callout, await_clear_word) for known in _on_it(involved)]
            return Reaction((tell(chosen, which), *told, *doubt))
        case Word.HELP | Word.HELP_LOUD:
            cry = [Within(known.callout, rung_for_help) for known in _on_it(involved)[:1]]
            return Reaction((tell(asking.helped(chosen, contact)), *cry))
        case _ if said_before and _is_for_a_person(person, reply):
            return Reaction(())
        case _ if _is_for_a_person(person, reply):
            text = alarms.unclear_text(person.first_name, reply.as_written, person.phone)
            known = _ended(reply, involved)
            read = AlarmCoordinators(text, but=person.id)
            if known is None:
                return Reaction((read, tell(chosen if reply.code is not None else texts.NOT_UNDERSTOOD)))
            if guesses.wants_a_call(reply, Position.LEFT):  # "I keep crying, is there somebody I can talk to"
                words = alarms.asks_for_a_call(known.code, person.first_name, person.phone, reply.as_written)
                read = AlarmCoordinators(words, kind=AlarmKind.ASKS_FOR_A_CALL, person=person.id, said_at=now)
            return Reaction((read, tell(_over_and_read(known))))
        case _:
            return Reaction((tell(chosen),))


def _over_and_read(ended: Involvement) -> Words:
    return texts.over_and_read(ended.code, called_off=ended.status is Status.CANCELLED)


def _is_for_a_person(person: Person, reply: Intent) -> bool:
    """Whether a coordinator reads it where its sender has no call-out."""
    return reply.word in Trait.FOR_A_PERSON or (person.is_coordinator and reply.word in Trait.FOR_COORDINATORS)


def _ended(reply: Intent, involved: Sequence[Involvement]) -> Involvement | None:
    """The ended call-out that they may be writing about: the one named, or their last if none is open."""
    if reply.code is not None:
        named = [known for known in involved if known.code == reply.code]
        return named[-1] if named and named[-1].ended_at is not None else None
    return _last_over(involved) if involved and not _running(involved) else None


def _last_over(past: Sequence[Involvement]) -> Involvement:
    """The one that was over last: of those that were theirs, and if none was, of those that only paged them."""
    theirs = [known for known in past if known.had] or past
    return max(reversed(theirs), key=lambda known: known.ended_at or _NEVER)


_NEVER = datetime.min.replace(tzinfo=UTC)


def _takes_the_end_back(reply: Intent, involved: Sequence[Involvement], now: datetime) -> bool:
    """Whether somebody says that they are at the scene of a call-out that ended only minutes ago, or not yet home."""
    known = _ended(reply, involved)
    just_over = known is not None and known.ended_at is not None and now - known.ended_at < _JUST_OVER
    is_there = any(word in Trait.AT_THE_SCENE for word in (reply.word, *reply.mentions))
    not_home = Word.HOME in reply.mentions and (reply.negated or Word.NOT_THERE in reply.mentions)
    is_out = is_there or not_home or denies(reply, (Word.HOME,))
    return just_over and is_out and reply.word is not Word.DANGER


def _may_be_meant(running: Involvement, over: Involvement) -> bool:
    """Whether it asks for them, or came in after that was over."""
    return running.waits or running.received_at is None or over.ended_at is None or running.received_at > over.ended_at


def _on_it(involved: Sequence[Involvement]) -> list[Involvement]:
    return [known for known in _running(involved) if known.has_it]


def _cleared_up(reply: Intent, chosen: Involvement, involved: Sequence[Involvement]) -> list[Within]:
    """Whoever names a code has said which call-out they mean: the others that we asked about need no clear word."""
    if reply.code is None:
        return []
    return [Within(known.callout, meant_another) for known in _on_it(involved) if known.callout != chosen.callout]


def answer_again(situation: Situation, person: Person, reply: Intent, now: datetime) -> list[Decision]:
    """The same words about the same call-out as minutes ago."""
    return answer(situation, person, reply, now, said_before=True)


def cried(situation: Situation, person: Person, reply: Intent, now: datetime) -> list[Decision]:
    """A cry for help. About a call-out that is over it moves nothing, and rings until somebody has it all the same."""
    if situation.callout.is_open:
        return answer(situation, person, reply, now)
    heard = text_to(person, Purpose.ANSWER, texts.DANGER_HEARD, now)
    return [*rung_for_help(situation, person, reply, now), heard]


def rung_for_help(situation: Situation, person: Person, reply: Intent, now: datetime) -> list[Decision]:
    """HELP from somebody who is on two call-outs: they heard what can be said, and it may be a cry."""
    return cry_for_help(situation, person.first_name, person.phone, person.id, now, said=reply.as_written)


def stopped(situation: Situation, person: Person, _reply: Intent, now: datetime) -> list[Decision]:
    """STOP from somebody who is on it: they may have meant the call-out, not our texts."""
    text = alarms.stopped(situation.callout.code, person.first_name, person.phone)
    return [AlarmCoordinators(text, kind=AlarmKind.STOPPED, person=person.id)]


def ring_instead(situation: Situation, person: Person, _reply: Intent, now: datetime) -> list[Decision]:
    """No text reaches them any more, so their phone rings now for whatever they are being paged for."""
    if situation.callout.status is not Status.PAGING:
        return []
    note = Note(NoteKind.OPTED_OUT, f"{person.name} opted out of texts", person.id)
    return [note, by_phone(situation, person, now)]


def _running(involved: Sequence[Involvement]) -> list[Involvement]:
    return [known for known in involved if known.ended_at is None]
