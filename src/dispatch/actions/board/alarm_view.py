"""The view behind an alarm's link: what one coordinator sees of the alarm on their phone, and the commands it takes."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from dispatch.actions.alarms import own_alarm
from dispatch.actions.alarms.own_alarm import AlarmHasOwner, AlarmIsOver
from dispatch.actions.callout.detail import Detail, read_detail
from dispatch.actions.commands import give
from dispatch.actions.commands.give import Done
from dispatch.actions.context import Context
from dispatch.actions.hotline import decide_all, take_call
from dispatch.actions.hotline.decide_all import NoSilentCalls
from dispatch.actions.hotline.take_call import CallIsDecided, NoSuchCall
from dispatch.rules.access import alarm_link
from dispatch.rules.alarms import owners
from dispatch.rules.alarms.promises import PROMISES
from dispatch.rules.board.standing import Level, standing, who_cried
from dispatch.rules.commands.commands import NextStep, PagePerson, RangOfficer, Verify
from dispatch.rules.commands.preview import Preview
from dispatch.rules.facts.actors import Actor, ActorKind, AuditEvent, Source
from dispatch.rules.facts.alarms import Alarm
from dispatch.rules.facts.hotline import HotlineCall
from dispatch.rules.facts.people import Person
from dispatch.rules.hotline.silence import tells_of_all
from dispatch.store.access import audit, links
from dispatch.store.access.links import AlarmLink
from dispatch.store.alarms import alarms
from dispatch.store.callout import records
from dispatch.store.hotline import hotline_calls, silent_calls
from dispatch.store.transaction import Transaction

T = TypeVar("T")

ByLink = NextStep | PagePerson | RangOfficer | Verify
"""The commands about a call-out that a link is good for."""


class AlarmLinkOver(LookupError):
    """this link is over"""


@dataclass(frozen=True, slots=True)
class AlarmView:
    """`about` is the person of the roster whom it is about. `detail` is that of the alarm's call-out; an alarm about
    the service itself has none. `call` is the hotline call that nobody has decided. `owner` is the first name of
    whoever has the alarm, if anybody has; `mine`: the viewer has it. `can_be_paged` are specialists."""

    alarm: Alarm
    person: Person
    about: Person | None
    detail: Detail | None
    call: HotlineCall | None
    owner: str | None
    mine: bool
    silent: tuple[HotlineCall, ...]  # all of which an alarm about many silent calls tells
    cries: str  # who asked for help there and has not been heard since
    can_be_paged: tuple[Person, ...]
    others: tuple[Person, ...]  # coordinators
    expires_at: datetime

    @property
    def is_asked(self) -> bool:
        """Whether its owner is rung once they have been silent."""
        return owners.lapses(self.alarm)

    @property
    def promised(self) -> bool:
        """Whether the officer waits for a call."""
        return self.alarm.kind in PROMISES and self.alarm.callout is not None

    @property
    def promised_at(self) -> str | None:
        """The number at which they wait for it, as the alarm names it."""
        return self.alarm.call_back if self.promised else None


def open_alarm(tx: Transaction, context: Context, token: str, *, looks: bool = False) -> AlarmView:
    """What the link shows. Changes nothing but the audit trail, and not even that with `looks`. Raises
    `AlarmLinkOver`."""
    alarm, person, expires_at = _opened(tx, context, token)
    roster = context.roster(tx)
    detail = read_detail(tx, context, alarm.callout) if alarm.callout is not None else None
    if not looks:
        audit.write(
            tx, context.now, _actor(person), Source.LINK, AuditEvent.OPENED_LINK, alarm.callout, detail=alarm.kind.value
        )
    owner = owners.who_has(alarm, roster, context.now)
    on_it = {one.part.person for one in detail.going if one.part.is_on_it} if detail is not None else set()
    return AlarmView(
        alarm=alarm,
        person=person,
        about=roster.person(alarm.person or ""),
        detail=detail,
        call=hotline_calls.find(tx, alarm.call) if alarm.call is not None else None,
        silent=tuple(silent_calls.waiting(tx)) if tells_of_all(alarm) else (),
        cries=who_cried(alarms.of_callout(tx, alarm.callout) if alarm.callout is not None else [alarm], roster),
        owner=owner,
        mine=owner is not None and alarm.owner == person.id,
        can_be_paged=alarm_link.can_be_paged(roster, on_it | {person.id}),
        others=alarm_link.other_coordinators(roster, person),
        expires_at=expires_at,
    )


@dataclass(frozen=True, slots=True)
class AlarmEnd:
    """How an alarm that is over ended: how its call-out stands now, in words. `code` is None without a call-out.
    `to_do`: the call-out needs somebody all the same."""

    code: str | None
    words: str
    to_do: bool = False


def how_it_ended(tx: Transaction, context: Context, token: str) -> AlarmEnd | None:
    """For whoever was sent the link and opens it after the alarm; None for everybody else, and for a link that is too
    old. It shows no number and no meeting place."""
    link = links.find(tx, AlarmLink, token)
    alarm = alarms.find(tx, link.alarm) if link is not None else None
    person = context.roster(tx).person(link.person) if link is not None else None
    if link is None or alarm is None or not alarm_link.opens(link.expires_at, person, context.now, goes_on=True):
        return None
    situation = context.look(tx, alarm.callout) if alarm.callout is not None else None
    if situation is None:
        return AlarmEnd(None, "This alarm is over")
    callout = situation.callout
    stands = standing(situation, context.now)
    return AlarmEnd(callout.code, stands.words, callout.status.is_paging or stands.level is Level.ACT)


def own_by_link(tx: Transaction, context: Context, token: str) -> None:
    """They have it, unless somebody was faster: the view then says who. Raises `AlarmLinkOver`."""
    alarm, person, _ = _opened(tx, context, token)
    if alarm.owner == person.id and owners.has_owner(alarm, context.now):
        alarms.owner_acted(tx, person.id, context.now)
        return
    try:
        own_alarm.own(tx, context, alarm.id, _actor(person), Source.LINK)
    except AlarmIsOver as error:
        raise AlarmLinkOver(AlarmLinkOver.__doc__) from error
    except AlarmHasOwner:
        return


def preview_by_link(tx: Transaction, context: Context, token: str, command: ByLink) -> Preview:
    """What a command would send now and to whom; changes nothing. Raises `AlarmLinkOver` and `CommandRefused`."""
    alarm, person, _ = _opened(tx, context, token)
    return give.preview_command(tx, context, _there(alarm.callout), command, _actor(person))


def do_by_link(tx: Transaction, context: Context, token: str, command: ByLink, digest: str) -> Done | Preview:
    """Do it, if it is still what was shown. Raises `AlarmLinkOver` and `CommandRefused`."""
    alarm, person, _ = _opened(tx, context, token)
    return give.do_command(tx, context, _there(alarm.callout), command, _actor(person), digest, Source.LINK)


# ---- a call on the hotline -----------------------------------------------------------------------------------------


def see_calls(tx: Transaction, context: Context, token: str) -> list[HotlineCall]:
    """The calls that nobody has decided; one, unless the alarm is about many. Raises `AlarmLinkOver`, also for an alarm
    that is about no call."""
    alarm, _, _ = _opened(tx, context, token)
    if tells_of_all(alarm):
        return silent_calls.waiting(tx)
    return [_there(hotline_calls.find(tx, _there(alarm.call)))]


def page_now_by_link(tx: Transaction, context: Context, token: str) -> str:
    """It is a call-out, whose code is returned: somebody is paged now. Raises `AlarmLinkOver`, also once decided."""
    alarm, person, _ = _opened(tx, context, token)
    try:
        if tells_of_all(alarm):
            return decide_all.page_all(tx, context, _actor(person), Source.LINK)
        callout = take_call.page_now(tx, context, _there(alarm.call), _actor(person), Source.LINK)
    except (CallIsDecided, NoSuchCall, NoSilentCalls) as error:
        raise AlarmLinkOver(AlarmLinkOver.__doc__) from error
    record = records.find(tx, callout)
    assert record is not None, "it has just been opened"
    return record.code


def dismiss_by_link(tx: Transaction, context: Context, token: str) -> None:
    """It is no call-out. Raises `AlarmLinkOver`, also once it is decided."""
    alarm, person, _ = _opened(tx, context, token)
    try:
        if tells_of_all(alarm):
            decide_all.dismiss_all(tx, context, _actor(person), Source.LINK)
        else:
            take_call.dismiss(tx, context, _there(alarm.call), _actor(person), Source.LINK)
    except (CallIsDecided, NoSuchCall, NoSilentCalls) as error:
        raise AlarmLinkOver(AlarmLinkOver.__doc__) from error


# ---- pieces --------------------------------------------------------------------------------------------------------


def _opened(tx: Transaction, context: Context, token: str) -> tuple[Alarm, Person, datetime]:
    link = links.find(tx, AlarmLink, token)
    alarm = _that_goes_on(tx, context, link) if link is not None else None
    person = context.roster(tx).person(link.person) if link is not None else None
    if link is None or not alarm_link.opens(link.expires_at, person, context.now, goes_on=alarm is not None):
        raise AlarmLinkOver(AlarmLinkOver.__doc__)
    assert alarm is not None, "a link that opens has an alarm that goes on"
    assert person is not None, "and a person"
    return alarm, person, link.expires_at


def _that_goes_on(tx: Transaction, context: Context, link: AlarmLink) -> Alarm | None:
    """A cry for help goes on after the end of its call-out, and is over for all but whoever takes it then: they have
    somebody to ring."""
    alarm = alarms.find(tx, link.alarm)
    if alarm is None or (alarm.owner == link.person and _is_taken_after_the_end(tx, alarm)):
        return alarm
    open_ones = alarms.all_open(tx, context.now) if alarm.callout is None else alarms.of_callout(tx, alarm.callout)
    return next((one for one in open_ones if one.id == alarm.id), None)


def _is_taken_after_the_end(tx: Transaction, alarm: Alarm) -> bool:
    record = records.find(tx, alarm.callout) if alarm.callout is not None and alarm.outlives else None
    ended_at = record.ended_at if record is not None else None
    return ended_at is not None and alarm.owned_at is not None and ended_at <= alarm.owned_at


def _there(found: T | None) -> T:
    """What the link needs of its alarm. Raises `AlarmLinkOver` where there is none."""
    if found is None:
        raise AlarmLinkOver(AlarmLinkOver.__doc__)
    return found


def _actor(person: Person) -> Actor:
    return Actor(ActorKind.COORDINATOR, person.id)
