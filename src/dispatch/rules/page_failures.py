"""What follows from a failed page.

The law: a page that reached nobody is never the end of it. Paging goes on to the next channel or person now, not when
a timer ends; what must be heard is sent as a call; and whatever a person has to mend is an alarm.
"""

from dataclasses import replace
from datetime import datetime

from dispatch.rules import escalation
from dispatch.rules.callout import is_wanted
from dispatch.rules.decisions import AlarmCoordinators, Decision, Note, NoteKind, OptOut, SendPage, StrayDecision
from dispatch.rules.facts import AlarmKind, Channel, Page, PageState, Person, Purpose, Situation
from dispatch.rules.sending import Meaning
from dispatch.rules.wording import alarms

_OURS_TO_MEND = frozenset({Meaning.OPERATOR, Meaning.ACCOUNT})
_SENT = {Channel.SMS: "text", Channel.VOICE: "call", Channel.WEBHOOK: "webhook"}


def opts_out(person: Person | None, meaning: Meaning) -> bool:
    """Whether the failure tells us of an opt-out: the person takes none of our texts, and we did not know."""
    return meaning is Meaning.OPTED_OUT and person is not None and not person.opted_out


def of_number(person: Person | None, meaning: Meaning) -> list[OptOut]:
    """What follows for the number, whatever the page was about."""
    return [OptOut(person.id)] if person is not None and opts_out(person, meaning) else []


def of_callout(situation: Situation, page: Page, why: str, meaning: Meaning, now: datetime) -> list[Decision]:
    """What follows when a page of a call-out has just failed; `why` is for people, `meaning` the carrier's reason."""
    callout, person = situation.callout, _person(situation, page)
    failed = replace(page, state=PageState.FAILED, due_at=None)
    pages = tuple(failed if known.id == failed.id else known for known in callout.pages)
    to = person.name if person else page.purpose.value
    decisions: list[Decision] = [Note(NoteKind.PAGE_FAILED, f"{_SENT[page.channel]} to {to}: {why}", page.person)]
    if person is not None and opts_out(person, meaning):
        decisions.append(told_of_opt_out(person))
    if page.purpose is Purpose.PAGE and meaning in _OURS_TO_MEND:
        decisions.append(AlarmCoordinators(alarms.carrier(why), kind=AlarmKind.CARRIER))
    match page.purpose:
        case Purpose.PAGE:
            after = replace(situation, callout=replace(callout, pages=pages))
            decisions += escalation.fail_forward(after, failed, now)
        case Purpose.OFFICER:
            text = alarms.officer_not_reached(callout.code, page.to)
            decisions.append(AlarmCoordinators(text, kind=AlarmKind.OFFICER_NOT_REACHED))
        case Purpose.ALARM | Purpose.REMINDER if page.channel is Channel.SMS and is_wanted(page.purpose, callout):
            decisions.append(_rung_through(page, now))
        case _:
            pass
    return decisions


def of_stray(page: Page, person: Person | None, meaning: Meaning, now: datetime) -> list[StrayDecision]:
    """What follows when a page of no call-out has failed; it went to `person`, if to one of our people."""
    decisions: list[StrayDecision] = []
    if person is not None and opts_out(person, meaning):
        decisions.append(told_of_opt_out(person))
    if page.purpose is Purpose.ALARM and page.channel is Channel.SMS:
        decisions.append(_rung_through(page, now))
    return decisions


def told_of_opt_out(person: Person) -> AlarmCoordinators:
    text = alarms.opted_out(person.first_name, person.phone)
    return AlarmCoordinators(text, kind=AlarmKind.OPTED_OUT, person=person.id)


def _rung_through(page: Page, now: datetime) -> SendPage:
    """The same message as a call: a text that cannot arrive helps nobody."""
    return SendPage(page.purpose, Channel.VOICE, page.to, page.text, now, person=page.person, alarm=page.alarm)


def _person(situation: Situation, page: Page) -> Person | None:
    return situation.roster.person(page.person) if page.person else None
