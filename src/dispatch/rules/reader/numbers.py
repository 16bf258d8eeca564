"""The numbers in a text: minutes, spans, ranges, times of day.

The law: the later end of a range counts, and what may mean two things is not decided here. "2-25" without a unit may be
a slip for "1 25", and "20 30" may be a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dispatch.rules.callout.eta import MOST_MINUTES, ClockTime, Eta
from dispatch.rules.reader.letters import BREAK, COLON, SPAN
from dispatch.rules.reader.phrases import (
    AMOUNT_PHRASES,
    BEFORE_NUMBER,
    BEHIND_AT_PHRASES,
    BEHIND_NUMBER,
    BETWEEN_NUMBERS,
    CLOCK_PHRASES,
    SPAN_PHRASES,
)
from dispatch.rules.reader.vocabulary import Around

_FAR = 3  # times the earlier end
_NEAR = 5  # minutes, if only a comma or a space stands between the two ends


@dataclass(frozen=True, slots=True)
class Number:
    """`digits` are those of the earlier end as typed, so that keys can be told; empty if it was spelled out. `eta` is
    None if nobody can mean it. `bare`: digits and nothing else. `led`: "in 2", "at 2:45", so not a key. `starts`: "in
    10", "at 3", which may be when somebody leaves. `loose`: a range with only a comma or a space between its ends.
    `complains`: "3 in the morning". `guessed`: "around 5", "5ish", which is minutes or a time on the wall.
    """

    digits: str
    eta: Eta | None
    bare: bool
    led: bool = False
    starts: bool = False
    loose: bool = False
    complains: bool = False
    guessed: bool = False


_Found = tuple[Number, int]  # with the position behind it
_HALVES = {Around.BEFORE_NOON: 0, Around.IN_THE_MORNING: 0, Around.AFTER_NOON: 12}
_HOURS_ON_A_CLOCK = 12
_MINUTES = 60
_LAST_HOUR_OF_A_SPAN = 6  # "14:30 h" is a time, "1:30 h" may be a span


def number_at(pieces: Sequence[str], start: int) -> _Found | None:
    """The number that begins at `start`, with what belongs to it."""
    before, position = BEFORE_NUMBER.at(pieces, start)
    found = _one(pieces, position, at=before is Around.AT)
    if found is None:
        return None
    first, position = found
    second = _later_end(pieces, position, first, between=before is Around.BETWEEN)
    number, position = second if second is not None else (first, position)
    starts = before in (Around.WITHIN, Around.AT)
    is_ish = "".join(pieces[position - 2 : position]) == f"{number.digits}ISH"
    hour = (number.bare or is_ish) and isinstance(number.eta, int) and number.eta <= _HOURS_ON_A_CLOCK
    guessed = hour and (is_ish or before in {Around.AROUND, Around.ABOUT})
    return replace(number, led=number.led or before is not None, starts=starts, guessed=guessed), position


def ten_code_at(pieces: Sequence[str], start: int) -> tuple[int, int] | None:
    """The second number of a police ten-code such as "10-23" that begins at `start`, with the position behind it.

    None if it is a range of minutes: 10-15, "10-12 min".
    """
    if pieces[start] != "10":
        return None
    position = start + 1 + (_piece(pieces, start + 1) == SPAN)
    second = _piece(pieces, position)
    if not (second.isdigit() and len(second) <= 2) or int(second) % 5 == 0:
        return None
    behind = BEHIND_NUMBER.at(pieces, position + 1)[0]
    return None if behind is not None else (int(second), position + 1)


def _later_end(pieces: Sequence[str], position: int, first: Number, *, between: bool) -> _Found | None:
    """The whole range, if its later end stands behind `first`."""
    if not isinstance(first.eta, int):
        return None
    joining, end = BETWEEN_NUMBERS.at(pieces, position)
    mark = _piece(pieces, position)
    joined = mark == SPAN or joining is Around.TO or (joining is Around.AND and between)
    if not joined:
        end = position + (mark == BREAK)
    found = _one(pieces, position + 1 if mark == SPAN else end, at=False)
    if found is None:
        return None
    second, position = found
    earlier, later = first.eta, second.eta
    if not isinstance(later, int) or later <= earlier:
        return None
    near = later - earlier <= _NEAR
    reads = (not second.bare or later <= earlier * _FAR) if joined else (first.bare and near)
    return (Number(first.digits, later, bare=False, loose=not joined), position) if reads else None


def _one(pieces: Sequence[str], position: int, *, at: bool) -> _Found | None:
    said, end = CLOCK_PHRASES.at(pieces, position)
    if said is None and at:
        said, end = BEHIND_AT_PHRASES.at(pieces, position)
    if isinstance(said, int) and BEHIND_NUMBER.at(pieces, end)[0] is not Around.MINUTES:  # "five to ten min"
        hour, minute = divmod(said, 60)
        return Number("", ClockTime(hour or _HOURS_ON_A_CLOCK, minute), bare=False, led=True), _behind_away(pieces, end)
    span, end = SPAN_PHRASES.at(pieces, position)
    if isinstance(span, int):
        return Number("", span, bare=False), _behind_away(pieces, end)
    spelled, end = AMOUNT_PHRASES.at(pieces, position)
    piece = _piece(pieces, position)
    if isinstance(spelled, int):
        return _clock(pieces, end, str(spelled), at=at) or _minutes(pieces, end, "", spelled)
    if piece.isdigit():
        # `int()` refuses thousands of digits.
        amount = int(piece) if len(piece) <= 3 else MOST_MINUTES + 1
        return _clock(pieces, position + 1, piece, at=at) or _minutes(pieces, position + 1, piece, amount)
    return None


def _clock(pieces: Sequence[str], position: int, digits: str, *, at: bool) -> _Found | None:
    """2:45, 2:45 am, 2.45 am, 3 am, 3 o'clock, at 3, at 2.45, by 3 30, 0245, 0245 hours."""
    if len(digits) > 4:
        return None
    if at and (spaced := _spaced(pieces, position, digits)) is not None:
        return spaced
    behind = _piece(pieces, position + 1)
    minutes = behind if behind.isdigit() and len(behind) == 2 else ""
    colon = bool(minutes) and _piece(pieces, position) == COLON
    point = bool(minutes) and _piece(pieces, position) == BREAK
    half, end = BEHIND_NUMBER.at(pieces, position + 2 if colon or point else position)
    exact = half in _HALVES
    full = half is Around.O_CLOCK and not (colon or point)
    if not (colon or exact or at or full or len(digits) == 4):
        return None
    if colon or point:
        hour, minute, position = int(digits), int(minutes), position + 2
    else:
        hour, minute = divmod(int(digits), 100) if len(digits) > 2 else (int(digits), 0)
    valid = hour <= 23 and minute <= 59
    if exact:
        valid = 1 <= hour <= 12 and minute <= 59
        hour = hour % 12 + _HALVES[half]  # type: ignore[index]  # it is one of them
    elif half is Around.HOURS:
        valid = valid and (hour > _LAST_HOUR_OF_A_SPAN or len(digits) == 4)
    if exact or full or half is Around.HOURS:
        position = end
    eta = ClockTime(hour, minute, exact) if valid else None
    complains = half is Around.IN_THE_MORNING and not minute
    return Number(digits, eta, bare=False, led=exact or at or full, complains=complains), position


def _spaced(pieces: Sequence[str], position: int, digits: str) -> _Found | None:
    """By 3 30, a las 3 20: a time only behind such a word, for "1 25" is a key and minutes."""
    minute = _piece(pieces, position)
    if not (len(digits) <= 2 and len(minute) == 2 and minute.isdigit()) or _piece(pieces, position + 1) == COLON:
        return None
    if BEHIND_NUMBER.at(pieces, position + 1)[0] in (Around.MINUTES, Around.HOURS):
        return None
    valid = 1 <= int(digits) <= _HOURS_ON_A_CLOCK and int(minute) < _MINUTES
    return (Number(digits, ClockTime(int(digits), int(minute)), bare=False, led=True), position + 1) if valid else None


def _minutes(pieces: Sequence[str], position: int, digits: str, amount: int) -> _Found:
    unit, end = BEHIND_NUMBER.at(pieces, position)
    bare = bool(digits)
    if unit is Around.HOURS:
        more, position = _behind_hours(pieces, end)
        amount, bare = amount * 60 + more, False
    elif unit is Around.MINUTES:
        position, bare = end, False
    end = _behind_away(pieces, position)
    return Number(digits, amount if 1 <= amount <= MOST_MINUTES else None, bare=bare and end == position), end


def _behind_hours(pieces: Sequence[str], position: int) -> tuple[int, int]:
    """1 h 20 min, 1h20, 1 hour and a half."""
    half, end = BEHIND_NUMBER.at(pieces, position)
    if half is Around.AND_A_HALF:
        return 30, end
    joining, end = BETWEEN_NUMBERS.at(pieces, position)
    minutes = end if joining is Around.AND else position
    piece = _piece(pieces, minutes)
    if not (piece.isdigit() and len(piece) <= 2):
        return 0, position
    unit, end = BEHIND_NUMBER.at(pieces, minutes + 1)
    return int(piece), end if unit is Around.MINUTES else minutes + 1


def _behind_away(pieces: Sequence[str], position: int) -> int:
    away, end = BEHIND_NUMBER.at(pieces, position)
    return end if away is Around.AWAY else position


def _piece(pieces: Sequence[str], position: int) -> str:
    return pieces[position] if position < len(pieces) else ""
