"""Somebody whose shift runs, or begins within twelve hours, writes that they cannot take it.

The law: **nobody is off call by a text, and nobody is thanked for a no.** Coordinators are rung, whoever would be paged
next is told, and whoever wrote it reads that they are on until they hear back. A bare no is one only to a test; while
something else is asked, only what can be about nothing but the shift.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dispatch.rules.decisions import AlarmCoordinators, SendPage
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.pages import Purpose, SentText
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Shift
from dispatch.rules.reader.plain_questions import asking_of
from dispatch.rules.reader.read_text import Reply, read
from dispatch.rules.reader.vocabulary import Sense, Word, sense
from dispatch.rules.reader.words.refusing import PLAIN_NO
from dispatch.rules.roster.nights import tonight
from dispatch.rules.shifts import said as our_words
from dispatch.rules.shifts.wanting import theirs
from dispatch.rules.shifts.words import ShiftWord, asks_off, shift_said
from dispatch.rules.wording import alarms

BEGINS_WITHIN = timedelta(hours=12)
TESTED_AHEAD = timedelta(hours=14)
"""How long before its shift a test may come, in the evening before."""
_JUST_ASKED = timedelta(minutes=10)  # about a call-out that may be over by now

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
_A_NO = frozenset({Word.NO, Word.TWO, Word.NO_SOON, Word.NO_AND_WHY, Word.BACK_OUT})
_MAYBE_A_NO = frozenset({Word.NO_AND_MORE, Word.NEGATED})
_ELSEWHERE = frozenset({Word.DANGER, Word.HELP, Word.HELP_LOUD, Word.TROUBLE})


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


def may_say(reply: Reply) -> bool:
    """Whether it is worth asking what their shifts are: nearly no text is."""
    said = shift_said(reply.text)
    if reply.code is not None or reply.word in _ELSEWHERE or (said is not None and said.word is not ShiftWord.VIEW):
        return False
    return (
        said is not None
        or reply.word in _A_NO | _MAYBE_A_NO
        or _says_any(_plain(reply.text), _ILL, _OF_MY_SHIFT, _CANNOT_THEN)
    )


def _told(text: str) -> str:
    """The parts of a text that ask nothing. What somebody says of themselves is told whatever mark ends it."""
    parts = (part.strip() for part in _PARTS.findall(text[:_MOST]))
    return ", ".join(part.rstrip("?") for part in parts if not asking_of(part).asks or _is_told_by_them(part))


def _is_told_by_them(part: str) -> bool:
    first = not asking_of(part.replace("?", "").replace("\u00bf", "")).asks
    return first and (_CANNOT_COME.search(_plain(part)) or _OF_ME.search(_plain(part))) is not None


_PARTS = re.compile(r"[^.,;:!?\n]+[?]*")
_OF_ME = re.compile(r"\b(?:IM|I AM|I HAVE|IVE|I GOT|ESTOY|TENGO|ANDO)\b")
_CANNOT_COME = re.compile(
    r"\b(?:CANT|CANNOT|WONT|UNABLE|NOT (?:ABLE|COMING|GOING|AVAILABLE)|NO (?:PUEDO|PODRE|VOY A PODER|VOY))\b"
)


def says(reply: Reply, *, tested: bool, asked: bool, moments: Sequence[datetime] = ()) -> bool:
    """Whether they say that they cannot take their shift, which runs or begins at these `moments`: "swap tonight" does.
    `tested`: a test of it waits for an answer. `asked`: something else does, or did so just now."""
    said = shift_said(reply.text)
    may_be = said is not None and (said.begins or not asked)  # "I'm away" answers the page that is over
    if said is not None and may_be and asks_off(said, {day for one in moments for day in _days(one)}):
        return True
    plain = _plain(reply.text)
    if asking_of(reply.text).asks and not _OF_MY_SHIFT.search(plain):  # "can somebody cover me?"
        told = read(_told(reply.text))  # "I can't, who can take it?"
        return told.text != reply.text and may_say(told) and says(told, tested=tested, asked=asked, moments=moments)
    if _WELL.search(plain) and not _CANNOT_COME.search(plain):
        return False
    is_no = reply.word in _A_NO | _MAYBE_A_NO
    refuses = is_no and _refuses(reply, plain) and not _is_idiom(reply)
    if _WELL_BY_NOW.search(plain) and not (refuses or _says_any(plain, _OF_MY_SHIFT, _CANNOT_THEN)):
        return False
    if asked:  # "no, my kid is sick" answers the page that somebody else has taken by now
        return (tested and refuses) or _says_any(plain, _OF_MY_SHIFT, *(() if is_no else (_ILL,)))
    return refuses or (tested and reply.word in _A_NO) or _says_any(plain, _ILL, _OF_MY_SHIFT, _CANNOT_THEN)


_BARE_NO = frozenset(_plain(phrase) for one in PLAIN_NO for phrase in one)


def _refuses(reply: Reply, plain: str) -> bool:
    """Whether it is more than a bare no, which may answer anything."""
    return plain not in _BARE_NO and reply.word is not Word.TWO


def _is_idiom(reply: Reply) -> bool:
    """ "Not sure", "no signal": it says no to nothing."""
    return reply.word is Word.NO_AND_MORE and Word.NO not in reply.mentions


def _days(moment: datetime) -> tuple[date, date]:
    """The day, and the one whose night it is."""
    return moment.astimezone(ZoneInfo(LOCAL)).date(), tonight(moment)


def is_just_asked(last: SentText, now: datetime) -> bool:
    """Whether our last text to them, which was about a call-out, may be what they answer, although that is over."""
    return now - last.read_from < _JUST_ASKED


def has_none_left(alarm: Alarm, roster: Roster, now: datetime) -> bool:
    """Whether none is left of the shifts that whoever said so then can have meant: it was given away, or is over."""
    until = max(alarm.opened_at + TESTED_AHEAD, now + timedelta(minutes=1))  # one that runs goes on beyond that
    return alarm.kind is AlarmKind.SHIFT_REFUSED and not theirs(roster, str(alarm.person), now, until)


def told(
    person: Person, shift: Shift, zone: str, backup: Person | None, words: str, contact: str | None, now: datetime
) -> list[AlarmCoordinators | SendPage]:
    """What follows. `backup` would be paged after them, if anybody; `zone` is their rotation's."""
    starts_at = shift.starts_at if shift.starts_at > now else None
    name = backup.first_name if backup is not None else ""
    alarm = alarms.shift_refused(person.first_name, shift.rotation, starts_at, zone, name, person.phone, words)
    answer = text_to(person, Purpose.ANSWER, our_words.still_on(starts_at, zone, contact), now)
    next_ = (
        () if backup is None else (text_to(backup, Purpose.TONIGHT, our_words.may_be_paged(person.first_name), now),)
    )
    return [AlarmCoordinators(alarm, kind=AlarmKind.SHIFT_REFUSED, person=person.id), answer, *next_]
