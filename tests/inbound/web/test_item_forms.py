"""The form of each part of the setup is the whole table of the roster's file."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from demo.sample import ROSTER
from dispatch.inbound.web.people.person_form import PersonForm
from dispatch.inbound.web.roster.item_forms import FORMS, form_of
from dispatch.inbound.web.roster.typed import Typed
from dispatch.roster_file.models import (
    AgencyTable,
    AreaTable,
    PersonTable,
    PolicyTable,
    RotationTable,
    StationTable,
    Table,
)
from dispatch.rules.facts.roster import Policy, PolicyStep, Roster, Target, TargetKind
from dispatch.rules.facts.schedule import Pause

_PAUSE = Pause(datetime(2026, 3, 1, 18, tzinfo=UTC), datetime(2026, 3, 2, 18, tzinfo=UTC))
_STEP = PolicyStep(tuple(Target(TargetKind.PERSON, one) for one in ("eva", "cora")), 90)
_EVERYBODY_AND_BEN = PolicyStep((Target(TargetKind.EVERYONE), Target(TargetKind.PERSON, "ben")), 600)
_AGENCY, _ROTATION = ROSTER.agencies[0], ROSTER.rotations[0]
FULL: Roster = replace(
    ROSTER,
    agencies=(
        replace(_AGENCY, notice_phone="+15625550170", webhook_url="https://lb.example/hook"),
        *ROSTER.agencies[1:],
    ),
    rotations=(
        replace(_ROTATION, pauses=(_PAUSE,)),
        replace(ROSTER.rotations[1], timezone="America/New_York", length=3),
        replace(_ROTATION, name="alarms", members=("cora", "omar"), takes_alarms=True, pauses=(_PAUSE,)),
    ),
    policies=(
        *ROSTER.policies,
        Policy("county", (_STEP, _EVERYBODY_AND_BEN), 600, ask_more=4, nearest_first=True, far_minutes=45),
        Policy("alone", (_STEP,), 600, ask_more=0),
    ),
)
"""A roster of which every form has something to lose."""

_THINGS = [
    *(("agencies", one.code, "") for one in FULL.agencies),
    *(("stations", one.name, agency.code) for agency in FULL.agencies for one in agency.stations),
    *(("rotations", one.name, "") for one in FULL.rotations),
    *(("policies", one.name, "") for one in FULL.policies),
    ("areas", "LBH", ""),
]


@pytest.mark.parametrize(("part", "name", "agency"), _THINGS)
def test_a_form_loses_nothing_that_its_table_has(part: str, name: str, agency: str) -> None:
    form = form_of(FULL, part, name, agency)
    opened = form.shown()
    read = form.read(opened)
    assert read.mistakes == ()
    assert form.item_in(read.listed, opened) == form.was


@pytest.mark.parametrize(
    ("part", "model", "told_elsewhere"),
    [
        ("agencies", AgencyTable, {"stations"}),  # which have forms of their own
        ("stations", StationTable, set[str]()),
        ("rotations", RotationTable, {"weekday"}),  # that of the first shift
        ("policies", PolicyTable, set[str]()),
        ("areas", AreaTable, {"code"}),  # its name, which stays
    ],
)
def test_a_form_reads_every_key_of_its_table(part: str, model: type[Table], told_elsewhere: set[str]) -> None:
    """And a preview says each that becomes another. The things above have each key once, so none can be lost unseen."""
    form = form_of(FULL, part, "", "LBPD" if part == "stations" else "")
    keys = _keys(model)
    assert set(form.labels) | told_elsewhere == keys
    tables = [form_of(FULL, its_part, name, agency).stands for its_part, name, agency in _THINGS if its_part == part]
    assert {key for table in tables for key in table} | told_elsewhere == keys


def test_a_persons_form_loses_nothing_and_has_every_key() -> None:
    """But for what their phone and the identity provider say."""
    for person in FULL.people:
        form = PersonForm(FULL, person.id, PersonForm.labels)
        assert form.read_person(form.shown()) == (person, {})
    assert {*PersonForm.labels, "opted_out", "sign_in"} == _keys(PersonTable)


def _keys(model: type[Table]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def test_every_part_with_a_form_is_tried() -> None:
    assert {part for part, _, _ in _THINGS} == {*FORMS, "stations"}


def test_whoever_a_step_pages_has_a_tick() -> None:
    """Though they are no specialist: without one the form would take them out."""
    form = form_of(FULL, "policies", "county")
    assert ("person:cora", "Cora Whitfield") in form.choices()["people"]
    assert "person:omar" not in dict(form.choices()["people"])


def test_a_preview_says_what_a_policy_does_with_whoever_is_nearer() -> None:
    form = form_of(FULL, "policies", "county")
    typed = Typed.filled({"target-1": ["person:eva", "person:cora"], "wait-1": "90s", "round_wait": "10m"})
    read = form.read(typed)
    assert list(form.differences(form.item_in(read.listed, typed)))[1:] == [
        "Asked along when whoever has it will be late: 4 → 2",
        "Whoever is nearest is paged first: yes → no",
        "Two more are paged where it is farther than: 45 min → never",
    ]


def test_a_pause_is_told_on_the_clock_of_its_rotation() -> None:
    """Of a new rotation as well, and of one that moves to another zone."""
    form = form_of(FULL, "rotations", "")
    typed = Typed.filled(
        {
            "named": "north",
            "member": ["ana"],
            "unit": "days",
            "length": "1",
            "handoff": "09:00",
            "starts_on": "2026-01-07",
            "timezone": "America/New_York",
            "pause_from": "2026-01-10T18:00",
            "pause_until": "2026-01-12T09:00",
        }
    )
    read = form.read(typed)
    said = list(form.differences(form.item_in(read.listed, typed)))
    assert "Pauses: 2026-01-10 18:00 to 2026-01-12 09:00" in said
