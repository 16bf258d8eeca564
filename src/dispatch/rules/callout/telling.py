"""What the officer is told about who comes: as much as the table in `rules/access/trust.py` lets this caller hear.

Whoever comes first is named, whether they have the call-out or go along.

The law: somebody who has faked a number and reads our texts learns that a specialist comes, but neither who nor when.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from dispatch.rules.access.trust import rights
from dispatch.rules.callout.escalation import is_asked
from dispatch.rules.decisions import (
    AgencyEvent,
    Decision,
    Note,
    NoteKind,
    SendPage,
    TellAgency,
    TextOfficer,
    WriteEta,
)
from dispatch.rules.delivery.dialling import OUTSIDE, Dials
from dispatch.rules.facts.callout import Assignment, CallOut, Status, first_to_come
from dispatch.rules.facts.pages import IsThere, Purpose
from dispatch.rules.facts.people import Channel, Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.situation import Situation
from dispatch.rules.nearer.arriving_when import said, without_passed
from dispatch.rules.wording import agency_texts, spoken
from dispatch.rules.wording import hotline as officer_words
from dispatch.rules.wording.languages import Words

FAILED_LATELY = timedelta(days=1)
"""For so long a number to which a text has failed is rung at its next call-outs as well. A landline fails each time; a
phone that was off, or a registration of ours that lapsed, does not."""


def takes_texts(callout: CallOut, roster: Roster) -> bool:
    """Whether a text may reach the officer: a station's desk never reads one, and to some numbers one has just
    failed."""
    agency = roster.agency(callout.agency)
    at_a_desk = agency is not None and agency.has_desk_at(callout.officer_phone)
    return bool(callout.officer_phone) and not at_a_desk and not callout.takes_no_texts


def to_officer(callout: CallOut, roster: Roster, dials: Dials, news: TextOfficer, now: datetime) -> SendPage | Note:
    """The text to the officer, or the call if their phone takes none; a line of the timeline if we do not have their
    number, or do not dial it."""
    phone, text, asks = callout.officer_phone, news.text, news.asks
    if not phone:
        return Note(NoteKind.OFFICER_TOLD, f"the officer gave no number, and was not told: {text}")
    if not dials(phone):
        return Note(NoteKind.OFFICER_TOLD, f"{OUTSIDE}, so the officer was not told: {text}")
    if not takes_texts(callout, roster):
        said = officer_words.news_by_phone(spoken.aloud(text))
        return SendPage(Purpose.OFFICER, Channel.VOICE, phone, said, now, asks=asks)
    return SendPage(Purpose.OFFICER, Channel.SMS, phone, text, now, with_link=news.with_link, asks=asks)


def can_be_texted(situation: Situation) -> bool:
    """As `takes_texts`, for a number that we dial."""
    return situation.dials_officer and takes_texts(situation.callout, situation.roster)


def nobody_can_be_called(situation: Situation) -> bool:
    """Whether no page of this step has left, and none can leave now: the officer must not hear that people are being
    called."""
    return situation.paging.nobody and not is_asked(situation.callout)


def how_it_stands(situation: Situation, now: datetime) -> Words:
    """The truth in a sentence, for an officer who asks where everybody is."""
    callout = situation.callout
    if callout.status is Status.CLEARED:
        return agency_texts.HAS_LEFT
    if callout.primary is None:
        return agency_texts.NOBODY_YET
    first, name = situation.comes_first
    assert first is not None, "somebody has it"
    due_at = passed(situation, first, now)
    if due_at is not None and rights(callout.trust).hears_names:
        return agency_texts.was_due(name, due_at)
    return who_comes(callout, name, first.eta_at, there=first.arrived_at is not None)


def passed(situation: Situation, first: Assignment, now: datetime) -> datetime | None:
    """The time that whoever comes first has said, once it is past: then we ask them where they are."""
    eta_at = first.eta_at if first.arrived_at is None else None
    return eta_at if eta_at is not None and now >= eta_at + situation.timings.span("arrival_grace") else None


def we_ask(situation: Situation, person: Person, now: datetime) -> list[TextOfficer]:
    """Nothing is heard from whoever was to come first. An officer who has read no time hears nothing of it."""
    callout, first = situation.callout, situation.callout.comes_first
    due_at = passed(situation, first, now) if first is not None and first.person == person.id else None
    if due_at is None or not rights(callout.trust).hears_names:
        return []
    return [TextOfficer(agency_texts.officer_we_ask(callout.code, person.first_name, due_at))]


def taken(callout: CallOut, first_name: str, eta_at: datetime | None, *, there: bool = False) -> TextOfficer:
    """Somebody has it. `there` says that they took it by saying that they are with the officer."""
    if not rights(callout.trust).hears_names:
        return TextOfficer(agency_texts.officer_taken_by_somebody(callout.code))
    if there:
        return TextOfficer(agency_texts.officer_with_you(callout.code, first_name), asks=IsThere(callout.id))
    return TextOfficer(agency_texts.officer_taken(callout.code, first_name, eta_at))


def eta(callout: CallOut, first_name: str, eta_at: datetime, *, new: bool) -> list[TextOfficer]:
    """When they come; `new` if the officer was told another time before."""
    if not rights(callout.trust).hears_names:
        return []
    return [TextOfficer(agency_texts.officer_eta(callout.code, first_name, eta_at, new=new))]


def if_another_comes_first(situation: Situation, after: Iterable[Assignment], now: datetime) -> list[Decision]:
    """The officer hears of whoever comes first, not of whoever has it, and of no time that has passed. `after`:
    everybody on the call-out by now."""
    callout, known = situation.callout, list(after)
    if callout.arrived_at is not None:
        return []
    counted = without_passed(situation, known, now)
    over: list[Decision] = [WriteEta(one.person, None) for one in counted if one not in known]
    first, before = first_to_come(counted), callout.comes_first
    if first is None or before is None or first.person == before.person:
        return over
    person = situation.roster.person(first.person)
    told = taken(callout, person.first_name if person is not None else "", said(situation, first, now))
    return [*over, told, TellAgency(AgencyEvent.ETA_CHANGED)]


def who_comes(callout: CallOut, first_name: str, eta_at: datetime | None, *, there: bool) -> Words:
    """A sentence for an officer who asks."""
    if not rights(callout.trust).hears_names:
        return agency_texts.SOMEBODY_HAS_IT
    return agency_texts.who_comes(first_name, eta_at, there=there)
