"""Somebody wants to speak with the officer on the line: the officer's key, and what they hear when it is over."""

from datetime import datetime

from dispatch.rules.facts.hotline import OnTheLine
from dispatch.rules.facts.phone_calls import Party
from dispatch.rules.hotline.holding import wait_on
from dispatch.rules.hotline.leading import go
from dispatch.rules.hotline.line import after_join
from dispatch.rules.hotline.stages import Asks, Ends, Joins, Leads, Next, Stage
from dispatch.rules.hotline.steps import BeginHold, TakeLeg
from dispatch.rules.phone import bridge
from dispatch.rules.wording import hotline as words
from dispatch.rules.wording.languages import Words


def say_who_waits(line: OnTheLine, now: datetime) -> Words:
    waiting = bridge.waiting(line.bridge, now)
    return words.somebody_waits(any(leg.party is Party.SPECIALIST for leg in waiting))


def join(line: OnTheLine, _keys: str, now: datetime) -> Leads:
    joined = bridge.accept(line.bridge, line.call.id, now)
    return Leads(_joined, (TakeLeg(joined),) if joined is not None else ())


def not_joined(line: OnTheLine, keys: str, now: datetime) -> Leads:
    stage = after_join(line)
    return wait_on(line, keys, now) if stage is Stage.HOLD else Leads(go(stage))


def _joined(line: OnTheLine, _now: datetime) -> Next:
    mine = line.bridge.leg(line.call.id)
    if mine is None or mine.conference is None:  # they hung up, or another officer was faster
        return Asks(after_join(line), (words.nobody_waits(),))
    return Joins(mine.conference)


def left(line: OnTheLine, were: int) -> Leads:
    """The caller's conference is over for them; `were` counts everybody who was in it. The others talk on, or the
    caller goes on where they were. Talking is not time on hold: the 15 minutes restart."""
    after = bridge.after_conference(line.bridge, line.call.id, were)
    if isinstance(after, bridge.Join):
        return Leads(_joined, (TakeLeg(after),))
    return Leads(_after_conference, (TakeLeg(after), *((BeginHold(),) if line.call.held_since is not None else ())))


def _after_conference(line: OnTheLine, _now: datetime) -> Next:
    if line.situation is not None and not line.situation.callout.is_open:
        return Ends((words.other_side_left(), words.over()))
    return Asks(after_join(line), (words.other_side_left(),))
