"""The days that somebody means: `FRI`, `FRI-SUN`, `12/24-1/2`, `31 FEB`, `FRI 18-24`.

The law: a day that can be two is asked back, and no day is made up. A day is one of the schedule's rows, which runs
from 6:00 to 6:00, so that Friday's night is Friday's. Everything is on the local clock.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from dispatch.rules.covers.words import DAY_NAMES, MONTHS, NOON, TODAY, TOMORROW, TONIGHT, UP_TO
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.roster.local_clock import local_moment
from dispatch.rules.roster.nights import ENDS
from dispatch.rules.schedule.six_weeks import tonight

_EVENING = time(18)
_JUST_PAST = timedelta(days=60)
"""A date of the last two months without a year is a slip, or a span that has begun. One before it is next year's."""
_MIDDAY, _HOURS = 12, 24


class DaysWrong(StrEnum):
    """Why the words are no days."""

    NONE = "none"  # no day stands there
    NO_SUCH_DAY = "no such day"  # 31 FEB
    MONTHS = "months"  # DEC-JAN
    TONIGHT_OR_NEXT = "tonight or next"  # FRI, on Friday night
    OVER = "over"
    BACKWARDS = "backwards"  # with years
    TWO_READINGS = "two readings"  # FUERA 5/6
    MARTES_OR_MARCH = "martes or March"  # CAMBIO MAR 18-24
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Misread:
    """`day` is the second that it may be, where it may be tonight or next; `said` is then what was said behind it."""

    why: DaysWrong
    said: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """From the `first` to the `last`, both included. `hours` are minutes of the first day's clock, from and to; what is
    the next morning's lies beyond 24 hours."""

    first: date
    last: date
    hours: tuple[int, int] | None = None

    def hold(self, first: date, last: date) -> bool:
        return self.first <= first and last <= self.last

    def bounds(self) -> tuple[datetime, datetime]:
        """From 6:00 of the first day to 6:00 after the last, in UTC."""
        return self.edges(ENDS, LOCAL)

    def edges(self, at: time, timezone: str) -> tuple[datetime, datetime]:
        """The moments, in UTC, at which clocks show `at` on the first day and on the day after the last; or the hours
        that were said."""
        if self.hours is not None:
            return _clock(self.first, self.hours[0], timezone), _clock(self.first, self.hours[1], timezone)
        ends = self.last + timedelta(days=1)
        return local_moment(datetime.combine(self.first, at), timezone), local_moment(
            datetime.combine(ends, at), timezone
        )


def _clock(day: date, minutes: int, timezone: str) -> datetime:
    days, rest = divmod(minutes, _HOURS * 60)
    return local_moment(datetime.combine(day + timedelta(days=days), time(*divmod(rest, 60))), timezone)


def days_said(tokens: Sequence[str], now: datetime, *, is_spanish: bool = False, hours: bool = False) -> Days | Misread:
    """`hours`: a span of hours may stand behind one day. Raises `NaiveMoment`."""
    reader = _Reader(tuple(tokens), now, is_spanish)
    try:
        return reader.days(hours)
    except _Wrong as wrong:
        return Misread(wrong.why, wrong.said, wrong.day)


class _Wrong(Exception):
    def __init__(self, why: DaysWrong, said: str = "", day: date | None = None) -> None:
        super().__init__(why)
        self.why, self.said, self.day = why, said, day


@dataclass(frozen=True, slots=True)
class _Said:
    """A day as it was said: a weekday, a date, or a number that borrows the other end's month."""

    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    fixed: date | None = None


class _Reader:
    def __init__(self, tokens: tuple[str, ...], now: datetime, is_spanish: bool) -> None:
        self._tokens, self._at, self._now, self._is_spanish = tokens, 0, now, is_spanish
        self._row = tonight(now)  # the day whose row of the schedule runs
        here = now.astimezone(ZoneInfo(LOCAL))
        self._today, self._is_night = here.date(), not ENDS <= here.time() < _EVENING

    def days(self, hours: bool) -> Days | Misread:
        if not self._tokens:
            raise _Wrong(DaysWrong.NONE)
        first = self._day()
        if hours and self._more and self._next not in UP_TO:
            return self._part_of(first, *self._span_of_hours())
        last = None
        if self._more and self._next in UP_TO:
            self._take()
            last = self._day()
        if self._more:
            raise _Wrong(DaysWrong.UNREAD)
        first, last = _sharing_month(first, last)
        begins = self._resolved(first, None)
        return self._checked(begins, self._resolved(last, begins) if last else None, None)

    def _part_of(self, said: _Said, begins: int, ends: int) -> Days:
        """Hours before 6:00 are of the night that begins on that day."""
        day = self._resolved(said, None)
        if begins < ENDS.hour * 60:
            if day != self._row and (said.fixed or day == self._today):
                raise _Wrong(DaysWrong.UNREAD)  # "tomorrow 2-6" may be this night's hours, or the next's
            begins, ends = begins + _HOURS * 60, ends + _HOURS * 60
        return self._checked(day, None, (begins, ends))

    # ---- tokens ----

    @property
    def _more(self) -> bool:
        return self._at < len(self._tokens)

    @property
    def _next(self) -> str:
        return self._tokens[self._at] if self._more else ""

    def _peek(self, ahead: int) -> str:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._next
        self._at += 1
        return token

    def _number(self) -> int:
        token = self._take()
        if not token.isdigit() or len(token) > 4:
            raise _Wrong(DaysWrong.UNREAD)
        return int(token)

    # ---- one day ----

    def _day(self) -> _Said:
        token = self._next
        if token in TODAY or token in TONIGHT:
            self._take()
            return _Said(fixed=self._row if token in TONIGHT else self._today)
        if token in TOMORROW:
            self._take()
            return _Said(fixed=self._today + timedelta(days=1))
        if token in DAY_NAMES and not (token in MONTHS and self._is_march):
            self._take()
            return _Said(weekday=DAY_NAMES[token])
        if token in MONTHS:
            self._take()
            if not self._next.isdigit():
                raise _Wrong(DaysWrong.MONTHS)
            return _Said(self._number(), MONTHS[token], self._year())
        if not token.isdigit():
            raise _Wrong(DaysWrong.UNREAD)
        number = self._number()
        if self._next == "/":
            self._take()
            return self._with_slash(number, self._number())
        if self._next in MONTHS:
            return _Said(number, MONTHS[self._take()], self._year())
        return _Said(number)

    @property
    def _is_march(self) -> bool:
        """MAR is March in English. In Spanish it is *martes*, but before a number, where it may be both ("MAR 18-24",
        "MAR 3"): asked back, unless what follows can only be hours or has the year."""
        if not self._is_spanish:
            return True
        if not self._peek(1).isdigit() or not {":", *NOON}.isdisjoint(self._tokens):
            return False
        if len(self._peek(2)) == 4 and self._peek(2).isdigit():
            return True
        raise _Wrong(DaysWrong.MARTES_OR_MARCH)

    def _year(self) -> int | None:
        if self._next.isdigit() and len(self._next) == 4:
            return self._number()
        return None

    def _with_slash(self, one: int, other: int) -> _Said:
        year = None
        if self._next == "/":
            self._take()
            year = self._number()
            year += 2000 if year < 100 else 0
        if one > 12:
            return _Said(one, other, year)
        if self._is_spanish and other <= 12 and one != other:
            raise _Wrong(DaysWrong.TWO_READINGS, f"{one}/{other}")
        return _Said(other, one, year)

    # ---- hours ----

    def _span_of_hours(self) -> tuple[int, int]:
        begins, half = self._hour()
        if self._next not in UP_TO:
            raise _Wrong(DaysWrong.UNREAD)
        self._take()
        ends, other = self._hour()
        if self._more:
            raise _Wrong(DaysWrong.UNREAD)
        if half is None and other is not None and begins <= _MIDDAY * 60:  # "6-10 pm", or "10-6 pm" from the morning on
            same, opposite = (_on_the_clock(begins, one) for one in (other, "AM" if other == "PM" else "PM"))
            begins = same if same < ends else opposite
        return begins, ends if ends > begins else ends + _HOURS * 60

    def _hour(self) -> tuple[int, str | None]:
        hour, minute = self._number(), 0
        if self._next == ":":
            self._take()
            minute = self._number()
        half = self._take() if self._next in NOON else None
        if hour > _HOURS or minute >= 60 or (hour == _HOURS and minute) or (half and not 1 <= hour <= _MIDDAY):
            raise _Wrong(DaysWrong.UNREAD)
        minutes = hour * 60 + minute
        return (_on_the_clock(minutes, half) if half else minutes), half

    # ---- which day it is ----

    def _resolved(self, said: _Said, after: date | None) -> date:
        if said.fixed is not None:
            return said.fixed
        if said.weekday is not None:
            return self._weekday(said.weekday, after)
        if said.month is None:
            raise _Wrong(DaysWrong.UNREAD)
        return self._date(said, after)

    def _weekday(self, weekday: int, after: date | None) -> date:
        if after is not None:
            return after + timedelta(days=(weekday - after.isoweekday() - 1) % 7 + 1)
        if weekday == self._row.isoweekday() and self._is_night:
            behind = re.sub(r" ?([-/:]) ?", r"\1", " ".join(["", *self._tokens[1:]]))
            raise _Wrong(DaysWrong.TONIGHT_OR_NEXT, behind, self._row + timedelta(days=7))
        return self._today + timedelta(days=(weekday - self._today.isoweekday()) % 7)

    def _date(self, said: _Said, after: date | None) -> date:
        assert said.month is not None
        if said.year is not None:
            if (day := _existing(said.year, said.month, said.day)) is None:
                raise _Wrong(DaysWrong.NO_SUCH_DAY)
            return day
        from_, base = (after, after) if after else (self._today - _JUST_PAST, self._today)
        years = range(from_.year, base.year + 2)
        found = [day for year in years if (day := _existing(year, said.month, said.day))]
        if not found:
            raise _Wrong(DaysWrong.NO_SUCH_DAY)
        return next((day for day in found if day >= from_), found[-1])

    def _checked(self, first: date, last: date | None, hours: tuple[int, int] | None) -> Days:
        last = first if last is None else last
        if last < first:
            raise _Wrong(DaysWrong.BACKWARDS)
        if last < self._row:
            raise _Wrong(DaysWrong.OVER, day=last)
        return Days(first, last, hours)


def _sharing_month(first: _Said, last: _Said | None) -> tuple[_Said, _Said | None]:
    """ "DEC 24-26" and "24-26 DEC": the month is said once."""
    if last is None:
        return first, last
    if last.day is not None and last.month is None and first.month is not None:
        return first, _Said(last.day, first.month, first.year)
    if first.day is not None and first.month is None and last.month is not None:
        return _Said(first.day, last.month, last.year), last
    return first, last


def _on_the_clock(minutes: int, half: str) -> int:
    hour, minute = divmod(minutes, 60)
    return (hour % _MIDDAY + (_MIDDAY if half == "PM" else 0)) * 60 + minute


def _existing(year: int, month: int, day: int | None) -> date | None:
    """None also where the day before or after it, or its moment on some clock, would be none."""
    try:
        return date(year, month, day or 0) if MINYEAR < year < MAXYEAR else None
    except ValueError:
        return None
