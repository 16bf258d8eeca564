"""What correcting a stamp means, and the order that stamps must keep."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.callout.stamps import OutOfOrder, check_order, first_arrival, in_order, on_track
from dispatch.rules.commands.stamping import set_stamp
from dispatch.rules.decisions import DeadlineKind, Decision, Note, NoteKind, OverwriteStamp, SendPage, StampKind
from dispatch.rules.facts.callout import AssignmentRole, CallOut, Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.wording import coordinator_texts
from tests.rules.situations import (
    ANA,
    BEN,
    NIGHT,
    assigned,
    callout,
    due,
    minutes,
    moves,
    only,
    pages_to,
    roster,
    situation,
    taken,
)

# ---- set by a coordinator ------------------------------------------------------------------------------------------


def _set(about: CallOut, kind: StampKind, at: datetime, reason: str = "texted late") -> list[Decision]:
    assert about.primary is not None
    return set_stamp(situation(about), about.primary, kind, at, NIGHT + minutes(40), by="Cora", reason=reason)


def test_a_stamp_is_corrected_and_what_stood_there_is_kept() -> None:
    """The timeline says what it was, who changed it and why; nothing else happens."""
    there = taken(status=Status.ON_SCENE, arrived_at=NIGHT + minutes(30))
    assert _set(there, StampKind.ARRIVED, NIGHT + minutes(20)) == [
        OverwriteStamp("ana", StampKind.ARRIVED, NIGHT + minutes(20), NIGHT + minutes(30), "texted late"),
        Note(NoteKind.CORRECTED, "there 02:34, was 02:44, by Cora: texted late", "ana"),
    ]
    assert _set(there, StampKind.WITH_CHILD, NIGHT + minutes(35)) == [
        OverwriteStamp("ana", StampKind.WITH_CHILD, NIGHT + minutes(35), reason="texted late"),
        Note(NoteKind.CORRECTED, "with the child 02:49, by Cora: texted late", "ana"),
    ]


def test_nobody_who_left_long_ago_is_wished_a_safe_drive() -> None:
    """A coordinator notes at 02:54 that Ana left at 02:44: she reads what was noted, and not that she sets out now."""
    left = _set(taken(), StampKind.EN_ROUTE, NIGHT + minutes(30))
    (told,) = only(SendPage, left)
    assert told.text == coordinator_texts.set_out_noted("K7Q", NIGHT + minutes(30))
    assert "02:44" in told.text
    assert "rive safely" not in told.text


def test_a_stamp_that_nobody_reported_moves_the_call_out() -> None:
    """As their own word would have: what is expected next is set, and they read what was noted."""
    at = NIGHT + minutes(30)
    left = _set(taken(), StampKind.EN_ROUTE, at)
    assert moves(left) == [Status.EN_ROUTE]
    assert OverwriteStamp("ana", StampKind.EN_ROUTE, at, reason="texted late") in left
    assert DeadlineKind.REMIND_ARRIVAL in due(left, NIGHT)
    there = _set(taken(status=Status.EN_ROUTE, en_route_at=NIGHT), StampKind.ARRIVED, at)
    assert moves(there) == [Status.ON_SCENE]
    assert next(note.text for note in only(Note, there)) == "Ana Reyes is on scene after 30 minutes"
    assert pages_to(there, Purpose.ANSWER) == ["ana"]
    on_scene = taken(status=Status.ON_SCENE, arrived_at=NIGHT)
    assert moves(_set(on_scene, StampKind.CLEARED, at)) == [Status.CLEARED]
    home = _set(on_scene, StampKind.HOME, at)
    assert moves(home) == [Status.CLEARED, Status.CLOSED]
    assert [stamp.kind for stamp in only(OverwriteStamp, home)] == [StampKind.CLEARED, StampKind.HOME]


def test_a_departure_that_is_noted_after_the_arrival_moves_nothing() -> None:
    there = taken(status=Status.ON_SCENE, arrived_at=NIGHT + minutes(30))
    assert moves(_set(there, StampKind.EN_ROUTE, NIGHT + minutes(5))) == []


def test_once_it_is_over_a_stamp_moves_nothing() -> None:
    over = taken(status=Status.CLOSED)
    assert _set(over, StampKind.ARRIVED, NIGHT + minutes(30))[0] == OverwriteStamp(
        "ana", StampKind.ARRIVED, NIGHT + minutes(30), reason="texted late"
    )


def test_nobody_is_rung_to_hear_what_they_said() -> None:
    """Nor can anything be sent to somebody who has left the roster."""
    deaf = roster(replace(ANA, opted_out=True), BEN)
    for people in (deaf, roster(BEN)):
        about = taken(status=Status.EN_ROUTE, en_route_at=NIGHT)
        assert about.primary is not None
        at = NIGHT + minutes(30)
        decisions = set_stamp(
            situation(about, people), about.primary, StampKind.ARRIVED, at, at, by="Cora", reason="rang"
        )
        assert only(SendPage, decisions) == []
        assert moves(decisions) == [Status.ON_SCENE]


def test_old_and_new_stamps_together_stand_in_order() -> None:
    """A correction that would move a stamp past one that is not corrected is refused; nobody leaves who never came."""
    there = taken(status=Status.ON_SCENE, arrived_at=NIGHT + minutes(30))
    with pytest.raises(OutOfOrder, match="nobody arrived at 02:44 who set out at 02:49: set a later"):
        _set(there, StampKind.EN_ROUTE, NIGHT + minutes(35))
    with pytest.raises(OutOfOrder, match="nobody has left who was never there"):
        _set(taken(), StampKind.HOME, NIGHT + minutes(35))


def test_the_clock_stops_with_the_first_who_arrived() -> None:
    """Also when a partner's arrival is written down later, or the first one's is corrected past the second's."""
    both = taken(
        assigned("ben", AssignmentRole.PARTNER, arrived_at=NIGHT + minutes(25)), arrived_at=NIGHT + minutes(20)
    )
    assert first_arrival(both, "ben", NIGHT + minutes(30)) == NIGHT + minutes(20)
    assert first_arrival(both, "ana", NIGHT + minutes(28)) == NIGHT + minutes(25)
    assert first_arrival(taken(), "ana", NIGHT + minutes(28)) == NIGHT + minutes(28)


# ---- the order of stamps -------------------------------------------------------------------------------------------


def test_a_stamp_before_an_earlier_one_is_refused() -> None:
    """The message names both stamps and their local times; a stamp that is not set is skipped."""
    stamps = {StampKind.EN_ROUTE: NIGHT + minutes(20), StampKind.ARRIVED: None, StampKind.CLEARED: NIGHT + minutes(9)}
    with pytest.raises(OutOfOrder, match="nobody left at 02:23 who set out at 02:34"):
        check_order(NIGHT, stamps, NIGHT + minutes(60))


def test_a_stamp_in_the_future_is_refused() -> None:
    """Nobody can have arrived later than now; at this very moment they can."""
    check_order(NIGHT, {StampKind.ARRIVED: NIGHT + minutes(9)}, NIGHT + minutes(9))
    with pytest.raises(OutOfOrder, match="02:23 lies in the future"):
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


def test_the_line_of_the_response_clock_marks_how_far_whoever_comes_first_is() -> None:
    """And the first arrival of anybody; while nobody comes it marks nothing."""
    left, there = NIGHT + minutes(5), NIGHT + minutes(25)
    assert on_track(callout()) == ()
    assert on_track(taken()) == ((NIGHT, "taken"),)
    partner = assigned("ben", AssignmentRole.PARTNER, en_route_at=left, arrived_at=there)
    marks = ((NIGHT, "taken"), (left, "left"), (there, "there"))
    assert on_track(taken(partner, arrived_at=NIGHT + minutes(30))) == marks
