"""On hold: a loop of ours with the news, its keys, and the promise in which it ends.

The law: a promise to ring back is kept by a deadline. It rings coordinators until one has it, or somebody is coming.
"""

from datetime import datetime, timedelta

from dispatch.rules.alarms.owners import has_owner
from dispatch.rules.decisions import AlarmCoordinators, DeadlineKind, Decision, Note, NoteKind, SetDeadline
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.hotline import OnTheLine
from dispatch.rules.facts.situation import Situation
from dispatch.rules.hotline.leading import after_opening, begin_hold, go, hold, to_a_coordinator
from dispatch.rules.hotline.line import HOLD_AT_MOST, can_be_rung, can_be_texted, is_open
from dispatch.rules.hotline.news import news
from dispatch.rules.hotline.opening import send
from dispatch.rules.hotline.stages import Ends, Leads, Stage
from dispatch.rules.hotline.steps import EndHold, PromiseCall
from dispatch.rules.phone import bridge
from dispatch.rules.wording import alarms
from dispatch.rules.wording import hotline as words
from dispatch.rules.wording.languages import Words

RING_AGAIN = timedelta(minutes=5)


def say_news(line: OnTheLine, now: datetime) -> Words:
    if line.situation is None:
        return words.undecided()
    return words.joined(news(line, now), words.hold_keys(can_be_texted(line)))


def wait_on(line: OnTheLine, _keys: str, now: datetime) -> Leads:
    held, about = line.call.held_since, line.situation
    if bridge.waiting(line.bridge, now):  # somebody wants to speak with them: they are asked once more
        return Leads(go(Stage.JOIN))
    if held is not None and about is not None and not line.call.again and about.callout.received_at > held:
        # It opened while they held: now they hear the code, and are asked what they know.
        return Leads(after_opening, (EndHold(),))
    if held is not None and now - held >= HOLD_AT_MOST and is_open(line) and can_be_rung(line):
        return Leads(lambda _line, _now: Ends((words.ring_back(),)), (PromiseCall(),))
    return Leads(hold, begin_hold(line))


def ask_coordinator(line: OnTheLine, _keys: str, _now: datetime) -> Leads:
    return to_a_coordinator(line)


def text_me(line: OnTheLine, keys: str, now: datetime) -> Leads:
    """The key ends nothing: a late answer to the last question may be the same key, and so is a late "send now"."""
    if line.situation is None:
        return send(line, keys, now)
    return Leads(go(Stage.HOLD, words.we_text_you() if can_be_texted(line) else words.wrong_key()))


def promise(situation: Situation, now: datetime) -> list[Decision]:
    """The officer has held long enough, and has been promised a call."""
    return [
        Note(NoteKind.OFFICER_CALLED, "the officer has waited on the hotline, and was promised a call"),
        _ring(situation),
        SetDeadline(DeadlineKind.RING_BACK, now + RING_AGAIN),
    ]


def ring_back(situation: Situation, now: datetime) -> list[Decision]:
    """The promise is not kept while nobody has the alarm and nobody is coming: ring again."""
    callout = situation.callout
    if not callout.status.is_paging:
        return []
    if any(alarm.kind is AlarmKind.OFFICER_CALLS and has_owner(alarm, now) for alarm in situation.alarms()):
        return []
    return [_ring(situation), SetDeadline(DeadlineKind.RING_BACK, now + RING_AGAIN)]


def _ring(situation: Situation) -> AlarmCoordinators:
    callout = situation.callout
    text = alarms.officer_calls(callout.code, "was promised a call", callout.officer_phone)
    return AlarmCoordinators(text, kind=AlarmKind.OFFICER_CALLS)
