"""What one of our people texts about their shifts: `WHO`, `NIGHTS`, `COVER 4`. Anything else about shifts, absence or
where somebody starts is answered with the link to their own view, which does all of it.

The law: none of these is a word that a call-out could mean. `rules/reader` reads each of them as UNCLEAR, and
this table reads nothing that the reader's tables have, which a test asks for both ways. Only a text that says a cover's
number and nothing else takes it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import dropwhile

from dispatch.rules.reader.letters import take_apart
from dispatch.rules.reader.vocabulary import Sense, sense
from dispatch.rules.schedule.shift_texts import day_said


class ShiftWord(StrEnum):
    WHO = "who"
    NIGHTS = "nights"
    COVER = "cover"
    VIEW = "view"  # about shifts, and for their own view


SHIFT_WORDS: Mapping[ShiftWord, Sense] = {
    ShiftWord.WHO: sense(
        "WHO, WHO IS ON, WHO'S ON, WHO IS ON CALL, WHO'S ON CALL", "QUIÉN, QUIÉN ESTÁ, QUIÉN ESTÁ DE GUARDIA"
    ),
    ShiftWord.NIGHTS: sense(
        "NIGHTS, MY NIGHTS, SHIFTS, MY SHIFTS", "NOCHES, MIS NOCHES, TURNOS, MIS TURNOS, GUARDIAS, MIS GUARDIAS"
    ),
    ShiftWord.COVER: sense("COVER", "CUBRO, CUBRIR"),
}
SWAP, AWAY = sense("SWAP", "CAMBIO, CAMBIAR"), sense("AWAY", "FUERA, AUSENTE")
"""What begins the text of somebody who wants to be off, with the day behind it."""
START = sense("FROM", "DESDE")
"""What begins a text about where its writer starts from."""
SHIFT = sense("SHIFT, SHIFTS, SWAP, VACATION, SLOT", "TURNO, TURNOS, GUARDIA, GUARDIAS, VACACIONES")
"""What is about shifts wherever it stands."""

_COURTESY = {"PLEASE", "PLS", "THANKS", "THX", "PORFAVOR", "GRACIAS"}
_ASIDE = _COURTESY | {"EL", "THE", "#"}
YESES = ("YES", "YEAH", "OK", "OKAY", "SI", "I", "I CAN", "YES I CAN", "I WILL", "YO", "PUEDO")
"""What people write before the word and the number when a text has asked them: "yes cover 4"."""
_YES_TOKENS = frozenset(" ".join(YESES).split())
_NOT_OFF = {"OFF", "CANCEL", "CANCELA", "CANCELAR"}
_NOW = {"TODAY", "TONIGHT", "HOY", "ESTANOCHE", "NOW", "AHORA"}
_BESIDE_DAYS = _NOW | _NOT_OFF | {"TOMORROW", "MANANA", "TO", "UNTIL", "A", "AL", "DE", "DEL", "EL", "THE", "ON"}
_UNTIL = {"UNTIL", "TILL", "TIL", "THRU", "THROUGH", "HASTA"}
_WHOLE_WEEKS = (["THIS", "WEEK"], ["ALL", "WEEK"], ["ESTA", "SEMANA"], ["TODA", "LA", "SEMANA"])
_THIS_WEEK = {"THIS", "NEXT", "WEEK", "WEEKEND", "ALL", "ESTA", "PROXIMA", "TODA", "LA", "SEMANA"} | _UNTIL
_TOKENS = re.compile(r"\d+|[A-Z]+|[/:#-]")
_NOT_ONE = re.compile(r"[^\sA-Z0-9/:#.,!¡?¿-]")
_LONGEST = 60  # letters
_OF_COURSE = ("DESDE", "LUEGO")
_FIGURES = 9  # what both databases can hold in a number


@dataclass(frozen=True, slots=True)
class ShiftSaid:
    """`number` is that of a cover; `rest` are the tokens behind the word that begins a text for their own view."""

    word: ShiftWord
    number: int | None = None
    rest: tuple[str, ...] = ()


def shift_said(text: str) -> ShiftSaid | None:
    """None of any text that begins with anything else."""
    taken = take_apart(text)
    if taken.quotes or taken.codes:
        return None
    plain = _plain(text)
    tokens = [one for one in _TOKENS.findall(plain) if one not in _COURTESY]
    says_no_more = len(text) <= _LONGEST and not _NOT_ONE.search(plain)
    if says_no_more and (whole := _ASKING.get("".join(tokens))) is not None:
        return ShiftSaid(whole)
    first, *rest = [*dropwhile(_YES_TOKENS.__contains__, tokens)] or [""]
    if first in _COVER:
        numbers = [one for one in rest if one not in _ASIDE]
        if says_no_more and len(numbers) == 1 and numbers[0].isdigit():
            return ShiftSaid(ShiftWord.COVER, int(numbers[0]) if len(numbers[0]) <= _FIGURES else None)
        if says_no_more and tokens == [first]:
            return ShiftSaid(ShiftWord.COVER)
        return ShiftSaid(ShiftWord.VIEW, rest=(first, *rest)) if any(map(str.isdigit, rest)) else None
    if first not in _BEGINS or (first, *rest[:1]) == _OF_COURSE:
        return None
    return ShiftSaid(ShiftWord.VIEW, rest=(first, *rest))


def mentions_shifts(text: str) -> bool:
    """Whether it is about shifts although it begins with anything else: "I need somebody for my shift on Friday"."""
    return not take_apart(text).quotes and not _SHIFT.isdisjoint(_TOKENS.findall(_plain(text)))


def is_about_shifts_alone(text: str) -> bool:
    """Whether it can be no answer to a call-out, however it is read: a word for shifts, with nothing but days and
    hours. "Cubro", "away tonight" and whatever says more can."""
    said = shift_said(text)
    if said is None:
        return False
    if said.word is not ShiftWord.VIEW:
        return said.word is not ShiftWord.COVER or said.number is not None
    first, *rest = said.rest
    if len(text) > _LONGEST or first in _START | _COVER or (first in _AWAY and {*rest} <= _NOW):
        return False
    return all(map(_is_of_days, rest))


_FEW = 4  # words: "SWAP FRI 18-24", "FROM LONG BEACH"


def needs_a_person(text: str) -> bool:
    """Whether a person reads it as well, who may see more in it than a wish for another shift: "fuera" is "outside" as
    well, and "away from him" says no day."""
    if len(text.split()) > _FEW:
        return True
    said = shift_said(text)
    first, *rest = said.rest if said is not None and said.rest else ("",)
    return first in _AWAY and not all(_is_of_days(one) or one in _THIS_WEEK for one in rest)


def _is_of_days(token: str) -> bool:
    return not token.isalpha() or token in _BESIDE_DAYS or token[:3] in _DAYS


def asks_off(said: ShiftSaid, days: Iterable[date]) -> bool:
    """Whether they want to be off on one of these days: "swap tonight", "fuera vie"."""
    first, *rest = said.rest
    if first not in _SWAP | _AWAY or not _NOT_OFF.isdisjoint(rest):
        return False
    if not _UNTIL.isdisjoint(rest[:1]) or rest in _WHOLE_WEEKS:
        return True
    return not _NOW.isdisjoint(rest) or any(_names(day, rest) for day in days)


def _names(day: date, rest: Sequence[str]) -> bool:
    behind = f" {' '.join(rest)} "
    for spanish in (False, True):
        name, number, month = _plain(day_said(day, spanish=spanish)).split()
        if any(one.startswith(name) for one in rest):
            return True
        if re.search(rf" (?:{number} (?:DE )?{month}[A-Z]*|{month}[A-Z]* {number}) ", behind):
            return True
    return f" {day.month} / {day.day} " in behind or f" {day.day} / {day.month} " in behind


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text[:_MOST]).upper().translate(_DASHES)
    plain = "".join(letter for letter in apart if unicodedata.category(letter) not in ("Mn", "Cf"))
    plain = plain.replace("'", "").replace("\u2019", "")
    return plain.replace("ESTA NOCHE", "ESTANOCHE").replace("POR FAVOR", "PORFAVOR")


_MOST = 320  # letters that are looked at
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")


def _tokens(words: Sense) -> frozenset[str]:
    return frozenset("".join(_TOKENS.findall(_plain(phrase))) for phrase in words)


_ASKING = {phrase: word for word in (ShiftWord.WHO, ShiftWord.NIGHTS) for phrase in _tokens(SHIFT_WORDS[word])}
_DAYS = {  # a week of each month has all their names
    name
    for month in range(1, 13)
    for day in range(1, 8)
    for spanish in (False, True)
    for name in _plain(day_said(date(2024, month, day), spanish=spanish)).split()[::2]
}
_COVER, _SWAP, _AWAY, _START, _SHIFT = map(_tokens, (SHIFT_WORDS[ShiftWord.COVER], SWAP, AWAY, START, SHIFT))
_BEGINS = _SWAP | _AWAY | _START | _SHIFT
