"""Whoever knows all that was ever published, and how, finds three values at least for each number that was withheld.

The attacker here knows no rule of ours: they make every table there can be, publish each, and keep those that look like
what was published.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.rules.reports.public_figures import (
    CalendarPeriod,
    Counts,
    FigureRow,
    Overlaps,
    check_release,
    named,
    table,
    within_words,
)
from dispatch.rules.reports.withholding import POSSIBLE

_Table = tuple[tuple[int, int], ...]  # call-outs and misses of each agency
_AGENCIES = ("LAPD", "LASD", "LBPD", "SMPD", "UCPD")


def _published(figures: _Table) -> list[FigureRow]:
    """Children and Freedom Bags are withheld like call-outs: here there is one for each."""
    rows = [Counts(callouts, missed, None, callouts, callouts) for callouts, missed in figures]
    callouts, missed = (sum(row[place] for row in figures) for place in (0, 1))
    return table(list(zip(_AGENCIES, rows, strict=False)), Counts(callouts, missed, None, callouts, callouts))


def _look(figures: _Table) -> tuple[tuple[int | None, str], ...]:
    """What is read in the columns of call-outs and of those within the hour."""
    return tuple((row.callouts, within_words(row)) for row in _published(figures))


def _shares(total: int, count: int) -> Iterator[tuple[int, ...]]:
    """Every way to share `total` among so many."""
    if count == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in _shares(total - first, count - 1))


def _with_misses(callouts: Iterable[Sequence[int]]) -> Iterator[_Table]:
    for row in callouts:
        for missed in product(*(range(number + 1) for number in row)):
            yield tuple(zip(row, missed, strict=True))


def _solved(look: tuple[tuple[int | None, str], ...], alike: Sequence[_Table]) -> list[str]:
    """What can be said of withheld numbers if these are all the tables that look so."""
    found = []
    for index, (shown, within) in enumerate(look):
        rows = [
            one[index] if index < len(one) else (sum(row[0] for row in one), sum(row[1] for row in one))
            for one in alike
        ]
        asked = {"call-outs": {row[0] for row in rows}} if shown is None else {}
        if not within.isdigit():
            asked["within the hour"] = {callouts - missed for callouts, missed in rows}
            asked["late"] = {missed for _, missed in rows}
        # That nobody was late may be known: it may be said as well.
        found += [
            f"{index}: {name} {values}"
            for name, values in asked.items()
            if len(values) < POSSIBLE and not (name == "late" and values == {0})
        ]
    return found


def test_six_of_one_and_sixteen_of_all_tell_nothing() -> None:
    """LAPD not shown, LASD 6, LBPD not shown, 16 of all: only 6, 6 and 4 would have been published like that."""
    looks = defaultdict(list)
    for row in _shares(16, 3):
        looks[tuple(one.callouts for one in _published(tuple((number, 0) for number in row)))].append(row)
    alike = looks[tuple(one.callouts for one in _published(((6, 0), (6, 0), (4, 0))))]
    assert all(len(set(values)) >= POSSIBLE for values in zip(*alike, strict=True)), alike


@pytest.mark.parametrize(("agencies", "most"), [(1, 16), (2, 20), (3, 11), (4, 7)])
@pytest.mark.costs(2)
def test_no_table_can_be_solved(agencies: int, most: int) -> None:
    """Every table of up to so many call-outs, misses included, against all that look the same."""
    looks = defaultdict(list)
    for total in range(most + 1):
        for figures in _with_misses(_shares(total, agencies)):
            looks[_look(figures)].append(figures)
    solved = {look: found for look, alike in looks.items() if (found := _solved(look, alike))}
    assert not solved, f"{len(solved)} of {len(looks)}, such as {next(iter(solved.items()))}"


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_no_larger_table_can_be_solved(data: st.DataObject) -> None:
    """An attacker fills in what is withheld in all ways that add up."""
    size = st.one_of(st.integers(0, 6), st.integers(3, 14), st.integers(5, 60))
    callouts = data.draw(st.lists(size, min_size=2, max_size=5), "call-outs")
    missed = [data.draw(st.one_of(st.integers(0, number), st.just(number)), "misses") for number in callouts]
    figures = tuple(zip(callouts, missed, strict=True))
    look = _look(figures)
    rest = [number for number, (shown, _) in zip(callouts, look, strict=False) if shown is None]
    if sum(callouts) >= 5 and sum(rest) <= 30:
        ways = _filled([shown for shown, _ in look[:-1]], sum(rest))
        alike = [one for one in ways if _same_callouts(one, look)]
        assert not [
            index
            for index, shown in enumerate(look[:-1])
            if shown[0] is None and len({one[index] for one in alike}) < POSSIBLE
        ]


def _filled(shown: Sequence[int | None], rest: int) -> Iterator[tuple[int, ...]]:
    count = shown.count(None)
    for share in _shares(rest, count) if count else [()]:
        left = iter(share)
        yield tuple(next(left) if number is None else number for number in shown)


def _same_callouts(callouts: Sequence[int], look: Sequence[tuple[int | None, str]]) -> bool:
    rows = _published(tuple((number, 0) for number in callouts))
    return [row.callouts for row in rows] == [shown for shown, _ in look]


@given(st.lists(st.tuples(st.integers(5, 16), st.integers(0, 16)), min_size=2, max_size=3))
@settings(max_examples=25, deadline=None)
@pytest.mark.costs(2)
def test_no_misses_can_be_solved(drawn: list[tuple[int, int]]) -> None:
    """Where call-outs are shown, every number of misses is tried."""
    figures = tuple((callouts, min(missed, callouts)) for callouts, missed in drawn)
    look = _look(figures)
    alike = [one for one in _with_misses([[number for number, _ in figures]]) if _look(one) == look]
    assert not _solved(look, alike)


def test_no_median_says_on_which_side_of_the_hour_half_of_them_are() -> None:
    """With 75 minutes in the middle, at least four of seven or eight were late: "fewer than five" would be four."""
    for callouts, missed, median in ((7, 4, 75.0), (8, 4, 75.0), (8, 7, 75.0), (12, 9, 75.0), (40, 2, 30.0)):
        (row,) = table([("LASD", Counts(callouts, missed, median))], Counts(callouts, missed, median))
        assert (within_words(row), row.median) in {("not shown", None), ("all but fewer than 5", 30.0)}
    rows = table(
        [("LAPD", Counts(30, 6, 70.0)), ("LASD", Counts(15, 2, 31.0)), ("LBPD", Counts(10, 0, 30.0))],
        Counts(55, 8, 40.0),
    )
    assert [within_words(row) for row in rows] == ["not shown", "all but fewer than 5", "10", "47"]
    assert [row.median for row in rows] == [None, 31.0, 30.0, 40.0]


# ---- one release after another ---------------------------------------------------------------------------------------

_MONTHS = tuple(named(f"2025-{month:02}") for month in range(1, 13))
_PERIODS = (*_MONTHS, *(named(f"2025-Q{quarter}") for quarter in range(1, 5)), named("2025"))
_NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize("first", _PERIODS, ids=lambda one: one.key)
def test_a_month_is_released_in_one_period_only(first: CalendarPeriod) -> None:
    """LASD 12 in a quarter and 5 in each of two of its months are 2 in the third. What shares no day may follow."""
    for second in _PERIODS:
        shared = [month for month in _MONTHS if month.overlaps(first) and month.overlaps(second)]
        if second != first and shared:
            with pytest.raises(Overlaps, match=r"could be subtracted; (release what is left|it is counted there)"):
                check_release(second, [first], _NOW)
        elif second != first:
            check_release(second, [first], _NOW)


_MONTH = st.lists(
    st.integers(0, 4).flatmap(lambda number: st.tuples(st.just(number), st.integers(0, number))), min_size=2, max_size=2
)


@given(st.lists(_MONTH, min_size=12, max_size=12), st.permutations(_PERIODS))
@settings(max_examples=15, deadline=None)
def test_no_releases_together_can_be_solved(months: list[list[tuple[int, int]]], order: list[CalendarPeriod]) -> None:
    """Months, quarters and the year are released in any order, until no more can be.

    No equation has numbers of two releases, so whoever solves each by itself has solved them all.
    """
    released: list[CalendarPeriod] = []
    for period in order:
        try:
            check_release(period, released, _NOW)
        except Overlaps:
            continue
        released.append(period)
    assert all(sum(month.overlaps(period) for period in released) == 1 for month in _MONTHS)
    for period in released:
        chosen = [rows for month, rows in zip(_MONTHS, months, strict=True) if month.overlaps(period)]
        figures = tuple(
            (sum(row[0] for row in rows), sum(row[1] for row in rows)) for rows in zip(*chosen, strict=True)
        )
        look = _look(figures)
        totals = range(5) if look[-1][0] is None else [look[-1][0]]
        shown = [number for number, _ in look[:-1]]
        ways = [
            way
            for total in totals
            for way in _filled(shown, total - sum(number or 0 for number in shown))
            if _same_callouts(way, look)
        ]
        if len(ways) * max(sum(way) for way in ways) ** 2 < 20_000:
            assert not _solved(look, [one for one in _with_misses(ways) if _look(one) == look])
