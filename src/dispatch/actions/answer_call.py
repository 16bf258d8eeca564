"""A paged person picked up, or pressed a key: load what the call is about, ask `rules.paged_call`, apply."""

from dataclasses import replace

from dispatch.actions import bridge, hotline
from dispatch.actions.apply import apply
from dispatch.actions.desk import Desk
from dispatch.actions.stray import apply_deed
from dispatch.rules import paged_call
from dispatch.rules.calls import Heard, Pressed
from dispatch.rules.decisions import DecideCall, StrayDecision
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.rules.facts.alarms import Alarm
from dispatch.rules.facts.callout import Details
from dispatch.rules.facts.loaded import Loaded
from dispatch.rules.facts.paged_call import PagedCall, Stage
from dispatch.rules.facts.pages import Page
from dispatch.rules.facts.situation import Situation
from dispatch.rules.paged_call import GOODBYE
from dispatch.rules.wording import spoken
from dispatch.store import alarms, callout_records, callouts, hotline_calls, pages, phone_calls
from dispatch.store.audit import Deed
from dispatch.store.phone_calls import About
from dispatch.store.transaction import Transaction


def pick_up(tx: Transaction, desk: Desk, page_id: str) -> Heard:
    """What the person hears on picking up. Changes nothing."""
    loaded = _load(tx, desk, page_id)
    return paged_call.greet(loaded[0], desk.now) if loaded else GOODBYE


def press(tx: Transaction, desk: Desk, page_id: str, stage: Stage, keys: str) -> Heard:
    """Act on the keys pressed at `stage`; `keys` is empty when the time ran out."""
    loaded = _load(tx, desk, page_id)
    if loaded is None:
        return GOODBYE
    call, about = loaded
    if stage not in {Stage.JOIN, Stage.JOINING}:
        call = replace(call, bridge=bridge.in_the_menu(tx, desk, call.bridge, page_id))
    if paged_call.needs_details(call, stage, keys):
        call = replace(call, details=Loaded(_details(tx, call)))
    pressed = paged_call.press(call, stage, keys, desk.now)
    if pressed.decides is not None and not _decide(tx, desk, call, pressed.decides):
        pressed = Pressed(Heard((spoken.decided_already(),)), answers=True)
    if pressed.answers:
        pages.done(tx, page_id, desk.now)
    _take_leg(tx, desk, call, pressed, about)
    if pressed.decisions:
        by = Actor(stage.pressed_by, call.person.id) if call.person is not None else Actor(ActorKind.OFFICER)
        if call.situation is not None:
            apply(tx, desk, call.situation.callout, pressed.decisions, by, Source.VOICE)
        else:
            strays = [step for step in pressed.decisions if isinstance(step, StrayDecision)]
            apply_deed(tx, desk, Deed.PRESSED_KEY, strays, by, Source.VOICE)
    return pressed.heard


def left(tx: Transaction, desk: Desk, page_id: str) -> Heard:
    """What the person hears whose conference is over for them."""
    loaded = _load(tx, desk, page_id)
    if loaded is None:
        return GOODBYE
    call, about = loaded
    pressed = paged_call.left(call, bridge.ever_with(tx, call.bridge, page_id), desk.now)
    _take_leg(tx, desk, call, pressed, about)
    return pressed.heard


def _take_leg(tx: Transaction, desk: Desk, call: PagedCall, pressed: Pressed, about: About) -> None:
    if pressed.leg is not None:
        bridge.take(tx, desk, call.page.id, call.page.person, pressed.leg, about)


def _about(tx: Transaction, page: Page, situation: Situation | None) -> About:
    """What the phones of a bridge have in common that this one is in, or may come into. A call that an alarm is about
    may have opened its call-out since; it is locked, as everywhere before what it leads to."""
    if situation is not None:
        return About(situation.callout.id)
    alarm = alarms.find(tx, page.alarm) if page.alarm is not None else None
    call = hotline_calls.lock(tx, alarm.call) if alarm is not None and alarm.call is not None else None
    if call is None:
        return About(None)
    return About(call.callout, None if call.callout is not None else call.id)


def _decide(tx: Transaction, desk: Desk, call: PagedCall, decision: DecideCall) -> bool:
    """A coordinator has said what a call on the hotline is; whether they were the first."""
    assert call.person is not None, "nobody else is asked"
    by = Actor(ActorKind.COORDINATOR, call.person.id)
    try:
        if decision.is_callout:
            hotline.page_now(tx, desk, decision.call, by, Source.VOICE)
        else:
            hotline.dismiss(tx, desk, decision.call, by, Source.VOICE)
    except hotline.CallIsDecided:
        return False
    return True


def _load(tx: Transaction, desk: Desk, page_id: str) -> tuple[PagedCall, About] | None:
    """Whoever has picked up, and what the phones of a bridge have in common that theirs may come into."""
    known = pages.find(tx, page_id)
    if known is None:
        return None
    callout = callouts.lock(tx, known.callout) if known.callout else None
    person = desk.roster(tx).person(known.fact.person) if known.fact.person else None
    situation = desk.with_alarms(tx, desk.situation(tx, callout)) if callout else None
    about = _about(tx, known.fact, situation)  # before the alarm is locked: a caller's key takes them in this order
    found = situation.alarms() if situation is not None else _stray(tx, desk, known.fact)
    on_the_phone = phone_calls.bridge(tx, about, desk.now)
    return PagedCall(known.fact, person, situation, desk.roster(tx), found, on_the_phone), about


def _stray(tx: Transaction, desk: Desk, page: Page) -> tuple[Alarm, ...]:
    return tuple(alarms.stray(tx, page.alarm, desk.now)) if page.alarm is not None else ()


def _details(tx: Transaction, call: PagedCall) -> Details:
    assert call.situation is not None
    record = callout_records.find(tx, call.situation.callout.id)
    assert record is not None, "it is locked"
    return record.details
