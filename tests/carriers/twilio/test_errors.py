"""The table of Twilio's errors."""

import pytest

from dispatch.carriers.twilio.errors import meaning_of, sort_error
from dispatch.rules.delivery.sending import Meaning, OperatorFault, Refused, SendOutcome, TryAgain, Unknown


@pytest.mark.parametrize(
    ("http_status", "code", "expected"),
    [
        (400, "21211", Refused("21211", "no", Meaning.BAD_NUMBER)),
        (400, "21214", Refused("21214", "no", Meaning.BAD_NUMBER)),
        (400, "21217", Refused("21217", "no", Meaning.BAD_NUMBER)),
        (400, "21614", Refused("21614", "no", Meaning.NO_TEXTS)),
        (400, "21635", Refused("21635", "no", Meaning.NO_TEXTS)),
        (400, "21610", Refused("21610", "no", Meaning.OPTED_OUT)),
        (403, "21610", Refused("21610", "no", Meaning.OPTED_OUT)),
        (400, "21999", Refused("21999", "no", Meaning.UNEXPLAINED)),
        (400, None, Refused(None, "no", Meaning.UNEXPLAINED)),
        (401, "20003", OperatorFault("20003", "no", Meaning.ACCOUNT)),
        (400, "21606", OperatorFault("21606", "no", Meaning.OPERATOR)),
        (403, "21408", OperatorFault("21408", "no", Meaning.OPERATOR)),
        (400, "21608", OperatorFault("21608", "no", Meaning.OPERATOR)),
        (401, None, OperatorFault(None, "no", Meaning.ACCOUNT)),
        (401, "20999", OperatorFault("20999", "no", Meaning.ACCOUNT)),
        (403, None, OperatorFault(None, "no", Meaning.ACCOUNT)),
        (403, "20999", OperatorFault("20999", "no", Meaning.OPERATOR)),
        (404, "20404", OperatorFault("20404", "no", Meaning.ACCOUNT)),
        (404, None, OperatorFault(None, "no", Meaning.ACCOUNT)),
        (401, "20005", OperatorFault("20005", "no", Meaning.ACCOUNT)),
        (302, None, OperatorFault(None, "no", Meaning.ACCOUNT)),
        (429, "20429", TryAgain("no", 1.0)),
        (429, None, TryAgain("no", 1.0)),
        (400, "20429", TryAgain("no", 1.0)),
        (400, "21611", TryAgain("no", 1.0)),
        (500, None, Unknown("no")),
        (500, "21610", Unknown("no")),
        (503, "20503", Unknown("no")),
        (408, None, Unknown("no")),
        (201, None, Unknown("no")),
    ],
)
def test_a_create_that_failed_is_sorted_by_its_code_then_by_its_status(
    http_status: int, code: str | None, expected: SendOutcome
) -> None:
    """Each class of error leads to its own outcome, and a code that is not listed falls back on the HTTP status."""
    assert sort_error(http_status, code, "no") == expected


def test_without_words_the_status_is_the_reason() -> None:
    """An outcome always says something that an operator can look up."""
    assert sort_error(502, None) == Unknown("HTTP 502")


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("30001", Meaning.PASSING),
        ("30002", Meaning.ACCOUNT),
        ("30003", Meaning.PASSING),
        ("30004", Meaning.PASSING),
        ("30005", Meaning.BAD_NUMBER),
        ("30006", Meaning.NO_TEXTS),
        ("30007", Meaning.OPERATOR),
        ("30008", Meaning.PASSING),
        ("30034", Meaning.OPERATOR),
        ("30038", Meaning.OPERATOR),
        ("30450", Meaning.OPERATOR),
        ("30036", Meaning.PASSING),
        ("21610", Meaning.OPTED_OUT),
        ("20003", Meaning.ACCOUNT),
        ("10001", Meaning.ACCOUNT),
        ("20005", Meaning.ACCOUNT),
        ("39999", Meaning.UNEXPLAINED),
        (None, Meaning.UNEXPLAINED),
    ],
)
def test_a_failed_delivery_is_sorted_by_its_code(code: str | None, meaning: Meaning) -> None:
    """A status callback's ErrorCode says whether another try makes sense, and what is wrong with the number."""
    assert meaning_of(code) is meaning
