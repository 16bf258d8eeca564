"""Before a call has a call-out: the key that opens one, the PIN, and silence.

The law: silence ends nothing. Coordinators are rung, and the call opens a call-out by itself unless one decides.
"""

from dataclasses import replace
from datetime import datetime

from dispatch.rules.decisions import Decision, Note, NoteKind, WriteCallOut
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.hotline import OnTheLine
from dispatch.rules.facts.situation import Situation
from dispatch.rules.hotline.arriving import alarm_undecided
from dispatch.rules.hotline.leading import after_opening, begin_hold, go, hold, to_a_coordinator, was_dismissed
from dispatch.rules.hotline.line import MOST_TRIES, is_counted, is_over_bound, may_try
from dispatch.rules.hotline.stages import KeyAction, Next, Stage
from dispatch.rules.hotline.steps import Do, IsNew, Trusted
from dispatch.rules.wording import hotline as words
from dispatch.rules.wording.languages import Words


def say_send(line: OnTheLine, _now: datetime) -> Words:
    """The key that sends a specialist is named only where it does."""
    return words.joined(words.TOO_MANY_CALLS if is_over_bound(line) else words.SEND_NOW, words.SPANISH_KEY)


def send(line: OnTheLine, _keys: str, now: datetime) -> KeyAction:
    """The officer pressed the key: a call-out opens now, unless too many have called. It also does on a call that was
    about an open call-out, when the officer has a new child with them."""
    if line.call.has_opened:  # the same key again, or a coordinator was faster
        return KeyAction(after_opening)
    if line.call.dismissed_at is not None:
        return was_dismissed(line)
    return _let_a_person_decide(line, now, asks=True) if line.bound else KeyAction(after_opening, (Do.OPEN_CALLOUT,))


def _let_a_person_decide(line: OnTheLine, now: datetime, *, asks: bool = False) -> KeyAction:
    if line.situation is None:
        return KeyAction(hold, (alarm_undecided(line.call, now, asks=asks), *begin_hold(line)))
    due_at = now + line.situation.timings.span("hotline_unlisted")
    asked = alarm_undecided(replace(line.call, due_at=due_at), now, asks=asks)
    return KeyAction(hold, (IsNew(due_at), asked, *begin_hold(line)))


def said_nothing(line: OnTheLine, _keys: str, now: datetime) -> KeyAction:
    """Nothing was pressed: coordinators are rung, and the call-out opens by itself unless one decides. Of whoever is
    counted with others they have been told."""
    if is_counted(line):
        return KeyAction(hold, begin_hold(line))
    return KeyAction(after_opening) if line.call.callout is not None else _let_a_person_decide(line, now)


def give_pin(line: OnTheLine, keys: str, _now: datetime) -> KeyAction:
    if not may_try(line):  # not compared, so not counted: one caller must not use up the tries of all
        return to_a_coordinator(line)
    agency = line.roster.caller_with_pin(keys)
    if agency is None:
        last = line.call.tries + 1 >= MOST_TRIES
        return KeyAction(go(_asked_before_pin(line) if last else Stage.PIN, words.WRONG_PIN), (Do.COUNT_WRONG,))
    opens = () if line.call.callout is not None and not is_counted(line) else (Do.OPEN_CALLOUT,)
    return KeyAction(_after_pin, (Trusted(Trust.LIKELY, agency), *opens))


def _after_pin(line: OnTheLine, now: datetime) -> Next:
    return hold(line, now) if line.call.held_since is not None else after_opening(line, now)


def believe(situation: Situation, trust: Trust, agency: str) -> list[Decision]:
    """The caller keyed in the PIN of `agency` after their call-out had opened, so they hear more from now on. A meeting
    place that they have named still waits for a coordinator."""
    if not situation.callout.is_open or not situation.callout.is_unverified:
        return []
    return [Note(NoteKind.DETAIL, f"the caller keyed in the PIN of {agency}"), WriteCallOut({"trust": trust})]


def without_pin(line: OnTheLine, _keys: str, _now: datetime) -> KeyAction:
    return KeyAction(go(_asked_before_pin(line)))


def _asked_before_pin(line: OnTheLine) -> Stage:
    return Stage.HOLD if line.call.held_since is not None else Stage.SEND
