"""Where the marks of a chart stand. `pieces/chart.html` draws them as SVG: x in percent, y in pixels, colours by class.

So a chart fits every width without a script, keeps to the policy without a style attribute, and follows the display.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import ceil, log1p

from dispatch.actions.reports.show_response_times import Report
from dispatch.rules.callout.response_clock import rolling_p90
from dispatch.rules.reports.headline import ENOUGH, seconds_text
from dispatch.rules.reports.intervals import Interval
from dispatch.rules.reports.periods import Period, first_days
from dispatch.rules.reports.report_tables import Stretch
from dispatch.rules.reports.responses import Response, in_tenths
from dispatch.rules.roster.local_clock import local_day, midnight
from dispatch.rules.wording import times

ROLLING = 100  # the call-outs that the rolling 90th percentile looks back on (FIELD, reporting)
MOST_DOTS = 2_000  # above so many the chart shows how many there were of each time
NAMED_DOTS = 500  # up to so many, each dot says what it is; more would make the view heavy
_TOP, _BOTTOM, HEIGHT = 26, 226, 248
_LEFT, _WIDE = 5.0, 93.5  # percent
_COLUMNS, _BINS = 60, 24
_LEVELS = 5
_MOST_LABELS = 10


@dataclass(frozen=True, slots=True)
class Axis:
    """From one moment to another, in percent of the width."""

    first: datetime
    last: datetime

    def x(self, moment: datetime) -> float:
        length = (self.last - self.first) or timedelta(seconds=1)
        return round(_LEFT + _WIDE * min(1.0, max(0.0, (moment - self.first) / length)), 2)


@dataclass(frozen=True, slots=True)
class Dot:
    """`kind` is in, missed or excluded; `beyond` that it is higher than the chart."""

    x: float
    y: float
    kind: str
    beyond: bool = False
    title: str = ""
    href: str = ""
    label: str = ""
    at_end: bool = False  # the label stands before the dot
    label_y: float = 0.0


@dataclass(frozen=True, slots=True)
class Cell:
    """How many call-outs fall here, as a `level` from 1, few, to 5."""

    x: float
    y: float
    width: float
    height: float
    level: int
    late: bool
    count: int


@dataclass(frozen=True, slots=True)
class ChartStep:
    """A piece of a line that goes in steps."""

    x1: float
    x2: float
    y: float
    before: float | None


@dataclass(frozen=True, slots=True)
class Scatter:
    """The call-outs over time. `lines` are heights and minutes, `ticks` positions and words."""

    target_y: float
    lines: list[tuple[float, int]]
    ticks: list[tuple[float, str]]
    dots: list[Dot]
    cells: list[Cell]
    rolling: list[ChartStep]


def scatter(responses: Sequence[Response], axis: Axis, target: int, now: datetime, address: str) -> Scatter:
    """The chart of a report. `target` is in minutes; `address` leads to one call-out, with its id in place of {}."""
    scale = _Scale(target)
    lines = [(scale.y(target * part / 2), target * part // 2) for part in range(5)]
    many = len(responses) > MOST_DOTS
    dots = [] if many else _dots(responses, axis, scale, now, address)
    cells = _cells(responses, axis, scale) if many else []
    return Scatter(scale.y(target), lines, _ticks(axis), dots, cells, _rolling(responses, axis, scale))


@dataclass(frozen=True, slots=True)
class _Scale:
    """From nothing at the bottom to twice the target at the top."""

    target: int

    def y(self, minute: float) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * min(minute, 2 * self.target) / (2 * self.target), 1)


def _drawn(responses: Iterable[Response], now: datetime) -> Iterator[tuple[Response, str]]:
    """Each with its kind. Those in time come first, so that misses are drawn over them; one that is open and still in
    time has no height yet."""
    for one in sorted(responses, key=lambda one: one.is_missed(now)):
        if one.is_missed(now):
            yield one, "excluded" if one.is_excluded else "missed"
        elif one.time is not None:
            yield one, "in"


def _dots(responses: Sequence[Response], axis: Axis, scale: _Scale, now: datetime, address: str) -> list[Dot]:
    found = []
    labelled: list[Dot] = []
    for one, kind in _drawn(responses, now):
        missed, lasted = kind != "in", one.lasted(now)
        minute = lasted / timedelta(minutes=1)
        x, y = axis.x(one.received_at), scale.y(minute)
        named = missed or len(responses) <= NAMED_DOTS
        dot = Dot(
            x,
            y,
            kind,
            minute > 2 * scale.target,
            title_of(one, now) if named else "",
            address.format(one.id) if missed else "",
            f"{one.code} {seconds_text(lasted)}" if missed else "",
            x > 82,
            y - 6 if abs(y - scale.y(scale.target)) < 10 else y + 4,  # not across the target's line
        )
        collides = any(abs(dot.y - other.y) < 15 and abs(dot.x - other.x) < 14 for other in labelled)
        if missed and (len(labelled) == _MOST_LABELS or collides):
            dot = replace(dot, label="")
        elif missed:
            labelled.append(dot)
        found.append(dot)
    return found


def title_of(one: Response, now: datetime) -> str:
    """Such as "K7Q, 29:04, LBPD, Sat 14 Mar 02:14"; without an arrival it says that nobody was there."""
    lasted = seconds_text(one.lasted(now))
    took = lasted if one.time is not None else f"nobody there after {lasted}"
    left_out = ", left out" if one.is_excluded else ""
    return f"{one.code}, {took}{left_out}, {one.agency}, {times.local_day_and_time(one.received_at)}"


def _rolling(responses: Sequence[Response], axis: Axis, scale: _Scale) -> list[ChartStep]:
    """The 90th percentile of the last `ROLLING` arrivals, in steps."""
    if len(responses) > NAMED_DOTS:
        return []
    arrived = [one for one in responses if one.time is not None]
    values = rolling_p90((int(one.time / timedelta(seconds=6)) for one in arrived if one.time), ROLLING, ENOUGH)
    found: list[ChartStep] = []
    for index, (one, value) in enumerate(zip(arrived, values, strict=False)):
        if value is None:
            continue
        following = arrived[index + 1].received_at if index + 1 < len(arrived) else axis.last
        y = scale.y(value)
        if found and found[-1].y == y:
            found[-1] = ChartStep(found[-1].x1, axis.x(following), y, found[-1].before)
        else:
            found.append(ChartStep(axis.x(one.received_at), axis.x(following), y, found[-1].y if found else None))
    return found


def _cells(responses: Sequence[Response], axis: Axis, scale: _Scale) -> list[Cell]:
    """How many took how long: stretches of time by steps of a twelfth of the target; the top row holds the rest."""
    length = (axis.last - axis.first) / _COLUMNS or timedelta(seconds=1)
    counted = Counter(
        (min(int((one.received_at - axis.first) / length), _COLUMNS - 1), _bin(in_tenths(one.time), scale.target))
        for one in responses
        if one.time is not None
    )
    most = max(counted.values(), default=1)
    width, height = _WIDE / _COLUMNS, (_BOTTOM - _TOP) / _BINS
    return [
        Cell(
            round(_LEFT + column * width, 2),
            round(_BOTTOM - (bin_ + 1) * height, 1),
            round(width, 2),
            round(height, 1),
            level(count, most),
            bin_ >= _BINS / 2,
            count,
        )
        for (column, bin_), count in sorted(counted.items())
    ]


def _bin(tenths: int, target: int) -> int:
    """By steps that hold their upper end: what took just as long as the target met it."""
    step = 2 * target * 10 / _BINS
    return min(max(0, ceil(tenths / step) - 1), _BINS - 1)


def level(count: int, most: int) -> int:
    """From 1 to 5; each is a multiple of the one before, since most cells hold few."""
    return max(1, ceil(_LEVELS * log1p(count) / log1p(most)))


def _ticks(axis: Axis) -> list[tuple[float, str]]:
    """Where months begin, or weeks where the axis is short; eight at most, so that their words fit on a phone."""
    by = Period.MONTH if axis.last - axis.first > timedelta(days=62) else Period.WEEK
    days = [day for day in first_days(axis.first, axis.last, by) if axis.first <= midnight(day) <= axis.last]
    every = ceil(len(days) / 8) or 1
    if by is Period.MONTH and every > 1:
        every = next((one for one in (2, 3, 6, 12, 24, 48) if one >= every), every)
        days = [day for day in days if (day.year * 12 + day.month - 1) % every == 0]
    else:
        days = days[::every]
    return [(axis.x(midnight(day)), _tick(day, by, every)) for day in days]


def _tick(day: date, by: Period, every: int) -> str:
    if by is Period.WEEK:
        return f"{day.day} {day:%b}"
    return str(day.year) if day.month == 1 else f"{day:%b}" if every < 12 else f"{day:%b %Y}"


# ---- where the minutes go --------------------------------------------------------------------------------------------

BARS_HEIGHT, _BARS_TOP, _BARS_BOTTOM = 214, 14, 174


@dataclass(frozen=True, slots=True)
class ChartPart:
    name: str  # a class: handling, acknowledgement, turnout, travel or unparted
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    width: float
    middle: float
    parts: list[ChartPart]
    words: str  # the whole of it, for whoever cannot see it
    label: str
    n: int


@dataclass(frozen=True, slots=True)
class Bars:
    lines: list[tuple[float, int]]
    target_y: float
    bars: list[Bar]


def class_of(interval: Interval) -> str:
    return interval.name.lower()


def bars(stretches: Sequence[Stretch], by: Period, target: int) -> Bars:
    """The mean of each interval of each week or month, one upon another."""
    totals = [sum(one.means.values(), timedelta(0)) / timedelta(minutes=1) for one in stretches]
    most = max([target * 1.1, *totals])

    def y(minute: float) -> float:
        return round(_BARS_BOTTOM - (_BARS_BOTTOM - _BARS_TOP) * minute / most, 1)

    lines = [(y(target * part / 3), target * part // 3) for part in range(4)]
    space = _WIDE / max(1, len(stretches))
    width = min(space * 0.8, 8.0)
    every = ceil(len(stretches) / 6) or 1
    found = []
    for index, one in enumerate(stretches):
        base = 0.0
        parts = []
        for interval in Interval:
            length = one.means.get(interval, timedelta(0)) / timedelta(minutes=1)
            if length:
                parts.append(ChartPart(class_of(interval), y(base + length), round(y(base) - y(base + length), 1)))
                base += length
        middle = _LEFT + space * (index + 0.5)
        day = one.first_day
        name = f"{day.day} {day:%b}" if by is Period.WEEK else f"{day:%b %Y}"
        said = ", ".join(f"{interval} {seconds_text(length)}" for interval, length in one.means.items())
        words = f"{name}, {one.arrived} call-outs: {said}"
        label = name if index % every == 0 else ""
        found.append(
            Bar(round(middle - width / 2, 2), round(width, 2), round(middle, 2), parts, words, label, one.arrived)
        )
    return Bars(lines, y(target), found)


# ---- a strip for each agency and each specialist ---------------------------------------------------------------------

STRIP_HEIGHT = 28


@dataclass(frozen=True, slots=True)
class Strip:
    """From nothing to twice the target; `dots` are x, height and kind, `cells` are x, width, level and lateness."""

    dots: list[tuple[float, float, str]]
    cells: list[tuple[float, float, int, bool]]


def strip_of(responses: Sequence[Response], target: int, now: datetime, *, few: bool) -> Strip:
    """A dot each where they are `few` in all; otherwise how many there were of each time."""
    if few:
        dots = []
        for index, (one, kind) in enumerate(_drawn(responses, now)):
            x = min(100.0, 50 * one.lasted(now) / timedelta(minutes=target))
            dots.append((round(0.8 + 0.984 * x, 2), 6.0 + index * 7 % 17, kind))  # spread, the same way each time
        return Strip(dots, [])
    cells = Counter(_bin(in_tenths(one.time), target) for one in responses if one.time is not None)
    most = max(cells.values(), default=1)
    width = 100 / _BINS
    found = [
        (round(bin_ * width, 2), round(width, 2), level(count, most), bin_ >= _BINS / 2)
        for bin_, count in sorted(cells.items())
    ]
    return Strip([], found)


def axis_of(since: datetime | None, until: datetime | None, report: Report, now: datetime) -> Axis:
    """The span that was asked for as far as it has come; without bounds, that of the call-outs."""
    first = since or midnight(local_day(report.first))
    last = min(until, now) if until is not None else now if since is not None else report.last
    return Axis(first, max(last, report.last))
