"""What an import makes of what stands: the past never moves, and what is to come is as the file says."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Agency, Policy, PolicyStep, Roster, Target, TargetKind
from dispatch.rules.facts.schedule import Override, OverrideKind, Pause, Rotation, RotationUnit, Shift
from dispatch.rules.roster.edited import edited, with_keys
from dispatch.rules.roster.on_call import on_call, running_shift, shifts
from tests.rules.test_roster_properties import IDS, OPENS, minutes, overrides, rotations

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


@pytest.mark.costs(2)
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


WIDE = (OPENS - timedelta(days=2), OPENS + timedelta(days=30))
SPECIALISTS = tuple(Person(id_, id_.title(), f"+1562555010{number}") for number, id_ in enumerate(IDS))


def of(roster: Roster, start: datetime, end: datetime, *, name: str = "primary") -> list[Shift]:
    """The shifts of the rotation of this name, if the roster has or had it."""
    known = {rotation.name: rotation for rotation in roster.all_rotations}
    return shifts(roster, known[name], start, end) if name in known else []


@given(
    st.lists(st.tuples(st.none() | rotations, listings(), st.booleans()), min_size=2, max_size=5),
    st.lists(minutes, min_size=5, max_size=5),
)
@pytest.mark.costs(2)
def test_an_edit_of_a_rotation_moves_no_shift_that_is_past_or_runs(
    files: list[tuple[Rotation | None, tuple[Override, ...], bool]], times: list[int]
) -> None:
    """Members, hand-off, zone, all at once, or no such rotation any more: who was on call until now stays, the running
    shift ends at its hand-off if it was to, and afterwards it is as the file says."""
    roster = Roster()
    for (rotation, overrides_, at_once), minute in zip(files, sorted(times), strict=False):
        before, now = roster, OPENS + timedelta(minutes=minute)
        listed = (rotation,) if rotation else ()
        file = Roster(people=SPECIALISTS, rotations=listed, overrides=overrides_ if rotation else ())
        roster = edited(before, file, now, at_once=at_once)
        if before.rotations or before.former_rotations:
            assert of(roster, WIDE[0], now) == of(before, WIDE[0], now)
        (was,) = before.rotations or (None,)
        running = None if was is None or rotation is None or at_once else running_shift(was, now)
        holding = was.at(now) if was and rotation else None
        pauses_alone = holding and rotation and replace(holding.as_listed, pauses=rotation.pauses) == rotation
        changes_at = running[1] if running and was and was.as_listed != rotation and not pauses_alone else now
        bare, was_bare = replace(roster, overrides=()), replace(before, overrides=())
        may_wait = was and holding and was.version > holding.version and not (at_once or pauses_alone)
        if was and rotation and holding and may_wait and _is_paused_alone(was.as_listed, rotation):
            changes_at = was.holds_from or now  # the order waits, and its pause does not
            paused = replace(holding, earlier=(), holds_from=None, pauses=rotation.pauses)
            was_bare = replace(before, rotations=(paused,), overrides=())
        assert of(bare, now, changes_at) == of(was_bare, now, changes_at)
        if was is None or rotation is None or was.as_listed != rotation:
            assert of(roster, changes_at, WIDE[1]) == of(file, changes_at, WIDE[1])
        assert edited(roster, file, now, at_once=at_once) == roster


def _is_paused_alone(was: Rotation, wanted: Rotation) -> bool:
    return replace(was, pauses=wanted.pauses) == wanted != was


def test_a_new_order_holds_from_the_next_hand_off() -> None:
    """Ana has the day when Cleo is put before everybody: Ana's day ends as it was to, and the new order follows."""
    rotation = replace(PRIMARY, members=("cleo", "ben", "ana"))
    handoff = datetime(2026, 3, 1, 17, tzinfo=UTC)
    before = Roster(people=SPECIALISTS, rotations=(PRIMARY,))
    after = edited(before, replace(before, rotations=(rotation,)), NOW)
    (primary,) = after.rotations
    assert (primary.version, primary.holds_from, primary.earlier) == (2, handoff, (PRIMARY,))
    assert on_call(after, primary, handoff - timedelta.resolution) == on_call(before, PRIMARY, NOW)
    assert on_call(after, primary, handoff) == on_call(Roster(), rotation, handoff)


def test_a_shift_of_somebody_who_leaves_ends_at_once() -> None:
    """Nobody waits for a hand-off of somebody who cannot be paged."""
    before = Roster(people=SPECIALISTS, rotations=(PRIMARY,))
    ((holder, _),) = [running_shift(PRIMARY, NOW) or ("", NOW)]
    staying = tuple(person for person in SPECIALISTS if person.id != holder)
    file = Roster(people=staying, rotations=(replace(PRIMARY, members=("cleo",)),))
    (primary,) = edited(before, file, NOW).rotations
    assert primary.holds_from == NOW


def test_a_pause_holds_now_and_the_order_resumes_after_it() -> None:
    """Three days of nobody from tonight on, in the middle of a shift: afterwards it is that shift's holder again, and
    nobody's turn was lost."""
    pause = Pause(NOW + HOUR, NOW + 73 * HOUR)
    before = Roster(people=SPECIALISTS, rotations=(PRIMARY,))
    after = edited(before, replace(before, rotations=(replace(PRIMARY, pauses=(pause,)),)), NOW)
    (primary,) = after.rotations
    ((holder, _), (other, _)) = [running_shift(PRIMARY, at) or ("", NOW) for at in (NOW, NOW + 24 * HOUR)]
    assert [on_call(after, primary, at) for at in (NOW, pause.starts_at, pause.ends_at - timedelta.resolution)] == [
        (holder,),
        (),
        (),
    ]
    assert on_call(after, primary, pause.ends_at) == (holder,)
    assert on_call(after, primary, pause.ends_at + 24 * HOUR) == (other,)


def test_a_pause_brings_no_new_order_forward() -> None:
    """A new order waits for its hand-off; a pause that is added meanwhile does not cut the shift that runs."""
    before = Roster(people=SPECIALISTS, rotations=(PRIMARY,))
    order = replace(PRIMARY, members=("cleo",))
    once = edited(before, replace(before, rotations=(order,)), NOW)
    paused = replace(order, pauses=(Pause(NOW + 48 * HOUR, NOW + 72 * HOUR),))
    (primary,) = edited(once, replace(before, rotations=(paused,)), NOW + HOUR).rotations
    assert primary.holds_from == once.rotations[0].holds_from


WEEKLY = replace(PRIMARY, unit=RotationUnit.WEEKS, starts_on=date(2026, 1, 5), weekday=0)
TUESDAY = datetime(2026, 3, 3, 20, tzinfo=UTC)
MONDAY = datetime(2026, 3, 9, 16, tzinfo=UTC)  # the hand-off, after the clocks have changed


def waiting() -> Roster:
    """On Tuesday the order was changed; it holds from Monday."""
    before = Roster(people=SPECIALISTS, rotations=(WEEKLY,))
    after = edited(before, replace(before, rotations=(replace(WEEKLY, members=("cleo", "ben")),)), TUESDAY)
    assert after.rotations[0].holds_from == MONDAY
    return after


def test_a_pause_holds_before_an_order_that_waits() -> None:
    """On Wednesday somebody pauses Friday to Sunday, while a new order waits for Monday. Both hold, each from its own
    moment, and what was on call until then stays."""
    before, now = waiting(), TUESDAY + 24 * HOUR
    pause = Pause(now + 48 * HOUR, now + 90 * HOUR)
    listed = replace(before.rotations[0].as_listed, pauses=(pause,))
    after = edited(before, replace(before, rotations=(listed,)), now)
    (primary,) = after.rotations
    assert (
        on_call(after, primary, pause.starts_at) == on_call(after, primary, pause.ends_at - timedelta.resolution) == ()
    )
    for at in (TUESDAY, now, pause.starts_at - timedelta.resolution, pause.ends_at, MONDAY, MONDAY + 24 * HOUR):
        assert on_call(after, primary, at) == on_call(before, before.rotations[0], at) != ()
    assert [(one.version, one.holds_from) for one in primary.versions] == [(1, None), (2, now), (3, MONDAY)]
    assert primary.as_listed == listed
    # In the pause, when no shift runs, another edit of the pauses leaves the order where it waits.
    later = pause.starts_at + HOUR
    again = edited(after, replace(after, rotations=(before.rotations[0].as_listed,)), later)
    (primary,) = again.rotations
    assert primary.holds_from == MONDAY
    assert on_call(again, primary, later) == on_call(before, before.rotations[0], later) != ()


def test_an_edit_that_has_not_held_is_replaced() -> None:
    """Taking it back before the hand-off leaves one version more that says what the first said."""
    before = Roster(people=SPECIALISTS, rotations=(PRIMARY,))
    once = edited(before, replace(before, rotations=(replace(PRIMARY, members=("cleo",)),)), NOW)
    back = edited(once, before, NOW + timedelta(minutes=5))
    assert [(one.version, one.as_listed) for one in back.rotations[0].versions] == [(1, PRIMARY), (2, PRIMARY)]


def test_a_policy_that_is_edited_holds_now() -> None:
    """And what an agency's call-outs would have paged before can still be asked."""
    policy = Policy("default", (PolicyStep((Target(TargetKind.EVERYONE),), 300),))
    longer = replace(policy, round_wait_seconds=600)
    after = edited(Roster(policies=(policy,)), Roster(policies=(longer,)), NOW)
    lbpd = Agency("LBPD", "Long Beach")
    assert after.policy_of(lbpd, NOW - timedelta.resolution).as_listed == policy
    assert after.policy_of(lbpd, NOW).as_listed == longer
    gone = edited(after, Roster(), NOW + HOUR)
    assert gone.policy_of(lbpd, NOW).as_listed == longer
    assert gone.policy_of(lbpd, NOW + HOUR).name == "everyone"


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


def test_a_key_that_comes_back_counts_on() -> None:
    """A cover is changed, ended and listed again: each is a version of its own, whatever order they stand in."""
    roster = Roster(rotations=(PRIMARY,))
    for minute, listed in enumerate([(NIGHT,), (replace(NIGHT, person="ben"),), (), (NIGHT,)]):
        roster = imported(roster, *listed, now=NOW + timedelta(minutes=minute))
    assert sorted((one.key, one.version) for one in roster.overrides) == [("night", 1), ("night", 2), ("night", 3)]


def test_what_is_over_stays_in_whatever_order_it_is_listed() -> None:
    """The file may list two covers of the past the other way round: which had the last word stays as it was."""
    early = replace(NIGHT, ends_at=NOW - HOUR / 2)
    late = replace(early, person="ben", key="late")
    before = imported(Roster(rotations=(PRIMARY,)), early, late, now=NOW - 2 * HOUR)
    assert imported(before, late, early).overrides == before.overrides


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


def test_two_edits_in_one_moment_leave_nobody_without_a_shift() -> None:
    """Dropped, listed again and reordered in the same moment: what holds from it on holds until the next hand-off."""
    roster = Roster(people=SPECIALISTS, rotations=(PRIMARY,))
    empty, again = replace(roster, rotations=()), replace(PRIMARY, members=("ben", "cleo"))
    for listed in (empty, roster, replace(roster, rotations=(again,))):
        roster = edited(roster, listed, NOW)
    assert of(roster, NOW, NOW + HOUR) == of(Roster(rotations=(PRIMARY,)), NOW, NOW + HOUR)


def test_a_rotation_that_is_new_has_no_past() -> None:
    """It is listed from January on, and nobody was on call by it before today. A first file tells of its past."""
    first = edited(Roster(), Roster(rotations=(PRIMARY,)), NOW)
    assert of(first, NOW - HOUR, NOW) == of(Roster(rotations=(PRIMARY,)), NOW - HOUR, NOW)
    later = replace(PRIMARY, name="later")
    cover = replace(NIGHT, rotation="later", key="later")
    roster = edited(first, replace(first, rotations=(PRIMARY, later), overrides=(cover,)), NOW)
    assert of(roster, WIDE[0], NOW, name="later") == []
    file = Roster(rotations=(later,), overrides=(cover,))
    assert of(roster, NOW, WIDE[1], name="later") == of(file, NOW, WIDE[1], name="later")
    assert of(roster, WIDE[0], WIDE[1]) == of(first, WIDE[0], WIDE[1])
