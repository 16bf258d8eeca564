"""A call comes in on the hotline: who is taken to be calling, and what comes of it before anybody presses a key.

The law: every call that comes in ends as a call-out, or as something that a named coordinator has decided. Until it
does, it has a moment at which it opens a call-out by itself. Only a call that came in while nobody was here has none:
it may be hours old, and coordinators are rung about it until one decides.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.rules.access.trust import Flood, Pages, rights
from dispatch.rules.decisions import AlarmCoordinators
from dispatch.rules.delivery.our_number import is_ours
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.hotline import HotlineCall
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import UNLISTED, Agency, Roster
from dispatch.rules.wording import alarms

FLOOD_WITHIN = timedelta(minutes=10)
_FROM_ONE_NUMBER = 3
_OF_ALL_UNLISTED = 10


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is taken to be calling."""

    trust: Trust
    agency: Agency


class Arrives(StrEnum):
    """What a call brings as it comes in."""

    OPENS = "opens"  # a call-out, at once
    WAITS = "waits"  # for a key, and opens a call-out by itself if nothing else is decided
    ASKS = "asks"  # whether it is about one that is open


def shown(phone: str | None, our_numbers: Collection[str]) -> str | None:
    """The number that a caller shows, if it can be theirs: one of ours counts as none."""
    return None if is_ours(phone, our_numbers) else phone


def caller(roster: Roster, phone: str | None, *, vouched: bool) -> Caller:
    """Who calls from this number. `vouched`: the network knows that the caller has a right to it (attestation A).

    Numbers are compared exactly: a faked one may well come close to a listed one.
    """
    if phone is None:
        return Caller(Trust.WITHHELD, UNLISTED)
    agency = roster.caller_at(phone)
    if agency is None:
        return Caller(Trust.UNLISTED, UNLISTED)
    return Caller(Trust.LIKELY if vouched else Trust.LISTED, agency)


def shows_number_of(roster: Roster, phone: str | None) -> Person | None:
    """The one of our people whose number this is. An agency that has listed it as well comes first: an officer waits
    for no key."""
    return roster.person_at(phone) if phone is not None and roster.caller_at(phone) is None else None


def arrives(call: HotlineCall, earlier: Collection[str]) -> Arrives:
    """What this call brings; `earlier` are the codes of the open call-outs from its number."""
    if earlier:
        return Arrives.ASKS
    return Arrives.OPENS if rights(call.trust).pages is Pages.AT_ONCE else Arrives.WAITS


def wanted_news(call: HotlineCall, earlier: Mapping[str, datetime]) -> str | None:
    """For a caller who hangs up while nothing has come of their call: the code of the open call-out that they most
    likely wanted news of. `earlier` are those that are waited for: once somebody has come, it may be a new recovery. A
    caller on hold who called after an open call-out had come in was asked about it, and said that theirs is a new
    recovery."""
    said_new = call.held_since is not None and any(at < call.called_at for at in earlier.values())
    return None if said_new or not earlier else [*earlier][-1]


def is_bound(trust: Trust, *, from_number: int, of_all_unlisted: int) -> bool:
    """Whether too many calls have come for this one to open a call-out by itself, so that a person is asked.

    `from_number` counts the calls from the same number, `of_all_unlisted` those of all unlisted callers, each within
    `FLOOD_WITHIN` and without this one.
    """
    flood = rights(trust).flood
    if flood is Flood.NEVER_HELD_UP:
        return False
    by_itself = flood is Flood.EACH_NUMBER and from_number >= _FROM_ONE_NUMBER
    return by_itself or of_all_unlisted >= _OF_ALL_UNLISTED


_RUNG_ABOUT_EACH = 5
_RUNG_ABOUT_ALL_EVERY = timedelta(minutes=1)


def may_be_one_of_many(alarm: AlarmCoordinators) -> bool:
    """Whether strangers can cause such an alarm as often as they like."""
    return alarm.kind is AlarmKind.UNDECIDED_CALL


def rings_of_flood_are_enough(told: Sequence[datetime], now: datetime) -> bool:
    """Whether coordinators need not be rung about one more caller over the bound: they were rung about five within ten
    minutes (`told` says when), and about one of them within this minute. The call still opens a call-out by itself, and
    nobody answers a phone that never stops ringing. (`rules/hotline/silence.py` has those who said nothing.)"""
    return len(told) >= _RUNG_ABOUT_EACH and now - max(told) < _RUNG_ABOUT_ALL_EVERY


DISMISSED_FOR = timedelta(hours=1)
"""How long a coordinator may still say that a call they dismissed was a call-out after all."""


def can_still_open(call: HotlineCall, now: datetime) -> bool:
    return call.dismissed_at is None or now - call.dismissed_at <= DISMISSED_FOR


def alarm_missed(call: HotlineCall) -> AlarmCoordinators:
    """Somebody called while nobody was here to answer: a coordinator decides what it was."""
    text = alarms.missed_call(call.phone, call.called_at)
    return AlarmCoordinators(text, kind=AlarmKind.MISSED_CALL, call=call.id)


def alarm_undecided(call: HotlineCall, now: datetime, *, asks: bool = False) -> AlarmCoordinators:
    """Somebody called and said nothing; or `asks` for a specialist, but too many have called. A coordinator can decide
    before it opens by itself."""
    seconds = max(0, int((call.due_at - now).total_seconds())) if call.due_at is not None else 0
    return AlarmCoordinators(alarms.undecided_call(call.phone, seconds, asks=asks), kind=AlarmKind.UNDECIDED_CALL)
