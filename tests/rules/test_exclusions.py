"""Misses that are left out by two people, and what is written about every miss."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dispatch.rules.reports.exclusions import (
    AlreadyCoded,
    Exclusion,
    ExclusionCode,
    NothingToJudge,
    NotMissed,
    OwnExclusion,
    check_coding,
    check_judging,
    check_review,
)

NOW = datetime(2026, 11, 2, 17, tzinfo=UTC)
CODED = Exclusion(ExclusionCode.SURGE, "cora", NOW)
APPROVED = replace(CODED, approved_by="omar", approved_at=NOW)


def test_one_names_it_and_another_agrees() -> None:
    """It counts from the second person's word on."""
    check_coding(None, missed=True)
    assert not CODED.counts
    assert check_judging(CODED, "omar", approves=True) is CODED
    assert check_judging(CODED, "omar", approves=False) is CODED
    assert APPROVED.counts


@pytest.mark.parametrize("approves", [True, False])
def test_nobody_agrees_with_themselves(approves: bool) -> None:
    """Neither approves nor refuses."""
    with pytest.raises(OwnExclusion):
        check_judging(CODED, "cora", approves=approves)


def test_what_was_approved_may_still_be_refused() -> None:
    """By anybody but whoever named it; approving it twice means nothing."""
    assert check_judging(APPROVED, "omar", approves=False) is APPROVED
    with pytest.raises(NothingToJudge):
        check_judging(APPROVED, "omar", approves=True)
    with pytest.raises(OwnExclusion):
        check_judging(APPROVED, "cora", approves=False)


def test_nothing_is_judged_where_nothing_was_named() -> None:
    with pytest.raises(NothingToJudge):
        check_judging(None, "omar", approves=True)


def test_only_a_miss_is_left_out_or_reviewed() -> None:
    """Leaving out those in time would only make the figures worse, or hide them."""
    check_review(missed=True)
    with pytest.raises(NotMissed):
        check_coding(None, missed=False)
    with pytest.raises(NotMissed):
        check_review(missed=False)


def test_a_reason_is_named_once() -> None:
    """Until somebody refuses it."""
    for before in (CODED, APPROVED):
        with pytest.raises(AlreadyCoded, match="cora has named “surge” already"):
            check_coding(before, missed=True)
