"""The page behind the link of an alarm: what one coordinator sees of it on their phone, and the commands it takes."""

from dataclasses import dataclass
from datetime import datetime

from dispatch.actions import coordinate, hotline, own_alarm
from dispatch.actions.callout.detail import Detail, read_detail
from dispatch.actions.coordinate import Done
from dispatch.actions.desk import Desk
from dispatch.actions.hotline import CallIsDecided, NoSuchCall
from dispatch.actions.own_alarm import AlarmHasOwner, AlarmIsOver
from dispatch.rules import alarm_link, alarm_owners
from dispatch.rules.commands.commands import NextStep, PagePerson, Verify
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.rules.facts.alarms import Alarm
from dispatch.rules.facts.audit_events import AuditEvent
from dispatch.rules.facts.hotline import HotlineCall
from dispatch.rules.facts.people import Person
from dispatch.rules.preview import Preview
from dispatch.store import alarms, audit, callout_records, hotline_calls, links
from dispatch.store.links import AlarmLink
from dispatch.store.transaction import Transaction

ByLink = NextStep | PagePerson | Verify
"""The commands about a call-out that a link is good for."""


class AlarmLinkOver(LookupError):
    """this link is over"""


@dataclass(frozen=True, slots=True)
class AlarmPage:
    """`about` is the one of our people whom it is about. `detail` is that of the alarm's call-out; an alarm about the
    service itself has none. `call` is the call on the hotline about which nobody has decided. `owner` is the first name
    of whoever has the alarm, if anybody has; `mine`, that it is whoever looks. `can_be_paged` are specialists."""

    alarm: Alarm
    person: Person
    about: Person | None
    detail: Detail | None
    call: HotlineCall | None
    owner: str | None
    mine: bool
    can_be_paged: tuple[Person, ...]
    others: tuple[Person, ...]  # coordinators
    expires_at: datetime


def open_alarm(tx: Transaction, desk: Desk, token: str, *, looks: bool = False) -> AlarmPage:
    """What the link shows. Changes nothing but the audit trail, and not even that with `looks`. Raises
    `AlarmLinkOver`."""
    alarm, person, expires_at = _opened(tx, desk, token)
    roster = desk.roster(tx)
    detail = read_detail(tx, desk, alarm.callout) if alarm.callout is not None else None
    if not looks:
        audit.write(
            tx, desk.now, _actor(person), Source.LINK, AuditEvent.OPENED_LINK, alarm.callout, detail=alarm.kind.value
        )
    owner = alarm_owners.who_has(alarm, roster, desk.now)
    on_it = {one.part.person for one in detail.going} if detail is not None else set()
    return AlarmPage(
        alarm=alarm,
        person=person,
        about=roster.person(alarm.person or ""),
        detail=detail,
        call=hotline_calls.find(tx, alarm.call) if alarm.call is not None else None,
        owner=owner,
        mine=owner is not None and alarm.owner == person.id,
        can_be_paged=alarm_link.can_be_paged(roster, on_it | {person.id}),
        others=alarm_link.other_coordinators(roster, person),
        expires_at=expires_at,
    )


def own_by_link(tx: Transaction, desk: Desk, token: str) -> None:
    """They have it, unless somebody was faster: the page then says who. Raises `AlarmLinkOver`."""
    alarm, person, _ = _opened(tx, desk, token)
    if alarm.owner == person.id and alarm_owners.has_owner(alarm, desk.now):
        return
    try:
        own_alarm.own(tx, desk, alarm.id, _actor(person), Source.LINK)
    except AlarmIsOver as error:
        raise AlarmLinkOver(AlarmLinkOver.__doc__) from error
    except AlarmHasOwner:
        return


def preview_by_link(tx: Transaction, desk: Desk, token: str, command: ByLink) -> Preview:
    """What a command would send now and to whom; changes nothing. Raises `AlarmLinkOver` and `CommandRefused`."""
    alarm, person, _ = _opened(tx, desk, token)
    return coordinate.preview_command(tx, desk, _callout_of(alarm), command, _actor(person))


def do_by_link(tx: Transaction, desk: Desk, token: str, command: ByLink, digest: str) -> Done | Preview:
    """Do it, if it is still what was shown. Raises `AlarmLinkOver` and `CommandRefused`."""
    alarm, person, _ = _opened(tx, desk, token)
    return coordinate.do_command(tx, desk, _callout_of(alarm), command, _actor(person), digest, Source.LINK)


# ---- a call on the hotline -----------------------------------------------------------------------------------------


def see_call(tx: Transaction, desk: Desk, token: str) -> HotlineCall:
    """The call about which nobody has decided. Raises `AlarmLinkOver`, also for an alarm that is about no call."""
    alarm, _, _ = _opened(tx, desk, token)
    call = hotline_calls.find(tx, _call_of(alarm))
    if call is None:
        raise AlarmLinkOver(AlarmLinkOver.__doc__)
    return call


def page_now_by_link(tx: Transaction, desk: Desk, token: str) -> str:
    """It is a call-out, whose code is returned: somebody is paged now. Raises `AlarmLinkOver`, also once decided."""
    alarm, person, _ = _opened(tx, desk, token)
    try:
        callout = hotline.page_now(tx, desk, _call_of(alarm), _actor(person), Source.LINK)
    except (CallIsDecided, NoSuchCall) as error:
        raise AlarmLinkOver(AlarmLinkOver.__doc__) from error
    record = callout_records.find(tx, callout)
    assert record is not None, "it has just been opened"
    return record.code


def dismiss_by_link(tx: Transaction, desk: Desk, token: str) -> None:
    """It is no call-out. Raises `AlarmLinkOver`, also once it is decided."""
    alarm, person, _ = _opened(tx, desk, token)
    try:
        hotline.dismiss(tx, desk, _call_of(alarm), _actor(person), Source.LINK)
    except (CallIsDecided, NoSuchCall) as error:
        raise AlarmLinkOver(AlarmLinkOver.__doc__) from error


# ---- pieces --------------------------------------------------------------------------------------------------------


def _opened(tx: Transaction, desk: Desk, token: str) -> tuple[Alarm, Person, datetime]:
    link = links.find(tx, AlarmLink, token)
    alarm = _that_goes_on(tx, desk, link.alarm) if link is not None else None
    person = desk.roster(tx).person(link.person) if link is not None else None
    if link is None or not alarm_link.opens(link.expires_at, person, desk.now, goes_on=alarm is not None):
        raise AlarmLinkOver(AlarmLinkOver.__doc__)
    assert alarm is not None, "a link that opens has an alarm that goes on"
    assert person is not None, "and a person"
    return alarm, person, link.expires_at


def _that_goes_on(tx: Transaction, desk: Desk, alarm_id: str) -> Alarm | None:
    alarm = alarms.find(tx, alarm_id)
    if alarm is None or alarm.outlives:
        return None
    open_ones = alarms.all_open(tx, desk.now) if alarm.callout is None else alarms.of_callout(tx, alarm.callout)
    return next((one for one in open_ones if one.id == alarm_id), None)


def _callout_of(alarm: Alarm) -> str:
    if alarm.callout is None:
        raise AlarmLinkOver(AlarmLinkOver.__doc__)
    return alarm.callout


def _call_of(alarm: Alarm) -> str:
    if alarm.call is None:
        raise AlarmLinkOver(AlarmLinkOver.__doc__)
    return alarm.call


def _actor(person: Person) -> Actor:
    return Actor(ActorKind.COORDINATOR, person.id)
