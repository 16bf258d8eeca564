"""Areas and drives in the roster file: what may be said, and how it answers mistakes."""

import pytest

from dispatch.roster_file import read_roster, write_roster
from dispatch.rules.facts.roster import Area, Drive, Roster
from tests.roster_file.test_roster_file import SMALL, problems

AREAS = (
    SMALL.replace(
        '[people.ana]\nname = "Ana Reyes"', '[people.ana]\narea_night = "LBH"\narea_day = "HWD"\nname = "Ana Reyes"'
    ).replace(
        'kind = "caller"',
        'kind = "caller"\nstations = [{name = "West Division", address = "1835 Santa Fe Avenue", area = "LBH"}]',
    )
    + """
[[areas]]
code = "LBH"
name = "Long Beach"
lat = 33.77
lon = -118.19

[[areas]]
code = "HWD"
name = "Hollywood"
lat = 34.10
lon = -118.33

[[drives]]
from = "LBH"
to = "HWD"
night = 35
day = 65
"""
)


def changed(old: str, new: str) -> str:
    assert AREAS.count(old) == 1, f"{old!r} is not in the file exactly once"
    return AREAS.replace(old, new)


def test_areas_are_read() -> None:
    """A person has one by night and one by day, a station has one, and a drive leads from one to another."""
    roster = read_roster(AREAS)
    assert roster.areas == (Area("LBH", "Long Beach", 33.77, -118.19), Area("HWD", "Hollywood", 34.1, -118.33))
    assert roster.drives == (Drive("LBH", "HWD", night=35, day=65),)
    ana, ben = roster.people[:2]
    assert (ana.area_night, ana.area_day, ana.turnout_minutes) == ("LBH", "HWD", 10)
    assert (ben.area_night, ben.area_day, ben.turnout_minutes) == (None, None, 10)
    assert roster.agencies[0].stations[0].area == "LBH"


def test_a_roster_without_areas_is_as_it_was() -> None:
    """Nothing of them is asked for, and nothing of them is written."""
    roster = read_roster(SMALL)
    assert (roster.areas, roster.drives) == ((), ())
    written = write_roster(roster)
    assert "[[areas]]" not in written
    assert "[[drives]]" not in written
    assert "area_night =" not in written
    assert "turnout_minutes =" not in written


def test_an_export_is_the_same_byte_for_byte() -> None:
    """What was exported, imported and exported again has not moved, and says what its keys mean."""
    written = write_roster(read_roster(AREAS))
    assert read_roster(written) == read_roster(AREAS)
    assert write_roster(read_roster(written)) == written
    assert "# Minutes from one area to another" in written
    assert 'from = "LBH"\nto = "HWD"\nnight = 35\nday = 65\n' in written


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("lat = 33.77\n", "", "areas[1].lat: missing"),
        ("lat = 33.77", 'lat = "33.77"', "areas[1].lat: '33.77' is not a latitude; write degrees like 33.77"),
        ("lat = 33.77", "lat = nan", "areas[1].lat: nan is not a latitude; write degrees like 33.77"),
        ("lon = -118.33", "lon = -1118.33", "areas[2].lon: -1118.33 is not a longitude; write degrees like -118.19"),
        (
            "lon = -118.33",
            "lon = 118.33",
            "areas[2]: is 10,442 km from areas[1]; is a minus missing, or are lat and lon exchanged?",
        ),
        (
            'code = "HWD"',
            'code = "HWD"\ncolour = "red"',
            "areas[2].colour: unknown key; known here: code, lat, lon, name",
        ),
        (
            'name = "Hollywood"',
            'name = "long BEACH"',
            "areas[2].name: areas[1] has the name 'long BEACH' already; write another",
        ),
        (
            'area_night = "LBH"',
            'area_night = "LBHH"',
            "people.ana.area_night: no area has the code 'LBHH' (did you mean 'LBH'?)",
        ),
        (
            'area_day = "HWD"',
            'area_day = "Third Street 5"',
            "people.ana.area_day: no area has the code 'Third Street 5'; write the code of one of the [[areas]]",
        ),
        (
            'area_day = "HWD"',
            "turnout_minutes = 121",
            "people.ana.turnout_minutes: 121 is not a whole number of minutes from 0 to 120",
        ),
        (
            'area = "LBH"',
            'area = "SPD"',
            "agencies.LBPD.stations[1].area: no area has the code 'SPD'; write the code of one of the [[areas]]",
        ),
        ('from = "LBH"', 'from = "LHB"', "drives[1].from: no area has the code 'LHB' (did you mean 'LBH'?)"),
        ("night = 35", "night = 0", "drives[1].night: 0 is not a whole number of minutes from 1 to 300"),
        (
            "night = 35",
            "night = 3",
            "drives[1].night: nobody drives 39 km in 3 minutes; correct them, or the areas' points",
        ),
        (
            "night = 35\nday = 65\n",
            "",
            "drives[1]: has no minutes; write night, day or both, or leave the drive out",
        ),
        (
            "day = 65\n",
            'day = 65\n[[drives]]\nfrom = "LBH"\nto = "HWD"\nnight = 50\n',
            "drives[2]: LBH to HWD is in drives[1] already; keep one of them",
        ),
        ("[[drives]]", "[drives]", "drives: is one table of a list; write [[drives]] in double brackets"),
    ],
)
def test_a_mistake_is_named(old: str, new: str, expected: str) -> None:
    """One mistake gives one line, which names the entry and says what to write."""
    assert problems(changed(old, new)) == [f"roster.toml: {expected}"]


def test_a_code_that_is_none() -> None:
    """It would not be understood in a text; whoever names it is not blamed as well."""
    text = AREAS.replace('"HWD"', '"Hwd 1"')
    assert problems(text) == [
        "roster.toml: areas[2].code: 'Hwd 1' is not a code; write 2 to 8 capital letters and digits, like LBH"
    ]


def test_two_areas_of_one_code() -> None:
    """Nobody would know where somebody with this code starts from."""
    text = AREAS.replace('"HWD"', '"LBH"')
    assert problems(text) == ["roster.toml: areas[2].code: areas[1] has the code LBH already; write another"]


def test_every_mistake_is_listed() -> None:
    """One that is broken by itself leads to no second line, and hides no other."""
    text = AREAS.replace("lat = 33.77", "lat = 333.77").replace('area_night = "LBH"', 'area_night = "X"')
    assert problems(text.replace("day = 65", "day = 1000")) == [
        "roster.toml: areas[1].lat: 333.77 is not a latitude; write degrees like 33.77",
        "roster.toml: drives[1].day: 1000 is not a whole number of minutes from 1 to 300",
        "roster.toml: people.ana.area_night: no area has the code 'X'; write the code of one of the [[areas]]",
    ]


def test_the_way_back_may_have_a_line_of_its_own() -> None:
    """Into town is slower in the morning."""
    text = AREAS + '[[drives]]\nfrom = "HWD"\nto = "LBH"\nday = 80\n'
    assert isinstance(roster := read_roster(text), Roster)
    assert len(roster.drives) == 2
