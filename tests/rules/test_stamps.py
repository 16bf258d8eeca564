"""What correcting a stamp means, and the order that stamps must keep."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.decisions import CorrectStamp, Note, NoteKind, StampKind
from dispatch.rules.facts.actors import Actor, ActorKind
from dispatch.rules.facts.callout import Status
from dispatch.rules.stamps import NobodyHasIt, OutOfOrder, check_order, correct, correction_text, in_order
from tests.rules.situations import NIGHT, callout, minutes, taken

CORA = Actor(ActorKind.COORDINATOR, "Cora")

# ---- correcting ----------------------------------------------------------------------------------------------------


def test_a_stamp_is_corrected_and_what_stood_there_is_kept() -> None:
    """Each stamp is set on whoever has the call-out, and the timeline says what it was and who changed it."""
    there = taken(status=Status.ON_SCENE, arrived_at=NIGHT + minutes(30))
    stamps = {StampKind.ARRIVED: NIGHT + minutes(20), StampKind.WITH_CHILD: NIGHT + minutes(25)}
    assert correct(there, stamps, CORA, NIGHT + minutes(40)) == [
        CorrectStamp("ana", StampKind.ARRIVED, NIGHT + minutes(20)),
        Note(NoteKind.CORRECTED, "arrived 02:34, was 02:44, by Cora", "ana"),
        CorrectStamp("ana", StampKind.WITH_CHILD, NIGHT + minutes(25)),
        Note(NoteKind.CORRECTED, "with child 02:39, by Cora", "ana"),
    ]
    assert correction_text(there, stamps) == "arrived 02:34, was 02:44, with child 02:39"


def test_old_and_new_stamps_together_stand_in_order() -> None:
    """A correction that would move a stamp past one that is not corrected is refused."""
    there = taken(status=Status.ON_SCENE, arrived_at=NIGHT + minutes(30))
    with pytest.raises(OutOfOrder, match="arrived_at 02:44 is before en_route_at 02:49"):
        correct(there, {StampKind.EN_ROUTE: NIGHT + minutes(35)}, CORA, NIGHT + minutes(40))


def test_nobody_has_stamps_where_nobody_has_the_call_out() -> None:
    """While it pages, or after it was let go, there is nobody to correct."""
    with pytest.raises(NobodyHasIt, match="nobody has K7Q"):
        correct(callout(), {StampKind.ARRIVED: NIGHT}, CORA, NIGHT)


# ---- the order of stamps -------------------------------------------------------------------------------------------


def test_a_stamp_before_an_earlier_one_is_refused() -> None:
    """The message names both stamps and their local times; a stamp that is not set is skipped."""
    stamps = {StampKind.EN_ROUTE: NIGHT + minutes(20), StampKind.ARRIVED: None, StampKind.CLEARED: NIGHT + minutes(9)}
    with pytest.raises(OutOfOrder, match="cleared_at 02:23 is before en_route_at 02:34"):
        check_order(NIGHT, stamps, NIGHT + minutes(60))


def test_a_stamp_in_the_future_is_refused() -> None:
    """Nobody can have arrived later than now; at this very moment they can."""
    check_order(NIGHT, {StampKind.ARRIVED: NIGHT + minutes(9)}, NIGHT + minutes(9))
    with pytest.raises(OutOfOrder, match="arrived_at 02:23 lies in the future"):
        check_order(NIGHT, {StampKind.ARRIVED: NIGHT + minutes(9)}, NIGHT + minutes(8))


@given(st.dictionaries(st.sampled_from(StampKind), st.none() | st.integers(-5, 65).map(lambda at: NIGHT + minutes(at))))
def test_stamps_are_in_order_or_refused(stamps: dict[StampKind, datetime | None]) -> None:
    """Stamps pass exactly when they never go back, from the acknowledgement through the table's order to now."""
    now = NIGHT + minutes(60)
    moments = [NIGHT, *(moment for kind in StampKind if (moment := stamps.get(kind)) is not None), now]
    if moments == sorted(moments):
        check_order(NIGHT, stamps, now)
    else:
        with pytest.raises(OutOfOrder):
            check_order(NIGHT, stamps, now)


def test_a_clock_set_back_puts_no_stamp_before_another() -> None:
    """What is stamped now is not earlier than what already stands, for the call-out or for the person."""
    late, later = NIGHT + minutes(20), NIGHT + minutes(25)
    about = taken(status=Status.EN_ROUTE, en_route_at=late)
    assert in_order(about, NIGHT + minutes(-5)) == NIGHT
    assert in_order(about, NIGHT, "ana") == late
    assert in_order(about, NIGHT + minutes(1), "ben") == NIGHT + minutes(1)
    assert in_order(about, later, "ana") == later
