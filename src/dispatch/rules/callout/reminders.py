"""Nobody who took a call-out is forgotten: they are asked whether they have left, have arrived, are well, are home.

The law: a question that is not answered is asked again, and coordinators hear of it. A specialist who has the call-out
and neither leaves nor answers loses it (`assignment.give_up`). A text is not silence, whatever it says: then
coordinators are rung to speak with its sender before the call-out is taken away. Every question on the way there
carries the link again: the first text with it may lie under others, or never have arrived.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.rules.alarms.owners import has_owner
from dispatch.rules.callout import telling
from dispatch.rules.callout.assignment import give_up
from dispatch.rules.callout.stay_away import ANSWERED_WITHIN, has_written
from dispatch.rules.decisions import AlarmCoordinators, DeadlineKind, Decision, Note, NoteKind, SetDeadline
from dispatch.rules.delivery.paging import text_to, text_with_link
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import Assignment, AssignmentRole, CallOut
from dispatch.rules.facts.pages import LetGo, Purpose
from dispatch.rules.facts.people import Channel, Person
from dispatch.rules.facts.situation import Situation, Timings
from dispatch.rules.nearer import look_out
from dispatch.rules.wording import alarms, asking

_GIVEN_UP_AT = 3  # reminders: by then they were texted twice and rung, and five minutes have passed


def heard_within(timings: Timings, attempt: int) -> timedelta:
    """How old a text may be that puts off giving up: as old as the first reminder, and later as the last one."""
    return timings.span("repage_after_reminder") * (2 if attempt == _GIVEN_UP_AT else 1)


def gives_up(mine: Assignment, attempt: int) -> bool:
    """Whether somebody who does not move loses the call-out with this reminder, unless they have answered."""
    return attempt >= _GIVEN_UP_AT and mine.role is AssignmentRole.PRIMARY


def silent_for(timings: Timings, attempt: int) -> timedelta:
    """How long nothing must have been heard from whoever is not there: since the time that they said, and from then on
    since they were asked last."""
    return timings.span("arrival_grace" if attempt == 1 else "arrival_repeat")


def looks_back(timings: Timings) -> timedelta:
    """How old a text may be that any of these questions counts."""
    spans = (span(timings, attempt) for span in (heard_within, silent_for) for attempt in (1, _GIVEN_UP_AT))
    return max(*spans, ANSWERED_WITHIN)


_ANSWERS = frozenset({NoteKind.ETA, NoteKind.CALLS_OFFICER})
_SIGNS_OF_LIFE = _ANSWERS | {NoteKind.EN_ROUTE, NoteKind.HEARD}


def _said(situation: Situation, person: Person, kinds: frozenset[NoteKind], since: datetime) -> bool:
    """Whether they have pressed or written anything of these kinds."""
    return any(
        one.by_them and one.kind in kinds and one.person == person.id and one.at > since for one in situation.noted
    )


def _has_answered(situation: Situation, person: Person, attempt: int, now: datetime) -> bool:
    """Whether they have texted us lately, or answered by link or key."""
    since = now - heard_within(situation.timings, attempt)
    return has_written(situation, person, since) or _said(situation, person, _ANSWERS, since)


def _is_silent(situation: Situation, person: Person, attempt: int, now: datetime) -> bool:
    """Whether they have written no word that we understood since they were asked last, and pressed nothing."""
    since = now - silent_for(situation.timings, attempt)
    understood = any(one.understood and one.person == person.id and one.at > since for one in situation.wrote)
    return not understood and not _said(situation, person, _SIGNS_OF_LIFE, since)


def remind_en_route(situation: Situation, person: Person, attempt: int, now: datetime) -> list[Decision]:
    """They took it and do not move: first a text, then a text, a call and an alarm; then paging goes on."""
    callout = situation.callout
    mine = callout.assignment_of(person.id)
    if mine is None or mine.has_set_out:
        return []
    if gives_up(mine, attempt):
        if _has_answered(situation, person, attempt, now):
            return _ring_instead(situation, person, attempt, now)
        return give_up(situation, person, now)
    again = SetDeadline(
        DeadlineKind.REMIND_EN_ROUTE, now + situation.timings.span("repage_after_reminder"), person.id, attempt + 1
    )
    asks = text_to(person, Purpose.REMINDER, asking.remind_en_route(callout.code), now, asks=_not_only_no(callout))
    if attempt == 1:
        return [
            replace(asks, with_link=True),
            Note(NoteKind.REMINDED, f"asked {person.name} whether they are on the way", person.id),
            again,
        ]
    return [
        replace(asks, with_link=True),
        *((replace(asks, channel=Channel.VOICE),) if not person.opted_out else ()),
        _alarm(AlarmKind.NOT_MOVING, alarms.not_moving, callout.code, person),
        Note(NoteKind.REPAGED, f"{person.name} took it and does not move: paged again", person.id),
        again,
    ]


def _not_only_no(callout: CallOut) -> LetGo:
    """A no to a reminder may say that they have not left, or are not there yet, and a 2 that it takes two minutes: it
    is asked once more."""
    return LetGo(callout.id, amid_others=True)


def _ring_instead(situation: Situation, person: Person, attempt: int, now: datetime) -> list[Decision]:
    """They answer, but do not say that they have left: somebody must speak with them before others are sent."""
    code = situation.callout.code
    due = now + situation.timings.span("repage_after_reminder")
    asks = _not_only_no(situation.callout)
    return [
        text_with_link(person, Purpose.REMINDER, asking.remind_en_route(code), now, asks=asks),
        _alarm(AlarmKind.WRITES_AND_STAYS, alarms.writes_and_stays, code, person),
        Note(NoteKind.REPAGED, f"{person.name} answers and has not said that they have left: asked again", person.id),
        SetDeadline(DeadlineKind.REMIND_EN_ROUTE, due, person.id, attempt + 1),
    ]


def remind_arrival(situation: Situation, person: Person, attempt: int, now: datetime) -> list[Decision]:
    """The ETA has passed: ask, and from the second time on tell the coordinators. While nothing is heard from whoever
    was to be there they are rung, the officer hears that we ask, and others are asked along."""
    callout = situation.callout
    mine = callout.assignment_of(person.id)
    if mine is None or mine.arrived_at is not None:
        return []
    silent = callout.arrived_at is None and _is_silent(situation, person, attempt, now)
    known = [one for one in situation.alarms if one.kind is AlarmKind.DRIVER_SILENT and one.person == person.id]
    told_of = attempt > 1 and not silent
    others = telling.if_another_comes_first(situation, callout.assignments, now)
    return [
        text_with_link(person, Purpose.REMINDER, asking.remind_arrival(callout.code), now, asks=_not_only_no(callout)),
        Note(NoteKind.REMINDED, f"asked {person.name} whether they are on scene", person.id),
        *(_rung_about(situation, person, mine, known, now) if silent else ()),
        *((_alarm(AlarmKind.LATE_ARRIVAL, alarms.late_arrival, callout.code, person),) if told_of else ()),
        SetDeadline(
            DeadlineKind.REMIND_ARRIVAL, now + situation.timings.span("arrival_repeat"), person.id, attempt + 1
        ),
        *others,
        *(telling.we_ask(situation, person, now) if silent and not known and not others else ()),
        *(look_out.after_silence(situation, now) if silent else ()),
    ]


def _rung_about(
    situation: Situation, person: Person, mine: Assignment, known: Iterable[Alarm], now: datetime
) -> list[AlarmCoordinators]:
    """Coordinators are rung, unless one has it: the owner is asked on their own (`rules/alarms/owners.py`)."""
    if any(has_owner(one, now) for one in known):
        return []
    due_at = mine.eta_at or situation.callout.respond_by
    text = alarms.driver_silent(situation.callout.code, person.first_name, due_at, person.phone)
    return [AlarmCoordinators(text, kind=AlarmKind.DRIVER_SILENT, person=person.id)]


def check_on_scene(situation: Situation, attempt: int, now: datetime) -> list[Decision]:
    """Hours at the scene without a word: a lone worker may be in danger."""
    callout = situation.callout
    there = [
        situation.roster.person(mine.person) for mine in callout.assignments if mine.arrived_at and not mine.cleared_at
    ]
    # Somebody who has left the roster cannot be asked, so coordinators hear at once.
    unheard = [person for person in there if attempt > 1 or person is None]
    return [
        *(text_to(person, Purpose.REMINDER, asking.remind_on_scene(callout.code), now) for person in there if person),
        *(_alarm(AlarmKind.ON_SCENE_CHECK, alarms.on_scene_check, callout.code, person) for person in unheard),
        *((Note(NoteKind.CHECKED, "asked whether they are still on scene"),) if there else ()),
        SetDeadline(DeadlineKind.CHECK_ON_SCENE, now + situation.timings.span("on_scene_check"), attempt=attempt + 1),
    ]


def check_home(situation: Situation, person: Person, attempt: int, now: datetime) -> list[Decision]:
    """They left the scene and have not said that they are home."""
    code = situation.callout.code
    mine = situation.callout.assignment_of(person.id)
    if mine is None or mine.home_at is not None:
        return []
    return [
        text_to(person, Purpose.REMINDER, asking.remind_home(code), now),
        *((_alarm(AlarmKind.HOME_CHECK, alarms.home_check, code, person),) if attempt > 1 else ()),
        Note(NoteKind.CHECKED, f"asked {person.name} whether they are safe at home", person.id),
        SetDeadline(DeadlineKind.CHECK_HOME, now + situation.timings.span("home_check"), person.id, attempt + 1),
    ]


def _alarm(
    kind: AlarmKind, words: Callable[[str, str, str], str], code: str, about: Person | None
) -> AlarmCoordinators:
    if about is None:
        return AlarmCoordinators(words(code, "", ""), kind=kind)
    return AlarmCoordinators(words(code, about.first_name, about.phone), kind=kind, person=about.id)
