"""The only interpreter of decisions that concern no call-out: a number, the rotation, the service itself."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import assert_never

from dispatch.actions.alarm_links import with_alarm_link
from dispatch.actions.desk import Desk
from dispatch.rules import alarm_owners
from dispatch.rules.decisions import (
    AlarmCoordinators,
    EndTest,
    OptIn,
    OptOut,
    OwnAlarm,
    SendPage,
    StopRinging,
    StrayDecision,
)
from dispatch.rules.facts.actors import Actor, Source
from dispatch.rules.facts.audit_events import AuditEvent
from dispatch.store import alarms, audit, decided, links, pages
from dispatch.store import roster as roster_store
from dispatch.store.alarms import NewAlarm
from dispatch.store.decided import NewPage
from dispatch.store.transaction import Transaction


def apply_stray(tx: Transaction, desk: Desk, decisions: Iterable[StrayDecision]) -> None:
    """Write decisions that concern no call-out."""
    for decision in decisions:
        match decision:
            case SendPage():
                send_stray(tx, desk, decision)
            case AlarmCoordinators():
                _alarm(tx, desk, decision)
            case OwnAlarm(alarm, owner):
                alarms.owned(tx, alarm, owner, desk.now)
            case StopRinging(alarm, person, since):
                pages.stop_ringing(tx, alarm, person, since, desk.now)
            case OptOut(person):
                roster_store.set_opted_out(tx, person, desk.now)
            case OptIn(person):
                roster_store.set_opted_out(tx, person, None)
            case EndTest(page):
                pages.done(tx, page, desk.now)
            case _:
                assert_never(decision)


def apply_audited(
    tx: Transaction, desk: Desk, did: AuditEvent, decisions: Sequence[StrayDecision], by: Actor, source: Source
) -> None:
    """Write what somebody's words or key led to, and the audit event, unless they brought no more than an answer."""
    apply_stray(tx, desk, decisions)
    if led_to := [words for decision in decisions if (words := _led_to(decision))]:
        audit.write(tx, desk.now, by, source, did, detail=", ".join(dict.fromkeys(led_to)))


def _led_to(decision: StrayDecision) -> str | None:
    """What a decision means to others than whoever caused it."""
    match decision:
        case AlarmCoordinators(kind=kind):
            return f"alarm: {kind}"
        case OwnAlarm():
            return AuditEvent.OWNED_ALARM
        case OptOut():
            return "opted out of texts"
        case OptIn():
            return "opted in to texts"
        case EndTest():
            return "answered a test page"
        case SendPage() | StopRinging():
            return None
        case _:
            assert_never(decision)


def send_stray(tx: Transaction, desk: Desk, *messages: SendPage) -> None:
    """Send what belongs to no call-out: a test page, an answer to a stray text, an alarm."""
    decided.write_strays(tx, [NewPage(desk.new_id(), None, message, desk.now) for message in messages])


def _alarm(tx: Transaction, desk: Desk, alarm: AlarmCoordinators) -> None:
    known = alarms.strays_of_kind(tx, alarm.kind, desk.now)
    sounding = alarm_owners.sound(desk.roster(tx), alarm, known, desk.now)
    id_ = sounding.again.id if sounding.again else None
    if id_ is not None:
        alarms.told_again(tx, id_, alarm.text, desk.now)
    elif sounding.opens:
        id_ = desk.new_id()
        alarms.insert(tx, NewAlarm(id_, None, alarm.kind, alarm.person, alarm.text, desk.now, alarm.call))
    told, new_links = [], []
    for page in sounding.pages:
        told.append(replace(page, alarm=id_))
        if id_ is not None and page.carries_link:
            told[-1], link = with_alarm_link(desk, told[-1], id_)
            new_links.append(link)
    links.make(tx, new_links)
    send_stray(tx, desk, *told)
