"""What may leave the house says nothing about fewer than five, also not to somebody who subtracts."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.reports.public_figures import (
    ALL,
    CalendarPeriod,
    Counts,
    FigureRow,
    LeftAlready,
    NoSuchPeriod,
    NotOver,
    Overlaps,
    PeriodKind,
    check_release,
    containing,
    named,
    offered,
    sentence,
    table,
    within_words,
)
from dispatch.rules.reports.withholding import FEWEST

NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)  # 01:00 here, on the first of November


@pytest.mark.parametrize(
    ("key", "name", "days"),
    [
        ("2026-10", "October 2026", 31),
        ("2026-12", "December 2026", 31),
        ("2026-Q1", "the first quarter of 2026", 90),
        ("2026-Q4", "the fourth quarter of 2026", 92),
        ("2026", "2026", 365),
    ],
)
def test_a_period_is_named_in_its_address(key: str, name: str, days: int) -> None:
    period = named(key)
    assert (period.key, period.name, (period.after - period.first).days) == (key, name, days)
    assert containing(period.first, period.kind) == period
    short = {"2026-10": "October", "2026-Q1": "first quarter", "2026": "2026"}
    assert period.short_name == short.get(key, period.short_name)


_NO_PERIODS = [
    "",
    "2026-13",
    "2026-Q5",
    "2026-Q0",
    "2026-1",
    "2026-",
    "2026-10-01",
    "week",
    "26-10",
    "２０２６",
    "2026\n",
]
_NO_YEARS = ["9999", "9999-12", "9999-Q4", "0000", "1999", "2100", "99999999999", f"2026-{'9' * 30}", "9" * 5_000]


@pytest.mark.parametrize("key", _NO_PERIODS + _NO_YEARS)
def test_there_is_no_other_period(key: str) -> None:
    """No week, and no span of one's own choice."""
    with pytest.raises(NoSuchPeriod):
        named(key)


def test_periods_are_offered_when_they_are_over() -> None:
    """October was over an hour ago, here; in UTC it has been so for eight."""
    keys = [one.key for one in offered(date(2026, 5, 20), NOW)]
    assert keys == ["2026-10", "2026-Q3", "2026-09", "2026-08", "2026-07", "2026-Q2", "2026-06", "2026-05"]
    assert offered(date(2026, 10, 31), datetime(2026, 11, 1, 6, 59, tzinfo=UTC))[:1] == []
    since, until = named("2026-Q4").span
    assert (since, until) == (datetime(2026, 10, 1, 7, tzinfo=UTC), datetime(2027, 1, 1, 8, tzinfo=UTC))


def test_releases_share_no_day() -> None:
    """A quarter minus two of its months would be the third."""
    months = [named("2026-07"), named("2026-08")]
    check_release(named("2026-09"), months, NOW)
    for key in ("2026-Q3",):
        with pytest.raises(Overlaps, match="what lies between them could be subtracted"):
            check_release(named(key), months, NOW)
    with pytest.raises(Overlaps):
        check_release(named("2026-08"), [named("2026-Q3")], NOW)
    with pytest.raises(LeftAlready):
        check_release(named("2026-08"), months, NOW)
    with pytest.raises(NotOver):
        check_release(named("2026-11"), months, NOW)
    with pytest.raises(NotOver):
        check_release(named("2026"), [], NOW)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.sampled_from(PeriodKind))
def test_periods_of_a_kind_follow_each_other(day: date, kind: PeriodKind) -> None:
    """Each day is in one of them, and no two overlap."""
    period = containing(day, kind)
    following = containing(period.after, kind)
    assert period.first <= day < period.after == following.first
    assert not period.overlaps(following)
    assert all(containing(one.first, kind) == one for one in (period, following))


# ---- the table -----------------------------------------------------------------------------------------------------


def _total(counts: list[Counts]) -> Counts:
    return Counts(
        sum(one.callouts for one in counts),
        sum(one.missed for one in counts),
        30.0,
        sum(one.children for one in counts),
        sum(one.bags for one in counts),
    )


def _table(*counts: Counts) -> list[FigureRow]:
    return table([(f"A{number}", one) for number, one in enumerate(counts)], _total(list(counts)))


def test_eight_children_each_within_the_hour_can_be_said() -> None:
    (row,) = _table(Counts(8, 0, 31.5, 8, 8))
    assert row == FigureRow("A0", 8, 8, False, 31.5, 8, 8)
    assert sentence(named("2026-10"), [row]) == (
        "In October 2026 we reached 8 children on 8 call-outs, each within the hour."
    )
    assert within_words(row) == "8"


def test_a_few_who_came_later_are_only_said_to_be_few() -> None:
    rows = _table(Counts(23, 2, 40.0, 25, 25), Counts(30, 0, 30.0, 30, 30))
    assert [within_words(row) for row in rows] == ["all but fewer than 5", "30", "all but fewer than 5"]
    assert sentence(named("2026"), rows) == (
        "In 2026 we reached 55 children on 53 call-outs, all but fewer than 5 of them within the hour."
    )


def test_the_smallest_row_beside_a_small_one_is_withheld_as_well() -> None:
    """12 + 9 + 3 = 24: without the second, anybody could have the third."""
    rows = _table(Counts(12, 0, 30.0, 12, 12), Counts(9, 0, 30.0, 9, 9), Counts(3, 0, 30.0, 3, 3))
    assert [row.callouts for row in rows] == [12, None, None, 24]
    assert [row.median for row in rows] == [30.0, None, None, 30.0]
    assert rows[-1].name == ALL
    assert within_words(rows[1]) == "not shown"


def test_misses_of_one_row_that_is_withheld_withhold_those_of_all() -> None:
    """Six who came too late to somebody whose row is not shown."""
    rows = _table(Counts(6, 6, 80.0, 9, 9), Counts(3, 0, 30.0, 9, 9))
    assert [(row.callouts, within_words(row)) for row in rows] == [(None, "not shown")] * 2 + [(9, "not shown")]
    assert sentence(named("2026-10"), rows) == "In October 2026 we reached 18 children on 9 call-outs."
    assert sentence(named("2026-10"), _table(Counts(40, 10, 30.0, 9, 9))).endswith(", 30 of them within the hour.")


def test_nothing_is_said_of_a_period_with_too_few() -> None:
    for rows in (_table(Counts(4, 0, 30.0, 4, 4)), _table(), _table(Counts(2), Counts(1))):
        assert "too few call-outs" in sentence(named("2026-10"), rows)
        assert all(row.callouts is None and row.children is None for row in rows)


def test_a_sentence_keeps_to_what_the_table_shows() -> None:
    """Without the children when what came of the call-outs is not known."""
    rows = _table(Counts(40, 10, 30.0), Counts(10, 0, 30.0, 3, 2))
    assert sentence(named("2026-10"), rows).startswith("In October 2026 we went out on 50 call-outs")


_COUNTS = st.builds(
    lambda callouts, missed, children, bags: Counts(callouts, min(missed, callouts), 30.0, children, bags),
    *[st.one_of(st.integers(0, 12), st.integers(0, 60))] * 4,
)


@given(st.lists(_COUNTS, min_size=1, max_size=5))
def test_nobody_who_subtracts_has_a_small_number(counts: list[Counts]) -> None:
    """Neither a shown cell nor any difference of a total and its shown rows is below five, misses included."""
    rows = _table(*counts)
    for name in ("callouts", "children", "bags"):
        shown = [getattr(row, name) for row in rows]
        assert all(number is None or number >= FEWEST for number in shown)
        _resists([getattr(one, name) for one in counts], shown)
    later = [None if row.callouts is None or row.within is None else row.callouts - row.within for row in rows]
    assert all(number is None or number == 0 or number >= FEWEST for number in later)
    if len(rows) > 1 and later[-1] is not None:
        secret = [one.missed for one, number in zip(counts, later, strict=False) if number is None]
        rest = sum(secret)
        assert rest == 0 or (rest >= FEWEST and sum(one > 0 for one in secret) > 1)


def _resists(truth: list[int], shown: list[int | None]) -> None:
    """What a total leaves for the rows that are withheld is at least five, and for more than one of them."""
    if len(shown) == 1 or shown[-1] is None:
        return
    secret = [number for number, cell in zip(truth, shown, strict=False) if cell is None]
    assert not secret or (len(secret) > 1 and sum(secret) >= FEWEST)


def test_rows_do_not_depend_on_their_order() -> None:
    """What is withheld is decided by the numbers alone."""
    counts = [Counts(12, 6, 1.0, 5, 5), Counts(9, 1, 1.0, 9, 9), Counts(30, 7, 1.0, 2, 30)]
    plain, turned = _table(*counts), _table(*counts[::-1])
    assert [row.within for row in plain[:-1]] == [row.within for row in turned[:-1]][::-1]
    assert all(one <= two for one, two in pairwise([CalendarPeriod(date(2026, 1, 1), PeriodKind.YEAR)] * 2))
