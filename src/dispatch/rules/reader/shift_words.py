"""What one of our people texts about their shifts: `WHO`, `NIGHTS`, `COVER 4`. Anything else about shifts, absence or
where somebody starts is answered with the link to their own view, which does all of it.

The law: none of these is a word that a call-out could mean. `read_text` reads each of them as UNCLEAR, and
this table reads nothing that the reader's tables have, which a test asks for both ways. Only a text that says a cover's
number and nothing else takes it. A bare no refuses a shift only as the answer to its test; while something else is
asked, only what can be about nothing but the shift does.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import dropwhile
from zoneinfo import ZoneInfo

from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.reader.hints import Hint, any_of, in_capitals, says
from dispatch.rules.reader.intent import Intent, once
from dispatch.rules.reader.plain_questions import asking_of
from dispatch.rules.reader.read_text import read_part
from dispatch.rules.reader.vocabulary import Sense, Trait, Word, sense
from dispatch.rules.reader.words.refusing import PLAIN_NO
from dispatch.rules.roster.nights import tonight
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
SHIFT = sense("SHIFT, SHIFTS, SWAP, VACATION, SLOT, SLOTS", "TURNO, TURNOS, GUARDIA, GUARDIAS, VACACIONES")
"""What is about shifts wherever it stands."""
_PHRASES = sense(
    "SIGN (|ME )UP, (TIME|NIGHT|DAY|DAYS) OFF, SCHEDULE, ROTA, CALENDAR, HOLIDAY, PTO, AM I ON, START(|ING) FROM",
    "INSCRIBIRME, ANÓTAME, APÚNTAME, HORARIO, CALENDARIO, CUÁNDO ME TOCA, SALGO DESDE",
)
"""The same. To a page some of these mean yes."""

_COURTESY = {"PLEASE", "PLS", "THANKS", "THX", "PORFAVOR", "GRACIAS"}
_ASIDE = _COURTESY | {"EL", "THE", "#"}
YESES = ("YES", "YEAH", "OK", "OKAY", "SI", "I", "I CAN", "YES I CAN", "I WILL", "YO", "PUEDO")
"""What people write before the word and the number when a text has asked them: "yes cover 4"."""
_YES_TOKENS = frozenset(" ".join(YESES).split())
_NOT_OFF = {"OFF", "CANCEL", "CANCELA", "CANCELAR"}
_NOW = {"TODAY", "TONIGHT", "HOY", "ESTANOCHE", "NOW", "AHORA"}
_BESIDE_DAYS = _NOW | _NOT_OFF | {"TOMORROW", "MANANA", "TO", "UNTIL", "A", "AL", "DE", "DEL", "EL", "THE", "ON"}
_LATER = {"TOMORROW", "MANANA"}
_UNTIL = {"UNTIL", "TILL", "TIL", "THRU", "THROUGH", "HASTA"}
_WHOLE_WEEKS = (["THIS", "WEEK"], ["ALL", "WEEK"], ["ESTA", "SEMANA"], ["TODA", "LA", "SEMANA"])
_WEEK = {"WEEK", "WEEKEND", "SEMANA"}
_NEXT = {"NEXT", "PROXIMA"}
_THIS_WEEK = {"THIS", "ALL", "ESTA", "TODA", "LA"} | _WEEK | _NEXT | _UNTIL
_JOINS = {"-", "TO", "A", "AL"} | _UNTIL
_TOKENS = re.compile(r"\d+|[A-Z]+|[/:#-]")
_NOT_ONE = re.compile(r"[^\sA-Z0-9/:#.,!¡?¿-]")
_LONGEST = 60  # letters
_OF_COURSE = ("DESDE", "LUEGO")
_FIGURES = 9  # what both databases can hold in a number


@dataclass(frozen=True, slots=True)
class ShiftSaid:
    """`number` is that of a cover; `rest` is the word that begins a text for their own view, with the tokens behind it.
    Not `begins`: somebody says in a sentence that they are away, or want to be off, and `rest` has their days."""

    word: ShiftWord
    number: int | None = None
    rest: tuple[str, ...] = ()
    begins: bool = True


@once
def shift_said(intent: Intent) -> ShiftSaid | None:
    """None of any text that begins with anything else, and says of nobody that they are away."""
    if intent.apart.quotes or intent.apart.codes:
        return None
    text = intent.as_written
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
        return _said_absent(plain)
    return ShiftSaid(ShiftWord.VIEW, rest=(first, *rest))


_ABSENT = re.compile(
    r"\b(?:IM|I AM|(?:ILL|I WILL|GONNA|GOING TO) BE|ESTOY|ESTARE|VOY A ESTAR) (?:AWAY|FUERA|OFF(?= \w))(?P<behind>.*)"
    r"|(?P<before>\w+) OFF\b|\b(?:NECESITO|QUIERO|PIDO) (?:\w+ )?(?P<free>\w+) LIBRES?\b"
)


def _said_absent(plain: str) -> ShiftSaid | None:
    """ "I'm away next week", "I need friday off"; not "I'm away from the scene"."""
    found = _ABSENT.search(plain)
    if found is None:
        return None
    tokens = _TOKENS.findall(found["behind"] or "")
    day = found["before"] or found["free"]
    if (day or tokens) and not any(map(_is_a_day, [day] if day else tokens)):
        return None
    days = _TOKENS.findall(plain) if day else tokens
    rest = (one for one in days if one != "OFF" and (_is_of_days(one) or one in _THIS_WEEK))
    return ShiftSaid(ShiftWord.VIEW, rest=("AWAY", *rest), begins=False)


def _is_a_day(token: str) -> bool:
    return token[:3] in _DAYS or token in _NOW | _LATER | _WEEK | {"/"}


def mentions_shifts(intent: Intent) -> bool:
    """Whether it is about shifts although it begins with anything else: "I need somebody for my shift on Friday"."""
    plain = _plain(intent.as_written)
    says = not _SHIFT.isdisjoint(_TOKENS.findall(plain)) or _PHRASE.search(plain) is not None
    return says and not intent.apart.quotes


@once
def is_about_shifts_alone(intent: Intent) -> bool:
    """Whether it can be no answer to a call-out, however it is read: a word for shifts, with nothing but days and
    hours. "Cubro", "away tonight" and whatever says more can."""
    said = shift_said(intent)
    if said is None or not said.begins:
        return False
    if said.word is not ShiftWord.VIEW:
        return said.word is not ShiftWord.COVER or said.number is not None
    first, *rest = said.rest
    if len(intent.as_written) > _LONGEST or first in _START | _COVER or (first in _AWAY and {*rest} <= _NOW):
        return False
    return all(map(_is_of_days, rest))


def no_phone_sends(intent: Intent) -> bool:
    """Whether a person wrote it: "SWAP FRI". A phone that answers each of our texts by itself may send "Away until
    Monday"."""
    return is_about_shifts_alone(intent) and _AUTOMATIC.isdisjoint(_TOKENS.findall(_plain(intent.as_written)))


_FEW = 4  # words: "SWAP FRI 18-24", "FROM LONG BEACH"


def needs_a_person(intent: Intent) -> bool:
    """Whether a person reads it as well, who may see more in it than a wish for another shift: "fuera" is "outside" as
    well, and "away from him" says no day."""
    if len(intent.as_written.split()) > _FEW:
        return True
    said = shift_said(intent)
    first, *rest = said.rest if said is not None and said.rest else ("",)
    return first in _AWAY and not all(_is_of_days(one) or one in _THIS_WEEK for one in rest)


def _is_of_days(token: str) -> bool:
    return not token.isalpha() or token in _BESIDE_DAYS or token[:3] in _DAYS


def asks_off(said: ShiftSaid, days: Iterable[date]) -> bool:
    """Whether they want to be off on one of these days, of which the first is today: "swap tonight", "fuera vie"."""
    first, *rest = said.rest
    if first not in _SWAP | _AWAY or not _NOT_OFF.isdisjoint(rest):
        return False
    if not _UNTIL.isdisjoint(rest[:1]) or rest in _WHOLE_WEEKS or not (rest or said.begins):
        return True
    near = sorted(days)
    return not _NOW.isdisjoint(rest) or any(
        _names(day, rest) or _is_amid(day, rest) or _is_soon(day, near[0], rest) for day in near
    )


_MOST_DAYS = 93


def _is_amid(day: date, rest: Sequence[str]) -> bool:
    """Whether it lies in a span with another beginning: a Wednesday in "mon-fri"."""
    at = next((at for at, one in enumerate(rest) if one in _JOINS), 0)
    left, right = rest[:at], rest[at + 1 :]
    if not left:
        return False
    if all(one.isdigit() or one in _BESIDE_DAYS for one in left):
        left = [*left, *right[1:]]  # "24-30 dec"
    back = next((back for back in range(_MOST_DAYS) if _names(day - timedelta(back), left)), 0)
    ends = (on for on in range(-back, _MOST_DAYS) if _names(day + timedelta(on), right))
    return back > 0 and next(ends, -1) >= 0


def _is_soon(day: date, today: date, rest: Sequence[str]) -> bool:
    """ "Tomorrow", "next week", "this weekend"."""
    if not _NEXT.isdisjoint(rest):
        return not _WEEK.isdisjoint(rest) and day.isocalendar()[:2] > today.isocalendar()[:2]
    return (day > today and not _LATER.isdisjoint(rest)) or ("WEEKEND" in rest and day.weekday() > 4)  # from Saturday


def _names(day: date, rest: Sequence[str]) -> bool:
    behind = f" {' '.join(rest)} "
    for spanish in (False, True):
        name, number, month = _plain(day_said(day, spanish=spanish)).split()
        if any(one.startswith(name) for one in rest):
            return True
        if f" {month}" in behind and re.search(rf" (?:{number} (?:DE )?{month}[A-Z]*|{month}[A-Z]* {number}) ", behind):
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
_AUTOMATIC = _AWAY | {"VACATION", "VACACIONES"}
_PHRASE = re.compile(rf"\b(?:{'|'.join(map(_plain, _PHRASES))})\b")


# ---- that they cannot take the shift that runs or begins soon -------------------------------------------------------

_ONLY_OF_A_SHIFT: tuple[Sense, ...] = (
    sense(
        # What begins with "ill" is "I'll", without its apostrophe.
        "SICK, (IM|I AM|IS|BEEN|FEEL|FEELING|FELL|VERY|REALLY|SERIOUSLY) ILL, ILL (TONIGHT|TODAY|SORRY), "
        "FLU, FEVER, COVID, VOMITING, THROWING UP, PUKING, STOMACH BUG, MIGRAINE, "
        "FOOD POISONING, TESTED POSITIVE, IN THE HOSPITAL, (AT|IN) THE ER, AT THE HOSPITAL WITH MY, "
        "UNWELL, UNDER THE WEATHER, "
        " NOT FEELING (WELL|GOOD), DON'T FEEL (WELL|GOOD)",
        "ENFERMO, ENFERMA, (ME|SE ME) ENFERMÉ, (ESTOY|ANDO) (MALITA|MALITO), FIEBRE, GRIPE, GRIPA, "
        "CALENTURA, VOMITANDO, EN URGENCIAS, EN EL HOSPITAL, EN EL HOSPITAL CON MI, "
        "ME SIENTO (|MUY )MAL, NO ME SIENTO BIEN, (ESTOY|ANDO) (MALA|MALO)",
    ),
    sense(
        "(CAN'T|CANNOT|WON'T) (WORK|TAKE|DO|MAKE|COVER) (MY|THE|THIS) SHIFT, (CAN'T|CANNOT|WON'T) BE ON CALL, "
        "CALLING (OUT|IN SICK), NEED (SOMEONE|SOMEBODY|ANYONE) TO COVER, NEED COVER, "
        "(CAN|COULD) (SOMEONE|SOMEBODY|ANYONE|ANYBODY) (COVER|TAKE) (ME|FOR ME|MY SHIFT), TAKE ME OFF (TONIGHT|TODAY|"
        "CALL), NOT ON (TONIGHT|TODAY), OUT TONIGHT, (I'M|I AM) OFF (TONIGHT|TODAY), THE NIGHT OFF, "
        "COVER(S|ING|) (ME|FOR ME|MY SHIFT|MY NIGHT), (SOMEONE|SOMEBODY|ANYBODY|ANYONE|PLEASE|PLS) TAKE MY SHIFT, "
        "(SWAPPED|SWITCHED|TRADED) WITH, (TAKING|HAS|TOOK) MY SHIFT",
        "NO PUEDO (CON |HACER |TOMAR |CUBRIR |)(MI TURNO|LA GUARDIA|MI GUARDIA), NECESITO QUE (ALGUIEN |)ME CUBRAN?, "
        "QUE ALGUIEN ME CUBRA, (CUBRE|CUBRAN) MI (TURNO|GUARDIA), CÚBREME, CÚBRANME, "
        "ME (CUBRE|CUBREN|VA A CUBRIR), ALGUIEN (ME PUEDE CUBRIR|PUEDE CUBRIRME), CAMBIÉ (CON|EL TURNO)",
    ),
)
_CANNOT: tuple[Sense, ...] = (
    sense(
        "(CAN'T|CANNOT|WON'T) (DO|MAKE|WORK|TAKE) (IT |)(TONIGHT|TODAY), (CAN'T|CANNOT) WORK, NOT (AVAIL|AVAILABLE), "
        "UNAVAILABLE, WON'T BE AVAILABLE, OUT OF TOWN, OUT OF STATE, IN VEGAS, ON VACATION, DRUNK, BEEN DRINKING, "
        "FAMILY EMERGENCY, (MOM|DAD|MOTHER|FATHER|GRANDMA|GRANDPA|HUSBAND|WIFE|BROTHER|SISTER) (DIED|PASSED AWAY), "
        "ON A PLANE, BOARDING (A|MY|THE|NOW), A FEW DRINKS, TOO MUCH TO DRINK, SURGERY, PHONE WILL BE OFF, "
        "CAR BROKE DOWN, CAR IN THE SHOP, CAR IS IN THE SHOP, (SOMEONE|SOMEBODY) ELSE PLEASE, "
        "FIND (SOMEONE|SOMEBODY) ELSE",
        "FUERA DE LA CIUDAD, DE VIAJE, DE VACACIONES, BORRACHA, BORRACHO, ESTUVE TOMANDO, EMERGENCIA FAMILIAR, "
        "(MURIÓ|FALLECIÓ) MI (MAMÁ|PAPÁ|ABUELA|ABUELO|ABUELITA|ABUELITO|HERMANA|HERMANO|ESPOSO|ESPOSA), "
        "EN EL AVIÓN, TOMÉ DE MÁS, NO ME TOCA, LE TOCA A, "
        "CARRO EN EL TALLER, DESCOMPUSO EL CARRO, BUSQUEN A OTRA PERSONA, "
        "NO PUEDO (ESTA NOCHE|HOY|TRABAJAR), NO (ESTOY |)DISPONIBLE, NO ESTARÉ DISPONIBLE",
    ),
)
_UNREACHABLE = sense(
    "ON SILENT, (NO|WITHOUT) (SIGNAL|SERVICE|RECEPTION), JURY DUTY, (I'M|I AM|I'LL BE|I WILL BE) IN (CLASS|COURT|"
    "SURGERY|A MEETING), (CAN'T|CANNOT|WON'T|WON'T BE ABLE TO) (ANSWER|PICK UP), (WON'T|NOT) (BE |)REACHABLE",
    "EN SILENCIO, SIN (SEÑAL|SERVICIO|COBERTURA), DE JURADO, (ESTOY|ANDO|ESTARÉ) EN (CLASE|CORTE|LA CORTE|CIRUGÍA|"
    "UNA JUNTA), NO (PUEDO|VOY A PODER|PODRÉ) CONTESTAR",
)
"""From whoever answers the test of their shift by it."""
_WELL = re.compile(
    r"\b(?:(?:NOT|LONGER|NEVER|NO ESTOY) (?:SICK|ILL|ENFERM[OA])"
    r"|NEGATIVE (?:SO |AND |)(?:IM |I AM |)(?:GOOD|FINE|OK))\b"
)
# Or only the child whom they are with is ill: unless they say besides that they cannot.
_WELL_BY_NOW = re.compile(
    r"\b(?:SICK OF|THATS SICK|BUT (?:IM |I AM |)(?:GOOD|OK|FINE|AVAILABLE|BETTER)"
    r"|(?:LA NINA|EL NINO) (?:TIENE|ESTA) (?:FIEBRE|CALENTURA|ENFERM[OA])|(?<!MY )(?:KID|CHILD|GIRL|BOY) IS SICK)\b"
)


_ILL, _OF_MY_SHIFT, _CANNOT_THEN = (any_of(one) for one in (_ONLY_OF_A_SHIFT[:1], _ONLY_OF_A_SHIFT[1:], _CANNOT))
_ILL = re.compile(rf"{_ILL.pattern}|^ILL$")
_SILENT_THEN = any_of((_UNREACHABLE,))


def _says_any(plain: str, *tables: re.Pattern[str]) -> bool:
    return any(table.search(plain) for table in tables)


def may_refuse_a_shift(reply: Intent) -> bool:
    """Whether it is worth asking what their shifts are: nearly no text is."""
    said = shift_said(reply)
    if reply.code is not None or reply.word in Trait.CRIES or (said is not None and said.word is not ShiftWord.VIEW):
        return False
    plain = in_capitals(reply.as_written)
    no = _is_a_no(reply) or _is_two(reply)
    return said is not None or no or _says_any(plain, _ILL, _OF_MY_SHIFT, _CANNOT_THEN, _SILENT_THEN)


def _is_a_no(reply: Intent) -> bool:
    return reply.word in Trait.REFUSES or reply.word in Trait.MAY_REFUSE


_NOT_THEIRS = any_of(
    (
        sense(
            "NOT MY (WEEK|NIGHT|SHIFT|TURN), (SOMEONE|SOMEBODY|ANYONE) ELSE (TAKE|HAVE|CALL|PLEASE|HAS TO|NEEDS TO), "
            "(GET|CALL|ASK) (SOMEONE|SOMEBODY) ELSE",
            "NO ES MI (SEMANA|NOCHE|TURNO), QUE (OTRA|OTRO|ALGUIEN MÁS) (LO |LA |)(TOME|VEA|LLAME), LLAMEN A OTR(A|O)",
        ),
    )
)


def cannot_see_to_it(intent: Intent) -> bool:
    """Whether a coordinator writes that they cannot have an alarm: "in the ER with my dad", "not my week"."""
    plain = in_capitals(intent.as_written)
    refuses = intent.word in Trait.REFUSES and not says(intent, Hint.OF_ANOTHER)
    return refuses or _says_any(plain, _ILL, _OF_MY_SHIFT, _CANNOT_THEN, _NOT_THEIRS)


def _is_two(reply: Intent) -> bool:
    """Whether it begins with the key for no, and ends with none that takes it back: "2\\n*1"."""
    return reply.word is Word.TWO_AND_MORE and reply.eta is None and in_capitals(reply.as_written) != "2 1"


def _told(reply: Intent) -> Intent:
    """The parts of a text that ask nothing. What somebody says of themselves is told whatever mark ends it."""
    parts = (read_part(reply, part.strip()) for part in _PARTS.findall(reply.as_written[:_MOST]))
    told = (part.as_written.rstrip("?") for part in parts if not asking_of(part).asks or _is_told_by_them(part))
    return read_part(reply, ", ".join(told))


def _is_told_by_them(part: Intent) -> bool:
    tells = not asking_of(read_part(part, part.as_written.replace("?", "").replace("\u00bf", ""))).asks
    return tells and _says_any(in_capitals(part.as_written), _CANNOT_COME, _OF_THEMSELVES)


_PARTS = re.compile(r"[^.,;:!?\n]+[?]*")
_OF_THEMSELVES = re.compile(r"\b(?:IM|I AM|I HAVE|IVE|I GOT|ESTOY|TENGO|ANDO)\b")
_CANNOT_COME = re.compile(
    r"\b(?:CANT|CANNOT|WONT|UNABLE|NOT (?:ABLE|COMING|GOING|AVAILABLE)|NO (?:PUEDO|PODRE|VOY A PODER|VOY))\b"
)


def refuses_a_shift(reply: Intent, *, tested: bool, asked: bool, moments: Sequence[datetime] = ()) -> bool:
    """Whether they say that they cannot take their shift, which runs or begins at these `moments`: "swap tonight" does.
    `tested`: a test of it waits for an answer. `asked`: something else does, or did so just now."""
    said = shift_said(reply)
    may_be = said is not None and (said.begins or not asked)  # "I'm away" answers the page that is over
    if said is not None and may_be and asks_off(said, {day for one in moments for day in _days_at(one)}):
        return True
    plain = in_capitals(reply.as_written)
    if asking_of(reply).asks and not _OF_MY_SHIFT.search(plain):  # "can somebody cover me?"
        told = _told(reply)  # "I can't, who can take it?"
        says = told is not reply and may_refuse_a_shift(told)
        return says and refuses_a_shift(told, tested=tested, asked=asked, moments=moments)
    if _WELL.search(plain) and not _CANNOT_COME.search(plain):
        return False
    is_no = _is_a_no(reply)
    refuses = is_no and _refuses(reply, plain) and not _is_idiom(reply)
    if _WELL_BY_NOW.search(plain) and not (refuses or _says_any(plain, _OF_MY_SHIFT, _CANNOT_THEN)):
        return False
    if asked:  # "no, my kid is sick" answers the page that somebody else has taken by now
        return (tested and refuses) or _says_any(plain, _OF_MY_SHIFT, *(() if is_no else (_ILL,)))
    if tested and (reply.word in Trait.REFUSES or _is_two(reply) or _says_any(plain, _SILENT_THEN)):
        return True  # nobody counts minutes to a test: "2 - jury duty today" begins with a no
    return refuses or _says_any(plain, _ILL, _OF_MY_SHIFT, _CANNOT_THEN)


_BARE_NO = frozenset(in_capitals(phrase) for one in PLAIN_NO for phrase in one)


def _refuses(reply: Intent, plain: str) -> bool:
    """Whether it is more than a bare no, which may answer anything."""
    return plain not in _BARE_NO and reply.word is not Word.TWO


def _is_idiom(reply: Intent) -> bool:
    """ "Not sure", "no signal": it says no to nothing."""
    return reply.word is Word.NO_AND_MORE and Word.NO not in reply.mentions


def _days_at(moment: datetime) -> tuple[date, date]:
    """The day, and the one whose night it is."""
    return moment.astimezone(ZoneInfo(LOCAL)).date(), tonight(moment)
