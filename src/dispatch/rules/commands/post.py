"""Whom a decision writes to: each message with its words, before any of it is written to the database.

The law: what the preview of a command shows and what the command then sends are worked out in one place.
`actions/apply.py` writes what it is told here, in `rules/alarms/told.py` and in `rules/delivery/paging.py`, and decides
none of it.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from dispatch.rules.alarms.told import AlarmRouter
from dispatch.rules.callout import telling
from dispatch.rules.decisions import (
    AlarmCoordinators,
    Decision,
    HurryPage,
    MoveTo,
    Note,
    NoteKind,
    SendPage,
    TellPartners,
    TextOfficer,
    WriteDetails,
)
from dispatch.rules.delivery.dialling import OUTSIDE, Dials
from dispatch.rules.delivery.paging import partner_pages
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.situation import Situation
from dispatch.rules.wording import hotline as officer_words
from dispatch.rules.wording import spoken


def to_officer(callout: CallOut, roster: Roster, dials: Dials, news: TextOfficer, now: datetime) -> SendPage | Note:
    """The text to the officer, or the call if their phone takes none; a line of the timeline if we do not have their
    number, or do not dial it."""
    phone, text, asks = callout.officer_phone, news.text, news.asks
    if not phone:
        return Note(NoteKind.OFFICER_TOLD, f"the officer gave no number, and was not told: {text}")
    if not dials(phone):
        return Note(NoteKind.OFFICER_TOLD, f"{OUTSIDE}, so the officer was not told: {text}")
    if not telling.takes_texts(callout, roster):
        said = officer_words.news_by_phone(spoken.aloud(text))
        return SendPage(Purpose.OFFICER, Channel.VOICE, phone, said, now, asks=asks)
    return SendPage(Purpose.OFFICER, Channel.SMS, phone, text, now, with_link=news.with_link, asks=asks)


def recipient(roster: Roster, person: str | None, purpose: Purpose, to: str) -> str:
    """Who gets a message, for people: a full name. If they have left the roster, their id or the address itself."""
    if person is not None:
        return roster.name_of(person)
    if purpose is Purpose.OFFICER or purpose.joins:
        return "the officer"
    agency = roster.reached_at(to)
    return agency.name if agency else to


def recipient_in_short(roster: Roster, person: str | None, purpose: Purpose, to: str) -> str:
    """As `recipient`, but in one word: a first name, an agency's code."""
    if person is not None:
        return roster.first_name_of(person)
    if purpose is Purpose.OFFICER:
        return "officer"
    agency = roster.reached_at(to)
    return agency.code if agency else purpose.value


def all_of(situation: Situation, decisions: Iterable[Decision], now: datetime) -> list[SendPage]:
    """Every text and call that these decisions send; a hurried page counts as new.

    The agency's webhook is left out: its body is the call-out as it then stands.
    """
    post = _Post(situation, now)
    return [page for decision in decisions for page in post.pages_for(decision)]


class _Post:
    """One run of decisions: what one decision changes counts for those after it."""

    def __init__(self, situation: Situation, now: datetime) -> None:
        self.situation, self.now = situation, now
        self.callout = situation.callout
        self.sounder = AlarmRouter(situation.roster, situation.alarms, now, lambda: "new", calls=situation.calls)

    def pages_for(self, decision: Decision) -> list[SendPage]:
        callout, roster, now = self.callout, self.situation.roster, self.now
        match decision:
            case SendPage():
                return [decision]
            case HurryPage(page_id):
                waiting = next(page for page in callout.pages if page.id == page_id)
                known = (waiting.purpose, waiting.channel, waiting.to, waiting.text, now, waiting.person, waiting.step)
                return [SendPage(*known)]
            case WriteDetails(details):
                self.callout = replace(callout, officer_phone=details.officer_phone)
                return []
            case MoveTo(status):
                self.sounder.moved(status)
                return []
            case TextOfficer():
                told = to_officer(callout, roster, self.situation.dials, decision, now)
                return [told] if isinstance(told, SendPage) else []
            case TellPartners(text):
                return partner_pages(roster, callout.code, text, now)
            case AlarmCoordinators():
                return self.sounder.tell(decision, callout.id).pages
            case _:
                return []
