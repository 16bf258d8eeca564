"""What is worse than what: the table of alarms."""

import pytest

from dispatch.rules.alarm_kinds import TRAITS, Severity, over_when
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Status


def test_every_kind_has_its_line() -> None:
    assert set(TRAITS) == set(AlarmKind)


@pytest.mark.parametrize(
    "kind",
    [AlarmKind.DANGER, AlarmKind.TARGET_MISSED, AlarmKind.RELEASED, AlarmKind.GAVE_UP, AlarmKind.CHAIN_ENDED],
)
def test_what_makes_things_worse_always_rings(kind: AlarmKind) -> None:
    """Danger, a missed target, a release and the end of the chain ring everybody, whoever has what."""
    assert TRAITS[kind].rings
    assert TRAITS[kind].always


def test_whatever_always_rings_rings_and_is_urgent() -> None:
    for traits in TRAITS.values():
        assert traits.rings or not traits.always
        assert traits.severity >= Severity.URGENT or not traits.always


@pytest.mark.parametrize("status", [Status.CLOSED, Status.CANCELLED])
def test_nothing_outlives_its_call_out(status: Status) -> None:
    assert over_when(status) == set(AlarmKind)


def test_taken_is_the_end_of_nobody_answers() -> None:
    """But not of a target that is missed: that takes somebody at the scene."""
    assert AlarmKind.CHAIN_ENDED in over_when(Status.ACKNOWLEDGED)
    assert AlarmKind.TARGET_MISSED not in over_when(Status.EN_ROUTE)
    assert AlarmKind.TARGET_MISSED in over_when(Status.ON_SCENE)
