"""A call that came in while nobody was here to answer."""

from dataclasses import replace

from dispatch.rules.alarms.alarm_kinds import TRAITS
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.hotline import HotlineCall
from dispatch.rules.hotline.arriving import alarm_missed
from tests.rules.situations import NIGHT, minutes

MISSED = HotlineCall("c1", "+15625550199", Trust.UNLISTED, "UNLISTED", called_at=NIGHT)


def test_coordinators_are_rung_with_its_number() -> None:
    """The alarm is about this call, so a key on it decides; one without a number says so."""
    alarm = alarm_missed(MISSED)
    assert (alarm.kind, alarm.call) == (AlarmKind.MISSED_CALL, "c1")
    assert TRAITS[alarm.kind].rings
    assert alarm.text == "ALARM hotline: a call on Tue 24 Nov 02:14 did not reach us. Please call back, +15625550199."
    assert alarm_missed(replace(MISSED, phone=None)).text.endswith("It showed no number.")


def test_it_is_left_to_people_until_one_decides() -> None:
    """A call with a moment of its own opens by itself; one that has a call-out, or is dismissed, is decided."""
    assert MISSED.is_left_to_people
    assert not replace(MISSED, due_at=NIGHT + minutes(1)).is_left_to_people
    assert not replace(MISSED, callout="k").is_left_to_people
    assert not replace(MISSED, dismissed_at=NIGHT).is_left_to_people
