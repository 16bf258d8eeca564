"""Who hears that an agency's call-outs are refused."""

from datetime import timedelta

import pytest

from dispatch.rules.alarms.alarm_kinds import TRAITS
from dispatch.rules.alarms.refusals import Refusal, Why, is_worth_a_text, warn
from dispatch.rules.facts.alarms import AlarmKind
from tests.rules.situations import NIGHT


@pytest.mark.parametrize(
    ("minutes", "worth"), [([], False), ([0], False), ([5, 0], False), ([10, 5, 0], True), ([11, 5, 0], False)]
)
def test_again_and_again_is_three_within_ten_minutes(minutes: list[int], worth: bool) -> None:
    refusal = Refusal(Why.REVOKED_KEY, "LBPD", proven=True)
    assert is_worth_a_text(refusal, [NIGHT - timedelta(minutes=ago) for ago in minutes], NIGHT) is worth


def test_of_an_overload_coordinators_hear_at_once() -> None:
    """And of all agencies together, once."""
    refusals = [Refusal(Why.OVERLOAD, agency, proven=True) for agency in ("LBPD", "LAPD")]
    assert all(is_worth_a_text(refusal, [NIGHT], NIGHT) for refusal in refusals)
    assert len({refusal.told_as for refusal in refusals}) == 1
    said = warn(refusals[0])
    assert said.kind is AlarmKind.CALLS_REFUSED
    assert "LBPD is told to send again" in said.text


def test_it_is_told_by_agency_but_of_whoever_only_says_so() -> None:
    """A stranger who names one agency after another is told of as one; nobody is told of somebody unknown."""
    assert Refusal(Why.REVOKED_KEY, "LBPD", proven=True).told_as == "LBPD"
    assert {Refusal(Why.FALSE_SIGNATURE, agency).told_as for agency in ("LBPD", "LAPD")} == {""}
    assert Refusal(Why.UNKNOWN_KEY).told_as is None


def test_it_never_rings() -> None:
    """And it says whether we know who it is."""
    assert not TRAITS[AlarmKind.CALLS_REFUSED].rings
    for why in set(Why) - {Why.OVERLOAD}:
        proven, said = warn(Refusal(why, "LBPD", proven=True)), warn(Refusal(why, "LBPD"))
        assert proven.kind is AlarmKind.CALLS_REFUSED
        assert proven.rings is None
        assert proven.text.startswith("Call-outs are refused: LBPD calls")
        assert "somebody who says they are LBPD" in said.text
