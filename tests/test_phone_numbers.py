"""Numbers as people write them, and the region in which each is rung."""

import pytest

from dispatch.phone_numbers import region_of
from dispatch.settings import Settings


@pytest.mark.parametrize(
    ("number", "region"),
    [
        ("+15625550177", "US"),  # a sample number, which rings nowhere
        ("+12135550190", "US"),
        ("+18005550123", "US"),  # toll-free: whoever is called pays
        ("+17875550123", "PR"),
        ("+16715550123", "GU"),
        ("+18765550123", "JM"),
        ("+18095550123", "DO"),
        ("+14165550123", "CA"),
        ("+442079460958", "GB"),
        ("+19005550123", None),  # premium
        ("+15629765550", None),  # premium, in any area
        ("+15005550123", None),  # a personal number is sent on to anywhere
        ("+447011234567", None),
        ("+19115550123", None),
        ("+15629115550", None),
        ("+15624115550", None),
        ("+979123456789", None),
        ("+88213456789", "001"),
        ("+881612345678", "001"),
        ("+80012345678", "001"),
        ("+13575550123", None),  # an area code that nobody has
        ("+911", None),
        ("911", None),
        ("411", None),
        ("", None),
        ("anonymous", None),
    ],
)
def test_the_region_of_a_number(number: str, region: str | None) -> None:
    """+1 is no region, and what is no ordinary number is in none; 001 is no region that can be set."""
    assert region_of(number) == region


def test_every_sample_number_is_dialled() -> None:
    """555-0100 to 555-0199 ring nowhere, and documents, demos and tests are full of them."""
    settings = Settings()
    assert all(settings.dials(f"+1562555{number:04}") for number in range(100, 200))


def test_only_the_regions_that_are_set_are_dialled() -> None:
    """The United States unless set otherwise; a territory has to be named, as any other region."""
    abroad, island = "+18765550123", "+17875550123"
    assert not any(map(Settings().dials, (abroad, island)))
    both = Settings(dial_regions=" us, pr ")
    assert both.dial_regions == "US,PR"
    assert both.dials(island)
    assert both.dials("+15625550177")
    assert not both.dials(abroad)
    assert not Settings(dial_regions="PR").dials("+15625550177")


def test_premium_numbers_are_in_no_region_that_can_be_set() -> None:
    """Whatever the regions are."""
    everywhere = Settings(dial_regions="US,GB")
    assert not any(map(everywhere.dials, ("+19005550123", "+15629765550", "+449098790123", "+979123456789")))
