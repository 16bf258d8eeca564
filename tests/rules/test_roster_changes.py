"""What an import changes: by name for whoever imports, in numbers for the audit trail."""

from dataclasses import replace

import pytest

from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Agency, Area, Drive, Roster
from dispatch.rules.schedule.edits import RosterPart
from dispatch.rules.schedule.undo import RosterChanges, touched

ANA, BEN = Person("ana", "Ana Reyes", "+15625550101"), Person("ben", "Ben Ortiz", "+15625550102")
LBPD = Agency("LBPD", "Long Beach Police")
BEFORE = Roster(people=(ANA, BEN), agencies=(LBPD,))


def changes(after: Roster) -> RosterChanges:
    return RosterChanges(after == BEFORE, touched(BEFORE, after))


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (BEFORE, "nothing changed"),
        (replace(BEFORE, people=(BEN, ANA)), "only the order changed"),
        (replace(BEFORE, people=(ANA,)), "people: 1 removed"),
        (
            replace(BEFORE, people=(replace(ANA, phone="+15625550103"), replace(BEN, id="cal")), agencies=()),
            "people: 1 added, 1 changed, 1 removed; agencies: 1 removed",
        ),
        (
            replace(BEFORE, areas=(Area("LBH", "Long Beach", 33.77, -118.19),), drives=(Drive("LBH", "LBH", 5),)),
            "areas: 1 added; drives: 1 added",
        ),
    ],
)
def test_the_audit_trail_gets_numbers(after: Roster, told: str) -> None:
    """How many of each kind were added, changed and removed; no phone number and no name."""
    assert str(changes(after)) == told


def test_whoever_imports_gets_names() -> None:
    """Which people came, went and changed."""
    after = replace(BEFORE, people=(replace(ANA, name="Ana Ruiz"), replace(BEN, id="cal")))
    named = {"added": ["cal"], "changed": ["ana"], "removed": ["ben"]}
    assert changes(after).named() == {RosterPart.PEOPLE: named}
