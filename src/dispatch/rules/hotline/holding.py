"""On hold: a loop of ours with the news, its keys, and the promise in which it ends (`rules/alarms/promises.py`)."""

from datetime import datetime

from dispatch.rules.facts.hotline import OnTheLine
from dispatch.rules.hotline.leading import after_opening, begin_hold, go, hold, ring
from dispatch.rules.hotline.line import (
    HOLD_AT_MOST,
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
from dispatch.rules.hotline.stages import Ends, Leads, Stage
from dispatch.rules.hotline.steps import EndHold
from dispatch.rules.phone import bridge
from dispatch.rules.wording import hotline as words
from dispatch.rules.wording.languages import Words


def say_news(line: OnTheLine, now: datetime) -> Words:
    if line.situation is None or is_counted(line):
        return words.too_many_on_hold() if is_over_bound(line) else words.undecided()
    return words.joined(news(line, now), words.hold_keys(can_be_texted(line)))


def wait_on(line: OnTheLine, _keys: str, now: datetime) -> Leads:
    held, about = line.call.held_since, line.situation
    if bridge.waiting(line.bridge, now):  # somebody wants to speak with them: they are asked once more
        return Leads(go(Stage.JOIN))
    if held is not None and about is not None and not line.call.again and about.callout.received_at > held:
        # It opened while they held: now they hear the code, and are asked what they know.
        return Leads(after_opening, (EndHold(),))
    if held is not None and now - held >= HOLD_AT_MOST and is_open(line) and can_be_rung(line):
        return Leads(lambda _line, _now: Ends(()), (ring(line, "was promised a call", words.ring_back()),))
    return Leads(hold, begin_hold(line))


def text_me(line: OnTheLine, keys: str, now: datetime) -> Leads:
    """The key ends nothing: a late answer to the last question may be the same key, and so is a late "send now". It was
    offered before we learnt that no text reaches them: they hear how the news does."""
    if line.situation is None or is_counted(line):
        return send(line, keys, now)
    if has_ended(line):
        return Leads(hold)
    texted = next_text(line)
    if texted is not None:
        return Leads(go(Stage.HOLD, words.we_text_you(texted)))
    learnt = texts_fail(line) and not is_at_another_phone(line)
    return Leads(go(Stage.HOLD, words.may_hang_up(None, can_be_rung(line)) if learnt else words.wrong_key()))
