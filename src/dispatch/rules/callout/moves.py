"""The life of a call-out. Every legal move stands in one table; any other raises `IllegalMove`.

The law: an open call-out always has a next move (a page that is due, or a deadline), or a person has closed it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from dispatch.rules.callout import duplicates, escalation, response_clock, telling
from dispatch.rules.callout.stay_away import keeps_away, look_again, scene_safe, scene_unsafe, warned
from dispatch.rules.decisions import (
    DROPPED_ON_CLOSE,
    AgencyEvent,
    AlarmCoordinators,
    DeadlineKind,
    Decision,
    DropDeadlines,
    FulfilPromise,
    MoveTo,
    Note,
    NoteKind,
    SendPage,
    SetDeadline,
    TellAgency,
    TellPartners,
    TextOfficer,
    WithdrawPages,
    WriteDetails,
)
from dispatch.rules.delivery.our_number import check_not_ours
from dispatch.rules.delivery.paging import stand_down_everybody, text_to, text_with_link
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Alike, CallOut, Details, Status
from dispatch.rules.facts.pages import Page, Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.situation import Situation
from dispatch.rules.nearer.arriving_when import said
from dispatch.rules.wording import agency_texts, alarms, spoken, texts, times
from dispatch.rules.wording.languages import Owed

LEGAL_MOVES: dict[Status, frozenset[Status]] = {
    Status.PAGING: frozenset({Status.ACKNOWLEDGED, Status.CANCELLED, Status.CLOSED}),
    Status.ACKNOWLEDGED: frozenset({Status.EN_ROUTE, Status.ON_SCENE, Status.PAGING, Status.CANCELLED, Status.CLOSED}),
    # Back to acknowledged when whoever drove lets it go and a partner who has not left yet takes over.
    Status.EN_ROUTE: frozenset({Status.ON_SCENE, Status.ACKNOWLEDGED, Status.PAGING, Status.CANCELLED, Status.CLOSED}),
    Status.ON_SCENE: frozenset({Status.CLEARED, Status.CLOSED}),
    Status.CLEARED: frozenset({Status.CLOSED}),
    Status.CLOSED: frozenset(),
    Status.CANCELLED: frozenset(),
}

OPEN = frozenset(status for status in Status if status.is_open)
CANCELLABLE = frozenset(status for status, moves in LEGAL_MOVES.items() if Status.CANCELLED in moves)


class IllegalMove(ValueError):
    """a call-out cannot go from its status to that one"""


def check_move(current: Status, to: Status) -> None:
    """Raise `IllegalMove` unless the table allows going from `current` to `to`."""
    if to not in LEGAL_MOVES[current]:
        raise IllegalMove(f"a call-out that is {current} cannot become {to}")


def is_wanted(purpose: Purpose, callout: CallOut | None) -> bool:
    """Whether a message still has to be said: a page while nobody has the call-out, a reminder while the call-out is
    open.

    A stand-down and an all-clear are no longer said once the call-out pages again; nobody is asked along unless
    somebody is on the way.
    """
    return callout is None or is_wanted_while(purpose, callout.status)


def is_wanted_while(purpose: Purpose, status: Status) -> bool:
    """As `is_wanted`, for a call-out of which only the status is known."""
    match purpose:
        case Purpose.PAGE:
            return status is Status.PAGING
        case Purpose.STAND_DOWN | Purpose.ALL_CLEAR:
            return status is not Status.PAGING
        case Purpose.ASK_ALONG | Purpose.TURN_BACK:
            return status in {Status.ACKNOWLEDGED, Status.EN_ROUTE}
        case Purpose.REMINDER | Purpose.CONFIRMATION | Purpose.QUESTION | Purpose.JOIN:
            return status.is_open
        case _:
            return True


def rings_on(page: Page, status: Status) -> bool:
    """Whether a call rings on that was being placed when its call-out came to this status. While that pages, whoever
    picks up may still take it. A danger is one for whoever is still there.
    """
    return status.is_paging or page.breaks_in is True or is_wanted_while(page.purpose, status)


# How long these texts wait: the officer has heard the code already, and in a storm no page may queue behind them.
BEHIND = timedelta(seconds=2)


def open_callout(
    situation: Situation,
    details: Details,
    now: datetime,
    duplicate_of: Alike | None = None,
    introduced_after: timedelta = BEHIND,
) -> list[Decision]:
    """A call-out has come in: begin the first step, start the clocks, tell the officer and the partners.

    A probable duplicate is paged like any other, and flagged. Raises `OurOwnNumber` for an officer who could not be
    called back.
    """
    callout = situation.callout
    check_not_ours(details.officer_phone, situation.our_numbers)
    return [
        Note(
            NoteKind.RECEIVED,
            f"{callout.agency} called{_from_whom(callout)}; answer promised by {times.local_time(callout.respond_by)}",
        ),
        *escalation.begin_step(situation, 1, now),
        *response_clock.start(situation, now),
        *((_introduce(situation, details, now + introduced_after),) if telling.can_be_texted(situation) else ()),
        *_not_dialled(situation, details.officer_phone),
        TellPartners(agency_texts.partner_opened(callout.agency, callout.code)),
        TellAgency(AgencyEvent.OPENED),
        *(duplicates.flag(situation, duplicate_of, now) if duplicate_of is not None else ()),
        *(scene_unsafe(situation, now) if details.scene_safe is False else ()),
    ]


def _from_whom(callout: CallOut) -> str:
    return "" if callout.trust is Trust.VERIFIED else f" by phone, {callout.trust}"


def _introduce(situation: Situation, details: Details, due_at: datetime) -> SendPage:
    text, phone = _introduction(situation, details), situation.callout.officer_phone
    return SendPage(Purpose.OFFICER, Channel.SMS, phone, text, due_at, with_link=True)


def _not_dialled(situation: Situation, phone: str) -> list[AlarmCoordinators]:
    """What follows from an officer's number that we neither ring nor text: a person has to reach the officer."""
    if not phone or situation.dials(phone):
        return []
    text = alarms.officer_not_dialled(situation.callout.code, phone)
    return [AlarmCoordinators(text, kind=AlarmKind.OFFICER_NOT_DIALLED)]


def _introduction(situation: Situation, details: Details) -> str:
    theirs = details.reference or details.unit
    return agency_texts.officer_introduced(situation.callout.code, theirs, situation.contact_phone)


def cancel(situation: Situation, reason: str | None, now: datetime, by: str | None = None) -> list[Decision]:
    """The caller no longer needs anybody, or a coordinator, named in `by`, says so for them. Saying so again changes
    nothing.

    Raises `IllegalMove` once a specialist is at the scene.
    """
    callout = situation.callout
    if callout.status is Status.CANCELLED:
        return []
    check_move(callout.status, Status.CANCELLED)
    return [
        Note(NoteKind.CANCELLED, f"cancelled by {by or callout.agency}" + (f": {reason}" if reason else "")),
        *_end(situation, Status.CANCELLED, now),
        _officer_cancelled(situation),
        TellPartners(agency_texts.partner_cancelled(callout.code, callout.same_as)),
        TellAgency(AgencyEvent.CANCELLED),
    ]


def close(situation: Situation, by: str, now: datetime) -> list[Decision]:
    """The coordinator named `by` closes it, whatever its status. Raises `IllegalMove` when it is already over."""
    callout = situation.callout
    check_move(callout.status, Status.CLOSED)
    return [
        Note(NoteKind.CLOSED, f"closed by {by}"),
        *_end(situation, Status.CLOSED, now),
        *(_nobody_comes(situation) if callout.arrived_at is None else ()),
        TellAgency(AgencyEvent.CLOSED),
    ]


def _nobody_comes(situation: Situation) -> list[Decision]:
    """Otherwise the officer would stand with the child, waiting for somebody who was told to stay at home, and partners
    would believe that somebody goes."""
    callout = situation.callout
    return [_officer_closed(situation), TellPartners(agency_texts.partner_closed(callout.code, callout.same_as))]


def _officer_closed(situation: Situation) -> TextOfficer:
    callout = situation.callout
    # "Nobody will come" would be wrong where it is the same as another: somebody comes for that one.
    return TextOfficer(agency_texts.officer_closed(callout.code, situation.contact_phone, callout.same_as))


def _officer_cancelled(situation: Situation) -> TextOfficer:
    callout = situation.callout
    return TextOfficer(agency_texts.officer_cancelled(callout.code, situation.contact_phone, callout.same_as))


# For each open status, the deadline that asks how a call-out goes on.
_ASKS = {
    Status.PAGING: DeadlineKind.ESCALATE,
    Status.ACKNOWLEDGED: DeadlineKind.REMIND_EN_ROUTE,
    Status.EN_ROUTE: DeadlineKind.REMIND_ARRIVAL,
    Status.ON_SCENE: DeadlineKind.CHECK_ON_SCENE,
    Status.CLEARED: DeadlineKind.CHECK_HOME,
}


def rescue(callout: CallOut, now: datetime) -> list[Decision]:
    """The law was broken through a fault of ours: give the call-out a next move again, and alarm the coordinators."""
    kind = _ASKS[callout.status]
    going = [mine.person for mine in callout.assignments if mine.is_on_it and not mine.home_at]
    personal = kind not in {DeadlineKind.ESCALATE, DeadlineKind.CHECK_ON_SCENE}
    return [
        Note(NoteKind.RESCUED, "nothing would have moved this call-out any more; it goes on now"),
        *(SetDeadline(kind, now, person) for person in (going if personal else [None])),
        AlarmCoordinators(alarms.rescued(callout.code, callout.officer_phone), kind=AlarmKind.RESCUED),
    ]


def _end(situation: Situation, status: Status, now: datetime) -> list[Decision]:
    code = situation.callout.code
    return [
        MoveTo(status),
        WithdrawPages(),
        DropDeadlines(DROPPED_ON_CLOSE),
        *stand_down_everybody(situation, texts.closed_stand_down(code), now, there=texts.closed_while_there(code)),
        *_ring_drivers(situation, now),
    ]


def _ring_drivers(situation: Situation, now: datetime) -> list[SendPage]:
    """Whoever is driving there reads no texts, so they are rung. (Whoever has opted out of texts is rung already.)"""
    said = spoken.called_off(situation.callout.code)
    drive = [one.person for one in situation.callout.assignments if one.is_on_it and one.drives]
    people = [person for id_ in drive if (person := situation.roster.person(id_)) and not person.opted_out]
    return [replace(text_to(person, Purpose.STAND_DOWN, said, now), channel=Channel.VOICE) for person in people]


_PLACE = frozenset({"place_address", "place_lat", "place_lon", "place_note"})


def change_details(situation: Situation, before: Details, changes: Mapping[str, Any], now: datetime) -> list[Decision]:
    """The caller knows more, or corrects what they said; `changes` are fields of `Details`. If nothing is new, nothing
    is decided.

    Raises `IllegalMove` once the call-out is over, and `OurOwnNumber` for a new number that is ours.
    """
    callout = situation.callout
    if not callout.is_open:
        raise IllegalMove(f"{callout.code} is {callout.status}; nothing about it changes any more")
    if changes.get("place_address", before.place_address) != before.place_address and "place_lat" not in changes:
        # With a new address, the old coordinates would lead to the old meeting place.
        changes = {**changes, "place_lat": None, "place_lon": None}
    if changes.keys() & _PLACE and "place_unconfirmed" not in changes:
        # An agency's key or a coordinator that changes the meeting place also confirms it. What an unverified caller
        # said goes.
        said = dict.fromkeys(_PLACE) if before.place_unconfirmed else {}
        changes = {**said, **changes, "place_unconfirmed": None}
    after = replace(before, **changes)
    if after == before:
        return []
    if after.officer_phone != before.officer_phone:
        check_not_ours(after.officer_phone, situation.our_numbers)
    return [
        WriteDetails(after),
        Note(
            NoteKind.DETAIL, "changed: " + ", ".join(sorted(changes.keys() - {"place_unconfirmed"})).replace("_", " ")
        ),
        *(_to_another_officer(situation, after, now) if after.officer_phone != before.officer_phone else ()),
        *(change_place(situation, now) if after.place != before.place else ()),
        *((FulfilPromise(Owed.MEETING_PLACE),) if before.place_unconfirmed and not after.place_unconfirmed else ()),
        *_more_to_beware(situation, before, after, now),
    ]


def _more_to_beware(situation: Situation, before: Details, after: Details, now: datetime) -> list[Decision]:
    """What the caller now says makes it more dangerous for whoever goes, or more urgent: they must hear it on the road.

    A text names no injury: it says that something has changed, and what it is stands behind the link.
    """
    if after.scene_safe is False and before.scene_safe is not False:
        return scene_unsafe(situation, now)
    if after.scene_safe and any(one.kind is AlarmKind.SCENE_UNSAFE for one in situation.alarms):
        return scene_safe(situation, now)
    if after.medical_need and not before.medical_need and not keeps_away(situation):
        return list(look_again(situation, now))
    return []


def _to_another_officer(situation: Situation, details: Details, now: datetime) -> list[Decision]:
    """A new number may mean a new officer, who has heard nothing yet."""
    callout, introduced = situation.callout, TextOfficer(_introduction(situation, details), with_link=True)
    decisions: list[Decision] = [introduced, *_not_dialled(situation, details.officer_phone)]
    first, name = situation.comes_first
    if first is None or callout.arrived_at is not None:
        return decisions
    return [*decisions, telling.taken(callout, name, said(situation, first, now))]


def confirm_place(situation: Situation, before: Details, now: datetime) -> list[Decision]:
    """The place that the caller named becomes the meeting place: whoever goes is told of it."""
    if not before.place_unconfirmed:
        return []
    after = replace(before, place_unconfirmed=None)
    changed = change_place(situation, now) if any(after.place) else ()
    return [WriteDetails(after), *changed, FulfilPromise(Owed.MEETING_PLACE)]


def change_place(situation: Situation, now: datetime) -> list[Decision]:
    """The meeting place changed: whoever is on the way must look again."""
    decisions: list[Decision] = [Note(NoteKind.CHANGED, "the meeting place changed")]
    for assignment in situation.callout.assignments:
        person = situation.roster.person(assignment.person)
        if person and assignment.is_on_it and assignment.arrived_at is None:
            text = texts.place_changed(situation.callout.code)
            told = text_with_link(person, Purpose.CONFIRMATION, text, now)
            decisions += warned(situation, person, [told], now)
    return decisions
