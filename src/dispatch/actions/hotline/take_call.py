"""Somebody phones the hotline. The call, and the call-out it opens, are committed before the caller hears a word."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from dispatch.actions import bridge
from dispatch.actions.apply import apply
from dispatch.actions.apply_standalone import apply_audited, end_alarms
from dispatch.actions.callout.open_callout import open_by_phone
from dispatch.actions.context import Context
from dispatch.actions.hotline import ring_back, shared_page
from dispatch.actions.our_mistakes import tell_of_mistake
from dispatch.actions.phone import exchanges, missed_calls
from dispatch.actions.phone.exchanges import Said
from dispatch.rules import deadlines
from dispatch.rules.alarms import owners, promises
from dispatch.rules.callout import duplicates, stay_away
from dispatch.rules.decisions import AlarmCoordinators, Decision, NoteKind
from dispatch.rules.facts.actors import SERVICE, STRANGER, Actor, ActorKind, AuditEvent, Source, Trust
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Details
from dispatch.rules.facts.hotline import HotlineCall, OnTheLine, RingsBack
from dispatch.rules.facts.phone_calls import Party
from dispatch.rules.facts.roster import UNLISTED
from dispatch.rules.facts.situation import Situation
from dispatch.rules.hotline import arriving, leading, menu, open_one, opening, questions, silence
from dispatch.rules.hotline.arriving import Arrives
from dispatch.rules.hotline.line import guessed
from dispatch.rules.hotline.stages import Stage
from dispatch.rules.hotline.steps import (
    Do,
    IsAbout,
    IsNew,
    MenuResult,
    SaySo,
    Speak,
    Step,
    TakeLeg,
    Trusted,
)
from dispatch.rules.phone import joining
from dispatch.rules.phone.bridge import Join, LegStep
from dispatch.rules.phone.calls import SpokenReply
from dispatch.rules.wording import alarm_answers
from dispatch.rules.wording.languages import Words
from dispatch.rules.wording.names import counted_text
from dispatch.store import nodes
from dispatch.store.access import audit
from dispatch.store.alarms import alarms
from dispatch.store.callout import involvements, others, records, timeline
from dispatch.store.delivery import pages
from dispatch.store.engine.savepoint import InternalError, apart
from dispatch.store.hotline import hotline_calls
from dispatch.store.phone import phone_calls
from dispatch.store.phone.phone_calls import CallIsAbout
from dispatch.store.transaction import Transaction

_log = structlog.get_logger("dispatch.hotline")
_OFFICER = Actor(ActorKind.OFFICER)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class InboundCall:
    """A call as the carrier handed it on. `caller` is E.164, and None when the number is withheld.

    `vouched`: the network knows that the caller has a right to the number.
    """

    carrier_id: str
    caller: str | None
    vouched: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """What the caller hears, and our id for the call, which the addresses of what follows carry."""

    call: str
    said: Said


class NoSuchCall(LookupError):
    """there is no such call"""


class CallIsDecided(ValueError):
    """what becomes of the call is decided already"""


# ---- the caller ----------------------------------------------------------------------------------------------------


def answer(tx: Transaction, context: Context, inbound: InboundCall) -> Answered:
    """A call comes in: keep it, open a call-out at once where the caller may, and greet. The same call again changes
    nothing and hears the same."""
    call = hotline_calls.known(tx, inbound.carrier_id)
    if call is None or call.is_left_to_people:  # or it went to the carrier's fallback, which has brought it back
        call = _take(tx, context, inbound, call)
    return Answered(
        call.id, exchanges.listen(tx, context, call.id, lambda *_: menu.greet(_line(tx, context, call), context.now))
    )


def press(tx: Transaction, context: Context, call_id: str, stage: Stage, keys: str) -> SpokenReply:
    """Act on the keys pressed at `stage`; `keys` is empty when the time ran out. Raises `NoSuchCall`."""
    line = _heard_from(tx, context, call_id)
    if keys and not line.call.pressed and menu.says_something(stage, keys):
        line = replace(line, call=_pressed_first(tx, context, line.call))
    if stage is not Stage.JOIN:
        line = replace(line, bridge=bridge.in_the_menu(tx, context, line.bridge, call_id))
    return _led(tx, context, line, menu.press(line, stage, keys, context.now))


def _pressed_first(tx: Transaction, context: Context, call: HotlineCall) -> HotlineCall:
    """The first key of a call: whatever it means, its caller is none of those who say nothing, and waits no
    longer than if they had called alone."""
    hotline_calls.pressed(tx, call.id)
    call = _for_an_officer(tx, context, call)
    alone = max(context.now, call.called_at + context.timings.span("hotline_unlisted"))
    if call.is_undecided and call.due_at is not None and alone < call.due_at:
        hotline_calls.put_off(tx, call.id, alone)
        call = replace(call, due_at=alone)
    return replace(call, pressed=True)


def _for_an_officer(tx: Transaction, context: Context, call: HotlineCall) -> HotlineCall:
    """A caller who shows the number of one of our people calls for an officer."""
    if not call.calls_back:
        return call
    due_at = call.due_at or context.now + context.timings.span("hotline_unlisted")
    hotline_calls.is_for_an_officer(tx, call.id, due_at)
    return replace(call, calls_back=False, due_at=due_at)


def _ring_back(tx: Transaction, context: Context, call: HotlineCall) -> None:
    """One of our people has hung up, as they were asked to, or their time is up: their phone rings, now or once it may,
    and the call is over."""
    if ring_back.ring(tx, context, call) is RingsBack.SOON:
        hotline_calls.put_off(tx, call.id, ring_back.not_before(tx, context, call))
    else:
        hotline_calls.rung_back(tx, call.id)


def resume(tx: Transaction, context: Context, call_id: str) -> SpokenReply:
    """The carrier asks what to say next on a call that is under way. Raises `NoSuchCall`."""
    return menu.resume(_heard_from(tx, context, call_id), context.now)


def stands(tx: Transaction, context: Context, call_id: str) -> SpokenReply:
    """What would be said next on a call that is under way. Changes nothing, and raises `NoSuchCall`."""
    return menu.resume(_line(tx, context, _lock(tx, call_id)), context.now)


def left(tx: Transaction, context: Context, call_id: str) -> SpokenReply:
    """What the caller hears when their conference is over. Raises `NoSuchCall`."""
    line = _heard_from(tx, context, call_id)
    return _led(tx, context, line, menu.left(line, bridge.ever_with(tx, line.bridge, call_id), context.now))


def hung_up(tx: Transaction, context: Context, carrier_id: str) -> None:
    """The call is over. If nothing has come of it, coordinators are rung. A call that we never saw is looked for."""
    call = hotline_calls.known(tx, carrier_id)
    if call is None:
        missed_calls.look_soon(tx, context)
        return
    if call.ended_at is not None:
        return
    hotline_calls.ended(tx, call.id, context.now)
    phone_calls.over(tx, call.id, context.now)
    earlier = hotline_calls.open_callouts_from(tx, call) if call.is_undecided else {}
    awaited = {code: one.received_at for code, one in earlier.items() if one.is_waited_for}
    about = arriving.wanted_news(call, awaited)
    if call.calls_back:
        _ring_back(tx, context, call)
    elif about is not None and not _line(tx, context, call).at_a_desk:
        _join(tx, context, call, about)
        again = hotline_calls.find(tx, call.id)
        if again is not None and call.held_since is None:
            _about_callout(tx, context, again, lambda *_: _told_of_drop(tx, context, again))
    elif call.is_undecided and not alarms.of_call(tx, call.id):
        _alarm(tx, context, call, arriving.alarm_undecided(call, context.now))
    if call.phone is not None:
        pages.line_is_free(tx, call.phone, context.now)


def _told_of_drop(tx: Transaction, context: Context, call: HotlineCall) -> list[Decision]:
    """Coordinators are rung, unless they have just been about such a call: a phone can be dialled and dropped without
    end."""
    alarm, since = open_one.dropped(_line(tx, context, call)), context.now - promises.RING_AGAIN
    told = alarms.told_lately(tx, AlarmKind.OFFICER_CALLS, since, callout=call.callout, call="", words=str(alarm.text))
    return [] if told else [alarm]


def _take(tx: Transaction, context: Context, inbound: InboundCall, missed: HotlineCall | None) -> HotlineCall:
    """Take a call. `missed` is its row when it came in while nobody was here to answer."""
    phone = arriving.shown(inbound.caller, context.our_numbers)
    caller = arriving.caller(context.roster(tx), phone, vouched=inbound.vouched)
    call = missed or HotlineCall(context.new_id(), phone, caller.trust, caller.agency.code, called_at=context.now)
    calls_back = arriving.shows_number_of(context.roster(tx), phone) is not None
    call = replace(call, trust=caller.trust, agency=caller.agency.code, ended_at=None, calls_back=calls_back)
    opens = arriving.arrives(call, hotline_calls.open_callouts_from(tx, call)) is Arrives.OPENS
    if not opens:
        alone = context.timings.span("hotline_unlisted")
        call = replace(call, due_at=context.now + alone)
        call = replace(call, due_at=context.now + shared_page.waits(tx, call, alone))
    if missed is None:
        hotline_calls.insert(tx, call, inbound.carrier_id)
    else:
        hotline_calls.reached(tx, call)
    if not opens:
        return call
    return _open(tx, context, call, _OFFICER, Source.VOICE, is_new=missed is None)


def _lock(tx: Transaction, call_id: str) -> HotlineCall:
    call = hotline_calls.lock(tx, call_id)
    if call is None:
        raise _no_such_call(call_id)
    return call


def _heard_from(tx: Transaction, context: Context, call_id: str) -> OnTheLine:
    """The line of a caller who is certainly on it now. Raises `NoSuchCall`."""
    hotline_calls.heard(tx, call_id, context.now)
    return _line(tx, context, _lock(tx, call_id))


def _line(tx: Transaction, context: Context, call: HotlineCall) -> OnTheLine:
    """The line as it is now."""
    situation, about = None, CallIsAbout(None, call.id)
    if call.callout is not None:
        situation, about = context.lock(tx, call.callout), CallIsAbout(call.callout)
        assert situation is not None, "a call names a call-out"
    earlier = hotline_calls.open_callouts_from(tx, call)
    bridged = phone_calls.bridge(tx, about, context.now)
    awaited = tuple(code for code, one in earlier.items() if one.is_waited_for)
    rings_back = ring_back.rings_back(tx, context, call) if call.calls_back else None
    return OnTheLine(
        *(call, context.roster(tx), situation, tuple(earlier), bridged, context.dials),
        bound=not call.has_opened and _is_bound(tx, call),
        wrong_codes=hotline_calls.wrong_codes_from(tx, call.phone, context.now - _HOUR),
        awaited=awaited,
        rings_back=rings_back,
    )


def _is_bound(tx: Transaction, call: HotlineCall) -> bool:
    crowd = hotline_calls.crowd(tx, call, call.called_at - arriving.FLOOD_WITHIN)
    return arriving.is_bound(call.trust, from_number=crowd.from_number, of_all_unlisted=crowd.of_all_unlisted)


def _tell_of_guesses(tx: Transaction, context: Context) -> None:
    told = guessed(hotline_calls.wrong_codes_of_all(tx, context.now - _HOUR))
    if told and nodes.take_job_lock(tx, "codes guessed", context.now, context.now + _HOUR, at_once=True):
        apply_audited(tx, context, AuditEvent.CALLED_HOTLINE, told, STRANGER, Source.VOICE)


# ---- what a key has led to -----------------------------------------------------------------------------------------


def _led(tx: Transaction, context: Context, line: OnTheLine, led: MenuResult) -> SpokenReply:
    """Do the steps, each on the call as the one before has left it. What is said next fits the line as it then is."""
    for step in led.steps:
        _do(tx, context, _lock(tx, line.call.id), step)
    now_is = _line(tx, context, _lock(tx, line.call.id)) if led.steps else line
    return led.then(now_is, context.now)


def _do(tx: Transaction, context: Context, call: HotlineCall, step: Step) -> None:
    match step:
        case Do.OPEN_CALLOUT:
            if not call.has_opened:
                _open(tx, context, call, _OFFICER, Source.VOICE)
        case SaySo(changes):
            _keep_answer(tx, context, call, changes)
        case Speak(language):
            hotline_calls.speaks(tx, call.id, language)
        case Trusted(trust, agency):
            hotline_calls.trusted(tx, call.id, trust, agency.code)
            if not call.again:
                _about_callout(tx, context, call, lambda about, _now: opening.believe(about, trust, agency.code))
        case Do.PUT_OFF:
            if call.due_at is not None:
                hotline_calls.put_off(tx, call.id, context.now + context.timings.span("hotline_unlisted"))
        case Do.COUNT_WRONG:
            hotline_calls.went_wrong(tx, call.id, call.tries + 1, context.now)
            _tell_of_guesses(tx, context)
        case IsAbout(code):
            _join(tx, context, call, code)
        case IsNew(due_at):
            hotline_calls.is_new(tx, call.id, due_at)
        case Do.BEGIN_HOLD:
            _for_an_officer(tx, context, call)
            hotline_calls.held(tx, call.id, context.now)
        case Do.END_HOLD:
            hotline_calls.held(tx, call.id, None)
        case Do.HAVE_MOVED:
            _have_moved(tx, context, call)
        case Do.RING_BACK:
            ring_back.ring(tx, context, call)
        case TakeLeg(leg):
            _bridge(tx, context, call, leg)
        case AlarmCoordinators():
            _alarm(tx, context, call, step)


def _have_moved(tx: Transaction, context: Context, call: HotlineCall) -> None:
    """Once a minute at most: a key can be pressed without end."""
    if call.callout is None:
        return
    told = timeline.told_since(tx, call.callout, NoteKind.MOVED, context.now - leading.SAME_AGAIN)
    # What lies further ahead was told by a clock that was set back since.
    if not any(abs(context.now - at) < leading.SAME_AGAIN for at, _ in told):
        _about_callout(tx, context, call, stay_away.may_have_moved)


def _bridge(tx: Transaction, context: Context, call: HotlineCall, leg: LegStep) -> None:
    if call.ended_at is not None:  # the key comes after the hang-up
        return
    bridge.take(tx, context, call.id, None, leg, CallIsAbout(call.callout, call.id))
    if isinstance(leg, Join) and leg.others:
        _joined(tx, context, call, leg)


def _joined(tx: Transaction, context: Context, call: HotlineCall, leg: Join) -> None:
    """The caller is joined with whoever waited for them; with a coordinator, a promise to ring them is kept."""
    on_it = phone_calls.bridge(tx, CallIsAbout(call.callout, call.id), context.now)
    with_coordinator = any(one.id in leg.others and one.party is Party.COORDINATOR for one in on_it.legs)

    def decide(about: Situation, _now: datetime) -> list[Decision]:
        doubtful = call.trust.is_unverified and not about.callout.is_unverified
        kept = promises.spoken(about.alarms, about.roster, doubtful=doubtful) if with_coordinator else ()
        return [joining.ARE_JOINED, *kept]

    _about_callout(tx, context, call, decide)
    if with_coordinator and call.callout is None:
        promised = [alarm for alarm in alarms.of_call(tx, call.id) if alarm.kind in promises.PROMISES]
        words = alarm_answers.alarm_over_rang("hotline", goes_on=False)
        end_alarms(tx, context, promised, lambda _: words)


def _open(
    tx: Transaction,
    context: Context,
    call: HotlineCall,
    by: Actor,
    source: Source,
    *,
    is_new: bool = False,
    silent: bool = False,
) -> HotlineCall:
    """The call-out of this call opens, on the word of `by`; coordinators need not decide any more. About a new call
    nobody has been asked, and nobody is on its bridge. `silent`: nobody knows what its caller wants."""
    said = Details(call.phone or "", hotline_called_at=call.called_at)
    agency = context.roster(tx).caller(call.agency) or UNLISTED  # it may have left the roster since
    sharing = 0 if silent else None
    opened = open_by_phone(tx, context, agency.code, said, call.trust, by, source, sharing=sharing)
    hotline_calls.opened(tx, call.id, opened.record.id)
    if not is_new:
        phone_calls.has_callout(tx, call.id, opened.record.id)
        _decided(tx, context, call, alarm_answers.alarm_over_call(opened.record.code, opened=True), by)
        _promised_before(tx, context, replace(call, callout=opened.record.id))
    return replace(call, callout=opened.record.id, due_at=None)


def _promised_before(tx: Transaction, context: Context, call: HotlineCall) -> None:
    """What the caller was promised while their call had no call-out is kept by a deadline of it from now on."""
    promised = [alarm for alarm in alarms.of_call(tx, call.id) if alarm.kind in promises.PROMISES]
    if promised:
        _about_callout(tx, context, call, lambda _, now: promises.stands(promised, now))


def _decided(
    tx: Transaction, context: Context, call: HotlineCall, words: Words, by: Actor, code: str | None = None
) -> None:
    """Stop the phones that ring to ask coordinators what the call is, and tell whoever was asked what it is. `code` is
    that of a call-out which was open already."""
    shared_page.end_alarm_if_decided(tx, context, by, code)
    asking = [alarm for alarm in alarms.of_call(tx, call.id) if owners.asks_about_call(alarm)]
    who = owners.owner_called(by.id, context.roster(tx)) if by.id else None
    end_alarms(tx, context, asking, lambda _: words, who)


def _keep_answer(tx: Transaction, context: Context, call: HotlineCall, changes: Mapping[str, Any]) -> None:
    record = records.find(tx, call.callout) if call.callout is not None else None
    # It ended while they listened; or it is another caller's, and only whoever opened it says more about it.
    if record is None or not record.status.is_open or call.again:
        return
    before = record.details

    def changed(situation: Situation, now: datetime) -> list[Decision]:
        kept = questions.keep_answer(situation, before, changes, now)
        phone, place = changes.get("officer_phone"), changes.get("place_address")
        if not kept or (phone is None and place is None):
            return kept
        about, since = situation.callout, now - duplicates.SAME_WITHIN
        alike = others.said_the_same(tx, about.id, about.agency, phone, place, since)
        return [*kept, *duplicates.comes_out(situation, alike, now)]

    _about_callout(tx, context, call, changed)


def _join(tx: Transaction, context: Context, call: HotlineCall, code: str) -> None:
    """The call is about a call-out that was open already."""
    known = involvements.by_code(tx, code)
    if known is None or call.callout is not None:
        return
    is_counted(tx, context, call, code, known.callout, _OFFICER)
    about = replace(call, callout=known.callout, again=True)
    _about_callout(tx, context, about, lambda _situation, _now: [open_one.CALLED_AGAIN])


def is_counted(tx: Transaction, context: Context, call: HotlineCall, code: str, callout: str, by: Actor) -> None:
    """The call is about this call-out from now on, and so is whoever waits for its caller: coordinators need not decide
    any more."""
    hotline_calls.is_about(tx, call.id, callout)
    phone_calls.has_callout(tx, call.id, callout)
    _promised_before(tx, context, replace(call, callout=callout))
    _decided(tx, context, call, alarm_answers.alarm_over_call(code, opened=False), by, code)


def _alarm(tx: Transaction, context: Context, call: HotlineCall, alarm: AlarmCoordinators) -> None:
    """Alarm coordinators about the call's call-out, or about the call itself while it has none. The same is told once a
    minute at most: a key can be pressed without end."""
    since = context.now - leading.SAME_AGAIN
    words = alarm.text if alarm.kind in promises.PROMISES else None  # an undecided call's say how many seconds are left
    if alarms.told_lately(tx, alarm.kind, since, callout=call.callout, call=call.id, words=words):
        if alarm.promise is not None:  # it may have been told without one
            _about_callout(tx, context, call, lambda about, now: promises.stands(about.alarms, now))
        return
    if call.callout is None and arriving.may_be_one_of_many(alarm) and shared_page.is_one_of_many(tx, call):
        shared_page.tell_of_all(tx, context)
        return
    if call.callout is None and arriving.may_be_one_of_many(alarm) and _is_flood(tx, context):
        _log.warning("one of many undecided calls rings nobody", call=call.id)
        return
    if call.callout is None:
        alarm = replace(alarm, call=call.id)
        if alarm.promise is not None and promises.shares_ring(call.trust):
            alarm = promises.quietly(alarm, alarms.promised_to_unlisted(tx, context.now), context.now)
        apply_audited(tx, context, AuditEvent.CALLED_HOTLINE, [alarm], _OFFICER, Source.VOICE)
    else:
        _about_callout(tx, context, call, lambda _situation, _now: [alarm])


def _is_flood(tx: Transaction, context: Context) -> bool:
    """Whether coordinators have just been rung about one of many callers who said nothing."""
    told = alarms.times_told(tx, AlarmKind.UNDECIDED_CALL, context.now - arriving.FLOOD_WITHIN)
    return arriving.rings_of_flood_are_enough(told, context.now)


def _about_callout(
    tx: Transaction,
    context: Context,
    call: HotlineCall,
    rule: Callable[[Situation, datetime], list[Decision]],
) -> None:
    situation = context.lock(tx, call.callout) if call.callout is not None else None
    if situation is not None:
        apply(tx, context, situation, rule(situation, context.now), _OFFICER, Source.VOICE)


# ---- for coordinators ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallSeen:
    """A call as coordinators see it. `phone` is null where it was withheld; `code` and `callout` are those of the
    call-out that it opened, or that it is `again` about. Until it has one, it opens one by itself at `due_at`, unless a
    coordinator has dismissed it; with `calls_back` it opens none, and whoever of ours has the number is rung back."""

    id: str
    called_at: datetime
    phone: str | None
    trust: Trust
    agency: str
    callout: str | None
    code: str | None
    again: bool
    calls_back: bool
    due_at: datetime | None
    dismissed_at: datetime | None
    dismissed_by: str | None


def list_calls(tx: Transaction, context: Context, most: int, by: Actor, source: Source) -> list[CallSeen]:
    """The newest first, with what came of each; writes the audit trail."""
    found = hotline_calls.newest(tx, most)
    audit.write(tx, context.now, by, source, AuditEvent.LISTED_CALLS, detail=counted_text(len(found), "call"))
    return [_seen(tx, call) for call in found]


def see_call(tx: Transaction, _context: Context, call_id: str) -> CallSeen:
    """What came of one call. Raises `NoSuchCall`."""
    call = hotline_calls.find(tx, call_id)
    if call is None:
        raise _no_such_call(call_id)
    return _seen(tx, call)


def _seen(tx: Transaction, call: HotlineCall) -> CallSeen:
    record = records.find(tx, call.callout) if call.callout is not None else None
    known = {field.name: getattr(call, field.name) for field in fields(CallSeen) if field.name != "code"}
    return CallSeen(**known, code=record.code if record is not None else None)


def _no_such_call(call_id: str) -> NoSuchCall:
    return NoSuchCall(f"there is no hotline call {call_id}")


# ---- by itself, or by a coordinator --------------------------------------------------------------------------------


def open_due(tx: Transaction, context: Context, most: int = 20) -> int:
    """Open the call-outs of calls that nobody has decided in time, or have them join one. One that fails is put off,
    and holds up no other. Returns how many there were."""
    opened = 0
    for call in hotline_calls.due(tx, context.now, most):
        try:
            with apart(tx):
                _page_by_itself(tx, context, call)
                opened += 1
        except InternalError as mistake:
            # A mistake of ours. It must neither stop the others nor be forgotten.
            again = deadlines.AFTER_A_CONFLICT if mistake.conflict else deadlines.AFTER_A_FAULT
            _log.exception("hotline call failed to open", call=call.id)
            hotline_calls.put_off(tx, call.id, context.now + again)
            if not mistake.conflict:  # another node may have drawn the same code, as happens in every storm
                tell_of_mistake(tx, context, None)
    return opened


def _page_by_itself(tx: Transaction, context: Context, call: HotlineCall) -> None:
    """Nobody has decided in time."""
    if call.calls_back:
        _ring_back(tx, context, call)
        return
    if (callout := shared_page.joins(tx, call)) is not None:
        join(tx, context, call, callout, SERVICE, Source.CLOCK)
    else:
        open_silent(tx, context, call, SERVICE, Source.CLOCK)


def open_silent(tx: Transaction, context: Context, call: HotlineCall, by: Actor, source: Source) -> str:
    """It opens a call-out of its own, of which others may share the page; returns its id."""
    callout = _open(tx, context, call, by, source, silent=silence.is_silent(call)).callout
    assert callout is not None, "it has just been opened"
    return callout


def join(tx: Transaction, context: Context, call: HotlineCall, callout: str, by: Actor, source: Source) -> None:
    """A silent call is in the page of this call-out from now on."""
    record = records.find(tx, callout)
    assert record is not None, "a call joins a call-out that is open"
    is_counted(tx, context, call, record.code, callout, by)
    shared_page.count_again(tx, context, callout, by, source)


def page_now(tx: Transaction, context: Context, call_id: str, by: Actor, source: Source) -> str:
    """The coordinator `by` says that it is a call-out; a dismissed call may still become one for an hour. Returns the
    id of the call-out. Raises `NoSuchCall` and `CallIsDecided`."""
    call = _lock(tx, call_id)
    if call.callout is not None or not arriving.can_still_open(call, context.now):
        raise CallIsDecided("what becomes of this call is decided already")
    callout = _open(tx, context, call, by, source).callout
    assert callout is not None, "it has just been opened"
    audit.write(tx, context.now, by, source, AuditEvent.OPENED_BY_HAND, callout, detail="a call on the hotline")
    return callout


def see(tx: Transaction, _context: Context, call_id: str) -> HotlineCall:
    """A call that nobody has decided yet. Raises `NoSuchCall`."""
    call = hotline_calls.find(tx, call_id)
    if call is None or not call.is_undecided:
        raise _no_such_call(call_id)
    return call


def dismiss(tx: Transaction, context: Context, call_id: str, by: Actor, source: Source) -> None:
    """The coordinator `by` says that it is no call-out. Saying so again changes nothing. Raises `NoSuchCall`, and
    `CallIsDecided` once it has one."""
    call = _lock(tx, call_id)
    if call.callout is not None:
        raise CallIsDecided("this call has opened a call-out; cancel that if nobody is needed")
    roster = context.roster(tx)
    words = alarm_answers.alarm_over_no_callout(roster.first_name_of(owners.owner_called(str(by.id), roster)))
    if call.dismissed_at is not None:
        _decided(tx, context, call, words, by)
        return
    hotline_calls.dismissed(tx, call.id, str(by.id), context.now)
    _decided(tx, context, call, words, by)
    audit.write(tx, context.now, by, source, AuditEvent.DISMISSED_CALL, detail="a call on the hotline is no call-out")
