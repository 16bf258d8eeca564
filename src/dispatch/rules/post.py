"""Whom a decision writes to: each message with its words, before anything is kept of it.

The law: what is shown of a deed before it is done, and what the deed then sends, is worked out here and nowhere else.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from dispatch.rules.alarm_kinds import Severity, severity
from dispatch.rules.alarm_owners import sound
from dispatch.rules.decisions import (
    AlarmCoordinators,
    ChangeDetails,
    Decision,
    HurryPage,
    SendPage,
    TellOfficer,
    TellPartners,
)
from dispatch.rules.facts.alarms import Alarm
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.situation import Situation
from dispatch.rules.paging import partner_pages


def to_officer(phone: str, text: str, now: datetime) -> SendPage:
    return SendPage(Purpose.OFFICER, Channel.SMS, phone, text, now)


def all_of(situation: Situation, decisions: Iterable[Decision], now: datetime) -> list[SendPage]:
    """Every text and call that these decisions send, a hurried one as if it were new. `situation` has its open alarms.

    What the agency's webhook gets is left out: its body is the call-out as it then stands.
    """
    post = _Post(situation, now)
    return [page for decision in decisions for page in post.of(decision)]


class _Post:
    """The alarms of one run of decisions ring once, and know those before them."""

    def __init__(self, situation: Situation, now: datetime) -> None:
        self.situation, self.now = situation, now
        self.phone = situation.callout.officer_phone
        self.known, self.rang = list(situation.alarms), False

    def of(self, decision: Decision) -> list[SendPage]:
        callout, roster, now = self.situation.callout, self.situation.roster, self.now
        match decision:
            case SendPage():
                return [decision]
            case HurryPage(page_id):
                waiting = next(page for page in callout.pages if page.id == page_id)
                known = (waiting.purpose, waiting.channel, waiting.to, waiting.text, now, waiting.person, waiting.turn)
                return [SendPage(*known)]
            case ChangeDetails(details):
                self.phone = details.officer_phone
                return []
            case TellOfficer(text):
                return [to_officer(self.phone, text, now)]
            case TellPartners(text):
                return partner_pages(roster, callout.code, text, now)
            case AlarmCoordinators():
                return self._alarm(decision)
            case _:
                return []

    def _alarm(self, alarm: AlarmCoordinators) -> list[SendPage]:
        once = replace(alarm, rings=False) if self.rang else alarm
        sounding = sound(self.situation.roster, once, self.known, self.now)
        if sounding.again is None and severity(alarm.kind) > Severity.NEWS:
            self.known.append(Alarm("new", alarm.kind, alarm.text, self.now, person=alarm.person))
        self.rang |= sounding.rings
        return sounding.pages
