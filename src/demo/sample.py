"""The sample town: the agencies and people of `config/roster.toml`, and an officer who calls. Nobody here exists.

It is code so that an installed wheel can play it too; a test keeps it equal to the file.
"""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from dispatch.rules.facts.people import Channel, ContactStep, Language, Person, Role
from dispatch.rules.facts.roster import (
    Agency,
    AgencyKind,
    Area,
    Drive,
    Policy,
    PolicyStep,
    Roster,
    Station,
    Target,
    TargetKind,
)
from dispatch.rules.facts.schedule import Rotation, RotationUnit

OFFICER_PHONE = "+15625550177"
OFFICER_NAME = "Officer Reed"
STRANGER_PHONE = "+15625550199"  # no agency has listed it
CONTACT_PHONE = "+15625550106"  # Cora's

ROSTER = Roster(
    people=(
        Person("ana", "Ana Reyes", "+15625550101", languages=("en", "es"), area_night="LBH", area_day="CSN"),
        Person("ben", "Ben Okafor", "+15625550102", area_night="LYN", area_day="DLA", turnout_minutes=15),
        Person(
            "cleo",
            "Cleo Martin",
            "+15625550103",
            languages=("en", "fr"),
            contact_plan=(
                ContactStep(Channel.SMS, 0),
                ContactStep(Channel.VOICE, 0),
                ContactStep(Channel.VOICE, 120),
                ContactStep(Channel.SMS, 240),
            ),
            area_night="HWD",
            area_day="HWD",
        ),
        Person("dev", "Dev Sharma", "+15625550104", languages=("en", "hi"), area_night="NWK", area_day="LBH"),
        Person(
            "eva",
            "Eva Lindgren",
            "+15625550105",
            languages=("en", "es"),
            texts_in=Language.SPANISH,
            area_night="PAS",
            area_day="EMT",
        ),
        Person("cora", "Cora Whitfield", "+15625550106", frozenset({Role.COORDINATOR, Role.SUPERVISOR})),
        Person("omar", "Omar Haddad", "+15625550107", frozenset({Role.COORDINATOR}), ("en", "ar")),
    ),
    rotations=(
        Rotation("primary", ("ana", "cleo", "eva"), RotationUnit.WEEKS, 1, time(9), date(2026, 1, 5), weekday=0),
        Rotation("backup", ("ben", "dev"), RotationUnit.DAYS, 1, time(9), date(2026, 1, 5)),
    ),
    policies=(
        Policy(
            "default",
            (
                PolicyStep((Target(TargetKind.ROTATION, "primary"),), 300),
                PolicyStep((Target(TargetKind.ROTATION, "backup"),), 300),
            ),
            300,
        ),
    ),
    agencies=(
        Agency(
            "LBPD",
            "Long Beach Police Department",
            policy="default",
            listed_numbers=(OFFICER_PHONE,),
            stations=(
                Station("West Division", "1835 Santa Fe Avenue, Long Beach", "+15625550151", "LBH"),
                Station("North Division", "4891 Atlantic Avenue, Long Beach", area="LBH"),
            ),
            pin="482915",
        ),
        Agency("LAPD", "Los Angeles Police Department"),
        Agency("LASD", "Los Angeles County Sheriff's Department"),
        Agency(
            "PROBATION",
            "Los Angeles County Probation Department",
            AgencyKind.PARTNER,
            notice_phone="+12135550190",
        ),
        Agency(
            "DCFS",
            "Department of Children and Family Services",
            AgencyKind.PARTNER,
            notice_phone="+12135550191",
        ),
    ),
    areas=(
        Area("LBH", "Long Beach", 33.77, -118.19),
        Area("CSN", "Carson", 33.83, -118.26),
        Area("LYN", "Lynwood", 33.93, -118.21),
        Area("NWK", "Norwalk", 33.91, -118.08),
        Area("ING", "Inglewood", 33.96, -118.35),
        Area("DLA", "Downtown Los Angeles", 34.05, -118.25),
        Area("SMO", "Santa Monica", 34.02, -118.49),
        Area("HWD", "Hollywood", 34.1, -118.33),
        Area("PAS", "Pasadena", 34.15, -118.14),
        Area("EMT", "El Monte", 34.07, -118.03),
        Area("VNY", "Van Nuys", 34.19, -118.45),
        Area("PMD", "Palmdale", 34.58, -118.12),
    ),
    drives=(
        Drive("LYN", "LBH", night=15, day=25),
        Drive("NWK", "LBH", night=20, day=30),
        Drive("HWD", "LBH", night=35, day=65),
        Drive("LBH", "HWD", day=75),
        Drive("PMD", "LBH", night=85),
    ),
)


def roster_at(now: datetime) -> Roster:
    """The sample roster with Ana on call at `now` (aware) and Ben as her backup, whatever the day.

    Their shifts began within the last hour, so there is no hand-off for most of a day.
    """
    return replace(ROSTER, rotations=tuple(_beginning(rotation, now) for rotation in ROSTER.rotations))


def _beginning(rotation: Rotation, now: datetime) -> Rotation:
    local = now.astimezone(ZoneInfo(rotation.timezone))
    weekday = None if rotation.weekday is None else local.weekday()
    return replace(rotation, handoff=time(local.hour), starts_on=local.date(), weekday=weekday)


def example_callout() -> dict[str, Any]:
    """What an officer with one child might send: the body of `POST /v1/callouts`."""
    return {
        "unit": "2-Adam-12",
        "officer": {"name": OFFICER_NAME, "badge": "4021", "callback_phone": OFFICER_PHONE},
        "meeting_place": {"address": "400 W Broadway, Long Beach", "note": "front desk"},
        "children": 1,
        "languages": ["en", "es"],
    }


def names(roster: Roster) -> dict[str, str]:
    """What to call the owner of each number, by number: a first name, the officer, a partner's code."""
    partners = {agency.notice_phone: agency.code for agency in roster.agencies if agency.notice_phone is not None}
    return {OFFICER_PHONE: "officer", **partners, **{person.phone: person.first_name for person in roster.people}}
