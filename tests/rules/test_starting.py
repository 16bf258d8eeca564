"""Where somebody starts from for a while: until when it holds, and which area a word means."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from dispatch.rules.facts.moments import NaiveMoment
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Area, Roster, StartsFrom
from dispatch.rules.facts.schedule import Override, OverrideKind, Rotation, RotationUnit
from dispatch.rules.nearer.estimate import area_of, estimate
from dispatch.rules.nearer.starting import StartsNowhere, area_called, start_shown, starting

NIGHT = datetime(2026, 11, 24, 10, 14, tzinfo=UTC)  # Tuesday, 02:14 in Los Angeles
HANDOFF = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)  # 09:00
AREAS = (
    Area("LBH", "Long Beach", 33.77, -118.19),
    Area("CPT", "Compton", 33.90, -118.22),
    Area("LCF", "La Cañada Flintridge", 34.20, -118.20),
)
PEOPLE = tuple(
    Person(name, name.capitalize(), f"+1562555010{number}", area_night="LBH", area_day="CPT")
    for number, name in enumerate(("ana", "ben", "cleo"), 1)
)
ROSTER = Roster(
    people=PEOPLE,
    areas=AREAS,
    rotations=(Rotation("primary", ("ana", "ben"), RotationUnit.DAYS, 1, time(9), date(2026, 11, 23)),),
)
ANA, BEN, CLEO = PEOPLE


@pytest.mark.parametrize(
    ("who", "until"),
    [
        ("ana", HANDOFF),  # on call
        ("ben", HANDOFF + timedelta(days=1)),  # comes on call at nine
        ("cleo", NIGHT + timedelta(days=1)),  # in no rotation
    ],
)
def test_it_holds_until_their_next_handoff(who: str, until: datetime) -> None:
    """Of the shift that runs, of the one that comes within twelve hours, and otherwise for a day."""
    assert starting(ROSTER, who, "CPT", NIGHT) == StartsFrom(who, "CPT", NIGHT, until)


def test_a_rotation_of_one_ends_it_after_two_weeks() -> None:
    """Nobody takes over from her."""
    alone = replace(ROSTER, rotations=(replace(ROSTER.rotations[0], members=("ana",)),))
    assert starting(alone, "ana", "CPT", NIGHT).until == NIGHT + timedelta(days=14)


def test_a_cover_is_a_handoff() -> None:
    """Somebody covers the end of her shift: hers ends there."""
    ends = NIGHT + timedelta(hours=2)
    cover = Override("primary", OverrideKind.REPLACE, ends, HANDOFF, "cleo")
    assert starting(replace(ROSTER, overrides=(cover,)), "ana", "CPT", NIGHT).until == ends


def test_of_two_shifts_the_first_to_end_counts() -> None:
    both = replace(
        ROSTER,
        rotations=(*ROSTER.rotations, Rotation("backup", ("ana",), RotationUnit.DAYS, 1, time(6), date(2026, 11, 23))),
    )
    cover = Override("backup", OverrideKind.REPLACE, NIGHT + timedelta(hours=1), HANDOFF, "cleo")
    assert starting(replace(both, overrides=(cover,)), "ana", "CPT", NIGHT).until == NIGHT + timedelta(hours=1)


@pytest.mark.parametrize(("person", "area"), [("nobody", "LBH"), ("ana", "XXX"), ("ana", ""), ("ana", "lbh")])
def test_whom_or_what_the_roster_does_not_know_starts_from_nowhere(person: str, area: str) -> None:
    with pytest.raises(StartsNowhere):
        starting(ROSTER, person, area, NIGHT)


@pytest.mark.parametrize("said", ["lbh", "LBH", "Long Beach", "longbeach", "LONG-BEACH", " long  beach. "])
def test_an_area_is_meant_by_its_whole_code_or_name(said: str) -> None:
    found = area_called(ROSTER, said)
    assert found is not None
    assert found.code == "LBH"


def test_accents_do_not_matter() -> None:
    found = area_called(ROSTER, "la canada flintridge")
    assert found == area_called(ROSTER, "La Cañada Flintridge") == AREAS[2]


@pytest.mark.parametrize("said", ["", "long", "beach", "LB", "long beach blvd", "compton!!x", "400"])
def test_a_part_of_a_name_means_none(said: str) -> None:
    assert area_called(ROSTER, said) is None


# ---- what it does --------------------------------------------------------------------------------------------------


def _from(area: str) -> Roster:
    return (
        replace(ROSTER, starts=(starting(ROSTER, "ana", "CPT", NIGHT),))
        if area == "CPT"
        else replace(ROSTER, starts=(StartsFrom("ana", area, NIGHT, HANDOFF),))
    )


def test_an_estimate_starts_from_there_while_it_holds() -> None:
    """By night and by day; before and afterwards from what the roster says."""
    roster = _from("CPT")
    assert area_of(ANA, roster, NIGHT) == AREAS[1]
    assert area_of(ANA, roster, NIGHT - timedelta(seconds=1)) == AREAS[0]
    assert area_of(ANA, roster, HANDOFF - timedelta(seconds=1)) == AREAS[1]
    assert area_of(BEN, roster, NIGHT) == AREAS[0]
    assert "from Compton at night" in estimate(ANA, AREAS[0], roster, (), NIGHT).reason
    evening = replace(roster, people=(replace(ANA, area_day="LBH"),))
    assert area_of(evening.people[0], evening, HANDOFF) == AREAS[0]


def test_an_area_that_has_left_the_roster_is_nowhere() -> None:
    """Somebody starts from it while a coordinator removes it: what the roster says holds again, and is what they are
    told."""
    roster = _from("GONE")
    assert area_of(ANA, roster, NIGHT) == AREAS[0]
    shown = start_shown(roster, ANA, NIGHT)
    assert (shown.area, shown.until) == (AREAS[0], None)


def test_what_is_shown_says_until_when() -> None:
    shown = start_shown(_from("CPT"), ANA, NIGHT)
    assert (shown.area, shown.until, shown.areas) == (AREAS[1], HANDOFF, AREAS)
    with pytest.raises(NaiveMoment):
        start_shown(ROSTER, ANA, NIGHT.replace(tzinfo=None))


def test_where_people_start_from_is_no_part_of_the_roster_file() -> None:
    """Two rosters that differ in it are the same, so no import undoes or reports it."""
    assert _from("CPT") == ROSTER
