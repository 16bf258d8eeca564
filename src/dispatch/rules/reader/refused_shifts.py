"""Whether one of our people writes that they cannot take the shift that runs or begins soon.

The law: a bare no is one only to a test; while something else is asked, only what can be about nothing but the shift.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.reader.intent import Intent
from dispatch.rules.reader.plain_questions import asking_of
from dispatch.rules.reader.read_text import read_part
from dispatch.rules.reader.shift_words import ShiftWord, asks_off, shift_said
from dispatch.rules.reader.vocabulary import Sense, Trait, Word, sense
from dispatch.rules.reader.words.refusing import PLAIN_NO
from dispatch.rules.roster.nights import tonight

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
_WELL = re.compile(
    r"\b(?:(?:NOT|LONGER|NEVER|NO ESTOY) (?:SICK|ILL|ENFERM[OA])"
    r"|NEGATIVE (?:SO |AND |)(?:IM |I AM |)(?:GOOD|FINE|OK))\b"
)
# Or only the child whom they are with is ill: unless they say besides that they cannot.
_WELL_BY_NOW = re.compile(
    r"\b(?:SICK OF|THATS SICK|BUT (?:IM |I AM |)(?:GOOD|OK|FINE|AVAILABLE|BETTER)"
    r"|(?:LA NINA|EL NINO) (?:TIENE|ESTA) (?:FIEBRE|CALENTURA|ENFERM[OA])|(?<!MY )(?:KID|CHILD|GIRL|BOY) IS SICK)\b"
)
_MOST = 320  # letters that are looked at


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text[:_MOST]).upper().replace("'", "").replace("\u2019", "")
    return " ".join("".join(one if one.isalnum() else " " for one in apart if not unicodedata.combining(one)).split())


def _table(senses: tuple[Sense, ...]) -> re.Pattern[str]:
    phrases = (_plain(phrase) for one in senses for phrase in one)
    return re.compile(rf"\b(?:{'|'.join(sorted(phrases, key=len, reverse=True))})\b")


_ILL, _OF_MY_SHIFT, _CANNOT_THEN = (_table(one) for one in (_ONLY_OF_A_SHIFT[:1], _ONLY_OF_A_SHIFT[1:], _CANNOT))
_ILL = re.compile(rf"{_ILL.pattern}|^ILL$")


def _says_any(plain: str, *tables: re.Pattern[str]) -> bool:
    return any(table.search(plain) for table in tables)


def may_refuse_a_shift(reply: Intent) -> bool:
    """Whether it is worth asking what their shifts are: nearly no text is."""
    said = shift_said(reply)
    if reply.code is not None or reply.word in Trait.CRIES or (said is not None and said.word is not ShiftWord.VIEW):
        return False
    return said is not None or _is_a_no(reply) or _says_any(_plain(reply.words), _ILL, _OF_MY_SHIFT, _CANNOT_THEN)


def _is_a_no(reply: Intent) -> bool:
    return reply.word in Trait.REFUSES or reply.word in Trait.MAY_REFUSE


def _told(reply: Intent) -> Intent:
    """The parts of a text that ask nothing. What somebody says of themselves is told whatever mark ends it."""
    parts = (read_part(reply, part.strip()) for part in _PARTS.findall(reply.words[:_MOST]))
    told = (part.words.rstrip("?") for part in parts if not asking_of(part).asks or _is_told_by_them(part))
    return read_part(reply, ", ".join(told))


def _is_told_by_them(part: Intent) -> bool:
    first = not asking_of(read_part(part, part.words.replace("?", "").replace("\u00bf", ""))).asks
    return first and (_CANNOT_COME.search(_plain(part.words)) or _OF_ME.search(_plain(part.words))) is not None


_PARTS = re.compile(r"[^.,;:!?\n]+[?]*")
_OF_ME = re.compile(r"\b(?:IM|I AM|I HAVE|IVE|I GOT|ESTOY|TENGO|ANDO)\b")
_CANNOT_COME = re.compile(
    r"\b(?:CANT|CANNOT|WONT|UNABLE|NOT (?:ABLE|COMING|GOING|AVAILABLE)|NO (?:PUEDO|PODRE|VOY A PODER|VOY))\b"
)


def refuses_a_shift(reply: Intent, *, tested: bool, asked: bool, moments: Sequence[datetime] = ()) -> bool:
    """Whether they say that they cannot take their shift, which runs or begins at these `moments`: "swap tonight" does.
    `tested`: a test of it waits for an answer. `asked`: something else does, or did so just now."""
    said = shift_said(reply)
    may_be = said is not None and (said.begins or not asked)  # "I'm away" answers the page that is over
    if said is not None and may_be and asks_off(said, {day for one in moments for day in _days(one)}):
        return True
    plain = _plain(reply.words)
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
    return refuses or (tested and reply.word in Trait.REFUSES) or _says_any(plain, _ILL, _OF_MY_SHIFT, _CANNOT_THEN)


_BARE_NO = frozenset(_plain(phrase) for one in PLAIN_NO for phrase in one)


def _refuses(reply: Intent, plain: str) -> bool:
    """Whether it is more than a bare no, which may answer anything."""
    return plain not in _BARE_NO and reply.word is not Word.TWO


def _is_idiom(reply: Intent) -> bool:
    """ "Not sure", "no signal": it says no to nothing."""
    return reply.word is Word.NO_AND_MORE and Word.NO not in reply.mentions


def _days(moment: datetime) -> tuple[date, date]:
    """The day, and the one whose night it is."""
    return moment.astimezone(ZoneInfo(LOCAL)).date(), tonight(moment)
