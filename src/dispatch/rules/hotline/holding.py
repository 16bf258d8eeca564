"""On hold: a loop of ours with the news, its keys, and the promise in which it ends (`rules/alarms/promises.py`). From
there a caller is joined with somebody who wants to speak with them."""

from datetime import datetime

from dispatch.rules.facts.hotline import OnTheLine
from dispatch.rules.facts.phone_calls import Party
from dispatch.rules.hotline.leading import after_opening, begin_hold, go, hold, ring
from dispatch.rules.hotline.line import (
    HOLD_AT_MOST,
    after_join,
    can_be_rung,
    can_be_texted,
    has_ended,
    is_at_another_phone,
    is_counted,
    is_open,
    is_over_bound,
    texts_fail,
)
from dispatch.rules.hotline.news import news, next_text
from dispatch.rules.hotline.opening import send
from dispatch.rules.hotline.stages import EndCall, EnterConference, GoToStage, KeyAction, Next, Stage
from dispatch.rules.hotline.steps import Do, TakeLeg
from dispatch.rules.phone import bridge
from dispatch.rules.wording import hotline as words
from dispatch.rules.wording.languages import Words


def say_news(line: OnTheLine, now: datetime) -> Words:
    if line.situation is None or is_counted(line):
        return words.TOO_MANY_ON_HOLD if is_over_bound(line) else words.COORDINATOR_DECIDES
    return words.joined(news(line, now), words.hold_keys(can_be_texted(line)))


def wait_on(line: OnTheLine, _keys: str, now: datetime) -> KeyAction:
    held, about = line.call.held_since, line.situation
    if bridge.waiting(line.bridge, now):  # somebody wants to speak with them: they are asked once more
        return KeyAction(go(Stage.JOIN))
    if held is not None and about is not None and not line.call.again and about.callout.received_at > held:
        # It opened while they held: now they hear the code, and are asked what they know.
        return KeyAction(after_opening, (Do.END_HOLD,))
    if held is not None and now - held >= HOLD_AT_MOST and is_open(line) and can_be_rung(line):
        return KeyAction(lambda _line, _now: EndCall(()), (ring(line, "was promised a call", words.RING_BACK),))
    return KeyAction(hold, begin_hold(line))


def text_me(line: OnTheLine, keys: str, now: datetime) -> KeyAction:
    """The key ends nothing: a late answer to the last question may be the same key, and so is a late "send now". It was
    offered before we learnt that no text reaches them: they hear how the news does."""
    if line.situation is None or is_counted(line):
        return send(line, keys, now)
    if has_ended(line):
        return KeyAction(hold)
    texted = next_text(line)
    if texted is not None:
        return KeyAction(go(Stage.HOLD, words.we_text_you(texted)))
    learnt = texts_fail(line.situation) and not is_at_another_phone(line)
    return KeyAction(go(Stage.HOLD, words.may_hang_up(None, can_be_rung(line)) if learnt else words.WRONG_KEY))


# ---- joined with somebody ------------------------------------------------------------------------------------------


def say_who_waits(line: OnTheLine, now: datetime) -> Words:
    waiting = bridge.waiting(line.bridge, now)
    return words.somebody_waits(any(leg.party is Party.SPECIALIST for leg in waiting))


def join(line: OnTheLine, _keys: str, now: datetime) -> KeyAction:
    joined = bridge.accept(line.bridge, line.call.id, now)
    return KeyAction(_joined, (TakeLeg(joined),) if joined is not None else ())


def not_joined(line: OnTheLine, keys: str, now: datetime) -> KeyAction:
    stage = after_join(line)
    return wait_on(line, keys, now) if stage is Stage.HOLD else KeyAction(go(stage))


def _joined(line: OnTheLine, _now: datetime) -> Next:
    mine = line.bridge.leg(line.call.id)
    if mine is None or mine.conference is None:  # they hung up, or another officer was faster
        return GoToStage(after_join(line), (words.NOBODY_WAITS,))
    return EnterConference(mine.conference)


def left(line: OnTheLine, were: int) -> KeyAction:
    """The caller's conference is over for them; `were` counts everybody who was in it. The others talk on, or the
    caller goes on where they were. Talking is not time on hold: the 15 minutes restart."""
    after = bridge.after_conference(line.bridge, line.call.id, were)
    if isinstance(after, bridge.Join):
        return KeyAction(_joined, (TakeLeg(after),))
    return KeyAction(
        _after_conference, (TakeLeg(after), *((Do.BEGIN_HOLD,) if line.call.held_since is not None else ()))
    )


def _after_conference(line: OnTheLine, _now: datetime) -> Next:
    if line.situation is not None and not line.situation.callout.is_open:
        return EndCall((words.OTHER_SIDE_LEFT, words.OVER))
    return GoToStage(after_join(line), (words.OTHER_SIDE_LEFT,))
