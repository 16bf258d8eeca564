"""What a specialist's word does to a call-out.

The law: the first acknowledgement wins. Whoever answers later is told who goes, and may come as a partner; whoever
answers twice changes nothing. A stamp is never moved once it is set, and stamps stay in order. A specialist who takes
the call-out and neither leaves nor answers loses it: a word said half asleep must not keep everybody else from a child.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.rules.callout import escalation, response_clock, stay_away, telling
from dispatch.rules.callout.stay_away import on_taking
from dispatch.rules.decisions import (
    DROPPED_ON_CLOSE,
    UNCLEAR,
    AgencyEvent,
    AlarmCoordinators,
    AssignSpecialist,
    DeadlineKind,
    Decision,
    DropDeadlines,
    EndAlarms,
    EndAsks,
    MarkDeclined,
    MoveTo,
    Note,
    NoteKind,
    ReleaseSpecialist,
    SendPage,
    SetDeadline,
    Stamp,
    StampKind,
    TellAgency,
    TellPartners,
    TextOfficer,
    WithdrawPages,
    WithdrawStandDowns,
    WriteEta,
)
from dispatch.rules.delivery.paging import stand_down_everybody, text_to, text_with_link
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Assignment, AssignmentRole, CallOut, Decline, Status, first_to_come
from dispatch.rules.facts.pages import GoAlong, LetGo, Purpose, Take
from dispatch.rules.facts.people import Channel, Person
from dispatch.rules.facts.situation import Situation
from dispatch.rules.nearer import arriving_when, look_out
from dispatch.rules.roster.rest import rests_until
from dispatch.rules.wording import agency_texts, alarms, asking, coordinator_texts, texts, times
from dispatch.rules.wording.languages import Words
from dispatch.rules.wording.names import minutes_text
from dispatch.rules.wording.texts import Going

_PERSONAL = frozenset({DeadlineKind.REMIND_EN_ROUTE, DeadlineKind.REMIND_ARRIVAL, *UNCLEAR})
_ON_SCENE = frozenset({DeadlineKind.CHECK_ON_SCENE})
# An ETA this close to the one that the officer has heard is not news: "1 25" sent twice.
_AS_GOOD_AS_SAID = timedelta(minutes=2)
_CLOCK = frozenset({DeadlineKind.WARN_TARGET, DeadlineKind.TARGET_MISSED})


def take(
    situation: Situation, person: Person, eta_at: datetime | None, now: datetime, *, asks_eta: bool = False
) -> list[Decision]:
    """A specialist says they take it, with an ETA or without.

    `asks_eta`: their ETA made no sense, so they are asked for it. The take stands, and nobody hears of that ETA.
    """
    callout = situation.callout
    mine = callout.assignment_of(person.id)
    if mine is not None and mine.is_on_it:
        if eta_at is not None:
            return new_eta(situation, person, eta_at, now)
        if mine.role is AssignmentRole.PARTNER:
            return [_go_along(situation, person, Going.UNDER_WAY, now)]
        going = Going.UNDER_WAY if mine.has_set_out else Going.NOT_YET
        return [_confirm(situation, person, mine.eta_at, now, going, asks_eta=asks_eta)]
    if callout.status is Status.PAGING:
        return _take_first(situation, person, eta_at, now, asks_eta=asks_eta)
    return _offer(situation, person, eta_at, now)


def _take_first(
    situation: Situation,
    person: Person,
    eta_at: datetime | None,
    now: datetime,
    going: Going = Going.NOT_YET,
    *,
    asks_eta: bool = False,
) -> list[Decision]:
    callout = situation.callout
    stand_down = texts.stand_down(callout.code, person.first_name)
    sleep_at = now + look_out.STANDS_DOWN_AFTER if look_out.may_be_chosen(situation, eta_at) else now
    eta = f", ETA {times.local_time(eta_at)}" if eta_at else ""
    return [
        AssignSpecialist(person.id, AssignmentRole.PRIMARY, eta_at),
        MoveTo(Status.ACKNOWLEDGED),
        Note(NoteKind.ACKNOWLEDGED, f"{person.name} took it{eta}", person.id),
        WithdrawPages(),
        DropDeadlines(frozenset({DeadlineKind.ESCALATE, DeadlineKind.OFFICER_WAITING})),
        _confirm(situation, person, eta_at, now, going, asks_eta=asks_eta),
        *stand_down_everybody(situation, stand_down, sleep_at, but=person.id),
        telling.taken(callout, person.first_name, eta_at, there=going is Going.THERE),
        # An alarm is told before the move that follows, so one that is over at the scene would never end.
        *(_verify_first(callout, person) if going is not Going.THERE else ()),
        TellPartners(agency_texts.partner_taken(callout.code, person.first_name)),
        TellAgency(AgencyEvent.ACKNOWLEDGED),
        SetDeadline(DeadlineKind.REMIND_EN_ROUTE, now + situation.timings.span("en_route_reminder"), person.id),
        *_expect_arrival(situation, person, eta_at),
        *response_clock.warn_if_eta_is_late(situation, eta_at, now),
        *on_taking(situation, person, now),
        *(look_out.after_word(situation, eta_at, now) if going is not Going.THERE else ()),
    ]


def _verify_first(callout: CallOut, person: Person) -> list[AlarmCoordinators]:
    """Whoever goes gets no meeting place until a coordinator has verified the caller."""
    if not callout.is_unverified:
        return []
    text = alarms.unverified(callout.code, person.first_name)
    return [AlarmCoordinators(text, kind=AlarmKind.UNVERIFIED, but=person.id)]


def _confirm(
    situation: Situation, person: Person, eta_at: datetime | None, now: datetime, going: Going, *, asks_eta: bool
) -> SendPage:
    code = situation.callout.code
    words = texts.confirmation_without_eta(code, going) if asks_eta else texts.confirmation(code, eta_at, going)
    asks = LetGo(situation.callout.id) if asks_eta else _may_let_go(situation, going)
    return text_with_link(person, Purpose.CONFIRMATION, words, now, asks=asks)


def _may_let_go(situation: Situation, going: Going) -> LetGo | None:
    """Whoever is there hears nothing of NO."""
    return LetGo(situation.callout.id) if going is not Going.THERE else None


def _go_along(situation: Situation, person: Person, going: Going, now: datetime) -> SendPage:
    """To a partner, who is at least on the way."""
    leader = situation.taker.first_name if situation.taker else ""
    words = texts.partner_confirmation(situation.callout.code, leader, going)
    return text_with_link(person, Purpose.CONFIRMATION, words, now, asks=_may_let_go(situation, going))


def _offer(situation: Situation, person: Person, eta_at: datetime | None, now: datetime) -> list[Decision]:
    """Too late to be first: say who goes, and let the coordinators know that a second adult is awake."""
    callout = situation.callout
    if callout.status is Status.CLEARED:
        return [text_to(person, Purpose.ANSWER, texts.everybody_has_left(callout.code), now)]
    taker = situation.taker
    name = taker.first_name if taker else "Somebody"
    answer = text_to(person, Purpose.ANSWER, texts.late_answer(callout.code, taker.first_name if taker else ""), now)
    if callout.assignment_of(person.id) is not None:
        return [answer]
    return [
        AssignSpecialist(person.id, AssignmentRole.OFFERED, eta_at),
        Note(NoteKind.OFFERED, f"{person.name} answered after {name} and may come as a partner", person.id),
        answer,
        AlarmCoordinators(alarms.partner_offer(callout.code, person.first_name, name)),
    ]


def _comes_too_late(callout: CallOut, person: Person) -> bool:
    """Whether somebody who is not on it would drive to a scene that everybody has left."""
    return callout.status is Status.CLEARED and not callout.is_on_it(person.id)


def limit(situation: Situation, person: Person, eta_at: datetime | None, now: datetime) -> list[Decision]:
    """Only if nobody else goes: a no for the steps, kept with the minutes that they need. Each round asks them again.
    Said once more to such a page it changes nothing: nobody else has come, which is what they are told."""
    callout, code = situation.callout, situation.callout.code
    if _comes_too_late(callout, person):
        return _offer(situation, person, eta_at, now)
    pages = callout.status is Status.PAGING
    if pages and callout.limited_of(person.id) and callout.is_asked_again(person.id):
        return [text_to(person, Purpose.ANSWER, texts.still_needed(code), now, asks=Take(callout.id))]
    minutes = round((eta_at - now) / timedelta(minutes=1)) if eta_at is not None else None
    needs = f", needs {minutes} min" if minutes is not None else ""
    note = Note(NoteKind.LIMITED, f"{person.name} goes only if nobody else does{needs}", person.id)
    follows = escalation.say_no(situation, Decline(person.id, now, limited=True, minutes=minutes), note)
    asked = any(isinstance(one, SendPage) and one.purpose.pages and one.person == person.id for one in follows)
    taker = situation.taker.first_name if situation.taker else ""
    noted = (
        (texts.limited_noted(code, minutes), Take(callout.id, after_no=True))
        if pages
        else (texts.stand_down(code, taker), None)
    )
    return [
        *((ReleaseSpecialist(person.id),) if callout.assignment_of(person.id) is not None else ()),
        *(() if asked else (text_to(person, Purpose.ANSWER, noted[0], now, asks=noted[1]),)),
        *follows,
    ]


def _expect_arrival(situation: Situation, person: Person, eta_at: datetime | None) -> list[Decision]:
    if eta_at is None:
        return []
    due = eta_at + situation.timings.span("arrival_grace")
    return [SetDeadline(DeadlineKind.REMIND_ARRIVAL, due, person.id)]


def eta_said(person: Person, eta_at: datetime) -> Note:
    return Note(NoteKind.ETA, f"{person.name}: ETA {times.local_time(eta_at)}", person.id)


def new_eta(
    situation: Situation,
    person: Person,
    eta_at: datetime,
    now: datetime,
    *,
    under_way: bool = False,
    told: Sequence[SendPage] | None = None,
) -> list[Decision]:
    """A new ETA from somebody who is on it, said as they left or later. `told` replaces the usual answer when they did
    not say it by text."""
    callout = situation.callout
    mine = callout.assignment_of(person.id)
    assert mine is not None, "only somebody on the call-out gives a new ETA"
    noted = texts.en_route_noted if under_way else texts.eta_noted
    decisions: list[Decision] = [
        WriteEta(person.id, eta_at),
        eta_said(person, eta_at),
        *((text_to(person, Purpose.ANSWER, noted(callout.code, eta_at), now),) if told is None else told),
    ]
    if mine.arrived_at is not None:
        return decisions
    decisions += _expect_arrival(situation, person, eta_at)
    after = [replace(one, eta_at=eta_at) if one.person == person.id else one for one in callout.assignments]
    counted = arriving_when.without_passed(situation, after, now)
    first, before = first_to_come(counted), callout.comes_first
    if first is not None and before is not None and first.person == before.person == person.id:
        same = mine.eta_at is not None and abs(eta_at - mine.eta_at) <= _AS_GOOD_AS_SAID
        decisions += [
            *(() if same else telling.eta(callout, person.first_name, eta_at, new=mine.eta_at is not None)),
            TellAgency(AgencyEvent.ETA_CHANGED),
        ]
    decisions += telling.if_another_comes_first(situation, after, now)
    if first is not None and (first.person == person.id or (before is not None and first.person != before.person)):
        decisions += response_clock.warn_if_eta_is_late(_with(situation, counted), first.eta_at, now)
    return [*decisions, *look_out.after_word(situation, eta_at, now)]


def depart(
    situation: Situation, person: Person, eta_at: datetime | None, now: datetime, *, asks_eta: bool = False
) -> list[Decision]:
    """On my way: they are en route, and take the call-out if nobody has it, or come as a partner."""
    callout = situation.callout
    mine = callout.assignment_of(person.id)
    asked = person.id in callout.passed_over or callout.is_asked_along(person.id)
    if _comes_too_late(callout, person) or (mine is None and callout.status is not Status.PAGING and not asked):
        return _offer(situation, person, eta_at, now)
    noted = texts.eta_asked(callout.code) if asks_eta else texts.en_route_noted(callout.code)
    if mine is not None and mine.has_set_out:
        return _hear(situation, person, eta_at, noted, now)
    said = eta_at
    joined, mine = _join(situation, person, said, Going.UNDER_WAY, now, asks_eta=asks_eta)
    eta_at = said or mine.eta_at
    # Without an ETA nothing would ask where they are, so the target itself is the expected arrival. If they leave after
    # the ETA they gave, the arrival is expected now, not in the past.
    expected = max(now, eta_at or callout.respond_by)
    leads = mine.role is AssignmentRole.PRIMARY and callout.arrived_at is None
    return [
        *(joined or _hear(situation, person, said, noted, now)),
        *((MoveTo(Status.EN_ROUTE), TellAgency(AgencyEvent.EN_ROUTE)) if leads else ()),
        Stamp(person.id, StampKind.EN_ROUTE, now),
        Note(NoteKind.EN_ROUTE, f"{person.name} is on the way", person.id),
        DropDeadlines(frozenset({DeadlineKind.REMIND_EN_ROUTE}), person.id),
        *clear_that_they_go(situation, person, now),  # they may say so with a key, which is as clear as a word
        *_expect_arrival(situation, person, expected),
        *look_out.after_departure(situation, eta_at, now, leads=mine.role is AssignmentRole.PRIMARY),
    ]


def arrive(situation: Situation, person: Person, now: datetime, at: datetime | None = None) -> list[Decision]:
    """On scene, since `at` if they say so later. The first arrival stops the response clock."""
    callout = situation.callout
    mine = callout.assignment_of(person.id)
    at = at or now
    minutes = int((at - callout.received_at).total_seconds() // 60)
    check = SetDeadline(DeadlineKind.CHECK_ON_SCENE, now + situation.timings.span("on_scene_check"))
    if mine is not None and mine.arrived_at is not None:
        answer = text_to(person, Purpose.ANSWER, texts.arrived_noted(callout.code), now)
        # Asked whether all is well, they say HERE again. That is a sign of life, so the check starts over.
        return [*((check,) if mine.cleared_at is None else ()), answer]
    joined, mine = _join(situation, person, None, Going.THERE, now)
    first = callout.arrived_at is None
    return [
        *joined,
        *((MoveTo(Status.ON_SCENE), TellAgency(AgencyEvent.ON_SCENE)) if first else ()),
        Stamp(person.id, StampKind.ARRIVED, at),
        Note(
            NoteKind.ARRIVED,
            f"{person.name} is on scene" + (f" after {minutes_text(minutes)}" if first else ""),
            person.id,
        ),
        DropDeadlines(_PERSONAL, person.id),
        *goes_after_all(situation, person, now),
        *((DropDeadlines(_CLOCK),) if first else ()),
        check,
        *(look_out.after_change(situation, now) if first else ()),
        # Whoever joins by saying HERE has just read that they are there.
        *(() if joined else (text_to(person, Purpose.ANSWER, texts.arrived_noted(callout.code), now),)),
    ]


def meet_child(situation: Situation, person: Person, now: datetime) -> list[Decision]:
    """With the child, often minutes after they arrived. That is a sign of life, so the check on scene starts over."""
    return [
        Stamp(person.id, StampKind.WITH_CHILD, now),
        Note(NoteKind.WITH_CHILD, f"{person.name} is with the child", person.id),
        SetDeadline(DeadlineKind.CHECK_ON_SCENE, now + situation.timings.span("on_scene_check")),
    ]


def clear(situation: Situation, person: Person, now: datetime) -> list[Decision]:
    """Done at the scene. The call-out is cleared when the last of those who came has left."""
    callout = situation.callout
    mine = callout.assignment_of(person.id)
    assert mine is not None, "only somebody on the call-out can leave the scene"
    assert mine.arrived_at is not None, "nobody has left who was never there"
    answer = text_to(person, Purpose.ANSWER, texts.cleared_noted(callout.code), now)
    if mine.cleared_at is not None:
        return [answer]
    last = not any(other.is_on_it and not other.cleared_at for other in _others(callout, person))
    return [
        Stamp(person.id, StampKind.CLEARED, now),
        Note(NoteKind.CLEARED, f"{person.name} has left the scene", person.id),
        *(_cleared(callout) if last else ()),
        SetDeadline(DeadlineKind.CHECK_HOME, now + situation.timings.span("home_check"), person.id),
        answer,
    ]


def come_home(situation: Situation, person: Person, now: datetime) -> list[Decision]:
    """Safe at home. The call-out closes when everybody who went is home."""
    callout = situation.callout
    mine = callout.assignment_of(person.id)
    assert mine is not None, "only somebody on the call-out comes home from it"
    rest = rests_until(mine.acknowledged_at, mine.home_at or now, situation.timings.span("rest"))
    answer = text_to(person, Purpose.ANSWER, texts.home_noted(callout.code, rest), now)
    if mine.home_at is not None:
        return [answer]
    last = not any(other.is_on_it and not other.home_at for other in _others(callout, person))
    return [
        *clear(situation, person, now)[:-1],
        Stamp(person.id, StampKind.HOME, now),
        Note(NoteKind.HOME, f"{person.name} is safe at home", person.id),
        DropDeadlines(frozenset({DeadlineKind.CHECK_HOME}), person.id),
        *(_closed() if last else ()),
        answer,
    ]


def note_eta(situation: Situation, person: Person, eta_at: datetime, now: datetime) -> list[Decision]:
    """When somebody who has offered to come could be there. Nobody waits for them."""
    if _comes_too_late(situation.callout, person):
        return _offer(situation, person, eta_at, now)
    return [
        WriteEta(person.id, eta_at),
        Note(NoteKind.ETA, f"{person.name} could be there at {times.local_time(eta_at)}", person.id),
        *_offer(situation, person, eta_at, now),
    ]


def refuse(situation: Situation, person: Person, now: datetime) -> list[Decision]:
    """No: a decline from somebody who is paged, a release from somebody who is on the call-out.

    If the specialist who has it is released, a partner who is coming anyway takes over; without one, paging goes on.
    """
    callout = situation.callout
    mine = callout.assignment_of(person.id)
    answer = text_to(person, Purpose.ANSWER, texts.declined(callout.code), now, asks=Take(callout.id, after_no=True))
    if mine is None or not mine.is_on_it:
        withdrawn: list[Decision] = [answer, *((ReleaseSpecialist(person.id),) if mine is not None else ())]
        if person.id in callout.refused:  # they were asked again because everybody had declined
            return [*withdrawn, WithdrawPages(person.id)]
        return [*withdrawn, *escalation.decline(situation, person, now)]
    if mine.arrived_at is not None:
        return _unclear(person, "NO", now)
    turns_back = _turns_back(callout, mine)
    let_go: list[Decision] = [
        answer,
        ReleaseSpecialist(person.id),
        WithdrawPages(person.id),
        *(() if turns_back else (MarkDeclined(person.id),)),  # if nobody comes after all, they are paged first
        DropDeadlines(_PERSONAL, person.id),
        Note(NoteKind.RELEASED, f"{person.name} {'turned back' if turns_back else 'can no longer go'}", person.id),
    ]
    if mine.role is not AssignmentRole.PRIMARY:
        left = _others(callout, person)
        return [
            *let_go,
            *_go_on_after_all(situation, mine, now),
            *telling.if_another_comes_first(situation, left, now),
            *_warn_of_the_next(situation, person, left, now),
            *_if_nobody_is_awaited(callout, left),
            *look_out.after_leaving(situation, now),
        ]
    if turns_back:
        heir = min(_partners(callout, person), key=_how_far_from_the_child)
        return [*let_go, *_hand_over(situation, person, heir, now, turned_back=True)]
    declined = replace(situation, callout=replace(callout, declined=callout.declined | {person.id}))
    alarm = AlarmCoordinators(
        alarms.released(callout.code, person.first_name, callout.officer_phone), kind=AlarmKind.RELEASED
    )
    return [*let_go, *_pass_on(declined, person, alarm, agency_texts.officer_released(callout.code), now)]


def _turns_back(callout: CallOut, mine: Assignment) -> bool:
    """Whether they leave it to somebody nearer who drives, as they were told that they may."""
    return mine.role.leads and _drives_along(callout.assignments) and callout.was_told_to_turn_back(mine.person)


def would_leave_it_to_nobody(callout: CallOut, person: Person) -> bool:
    """Whether they have it and read that they may turn back, and whoever was nearer does not go after all."""
    mine = callout.primary
    told = mine is not None and mine.person == person.id and callout.was_told_to_turn_back(person.id)
    return told and not _drives_along(callout.assignments)


def _drives_along(assignments: Iterable[Assignment]) -> bool:
    return any(one.has_set_out for one in assignments if one.role is AssignmentRole.PARTNER)


def _go_on_after_all(situation: Situation, leaving: Assignment, now: datetime) -> list[SendPage]:
    """Whoever has it was told that they may turn back, for the sake of this one who drove and does not go: they are
    rung if the text does not arrive."""
    callout, leader = situation.callout, situation.taker
    left = [one for one in callout.assignments if one.person != leaving.person]
    after = replace(callout, assignments=tuple(left))
    if leader is None or callout.arrived_at or not leaving.has_set_out or not would_leave_it_to_nobody(after, leader):
        return []
    name = situation.roster.first_name_of(leaving.person)
    return [text_to(leader, Purpose.REMINDER, texts.go_on_after_all(callout.code, name), now)]


def _warn_of_the_next(
    situation: Situation, leaving: Person, left: Iterable[Assignment], now: datetime
) -> list[Decision]:
    """Whoever came first does not go: what coordinators heard of the target was about them."""
    before = situation.callout.comes_first
    if before is None or before.person != leaving.id:
        return []
    after = _with(situation, arriving_when.without_passed(situation, left, now))
    return response_clock.warn_anew(after, now)


def _partners(callout: CallOut, but: Person) -> list[Assignment]:
    return [other for other in _others(callout, but) if other.role is AssignmentRole.PARTNER]


def keep(situation: Situation, person: Person, now: datetime) -> list[Decision]:
    """Rung because they wrote no, they say that they go."""
    note = Note(NoteKind.CHECKED, f"{person.name} wrote no about something else, and keeps it", person.id)
    return [note, *clear_that_they_go(situation, person, now)]


def clear_that_they_go(situation: Situation, person: Person, now: datetime) -> list[Decision]:
    """A clear word that they go: nobody waits for one, and whoever was asked to go instead need not."""
    return [DropDeadlines(UNCLEAR, person.id), *goes_after_all(situation, person, now)]


_SILENT = frozenset({AlarmKind.DRIVER_SILENT})


def heard(situation: Situation, person: Person, *, of_danger: bool = False) -> list[Decision]:
    """Somebody on it has said something, or pressed a key: they are not silent. `of_danger`: they have heard to stay
    away, too."""
    silent = any(alarm.kind in _SILENT and alarm.person == person.id for alarm in situation.alarms)
    return [
        *((EndAlarms(_SILENT, person.id),) if silent else ()),
        *(stay_away.heard(situation, person) if of_danger else ()),
    ]


def goes_after_all(situation: Situation, person: Person, now: datetime) -> list[Decision]:
    """Whoever has it says that they go: those who were asked to go along, while nobody knew, need not."""
    callout = situation.callout
    doubted = any(one.kind is AlarmKind.STILL_UNCLEAR and one.person == person.id for one in situation.alarms)
    if not doubted or callout.primary is None or callout.primary.person != person.id:
        return []
    said = texts.stand_down(callout.code, person.first_name)
    decided: list[Decision] = []
    for other in callout.assignments:
        asked = situation.roster.person(other.person) if other.role.is_offer else None
        if asked is not None and not callout.is_asked_along(asked.id):  # those could still be there sooner
            decided.append(WithdrawPages(asked.id))  # their phone may be ringing
            decided += () if asked.opted_out else (text_to(asked, Purpose.STAND_DOWN, said, now),)
    return decided


def give_up(situation: Situation, person: Person, now: datetime) -> list[Decision]:
    """The specialist who has the call-out did not leave, and did not answer when they were rung: paging goes on.

    They may be paged again with the rest, and may take the call-out again if nobody else has it by then.
    """
    code = situation.callout.code
    alarm = AlarmCoordinators(alarms.gave_up(code, person.first_name, person.phone), kind=AlarmKind.GAVE_UP)
    return [
        ReleaseSpecialist(person.id),
        WithdrawPages(person.id),
        DropDeadlines(_PERSONAL, person.id),
        Note(NoteKind.RELEASED, f"{person.name} took it, did not move and does not answer", person.id),
        _told_of_silence(situation, person, now),
        *_pass_on(situation, person, alarm, agency_texts.officer_gave_up(code), now),
    ]


def _told_of_silence(situation: Situation, person: Person, now: datetime) -> SendPage:
    """To whoever loses it by silence: whether a partner has it now or others are paged, and how to go after all."""
    code, heir = situation.callout.code, _heir(situation.callout, person)
    if heir is None:
        return text_to(person, Purpose.REMINDER, asking.passed_on(code), now, asks=Take(situation.callout.id))
    if heir.cleared_at is not None:
        return text_to(person, Purpose.STAND_DOWN, texts.everybody_has_left(code), now)
    has_it = situation.roster.person(heir.person)
    name = has_it.first_name if has_it is not None else ""
    return text_to(person, Purpose.REMINDER, asking.passed_on(code, name), now, asks=GoAlong(situation.callout.id))


def _pass_on(
    situation: Situation, leaving: Person, alarm: AlarmCoordinators, officer: str, now: datetime
) -> list[Decision]:
    """The specialist who had it does not go. A partner who is coming anyway takes over.

    Without a partner, paging goes on, with this `alarm` to the coordinators and `officer` as the text to the officer.
    Whoever had left it to somebody nearer is paged first, and whoever is just being asked along at once as well, unless
    they have taken another call-out since.
    """
    callout = situation.callout
    left = _others(callout, leaving)
    if heir := _heir(callout, leaving):
        silent = alarm.kind is AlarmKind.GAVE_UP
        return [*_hand_over(situation, leaving, heir, now, silent=silent), *_if_nobody_is_awaited(callout, left)]
    about = replace(callout, status=Status.PAGING, assignments=left, acknowledged_at=None)
    asked = [id_ for id_ in callout.asked_along if callout.is_asked_along(id_)]
    late = (other.person for other in left)
    first = [*(one for one in callout.turned_back if one not in callout.out), *late]
    first += [one for one in asked if one not in callout.out]
    awake = [person for id_ in dict.fromkeys(first) if (person := situation.roster.person(id_))]
    return [
        MoveTo(Status.PAGING),
        WithdrawStandDowns(),
        *(EndAsks(id_) for id_ in asked),
        alarm,
        TextOfficer(officer),
        TellAgency(AgencyEvent.RELEASED),
        *escalation.begin_step(replace(situation, callout=about), callout.step + 1, now, also=awake),
        SetDeadline(DeadlineKind.OFFICER_WAITING, now + situation.timings.span("officer_waiting")),
    ]


def _heir(callout: CallOut, leaving: Person) -> Assignment | None:
    """The partner who has it once whoever has it does not go."""
    return min(_partners(callout, leaving), key=_how_far_from_the_child, default=None)


def _how_far_from_the_child(partner: Assignment) -> tuple[bool, bool, bool, float]:
    """The order of partners: at the scene, then driving, then not left yet, each by their ETA; whoever has left the
    scene is last."""
    due = partner.eta_at.timestamp() if partner.eta_at is not None else float("inf")
    return partner.cleared_at is not None, partner.arrived_at is None, not partner.has_set_out, due


def _hand_over(
    situation: Situation,
    leaving: Person,
    heir: Assignment,
    now: datetime,
    *,
    turned_back: bool = False,
    silent: bool = False,
) -> list[Decision]:
    """A partner has the call-out from now on, so nobody need be paged. One whom a coordinator added may not have left
    yet: their reminders go on."""
    callout, before = situation.callout, situation.callout.comes_first
    if heir.arrived_at is None:  # nobody hears of a time that has passed
        heir = replace(heir, eta_at=arriving_when.said(situation, heir, now))
    person = situation.roster.person(heir.person)
    first_name = person.first_name if person else ""
    has_it: list[Decision] = [
        AssignSpecialist(heir.person, AssignmentRole.PRIMARY, heir.eta_at),
        Note(NoteKind.HANDED_OVER, f"{situation.roster.name_of(heir.person)} has it now", heir.person),
    ]
    if heir.cleared_at is not None:  # everything is done: nobody need be told, or wonder whether one is enough
        return has_it
    told = AlarmCoordinators(
        alarms.handed_over(callout.code, leaving.first_name, first_name, person.phone if person else "", silent=silent),
        kind=AlarmKind.HANDED_OVER,
    )
    if turned_back:
        told = AlarmCoordinators(alarms.turned_back(callout.code, leaving.first_name, first_name))
    decisions: list[Decision] = [
        *has_it,
        *(_you_lead(situation, person, leaving, now) if person else ()),
        told,
        TellPartners(agency_texts.partner_taken(callout.code, first_name)),
    ]
    if callout.arrived_at is not None:
        return decisions
    moves = Status.EN_ROUTE if heir.has_set_out else Status.ACKNOWLEDGED
    return [
        *decisions,
        *((MoveTo(moves),) if callout.status is not moves else ()),
        # Whoever came first before has been named to the officer already.
        *((telling.taken(callout, first_name, heir.eta_at),) if not turned_back or before != heir else ()),
        TellAgency(AgencyEvent.EN_ROUTE if heir.has_set_out else AgencyEvent.ACKNOWLEDGED),
        *response_clock.warn_if_eta_is_late(_with(situation, _with_heir(callout, leaving, heir)), heir.eta_at, now),
        *look_out.after_word(situation, heir.eta_at, now),
    ]


def _you_lead(situation: Situation, heir: Person, leaving: Person, now: datetime) -> list[Decision]:
    words = texts.you_lead(situation.callout.code, leaving.first_name)
    return stay_away.warned(situation, heir, [text_with_link(heir, Purpose.CONFIRMATION, words, now)], now)


# ---- pieces --------------------------------------------------------------------------------------------------------


def _with(situation: Situation, assignments: Iterable[Assignment]) -> Situation:
    return replace(situation, callout=replace(situation.callout, assignments=tuple(assignments)))


def _with_heir(callout: CallOut, leaving: Person, heir: Assignment) -> list[Assignment]:
    primary = replace(heir, role=AssignmentRole.PRIMARY)
    return [primary, *(one for one in _others(callout, leaving) if one.person != heir.person)]


def _others(callout: CallOut, person: Person) -> tuple[Assignment, ...]:
    return tuple(other for other in callout.assignments if other.person != person.id)


def _hear(situation: Situation, person: Person, eta_at: datetime | None, answer: str, now: datetime) -> list[Decision]:
    """Somebody on the call-out says that they are on the way, perhaps with a new ETA."""
    if eta_at is not None:
        return new_eta(situation, person, eta_at, now, under_way=True)
    return [text_to(person, Purpose.ANSWER, answer, now)]


def _join(
    situation: Situation,
    person: Person,
    eta_at: datetime | None,
    going: Going,
    now: datetime,
    *,
    asks_eta: bool = False,
) -> tuple[list[Decision], Assignment]:
    """Whoever moves is on it: they take it, or come as a partner. Somebody already on it needs no decision."""
    callout = situation.callout
    mine = callout.assignment_of(person.id)
    if mine is not None and mine.is_on_it:
        return [], mine
    if callout.status is Status.PAGING:
        taken = _take_first(situation, person, eta_at, now, going, asks_eta=asks_eta)
        return taken, Assignment(person.id, AssignmentRole.PRIMARY, now, eta_at)
    if eta_at is None and mine is not None and mine.eta_at is not None and mine.eta_at > now:
        eta_at = mine.eta_at  # what they said when they offered holds, now that they set out
    joined: list[Decision] = [
        AssignSpecialist(person.id, AssignmentRole.PARTNER, eta_at),
        Note(NoteKind.PARTNER, f"{person.name} comes as a partner", person.id),
        _go_along(situation, person, going, now),
        *on_taking(situation, person, now),
        *(_may_be_nearer if callout.is_asked_along(person.id) else _tell_leader)(situation, person, going, now),
        *_along(situation, person, eta_at, now),
    ]
    return joined, Assignment(person.id, AssignmentRole.PARTNER, now, eta_at)


def _along(situation: Situation, person: Person, eta_at: datetime | None, now: datetime) -> list[Decision]:
    """What else follows when somebody goes along: nobody asks them any more, and the officer hears of them if they come
    first."""
    callout = situation.callout
    mine = callout.assignment_of(person.id)
    since = mine.acknowledged_at if mine is not None else callout.received_at
    after = [*_others(callout, person), Assignment(person.id, AssignmentRole.PARTNER, since, eta_at)]
    asked = callout.is_asked_along(person.id)
    return [*((EndAsks(person.id),) if asked else ()), *telling.if_another_comes_first(situation, after, now)]


def go_along(situation: Situation, person: Person, eta_at: datetime | None, now: datetime) -> list[Decision]:
    """Yes from somebody who was asked along. If that is well sooner than whoever has it, they go; otherwise it is an
    offer, and nobody drives in vain. Without minutes they go, since they were asked because they are nearer, and are
    asked for the minutes."""
    code = situation.callout.code
    if _is_sooner(situation, eta_at, now):
        return add_partner(situation, person, eta_at, now, texts.goes_along(code, eta_at))
    return [EndAsks(person.id), *_offer(situation, person, eta_at, now), *look_out.after_change(situation, now)]


def ask_along(situation: Situation, person: Person, words: Words, noted: str, now: datetime) -> list[Decision]:
    """Somebody is asked to go along, by text and by call, and may say yes from now on."""
    callout = situation.callout
    asks = text_to(person, Purpose.REMINDER, words, now, asks=GoAlong(callout.id))
    known = callout.assignment_of(person.id) is not None
    return [
        *(() if known else (AssignSpecialist(person.id, AssignmentRole.OFFERED, None),)),
        Note(NoteKind.ASSIGNED, noted, person.id),
        asks,
        *((replace(asks, channel=Channel.VOICE),) if asks.channel is Channel.SMS else ()),
    ]


def _is_sooner(situation: Situation, eta_at: datetime | None, now: datetime) -> bool:
    """Nobody is sent home because whoever has it has said no time, or one that has passed."""
    primary = situation.callout.primary
    theirs = arriving_when.said(situation, primary, now) if primary is not None else None
    return eta_at is None or theirs is None or eta_at <= theirs - look_out.MUCH_SOONER


def decline_along(situation: Situation, person: Person, now: datetime) -> list[Decision]:
    """No from somebody who was asked along: somebody else is asked at once. If the call-out is let go, they are paged
    as ever."""
    return [
        EndAsks(person.id),
        Note(NoteKind.DECLINED_NEARER, f"{person.name} cannot go along", person.id),
        text_to(person, Purpose.ANSWER, texts.declined_along(situation.callout.code), now),
        *look_out.after_change(situation, now),
    ]


def add_partner(
    situation: Situation, person: Person, eta_at: datetime | None, now: datetime, said: Words | None = None
) -> list[Decision]:
    """Somebody who says, or told a coordinator, that they are coming along, and reads that in `said`. From now on they
    are asked whether they have left, like everybody who has said so."""
    callout = situation.callout
    leader = situation.taker
    said = said or coordinator_texts.partner_added(callout.code, leader.first_name if leader else "")
    return [
        AssignSpecialist(person.id, AssignmentRole.PARTNER, eta_at),
        Note(NoteKind.PARTNER, f"{person.name} comes as a partner", person.id),
        text_with_link(person, Purpose.CONFIRMATION, said, now, asks=LetGo(callout.id)),
        *on_taking(situation, person, now),
        *_tell_leader(situation, person, Going.NOT_YET, now),
        *_along(situation, person, eta_at, now),
        SetDeadline(DeadlineKind.REMIND_EN_ROUTE, now + situation.timings.span("en_route_reminder"), person.id),
        *_expect_arrival(situation, person, eta_at),
        *look_out.after_change(situation, now),
    ]


def _tell_leader(situation: Situation, partner: Person, going: Going, now: datetime) -> list[SendPage]:
    """Whoever has it hears that a partner is coming, or is there already. Nobody is rung at the wheel to hear it."""
    callout, leader = situation.callout, situation.taker
    if leader is None or leader.opted_out or (callout.primary and callout.primary.cleared_at):
        return []
    words = coordinator_texts.partner_is_there if going is Going.THERE else coordinator_texts.partner_joins
    return [text_to(leader, Purpose.ANSWER, words(callout.code, partner.first_name), now)]


def _may_be_nearer(situation: Situation, partner: Person, going: Going, now: datetime) -> list[SendPage]:
    """As `_tell_leader`, of somebody who was asked along: it waits until it is known whether whoever has it may turn
    back instead, and is taken back then (`rules/nearer/late_yes.py`)."""
    due = now + look_out.STANDS_DOWN_AFTER
    told = _tell_leader(situation, partner, going, now)
    return [replace(page, purpose=Purpose.STAND_DOWN, due_at=due) for page in told]


def _cleared(callout: CallOut) -> list[Decision]:
    # Somebody may arrive after the others have left. When they leave as well, the call-out is already cleared.
    moved = (MoveTo(Status.CLEARED), TellAgency(AgencyEvent.CLEARED)) if callout.status is not Status.CLEARED else ()
    return [*moved, DropDeadlines(_ON_SCENE)]


def _closed() -> list[Decision]:
    return [
        MoveTo(Status.CLOSED),
        WithdrawPages(),
        DropDeadlines(DROPPED_ON_CLOSE),
        TellAgency(AgencyEvent.CLOSED),
    ]


def _if_nobody_is_awaited(callout: CallOut, left: Sequence[Assignment]) -> list[Decision]:
    """Somebody who was still awaited is not coming. By now everybody else may have left the scene, or be home."""
    went = [other for other in left if other.is_on_it]
    if callout.arrived_at is None or any(other.cleared_at is None for other in went):
        return []
    return _closed() if all(other.home_at for other in went) else _cleared(callout)


def _unclear(person: Person, said: str, now: datetime) -> list[Decision]:
    """A word that makes no sense from its sender: a coordinator reads it, as the answer promises."""
    answer = text_to(person, Purpose.ANSWER, texts.NOT_UNDERSTOOD, now)
    return [answer, AlarmCoordinators(alarms.unclear_text(person.first_name, said, person.phone), but=person.id)]
