"""What a text from one of our people brings, and which call-out it is about.

The law: never guess. A code decides; without one there must be exactly one call-out the text can be about, or we ask.
Every text is answered, and what we do not understand reaches a person.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.rules import assignment
from dispatch.rules.decisions import (
    AlarmCoordinators,
    Decision,
    EndTest,
    HurryPage,
    Note,
    NoteKind,
    OptIn,
    OptOut,
    SendPage,
    StrayDecision,
)
from dispatch.rules.facts import Channel, PageState, Person, Purpose, Situation, Status
from dispatch.rules.page_failures import told_of_opt_out
from dispatch.rules.paging import text_to
from dispatch.rules.reply import Reply, ReplyKind
from dispatch.rules.wording import alarms, texts

REMEMBER_ENDED = timedelta(hours=12)
"""How long an answer may be about a call-out that is over: it is then answered with that."""
SAME_WORDS_AGAIN = timedelta(minutes=10)
"""For how long the same words once more are only kept: they have reached a person already.

A phone that answers each of our texts by itself ("I am driving") would be answered, and alarm, without end.
"""


# ---- which call-out ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Involvement:
    """A call-out that somebody was paged for, or is on (`assigned`), even if they only `offered` to come along.

    `ended_at` is set once it is over. Whoever is home from it is not on it any more.
    """

    callout: str
    code: str
    status: Status
    assigned: bool
    ended_at: datetime | None
    offered: bool = False


# Whoever has offered and says that they take it means another call-out. (To go along after all is OMW.)
_TAKES = frozenset({ReplyKind.TAKE, ReplyKind.NUMBER})


def choose(reply: Reply, involved: Sequence[Involvement]) -> Involvement | str:
    """The call-out that `reply` is about, or what to answer instead. `involved` has the oldest first."""
    if reply.code is not None:
        named = [known for known in involved if known.code == reply.code]
        if not named:
            return texts.no_such_callout(reply.code)
        return _if_open(named[-1])
    running = _running(involved)
    mine = [known for known in running if known.assigned or known.status is Status.PAGING]
    if reply.kind in _TAKES:
        mine = [known for known in mine if not known.offered] or mine
    if len(mine) > 1:
        return texts.which_callout([known.code for known in mine])
    if mine:
        return mine[0]
    # Taken by somebody else: the newest is what a late answer is about. Or it is over: say so.
    if running:
        return running[-1]
    return _if_open(involved[-1]) if involved else texts.nothing_open()


def _if_open(known: Involvement) -> Involvement | str:
    return known if known.ended_at is None else texts.already_closed(known.code)


# ---- what it brings ------------------------------------------------------------------------------------------------

_Rule = Callable[[Situation, Person, Reply, datetime], list[Decision]]


@dataclass(frozen=True, slots=True)
class Within:
    """Let `rule` decide within a call-out, once that is locked.

    If it ended while we waited for the lock, `if_over` is sent instead, where there is one.
    """

    callout: str
    rule: _Rule
    if_over: SendPage | None = None


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a text brings, in order. The text is kept with the call-out that it is `about`."""

    steps: tuple[StrayDecision | Within, ...]
    about: str | None = None


def is_for_a_person(sender: Person | None, reply: Reply) -> bool:
    """Whether a coordinator is to read the text: nobody of ours sent it, or we do not understand it."""
    return sender is None or reply.kind is ReplyKind.NOT_UNDERSTOOD


def may_answer_a_test(reply: Reply, involved: Sequence[Involvement]) -> bool:
    """Whether the text answers a test page, if one waits: while a call-out runs, every answer is about that."""
    return reply.kind not in _ASIDES and not _running(involved)


_ASIDES = frozenset({ReplyKind.OPT_OUT, ReplyKind.OPT_IN, ReplyKind.HELP, ReplyKind.NOT_UNDERSTOOD})


def react(person: Person, reply: Reply, involved: Sequence[Involvement], test: str | None, now: datetime) -> Reaction:
    """What `reply` brings; `test` is the test page that it answers, if it does. `involved` has the oldest first."""
    running = _running(involved)

    def answer(text: str) -> SendPage:
        return text_to(person, Purpose.ANSWER, text, now)

    match reply.kind:
        case ReplyKind.OPT_OUT:
            out = () if person.opted_out else (OptOut(person.id),)
            alarm = told_of_opt_out(person)
            return Reaction((*out, alarm, *(Within(known.callout, ring_instead) for known in running)))
        case ReplyKind.OPT_IN:
            return Reaction((OptIn(person.id), answer(texts.opted_in())))
        case ReplyKind.HELP:
            return Reaction((answer(texts.not_understood()),))
        case ReplyKind.NOT_UNDERSTOOD if running:
            # In the call-out's own story, where coordinators look.
            about = running[-1].callout
            return Reaction((Within(about, have_read), answer(texts.not_understood())), about)
        case ReplyKind.NOT_UNDERSTOOD:
            return Reaction((_unclear(person, reply), answer(texts.not_understood())))
        case _ if test is not None:
            return Reaction((EndTest(test), answer(texts.test_answered())))
        case _:
            chosen = choose(reply, involved)
            if isinstance(chosen, str):
                return Reaction((answer(chosen),))
            over = answer(texts.already_closed(chosen.code))
            return Reaction((Within(chosen.callout, decide, over),), chosen.callout)


def ring_instead(situation: Situation, person: Person, _reply: Reply, now: datetime) -> list[Decision]:
    """Texts reach them no more, so whatever they are being paged for rings now."""
    callout = situation.callout
    if callout.status is not Status.PAGING:
        return []
    note = Note(NoteKind.OPTED_OUT, f"{person.name} opted out of texts", person.id)
    for page in callout.pages:
        is_call = page.purpose is Purpose.PAGE and page.channel is Channel.VOICE
        if page.person == person.id and is_call and page.state is PageState.WAITING:
            return [note, HurryPage(page.id)]
    text = texts.page_text(callout.agency, callout.code)
    call = SendPage(Purpose.PAGE, Channel.VOICE, person.phone, text, now, person=person.id, turn=callout.turn)
    return [note, call]


def have_read(_situation: Situation, person: Person, reply: Reply, _now: datetime) -> list[Decision]:
    """Coordinators read what was not understood, and the call-out's story says that it came."""
    return [_unclear(person, reply), Note(NoteKind.TEXT, f"{person.name} sent a text that was not understood")]


def _unclear(person: Person, reply: Reply) -> AlarmCoordinators:
    return AlarmCoordinators(alarms.unclear_text(person.first_name, reply.text, person.phone), but=person.id)


def _running(involved: Sequence[Involvement]) -> list[Involvement]:
    return [known for known in involved if known.ended_at is None]


def decide(situation: Situation, person: Person, reply: Reply, now: datetime) -> list[Decision]:
    """What an understood reply does to the call-out it is about."""
    match reply.kind:
        case ReplyKind.TAKE | ReplyKind.NUMBER | ReplyKind.ETA:
            return assignment.take(situation, person, reply.minutes, now)
        case ReplyKind.ON_MY_WAY:
            return assignment.depart(situation, person, reply.minutes, now)
        case ReplyKind.DECLINE:
            return assignment.refuse(situation, person, now)
        case ReplyKind.HERE:
            return assignment.arrive(situation, person, now)
        case ReplyKind.CLEARED:
            return assignment.clear(situation, person, now)
        case ReplyKind.HOME:
            return assignment.come_home(situation, person, now)
        case _:
            return []
