"""What is known about a send, and about the numbers that it goes to."""

from datetime import datetime

import pytest

from dispatch.rules.delivery.sending import CarrierReport, Found, Progress, is_e164, retry_seconds, without_numbers
from dispatch.rules.facts.moments import NaiveMoment


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
    """What the carrier quotes ends up in logs and on a timeline, with only the end of the number."""
    assert without_numbers(said) == kept


def test_what_the_carrier_found_has_an_aware_moment() -> None:
    """A moment without its offset is refused where it enters."""
    with pytest.raises(NaiveMoment):
        Found("SM1", Progress.TAKEN, "sent", None, datetime(2026, 1, 5, 2, 14))  # noqa: DTZ001  # that is the point


@pytest.mark.parametrize(
    ("number", "is_one"),
    [("+15625550177", True), ("anonymous", False), ("32665", False), ("+0562555", False), ("", False)],
)
def test_what_can_be_answered(number: str, is_one: bool) -> None:
    """We cannot text a withheld number or a short code."""
    assert is_e164(number) is is_one


def test_what_ends_a_call() -> None:
    """Nobody is on the line any more: a machine that picked up ends it as well, once the carrier says so."""
    over = {Progress.ENDED, Progress.BUSY, Progress.NO_ANSWER, Progress.FAILED, Progress.CANCELED}
    assert {one for one in Progress if one.ends_a_call} == over
    for said in Progress:
        assert CarrierReport("CA1", said, said).ends_a_call is (said in over)
        assert CarrierReport("CA1", said, said, over=True).ends_a_call
