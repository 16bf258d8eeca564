"""What is worse than what: the table of alarms."""

import pytest

from dispatch.rules.alarms.alarm_kinds import SURVIVES_CLOSE, TRAITS, Severity, over_when, worst_first
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import Status
from tests.each import each
from tests.rules.situations import NIGHT


def test_every_kind_has_its_line() -> None:
    assert set(TRAITS) == set(AlarmKind)


@each(kind=[AlarmKind.DANGER, AlarmKind.TARGET_MISSED, AlarmKind.RELEASED, AlarmKind.GAVE_UP, AlarmKind.CHAIN_ENDED])
def test_what_makes_things_worse_always_rings(kind: AlarmKind) -> None:
    """Danger, a missed target, a release and the end of the chain ring everybody, whoever has what."""
    assert TRAITS[kind].rings
    assert TRAITS[kind].always


def test_whatever_always_rings_rings_and_is_urgent() -> None:
    for traits in TRAITS.values():
        assert traits.rings or not traits.always
        assert traits.severity >= Severity.URGENT or not traits.always


@pytest.mark.parametrize("status", [Status.CLOSED, Status.CANCELLED])
def test_only_a_cry_for_help_outlives_its_call_out(status: Status) -> None:
    assert set(AlarmKind) - over_when(status) == SURVIVES_CLOSE == {AlarmKind.DANGER}


def test_taken_is_the_end_of_nobody_answers() -> None:
    """But not of a target that is missed: that takes somebody at the scene."""
    assert AlarmKind.CHAIN_ENDED in over_when(Status.ACKNOWLEDGED)
    assert AlarmKind.TARGET_MISSED not in over_when(Status.EN_ROUTE)
    assert AlarmKind.TARGET_MISSED in over_when(Status.ON_SCENE)


def test_the_worst_is_read_first() -> None:
    """Whoever wakes up reads danger before a warning; alarms that are equally bad stay as they came."""
    kinds = [AlarmKind.RESCUED, AlarmKind.CHAIN_ENDED, AlarmKind.DANGER, AlarmKind.OPTED_OUT]
    found = [Alarm(str(number), kind, "words", NIGHT) for number, kind in enumerate(kinds)]
    assert [alarm.id for alarm in worst_first(found)] == ["2", "1", "0", "3"]
