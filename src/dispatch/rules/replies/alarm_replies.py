"""What a coordinator writes while an alarm is open: that they have it, or that something else was meant.

The law: "OK" is about the alarm, whatever else its sender is asked, unless no alarm can have reached them yet; "1"
takes the call-out that pages them. A text that may be about an alarm is answered with the open ones, never with
"nothing to do". Who has the alarm then is decided in `rules/alarms/owners.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.rules.alarms.alarm_kinds import severity, worst_first
from dispatch.rules.alarms.owners import has_owner, is_known_to, is_of_another, lapses, that_they_can_have, who_has
from dispatch.rules.callout.stay_away import officer_cries
from dispatch.rules.decisions import AlarmCoordinators, SendPage, StandaloneDecision
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.pages import Purpose, Take
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.roster import Roster
from dispatch.rules.reader.alarm_words import (
    ANYBODY,
    AlarmSaid,
    alarm_said,
    asks_last,
    asks_who_has_it,
    cries_for_another,
    says_another_goes,
)
from dispatch.rules.reader.gist import Gist, likeliest
from dispatch.rules.reader.hints import tells_of_danger
from dispatch.rules.reader.intent import Intent
from dispatch.rules.reader.shift_words import cannot_see_to_it
from dispatch.rules.reader.vocabulary import Trait, Word
from dispatch.rules.replies.conversation import Involvement, Reaction, Within
from dispatch.rules.wording import alarm_answers, alarms, texts


def likely(said: Intent) -> Gist | None:
    """What a text that is not understood most likely says: that its sender has the alarm, or goes there. Only said
    back; a cry for help rings the others."""
    gist, share = likeliest(said, "coordinator")
    doubtful = gist is not Gist.DANGER and (share < _LIKELY or asks_last(said))
    return gist if gist in _OF_ALARMS and not doubtful else None


_LIKELY = 0.3
"""The share below which nothing but a cry is made of a text: "P2R 1" is a yes to what nobody asked."""

_OF_ALARMS = frozenset({Gist.OWN, Gist.GO_MYSELF, Gist.DANGER})


def is_asked(involved: Iterable[Involvement]) -> bool:
    """Whether somebody is paged for a call-out, or asked along, or is on one, so that their "1" is about that."""
    return any(known.waits for known in involved if known.ended_at is None)


def paged_for(involved: Sequence[Involvement]) -> str | None:
    """The newest call-out that somebody is asked to go to, and has not said so yet; `involved` has the oldest first."""
    asks = (known for known in reversed(involved) if known.ended_at is None and not known.assigned)
    return next((known.callout for known in asks if known.status is Status.PAGING), None)


@dataclass(frozen=True, slots=True)
class AlarmWord:
    """A coordinator has the open alarms about this call-out; without one, the alarm of that id. `goes`: and goes
    there. `safe`: they say that whoever cried for help in this alarm is safe."""

    callout: str | None
    alarm: str
    goes: bool = False
    safe: bool = False


def read(
    reply: Intent,
    owner: str,
    open_alarms: Sequence[Alarm],
    roster: Roster,
    now: datetime,
    *,
    told: Mapping[str, datetime],
    asked: bool,
) -> AlarmWord | str | None:
    """What a coordinator's text says about the open alarms: that they have one, or what to answer instead. None if it
    says nothing about them. `told` are those that they can have read of (`owners.take`). `asked`: they are paged for a
    call-out or are on one, so "1", "yes" and "I'll go" are about that, and so is an OK while no alarm has reached
    them."""
    known_codes = [alarm.code for alarm in open_alarms if alarm.code]
    said = alarm_said(reply, known_codes, {one.id: one.first_name for one in roster.people})
    code = said.code
    cries = [one for one in open_alarms if one.waits_for_safety and code in (None, one.code)]
    if (cry := _said_to_be_safe(said, cries, owner)) is not None:
        return AlarmWord(cry.callout, cry.id, safe=True)
    if not said.has_it and (asked or not said.perhaps):
        return None
    theirs = that_they_can_have(open_alarms, owner, roster)
    known = [alarm for alarm in theirs if is_known_to(alarm, owner, told, now)]
    about = [alarm for alarm in theirs if alarm.code == code] if code else _likeliest(theirs, known, owner, told, now)
    if not about or (asked and not any(alarm in known for alarm in about)):
        return None
    codes = list(dict.fromkeys(alarm.code for alarm in about if alarm.code))
    if len(codes) > 1:
        return alarm_answers.alarm_which(codes)
    first = max(about, key=lambda alarm: (alarm.callout is not None, severity(alarm.kind)))
    return AlarmWord(first.callout, first.id, goes=said.goes and first.callout is not None)


def _said_to_be_safe(said: AlarmSaid, cries: Sequence[Alarm], owner: str) -> Alarm | None:
    """The cry of whoever is said to be safe: of whom they name, otherwise the only one that somebody else made."""
    meant = [one for one in cries if one.person in said.safe]
    if ANYBODY in said.safe:
        meant = [one for one in cries if one.person not in (owner, None) or one.callout is None]  # or it is the child
    return meant[0] if len(meant) == 1 else None


def _likeliest(
    open_alarms: Sequence[Alarm], known: Sequence[Alarm], owner: str, told: Mapping[str, datetime], now: datetime
) -> list[Alarm]:
    """Which alarms "I have it" may be about: of those that nobody has whatever has reached them, otherwise their own,
    otherwise what has not reached them, otherwise any. An alarm about no call-out has no code that they could write: it
    is meant where it came last, and nothing else is worse."""
    free = [alarm for alarm in open_alarms if not has_owner(alarm, now)]
    own = [alarm for alarm in known if alarm.owner == owner]
    about = [alarm for alarm in free if alarm in known] or own or free or list(open_alarms)
    if not about:
        return []
    last = max(about, key=lambda one: (told.get(one.id, one.since), severity(one.kind), one.callout is not None))
    worse = [one for one in about if one.callout is not None and severity(one.kind) > severity(last.kind)]
    return [last] if last.callout is None and not worse else about


def answer(open_alarms: Sequence[Alarm], owner: str, roster: Roster, *, taken: bool, newer: Alarm | None = None) -> str:
    """The answer to "I have it" about `open_alarms`: that they have it, or who has it, or that it has just ended.
    `newer` is one of them that had not reached them: nobody has that, and they read now how to take it."""
    code = open_alarms[0].code if open_alarms else None
    if newer is not None:
        return alarm_answers.alarm_is_newer(code, newer.text, taken=taken)
    if taken:
        asked, unsafe = any(map(lapses, open_alarms)), any(one.kind is AlarmKind.SCENE_UNSAFE for one in open_alarms)
        return alarm_answers.alarm_is_yours(code, asked=asked, cries=officer_cries(open_alarms), unsafe=unsafe)
    has_it = next((alarm.owner for alarm in open_alarms if alarm.owner and alarm.owner != owner), None)
    return (
        alarm_answers.ALARM_IS_OVER
        if has_it is None
        else alarm_answers.alarm_has_owner(code, roster.first_name_of(has_it))
    )


def tell_answer(person: Person, said: str, now: datetime, *, paged: str | None, goes: bool = False) -> SendPage:
    """The answer to their text about an alarm. Whoever is `paged` for a call-out as well hears how to take it: "OK"
    meant the alarm only. Whoever `goes` hears how to: the text of somebody who is not paged sends nobody anywhere."""
    if goes:
        return text_to(person, Purpose.ANSWER, alarm_answers.alarm_and_how_to_go(said), now)
    if paged is None:
        return text_to(person, Purpose.ANSWER, said, now)
    return text_to(person, Purpose.ANSWER, alarm_answers.alarm_and_to_go(said), now, asks=Take(paged))


def handed_on(
    reply: Intent, person: Person, open_alarms: Sequence[Alarm], roster: Roster, now: datetime
) -> tuple[Alarm, AlarmCoordinators | None, SendPage] | None:
    """What follows if a coordinator says that they cannot have the worst alarm that nobody else has: the others are
    rung at once, if there are any. None if they say no such thing."""
    theirs = that_they_can_have(open_alarms, person.id, roster)
    free = [one for one in theirs if reply.code in (None, one.code) and not is_of_another(one, person.id, now)]
    if not free or reply.word in Trait.CRIES or not cannot_see_to_it(reply):
        return None
    alarm = worst_first(free)[0]
    told = AlarmCoordinators(
        alarm_answers.alarm_cannot_be_had(person.first_name, alarm.text),
        rings=True,
        kind=alarm.kind,
        person=alarm.person,
        but=person.id,
        again=alarm.id,
        said_at=now if alarm.owner == person.id else alarm.said_at,
        call=alarm.call,
        call_back=alarm.call_back,
    )
    others = any(one.id != person.id for one in roster.with_role(Role.COORDINATOR))
    answer_ = text_to(person, Purpose.ANSWER, alarm_answers.alarm_handed_on(alarm.code, others=others), now)
    return alarm, told if others else None, answer_


def may_cry(reply: Intent) -> bool:
    """Whether what is in no table is most likely a cry for help."""
    cries = tells_of_danger(reply) or likely(reply) is Gist.DANGER
    return cries and not reply.sent_back and reply.word not in Trait.NO_CRY


def not_brushed_off(
    reaction: Reaction,
    person: Person,
    reply: Intent,
    involved: Sequence[Involvement],
    open_alarms: Sequence[Alarm],
    roster: Roster,
    now: datetime,
    *,
    contact: str | None,
) -> Reaction:
    """What follows from a coordinator's text that is about no call-out of theirs. While alarms are open it is answered
    with these and who has them, never with "nothing to do"; but to somebody who is asked to go, what is said of no
    alarm's code is about that. A yes to mere news is thanked for. `contact` is the number that whoever asks for help is
    told to ring, if there is one."""
    if reaction.about is None and not is_asked(involved) and _cries_for_another(reply, person, open_alarms, now):
        handed_on = alarms.unclear_text(person.first_name, reply.as_written, person.phone)
        answers = (one for one in reaction.steps if isinstance(one, SendPage))
        reaction = replace(reaction, steps=(AlarmCoordinators(handed_on, but=person.id), *answers))
    if not all(map(_is_aside, reaction.steps)):
        return reaction
    codes = list(dict.fromkeys(alarm.code for alarm in open_alarms if alarm.code))
    if may_cry(reply) and not _cries_for_another(reply, person, open_alarms, now):
        return _cry(reaction, person, reply, now)
    if open_alarms:
        guess = None if reply.sent_back else likely(reply)
        if reply.word is not Word.UNCLEAR and reply.code not in codes and is_asked(involved):
            return reaction
        owners: dict[str | None, str | None] = {}
        for one in worst_first(open_alarms):
            owners.setdefault(one.code, who_has(one, roster, now))
        helps = reply.word in {Word.HELP, Word.HELP_LOUD}
        hint = alarm_answers.alarm_hint(owners, contact if helps else None)
        free = [code for code in codes if owners[code] is None]
        if len(codes) == 1 and free and not helps and says_another_goes(reply):
            hint = alarm_answers.alarm_another_goes(codes[0])
        elif free and _cries_for_another(reply, person, open_alarms, now):
            hint = alarm_answers.alarm_guessed(free[0], goes=False)
        elif not helps and guess in {Gist.OWN, Gist.GO_MYSELF} and len(codes) < 2:
            goes = bool(codes) and guess is Gist.GO_MYSELF
            hint = alarm_answers.alarm_guessed(codes[0] if codes else None, goes=goes)
    elif reply.word in Trait.YES and not involved:
        hint = alarm_answers.ALARM_NONE
    else:
        return reaction
    steps = [_saying(step, hint) if isinstance(step, SendPage) else step for step in reaction.steps]
    if not steps and asks_who_has_it(reply):  # once more: it may be another alarm, or have somebody by now
        steps = [text_to(person, Purpose.ANSWER, hint, now)]
    return replace(reaction, steps=tuple(steps))


def _cries_for_another(reply: Intent, person: Person, open_alarms: Sequence[Alarm], now: datetime) -> bool:
    """Whether it sounds like a cry for help, and is about somebody else whose cry is open and rings: a cry of its
    writer would call coordinators to the wrong person."""
    others = any(one.kind.is_danger and one.person != person.id and not has_owner(one, now) for one in open_alarms)
    return others and (reply.word is Word.DANGER or may_cry(reply)) and cries_for_another(reply)


def _saying(answer: SendPage, words: str) -> SendPage:
    """It says this instead, and no longer asks which call-out they mean."""
    return replace(answer, text=words, asks=None)


def _cry(reaction: Reaction, person: Person, reply: Intent, now: datetime) -> Reaction:
    """What was handed on, or answered and read by nobody, rings the others now; what has reached them does not."""
    told = [one for one in reaction.steps if isinstance(one, AlarmCoordinators)]
    answers = [_saying(one, str(texts.DANGER_HEARD)) for one in reaction.steps if isinstance(one, SendPage)]
    if answers and not told:
        words = alarms.danger("", person.first_name, person.phone, said=reply.as_written)
        told = [AlarmCoordinators(words, but=person.id)]
    cries = [replace(one, kind=AlarmKind.DANGER, person=person.id, said_at=now) for one in told]
    return replace(reaction, steps=(*cries, *answers))


def _is_aside(step: StandaloneDecision | Within) -> bool:
    """Whether it only answers or hands the words on. A cry for help does more."""
    return isinstance(step, SendPage) or (isinstance(step, AlarmCoordinators) and step.kind is AlarmKind.NEWS)
