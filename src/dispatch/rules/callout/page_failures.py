"""What follows from a failed page.

The law: a page that reached nobody is never the end of it. Paging goes on to the next channel or person now, not when a
timer ends. What must be heard is sent as a call, and if that fails too, a person is asked to call. An officer who
stopped our texts is called by a person alone. Whatever a person has to mend is an alarm.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from dispatch.rules.callout import escalation, stay_away, telling
from dispatch.rules.callout.moves import is_wanted
from dispatch.rules.callout.stay_away import keeps_away
from dispatch.rules.decisions import (
    AlarmCoordinators,
    Decision,
    HurryPage,
    Note,
    NoteKind,
    OptOut,
    SendPage,
    StandaloneDecision,
    WriteCallOut,
)
from dispatch.rules.delivery.paging import text_with_link
from dispatch.rules.delivery.sending import Meaning
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Assignment, CallOut
from dispatch.rules.facts.pages import Page, PageState, Purpose, Subject
from dispatch.rules.facts.people import Channel, Person
from dispatch.rules.facts.situation import Situation
from dispatch.rules.nearer import look_out
from dispatch.rules.wording import alarms, coordinator_texts, spoken, texts
from dispatch.rules.wording import hotline as officer_words
from dispatch.rules.wording.languages import Words, in_language

CARRIER_ALARM_AGAIN = timedelta(minutes=10)
"""How long one alarm speaks for everything that fails through a fault of ours: perhaps every text does."""
# Whoever took it with a key may still be listening, and then the line is busy.
_A_CALL = timedelta(minutes=2)
_TELLS_NOBODY = frozenset({PageState.FAILED, PageState.WITHDRAWN})
_OURS_TO_MEND = frozenset({Meaning.OPERATOR, Meaning.ACCOUNT})
_SENT = {Channel.SMS: "text", Channel.VOICE: "call", Channel.WEBHOOK: "webhook"}


def opts_out(person: Person | None, meaning: Meaning) -> bool:
    """Whether the failure tells us of an opt-out: the person takes none of our texts, and we did not know that yet."""
    return meaning is Meaning.OPTED_OUT and person is not None and not person.opted_out


def of_number(person: Person | None, meaning: Meaning) -> list[OptOut]:
    """What follows for the person's number, whatever the page was about."""
    return [OptOut(person.id)] if person is not None and opts_out(person, meaning) else []


def of_carrier(why: str, meaning: Meaning) -> list[AlarmCoordinators]:
    """What follows for the service itself, whatever the page was for. (The caller leaves out what was said a moment
    ago.)

    Our account is at fault, or our registration, or our wording, which the carriers' filters let through to nobody.
    """
    return [AlarmCoordinators(alarms.carrier(why), kind=AlarmKind.CARRIER)] if meaning in _OURS_TO_MEND else []


def of_callout(
    situation: Situation,
    page: Page,
    why: str,
    meaning: Meaning,
    now: datetime,
    *,
    is_old: bool = False,
    rings_on: bool = True,
) -> list[Decision]:
    """What follows when a page of a call-out has just failed; `why` is for people, `meaning` the carrier's reason.
    `is_old`: it told the officer how a call-out stood that is over by now, and was not its last news. `rings_on`:
    whoever was called to hear of danger is called again, since they have not been heard."""
    callout, person = situation.callout, _person(situation, page)
    failed = replace(page, state=PageState.FAILED, due_at=None)
    pages = tuple(failed if known.id == failed.id else known for known in callout.pages)
    to = person.name if person else page.purpose.value
    name = person.first_name if person else ""
    decisions: list[Decision] = [Note(NoteKind.PAGE_FAILED, f"{_SENT[page.channel]} to {to}: {why}", page.person)]
    if person is not None and opts_out(person, meaning):
        decisions.append(told_of_opt_out(person))
    match page.purpose:
        case Purpose.PAGE:
            after = replace(situation, callout=replace(callout, pages=pages))
            decisions += escalation.fail_forward(after, failed, now)
        case Purpose.ASK_ALONG:
            nearer = tuple(failed if known.id == failed.id else known for known in callout.nearer)
            decisions += ask_along_on(replace(situation, callout=replace(callout, nearer=nearer)), failed, now)
        case Purpose.OFFICER:
            decisions += _of_the_officer(situation, page, meaning, now, is_old=is_old)
        case Purpose.ALARM | Purpose.REMINDER if page.channel is Channel.SMS and is_wanted(page.purpose, callout):
            decisions.append(_rung_through(page, spoken.aloud(page.text), now))
        case Purpose.CONFIRMATION if page.subject is Subject.RUNG_BACK:
            pass  # they phoned us and are rung back: nothing of it is news
        case Purpose.CONFIRMATION if page.subject is Subject.STAY_AWAY:
            # Whoever goes is rung all the same, until they have heard; once it is over, nobody need hear it.
            if stay_away.tells_to_stay_away(page) and page.person and rings_on and keeps_away(situation):
                decisions += stay_away.unheard(situation, page.person, now)
        case Purpose.CONFIRMATION if (mine := _on_the_way(callout, page.person)) is not None:
            if page.channel is Channel.SMS:
                decisions.append(_rung_instead(situation, page, mine, now))
            else:
                text = _missed(situation, page)(callout.code, name, page.to)
                decisions.append(AlarmCoordinators(text, kind=AlarmKind.PLACE_NOT_TOLD, person=page.person))
        case Purpose.JOIN if person is not None and callout.is_open and callout.is_on_it(person.id):
            # They asked for the officer by text, and can read one.
            words = texts.call_by_the_link(callout.code)
            decisions.append(text_with_link(person, Purpose.CONFIRMATION, words, now, subject=Subject.CALL_BY_LINK))
        case Purpose.STAND_DOWN if _goes_in_vain(callout, page.person):
            decisions += _of_the_end(situation, page, person, now)
        case Purpose.ALARM | Purpose.REMINDER | Purpose.CONFIRMATION | Purpose.JOIN | Purpose.STAND_DOWN:
            pass  # it was the call, or it concerns nobody any more
        case Purpose.QUESTION | Purpose.TURN_BACK:
            pass  # nothing was let go, and the question's own deadline rings them
        case Purpose.ANSWER | Purpose.ALL_CLEAR:
            pass  # it says how things stand, which its reader's link shows as well
        case Purpose.PARTNER | Purpose.AGENCY:
            pass  # the timeline has it; nobody of them goes
        case Purpose.TEST | Purpose.NUMBER | Purpose.ACCOUNT | Purpose.SCHEDULE | Purpose.TONIGHT:
            pass  # about no call-out: the view of the person or of the change shows that it failed
        case _:
            assert_never(page.purpose)
    return decisions


def _of_the_officer(
    situation: Situation, page: Page, meaning: Meaning, now: datetime, *, is_old: bool
) -> list[Decision]:
    """The officer waits for news that we said we text, so the first text that fails is rung, whatever the reason, with
    how it stands by then; others under way said no more than that. Whoever stopped our texts gets no automatic call in
    their place either."""
    callout, stopped = situation.callout, meaning is Meaning.OPTED_OUT
    if page.channel is Channel.SMS and page.to == callout.officer_phone and not stopped:
        news = telling.how_it_stands(situation, now) if callout.is_open else page.text
        said = officer_words.takes_no_texts(callout.code, spoken.aloud(news))
        was_rung = bool(callout.takes_no_texts) and callout.is_open
        return [
            WriteCallOut({"takes_no_texts": True}),
            *(() if is_old or was_rung else (_rung_through(page, said, now),)),
        ]
    words = alarms.officer_stopped_texts if stopped else alarms.officer_not_reached
    told = AlarmCoordinators(words(callout.code, page.to), kind=AlarmKind.OFFICER_NOT_REACHED)
    return [] if is_old else [told]


def ask_along_on(situation: Situation, failed: Page, now: datetime) -> list[Decision]:
    """A page to somebody who was asked along reached nobody: their next page goes out now. If none is left, somebody
    else is asked at once. `situation` knows that it has failed."""
    callout = situation.callout
    if not is_wanted(failed.purpose, callout) or callout.arrived_at is not None:
        return []
    theirs = [page for page in callout.nearer if page.person == failed.person and page.purpose.asks_along]
    waiting = sorted((escalation.due_of(page), page.id) for page in theirs if page.state is PageState.WAITING)
    if waiting:
        return [HurryPage(waiting[0][1])]
    return [] if any(page.wants_answer for page in theirs) else [*look_out.after_change(situation, now)]


def _of_the_end(situation: Situation, page: Page, person: Person | None, now: datetime) -> list[Decision]:
    """Whoever may be driving in vain is told by text, and rung if they are at the wheel: either is enough.

    No coordinator is woken because a driver who has the text does not pick up. Once both have failed, a person has to
    reach them.
    """
    other = Channel.VOICE if page.channel is Channel.SMS else Channel.SMS
    told = [known.state for known in situation.stand_downs if known.channel is other and known.person == page.person]
    if told and told[-1] not in _TELLS_NOBODY and not (other is Channel.SMS and person and person.opted_out):
        return []
    if page.channel is Channel.SMS and not told:
        return [_rung_through(page, _said(spoken.called_off(situation.callout.code), person), now)]
    text = alarms.end_not_told(situation.callout.code, person.first_name if person else "", page.to)
    return [AlarmCoordinators(text, kind=AlarmKind.END_NOT_TOLD, person=page.person)]


def of_standalone(page: Page, person: Person | None, meaning: Meaning, now: datetime) -> list[StandaloneDecision]:
    """What follows when a standalone page has failed. `person` is the one of our people it went to, if any."""
    decisions: list[StandaloneDecision] = []
    if person is not None and opts_out(person, meaning):
        decisions.append(told_of_opt_out(person))
    if page.purpose is Purpose.ALARM and page.channel is Channel.SMS:
        decisions.append(_rung_through(page, page.text, now))
    return decisions


def told_of_opt_out(person: Person) -> AlarmCoordinators:
    text = alarms.opted_out(person.first_name, person.phone)
    return AlarmCoordinators(text, kind=AlarmKind.OPTED_OUT, person=person.id)


def _rung_through(page: Page, said: str, due_at: datetime) -> SendPage:
    """The same words as a call: they must be heard, and a text that cannot arrive helps nobody."""
    return SendPage(
        page.purpose,
        Channel.VOICE,
        page.to,
        said,
        due_at,
        person=page.person,
        alarm=page.alarm,
        asks=page.asks,
        subject=page.subject,
    )


def _rung_instead(situation: Situation, page: Page, mine: Assignment, now: datetime) -> SendPage:
    """Whoever goes is rung with what the lost text was about. Danger does not wait until they are off the phone."""
    callout, person = situation.callout, _person(situation, page)
    page = replace(page, asks=None)  # none of these calls offers a NO
    if keeps_away(situation):
        warned = _rung_through(page, _said(stay_away.aloud(situation), person), now)
        return replace(warned, breaks_in=True, subject=Subject.STAY_AWAY)
    # No later than a call from now lasts: a clock may have been set back since they took it.
    off_the_phone = max(now, min(now, mine.acknowledged_at) + _A_CALL) if _took_it_by_phone(callout, mine) else now
    said = ALOUD.get(page.subject, spoken.place_not_delivered)
    return _rung_through(page, _said(said(callout.code), person), off_the_phone)


ALOUD: Mapping[Subject | None, Callable[[str], Words]] = {
    Subject.MAY_HAVE_MOVED: spoken.place_may_have_changed,
    Subject.OFFICER_WROTE: spoken.officer_wrote,
    Subject.SPEAK_FIRST: spoken.speak_first,
    Subject.COORDINATOR_WROTE: coordinator_texts.coordinator_wrote_aloud,
    Subject.LOOK_AGAIN: texts.look_again,
    Subject.CALL_BY_LINK: texts.call_by_the_link,
}
"""What whoever goes is told by text beside the meeting place, as a voice says it."""


def _missed(situation: Situation, page: Page) -> Callable[[str, str, str], str]:
    """What coordinators are told of a call that whoever goes did not pick up. Whoever is told to stay away must not be
    phoned with the meeting place."""
    if keeps_away(situation):
        return alarms.danger_unheard
    if stay_away.has_moved(situation):
        return alarms.move_not_heard
    return alarms.news_not_heard if page.subject in ALOUD else alarms.place_not_told


def _said(words: str, person: Person | None) -> str:
    return in_language(words, person.texts_in) if person is not None else words


def _on_the_way(callout: CallOut, person: str | None) -> Assignment | None:
    """The assignment of somebody who is not there yet."""
    mine = callout.assignment_of(person) if person and callout.is_open else None
    return mine if mine is not None and mine.is_out and mine.arrived_at is None else None


def _took_it_by_phone(callout: CallOut, mine: Assignment) -> bool:
    """Whether a call of theirs did its work, so that they may still be listening to it."""
    return any(
        page.person == mine.person and page.channel is Channel.VOICE and page.state is PageState.DONE
        for page in callout.pages
    )


def _goes_in_vain(callout: CallOut, person: str | None) -> bool:
    """Whether somebody may be driving to a call-out that is over."""
    mine = callout.assignment_of(person) if person and not callout.is_open else None
    return mine is not None and mine.is_out and mine.arrived_at is None


def _person(situation: Situation, page: Page) -> Person | None:
    return situation.roster.person(page.person) if page.person else None
