"""The table of the carrier's errors."""

from datetime import datetime

import pytest

from dispatch.rules.facts import NaiveMoment
from dispatch.rules.sending import (
    DeliveryFailure,
    Found,
    OperatorFault,
    Outcome,
    Reach,
    Refused,
    TryAgain,
    Unknown,
    classify_delivery_error,
    delivery_reach,
    is_e164,
    retry_seconds,
    sort_error,
    without_numbers,
)


@pytest.mark.parametrize(
    ("http_status", "code", "expected"),
    [
        (400, 21211, Refused(21211, "no", Reach.BAD_NUMBER)),
        (400, 21214, Refused(21214, "no", Reach.BAD_NUMBER)),
        (400, 21217, Refused(21217, "no", Reach.BAD_NUMBER)),
        (400, 21614, Refused(21614, "no", Reach.NO_TEXTS)),
        (400, 21635, Refused(21635, "no", Reach.NO_TEXTS)),
        (400, 21610, Refused(21610, "no", Reach.OPTED_OUT)),
        (403, 21610, Refused(21610, "no", Reach.OPTED_OUT)),
        (400, 21999, Refused(21999, "no", Reach.OTHER)),
        (400, None, Refused(None, "no", Reach.OTHER)),
        (401, 20003, OperatorFault(20003, "no")),
        (400, 21606, OperatorFault(21606, "no")),
        (403, 21408, OperatorFault(21408, "no")),
        (400, 21608, OperatorFault(21608, "no")),
        (403, None, OperatorFault(None, "no")),
        (404, 20404, OperatorFault(20404, "no")),
        (302, None, OperatorFault(None, "no")),
        (429, 20429, TryAgain("no", 1.0)),
        (429, None, TryAgain("no", 1.0)),
        (400, 20429, TryAgain("no", 1.0)),
        (400, 21611, TryAgain("no", 1.0)),
        (500, None, Unknown("no")),
        (500, 21610, Unknown("no")),
        (503, 20503, Unknown("no")),
        (408, None, Unknown("no")),
        (201, None, Unknown("no")),
    ],
)
def test_a_create_that_failed_is_sorted_by_its_code_then_by_its_status(
    http_status: int, code: int | None, expected: Outcome
) -> None:
    """Every class of error leads to its own outcome, and a code nobody listed falls back on the HTTP status."""
    assert sort_error(http_status, code, "no") == expected


def test_without_words_the_status_is_the_reason() -> None:
    """An outcome always says something that an operator can look up."""
    assert sort_error(502, None) == Unknown("HTTP 502")


@pytest.mark.parametrize(
    ("code", "failure", "reach"),
    [
        (30001, DeliveryFailure.RETRY_OR_OTHER_CHANNEL, None),
        (30002, DeliveryFailure.OPERATOR, None),
        (30003, DeliveryFailure.RETRY_OR_OTHER_CHANNEL, None),
        (30004, DeliveryFailure.RETRY_OR_OTHER_CHANNEL, None),
        (30005, DeliveryFailure.PERMANENT, Reach.BAD_NUMBER),
        (30006, DeliveryFailure.PERMANENT, Reach.NO_TEXTS),
        (30007, DeliveryFailure.OPERATOR, None),
        (30008, DeliveryFailure.RETRY_OR_OTHER_CHANNEL, None),
        (30034, DeliveryFailure.OPERATOR, None),
        (30036, DeliveryFailure.RETRY_OR_OTHER_CHANNEL, None),
        (21610, DeliveryFailure.OPTED_OUT, Reach.OPTED_OUT),
        (39999, DeliveryFailure.RETRY_OR_OTHER_CHANNEL, None),
        (None, DeliveryFailure.RETRY_OR_OTHER_CHANNEL, None),
    ],
)
def test_a_failed_delivery_is_sorted_by_its_code(
    code: int | None, failure: DeliveryFailure, reach: Reach | None
) -> None:
    """A status callback's ErrorCode says whether another try makes sense, and what it tells about the number."""
    assert classify_delivery_error(code) is failure
    assert delivery_reach(code) is reach


@pytest.mark.parametrize(
    ("asked", "waited"), [(None, 1.0), (0, 1.0), (-5, 1.0), (float("nan"), 1.0), (7, 7), (30, 30), (3600, 30)]
)
def test_a_wait_is_never_nothing_and_never_minutes(asked: float | None, waited: float) -> None:
    """Retry-After is honoured up to half a minute, and nonsense in it does no harm."""
    assert retry_seconds(asked) == waited


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("The 'To' number +15625550101 is not valid", "The 'To' number …0101 is not valid"),
        ("to (562) 555-0101.", "to (…0101."),
        ("%2B15625550101", "…0101"),
        ("SM00000000000000000000000000000001 stays", "SM00000000000000000000000000000001 stays"),
        ("error 21610", "error 21610"),
    ],
)
def test_a_phone_number_is_not_kept_in_full(said: str, kept: str) -> None:
    """What the carrier quotes ends up in logs and on a timeline, without the number but for its end."""
    assert without_numbers(said) == kept


def test_what_the_carrier_found_has_an_aware_moment() -> None:
    """A moment without its offset is refused where it enters."""
    with pytest.raises(NaiveMoment):
        Found("SM1", "sent", None, datetime(2026, 1, 5, 2, 14))  # noqa: DTZ001  # that is the point


@pytest.mark.parametrize(
    ("number", "is_one"),
    [("+15625550177", True), ("anonymous", False), ("32665", False), ("+0562555", False), ("", False)],
)
def test_what_can_be_answered(number: str, is_one: bool) -> None:
    """A withheld number and a short code are no numbers that a text of ours could go to."""
    assert is_e164(number) is is_one
