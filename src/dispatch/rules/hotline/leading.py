"""Where several keys of the menu lead: on hold, to a coordinator, to the questions of a new call-out."""

from datetime import datetime, timedelta

from dispatch.rules.alarms import promises
from dispatch.rules.decisions import AlarmCoordinators
from dispatch.rules.facts.hotline import OnTheLine
from dispatch.rules.hotline.line import about, can_be_rung, code_of_a_new_one, first_stage, has_ended, is_over
from dispatch.rules.hotline.stages import EndCall, Following, GoToStage, KeyAction, Next, Rule, Stage
from dispatch.rules.hotline.steps import Do, Step
from dispatch.rules.wording import hotline as words
from dispatch.rules.wording.languages import Promise, Words


def go(stage: Stage, *said: Words) -> Following:
    return lambda _line, _now: GoToStage(stage, said)


def say_again(stage: Stage) -> Rule:
    return lambda _line, _keys, _now: KeyAction(go(stage))


def after_opening(line: OnTheLine, _now: datetime) -> Next:
    return GoToStage(first_stage(line), code_of_a_new_one(line))


def hold(line: OnTheLine, _now: datetime) -> Next:
    """One exchange on hold. A call-out that is over, or a dismissed call, ends it."""
    if is_over(line):
        return EndCall((words.OVER,))
    if line.situation is None and line.call.dismissed_at is not None:
        return EndCall((words.DISMISSED,))
    return GoToStage(Stage.HOLD)


def hold_on(line: OnTheLine, _keys: str, _now: datetime) -> KeyAction:
    return KeyAction(hold, begin_hold(line))


def begin_hold(line: OnTheLine) -> tuple[Step, ...]:
    return () if line.call.held_since is not None else (Do.BEGIN_HOLD,)


def to_a_coordinator(line: OnTheLine, *said: Words) -> KeyAction:
    if line.situation is None and line.call.dismissed_at is not None:
        return was_dismissed(line)
    untold = has_ended(line) or can_be_rung(line)
    heard = go(Stage.HOLD, *said) if untold else go(Stage.HOLD, *said, words.CANNOT_RING_YOU)
    return KeyAction(heard, (ring(line, "asks for you", words.COORDINATOR_RINGS_YOU), *begin_hold(line)))


def was_dismissed(line: OnTheLine) -> KeyAction:
    """A coordinator has decided: coordinators hear that the caller does not give up, and nothing is promised."""
    return KeyAction(hold, (ring(line, "was dismissed, and presses on"),))


SAME_AGAIN = timedelta(minutes=1)
"""The same key rings nobody again within this time: it can be pressed without end."""


def ring(line: OnTheLine, why: str, promise: Promise | None = None) -> AlarmCoordinators:
    """Ring the coordinators: `why` is said of the officer, such as "asks for you". The `promise` is told to those only
    to whom it can be made."""
    code, phone = about(line)
    return promises.officer_calls(code, why, phone, promise=promise if can_be_promised(line) else None)


def can_be_promised(line: OnTheLine) -> bool:
    """Whether a call can be: to a number that we have, and about a call-out that is open, since its deadline keeps the
    promise."""
    return can_be_rung(line) and not has_ended(line)
