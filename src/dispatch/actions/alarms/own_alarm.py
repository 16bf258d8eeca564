"""A coordinator says "I have it": `hear` in a text, `own` by API, in a view or behind a link.

Whoever presses a key on the call that tells of the alarm says it too: `answer_call`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, cast

from dispatch.actions.apply import apply
from dispatch.actions.apply_standalone import apply_standalone, end_alarms
from dispatch.actions.context import Context
from dispatch.rules.alarms import alarm_kinds, owners
from dispatch.rules.callout import stay_away
from dispatch.rules.decisions import Decision, Note, NoteKind, StandaloneDecision
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.actors import Actor, ActorKind, AuditEvent, Source
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.situation import OwnRows
from dispatch.rules.reader.intent import Intent
from dispatch.rules.replies import alarm_replies, conversation
from dispatch.rules.wording import alarm_answers
from dispatch.store.access import audit
from dispatch.store.alarms import alarms
from dispatch.store.callout import involvements, own_rows
from dispatch.store.delivery import pages
from dispatch.store.replies import inbound_texts
from dispatch.store.transaction import Transaction


class NoSuchAlarm(LookupError):
    """there is no such alarm"""


class AlarmIsOver(ValueError):
    """the trouble behind the alarm is over"""


class AlarmHasOwner(ValueError):
    """another coordinator has the alarm already"""


_Severity = Literal["danger", "urgent", "warning"]


@dataclass(frozen=True, slots=True)
class OpenAlarm:
    """An alarm whose trouble goes on. `callout` is the id of its call-out, `code` the code; an alarm about the service
    itself has neither. `owner` is the name of whoever said "I have it"."""

    id: str
    kind: AlarmKind
    severity: _Severity
    callout: str | None
    code: str | None
    text: str
    opened_at: datetime
    owner: str | None
    owned_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnershipHeard:
    """A text was about an alarm. `callout` is that alarm's; None where it has none, or where several could be meant."""

    callout: str | None


def list_alarms(tx: Transaction, context: Context, by: Actor) -> list[OpenAlarm]:
    """Every open alarm, the worst first and of these the oldest; writes the audit trail."""
    audit.write(tx, context.now, by, Source.API, AuditEvent.LISTED_ALARMS)
    found = alarm_kinds.worst_first(alarms.all_open(tx, context.now))
    return [_view(alarm, context.roster(tx)) for alarm in found]


def own(tx: Transaction, context: Context, alarm_id: str, by: Actor, source: Source = Source.API) -> OpenAlarm:
    """The coordinator `by` takes the alarm, and with it every alarm about the same call-out that is no worse and no
    newer: whatever showed them this one can have shown them those.

    Raises `NoSuchAlarm`, `AlarmIsOver` and `AlarmHasOwner`.
    """
    alarm = alarms.find(tx, alarm_id)
    if alarm is None or by.id is None:
        raise NoSuchAlarm(f"there is no alarm {alarm_id}")
    own, found = _about(tx, context, alarm.callout, alarm.id)
    named = next((known for known in found if known.id == alarm_id), None)
    if named is None:
        raise AlarmIsOver("this alarm is over; nobody need have it")
    roster = context.roster(tx)
    owner = owners.owner_called(by.id, roster)
    if owners.is_of_another(named, owner, context.now):
        raise AlarmHasOwner(f"{roster.first_name_of(str(named.owner))} has this alarm already")
    decisions = owners.take(found, owner, roster, context.now, named=named)
    _apply(tx, context, own, decisions, by, source)
    audit.write(tx, context.now, by, source, AuditEvent.OWNED_ALARM, alarm.callout, detail=alarm.kind.value)
    after = alarms.find(tx, alarm_id)
    assert after is not None, "it was there a moment ago"
    return _view(after, roster)


def hear(tx: Transaction, context: Context, person: Person, reply: Intent) -> OwnershipHeard | None:
    """Act on a coordinator's text that is about an open alarm; None when it is about anything else."""
    open_alarms = alarms.all_open(tx, context.now)
    if not open_alarms:
        return None
    involved = involvements.of_person(tx, person.id, context.now - conversation.REMEMBER_ENDED)
    roster, asked = context.roster(tx), alarm_replies.is_asked(involved)
    told = pages.told_of(tx, person.id, open_alarms, context.now)
    meant = alarm_replies.read(reply, person.id, open_alarms, roster, context.now, told=told, asked=asked)
    if meant is None:
        return None
    paged = alarm_replies.paged_for(involved)
    if isinstance(meant, str):
        apply_standalone(tx, context, [alarm_replies.tell_answer(person, meant, context.now, paged=paged)])
        return OwnershipHeard(None)
    own, about = _about(tx, context, meant.callout, meant.alarm)
    by = Actor(ActorKind.COORDINATOR, person.id)
    if meant.safe:
        _is_safe(tx, context, own, next((one for one in about if one.id == meant.alarm), None), person, by)
        return OwnershipHeard(meant.callout)
    found = owners.that_they_can_have(about, person.id, roster)
    taken = owners.take(about, person.id, roster, context.now, told=told)
    newer = alarm_kinds.worst_first(one for one in found if not owners.is_known_to(one, person.id, told, context.now))
    said = alarm_replies.answer(found, person.id, roster, taken=bool(taken), newer=newer[0] if newer else None)
    answer = alarm_replies.tell_answer(person, said, context.now, paged=paged, goes=meant.goes)
    if newer:  # the answer tells of it, so the next OK may take it
        answer = replace(answer, alarm=newer[0].id)
    _apply(tx, context, own, [*taken, answer], by, Source.SMS)
    if taken and own is None:  # a call-out's timeline says it
        audit.write(tx, context.now, by, Source.SMS, AuditEvent.OWNED_ALARM, detail=found[0].kind.value)
    return OwnershipHeard(meant.callout)


def hand_on(tx: Transaction, context: Context, person: Person, reply: Intent) -> OwnershipHeard | None:
    """Act on a coordinator's text that they cannot have an open alarm; None when it says nothing of the kind."""
    open_alarms = alarms.all_open(tx, context.now)
    involved = involvements.of_person(tx, person.id, context.now - conversation.REMEMBER_ENDED) if open_alarms else []
    if not open_alarms or alarm_replies.is_asked(involved):
        return None
    found = alarm_replies.handed_on(reply, person, open_alarms, context.roster(tx), context.now)
    if found is None:
        return None
    alarm, told, answer = found
    lately = max(context.now - conversation.SAME_WORDS_AGAIN, alarm.opened_at)
    said_before = inbound_texts.heard_from(tx, person.phone, lately, reply.as_written, about=alarm.callout)
    if alarm.owner == person.id or not said_before:  # whoever has taken it since says something else with them
        callout, _ = _about(tx, context, alarm.callout, alarm.id)
        by = Actor(ActorKind.COORDINATOR, person.id)
        _apply(tx, context, callout, [answer] if told is None else [told, answer], by, Source.SMS)
    return OwnershipHeard(alarm.callout)


def _is_safe(
    tx: Transaction, context: Context, own: OwnRows | None, cry: Alarm | None, person: Person, by: Actor
) -> None:
    """A coordinator says that whoever cried for help is safe. That ends the alarm if it is about no call-out, or the
    officer's: as long as that is open, it keeps our people away."""
    name = context.roster(tx).first_name_of(cry.person) if cry is not None and cry.person is not None else ""
    code, said = own.callout.code if own is not None else None, alarm_answers.ALARM_IS_OVER
    decisions: list[Decision] = []
    if cry is not None:
        said = alarm_answers.alarm_said_safe(code, name)
        decisions = [Note(NoteKind.CHECKED, f"{person.name} says that {name or 'the officer'} is safe", cry.person)]
    if cry is not None and own is not None and cry.person is not None:
        alarms.heard(tx, own.callout.id, cry.person, context.now)
    elif cry is not None:
        over = alarm_answers.alarm_over_safe(code, name, person.first_name)
        end_alarms(tx, context, [cry], lambda _: over, person.id)
        if own is None:
            audit.write(tx, context.now, by, Source.SMS, AuditEvent.WROTE, detail=f"{name} is safe")
        else:
            own = situation = context.situation(tx, own.callout)
            if not stay_away.keeps_away(situation):
                decisions += stay_away.look_again(situation, context.now)
    _apply(tx, context, own, [*decisions, text_to(person, Purpose.ANSWER, said, context.now)], by, Source.SMS)


def _about(
    tx: Transaction, context: Context, callout_id: str | None, alarm_id: str
) -> tuple[OwnRows | None, Sequence[Alarm]]:
    """The call-out, locked, with the open alarms about it; it may be over. For an alarm without a call-out: that alarm,
    if it is still open."""
    if callout_id is None:
        return None, alarms.standalone(tx, alarm_id, context.now)
    own = own_rows.lock(tx, callout_id)
    assert own is not None, "an alarm names a call-out"
    return own, own.alarms


def _apply(
    tx: Transaction, context: Context, own: OwnRows | None, decisions: list[Decision], by: Actor, source: Source
) -> None:
    if own is not None:
        apply(tx, context, own, decisions, by, source)
    else:
        apply_standalone(tx, context, [decision for decision in decisions if isinstance(decision, StandaloneDecision)])


def _view(alarm: Alarm, roster: Roster) -> OpenAlarm:
    return OpenAlarm(
        id=alarm.id,
        kind=alarm.kind,
        severity=cast(_Severity, alarm_kinds.severity(alarm.kind).name.lower()),
        callout=alarm.callout,
        code=alarm.code,
        text=alarm.text,
        opened_at=alarm.opened_at,
        owner=roster.first_name_of(alarm.owner) if alarm.owner else None,
        owned_at=alarm.owned_at,
    )
