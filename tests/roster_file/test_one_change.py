"""What the file says of a change that somebody makes in a form."""

import re
from dataclasses import replace
from datetime import datetime
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.sample import ROSTER
from dispatch.roster_file import FileTables, mistakes_in, new_mistakes, read_change, table_of
from dispatch.roster_file.models import Table
from dispatch.rules.facts.roster import Agency, Roster
from dispatch.rules.schedule.edits import EditRefused
from dispatch.rules.schedule.edits import after as edits_after
from tests.rules.edits_drawn import edits, rosters
from tests.rules.test_roster_properties import moments


def test_each_thing_reads_back_equal_from_its_own_table() -> None:
    """So a form that changes one field loses none of the others."""
    for agency in ROSTER.agencies:
        read = read_change(ROSTER, partial(_put, agency), ("agencies.",))
        assert read.mistakes == ()
        assert read.listed.agency(agency.code) == agency


def _put(agency: Agency, tables: FileTables) -> None:
    tables["agencies"][agency.code] = table_of(agency)


def test_all_mistakes_are_said_at_once_with_the_paths_of_the_file() -> None:
    def change(tables: FileTables) -> None:
        tables["agencies"]["LBPD"] |= {"name": "", "pin": "12", "policy": "none"}

    read = read_change(ROSTER, change, ("agencies.LBPD.",))
    assert [line.partition(":")[0] for line in read.mistakes] == [
        "agencies.LBPD.name",
        "agencies.LBPD.pin",
        "agencies.LBPD.policy",
    ]
    assert read.listed.agencies == ROSTER.agencies


def test_what_was_wrong_elsewhere_is_not_said_again_and_what_is_ones_own_is() -> None:
    """A roster of an older release may hold what is refused today."""
    first, *others = ROSTER.agencies
    wrong = replace(ROSTER, agencies=(replace(first, pin="12"), *others))
    assert mistakes_in(wrong)

    def change(tables: FileTables) -> None:
        tables["agencies"]["LAPD"]["name"] = "LAPD"

    assert read_change(wrong, change, ("agencies.LAPD.",)).mistakes == ()
    assert len(read_change(wrong, change, ("agencies.LBPD.",)).mistakes) == 1


def test_every_part_of_the_file_has_a_table() -> None:
    """A thing of a new kind would have none, and its form no words."""
    described = {table.describes for table in Table.__subclasses__()}
    for part in ("agencies", "people", "rotations", "policies", "areas", "drives"):
        assert {type(one) for one in getattr(ROSTER, part)} <= described


@given(rosters(), moments, st.data())
@pytest.mark.costs(3)
def test_an_edit_answers_for_whatever_it_makes_wrong(roster: Roster, now: datetime, data: st.DataObject) -> None:
    """Though what it leaves alone is not read again: 5,000 overrides, twice, took half a second."""
    try:
        after = edits_after(roster, data.draw(edits(roster, now)), now)
    except EditRefused:
        return
    found = {_numberless(line) for line in new_mistakes(roster, after)}
    stood, stands = ({_numberless(line) for line in mistakes_in(one)} for one in (roster, after))
    assert stands - stood <= found <= stands


def _numberless(line: str) -> str:
    return re.sub(r"\[\d+\]", "[]", line)
