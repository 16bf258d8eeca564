"""Random rosters and edits of them, around the nights on which the clocks change."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.roster import Policy, PolicyStep, Roster, Target, TargetKind
from dispatch.rules.facts.schedule import Pause, Rotation
from dispatch.rules.roster.edited import with_keys
from dispatch.rules.roster.on_call import shifts
from dispatch.rules.schedule.edits import (
    AddOverride,
    Edit,
    EndOverride,
    ExchangeShifts,
    ImportRoster,
    PauseRotation,
    Put,
    Remove,
    RosterPart,
)
from tests.rules.test_roster_properties import IDS, moments, overrides, rotations

PEOPLE = tuple(Person(id_, id_.title(), f"+1562555010{number}") for number, id_ in enumerate((*IDS, "dev")))
POLICY = Policy(
    "default", (PolicyStep((Target(TargetKind.ROTATION, "primary"), Target(TargetKind.PERSON, "dev")), 300),)
)
WEEKS = timedelta(days=20)


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    """Two rotations of people whom the roster knows, and overrides that nest and overlap."""
    two = [replace(draw(with_members), name=name, pauses=()) for name in ("primary", "backup")]
    listed = draw(st.lists(overrides(), max_size=5))
    roles = st.sampled_from([frozenset({Role.SPECIALIST}), frozenset({Role.COORDINATOR})])
    people = tuple(replace(one, roles=draw(roles)) if draw(st.integers(0, 4)) == 0 else one for one in PEOPLE)
    people = tuple(replace(one, qualified_until=draw(days)) if draw(st.integers(0, 4)) == 0 else one for one in people)
    return Roster(people=people, rotations=tuple(two), overrides=with_keys(listed), policies=(POLICY,))


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
with_members = rotations.filter(lambda one: bool(one.members))


@st.composite
def edits(draw: st.DrawFn, roster: Roster, now: datetime) -> Edit:
    """Some edit of this roster; many are refused."""
    drawn: list[Callable[[], Edit]] = [
        lambda: AddOverride(draw(overrides())),
        lambda: AddOverride(draw(overrides())),
        lambda: EndOverride(draw(st.sampled_from([one.key for one in roster.listed_overrides] or ["none"]))),
        lambda: _exchange(draw, roster, now),
        lambda: _pause(draw, roster),
        lambda: Put(draw(reordered(roster)), at_once=draw(st.booleans())),
        lambda: Put(replace(draw(st.sampled_from(roster.people)), roles=frozenset({Role.COORDINATOR}))),
        lambda: Remove(RosterPart.PEOPLE, draw(st.sampled_from([one.id for one in roster.people]))),
        lambda: Remove(RosterPart.ROTATIONS, "backup"),
        lambda: ImportRoster(draw(rosters()), at_once=draw(st.booleans())),
    ]
    return draw(st.sampled_from(drawn))()


def _exchange(draw: st.DrawFn, roster: Roster, now: datetime) -> Edit:
    ahead = [shift for rotation in roster.rotations for shift in shifts(roster, rotation, now, now + WEEKS)]
    if not ahead:
        return EndOverride("none")
    return ExchangeShifts(draw(st.sampled_from(ahead)), draw(st.sampled_from(ahead)))


def _pause(draw: st.DrawFn, roster: Roster) -> Edit:
    starts_at = draw(moments)
    pause = Pause(starts_at, starts_at + timedelta(hours=draw(st.integers(1, 400))))
    return PauseRotation(draw(st.sampled_from([one.name for one in roster.rotations] or ["none"])), pause)


@st.composite
def reordered(draw: st.DrawFn, roster: Roster) -> Rotation:
    """One of the rotations, with other members."""
    known = [one.id for one in roster.people]
    members = draw(st.lists(st.sampled_from(known), min_size=1, max_size=4)) if known else []
    if not roster.rotations:
        return replace(draw(with_members), name="primary", members=tuple(members), pauses=())
    return replace(draw(st.sampled_from(roster.rotations)), members=tuple(members))
