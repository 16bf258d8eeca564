"""What the officer is told of who comes, by what we know of the caller."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.rules.callout import telling
from dispatch.rules.decisions import TextOfficer
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.pages import IsThere
from dispatch.rules.wording import agency_texts
from tests.rules.situations import NIGHT, situation, taken

_ETA = NIGHT + timedelta(minutes=25)


@pytest.mark.parametrize("trust", [Trust.VERIFIED, Trust.LIKELY])
def test_whoever_is_likely_police_hears_all(trust: Trust) -> None:
    """A first name and a time."""
    about = replace(taken(), trust=trust)
    assert telling.taken(about, "Ana", _ETA) == TextOfficer(agency_texts.officer_taken("K7Q", "Ana", _ETA))
    assert telling.taken(about, "Ana", None, there=True) == TextOfficer(
        agency_texts.officer_with_you("K7Q", "Ana"), asks=IsThere("c1")
    )
    assert telling.eta(about, "Ana", _ETA, new=True) == [TextOfficer(agency_texts.officer_eta("K7Q", "Ana", _ETA))]
    assert telling.how_it_stands(situation(about), NIGHT) == "Ana is coming."


@pytest.mark.parametrize("trust", [Trust.LISTED, Trust.UNLISTED, Trust.WITHHELD])
def test_a_number_alone_hears_no_name_and_no_time(trust: Trust) -> None:
    """Whoever fakes one learns that somebody comes."""
    about = replace(taken(eta_at=_ETA), trust=trust)
    plain = TextOfficer(agency_texts.officer_taken_by_somebody("K7Q"))
    assert telling.taken(about, "Ana", _ETA) == plain
    assert telling.taken(about, "Ana", _ETA, there=True) == plain
    assert telling.eta(about, "Ana", _ETA, new=False) == []
    assert telling.how_it_stands(situation(about), NIGHT) == agency_texts.SOMEBODY_HAS_IT


@pytest.mark.parametrize("trust", [Trust.VERIFIED, Trust.LISTED])
def test_whoever_has_left_is_not_on_scene(trust: Trust) -> None:
    """The officer's view says so as well."""
    about = replace(taken(arrived_at=NIGHT), trust=trust, status=Status.CLEARED)
    assert telling.how_it_stands(situation(about), NIGHT) == agency_texts.HAS_LEFT


def test_a_time_that_has_passed_is_not_read() -> None:
    """Five minutes past it the officer reads that we ask."""
    about = situation(taken(eta_at=_ETA))
    for minutes, said in ((4, "Ana is coming, ETA 02:39."), (5, "Ana was due at 02:39; we are asking where they are.")):
        assert telling.how_it_stands(about, _ETA + timedelta(minutes=minutes)) == said
    there = situation(taken(eta_at=_ETA, arrived_at=_ETA, status=Status.ON_SCENE))
    assert telling.how_it_stands(there, _ETA + timedelta(minutes=9)) == "Ana is on scene."
