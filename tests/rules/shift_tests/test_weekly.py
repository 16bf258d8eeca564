"""Weekly tests: who is tested in which hour, how a test ends, and what is known of somebody tonight."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.pages import PageState
from dispatch.rules.facts.people import DEFAULT_TEST_HOUR, TEST_HOURS, Channel, Role
from dispatch.rules.facts.roster import Roster
from dispatch.rules.people.reachable import HOLDS_FOR, LastAnswer, reachability
from dispatch.rules.roster.local_clock import local_moment
from dispatch.rules.shift_tests.unanswered import OF_NO_ROTATION, Reached, ShiftTest, TestEnd, TestStage
from dispatch.rules.shift_tests.weekly import TESTED_WITHIN, due_tonight, weekly_end
from tests.rules.shift_tests.test_shift_tests import ANA, ARRIVED, BEN, CLEO, CORA, RANG, at
from tests.rules.situations import minutes

_AUDITOR = replace(CORA, id="amy", roles=frozenset({Role.AUDITOR}))
PEOPLE = Roster(people=(ANA, replace(BEN, test_hour=17), replace(CLEO, opted_out=True), CORA, _AUDITOR))


def due(now: datetime) -> list[str]:
    return [one.person for one in due_tonight(PEOPLE, now)]


def test_each_in_the_hour_that_they_chose() -> None:
    """A minute ahead, and for half an hour after. Whoever takes no texts is not tested, nor an auditor."""
    assert due(at("16:58")) == due(at("17:30")) == due(at("19:58")) == due(at("20:30")) == []
    assert due(at("16:59")) == due(at("17:29")) == ["ben"]
    assert due(at("19:59")) == due(at("20:29")) == ["ana", "cora"]
    (ben,) = due_tonight(PEOPLE, at("17:10"))
    assert (ben.rotation, ben.starts_at, ben.tested_at) == (OF_NO_ROTATION, at("17:00"), at("17:00"))


@given(st.dates(date(2026, 1, 1), date(2027, 12, 20)), st.sampled_from(TEST_HOURS))
def test_a_test_counts_until_the_same_hour_a_week_later(first: date, hour: int) -> None:
    """Also over a night in which clocks change: the evening a week later is due again, and none before it."""
    roster = Roster(people=(replace(ANA, test_hour=hour),))
    days = [datetime.combine(first + timedelta(days=day), time(hour, 5)) for day in range(8)]
    (begun,), *others = (due_tonight(roster, local_moment(day, LOCAL)) for day in days)
    counts = [one.tested_at - begun.tested_at < TESTED_WITHIN for (one,) in others]
    assert counts == [True] * 6 + [False]


EIGHT = at("20:00")
TEST = ShiftTest("t", OF_NO_ROTATION, "ana", EIGHT, EIGHT + minutes(120), EIGHT, TestStage.TEXTED, EIGHT + minutes(60))


def end(after: int, *reached: Reached, answered: bool = False, needed: bool = False) -> TestEnd | None:
    return weekly_end(TEST, reached, EIGHT + minutes(after), answered=answered, needed=needed)


def test_an_hour_of_silence_is_silence() -> None:
    assert end(59, ARRIVED) is None
    assert end(60, ARRIVED) is TestEnd.SILENT
    assert TEST.is_weekly


def test_an_answer_ends_it_and_so_does_a_page() -> None:
    """A word to us, or a key on a call; whoever is paged, out or rests is left alone."""
    assert end(1, answered=True, needed=True) is end(1, Reached(PageState.DONE)) is TestEnd.ANSWERED
    assert end(1, ARRIVED, needed=True) is end(90, needed=True) is TestEnd.NEEDED


def test_what_left_late_is_no_silence_yet() -> None:
    late = Reached(PageState.DELIVERED, left_at=EIGHT + minutes(55))
    assert end(60, late) is None
    assert end(65, late) is TestEnd.SILENT


@pytest.mark.parametrize(
    "reached", [(), (Reached(PageState.SENT),), (Reached(PageState.FAILED, "30003: unreachable"),)]
)
def test_the_carriers_trouble_is_no_silence(reached: tuple[Reached, ...]) -> None:
    """It is waited for until the second hour is over, and another evening is as good."""
    assert end(60, *reached) is end(119, *reached) is None
    assert end(119, *reached, RANG) is TestEnd.SILENT
    assert end(120, *reached) is TestEnd.NOT_ARRIVED


def test_what_counts_as_tested() -> None:
    assert {ending for ending in TestEnd if not ending.counts} == {TestEnd.NEEDED, TestEnd.NOT_ARRIVED}


NOW = at("21:30", 14)
TEXT, CALL = LastAnswer(at("20:04", 11), Channel.SMS), LastAnswer(at("20:14", 1), Channel.VOICE)


@pytest.mark.parametrize(
    ("heard", "silent", "tonight", "known"),
    [
        (TEXT, (), True, "reachable tonight (answered Tue 20:04 by text)"),
        (TEXT, (at("20:00", 11),), True, "reachable tonight (answered Tue 20:04 by text)"),
        (replace(CALL, at=at("02:14", 7)), (), True, "reachable tonight (answered Fri 7 Aug 02:14 by call)"),
        (CALL, (), None, "last heard from Sat 1 Aug 20:14"),
        (None, (), None, "not heard from in 30 days"),
        (TEXT, (at("20:10", 14),), False, "no answer to the last test (Fri 20:10)"),
        (CALL, (at("20:00", 13), at("20:00", 4)), False, "no answer to the last 2 tests (Thu 20:00)"),
        (None, (at("20:00", 4),), False, "no answer to the last test (Tue 4 Aug 20:00)"),
    ],
)
def test_what_is_known_of_somebody(
    heard: LastAnswer | None, silent: tuple[datetime, ...], tonight: bool | None, known: str
) -> None:
    """With when and how; a weekday alone where it cannot be last week's."""
    found = reachability(heard, silent, NOW)
    assert (found.tonight, found.known) == (tonight, known)


_MOMENTS = st.integers(0, 14 * 24 * 60).map(lambda many: NOW - minutes(many))


@given(st.none() | _MOMENTS, st.lists(_MOMENTS, max_size=5))
def test_an_answer_is_the_last_word(answered: datetime | None, silent: list[datetime]) -> None:
    """Reachable is only who answered within eight days, after every test that found them silent."""
    heard = LastAnswer(answered, Channel.SMS) if answered is not None else None
    found = reachability(heard, silent, NOW)
    assert found.missed == tuple(sorted(one for one in silent if answered is None or one > answered))
    assert (found.tonight is False) == bool(found.missed)
    lately = answered is not None and NOW - answered <= HOLDS_FOR
    assert (found.tonight is True) == (lately and not found.missed)


def test_the_default_is_one_of_the_hours() -> None:
    assert DEFAULT_TEST_HOUR in TEST_HOURS
