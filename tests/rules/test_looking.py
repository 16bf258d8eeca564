"""Reconciling once more or sending again, for a page that may have been sent."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.delivery.reconciling import (
    ReconcileAgain,
    SendAgain,
    first_reconcile_seconds,
    is_cut_off,
    may_be_anothers,
    not_clear,
    not_found,
    ours,
)
from dispatch.rules.delivery.sending import Found, Progress
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Channel
from tests.rules.situations import NIGHT, page

PAGE, OTHER = Purpose.PAGE, Purpose.STAND_DOWN
NOT_THERE, NOT_ASKED = "not found at the carrier; sent again", "the carrier cannot say whether it has it; sent again"


def found_nothing(purpose: Purpose, reconciled: int) -> tuple[list[float], int]:
    """The seconds before each look of a round whose looks are all answered, and the count at its end."""
    waits = [first_reconcile_seconds(purpose, reconciled)]
    while True:
        match not_found(purpose, reconciled, tried_for=sum(waits), cut_off=False):
            case ReconcileAgain(after_seconds, reconciled):
                waits.append(after_seconds)
            case SendAgain(why, reconciled):
                assert why == NOT_THERE
                return waits, reconciled


def test_each_round_takes_its_looks() -> None:
    """For a page that asks somebody, the first round is two looks within 1.5 s; all other rounds are three looks."""
    waits, reconciled = found_nothing(PAGE, 0)
    assert waits == [0, 1.5]
    for _ in range(3):
        waits, reconciled = found_nothing(PAGE, reconciled)
        assert waits == [2, 4, 8]
    reconciled = 0
    for _ in range(3):
        waits, reconciled = found_nothing(OTHER, reconciled)
        assert waits == [2, 4, 8]


@pytest.mark.parametrize("reconciled", [0, 2, 5])
def test_a_page_cut_off_a_moment_ago_is_looked_for_once(reconciled: int) -> None:
    """Since the process died the carrier has had the time to list what it lists late."""
    after = not_found(PAGE, reconciled, tried_for=1.5, cut_off=True)
    assert isinstance(after, SendAgain)
    assert after.reconciled > reconciled


@pytest.mark.parametrize("reconciled", [0, 2, 5])
@pytest.mark.parametrize(("tried_for", "rest"), [(1.25, 0.25), (0.0, 1.5), (-20.0, 1.5)])
def test_a_page_cut_off_just_now_is_looked_for_twice(reconciled: int, tried_for: float, rest: float) -> None:
    """The second look, the last, comes when 1.5 s have passed, even if the clock was set back."""
    after = not_found(PAGE, reconciled, tried_for=tried_for, cut_off=True)
    assert isinstance(after, ReconcileAgain)
    assert after.after_seconds == rest
    assert isinstance(not_found(PAGE, after.reconciled, tried_for=1.5, cut_off=False), SendAgain)


def test_nothing_else_that_was_cut_off_is_hurried() -> None:
    """Nobody waits for a stand-down, so it is better late than twice."""
    assert not_found(OTHER, 0, tried_for=60, cut_off=True) == ReconcileAgain(4, 1)


@pytest.mark.parametrize(
    ("tried_for", "expected"),
    [
        (-20.0, ReconcileAgain(1, 0)),
        (0.1, ReconcileAgain(1, 0)),
        (4.0, ReconcileAgain(4, 0)),
        (40.0, ReconcileAgain(15, 0)),
        (55.0, ReconcileAgain(5, 0)),
        (60.0, SendAgain(NOT_ASKED, 2)),
    ],
)
def test_a_look_that_is_not_answered_counts_for_nothing(tried_for: float, expected: ReconcileAgain | SendAgain) -> None:
    """It is looked for again, more and more seldom; after a minute without any answer it is sent again."""
    assert not_clear(PAGE, 0, tried_for=tried_for) == expected


def test_an_answer_between_two_silences_counts() -> None:
    """A look that is not answered does not undo what an answered one has shown."""
    assert not_clear(OTHER, 2, tried_for=7.0) == ReconcileAgain(7, 2)
    assert not_found(OTHER, 2, tried_for=14.0, cut_off=False) == SendAgain(NOT_THERE, 3)


@given(purpose=st.sampled_from(Purpose), reconciled=st.integers(0, 40), look_takes=st.floats(0, 15))
def test_a_carrier_that_is_never_to_be_asked_gets_few_copies(
    purpose: Purpose, reconciled: int, look_takes: float
) -> None:
    """However long a look hangs, the next copy goes out within five minutes and a look, and at most three in ten."""
    now, tried_at, sent_at = 0.0, 0.0, [0.0]
    while now < 3600:
        now += look_takes
        match not_clear(purpose, reconciled, tried_for=now - tried_at):
            case ReconcileAgain(after_seconds, same):
                assert same == reconciled
                assert 0 < after_seconds <= 15
                now += after_seconds
            case SendAgain(_, more):
                assert more > reconciled
                reconciled, tried_at = more, now
                sent_at.append(now)
    assert all(later - earlier <= 300 + 15 for earlier, later in pairwise(sent_at))
    assert all(later - earlier >= 600 - 1e-6 for earlier, later in zip(sent_at, sent_at[3:], strict=False))


def test_what_was_found_is_ours_if_it_is_nobody_elses() -> None:
    """It is the oldest that belongs to no other page; if it was sent twice, the first copy counts."""
    found = [
        Found(carrier_id, Progress.TAKEN, "sent", None, NIGHT + timedelta(seconds=age)) for carrier_id, age in _FOUND
    ]
    assert ours(found, {"SM1"}) == found[2]
    assert ours(found, {"SM1", "SM2", "SM3"}) is None
    assert ours([], set()) is None


_FOUND = [("SM3", 9), ("SM1", 1), ("SM2", 5)]


def test_only_a_call_may_be_another_pages() -> None:
    """A text is recognised by its words; the list of calls does not say for which page one was placed."""
    listed = Found("CA1", Progress.TAKEN, "queued", None, NIGHT)
    assert may_be_anothers(page("ana", channel=Channel.VOICE), listed)
    assert not may_be_anothers(page("ana", channel=Channel.SMS), listed)
    assert not may_be_anothers(page("ana", channel=Channel.VOICE), None)


def test_a_send_without_an_outcome_ended_with_its_process() -> None:
    """A page claimed while it was being sent has lost its sender; one in doubt was given up by it."""
    assert is_cut_off(page("ana", PageState.SENDING))
    assert not is_cut_off(page("ana", PageState.UNKNOWN))
