"""What may leave the house says nothing about one to nine, also not to somebody who subtracts and knows the rule."""

from collections import defaultdict
from datetime import UTC, date, datetime
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.reports.public_figures import (
    ALL,
    FEWEST,
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
    quarters_of,
    sentence,
    table,
    why_total_alone,
    within_words,
)

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
    with pytest.raises(Overlaps, match="what lies between them could be subtracted; release what is left of it"):
        check_release(named("2026-Q3"), months, NOW)
    with pytest.raises(Overlaps, match="could be subtracted; it is counted there"):
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

QUARTER = named("2026-Q3")


def _total(counts: list[Counts]) -> Counts:
    return Counts(
        sum(one.callouts for one in counts),
        sum(one.missed for one in counts),
        30.0,
        sum(one.children for one in counts),
        sum(one.bags for one in counts),
    )


def _table(*counts: Counts, kind: PeriodKind = PeriodKind.QUARTER) -> list[FigureRow]:
    return table(kind, [(f"A{number}", one) for number, one in enumerate(counts)], _total(list(counts)))


def test_a_quarter_is_published_by_agency() -> None:
    """An agency without a call-out is a row as well: nought is no small group."""
    rows = _table(Counts(12, 0, 31.5, 14, 12), Counts(30, 10, 40.0, 30, 0), Counts())
    assert [(row.name, row.callouts, row.within, row.median, row.children, row.bags) for row in rows] == [
        ("A0", 12, 12, 31.5, 14, 12),
        ("A1", 30, 20, 40.0, 30, 0),
        ("A2", 0, 0, None, 0, 0),
        (ALL, 42, 32, 30.0, 44, 12),
    ]
    assert why_total_alone(QUARTER, rows) == ""
    assert sentence(QUARTER, rows) == (
        "In the third quarter of 2026 we reached 44 children on 42 call-outs, 32 of them within the hour."
    )


@pytest.mark.parametrize(
    "one",
    [
        Counts(9, 0, 30.0, 10, 10),
        Counts(30, 9, 30.0, 10, 10),
        Counts(30, 21, 30.0, 10, 10),
        Counts(30, 0, 30.0, 9, 10),
        Counts(30, 0, 30.0, 10, 1),
    ],
    ids=("call-outs", "late", "in time", "children", "bags"),
)
def test_one_small_cell_leaves_the_total_alone(one: Counts) -> None:
    """Whatever it counts. The view says why."""
    rows = _table(Counts(60, 0, 30.0, 60, 60), one)
    assert [row.name for row in rows] == [ALL]
    assert "a figure of some agency is from 1 to 9" in why_total_alone(QUARTER, rows)


@pytest.mark.parametrize(
    ("key", "ask"),
    [
        ("2026-08", "the third quarter of 2026"),
        ("2026", "its quarters"),
    ],
)
def test_no_other_period_is_published_by_agency(key: str, ask: str) -> None:
    """However large its numbers are. It says which quarters to ask for instead."""
    period = named(key)
    rows = _table(Counts(100, 0, 30.0, 100, 100), Counts(100, 0, 30.0, 100, 100), kind=period.kind)
    assert [(row.name, row.callouts) for row in rows] == [(ALL, 200)]
    assert f"published for whole calendar quarters. Ask for {ask}" in why_total_alone(period, rows)


@pytest.mark.parametrize(
    ("key", "quarters"),
    [
        ("2026", ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]),
        ("2026-Q3", ["2026-Q3"]),
        ("2026-12", ["2026-Q4"]),
    ],
)
def test_the_quarters_to_ask_for_instead(key: str, quarters: list[str]) -> None:
    """Those that share days with it, as the view links them."""
    assert [one.key for one in quarters_of(named(key))] == quarters


def test_nothing_is_said_of_a_period_with_too_few() -> None:
    for kind in PeriodKind:
        for rows in (_table(Counts(9, 0, 30.0, 20, 20), kind=kind), _table(kind=kind), _table(Counts(5), Counts(4))):
            assert rows == []
            assert sentence(QUARTER, rows).endswith("there were fewer than 10 call-outs: no figure is published.")
            assert why_total_alone(QUARTER, rows) == ""


@pytest.mark.parametrize(
    ("total", "said", "words"),
    [
        (Counts(10, 0, 30.0, 10, 10), "reached 10 children on 10 call-outs, each within the hour.", "10"),
        (Counts(30, 12, 30.0, 9, 3), "went out on 30 call-outs, 18 of them within the hour.", "18"),
        (Counts(19, 9, 30.0), "went out on 19 call-outs, all but fewer than 10 of them within the hour.", None),
        (Counts(18, 1, 30.0), "went out on 18 call-outs.", "not shown"),
        (Counts(30, 27, 75.0), "went out on 30 call-outs.", "not shown"),
        (Counts(30, 30, 75.0), "went out on 30 call-outs, 0 of them within the hour.", "0"),
    ],
)
def test_a_sentence_keeps_to_what_the_table_shows(total: Counts, said: str, words: str | None) -> None:
    """A few who came late are said to be few, where "not shown" does not say as much. No median tells on which side of
    the hour half of them are."""
    (row,) = rows = _table(total, kind=PeriodKind.MONTH)
    assert sentence(QUARTER, rows) == f"In the third quarter of 2026 we {said}"
    assert within_words(row) == (words or "all but fewer than 10")
    assert (row.median is None) == (words in {"not shown", "0"})
    assert row.few_later == (words is None)


_CELL = st.one_of(st.sampled_from((0, 1, 9, 10)), st.integers(0, 60))
_COUNTS = st.builds(
    lambda callouts, missed, children, bags: Counts(callouts, min(missed, callouts), 30.0, children, bags),
    *[_CELL] * 4,
)


@given(st.lists(_COUNTS, max_size=5), st.sampled_from(PeriodKind))
def test_nobody_who_subtracts_has_a_small_number(counts: list[Counts], kind: PeriodKind) -> None:
    """No cell is from 1 to 9, nor is what agencies, any of them together, leave of the total."""
    rows = _table(*counts, kind=kind)
    assert len(rows) in ({0, 1, len(counts) + 1} if kind is PeriodKind.QUARTER else {0, 1})
    cells = [
        (row.callouts, row.within, None if row.within is None else row.callouts - row.within, row.children, row.bags)
        for row in rows
    ]
    for chosen in (*combinations(cells, 1), *(some for size in range(2, 6) for some in combinations(cells[:-1], size))):
        for column in zip(*chosen, strict=True):
            known = [number for number in column if number is not None]
            assert all(number == 0 or number >= FEWEST for number in known)
            assert sum(known) == 0 or sum(known) >= FEWEST


def test_nobody_who_knows_the_rule_has_one_either() -> None:
    """They make every table of two agencies with up to 24 call-outs, publish each, and keep those that look the same:
    at least nine values fit each number that is not shown."""
    looks = defaultdict(list)
    for total in range(25):
        for first, late in product(range(total + 1), repeat=2):
            for late_of_first in range(max(0, late - total + first), min(first, late) + 1):
                pairs = (first, late_of_first), (total - first, late - late_of_first)
                rows = _table(*(Counts(callouts, missed, 30.0, callouts, callouts) for callouts, missed in pairs))
                look = tuple((row.callouts, within_words(row), row.median is None) for row in rows)
                looks[look].append((first, late_of_first, late, total - late))
    for look, alike in looks.items():
        hidden = [set(values) for values in zip(*alike, strict=True)]
        if not look:
            assert {first for first, *_ in alike} == set(range(10))
        elif len(look) == 1:
            own, own_late, all_late, all_within = hidden
            assert len(own) >= 9, look
            assert all_late == {0} or len(own_late) >= 9, look
            assert look[0][1].isdigit() or min(len(all_late), len(all_within)) >= 9, look
