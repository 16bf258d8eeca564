"""When somebody says that they come, in any words: for a guess that is said back, and for nothing else.

The law: of two times the later counts, unless the text itself corrects the earlier one ("make it 3"). A time that is
ruled out ("instead of 20", "20 min ago") is none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.rules.callout.eta import FEWEST_MINUTES, MOST_MINUTES, ClockTime, Eta, eta_at
from dispatch.rules.reader.spoken_numbers import in_digits
from dispatch.rules.reader.words.numerals import MINUTES_SLIPPED

# What a number is not a time behind, or before.
_NO_TIME_BEFORE = frozenset(
    {
        *("THE", "SINCE", "DESDE", "FOR", "ITS", "NOT", "NO", "ROOM", "FLOOR", "EXIT", "NUMBER"),
        *("UNIT", "LA", "EL", "COURT", "UP", "CASE", "HAS", "HAVE", "SHES", "HES", "DOOR"),
    }
)
_NO_TIME_BEHIND = frozenset(
    {
        *("KIDS", "CHILDREN", "YEARS", "YEAR", "BLOCKS", "EXITS", "BAGS", "PEOPLE", "TIMES", "MILES", "AGO", "LIGHTS"),
        *("FREEWAY", "MONTHS", "DAYS", "WEEKS", "CARS", "NIÑOS", "NINOS", "AÑOS", "ANOS", "CUADRAS", "MILLAS"),
        *("SEC", "SECS", "SECONDS"),
    }
)


@dataclass(frozen=True, slots=True)
class MinuteOfHour:
    """ "Quarter past": of this hour or of the next."""

    minute: int


@dataclass(frozen=True, slots=True)
class HourOrMinutes:
    """A number up to twelve without a unit: "leaving, 3" is as often a time on the wall as minutes."""

    number: int


TimeSaid = Eta | MinuteOfHour | HourOrMinutes

_SOON = timedelta(minutes=90)
"""An hour on the wall that is farther off was not meant by a bare number."""
_RATHER_MINUTES = frozenset({5, 10})
_HOURS = 12
_HOUR = 60


def latest(times: Sequence[TimeSaid], now: datetime) -> datetime | None:
    """The latest of the moments that can be meant."""
    return max((at for one in times if (at := _moment(one, now)) is not None), default=None)


def _moment(said: TimeSaid, now: datetime) -> datetime | None:
    match said:
        case MinuteOfHour(minute):
            at = now.replace(minute=minute, second=0, microsecond=0)
            return at if at - now >= timedelta(minutes=FEWEST_MINUTES) else at + timedelta(hours=1)
        case HourOrMinutes(number):
            hour = eta_at(ClockTime(number, 0), now) if number not in _RATHER_MINUTES else None
            minutes = now + timedelta(minutes=number) if number >= FEWEST_MINUTES else None
            return hour if hour is not None and hour - now <= _SOON else minutes
        case _:
            return eta_at(said, now)


# ---- the forms of a time -------------------------------------------------------------------------------------------

_MIN = rf"(?:M|MIN|MINS|MINUTES?|MINUTOS?|MINUTITOS?|MIKES?|MORE|MAS|{'|'.join(sorted(MINUTES_SLIPPED))})\b"
_H = r"(?:H|HRS?|HOURS?|HORAS?|HORITAS?)\b"
_AND = r"(?:AND |N |Y |CON )?"
_LAS = r"(?:LAS? )?"
_DOT = (
    r"(?:O ?CLOCK|0 CLOCK|SHARP|FLAT|EVEN|EN PUNTO|ON THE (?:DOT|NOSE|CLOCK|BUTTON)|(?:AT (?:THE )?)?EARLIEST|LATEST"
    r"|AT BEST|COMO MUY TARDE)\b"
)
_NO_MORE = r"(?! ?[:-] ?\d| \d| (?:PAST|AFTER|PASADAS|PASADITAS|TO|TILL?|OF|Y|MENOS|PARA|[AP]M)\b)"
_BEHIND_BARE = (
    r"(?=$| ?[,-]| (?:NOW|TOPS|NOT|AND|N|Y|OR|FROM|PER|BC|BECAUSE|CUZ|COZ|CAUSE|POR|PORQUE|IF|SI|BUT|W|WITH|BEFORE"
    r"|INSTEAD|OUT|ISH|AHORA|DESDE|AWAY|LOL|THANKS|PLEASE|PLS|IM|I|STILL|SORRY|SAYS|UNLESS|BEAR|GOTTA|LATER)\b)"
)
# One name for what each form means; the first that fits counts.
_FORMS = re.compile(
    "|".join(
        rf"(?P<{name}>{form})"
        for name, form in (
            ("three_quarters", rf"\b3 (?:QUARTERS OF AN? {_H}|CUARTOS DE HORA)"),
            ("quarter_hour", rf"\b(?:QUARTER (?:OF )?(?:AN? )?{_H}|CUARTO DE HORA)"),
            ("half_hour", rf"\b(?:HALF (?:OF )?(?:AN? )?{_H}|MEDIA {_H})(?: MENOS (?P<less>\d+))?"),
            (
                "hours",
                (
                    rf"\b(?:(?P<of>\d{{1,2}}|ONE|AN?|UNA?|COUPLE(?: OF)?) {_H}"
                    rf"(?: {_AND}(?P<more>(?:A )?HALF|(?:A |UN )?QUARTER|MEDIA"
                    rf"|(?:UN )?CUARTO|(?:SOME )?CHANGE|\d{{1,2}})(?: {_MIN})?)?"
                    rf"|{_H} (?:AND|N|Y) (?P<and_>(?:A )?HALF|MEDIA|CUARTO|\d{{1,2}}))"
                ),
            ),
            ("complains", r"\b\d{1,2}(?: AM)? (?:IN THE MORNING|DE LA (?:MANANA|MADRUGADA))"),
            (
                "past",
                (
                    rf"\b(?P<past_by>QUARTER|HALF|\d{{1,2}}) (?:PAST|AFTER|PASADAS|PASADITAS)\b(?: DE)?"
                    rf"(?: {_LAS}(?P<past_hour>\d{{1,2}})\b(?! {_MIN})"
                    rf"|(?! (?:THE|A|AN|MY|HIS|HER|YOUR|THAT|THIS|LAST)\b))"
                ),
            ),
            (
                "to",
                (
                    rf"\b(?P<to_by>QUARTER|CUARTO|\d{{1,2}}) (?:TO|TILL?|OF|BEFORE|B 4|PARA) {_LAS}"
                    rf"(?P<to_hour>\d{{1,2}})\b(?! {_MIN}| {_H}| [:-]|\d| \d)"
                ),
            ),
            ("to_next", r"\b(?P<next_by>QUARTER|CUARTO|\d{2}) (?:TO|TILL?|PARA)(?=$| ?,| (?:IF|SI|NOW|LOL)\b)"),
            ("less_than", r"\b(?P<less_hour>\d{1,2}) MENOS (?P<less_by>CUARTO|\d{1,2})\b"),
            ("half_of", rf"\bHALF (?P<half_hour_of>\d{{1,2}})\b(?! {_H})"),
            ("mins", rf"\b(?:\d+ (?:-|TO|OR|A|O|,) )?(?P<minutes>\d{{1,3}}) {_MIN}"),
            (
                "hour_and",
                rf"\b(?<!ENTRE )(?P<y_hour>\d{{1,2}}) Y (?P<y_by>MEDIA|CUARTO|\d{{1,2}})\b(?! {_MIN}| {_H})",
            ),
            ("clock", r"\b(?P<hour>\d{1,2}) : (?P<minute>\d\d)\b(?: (?P<half>[AP]M)\b)?"),
            (
                "spaced",
                (
                    rf"\b(?P<s_led>(?:AT|BY|LAS?|BEFORE|TILL?|UNTIL) )?(?P<s_hour>\d{{1,2}}) (?P<s_minute>[0-5]\d)\b"
                    rf"(?: (?P<s_half>[AP]M)\b)?(?! {_MIN}| {_H})"
                ),
            ),
            ("wall", rf"\b(?P<w_hour>\d{{1,2}}) (?:(?P<w_half>[AP]M)\b|{_DOT})"),
            ("on_the_hour", r"\bON THE HOUR\b"),
            ("military", rf"\b(?P<hh>[01]\d|2[0-3])(?P<mm>[0-5]\d)\b(?: {_H})?"),
            ("run", rf"\b(?P<r_hour>[1-9])(?P<r_minute>[0-5]\d)\b(?! {_MIN})"),
            (
                "led_hour",
                (
                    rf"\b(?:AT|BY|BEFORE|TILL?|UNTIL|LAS|A LA|CLOSER TO|MAKE (?:IT|THAT)|TO) (?:ABOUT |LIKE )?"
                    rf"(?P<l_hour>\d{{1,2}})\b(?! {_H}){_NO_MORE}"
                ),
            ),
            (
                "led",
                (
                    r"\b(?:IN|WITHIN|EN|AROUND|ABOUT|ABT|LIKE|ETA|UNOS|COMO|MORE LIKE|A ESO DE|GIMME|GIVE ME) "
                    rf"(?:LIKE |COMO )?(?P<led_by>\d{{1,2}})\b{_NO_MORE}"
                ),
            ),
            ("bare", rf"\b(?P<number>\d{{1,3}})\b{_BEHIND_BARE}"),
        )
    )
)
_TEN_CODE = re.compile(rf"\b10 (?:- (?!\d?[05]\b)\d{{1,2}}|[6-9]\d)\b(?! {_MIN})")  # "10-8 en route"
_QUARTERS = {"QUARTER": 15, "CUARTO": 15, "HALF": 30, "MEDIA": 30}
_CORRECTS = re.compile(r"\b(?:MAKE (?:IT|THAT)|NO WAIT|SCRATCH THAT|CORRECTION|I MEAN|DIGO|MEJOR)\b")
_RULED_OUT_BEFORE = re.compile(r"(?:INSTEAD OF|RATHER THAN|SOONER THAN|EN VEZ DE|EN LUGAR DE)(?: LAS?)? ?$")
_RULED_OUT_BEHIND = re.compile(r" ?(?:IS|ES) (?:TOO|MUY) (?:SOON|EARLY|PRONTO|TEMPRANO)")
_WAITS_FOR = re.compile(r"\b(?:NOT|WONT|NOTHING|CANT|CAN T|GIVE ME|NO|NADA|HASTA|BEFORE|MAKE IT)\b")
_UNTIL = re.compile(r"(?:TILL?|UNTIL|HASTA)(?: LAS?)? ?$")
# "I said 20 but its 50", "leaving now, it's 55 minutes".
_IT_IS_NOW = re.compile(
    r"\bNOW ITS$|\b(?:SAID|TOLD (?:YOU|U)|THOUGHT|LEAVING|LEAVE|OFF|OMW|ON MY WAY|ROLLING|HEADING|DRIVING)\b.*\bITS$"
)
_UNLESS_LED = re.compile(r"(?:BEFORE|TILL?|UNTIL|AT|BY|LAS|MAKE|IN|EN)\b")
_BEFORE_A_CLOCK = frozenset({"FOR", "LA", "NO", "THE"})
_FOR_WHEN = frozenset({"past", "to", "half_of", "clock", "spaced", "wall", "military"})


@dataclass(frozen=True, slots=True)
class Times:
    """`corrects`: what was said before no longer counts."""

    times: tuple[TimeSaid, ...]
    corrects: bool


def times_in(pieces: Sequence[str], *, waits: bool) -> Times:
    """The times of one sentence. `waits`: "not there til 3" is when they come."""
    said = _TEN_CODE.sub("¤", in_digits(pieces))
    found: list[tuple[int, TimeSaid]] = []
    for one in _FORMS.finditer(said):
        time = next((time for time in _readings(one) if time is not None), None)
        if time is not None and _may_be_when(one, said, waits=waits):
            found.append((one.end(), time))
    corrected = max((one.start() for one in _CORRECTS.finditer(said)), default=-1)
    behind = [time for end, time in found if end > corrected]
    corrects = corrected >= 0 and bool(behind)
    return Times(tuple(behind if corrects else [time for _, time in found]), corrects)


def _may_be_when(one: re.Match[str], said: str, *, waits: bool) -> bool:
    before, behind = said[: one.start()].rstrip(), said[one.end() :].lstrip()
    if _RULED_OUT_BEFORE.search(before) or _RULED_OUT_BEHIND.match(behind):
        return False
    first, last = next(iter(behind.split(" ", 1)), ""), before.rsplit(" ", 1)[-1]
    if first in _NO_TIME_BEHIND or (one.lastgroup == "bare" and first == "CLOCK"):
        return False
    until = _UNTIL.search(before) or re.match(r"(?:TILL?|UNTIL|HASTA)\b", one[0])
    if until and not (waits or _WAITS_FOR.search(before) or one[0].startswith("BEFORE")):
        return False
    if _UNLESS_LED.match(one[0]) or _IT_IS_NOW.search(before):
        return True
    return last not in (_NO_TIME_BEFORE - _BEFORE_A_CLOCK if one.lastgroup in _FOR_WHEN else _NO_TIME_BEFORE)


def _readings(one: re.Match[str]) -> Iterator[TimeSaid | None]:
    match one.lastgroup:
        case "three_quarters":
            yield 45
        case "quarter_hour":
            yield 15
        case "half_hour":
            yield 30 - int(one["less"] or 0)
        case "hours":
            yield _span(one)
        case "past":
            minute = _part(one["past_by"])
            yield _clock(one["past_hour"], minute) if one["past_hour"] else _of_hour(minute)
        case "to":
            by, hour = _part(one["to_by"]), int(one["to_hour"])
            # "15 to 20" is a range, "20 to 4" a time.
            range_ = one["to_by"].isdigit() and by <= hour and " PARA " not in one[0]
            yield _minutes(hour) if range_ or hour > _HOURS else _before(hour, by)
        case "to_next":
            yield _of_hour(_HOUR - _part(one["next_by"]))
        case "less_than":
            yield _before(int(one["less_hour"]), _part(one["less_by"]))
        case "half_of":
            yield _clock(one["half_hour_of"], 30)
        case "mins":
            yield _minutes(int(one["minutes"]))
        case "hour_and":
            yield _clock(one["y_hour"], _part(one["y_by"]))
        case "clock":
            yield _of_day(int(one["hour"]), int(one["minute"]), one["half"])
        case "spaced":
            # "1 25" is a key and minutes.
            key = one["s_hour"] == "1" and not one["s_led"] and not one["s_half"]
            yield _minutes(int(one["s_minute"])) if key else None
            valid = 1 <= int(one["s_hour"]) <= _HOURS
            yield _of_day(int(one["s_hour"]), int(one["s_minute"]), one["s_half"]) if valid else None
            yield _minutes(int(one["s_minute"]))
        case "wall":
            hour = int(one["w_hour"])
            yield _of_day(hour, 0, one["w_half"]) if hour <= _HOURS else _minutes(hour)
        case "on_the_hour":
            yield MinuteOfHour(0)
        case "military":
            yield ClockTime(int(one["hh"]), int(one["mm"]))
        case "run":
            yield ClockTime(int(one["r_hour"]), int(one["r_minute"]))
        case "led_hour":
            hour = int(one["l_hour"])
            yield ClockTime(hour, 0) if 1 <= hour <= _HOURS else _minutes(hour)
        case "led":
            yield _number(int(one["led_by"]))
        case "bare":
            yield _number(int(one["number"])) if int(one["number"]) >= FEWEST_MINUTES else None
        case _:
            pass


def _part(said: str) -> int:
    return _QUARTERS[said] if said in _QUARTERS else int(said)


def _span(one: re.Match[str]) -> int | None:
    of, more = one["of"] or "1", (one["more"] or one["and_"] or "").split(" ")[-1]
    hours = int(of) if of.isdigit() else 2 if of.startswith("COUPLE") else 1
    minutes = int(more) if more.isdigit() else _QUARTERS.get(more, 0)
    return _minutes(_HOUR * hours + minutes)


def _minutes(amount: int) -> int | None:
    return amount if FEWEST_MINUTES <= amount <= MOST_MINUTES else None


def _number(number: int) -> TimeSaid | None:
    return HourOrMinutes(number) if 1 <= number <= _HOURS else _minutes(number)


def _of_hour(minute: int) -> MinuteOfHour | None:
    return MinuteOfHour(minute % _HOUR) if 0 <= minute <= _HOUR else None


def _clock(hour: str, minute: int) -> ClockTime | None:
    return _of_day(int(hour), minute, None)


def _before(hour: int, minutes: int) -> ClockTime | None:
    return _of_day((hour - 1) or _HOURS, _HOUR - minutes, None) if 0 < minutes < _HOUR else None


def _of_day(hour: int, minute: int, half: str | None) -> ClockTime | None:
    if half is not None:
        valid = 1 <= hour <= _HOURS and minute < _HOUR
        return ClockTime(hour % _HOURS + _HOURS * (half == "PM"), minute, exact=True) if valid else None
    return ClockTime(hour, minute) if hour <= 23 and minute < _HOUR else None
