"""Tests at the start of a shift: who is tested when, what silence leads to, and who comes in."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.pages import PageState
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.roster import Policy, PolicyStep, Roster, Target, TargetKind
from dispatch.rules.facts.schedule import Override, OverrideKind, Rotation, RotationUnit
from dispatch.rules.roster.on_call import resolve
from dispatch.rules.shifts import said
from dispatch.rules.shifts.coming_on import backup_of, coming_on, holds, moment_of_test
from dispatch.rules.shifts.unanswered import (
    AfterTest,
    Reached,
    ShiftTest,
    TestStage,
    found_nobody,
    is_unanswered,
    what_next,
)
from dispatch.rules.wording import alphabet
from tests.each import each
from tests.rules.situations import minutes

ANA, BEN, CLEO = (
    Person(name, name.title(), f"+1562555010{index}") for index, name in enumerate(("ana", "ben", "cleo"))
)
CORA = Person("cora", "Cora", "+15625550110", frozenset({Role.COORDINATOR}))
PRIMARY = Rotation("primary", ("ana", "ben"), RotationUnit.DAYS, 1, time(9), date(2026, 1, 5))
BACKUP = Rotation("backup", ("cleo",), RotationUnit.DAYS, 1, time(9), date(2026, 1, 5))
STEPS = tuple(PolicyStep((Target(TargetKind.ROTATION, name),), 300) for name in ("primary", "backup"))
ROSTER = Roster(people=(ANA, BEN, CLEO, CORA), rotations=(PRIMARY, BACKUP), policies=(Policy("default", STEPS),))


def at(clock: str, day: int = 5) -> datetime:
    return datetime.fromisoformat(f"2026-08-{day:02}T{clock}:00-07:00")


@pytest.mark.parametrize(
    ("starts", "tested"),
    [
        (at("09:00"), at("09:00")),
        (at("08:00"), at("08:00")),
        (at("21:59"), at("21:59")),
        (at("22:00"), at("19:00")),
        (at("00:30", 6), at("19:00", 5)),
        (at("07:59", 6), at("19:00", 5)),
    ],
)
def test_nobody_is_tested_at_night(starts: datetime, tested: datetime) -> None:
    """Whoever comes on between 22:00 and 8:00 is tested in the evening before."""
    assert moment_of_test(starts) == tested


def test_whoever_comes_on_is_tested_as_the_shift_begins() -> None:
    """A minute ahead it is known, and for half an hour after; whoever goes on being on call does not come on."""
    found = coming_on(ROSTER, at("08:59"))
    assert [(one.rotation, one.tested_at, one.ends_at) for one in found] == [("primary", at("09:00"), at("09:00", 6))]
    assert coming_on(ROSTER, at("08:58")) == []
    assert coming_on(ROSTER, at("09:29")) == found
    assert coming_on(ROSTER, at("09:30")) == []
    night = replace(ROSTER, rotations=(replace(PRIMARY, handoff=time(23)), BACKUP))
    assert [one.starts_at for one in coming_on(night, at("19:00"))] == [at("23:00")]


def test_who_is_not_tested() -> None:
    """Nobody of a rotation that no policy pages, and nobody who is no specialist."""
    assert coming_on(replace(ROSTER, policies=()), at("09:00")) == []
    nobody = replace(PRIMARY, members=("cora", "nobody"))
    assert coming_on(replace(ROSTER, rotations=(nobody,)), at("09:00")) == []
    assert coming_on(replace(ROSTER, rotations=(nobody,)), at("09:00", 6)) == []


def test_whose_shift_it_still_is() -> None:
    """A test goes on while whoever is tested is on call: from one hand-off on it is the other's."""
    found = [[holds(ROSTER, "primary", one, at("09:00", day)) for one in ("ana", "ben")] for day in (5, 6)]
    assert sorted(found) == [[False, True], [True, False]]


def test_who_comes_in() -> None:
    """Whoever the next step has and who may; never whoever has the rotation already."""
    assert backup_of(ROSTER, "primary", "ana", (), at("09:30")) == CLEO
    assert backup_of(ROSTER, "primary", "ana", ("cleo",), at("09:30")) is None
    assert backup_of(ROSTER, "backup", "cleo", (), at("09:30")) is None
    assert backup_of(ROSTER, "gone", "ana", (), at("09:30")) is None
    assert backup_of(replace(ROSTER, policies=()), "primary", "ana", (), at("09:30")) is None
    other = Policy("other", (STEPS[1],))  # one that does not page the rotation says nothing
    assert backup_of(replace(ROSTER, policies=(other, *ROSTER.policies)), "primary", "ana", (), at("09:30")) == CLEO
    last = replace(STEPS[1], targets=(Target(TargetKind.EVERYONE, ""),))
    everybody = replace(ROSTER, policies=(Policy("default", (STEPS[0], last)),))
    holder = resolve(everybody, STEPS[0].targets[0], at("09:30"))[0]
    assert backup_of(everybody, "primary", holder.id, (), at("09:30")) in {ANA, BEN} - {holder}


def test_who_comes_in_tonight() -> None:
    """Primary and backup hand over together: it is the backup of that moment; whoever was primary before may."""
    together = replace(BACKUP, members=("dora", "cleo"))
    dora = Person("dora", "Dora", "+15625550104")
    roster = replace(ROSTER, people=(*ROSTER.people, dora), rotations=(PRIMARY, together))
    before, after = at("08:59"), at("09:00")
    (holder,) = resolve(roster, STEPS[0].targets[0], after)
    found = [backup_of(roster, "primary", holder.id, (), moment) for moment in (before, after)]
    assert found == [resolve(roster, STEPS[1].targets[0], moment)[0] for moment in (before, after)]
    assert found[0] != found[1]
    last = replace(STEPS[1], targets=(Target(TargetKind.EVERYONE, ""),))
    everybody = replace(ROSTER, policies=(Policy("default", (STEPS[0], last)),))
    assert backup_of(everybody, "primary", holder.id, (), after) in {ANA, BEN} - {holder}


NOON = at("12:00")
TEST = ShiftTest("t", "primary", "ana", NOON, NOON + timedelta(hours=24), NOON, TestStage.TEXTED, NOON + minutes(10))
ARRIVED, RANG = Reached(PageState.DELIVERED), Reached(PageState.FAILED, "no answer")


def nxt(
    test: ShiftTest, after: int, *reached: Reached, answered: bool = False, needed: bool = False, holds: bool = True
) -> AfterTest:
    return what_next(test, reached, NOON + minutes(after), holds=holds, answered=answered, needed=needed)


def test_a_call_after_ten_minutes_and_somebody_after_thirty() -> None:
    assert nxt(TEST, 9, ARRIVED) is AfterTest.WAIT
    assert nxt(TEST, 10, ARRIVED) is AfterTest.CALL
    rung = replace(TEST, stage=TestStage.RUNG, due_at=NOON + minutes(30))
    assert nxt(rung, 29, ARRIVED, RANG) is AfterTest.WAIT
    for came in (ARRIVED, RANG):
        assert nxt(rung, 30, came) is AfterTest.BRING_IN


@each(reached=[(), (Reached(PageState.SENT),), (Reached(PageState.FAILED, "30034: not registered"),)])
def test_the_carriers_trouble_is_no_silence(reached: tuple[Reached, ...]) -> None:
    """What came to no phone is looked at again, as long as it takes."""
    rung = replace(TEST, stage=TestStage.RUNG, due_at=NOON + minutes(30))
    assert nxt(rung, 30, *reached) is AfterTest.LOOK_AGAIN


def test_what_left_late_is_no_silence_yet() -> None:
    """The carrier failed the call and took the text after 29 minutes: its reader has ten minutes, as others have."""
    rung = replace(TEST, stage=TestStage.RUNG, due_at=NOON + minutes(30))
    failed, late = Reached(PageState.FAILED, "30034: not registered"), replace(ARRIVED, left_at=NOON + minutes(29))
    assert nxt(rung, 30, late, failed) is AfterTest.LOOK_AGAIN
    assert nxt(replace(rung, due_at=NOON + minutes(40)), 40, late, failed) is AfterTest.BRING_IN
    assert nxt(rung, 30, late, replace(RANG, left_at=NOON + minutes(10))) is AfterTest.BRING_IN


def test_what_left_by_a_clock_that_was_set_back_left_long_ago() -> None:
    """Otherwise nobody would come in for as long as the clock went back."""
    rung = replace(TEST, stage=TestStage.RUNG, due_at=NOON + minutes(30))
    assert nxt(rung, 30, replace(ARRIVED, left_at=NOON + minutes(70))) is AfterTest.BRING_IN
    assert nxt(rung, 30, replace(ARRIVED, left_at=NOON + minutes(30.01))) is AfterTest.LOOK_AGAIN


@pytest.mark.parametrize(
    ("pages", "nobody"),
    [
        ([(0, PageState.DELIVERED), (10, PageState.FAILED)], True),
        ([(0, PageState.DONE), (10, PageState.FAILED)], False),  # the text was answered once its call had rung out
        ([(0, PageState.DONE), (31, PageState.FAILED)], True),  # an older test
        ([(0, PageState.FAILED), (31, PageState.SENT)], False),
        ([], False),
    ],
)
def test_whom_the_newest_test_did_not_find(pages: list[tuple[int, PageState]], nobody: bool) -> None:
    assert found_nobody([(NOON + minutes(after), state) for after, state in pages]) is nobody
    assert [state for state in PageState if Reached(state).was_answered] == [PageState.DONE]


def test_whose_own_test_goes_unanswered() -> None:
    """From half an hour on, whether somebody is beside them or not."""
    assert not is_unanswered(TEST, NOON + minutes(29))
    assert is_unanswered(TEST, NOON + minutes(30))
    assert is_unanswered(replace(TEST, stage=TestStage.SILENT), NOON + minutes(31))


def test_how_it_ends() -> None:
    """An answer ends it, also once somebody has come in; so does the end of the shift. Whoever is needed is left
    alone, unless somebody is beside them already."""
    silent = replace(TEST, stage=TestStage.SILENT, backup="ben", override="o")
    assert nxt(TEST, 5, answered=True) is nxt(silent, 60, answered=True) is AfterTest.ENDS_ANSWERED
    assert nxt(TEST, 24 * 60) is nxt(silent, 24 * 60) is AfterTest.ENDS_OVER
    assert nxt(silent, 60, answered=True, holds=False) is nxt(TEST, 5, holds=False) is AfterTest.ENDS_OVER
    assert nxt(TEST, 5, needed=True) is AfterTest.ENDS_NEEDED
    assert nxt(silent, 60, needed=True) is nxt(silent, 60) is AfterTest.WAIT


@given(st.integers(0, 23), st.integers(0, 59), st.integers(1, 28))
def test_the_test_is_never_after_the_shift_begins_nor_at_night(hour: int, minute: int, day: int) -> None:
    """Nor more than half a day before it."""
    starts = datetime.fromisoformat(f"2026-11-{day:02}T{hour:02}:{minute:02}:00+00:00")
    moment = moment_of_test(starts)
    assert timedelta() <= starts - moment <= timedelta(hours=14)


def test_an_override_brings_somebody_on() -> None:
    """Cleo comes in for Ana at noon: she is tested then, for her part of the shift."""
    cover = Override("primary", OverrideKind.REPLACE, at("12:00"), at("15:00"), "cleo", key="c")
    (found,) = coming_on(replace(ROSTER, overrides=(cover,)), at("12:00"))
    assert (found.person, found.ends_at) == ("cleo", at("15:00"))


def test_nobody_is_tested_for_a_shift_that_is_over() -> None:
    """Cleo came in at noon and was let go ten minutes later: a test would tell her that she is on call."""
    beside = Override("primary", OverrideKind.ADD, at("12:00"), at("12:10"), "cleo", key="c")
    roster = replace(ROSTER, overrides=(beside,))
    assert [one.person for one in coming_on(roster, at("12:09"))] == ["cleo"]
    assert coming_on(roster, at("12:10")) == []


@pytest.mark.parametrize("name", ["Ana", "Maximiliana-Guadalupe", ""])
def test_what_is_said_fits_one_segment(name: str) -> None:
    """In both languages, with the span at its longest."""
    starts, ends = NOON + minutes(600), NOON + minutes(2000)
    runs = said.beside(name, NOON, ends, LOCAL, NOON)
    assert ("from now to" in runs, "desde ahora hasta" in runs.spanish) == (True, True)
    for words in (said.silent(name), said.beside(name, starts, ends, LOCAL, NOON), runs, said.answered(name)):
        assert alphabet.segments(words) == alphabet.segments(words.spanish) == 1, words
        assert {words[-1], words.spanish[-1]} == {"."}, "nothing is cut off"
