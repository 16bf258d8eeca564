"""The sample roster that the demo carries with it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demo import sample
from dispatch.roster_file import read_roster
from dispatch.rules.facts.roster import Target, TargetKind
from dispatch.rules.roster.on_call import resolve

ROSTER_FILE = Path(__file__).parents[1] / "config" / "roster.toml"


def test_it_is_the_sample_file() -> None:
    """What the demo plays is what `config/roster.toml` describes."""
    assert replace(read_roster(ROSTER_FILE.read_text(encoding="utf-8")), overrides=()) == sample.ROSTER


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 24, 10, 14, tzinfo=UTC),
        datetime(2026, 11, 30, 16, 59, 59, tzinfo=UTC),  # a second before Monday's hand-off in the file
        datetime(2026, 11, 30, 17, tzinfo=UTC),
        datetime(2027, 3, 14, 9, 59, tzinfo=UTC),  # the last minute before the clocks go forward
        datetime(2027, 3, 14, 10, tzinfo=UTC),
        datetime(2026, 11, 1, 8, 30, tzinfo=UTC),  # 01:30, which comes twice that night
        datetime(2026, 11, 1, 9, 30, tzinfo=UTC),
    ],
)
def test_ana_and_ben_are_on_call_whenever_it_is_played(moment: datetime) -> None:
    """Whatever day and hour the demo starts, Ana is first and Ben is her backup, and both stay so for hours."""
    roster = sample.roster_at(moment)
    for later in (timedelta(0), timedelta(hours=12)):
        for rotation, person in (("primary", "ana"), ("backup", "ben")):
            found = resolve(roster, Target(TargetKind.ROTATION, rotation), moment + later)
            assert [on_call.id for on_call in found] == [person]
