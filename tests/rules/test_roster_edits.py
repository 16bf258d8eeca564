"""What an import makes of what stands: the past never moves, and what is to come is as the file says."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, OverrideKind, Rotation, RotationUnit
from dispatch.rules.roster.edited import edited, with_keys
from dispatch.rules.roster.on_call import on_call, shifts
from tests.rules.test_roster_properties import OPENS, minutes, overrides

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
PRIMARY = Rotation("primary", ("ana", "ben"), RotationUnit.DAYS, 1, time(9), date(2026, 1, 5))
NIGHT = Override("primary", OverrideKind.REPLACE, NOW - HOUR, NOW + HOUR, "cleo", key="night")


def imported(before: Roster, *listed: Override, now: datetime = NOW) -> Roster:
    return edited(before, replace(before, overrides=listed), now)


@st.composite
def listings(draw: st.DrawFn) -> tuple[Override, ...]:
    """What one file lists: some of the same few keys, in any order."""
    keys = draw(st.lists(st.sampled_from("abcdefg"), unique=True, max_size=6))
    return tuple(replace(draw(overrides()), rotation="primary", key=key) for key in keys)


@given(st.lists(listings(), min_size=2, max_size=4), st.lists(minutes, min_size=4, max_size=4), st.data())
def test_an_import_moves_nothing_past_and_everything_to_come(
    files: list[tuple[Override, ...]], times: list[int], data: st.DataObject
) -> None:
    """What was resolved until now stays, and from now on it is as if the file were all there is."""
    start, end = OPENS - timedelta(days=2), OPENS + timedelta(days=30)
    roster = Roster(rotations=(PRIMARY,))
    for listed, minute in zip(files, sorted(times), strict=False):
        before, now = roster, OPENS + timedelta(minutes=minute)
        if data.draw(st.booleans()):  # most imports say much of what the last one said
            others = {override.key for override in listed}
            listed += tuple(one.as_listed for one in before.listed_overrides if one.key not in others)
        roster = imported(before, *listed, now=now)
        assert shifts(roster, PRIMARY, start, now) == shifts(before, PRIMARY, start, now)
        assert shifts(roster, PRIMARY, now, end) == shifts(Roster(overrides=listed), PRIMARY, now, end)
        assert {one.as_listed for one in roster.listed_overrides} == set(listed)
        versions = [(one.key, one.version) for one in roster.overrides]
        assert len(set(versions)) == len(versions)
        assert {(one.key, one.version) for one in before.overrides} <= set(versions)
        assert imported(roster, *listed, now=now).overrides == roster.overrides


def test_an_edit_of_a_cover_that_runs_holds_from_now_on() -> None:
    """Cleo has the night; in the middle of it Ben takes over. It stays hers until then, under the same key."""
    before = imported(Roster(rotations=(PRIMARY,)), NIGHT, now=NOW - 2 * HOUR)
    after = imported(before, replace(NIGHT, person="ben"))
    assert {(one.key, one.version, one.ended_at, one.holds_from) for one in after.overrides} == {
        ("night", 1, NOW, None),
        ("night", 2, None, NOW),
    }
    assert on_call(after, PRIMARY, NOW - timedelta.resolution) == ("cleo",)
    assert on_call(after, PRIMARY, NOW) == ("ben",)


def test_a_cover_that_is_left_out_ends() -> None:
    """It held until then, and its row stays; one that had not begun never holds, and stays to be read as well."""
    tomorrow = replace(NIGHT, starts_at=NOW + 24 * HOUR, ends_at=NOW + 25 * HOUR, key="tomorrow")
    after = imported(imported(Roster(rotations=(PRIMARY,)), NIGHT, tomorrow, now=NOW - 2 * HOUR))
    assert [(one.key, one.ended_at) for one in after.overrides] == [("night", NOW), ("tomorrow", NOW)]
    assert on_call(after, PRIMARY, NOW - timedelta.resolution) == ("cleo",)
    assert on_call(after, PRIMARY, NOW) == on_call(Roster(), PRIMARY, NOW)
    assert on_call(after, PRIMARY, tomorrow.starts_at) == on_call(Roster(), PRIMARY, tomorrow.starts_at)


def test_a_cover_to_come_is_changed_where_it_stands() -> None:
    """It has held nobody's shift yet: there is nothing to keep."""
    before = imported(Roster(rotations=(PRIMARY,)), NIGHT, now=NOW - 2 * HOUR)
    after = imported(before, replace(NIGHT, person="ben"), now=NOW - 2 * HOUR)
    assert after.overrides == (replace(NIGHT, person="ben"),)


def test_a_rotation_that_is_new_has_no_past_to_move() -> None:
    """The first import may say who has been on call."""
    assert edited(Roster(), Roster(rotations=(PRIMARY,), overrides=(NIGHT,)), NOW).overrides == (NIGHT,)


def test_an_override_without_a_key_is_named_after_its_rotation_and_start() -> None:
    """The same file names the same again; two that begin together are counted, and a key that is taken is left."""
    unnamed = replace(NIGHT, key="")
    taken = replace(NIGHT, key="primary 2026-03-01 07:00Z")
    keys = ["primary 2026-03-01 07:00Z (2)", "primary 2026-03-01 07:00Z", "primary 2026-03-01 07:00Z (3)"]
    assert [one.key for one in with_keys((unnamed, taken, unnamed))] == keys
