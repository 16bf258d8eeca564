"""A paged person picked up, or pressed a key: load what the call is about, ask `rules/phone/paged_call.py`, apply."""

from dataclasses import replace
from datetime import timedelta

from dispatch.actions import bridge
from dispatch.actions.apply import apply
from dispatch.actions.apply_standalone import apply_audited
from dispatch.actions.context import Context
from dispatch.actions.delivery.record_news import told_of_others
from dispatch.actions.hotline import take_call
from dispatch.actions.people import verify_number
from dispatch.rules.alarms import promises
from dispatch.rules.decisions import AlarmCoordinators, DecideCall, StandaloneDecision
from dispatch.rules.delivery import page_life
from dispatch.rules.facts.actors import STRANGER, Actor, ActorKind, AuditEvent, Source
from dispatch.rules.facts.alarms import Alarm
from dispatch.rules.facts.pages import Page
from dispatch.rules.facts.phone_calls import PagedCall, PagedStage
from dispatch.rules.facts.situation import Situation
from dispatch.rules.people import number_texts
from dispatch.rules.phone import paged_call
from dispatch.rules.phone.calls import Pressed, SpokenReply
from dispatch.rules.wording import spoken
from dispatch.store.alarms import alarms
from dispatch.store.callout import deadlines, own_rows
from dispatch.store.delivery import pages
from dispatch.store.delivery.pages import PageRecord
from dispatch.store.hotline import hotline_calls
from dispatch.store.phone import phone_calls
from dispatch.store.phone.phone_calls import CallIsAbout
from dispatch.store.transaction import Transaction

_NOT_KNOWN = SpokenReply((spoken.NOT_KNOWN,))


def pick_up(tx: Transaction, context: Context, page_id: str) -> SpokenReply:
    """What the person hears on picking up. Changes nothing."""
    loaded = _load(tx, context, page_id)
    return paged_call.greet(loaded[0], context.now) if loaded else _NOT_KNOWN


def press(tx: Transaction, context: Context, page_id: str, stage: PagedStage, keys: str) -> SpokenReply:
    """Act on the keys pressed at `stage`; `keys` is empty when the time ran out."""
    loaded = _load(tx, context, page_id)
    if loaded is None:
        _tell_of_former(tx, context, page_id, keys)
        return _NOT_KNOWN
    call, about = loaded
    if stage not in {PagedStage.JOIN, PagedStage.JOINING}:
        call = replace(call, bridge=bridge.in_the_menu(tx, context, call.bridge, page_id))
    pressed = paged_call.press(call, stage, keys, context.now)
    if pressed.decides is not None and not _decide(tx, context, call, pressed.decides):
        pressed = Pressed(SpokenReply((spoken.DECIDED_ALREADY,)), answers=True)
    if pressed.answers:
        pages.done(tx, page_id, context.now)
        if page_life.may_ring(call.page):  # the carrier's word that it was picked up may come after the key
            told_of_others(tx, context, call.page)
    if pressed.verifies:
        verify_number.key_pressed(tx, context, call.page.to)
    _take_leg(tx, context, call, pressed, about)
    if pressed.decisions:
        by = Actor(stage.pressed_by, call.person.id) if call.person is not None else Actor(ActorKind.OFFICER)
        if call.situation is not None:
            # Read again: this call, and those that it has told of, are over by now.
            own = own_rows.look(tx, call.situation.callout.id)
            assert own is not None, "it is locked"
            apply(tx, context, own, pressed.decisions, by, Source.VOICE)
        else:
            standalone = [step for step in pressed.decisions if isinstance(step, StandaloneDecision)]
            apply_audited(tx, context, AuditEvent.PRESSED_KEY, standalone, by, Source.VOICE)
    if keys and call.person is not None and call.person.is_coordinator:
        # Last: it locks rows of call-outs that this key is not about.
        alarms.owner_acted(tx, call.person.id, context.now)
    return pressed.heard


def _tell_of_former(tx: Transaction, context: Context, page_id: str, keys: str) -> None:
    """A key on a phone that is somebody's no longer takes nothing, and coordinators read of it."""
    page = pages.find(tx, page_id)
    person = context.roster(tx).person(page.fact.person) if page is not None and page.fact.person else None
    if page is not None and person is not None and keys:
        said = number_texts.formerly(person.name, page.fact.to, f"key {keys}")
        apply_audited(tx, context, AuditEvent.PRESSED_KEY, [AlarmCoordinators(said)], STRANGER, Source.VOICE)


def left(tx: Transaction, context: Context, page_id: str) -> SpokenReply:
    """What the person hears when their conference is over."""
    loaded = _load(tx, context, page_id)
    if loaded is None:
        return _NOT_KNOWN
    call, about = loaded
    pressed = paged_call.left(call, bridge.ever_with(tx, call.bridge, page_id), context.now)
    _take_leg(tx, context, call, pressed, about)
    return pressed.heard


def _take_leg(tx: Transaction, context: Context, call: PagedCall, pressed: Pressed, about: CallIsAbout) -> None:
    if pressed.leg is not None:
        bridge.take(tx, context, call.page.id, call.page.person, pressed.leg, about)


def _about(tx: Transaction, page: Page, situation: Situation | None) -> CallIsAbout:
    """What the phones of the bridge have in common that this one is in or may join. The hotline call of an alarm may
    have opened its call-out since; it is locked, as everywhere, before what it leads to."""
    if situation is not None:
        return CallIsAbout(situation.callout.id)
    alarm = alarms.find(tx, page.alarm) if page.alarm is not None else None
    call = hotline_calls.lock(tx, alarm.call) if alarm is not None and alarm.call is not None else None
    if call is None:
        return CallIsAbout(None)
    return CallIsAbout(call.callout, None if call.callout is not None else call.id)


def _decide(tx: Transaction, context: Context, call: PagedCall, decision: DecideCall) -> bool:
    """A coordinator has said what a hotline call is; returns whether they were the first."""
    assert call.person is not None, "nobody else is asked"
    by = Actor(ActorKind.COORDINATOR, call.person.id)
    try:
        if decision.is_callout:
            take_call.page_now(tx, context, decision.call, by, Source.VOICE)
        else:
            take_call.dismiss(tx, context, decision.call, by, Source.VOICE)
    except take_call.CallIsDecided:
        return False
    return True


def _load(tx: Transaction, context: Context, page_id: str) -> tuple[PagedCall, CallIsAbout] | None:
    """Whoever has picked up, and what the phones of the bridge have in common that theirs is in or may join."""
    known = pages.find(tx, page_id)
    if known is None:
        return None
    situation = context.lock(tx, known.callout) if known.callout else None
    person = context.roster(tx).person(known.fact.person) if known.fact.person else None
    if person is not None and person.phone != known.fact.to:
        return None  # the number is theirs no longer: whoever has found the phone hears nothing
    about = _about(tx, known.fact, situation)  # before the alarm is locked: a caller's key locks in this order
    found = situation.alarms if situation is not None else ()
    if situation is None or not situation.callout.is_open:
        by_itself = _standalone(tx, context, known.fact)
        # What is told after a call-out's end stands by itself (`owners.told_about`).
        found, situation = (by_itself, None) if by_itself else (found, situation)
    on_the_phone = phone_calls.bridge(tx, about, context.now)
    waiting = _waiting(tx, context, known)
    verifies = verify_number.at(tx, context, known.fact.to) if known.fact.purpose.verifies else None
    facts = (known.fact, person, situation, context.roster(tx), found, on_the_phone, waiting, verifies)
    unconfirmed = situation is not None and bool(situation.details.place_unconfirmed)
    place_open: str = (
        promises.said_of_place(deadlines.of_callout(tx, known.callout)) if unconfirmed and known.callout else ""
    )
    return PagedCall(*facts, was=_over(tx, known.fact, found), place_open=place_open), about


def _over(tx: Transaction, page: Page, open_ones: tuple[Alarm, ...]) -> Alarm | None:
    """The alarm of a page that is over."""
    if page.alarm is None or any(alarm.id == page.alarm for alarm in open_ones):
        return None
    return alarms.find(tx, page.alarm)


_LATELY = timedelta(hours=1)


def _waiting(tx: Transaction, context: Context, page: PageRecord) -> int:
    """What else waits for whoever picks up: one call tells of a burst."""
    since = context.now - _LATELY
    if page.asks_for is not None and page.fact.person is not None:
        return pages.other_callouts(tx, page.fact.person, page.asks_for, since)
    return alarms.others_free(tx, page.fact.alarm, since) if page.fact.alarm is not None else 0


def _standalone(tx: Transaction, context: Context, page: Page) -> tuple[Alarm, ...]:
    return tuple(alarms.standalone(tx, page.alarm, context.now)) if page.alarm is not None else ()
