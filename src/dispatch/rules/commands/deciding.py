"""What a coordinator's command does to a call-out.

The law: a command does what the people it is about could have done by a word, through the same rules, and never more. A
command that makes no sense is refused, in a sentence for whoever pressed the button. **No command stops paging**: a
specialist who is assigned without having been spoken to has not taken the call-out, so paging goes on until somebody
does.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, assert_never

from dispatch.rules.access.trust import rights
from dispatch.rules.alarms import promises
from dispatch.rules.callout import assignment, escalation, outcomes, telling
from dispatch.rules.callout import moves as callout_rules
from dispatch.rules.callout.stamps import OutOfOrder, changed
from dispatch.rules.callout.stay_away import going
from dispatch.rules.commands import stamping
from dispatch.rules.commands.commands import (
    AddPartner,
    Assign,
    Cancel,
    ChangeDetails,
    Close,
    Command,
    Coordinator,
    CorrectStamp,
    GoMyself,
    JoinCall,
    NextStep,
    PagePerson,
    RangOfficer,
    SetEta,
    TellOfficer,
    TellSpecialist,
    Verify,
)
from dispatch.rules.decisions import (
    POLICE_HAVE_CALLED,
    AlarmCoordinators,
    Decision,
    HurryPage,
    KeepOutcome,
    Note,
    NoteKind,
    SaveWords,
    SendPage,
    TextOfficer,
)
from dispatch.rules.delivery.dialling import OUTSIDE
from dispatch.rules.delivery.our_number import OurOwnNumber
from dispatch.rules.delivery.paging import pages_for, text_to
from dispatch.rules.facts.actors import AuditEvent, Trust
from dispatch.rules.facts.callout import Assignment, CallOut, Details, Outcome, Status
from dispatch.rules.facts.pages import Purpose, Subject
from dispatch.rules.facts.people import Channel, Person, Role
from dispatch.rules.facts.situation import Situation
from dispatch.rules.facts.storable import is_storable
from dispatch.rules.nearer import arriving_when
from dispatch.rules.phone import joining
from dispatch.rules.wording import coordinator_texts
from dispatch.rules.wording.alphabet import gsm7
from dispatch.rules.wording.languages import in_language
from dispatch.rules.wording.times import local_time

FARTHEST_ETA = timedelta(hours=6)
LONGEST_MESSAGE = 500  # behind the link; a text to the officer is one segment
MOST_REASON = 120


class WhyRefused(StrEnum):
    """Why a command is refused, as programs name it."""

    OVER = "over"
    TAKEN = "taken"  # somebody has it already
    NOBODY_HAS_IT = "nobody_has_it"
    ALREADY_ON_IT = "already_on_it"
    NOT_ON_IT = "not_on_it"
    NO_SPECIALIST = "no_specialist"
    THERE = "there"  # somebody is at the scene
    BEING_PAGED = "being_paged"  # this very moment
    OUT_OF_ORDER = "out_of_order"
    NOTHING_NEW = "nothing_new"
    WORDS = "words"
    MOMENT = "moment"
    OUTCOME = "outcome"
    NO_NUMBER = "no_number"  # of the officer
    NO_PHONE = "no_phone"  # of whoever asks
    OUR_NUMBER = "our_number"  # as the officer's


class CommandRefused(ValueError):
    """this command makes no sense now; the sentence is for whoever asked for it"""

    def __init__(self, why: WhyRefused, sentence: str) -> None:
        super().__init__(sentence)
        self.why = why


def possible(situation: Situation, by: Coordinator) -> frozenset[type[Command]]:
    """The commands that make sense in the call-out's present state: its view offers these and no others."""
    callout = situation.callout
    found: set[type[Command]] = set()
    if callout.status is Status.PAGING:
        found |= {PagePerson, NextStep, Assign}
        if by.person is not None and Role.SPECIALIST in by.person.roles:
            found.add(GoMyself)
    if callout.status in _TO_BE_JOINED:
        found.add(AddPartner)
    if any(mine.is_on_it for mine in callout.assignments):
        found.add(CorrectStamp)
    if callout.is_open:
        found.add(ChangeDetails)
        if by.person is not None:
            found.add(JoinCall)
        if situation.dials_officer:
            found.add(TellOfficer)
        if callout.officer_phone:
            found.add(RangOfficer)
        if callout.trust.can_be_verified:
            found.add(Verify)
        if any(mine.is_out for mine in callout.assignments):
            found.add(TellSpecialist)
        if any(mine.is_out and mine.arrived_at is None for mine in callout.assignments):
            found.add(SetEta)
    if callout.status in callout_rules.CANCELLABLE:
        found.add(Cancel)
    if callout.status is not Status.CANCELLED:
        found.add(Close)
    return frozenset(found)


_TO_BE_JOINED = frozenset({Status.ACKNOWLEDGED, Status.EN_ROUTE, Status.ON_SCENE})


def decide(situation: Situation, command: Command, by: Coordinator, now: datetime) -> list[Decision]:
    """What `command` leads to. Raises `CommandRefused`.

    Whoever gives it gets no alarm about what they do: they have just read it.
    """
    decisions = _decide(situation, command, by, now)
    return [
        replace(decision, but=by.id) if isinstance(decision, AlarmCoordinators) else decision for decision in decisions
    ]


def _decide(situation: Situation, command: Command, by: Coordinator, now: datetime) -> list[Decision]:
    callout = situation.callout
    if not callout.is_open and not _is_for_the_record(command):
        raise CommandRefused(WhyRefused.OVER, f"{callout.code} is {callout.status}; nothing about it changes any more")
    match command:
        case PagePerson(person):
            return _page(situation, _specialist(situation, person), by, now)
        case NextStep():
            return _next_step(situation, by, now)
        case GoMyself(eta_at):
            return _go(situation, by, eta_at, now)
        case Assign():
            return _assign(situation, command, by, now)
        case AddPartner():
            return _add_partner(situation, command, by, now)
        case SetEta(eta_at, person):
            return _new_eta(situation, _on_it(situation, person), eta_at, by, now)
        case CorrectStamp():
            return _stamp(situation, command, by, now)
        case ChangeDetails(changes):
            return _change_details(situation, changes, now)
        case TellSpecialist(words, person):
            return _tell_specialist(situation, _words(words, LONGEST_MESSAGE), person, by, now)
        case TellOfficer(words):
            return _tell_officer(situation, words, by)
        case Cancel(reason):
            return _cancel(situation, reason, by, now)
        case Close(outcome):
            return _close(situation, outcome, by, now)
        case Verify():
            return _verify(situation, by, now)
        case JoinCall():
            return _join_call(situation, by, now)
        case RangOfficer():
            return _rang_officer(situation, by)
        case _:
            assert_never(command)


def _is_for_the_record(command: Command) -> bool:
    """Whether it may come after the call-out is over: it moves nothing then, and nobody is told."""
    return isinstance(command, CorrectStamp) or (isinstance(command, Close) and command.outcome is not None)


# ---- who goes ------------------------------------------------------------------------------------------------------


def _page(situation: Situation, person: Person, by: Coordinator, now: datetime) -> list[Decision]:
    """Page a person ahead of the steps. A page that waits for them goes out now; without one, their whole contact plan
    begins."""
    callout = situation.callout
    _must_page(situation)
    note = Note(NoteKind.PAGED_NOW, f"{by.name} pages {person.name} now", person.id)
    waiting = escalation.waiting_for(callout, person.id)
    if not waiting:
        return [note, *pages_for(situation, person, callout.step, now)]
    if waiting[0].due_at <= now:
        raise CommandRefused(WhyRefused.BEING_PAGED, f"{person.first_name} is being paged this moment")
    return [note, HurryPage(waiting[0].page)]


def _next_step(situation: Situation, by: Coordinator, now: datetime) -> list[Decision]:
    callout = situation.callout
    _must_page(situation)
    steps = len(callout.policy.steps)
    ended = f"step {callout.step}" if callout.step <= steps else f"round {callout.step - steps}"
    note = Note(NoteKind.STEP_ENDED_EARLY, f"{by.name} ended {ended}")
    return [note, *escalation.begin_step(situation, callout.step + 1, now)]


def _go(situation: Situation, by: Coordinator, eta_at: datetime | None, now: datetime) -> list[Decision]:
    if by.person is None or Role.SPECIALIST not in by.person.roles:
        raise CommandRefused(WhyRefused.NO_SPECIALIST, f"{by.name} is no specialist in the roster, and cannot go")
    return _take(situation, by.person, eta_at, now)


def _take(situation: Situation, person: Person, eta_at: datetime | None, now: datetime) -> list[Decision]:
    """They have told a coordinator that they go, which counts like a text: taken in sleep, it lapses (ADR 16)."""
    _must_page(situation)
    return assignment.take(situation, person, _eta(eta_at, now), now)


def _assign(situation: Situation, command: Assign, by: Coordinator, now: datetime) -> list[Decision]:
    callout, person = situation.callout, _specialist(situation, command.person)
    if command.spoke:
        taken = _take(situation, person, command.eta_at, now)
        text = f"{by.name} spoke to {person.name}, who goes"
        return [Note(NoteKind.ASSIGNED, text, person.id), *taken]
    _must_page(situation)
    text = f"{by.name} assigned it to {person.name}; paging goes on until somebody has it"
    note = Note(NoteKind.ASSIGNED, text, person.id)
    words = in_language(coordinator_texts.page_assigned(callout.agency, callout.code), person.texts_in)
    asked = [
        replace(page, text=words, text_if_others=None) if page.channel is Channel.SMS else page
        for page in pages_for(situation, person, callout.step, now)
    ]
    waiting = escalation.waiting_for(callout, person.id)
    if not waiting:
        return [note, *asked]
    # The rest of their contact plan is under way already.
    calls = [call for call in waiting if call.channel is Channel.VOICE and call.due_at > now]
    return [note, asked[0], *(HurryPage(call.page) for call in calls[:1])]


def _add_partner(situation: Situation, command: AddPartner, by: Coordinator, now: datetime) -> list[Decision]:
    callout, person = situation.callout, _specialist(situation, command.person)
    if callout.status is Status.PAGING:
        raise CommandRefused(WhyRefused.NOBODY_HAS_IT, f"nobody has {callout.code} yet: page or assign somebody first")
    if callout.is_on_it(person.id):
        raise CommandRefused(WhyRefused.ALREADY_ON_IT, f"{person.first_name} is on {callout.code} already")
    if callout.status is Status.CLEARED:
        raise CommandRefused(WhyRefused.OVER, f"everybody has left the scene of {callout.code}")
    if command.spoke or person == by.person:
        text = f"{by.name} spoke to {person.name}, who goes along"
        added = assignment.add_partner(situation, person, _eta(command.eta_at, now), now)
        return [Note(NoteKind.ASSIGNED, text, person.id), *added]
    leader = situation.taker.first_name if situation.taker else ""
    words = coordinator_texts.partner_asked(callout.code, leader)
    return assignment.ask_along(situation, person, words, f"{by.name} asked {person.name} to go along", now)


# ---- what is known of whoever goes ---------------------------------------------------------------------------------


def _new_eta(
    situation: Situation, mine: Assignment, eta_at: datetime, by: Coordinator, now: datetime
) -> list[Decision]:
    person = _still_here(situation, mine)
    if mine.arrived_at is not None:
        raise CommandRefused(WhyRefused.THERE, f"{person.first_name} is there already")
    at = _eta(eta_at, now)
    assert at is not None, "this command has one"
    if at == mine.eta_at:
        raise CommandRefused(WhyRefused.NOTHING_NEW, f"that is the ETA of {person.first_name} already")
    # Nobody is rung at the wheel to hear it.
    told = text_to(person, Purpose.ANSWER, coordinator_texts.eta_set(situation.callout.code, at), now)
    heard: list[SendPage] = [] if person.opted_out or person == by.person else [told]
    return assignment.new_eta(situation, person, at, now, told=heard)


def _stamp(situation: Situation, command: CorrectStamp, by: Coordinator, now: datetime) -> list[Decision]:
    mine = _on_it(situation, command.person)
    reason = _words(command.reason, MOST_REASON)
    try:
        return stamping.set_stamp(situation, mine, command.stamp, command.at, now, by=by.name, reason=reason)
    except OutOfOrder as error:
        raise CommandRefused(WhyRefused.OUT_OF_ORDER, str(error)) from error


# ---- what the caller says, and what is said to them ----------------------------------------------------------------


def _change_details(situation: Situation, changes: Mapping[str, Any], now: datetime) -> list[Decision]:
    try:
        decisions = callout_rules.change_details(situation, situation.details, changes, now)
    except OurOwnNumber as error:
        raise CommandRefused(WhyRefused.OUR_NUMBER, f"the callback number {error}") from error
    if not decisions:
        raise CommandRefused(WhyRefused.NOTHING_NEW, "nothing of this is new")
    return decisions


def _tell_specialist(
    situation: Situation, words: str, person_id: str | None, by: Coordinator, now: datetime
) -> list[Decision]:
    people = going(situation)
    if person_id is not None:
        people = [person for person in people if person.id == person_id]
    if not people:
        who = f"{situation.roster.first_name_of(person_id)} is not on" if person_id else "nobody is on"
        raise CommandRefused(
            WhyRefused.NOT_ON_IT, f"{who} {situation.callout.code}, so there is nobody who could read it"
        )
    return [
        Note(NoteKind.WRITTEN, f"{by.name} wrote to {' and '.join(person.name for person in people)}"),
        *(SaveWords(person.id, words) for person in people),
        *(_where_to_read(person, situation.callout.code, now) for person in people),
    ]


def _where_to_read(person: Person, code: str, now: datetime) -> SendPage:
    written, aloud = coordinator_texts.coordinator_wrote(code), coordinator_texts.coordinator_wrote_aloud(code)
    words = aloud if person.opted_out else written
    told = text_to(person, Purpose.CONFIRMATION, words, now, subject=Subject.COORDINATOR_WROTE)
    return replace(told, with_link=not person.opted_out)


def _tell_officer(situation: Situation, words: str, by: Coordinator) -> list[Decision]:
    code, words = situation.callout.code, _words(words, LONGEST_MESSAGE)
    if not situation.callout.officer_phone:
        raise CommandRefused(WhyRefused.NO_NUMBER, f"the officer of {code} gave no number")
    if not situation.dials_officer:
        raise CommandRefused(WhyRefused.NO_NUMBER, f"{OUTSIDE}: reach the officer of {code} by their agency")
    message = coordinator_texts.officer_message(code, words)
    if not message.endswith(gsm7(" ".join(words.split()))):
        raise CommandRefused(
            WhyRefused.WORDS, f"too long for one text: {len(words)} characters; about 130 fit, or ring"
        )
    if names_the_place(words, situation.details):
        raise CommandRefused(WhyRefused.WORDS, "the meeting place never stands in a text: ring the officer instead")
    return [
        Note(NoteKind.WRITTEN, f"{by.name} wrote to the officer"),
        SaveWords(None, words),
        TextOfficer(message),
    ]


def names_the_place(words: str, said: Details) -> bool:
    """Whether the words contain the street of the meeting place, or its description. No rule can recognise a child's
    name."""
    squeezed = _squeezed(words)
    places = [_squeezed(part) for part in (said.place_address, said.place_note) if part]
    streets = [_squeezed((said.place_address or "").partition(",")[0])]
    return any(len(place) >= _A_PLACE and place in squeezed for place in (*places, *streets))


_A_PLACE = 5  # letters; "gate" alone tells nobody where


def _squeezed(text: str) -> str:
    return "".join(re.findall(r"\w", text.casefold()))


def _verify(situation: Situation, by: Coordinator, now: datetime) -> list[Decision]:
    """Police have called. Whoever goes is told the meeting place, and the officer is told who comes, if they could not
    be told until now."""
    callout = situation.callout
    if not callout.trust.can_be_verified:
        raise CommandRefused(WhyRefused.NOTHING_NEW, f"the caller of {callout.code} is verified already")
    return [
        Note(NoteKind.VERIFIED, f"{by.name} has rung the agency: the caller is verified"),
        POLICE_HAVE_CALLED,
        *callout_rules.confirm_place(situation, situation.details, now),
        *_who_comes(situation, now),
    ]


def _who_comes(situation: Situation, now: datetime) -> list[Decision]:
    callout, (mine, name) = situation.callout, situation.comes_first
    if mine is None or mine.arrived_at is not None or rights(callout.trust).hears_names:
        return []
    return [telling.taken(replace(callout, trust=Trust.VERIFIED), name, arriving_when.said(situation, mine, now))]


# ---- the end -------------------------------------------------------------------------------------------------------


def _cancel(situation: Situation, reason: str | None, by: Coordinator, now: datetime) -> list[Decision]:
    callout = situation.callout
    if callout.status not in callout_rules.CANCELLABLE:
        name = situation.taker.first_name if situation.taker else "somebody"
        raise CommandRefused(WhyRefused.THERE, f"{name} has been there: close {callout.code} instead")
    why = _words(reason, MOST_REASON) if reason is not None else None
    return callout_rules.cancel(situation, why, now, by.name)


def _close(situation: Situation, outcome: Outcome | None, by: Coordinator, now: datetime) -> list[Decision]:
    callout = situation.callout
    if callout.status is Status.CANCELLED:
        raise CommandRefused(WhyRefused.OVER, f"{callout.code} was cancelled: nothing came of it that could be noted")
    came: list[Decision] = []
    if outcome is not None:
        try:
            outcomes.check(outcome, callout, now)
        except outcomes.NotAnOutcome as error:
            raise CommandRefused(WhyRefused.OUTCOME, str(error)) from error
        came = [KeepOutcome(outcome), Note(NoteKind.OUTCOME, f"{by.name} noted what came of it")]
    if not callout.is_open:
        return came
    return [*callout_rules.close(situation, by.name, now), *came]


# ---- for the audit trail -------------------------------------------------------------------------------------------


def audited(callout: CallOut, command: Command) -> AuditEvent:
    """What the audit calls it. Closing a call-out that is over only notes what came of it, and ends nothing."""
    only_notes = isinstance(command, Close) and not callout.is_open
    return AuditEvent.NOTED_OUTCOME if only_notes else command.about.audited


def record(callout: CallOut, command: Command, said: Details, noted: Outcome | None) -> str:
    """What a command changes, before and after; it names no child, no meeting place and no number. `noted` is the
    outcome as it was known until now."""
    match command:
        case PagePerson(person):
            return person
        case Assign(person, spoke) | AddPartner(person, spoke):
            return f"{person}, {'spoken to' if spoke else 'asked'}"
        case SetEta(eta_at, person):
            return _eta_changed(callout, person, eta_at)
        case CorrectStamp():
            mine = callout.primary if command.person is None else callout.assignment_of(command.person)
            return f"{mine.person}: {changed(mine, command.stamp, command.at)}" if mine is not None else ""
        case ChangeDetails(changes):
            return ", ".join(sorted(_changed_field(said, field, value) for field, value in changes.items()))
        case TellSpecialist(_, person) if person is not None:
            return person
        case Close(outcome):
            came = outcomes.changed(noted, outcome) if outcome is not None else ""
            return "; ".join(filter(None, (f"was {callout.status}" if callout.is_open else "", came)))
        case Verify():
            return f"was {callout.trust}"
        case NextStep() | GoMyself() | TellSpecialist() | TellOfficer() | Cancel() | JoinCall() | RangOfficer():
            return ""
        case _:
            assert_never(command)


def _eta_changed(callout: CallOut, person: str | None, eta_at: datetime) -> str:
    mine = callout.primary if person is None else callout.assignment_of(person)
    was = f", was {local_time(mine.eta_at)}" if mine is not None and mine.eta_at is not None else ""
    return f"{mine.person if mine is not None else person}: ETA {local_time(eta_at)}{was}"


# The fields whose value itself may stand in the audit trail. Nothing ever leaves that, so only what the purge keeps as
# well.
_SAYABLE = frozenset({"children"})


def _changed_field(said: Details, field: str, value: object) -> str:
    name = field.replace("_", " ")
    return f"{name} {value}, was {getattr(said, field)}" if field in _SAYABLE else name


# ---- on the phone --------------------------------------------------------------------------------------------------


def _join_call(situation: Situation, by: Coordinator, now: datetime) -> list[Decision]:
    """The coordinator's own phone rings first. Once they have pressed the key, the officer is asked if they are on hold
    on the hotline, perhaps without a number; otherwise they are rung."""
    if by.person is None:
        raise CommandRefused(WhyRefused.NO_PHONE, f"{by.name} is nobody in the roster, so there is no phone to ring")
    return joining.ring_person(situation, by.person, now)


def _rang_officer(situation: Situation, by: Coordinator) -> list[Decision]:
    if not situation.callout.officer_phone:
        raise CommandRefused(WhyRefused.NO_NUMBER, f"the officer of {situation.callout.code} gave no number")
    return promises.rang(f"{by.name} rang the officer", situation.alarms, situation.roster)


# ---- pieces --------------------------------------------------------------------------------------------------------


def _specialist(situation: Situation, person_id: str) -> Person:
    person = situation.roster.person(person_id)
    if person is None or Role.SPECIALIST not in person.roles:
        raise CommandRefused(
            WhyRefused.NO_SPECIALIST, f"{situation.roster.first_name_of(person_id)} is no specialist in the roster"
        )
    return person


def _must_page(situation: Situation) -> None:
    callout = situation.callout
    if callout.status is not Status.PAGING:
        name = situation.taker.first_name if situation.taker else "Somebody"
        raise CommandRefused(WhyRefused.TAKEN, f"{name} has {callout.code} already")


def _on_it(situation: Situation, person_id: str | None) -> Assignment:
    """The assignment of a person, otherwise of whoever has it."""
    callout: CallOut = situation.callout
    if person_id is None:
        if callout.primary is None:
            raise CommandRefused(WhyRefused.NOBODY_HAS_IT, f"nobody has {callout.code}")
        person_id = callout.primary.person
    mine = callout.assignment_of(person_id)
    if mine is None or not mine.is_on_it:
        raise CommandRefused(
            WhyRefused.NOT_ON_IT, f"{situation.roster.first_name_of(person_id)} is not on {callout.code}"
        )
    return mine


def _still_here(situation: Situation, mine: Assignment) -> Person:
    person = situation.roster.person(mine.person)
    if person is None:
        raise CommandRefused(WhyRefused.NO_SPECIALIST, f"{mine.person} is no longer in the roster")
    return person


def _eta(eta_at: datetime | None, now: datetime) -> datetime | None:
    if eta_at is not None and not now < eta_at <= now + FARTHEST_ETA:
        raise CommandRefused(WhyRefused.MOMENT, "an ETA lies ahead, six hours at most")
    return eta_at


def _words(words: str, most: int) -> str:
    plain = words.strip()
    if not plain or len(plain) > most or not is_storable(plain):
        raise CommandRefused(WhyRefused.WORDS, f"say it in {most} characters at most, and say something")
    return plain
