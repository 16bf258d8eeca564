"""Which area a meeting place is in: by its coordinates, its station, or a name in its address; otherwise unknown."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.facts.callout import Details
from dispatch.rules.facts.roster import Agency, Area, Roster, Station
from dispatch.rules.nearer.meeting_area import FURTHEST_KM, kilometres, meeting_area

LONG_BEACH = Area("LBH", "Long Beach", 33.77, -118.19)
HOLLYWOOD = Area("HWD", "Hollywood", 34.10, -118.33)
NORTH_HOLLYWOOD = Area("NHW", "North Hollywood", 34.19, -118.38)
CANADA = Area("LCF", "La Cañada", 34.21, -118.20)
ROSTER = Roster(
    agencies=(
        Agency(
            "LBPD",
            "Long Beach Police",
            stations=(Station("West Division", "1835 Santa Fe Avenue", area="LBH"), Station("Annex", "1 Pier")),
        ),
        Agency(
            "LAPD",
            "Los Angeles Police",
            stations=(
                Station("West Division", "1358 Wilcox Avenue", area="HWD"),
                Station("Hillside", "2 Oak", area="LCF"),
                Station("Harbor", "3 Elm", area="LBH"),
            ),
        ),
        Agency("LASD", "Sheriff", stations=(Station("Harbor", "4 Fir", area="HWD"),)),
    ),
    areas=(LONG_BEACH, HOLLYWOOD, NORTH_HOLLYWOOD, CANADA),
)

points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def found(agency: str = "LBPD", **said: Any) -> str | None:
    area = meeting_area(ROSTER, agency, Details("+15625550177", **said))
    return area.code if area is not None else None


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"place_lat": 33.78, "place_lon": -118.20}, "LBH"),
        ({"place_lat": 34.145, "place_lon": -118.355}, "NHW"),  # the nearer of two
        ({"place_lat": 34.69, "place_lon": -118.15}, None),  # Lancaster, far from all of them
        ({"place_lat": 33.78, "place_lon": -118.20, "place_address": "Hollywood"}, "LBH"),
        ({"place_lat": 34.69, "place_lon": -118.15, "place_address": "Sierra Hwy, Hollywood"}, "HWD"),
        ({"place_lat": 33.78}, None),
        ({}, None),
    ],
)
def test_coordinates_go_first(said: dict[str, Any], expected: str | None) -> None:
    """The nearest area counts, if it is near; otherwise what was written does."""
    assert found(**said) == expected


@pytest.mark.parametrize(
    ("agency", "said", "expected"),
    [
        ("LBPD", {"place_address": "1835 Santa Fe Avenue", "place_note": "West Division"}, "LBH"),
        ("LAPD", {"place_note": "west  division"}, "HWD"),
        ("LBPD", {"place_address": "the West Division, front desk"}, "LBH"),
        ("UNLISTED", {"place_address": "West Division"}, None),  # two agencies have one
        ("UNLISTED", {"place_address": "Hillside"}, "LCF"),
        ("LBPD", {"place_address": "Hillside Station"}, "LCF"),
        ("LBPD", {"place_address": "1358 WILCOX AVENUE"}, "HWD"),
        ("LBPD", {"place_address": "12 Hillside Dr"}, None),  # a street
        ("LBPD", {"place_note": "Annex"}, None),  # its area is not known
        ("LBPD", {"place_note": "near the West Division"}, None),  # a note is no address
        ("UNLISTED", {"place_address": "Harbor"}, None),
    ],
)
def test_a_station_gives_its_area(agency: str, said: dict[str, Any], expected: str | None) -> None:
    """By its name or its address, the caller's own stations first. A name that means two areas means none."""
    assert found(agency, **said) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("400 W Broadway, Long Beach", "LBH"),
        ("400 W BROADWAY, LONG BEACH, CA 90802", "LBH"),
        ("11 Elm St, North Hollywood", "NHW"),
        ("11 Elm St, Hollywood", "HWD"),
        ("Foothill Blvd, la canada", "LCF"),
        ("Foothill Blvd, La Can\u0303ada", "LCF"),  # the accent as a character of its own
        ("600 Hollywood Way, Burbank", None),
        ("200 Long Beach Blvd, Compton", None),
        ("200 Long Beach Blvd, Long Beach", "LBH"),
        ("Hollywood Blvd, Hollywood", "HWD"),
        ("Long Beach, Pier 4", "LBH"),
        ("between Hollywood and Long Beach", None),
        ("Hollywood, Long Beach", "LBH"),  # an address names its city last
        ("Hollywoodland", None),
        ("", None),
        (",,,", None),
    ],
)
def test_a_typed_address_names_its_city_last(address: str, expected: str | None) -> None:
    """Accents, capitals and punctuation do not matter; a street that is called after a city is not in it."""
    assert found("LASD", place_address=address) == expected


def test_an_unconfirmed_meeting_place_is_nowhere() -> None:
    """A caller whom nobody has verified moves nobody, and sends for nobody."""
    assert found(place_address="Long Beach", place_unconfirmed=True) is None
    assert found(place_address="Long Beach", place_unconfirmed=False) == "LBH"


@given(points, points)
def test_a_distance_is_the_same_both_ways(one: tuple[float, float], other: tuple[float, float]) -> None:
    """It is never negative, never more than half around the world, and nothing from a point to itself."""
    away = kilometres(*one, *other)
    assert away == kilometres(*other, *one)
    assert 0 <= away <= 20_100
    assert kilometres(*one, *one) == 0


def test_a_distance_is_right() -> None:
    """Long Beach to Hollywood is 39 km as the crow flies."""
    assert round(kilometres(33.77, -118.19, 34.10, -118.33)) == 39


@given(points)
def test_coordinates_lead_to_an_area_within_the_bound_or_to_none(point: tuple[float, float]) -> None:
    """Wherever the point is."""
    area = meeting_area(ROSTER, "LBPD", Details("+15625550177", place_lat=point[0], place_lon=point[1]))
    nearest = min(kilometres(one.lat, one.lon, *point) for one in ROSTER.areas)
    assert (area is not None) == (nearest <= FURTHEST_KM)


@given(st.text(max_size=40), st.text(max_size=10))
def test_any_words_are_read(address: str, note: str) -> None:
    """Whatever is typed leads to an area of the roster or to none; words without letters name nothing."""
    odd = Area("ODD", "—", 0, 0)
    roster = Roster(agencies=ROSTER.agencies, areas=(odd,))
    assert meeting_area(roster, "LBPD", Details("+15625550177", place_address=address, place_note=note)) is None
