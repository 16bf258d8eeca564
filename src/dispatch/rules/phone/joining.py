"""Somebody whom we rang, or who took a page by phone, wants to speak with the officer: what they hear, one exchange
after another.

The law: everybody is asked for a key before they are joined (`rules/phone/bridge.py` says with whom). On such a call
nobody ever sees another's number.
"""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from dispatch.rules.alarms import promises
from dispatch.rules.decisions import Decision, Note, NoteKind, SendPage
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel, Person
from dispatch.rules.facts.phone_calls import PagedCall, PagedStage, Party
from dispatch.rules.facts.situation import Situation
from dispatch.rules.phone import bridge
from dispatch.rules.phone.bridge import Busy, GoIn, Join, Leave, LegAsks, NoNumber, OnAnotherCall, Wait, WaitOn
from dispatch.rules.phone.calls import Pressed, SpokenReply
from dispatch.rules.wording import hotline as officer_words
from dispatch.rules.wording import spoken
from dispatch.rules.wording.languages import in_language

_EXCHANGE_SECONDS = 3  # for a key, after a few words: whoever waits is joined within one exchange
ARE_JOINED = Note(NoteKind.JOINED, "the officer is being joined with whoever asked to speak with them")


# ---- ringing -------------------------------------------------------------------------------------------------------


def ring_person(situation: Situation, person: Person, now: datetime) -> list[Decision]:
    """They asked for the officer: their phone rings, and offers it."""
    said = in_language(spoken.join(situation.callout.code), person.texts_in)
    return [_asks(person), SendPage(Purpose.JOIN, Channel.VOICE, person.phone, said, now, person=person.id)]


def _asks(person: Person) -> Note:
    return Note(NoteKind.CALLS_OFFICER, f"{person.name} asks to speak with the officer", person.id)


def _ring_officer(situation: Situation, call: PagedCall, phone: str, now: datetime) -> SendPage:
    said = in_language(officer_words.join_officer(situation.callout.code), call.bridge.language)
    return SendPage(Purpose.JOIN, Channel.VOICE, phone, said, now)


# ---- the first words of such a call --------------------------------------------------------------------------------


def party(call: PagedCall) -> Party | None:
    """As which party whoever picked up may be joined; without a person, it is the officer. None if the call no longer
    concerns them."""
    if call.person is None:
        return Party.OFFICER
    if call.is_on_it:
        return Party.SPECIALIST
    return Party.COORDINATOR if call.person.is_coordinator else None


def greet(call: PagedCall) -> SpokenReply | None:
    """What is said first in a call that offers to join; None if there is nothing to join any more."""
    if call.situation is None or call.has_ended or party(call) is None:
        return None
    return SpokenReply((call.page.text,), PagedStage.JOIN, times=2)


# ---- the keys ------------------------------------------------------------------------------------------------------


def ask(call: PagedCall, who: Party, back: SpokenReply, now: datetime, decisions: tuple[Decision, ...] = ()) -> Pressed:
    """They have pressed the key. `back` is what they hear after the reason if they cannot be joined. `decisions` follow
    in any case."""
    situation = call.situation
    phone = _officers_phone(call, situation, who) if situation is not None else ""
    dials = situation is not None and bool(phone) and situation.dials(phone)
    asked = (_asks(call.person),) if call.person is not None and call.bridge.leg(call.page.id) is None else ()
    person = call.person.id if call.person is not None else None
    elsewhere = situation is not None and _is_elsewhere(call, situation, phone)
    doubtful = is_doubtful(call)
    answer = bridge.ask(
        call.bridge, call.page.id, who, now, can_be_rung=dials, on_another_call=elsewhere, person=person
    )
    match answer:
        case Busy(person):
            name = call.roster.first_name_of(person) if person is not None else ""
            return Pressed(_first(spoken.officer_is_taken(name), back), decisions, answers=True)
        case NoNumber():
            said = spoken.OFFICER_NOT_DIALLED if phone else spoken.NO_OFFICER_NUMBER
            return Pressed(_first(said, back), decisions, answers=True)
        case OnAnotherCall():
            return Pressed(_first(spoken.OFFICER_ON_ANOTHER_CALL, back), decisions, answers=True)
        case Join():
            kept = promises.spoken(call.alarms, call.roster, doubtful=doubtful) if who is Party.COORDINATOR else []
            return Pressed(_join(answer.conference), (*decisions, *asked, *kept), answers=True, leg=answer)
        case LegAsks(by_phone):
            rung = [_ring_officer(situation, call, phone, now)] if by_phone and situation is not None else []
            said = spoken.officer_is_asked(doubtful=doubtful)
            return Pressed(_wait(said), (*decisions, *asked, *rung), answers=True, leg=Wait(who))
        case _:
            assert_never(answer)


def _officers_phone(call: PagedCall, situation: Situation, who: Party) -> str:
    """A coordinator keeps a promise, which may have been made to another phone than the call-out's."""
    if who is not Party.COORDINATOR:
        return situation.callout.officer_phone
    promised_at = promises.rung_at((call.alarm,) if call.alarm is not None else call.alarms, situation.callout)
    return promised_at if promised_at in call.bridge.called_again_from else situation.callout.officer_phone


def _is_elsewhere(call: PagedCall, situation: Situation, phone: str) -> bool:
    """Whether this phone of the officer's is on another call with us. Many officers call from a desk, which has more
    lines than one."""
    at_a_desk = any(agency.has_desk_at(phone) for agency in situation.roster.agencies)
    return call.bridge.elsewhere and phone == situation.callout.officer_phone and not at_a_desk


def is_doubtful(call: PagedCall) -> bool:
    """Whether the caller on hold may only be faking the officer's number: the caller is unverified, the call-out is
    not."""
    holder, situation = call.bridge.holder, call.situation
    unknown = holder is not None and holder.is_unverified
    return unknown and situation is not None and not situation.callout.is_unverified


def accept(call: PagedCall, now: datetime) -> Pressed:
    """The officer, whom we rang, has pressed the key."""
    joined = bridge.accept(call.bridge, call.page.id, now)
    if joined is not None:
        others = [leg.party for leg in call.bridge.legs if leg.id in joined.others]
        kept = promises.spoken(call.alarms, call.roster, doubtful=False) if Party.COORDINATOR in others else ()
        return Pressed(_join(joined.conference), (ARE_JOINED, *kept), answers=True, leg=joined)
    mine = call.bridge.leg(call.page.id)
    if mine is not None and mine.conference is not None:  # the same key again
        return Pressed(_join(mine.conference), answers=True)
    return Pressed(SpokenReply((officer_words.NOBODY_WAITS, officer_words.FAREWELL)), answers=True)


def wait_on(call: PagedCall, back: SpokenReply, now: datetime) -> Pressed:
    """They waited one exchange more. Whoever is no longer on the call-out waits no longer, nor does anybody once it is
    over."""
    mine = call.bridge.leg(call.page.id)
    if mine is None and (call.has_ended or party(call) is None):
        return stop_waiting(back)
    if mine is not None and mine.party is Party.SPECIALIST and not call.is_on_it:
        return stop_waiting(back)
    step = bridge.step(call.bridge, call.page.id, now)
    match step:
        case Join():
            return Pressed(_join(step.conference), leg=GoIn(step.conference))
        case WaitOn():
            return Pressed(_wait(spoken.OFFICER_IS_AWAITED), leg=step)
        case Leave():
            return Pressed(_first(spoken.OFFICER_DOES_NOT_ANSWER, back), leg=step)
        case _:
            assert_never(step)


def stop_waiting(back: SpokenReply) -> Pressed:
    return Pressed(back, leg=Leave())


def left(call: PagedCall, were: int, back: SpokenReply) -> Pressed:
    """Their conference is over for them; `were` counts whoever has been in it."""
    after = bridge.after_conference(call.bridge, call.page.id, were)
    if isinstance(after, Join):
        return Pressed(_join(after.conference), leg=after)
    gone = officer_words.OTHER_SIDE_LEFT if call.person is None else spoken.OFFICER_LEFT
    return Pressed(_first(gone, back), leg=after)


def _join(conference: str) -> SpokenReply:
    return SpokenReply((officer_words.BEING_JOINED,), join=conference)


def _wait(said: str) -> SpokenReply:
    return SpokenReply((said,), PagedStage.JOINING, silence_counts=True, wait_seconds=_EXCHANGE_SECONDS)


def _first(said: str, back: SpokenReply) -> SpokenReply:
    return replace(back, say=(said, *back.say))
