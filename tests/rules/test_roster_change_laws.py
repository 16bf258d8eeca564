"""What holds for every edit of every roster: the preview says what happens, the past stays, an undo is exact."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, Rotation
from dispatch.rules.roster.on_call import coverage_gaps, on_call, shifts
from dispatch.rules.schedule.edits import EditRefused, Put, UndoChange, after
from dispatch.rules.schedule.foreseeing import GAPS_AHEAD, ForeseenChange, foresee
from dispatch.rules.schedule.undo import CannotBeUndone, RosterChange, opposite
from tests.rules.edits_drawn import edits, reordered, rosters
from tests.rules.test_roster_properties import moments

LONG = timedelta(days=40)
NAMES = ("primary", "backup")


def resolved(roster: Roster, name: str, at: datetime) -> set[str]:
    """Of the people whom the roster knows, those that the resolver puts on call."""
    rotation = roster.rotation_ever(name)
    found = on_call(roster, rotation, at) if rotation else ()
    return {person for person in found if roster.person(person)}


def edges(*found: ForeseenChange, start: datetime, end: datetime) -> list[datetime]:
    """Every moment at which anybody's answer could be another, and a moment before it."""
    all_ = {start}
    for one in found:
        for roster in (one.before, one.after):
            for rotation in roster.all_rotations:
                for shift in shifts(roster, rotation, start, end):
                    all_ |= {shift.starts_at, shift.ends_at}
        all_ |= {moment for it in one.preview.differences for moment in (it.starts_at, it.ends_at)}
    close = all_ | {moment - timedelta.resolution for moment in all_}
    return sorted(moment for moment in close if start <= moment < end)


def tried(data: st.DataObject, roster: Roster, version: int, now: datetime) -> ForeseenChange:
    try:
        return foresee(roster, version, data.draw(edits(roster, now)), now)
    except EditRefused:
        assume(False)
        raise


def ordered(data: st.DataObject, roster: Roster, now: datetime) -> Roster:
    """As often as not an order of members waits for its hand-off."""
    return after(roster, Put(data.draw(reordered(roster))), now) if data.draw(st.booleans()) else roster


@given(rosters(), moments, st.data())
@pytest.mark.costs(2)
def test_a_preview_names_every_moment_at_which_others_are_on_call(
    roster: Roster, now: datetime, data: st.DataObject
) -> None:
    """In the next 14 nights, and to the edit's own end: where the resolver's answers differ, and nowhere else."""
    found = tried(data, roster, 1, now)
    end = now + timedelta(days=13)
    for moment in edges(found, start=now, end=end):
        for name in NAMES:
            was, is_ = (resolved(one, name, moment) for one in (found.before, found.after))
            named = [
                (set(one.before), set(one.after))
                for one in found.preview.differences
                if one.rotation == name and one.starts_at <= moment < one.ends_at
            ]
            assert named == ([(was, is_)] if was != is_ else [])


@given(rosters(), moments, st.data())
@pytest.mark.costs(2)
def test_no_gap_arises_that_the_preview_does_not_name(roster: Roster, now: datetime, data: st.DataObject) -> None:
    """Each moment of the next weeks in which nobody qualified is on call, and somebody was before, lies in a gap that
    is to be ticked; every gap to be ticked is made of such moments."""
    found = tried(data, roster, 1, now)
    end = now + GAPS_AHEAD - timedelta(days=2)
    stood = {one.name for one in found.before.rotations}
    was, is_ = (coverage_gaps(one, now, end) for one in (found.before, found.after))
    all_edges = {now, *(moment for gap in (*was, *is_) for moment in (gap.starts_at, gap.ends_at))}
    all_edges |= {moment for one in found.preview.gaps for moment in (one.gap.starts_at, one.gap.ends_at)}
    for moment in (one for one in all_edges if now <= one < end):
        for name in NAMES:
            open_before, open_after, ticked = (
                any(gap.rotation == name and gap.starts_at <= moment < gap.ends_at for gap in gaps)
                for gaps in (was, is_, [one.gap for one in found.preview.gaps])
            )
            assert ticked == (open_after and not (open_before and name in stood))


@given(rosters(), moments, st.data())
@pytest.mark.costs(3)
def test_no_edit_moves_the_past(roster: Roster, now: datetime, data: st.DataObject) -> None:
    """What was resolved for any moment before the edit is resolved for it afterwards."""
    found = tried(data, roster, 1, now)
    for rotation in roster.rotations:
        after = found.after.rotation_ever(rotation.name)
        assert after is not None
        assert shifts(found.after, after, now - LONG, now) == shifts(roster, rotation, now - LONG, now)


def made(found: ForeseenChange, version: int, at: datetime, *, undoes: int | None = None) -> RosterChange:
    return RosterChange(version, at, OPERATOR, Source.CLI, "", found.touched, found.reordered, undoes=undoes)


@given(rosters(), moments, st.integers(0, 60 * 24 * 6), st.data())
@pytest.mark.costs(2)
@pytest.mark.slow
def test_an_undo_gives_who_was_on_call_before(roster: Roster, now: datetime, minutes: int, data: st.DataObject) -> None:
    """Minutes or days later, whatever was edited: from the undo on everybody is on call as without the edit; of whom
    the roster knew in between, the same stay on call then."""
    roster, later = ordered(data, roster, now - timedelta(hours=1)), now + timedelta(minutes=minutes)
    found = tried(data, roster, 1, now)
    listed = opposite(made(found, 2, now), (), found.after)
    undone = foresee(found.after, 2, UndoChange(2, listed), later)
    for moment in edges(found, undone, start=now, end=later + LONG):
        for name in NAMES:
            wanted = found.after if moment < later else roster
            known = {person.id for person in wanted.people}
            assert resolved(undone.after, name, moment) & known == resolved(wanted, name, moment)


def scopes(found: ForeseenChange) -> list[tuple[str, datetime, datetime]]:
    always = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    spans = []
    for thing in [thing for one in found.touched for thing in (one.before, one.after)]:
        if isinstance(thing, Override):
            spans.append((thing.rotation, thing.starts_at, thing.ends_at))
        if isinstance(thing, Rotation):
            spans.append((thing.name, *always))
    return spans


@given(rosters(), moments, st.data())
@pytest.mark.costs(2)
@pytest.mark.slow
def test_an_undo_over_a_later_change_is_exact_or_refused(roster: Roster, now: datetime, data: st.DataObject) -> None:
    """With another edit in between, the undo of the first gives who was on call before in the whole of its span, or is
    refused and names the second."""
    first = tried(data, roster, 1, now)
    between, later = now + timedelta(hours=3), now + timedelta(hours=7)
    second = tried(data, first.after, 2, between)
    changes = made(first, 2, now), made(second, 3, between)
    try:
        listed = opposite(changes[0], [changes[1]], second.after)
        undone = foresee(second.after, 3, UndoChange(2, listed), later)
    except CannotBeUndone:
        with pytest.raises(CannotBeUndone, match="version 3"):
            opposite(changes[0], [changes[1]], second.after)
        return
    except EditRefused:
        return  # it would leave a name that nobody has
    known = {person.id for person in roster.people} & {person.id for person in undone.after.people}
    for moment in edges(first, second, undone, start=later, end=later + LONG):
        for name, starts, ends in scopes(first):
            if starts <= moment < ends:
                was, is_ = (resolved(one, name, moment) & known for one in (roster, undone.after))
                assert is_ == was


@given(rosters(), moments, st.data())
@pytest.mark.slow
def test_what_was_undone_counts_again_when_that_is_undone(roster: Roster, now: datetime, data: st.DataObject) -> None:
    """An undo is a change like any other; nothing is undone twice."""
    first = tried(data, ordered(data, roster, now - timedelta(hours=1)), 1, now)
    assume(first.touched)
    change = made(first, 2, now)
    back = foresee(first.after, 2, UndoChange(2, opposite(change, (), first.after)), now + timedelta(hours=1))
    undoing = made(back, 3, now + timedelta(hours=1), undoes=2)
    with pytest.raises(CannotBeUndone, match="was undone by version 3"):
        opposite(change, [undoing], back.after)
    again = foresee(back.after, 3, UndoChange(3, opposite(undoing, (), back.after)), now + timedelta(hours=2))
    redone = made(again, 4, now + timedelta(hours=2), undoes=3)
    for moment in edges(first, again, start=now + timedelta(hours=2), end=now + LONG):
        for name in NAMES:
            assert resolved(again.after, name, moment) == resolved(first.after, name, moment)
    opposite(change, [undoing, redone], again.after)


@pytest.mark.costs(2)
@given(rosters(), moments, st.data())
def test_the_same_edit_of_the_same_version_has_one_digest(roster: Roster, now: datetime, data: st.DataObject) -> None:
    """A second later too, and on another version another one."""
    edit = data.draw(edits(roster, now))
    try:
        found = [foresee(roster, version, edit, now).preview for version in (1, 1, 2)]
    except EditRefused:
        return
    assert found[0].digest == found[1].digest != found[2].digest
    assert replace(found[0], digest="") == replace(found[1], digest="")
