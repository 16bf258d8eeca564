"""The only interpreter of decisions that concern no call-out: a number, the rotation, the service itself."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import assert_never

from dispatch.actions.access.alarm_links import with_alarm_link
from dispatch.actions.context import Context
from dispatch.rules.alarms import owners
from dispatch.rules.alarms.all_clear import OVER_WITH_START, standalone_clear
from dispatch.rules.decisions import (
    AlarmCoordinators,
    EndTest,
    OptIn,
    OptOut,
    OwnAlarm,
    SendPage,
    StandaloneDecision,
    StopRinging,
)
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.alarms import Alarm
from dispatch.rules.wording import alarm_answers
from dispatch.rules.wording.languages import Words
from dispatch.store.access import audit, links
from dispatch.store.alarms import alarms
from dispatch.store.callout import decided
from dispatch.store.callout.decided import NewPage
from dispatch.store.delivery import pages
from dispatch.store.roster import roster as roster_store
from dispatch.store.transaction import Transaction


def apply_standalone(tx: Transaction, context: Context, decisions: Iterable[StandaloneDecision]) -> None:
    """Write decisions that concern no call-out."""
    for decision in decisions:
        match decision:
            case SendPage():
                send_standalone(tx, context, decision)
            case AlarmCoordinators():
                _alarm(tx, context, decision)
            case OwnAlarm(alarm, owner):
                alarms.owned(tx, alarm, owner, context.now)
            case StopRinging(alarm, person, since):
                pages.stop_ringing(tx, alarm, person, since, context.now)
            case OptOut(person):
                roster_store.set_opted_out(tx, person, context.now)
            case OptIn(person):
                roster_store.set_opted_out(tx, person, None)
                _texts_again(tx, context, person)
            case EndTest(page):
                pages.done(tx, page, context.now)
            case _:
                assert_never(decision)


def apply_audited(
    tx: Transaction,
    context: Context,
    did: AuditEvent,
    decisions: Sequence[StandaloneDecision],
    by: Actor,
    source: Source,
) -> None:
    """Write what somebody's words or key led to, and the audit event, unless all they led to is an answer."""
    apply_standalone(tx, context, decisions)
    if led_to := [words for decision in decisions if (words := _led_to(decision))]:
        audit.write(tx, context.now, by, source, did, detail=", ".join(dict.fromkeys(led_to)))


def _led_to(decision: StandaloneDecision) -> str | None:
    """What a decision means to anybody but whoever caused it."""
    match decision:
        case AlarmCoordinators(kind=kind):
            return f"alarm: {kind}"
        case OwnAlarm(owner=owner) if owner is not None:
            return AuditEvent.OWNED_ALARM
        case OptOut():
            return "opted out of texts"
        case OptIn():
            return "opted in to texts"
        case EndTest():
            return "answered a test page"
        case SendPage() | OwnAlarm() | StopRinging():
            return None
        case _:
            assert_never(decision)


def send_standalone(tx: Transaction, context: Context, *messages: SendPage) -> None:
    """Send what belongs to no call-out: a test page, an answer to a standalone text, an alarm."""
    decided.write_standalone(tx, [NewPage(context.new_id(), None, message, context.now) for message in messages])


def end_alarms(
    tx: Transaction, context: Context, over: Iterable[Alarm], words: Callable[[Alarm], Words], by: str | None = None
) -> None:
    """End alarms about no call-out: no phone rings about them any more, and whoever heard one is told why, but for
    `by`, who ended it."""
    roster, told = context.roster(tx), dict[tuple[str | None, str], SendPage]()
    for alarm in over:
        heard = pages.heard_alone(tx, alarm, [one.id for one in roster.people])
        for page in standalone_clear(words(alarm), {alarm.id}, heard, roster, by, context.now):
            told[page.person, page.text] = page  # the same words once, however many alarms they are about
        apply_standalone(tx, context, owners.stop_all([alarm], roster))
        alarms.end(tx, [alarm.id], context.now)
    send_standalone(tx, context, *told.values())


def _texts_again(tx: Transaction, context: Context, person: str) -> None:
    over = [one for one in alarms.standalone_of_kind(tx, OVER_WITH_START, context.now) if one.person == person]
    name = context.roster(tx).first_name_of(person)
    end_alarms(tx, context, over, lambda _: alarm_answers.alarm_over_texts_again(name), person)


def _alarm(tx: Transaction, context: Context, alarm: AlarmCoordinators) -> None:
    known = alarms.standalone_of_kind(tx, alarm.kind, context.now)
    sounding = owners.sound(context.roster(tx), alarm, known, context.now)
    id_ = sounding.again.id if sounding.again else None
    if id_ is not None:
        alarms.told_again(tx, id_, alarm, context.now, rings=sounding.rings)
        if sounding.frees:
            alarms.owned(tx, id_, None, context.now)
    elif sounding.opened is not None:
        id_ = context.new_id()
        alarms.insert(tx, replace(sounding.opened, id=id_), rings=sounding.rings)
    told, new_links = [], []
    for page in sounding.pages:
        told.append(replace(page, alarm=id_))
        if id_ is not None and page.carries_link:
            told[-1], link = with_alarm_link(context, told[-1], id_)
            new_links.append(link)
    links.make(tx, new_links)
    send_standalone(tx, context, *told)
