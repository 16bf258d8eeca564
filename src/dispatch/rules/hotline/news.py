"""How a call-out stands, for a caller on the line."""

from datetime import datetime

from dispatch.rules.access.trust import rights
from dispatch.rules.alarms.owners import has_owner
from dispatch.rules.callout import telling
from dispatch.rules.facts.callout import CallOut, Status
from dispatch.rules.facts.hotline import OnTheLine
from dispatch.rules.hotline.line import can_be_texted
from dispatch.rules.wording import agency_texts
from dispatch.rules.wording import hotline as words
from dispatch.rules.wording.languages import Words
from dispatch.rules.wording.times import local_time


def news(line: OnTheLine, now: datetime) -> Words:
    """How an open call-out stands, as much of it as this caller may hear: no more than the less trusted of whoever
    opened it and whoever asks."""
    assert line.situation is not None
    callout = line.situation.callout
    if callout.status is Status.CLEARED:
        return agency_texts.HAS_LEFT
    if callout.status.is_paging:
        if telling.nobody_can_be_called(line.situation):
            return words.CANNOT_REACH_ANYBODY
        if callout.step <= len(callout.policy.steps):
            return words.SPECIALISTS_ARE_CALLED
        return words.chain_ended(any(has_owner(alarm, now) for alarm in line.situation.alarms))
    if not may_hear_names(line, callout):
        return words.TAKEN
    first, name = line.situation.comes_first
    assert first is not None, "somebody has whatever is open and does not page"
    if first.arrived_at is not None:
        return words.THERE
    if (due_at := telling.passed(line.situation, first, now)) is not None:
        return agency_texts.was_due(name, due_at)
    eta = " ".join(local_time(first.eta_at).split(":")) if first.eta_at is not None else None
    return words.taken_by(name, eta)


def next_text(line: OnTheLine) -> Words | None:
    """What our next text says, which an officer who hangs up is promised: no name to whoever may not hear one, and not
    once more who comes to whoever has been told. None for a phone that takes no texts."""
    if line.situation is None or not can_be_texted(line):
        return None
    callout = line.situation.callout
    names_somebody = callout.status.is_paging and rights(callout.trust).hears_names
    return words.TEXT_WHO_COMES if names_somebody else words.TEXT_NEWS


def may_hear_names(line: OnTheLine, callout: CallOut) -> bool:
    """A caller with a faked number must not hear about a verified call-out what they may not hear about their own, and
    nobody who comes to another officer."""
    if line.may_be_another_officer:
        return False
    return all(rights(trust).hears_names for trust in (line.call.trust, callout.trust))
