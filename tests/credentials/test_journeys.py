"""A journey to the identity provider is one if we signed it, and for ten minutes."""

from datetime import UTC, datetime, timedelta

import pytest

from dispatch.credentials.journeys import Journey, Journeys
from dispatch.rules.access.sign_in import PROVIDER_WAITS

NOW = datetime(2026, 1, 7, 10, 14, tzinfo=UTC)
JOURNEY = Journey("state", "nonce", "verifier", "/users?name=Ñ")
OURS = Journeys(["a secret"])


def test_what_we_signed_is_opened_for_ten_minutes() -> None:
    signed = OURS.signed(JOURNEY, NOW)
    assert OURS.opened(signed, NOW) == JOURNEY
    assert OURS.opened(signed, NOW + PROVIDER_WAITS - timedelta(seconds=1)) == JOURNEY
    assert OURS.opened(signed, NOW + PROVIDER_WAITS) is None


def test_no_letter_of_it_can_be_changed() -> None:
    """Nor left out, nor added to."""
    signed = OURS.signed(JOURNEY, NOW)
    for place, letter in enumerate(signed):
        for other in ("" if letter == "." else ".", "B" if letter == "A" else "A"):
            assert OURS.opened(signed[:place] + other + signed[place + 1 :], NOW) is None
    assert OURS.opened(signed + "A", NOW) is None


@pytest.mark.parametrize("made", ["", ".", "..", "state", "state.nonce.verifier.Lw==", "é.ÿ", "e30=." + "0" * 64])
def test_what_somebody_made_up_is_no_journey(made: str) -> None:
    assert OURS.opened(made, NOW) is None


def test_the_first_secret_signs_and_all_are_believed() -> None:
    """A secret is changed while somebody is away."""
    both = Journeys(["a new secret", "a secret"])
    assert both.opened(OURS.signed(JOURNEY, NOW), NOW) == JOURNEY
    assert OURS.opened(both.signed(JOURNEY, NOW), NOW) is None
    assert Journeys(["a new secret"]).opened(both.signed(JOURNEY, NOW), NOW) == JOURNEY


def test_without_a_secret_each_believes_itself_alone() -> None:
    one, other = Journeys(), Journeys()
    assert one.opened(one.signed(JOURNEY, NOW), NOW) == JOURNEY
    assert other.opened(one.signed(JOURNEY, NOW), NOW) is None


@pytest.mark.parametrize("letter", ["a", "ñ", "☎", "👍"])
def test_the_longest_way_on_fits_a_cookie(letter: str) -> None:
    """Browsers keep 4,096 bytes, and we read as many."""
    journey = Journey("s" * 43, "n" * 43, "v" * 86, "/" + letter * 499)
    assert len(OURS.signed(journey, NOW)) < 3500
