"""What one of our people texts about their shifts: `WHO`, `NIGHTS`, `SWAP FRI`, `COVER 4`, `AWAY FRI-SUN`.

The law: none of these is a word that a call-out could mean. `rules/replies/reader` reads each of them as UNCLEAR, and
this table reads nothing that the reader's tables have, which a test asks for both ways. The text says that and nothing
else, but for courtesy: one word more, a quotation or a call-out's code, and it is read as any other text.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import dropwhile

from dispatch.rules.replies.reader.letters import take_apart
from dispatch.rules.replies.reader.vocabulary import Sense, sense


class ShiftWord(StrEnum):
    WHO = "who"
    NIGHTS = "nights"
    SWAP = "swap"
    COVER = "cover"
    AWAY = "away"


SHIFT_WORDS: Mapping[ShiftWord, Sense] = {
    ShiftWord.WHO: sense(
        "WHO, WHO IS ON, WHO'S ON, WHO IS ON CALL, WHO'S ON CALL", "QUIÉN, QUIÉN ESTÁ, QUIÉN ESTÁ DE GUARDIA"
    ),
    ShiftWord.NIGHTS: sense(
        "NIGHTS, MY NIGHTS, SHIFTS, MY SHIFTS", "NOCHES, MIS NOCHES, TURNOS, MIS TURNOS, GUARDIAS, MIS GUARDIAS"
    ),
    ShiftWord.SWAP: sense("SWAP", "CAMBIO, CAMBIAR"),
    ShiftWord.COVER: sense("COVER", "CUBRO, CUBRIR"),
    ShiftWord.AWAY: sense("AWAY", "FUERA, AUSENTE"),
}

_OFF = frozenset({"OFF", "CANCEL", "CANCELA", "CANCELAR"})


def _numbered(*lists: str) -> dict[str, int]:
    """Each name by its place in its list."""
    return {name: place for one in lists for place, name in enumerate(one.split(), start=1)}


MONTHS = _numbered(
    "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC",
    "ENE FEB MAR ABR MAY JUN JUL AGO SEP OCT NOV DIC",
    "JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER",
    "ENERO FEBRERO MARZO ABRIL MAYO JUNIO JULIO AGOSTO SEPTIEMBRE OCTUBRE NOVIEMBRE DICIEMBRE",
) | {"SEPT": 9}
DAY_NAMES = _numbered(
    "MON TUE WED THU FRI SAT SUN",
    "LUN MAR MIE JUE VIE SAB DOM",
    "MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY SUNDAY",
    "LUNES MARTES MIERCOLES JUEVES VIERNES SABADO DOMINGO",
) | {"TUES": 2, "WEDS": 3, "THUR": 4, "THURS": 4}
"""As ISO counts them: Monday is 1."""
TODAY, TONIGHT, TOMORROW = {"TODAY", "HOY"}, {"TONIGHT", "ESTANOCHE"}, {"TOMORROW", "MANANA"}
UP_TO = {"-", "TO", "UNTIL", "TILL", "THRU", "THROUGH", "A", "AL", "HASTA"}
NOON = {"AM", "PM"}
_COURTESY = {"PLEASE", "PLS", "THANKS", "THX", "PORFAVOR", "GRACIAS"}
_ASIDE = _COURTESY | {"DE", "DEL", "EL", "LA", "ON", "THE", "FROM"}
YESES = ("YES", "YEAH", "OK", "OKAY", "SI", "I", "I CAN", "YES I CAN", "I WILL", "YO", "PUEDO")
"""What people write before the word and the number when a text has asked them: "yes cover 4". Of a swap or of days away
it would be half a sentence."""
_YES_TOKENS = frozenset(" ".join(YESES).split())
_TIMELY = {*MONTHS, *DAY_NAMES, *TODAY, *TONIGHT, *TOMORROW, *UP_TO, *NOON, *_OFF, "/", ":", "#"}
_TOKENS = re.compile(r"\d+|[A-Z]+|[/:#-]")
_NOT_ONE = re.compile(r"[^\sA-Z0-9/:#.,!¡?¿-]")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_LONGEST = 60  # letters


@dataclass(frozen=True, slots=True)
class ShiftSaid:
    """`rest` are the tokens behind the word. `number` is that of a cover, `off` takes back what was asked or
    taken. An OFF behind days stays in `rest`, so that it is no day: "away Fri off" may say that they are off then."""

    word: ShiftWord
    is_spanish: bool
    rest: tuple[str, ...] = ()
    number: int | None = None
    off: bool = False


def shift_said(text: str) -> ShiftSaid | None:
    """None of any text that is about anything else."""
    plain = _plain(text)
    if plain is None:
        return None
    tokens = _TOKENS.findall(plain.replace("ESTA NOCHE", "ESTANOCHE").replace("POR FAVOR", "PORFAVOR"))
    if (whole := _ASKING.get("".join(one for one in tokens if one not in _COURTESY))) is not None:
        return whole
    asked = [*dropwhile(_YES_TOKENS.__contains__, tokens)]
    first, *rest = asked or [""]
    if first not in _SAYING or any(not (one.isdigit() or one in _TIMELY or one in _ASIDE) for one in rest):
        return None
    word, is_spanish = _SAYING[first]
    rest = [one for one in rest if one not in _ASIDE]
    off = any(one in _OFF for one in rest)
    bare = [one for one in rest if one not in _OFF]
    digits = [one for one in bare if one.isdigit()]
    about_one = len(digits) == 1 and all(one == "#" or one.isdigit() for one in bare)
    rest = bare if about_one or rest[:1] == ["OFF"] else [one for one in rest if one not in _OFF or one == "OFF"]
    is_cover = word is ShiftWord.COVER
    if is_cover and (off or (rest and not about_one)):
        return None
    if asked != tokens and (off or not (is_cover and about_one)):
        return None
    number = int(digits[0]) if about_one and (is_cover or off) and len(digits[0]) <= _FIGURES else None
    return ShiftSaid(word, is_spanish, tuple(rest), number, off)


def is_about_shifts_alone(text: str) -> bool:
    """Whether it can be no answer to a call-out, however it is read. "Cubro" and "away tonight" can."""
    said = shift_said(text)
    if said is None:
        return False
    may_be_now = not said.off and said.number is None and {*said.rest} <= TODAY | TONIGHT
    return not (may_be_now and said.word in (ShiftWord.COVER, ShiftWord.AWAY))


def begun(text: str) -> ShiftSaid | None:
    """What a text begins to say about shifts that cannot be read: "swap fri 6p-12a", "cover 5 and 6"."""
    tokens = _TOKENS.findall(_plain(text) or "")
    first, *rest = [*dropwhile(_YES_TOKENS.__contains__, tokens)] or [""]
    if first not in _SAYING or not any(one.isdigit() or one in _TIMELY for one in rest):
        return None
    return ShiftSaid(*_SAYING[first])


_FIGURES = 9  # what both databases can hold in a number


def _plain(text: str) -> str | None:
    if len(text) > _LONGEST:
        return None
    taken = take_apart(text)
    if taken.quotes or taken.codes:
        return None
    apart = unicodedata.normalize("NFKD", text.translate(_DASHES)).upper()
    plain = "".join(letter for letter in apart if unicodedata.category(letter) not in ("Mn", "Cf"))
    plain = plain.replace("'", "").replace("\u2019", "")
    return None if _NOT_ONE.search(plain) else plain


def _squeezed(phrase: str) -> str:
    return "".join(_TOKENS.findall(_plain(phrase) or ""))


_ASKING = {
    _squeezed(phrase): ShiftSaid(word, phrase in SHIFT_WORDS[word].spanish)
    for word in (ShiftWord.WHO, ShiftWord.NIGHTS)
    for phrase in SHIFT_WORDS[word]
}
_SAYING = {
    _squeezed(phrase): (word, phrase in SHIFT_WORDS[word].spanish)
    for word in (ShiftWord.SWAP, ShiftWord.COVER, ShiftWord.AWAY)
    for phrase in SHIFT_WORDS[word]
}
