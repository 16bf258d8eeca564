"""Who has an alarm: what "I have it" silences, and what happens when its owner falls asleep.

The law: **having an alarm silences its repeats, never paging or escalation.** The first who says "I have it" is its
owner. Ownership lapses when the owner does nothing for ten minutes while nobody is on the way: the owner is rung, and
two minutes later everybody. Whatever is worse rings everybody all the same (`alarm_kinds`). Where coordinators have a
rotation, whoever is on hears first what can wait (`in_turn`). **Nobody takes what they cannot have read**: an OK that
crosses a cry for help silences no phone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dispatch.rules.access.alarm_link import beside_link
from dispatch.rules.alarms.alarm_kinds import OVER_ONCE_HEARD, SURVIVES_CLOSE, TRAITS, Severity, Traits, rings, severity
from dispatch.rules.alarms.in_turn import has_gone_to, in_turn
from dispatch.rules.decisions import (
    AlarmCoordinators,
    DeadlineKind,
    Decision,
    DropDeadlines,
    Note,
    NoteKind,
    OwnAlarm,
    SendPage,
    SetDeadline,
    StandaloneDecision,
    StopRinging,
)
from dispatch.rules.delivery.paging import alarm_pages, text_to
from dispatch.rules.facts.actors import Actor
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import CallOut, Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel, Person, Role
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.situation import Situation
from dispatch.rules.wording import alarm_answers, alarms
from dispatch.rules.wording.names import specialist

LAPSES_AFTER = timedelta(minutes=10)
CRIES_ON_AFTER = timedelta(minutes=2)  # what nobody has yet, where somebody took another cry
_IN_STEP = timedelta(seconds=5)  # as far as clocks of two nodes may be apart
_ALL_ARE_RUNG_AFTER = timedelta(minutes=2)  # after the owner was rung: their phone has rung out by then
STANDALONE_GOES_ON = timedelta(hours=1)
"""How long a standalone alarm stays open after it was last told. Nothing else says that its trouble is over."""
NO_SHIFT_LASTS_LONGER = timedelta(days=1)
RINGS_ON = frozenset({AlarmKind.DANGER, AlarmKind.SHIFT_REFUSED})
"""The kinds that ring until somebody has them, also without a call-out (`goes_on_at`)."""


def owner_called(name: str, roster: Roster) -> str:
    """Whom a coordinator's key stands for: the id of the coordinator of that name, or the name itself if no
    coordinator, or more than one, has it."""
    found = [person for person in roster.people_called(name) if person.is_coordinator]
    return found[0].id if len(found) == 1 else name


def who_did(by: Actor | None, roster: Roster) -> str | None:
    """The name of whoever did something, for people: a person's first name, or what a key or an agency is called. None
    for the service and the carrier, which have no name."""
    return roster.first_name_of(owner_called(by.id, roster)) if by is not None and by.id is not None else None


def can_be_rung(name: str, roster: Roster) -> bool:
    """Whether an alarm that was taken with the key of this name has somebody who can be rung before it lapses."""
    owner = roster.person(owner_called(name, roster))
    return owner is not None and owner.is_coordinator


def all_who_can_be_rung(roster: Roster) -> list[str]:
    """The ids of everybody who can be rung before their alarm lapses."""
    return [person.id for person in roster.people if person.is_coordinator]


def is_of_another(alarm: Alarm, owner: str, now: datetime) -> bool:
    return alarm.owner != owner and has_owner(alarm, now)


def has_owner(alarm: Alarm, now: datetime) -> bool:
    """Whether somebody has it now. Nothing takes a standalone alarm from its owner, but for a cry for help: here it
    lapses."""
    if alarm.owner is None or alarm.acted_at is None:
        return False
    return alarm.callout is not None or alarm.kind in RINGS_ON or now < alarm.acted_at + LAPSES_AFTER


def who_has(alarm: Alarm, roster: Roster, now: datetime) -> str | None:
    """The name of whoever has it now."""
    return roster.first_name_of(alarm.owner) if alarm.owner is not None and has_owner(alarm, now) else None


_WANTS_ANOTHER = frozenset(
    {AlarmKind.DANGER, AlarmKind.ASKS_FOR_A_CALL, AlarmKind.STILL_UNCLEAR, AlarmKind.SHIFT_REFUSED}
)


def wants_another(kind: AlarmKind, about: str | None, person: str, roster: Roster) -> bool:
    """Whether it asks for somebody else than this coordinator, whom it is `about`: who cries for help says OK to our
    answer, and nobody would be rung any more. Where they are the only one, it asks for them all the same."""
    others = any(one.id != person for one in roster.with_role(Role.COORDINATOR))
    return kind in _WANTS_ANOTHER and about == person and others


def that_they_can_have(found: Iterable[Alarm], person: str, roster: Roster) -> list[Alarm]:
    """Without those that ask for somebody else than the coordinator of this id."""
    return [alarm for alarm in found if not wants_another(alarm.kind, alarm.person, person, roster)]


# ---- an alarm is told ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AlarmDelivery:
    """Who is told, and how. `again` is the open alarm that this one repeats. If there is none, `opened` is the one that
    it opens, for somebody to have. `frees`: whoever has `again` has it no more."""

    pages: list[SendPage]
    again: Alarm | None = None
    opened: Alarm | None = None
    rings: bool = False
    frees: bool = False


def sound(
    roster: Roster,
    alarm: AlarmCoordinators,
    known: Sequence[Alarm],
    now: datetime,
    *,
    rang: bool = False,
    about: str | None = None,
    new: str = "new",
) -> AlarmDelivery:
    """Who is told of an alarm, and how. `known` are the open alarms about the same call-out; for a standalone alarm,
    those of the same kind. If it opens one, that ends with the call-out `about`, and `new` stands for its id.

    `rang` says that phones ring already for something decided together with it: a second call would find the line busy.
    """
    if rang:
        alarm = replace(alarm, rings=False)
    traits = TRAITS[alarm.kind]
    again = next((earlier for earlier in known if _is_again(alarm, earlier, traits)), None)
    whose = alarm.person or (again.person if again is not None else None)
    if whose is not None and wants_another(alarm.kind, whose, whose, roster):
        alarm = replace(alarm, but=whose)
    had = again if again is not None and has_owner(again, now) else None
    frees = had is not None and _is_said_since(alarm, had)
    if had is not None and not frees:
        owner = roster.person(str(had.owner))
        quiet = replace(alarm, rings=False)
        pages = [text_to(owner, Purpose.ALARM, alarm.text, now)] if owner else alarm_pages(roster, quiet, now)
        return AlarmDelivery([*map(_linked, pages)], had)
    loud = _rings(alarm, traits, known, now)
    opened_at = again.opened_at if again is not None else now
    pages = in_turn(alarm_pages(roster, replace(alarm, rings=loud), now), roster, alarm.kind, opened_at, now)
    opened = None
    if again is None and traits.severity > Severity.NEWS:
        opened = Alarm(new, alarm.kind, alarm.text, now, about, person=alarm.person, call=alarm.call)
        opened = replace(opened, said_at=alarm.said_at, call_back=alarm.call_back)
    return AlarmDelivery([*map(_linked, pages)] if opened or again else pages, again, opened, rings=loud, frees=frees)


def _is_said_since(alarm: AlarmCoordinators, had: Alarm) -> bool:
    """Whether a person said it after somebody took it, who knows only of what was said before."""
    return alarm.said_at is not None and (had.owned_at is None or had.owned_at <= alarm.said_at)


def said_again(had: Alarm, roster: Roster) -> Note:
    name = roster.first_name_of(str(had.owner))
    return Note(NoteKind.ALARM_LAPSED, f"{name} had the alarm, and it is said again", had.owner)


def _linked(page: SendPage) -> SendPage:
    """A text about an alarm that somebody can have carries the link to its view; a call says the words as they are."""
    return replace(page, text=beside_link(page.text), with_link=True) if page.channel is Channel.SMS else page


def _is_again(alarm: AlarmCoordinators, known: Alarm, traits: Traits) -> bool:
    same = traits.repeats and (known.kind, known.person, known.call) == (alarm.kind, alarm.person, alarm.call)
    return same if alarm.again is None else known.id == alarm.again


def _rings(alarm: AlarmCoordinators, traits: Traits, known: Sequence[Alarm], now: datetime) -> bool:
    no_worse = any(has_owner(earlier, now) and severity(earlier.kind) >= traits.severity for earlier in known)
    return rings(alarm) and (traits.always or not no_worse)


def told_about(callout: str, status: Status, kind: AlarmKind) -> str | None:
    """The call-out under which an alarm about it is kept; None for one that is told after the call-out's end.

    Alarms end with their call-out, so what is told afterwards stands by itself, like an alarm about the service. A cry
    for help keeps its call-out: it rings until somebody has it."""
    return callout if status.is_open or kind in SURVIVES_CLOSE else None


def rings_in_vain(had_since: datetime | None, decided_at: datetime) -> bool:
    """Whether a call need not ring: somebody said "I have it" after it was decided, while it was being placed."""
    return had_since is not None and had_since >= decided_at


# ---- "I have it" ---------------------------------------------------------------------------------------------------


def is_known_to(alarm: Alarm, person: str, told: Mapping[str, datetime], now: datetime) -> bool:
    """Whether somebody has it, or this person can have read or heard of it as it is now. `told` says when what they can
    have read of each alarm was written, the newest of it."""
    written_at = told.get(alarm.id)
    return alarm.owner == person or has_owner(alarm, now) or (written_at is not None and written_at >= alarm.since)


def take(
    open_alarms: Sequence[Alarm],
    owner: str,
    roster: Roster,
    now: datetime,
    *,
    named: Alarm | None = None,
    told: Mapping[str, datetime] | None = None,
) -> list[Decision]:
    """`owner` takes the open alarms about one call-out, or a single standalone one. If one is `named`, by a call or a
    view, they take only those that are no worse and were told no later. With `told` they take only those that they can
    have read of (`is_known_to`).

    What somebody else has stays theirs. If that is everything, nothing is decided, and the calling code says who has
    it.
    """
    theirs = [one for one in open_alarms if one == named or not wants_another(one.kind, one.person, owner, roster)]
    meant = [alarm for alarm in theirs if named is None or alarm.owner == owner or _is_shown_with(alarm, named)]
    read = [alarm for alarm in meant if told is None or is_known_to(alarm, owner, told, now)]
    free = [alarm for alarm in read if not is_of_another(alarm, owner, now)]
    new = [alarm for alarm in free if alarm.owner != owner or not has_owner(alarm, now)]
    watch = SetDeadline(DeadlineKind.ALARM_LAPSES, now + LAPSES_AFTER, owner)
    return [
        *(OwnAlarm(alarm.id, owner, ends=alarm.outlives) for alarm in free),
        *((DropDeadlines(_DANGER), *_cry_on(open_alarms, free, now)) if any(map(_cries, free)) else ()),
        *(_tell(new, owner, roster, now) if new else ()),
        *((watch,) if any(lapses(alarm) and alarm.callout is not None for alarm in free) else ()),
    ]


def _is_shown_with(alarm: Alarm, named: Alarm) -> bool:
    return severity(alarm.kind) <= severity(named.kind) and alarm.since <= named.since


def _cry_on(open_alarms: Sequence[Alarm], taken: Sequence[Alarm], now: datetime) -> list[SetDeadline]:
    """What nobody has yet rings on: whoever cries for help themselves may take the officer's cry."""
    left = [alarm for alarm in open_alarms if _cries(alarm) and alarm not in taken and not has_owner(alarm, now)]
    return [SetDeadline(DeadlineKind.DANGER, now + CRIES_ON_AFTER, alarm.person, 2) for alarm in left]


def asks_about_call(alarm: Alarm) -> bool:
    """Whether it asks what becomes of a call on the hotline. (An alarm that somebody is to be rung back goes on.)"""
    return alarm.kind in {AlarmKind.UNDECIDED_CALL, AlarmKind.MISSED_CALL}


def stop_all(open_alarms: Sequence[Alarm], roster: Roster) -> list[StopRinging]:
    """They are over, or kept: no phone need ring about them."""
    told = roster.with_role(Role.COORDINATOR)
    return [StopRinging(alarm.id, person.id, alarm.opened_at) for alarm in open_alarms for person in told]


def lapses(alarm: Alarm) -> bool:
    """Whether its owner is asked after ten minutes whether they are at it. Without a call-out only the owner of a cry
    for help is; one that outlives its call-out is over once somebody has it."""
    return not alarm.outlives and (alarm.callout is not None or alarm.kind.is_danger)


_DANGER = frozenset({DeadlineKind.DANGER})


def _cries(alarm: Alarm) -> bool:
    """Whether it is a cry for help, for which a deadline rings until somebody has it."""
    return alarm.kind in {AlarmKind.DANGER, AlarmKind.SOMEBODY_HURT} and alarm.callout is not None


def _tell(new: Sequence[Alarm], owner: str, roster: Roster, now: datetime) -> list[Decision]:
    """The others who were told of it hear who has it, and nobody is told of it any more."""
    told = roster.with_role(Role.COORDINATOR)
    text = alarm_answers.alarm_owner(new[0].code, roster.first_name_of(owner))
    # Nobody is rung to hear that they need not get up.
    others = [
        person
        for person in told
        if person.id != owner
        and not person.opted_out
        and any(has_gone_to(alarm, person.id, roster, now) for alarm in new)
    ]
    note = Note(NoteKind.ALARM_TAKEN, f"{roster.first_name_of(owner)} has the alarm", owner)
    return [
        *((note,) if new[0].callout is not None else ()),
        *(StopRinging(alarm.id, person.id, alarm.opened_at) for alarm in new for person in told),
        *(text_to(person, Purpose.STAND_DOWN, text, now) for person in others),
    ]


# ---- an owner who is not heard from --------------------------------------------------------------------------------


def lapse(situation: Situation, owner: str, attempt: int, now: datetime) -> list[Decision]:
    """The owner's time is up, unless they did something meanwhile or somebody took the call-out: the time counts from
    the last of these. While the owner may sleep, the time starts over."""
    callout, roster = situation.callout, situation.roster
    theirs = [alarm for alarm in situation.alarms if alarm.owner == owner]
    if not theirs:
        return []
    acted = [moment for alarm in theirs if (moment := alarm.acted_at)] + [
        callout.acknowledged_at or callout.received_at
    ]
    # By a clock that was set back since, a moment may lie ahead. What is due now was due by that clock, too.
    until = max((at for at in acted if at <= now + _IN_STEP), default=now - LAPSES_AFTER) + LAPSES_AFTER
    if all(_may_sleep(alarm, callout) for alarm in theirs):
        until = now + LAPSES_AFTER
    if now < until:
        return [SetDeadline(DeadlineKind.ALARM_LAPSES, until, owner)]
    worst = max(theirs, key=lambda alarm: severity(alarm.kind))
    person = roster.person(owner)
    if attempt == 1 and person is not None:
        then_everybody = SetDeadline(DeadlineKind.ALARM_LAPSES, now + _ALL_ARE_RUNG_AFTER, owner, attempt=2)
        return [*_ask(worst, callout.code, roster, person, now), then_everybody]
    name, phone = (person.first_name, person.phone) if person else (owner, "")
    text = alarms.owner_silent(callout.code, name, phone, _why_it_goes_on(worst, roster))
    cries_at = now + situation.timings.span("danger_repeat")
    return [
        *(OwnAlarm(alarm.id, None) for alarm in theirs),
        *(SetDeadline(DeadlineKind.DANGER, cries_at, alarm.person) for alarm in theirs if _cries(alarm)),
        Note(NoteKind.ALARM_LAPSED, f"{name} had the alarm and is not heard from", owner),
        AlarmCoordinators(text, rings=True, kind=worst.kind, again=worst.id, call_back=worst.call_back),
    ]


def _why_it_goes_on(alarm: Alarm, roster: Roster) -> str:
    if alarm.kind.is_danger:
        return "somebody may be in danger"
    if alarm.kind is AlarmKind.DRIVER_SILENT:
        return f"{specialist(roster.first_name_of(str(alarm.person)))} is silent"
    return "nobody is on the way yet"


def _ask(alarm: Alarm, code: str, roster: Roster, owner: Person, now: datetime) -> list[SendPage]:
    text = alarms.owner_asked(code, _why_it_goes_on(alarm, roster))
    call = SendPage(Purpose.ALARM, Channel.VOICE, owner.phone, text, now, person=owner.id, alarm=alarm.id)
    told = replace(text_to(owner, Purpose.ALARM, text, now), alarm=alarm.id)
    if owner.opted_out:
        return [call]
    return [_linked(told) if code else told, call]  # without a call-out it carries no link


def _may_sleep(alarm: Alarm, callout: CallOut) -> bool:
    """Somebody is on the way. That may be whoever cries for help: the owner of a cry is asked all the same, until they
    have shown once, ten minutes after they took it, that they are at it. Who has not been heard may not come at all:
    the owner is asked until they have been, and while nobody may go there, until that ends."""
    if alarm.kind in OVER_ONCE_HEARD or alarm.keeps_away:
        return False
    if not any(mine.is_on_it and mine.has_set_out for mine in callout.assignments):
        return False
    return not _cries(alarm) or _is_at_it(alarm)


def _is_at_it(alarm: Alarm) -> bool:
    """Whether its owner has shown so once, ten minutes after they took it."""
    had, acted = alarm.owned_at, alarm.acted_at
    return had is not None and acted is not None and acted - had >= LAPSES_AFTER


# ---- what rings on without a call-out -----------------------------------------------------------------------------


def goes_on_at(alarm: Alarm, told_at: datetime) -> datetime | None:
    """When a standalone alarm of a kind that `RINGS_ON` is told next, by itself: every two minutes until somebody has
    it; a cry for help then to its owner after ten, and two minutes later to everybody. None once the owner has shown
    that they are at it. `told_at` is when it was told last."""
    if alarm.owner is None or alarm.acted_at is None:
        is_long_ago = not alarm.kind.is_danger and told_at > alarm.opened_at + NO_SHIFT_LASTS_LONGER
        return None if is_long_ago else told_at + CRIES_ON_AFTER
    if not alarm.kind.is_danger or _is_at_it(alarm):
        return None
    asked_at = alarm.acted_at + LAPSES_AFTER
    return asked_at if told_at < asked_at else asked_at + _ALL_ARE_RUNG_AFTER


def rings_on(alarm: Alarm, told_at: datetime) -> bool:
    """Whether it is to be told again by itself."""
    return alarm.kind in RINGS_ON and goes_on_at(alarm, told_at) is not None


def go_on(alarm: Alarm, told_at: datetime, roster: Roster, now: datetime) -> list[StandaloneDecision]:
    """What is told then."""
    who, owner = roster.person(alarm.person or ""), roster.person(alarm.owner or "")
    name, phone = (who.first_name, who.phone) if who is not None else ("", "")
    if alarm.owner is None or alarm.acted_at is None:
        text = alarms.danger("", name, phone) if alarm.kind.is_danger and who is not None else alarm.text
        return [AlarmCoordinators(text, kind=alarm.kind, person=alarm.person, again=alarm.id)]
    if owner is not None and told_at < alarm.acted_at + LAPSES_AFTER:
        return [*_ask(alarm, "", roster, owner, now)]
    silent = alarm_answers.alarm_had_by(roster.first_name_of(alarm.owner))
    text = alarms.danger("", name, phone, silent) if who is not None else f"{alarm.text} {silent}"
    return [OwnAlarm(alarm.id, None), AlarmCoordinators(text, kind=alarm.kind, person=alarm.person, again=alarm.id)]
