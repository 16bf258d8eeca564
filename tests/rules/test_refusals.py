"""Who hears that an agency's call-outs are refused."""

from datetime import timedelta

import pytest

from dispatch.rules.alarm_kinds import TRAITS
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.refusals import Refusal, Why, is_worth_a_text, warn
from tests.rules.situations import NIGHT


@pytest.mark.parametrize(
    ("minutes", "worth"), [([], False), ([0], False), ([5, 0], False), ([10, 5, 0], True), ([11, 5, 0], False)]
)
def test_again_and_again_is_three_within_ten_minutes(minutes: list[int], worth: bool) -> None:
    assert is_worth_a_text([NIGHT - timedelta(minutes=ago) for ago in minutes], NIGHT) is worth


def test_it_is_told_by_agency_but_of_whoever_only_says_so() -> None:
    """A stranger who names one agency after another is told of as one; nobody is told of somebody unknown."""
    assert Refusal(Why.REVOKED_KEY, "LBPD", proven=True).told_as == "LBPD"
    assert {Refusal(Why.FALSE_SIGNATURE, agency).told_as for agency in ("LBPD", "LAPD")} == {""}
    assert Refusal(Why.UNKNOWN_KEY).told_as is None


def test_it_never_rings() -> None:
    """And it says whether we know who it is."""
    assert not TRAITS[AlarmKind.CALLS_REFUSED].rings
    for why in Why:
        proven, said = warn(Refusal(why, "LBPD", proven=True)), warn(Refusal(why, "LBPD"))
        assert proven.kind is AlarmKind.CALLS_REFUSED
        assert proven.rings is None
        assert proven.text.startswith("Call-outs are refused: LBPD calls")
        assert "somebody who says they are LBPD" in said.text
