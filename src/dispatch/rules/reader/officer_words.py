"""What an officer's text reports, which danger stands in it, and in which language it is.

The law: a code is none where its digits are a house number, a room or a time, and "don't come in" keeps nobody away
where another door is named, or where the officer comes out.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import dropwhile

from dispatch.rules.facts.people import Language
from dispatch.rules.reader.intent import Intent, once
from dispatch.rules.reader.letters import BREAK
from dispatch.rules.reader.phrases import (
    BEHIND_NUMBER,
    MARKS,
    OFFICER_DANGER_PHRASES,
    REPORT_PHRASES,
    PhraseMeaning,
    Phrases,
    found_in,
    is_wholly,
)
from dispatch.rules.reader.vocabulary import Trait, sense
from dispatch.rules.reader.words.of_officers import OfficerReport
from dispatch.rules.wording.languages import Words, in_language

KEEP_AWAY, IN_NEED, NOTHING = OfficerReport.KEEP_AWAY, OfficerReport.IN_NEED, OfficerReport.NOTHING

_STREET = (
    "ST|STREET|AVE|AV|AVENUE|BL|BLVD|BOULEVARD|RD|ROAD|DR|DRIVE|LN|LANE|WAY|PL|PLACE|CT|COURT|HWY|HIGHWAY|PKWY|"
    "PARKWAY|TER|TERRACE|CIR|CIRCLE|PCH|FWY|CALLE|AVENIDA"
)
# Those of Los Angeles and Long Beach that people write without "St".
_KNOWN_STREET = (
    "MAIN|BROADWAY|ELM|PINE|OCEAN|ATLANTIC|ANAHEIM|FIGUEROA|FIG|WESTERN|VERMONT|CRENSHAW|SUNSET|WILSHIRE|SEPULVEDA|"
    "HOLLYWOOD|LONG BEACH|IMPERIAL|CENTURY|FLORENCE|SLAUSON|CENTRAL|ALAMEDA|MAGNOLIA|CHERRY|ORANGE|REDONDO|"
    "AVALON|FAIRFAX|OLIVE|CEDAR|NORMANDIE|LA BREA|ROSECRANS|ALVARADO"
)
_BETWEEN = r"(?:(?!(?:AT|ON|IN|BY|NEAR|OFF|AND|EN) )\w+ ){0,3}"  # "998 at Main St" is a code
_HOUSE_NUMBER = re.compile(
    rf"{_BETWEEN}(?:{_STREET})\b|(?:(?:[NSEW]|NORTH|SOUTH|EAST|WEST) )?(?:(?:{_KNOWN_STREET})\b|\d+ ?(?:ST|ND|RD|TH)\b)"
    r"|(?:[NSE]|NORTH|SOUTH|EAST|WEST) \w"  # W may be "with"
)
_NAMED = (
    "ROOM|RM|UNIT|APT|APARTMENT|SUITE|STE|BADGE|CAR|BLDG|BUILDING|FLOOR|STALL|SPACE|SPOT|LOCKER|(?:GATE|DOOR) CODE|"
    "NUMBER|CASE|REPORT|EXT|PIN|BED|HABITACION|CUARTO|DEPA|APARTAMENTO|PLACA|NUMERO|SALA|UNIDAD|PISO"
)
_IS_NAMED = re.compile(rf"(?:IS|ES) (?:\w+ ){{0,2}}(?:{_NAMED})\b")
_NAMES = re.compile(rf"\b(?:{_NAMED})(?: IS| ES| NUMBER)?$")
_TELLS_THE_TIME = re.compile(r"\b(?:AT|BY|AROUND|ABOUT|TIL|TILL|UNTIL|ETA|SINCE|BEFORE|AFTER|A LAS|DESDE)$")
_OF_THE_DAY = re.compile(r"(?:AM|PM|A M|P M|HRS|HOURS|HORAS|ETA|TONIGHT|TODAY|TOMORROW|DE LA)\b")
_HOURS, _MINUTES = 24, 60
_ETA = re.compile(r"\bETA(?: IS)?$")
_LONG = re.compile(r"(?:MIN|MINS|MINUTE|MINUTES|MINUTOS)\b")
_AT = re.compile(r"\b(?:AT|(?:GO|COME|DRIVE|HEAD|MOVED|TAKEN) TO)$")
_CALLED = re.compile(  # any other word behind "at 417" names a street
    r"(?!(?:AND|NEAR|NOW|HERE|WITH|SEND|NEED|CODE|LOBBY|UNITS|THE|FROM|JUST|EVERYBODY|EVERYONE|ALL|GUN|MAN|LOT|OFFICER|"
    r"HELP|STATUS|EMERGENCY|CALL|SCENE|INSIDE|OUTSIDE)\b|SUSP)"
    r"[A-Z]{3,}"
)

_DOORS = frozenset(
    sense(
        "FRONT, BACK, SIDE, REAR, DOOR, DOORS, ENTRANCE, ENTRY, GATE, DRIVEWAY, ALLEY, RAMP, GARAGE, STAIRS",
        "PUERTA, ENTRADA, FRENTE, ENFRENTE, ADELANTE, ATRAS, DETRAS, LADO, PORTON, REJA",
    )
)
# The danger may be there as well: another way in only where a sentence of its own leads there, and not to wait.
_PLACES = frozenset(
    sense("LOBBY, SALLY, SALLYPORT, PORT, LOT, ER, STREET, ST, ND, RD, TH", "VESTIBULO, ESTACIONAMIENTO, CALLE")
)
_NOT_YET = frozenset({"YET", "UNTIL", "TILL", "TIL", "WHEN", "ONCE", "TODAVIA", "AUN", "AHORITA", "HASTA", "CUANDO"})
_WAITS = frozenset({*_NOT_YET, "WAIT", "HOLD", "STAY", "ESPERE", "ESPEREN"})
_COMES_OUT = re.compile(
    r"\b(?:ILL|I WILL|WELL|WE WILL|LET ME) (?:\w+ )?(?:COME|WALK|STEP|BE|GO|MEET) (?:\w+ ){0,2}(?:OUT|OUTSIDE|DOWN)\b"
    r"|\b(?:YO|YA|AHORITA) (?:SALGO|BAJO|VOY)\b"
)
_BEFORE_A_DOOR = frozenset(
    sense("THE, THRU, THROUGH, BY, VIA, FROM, USING, IN, AT, THAT, MAIN", "POR, LA, EL, DE, DEL")
)
_LEADS_ELSEWHERE = frozenset(
    sense("USE, GO, COME, TAKE, ENTER, PARK, AROUND, THRU, THROUGH, PULL", "USEN, VENGA, VAYA, ENTRE, POR, RODEE")
)
_THANKS = frozenset(
    sense(
        "THANK, THANKS, THX, TY, TKS, APPRECIATE, APPRECIATED, GRATEFUL",
        "GRACIAS, AGRADEZCO, AGRADECEMOS",
    )
)
_HELP = frozenset({"HELP", "AYUDA"})
_DENIES = frozenset({"NO", "NEG", "NEGATIVE", "NOT", "CANCEL"})


@once
def dangers_in(intent: Intent) -> frozenset[PhraseMeaning]:
    """`KEEP_AWAY` if our people must not go there, `IN_NEED` if only coordinators need hear of it at once, `NOTHING`
    for what only sounds like one of these."""
    pieces = intent.apart.cries
    found: set[PhraseMeaning] = set()
    codes: set[PhraseMeaning] = set()
    position = 0
    while position < len(pieces):
        meaning, end = (None, position) if pieces[position] in MARKS else OFFICER_DANGER_PHRASES.at(pieces, position)
        phrase = pieces[position:end]
        if phrase and phrase[0] in _DENIES and BREAK in phrase:  # "no, code 4"
            meaning, end = None, position
        elif meaning is not None and all(piece.isdigit() or piece in MARKS for piece in phrase):
            asked = intent.apart.asks and phrase == pieces  # "417?"
            codes.add(meaning if _is_code(pieces, position, end) and not asked else NOTHING)
            meaning = None
        elif meaning is OfficerReport.KEEP_OUT:
            meaning = NOTHING if _names_a_door(pieces[end:]) or _comes_out(pieces[end:]) else KEEP_AWAY
        elif meaning is OfficerReport.WAIT_THERE:
            meaning = NOTHING if _comes_out(pieces[end:]) else KEEP_AWAY
        elif len(phrase) == 1 and phrase[0] in _HELP and _in_thanks(pieces[:position]):
            meaning = NOTHING
        if meaning is not None:
            found.add(meaning)
        position = max(end, position + 1)
    return frozenset(found if OfficerReport.OFF in found else found | codes)


def _names_a_door(behind: Sequence[str]) -> bool:
    """Whether a door follows at once, or they are led to one further on."""
    words = [piece for piece in behind if piece not in MARKS]
    after = list(dropwhile(_BEFORE_A_DOOR.__contains__, words))
    led = list(dropwhile(lambda word: word not in _LEADS_ELSEWHERE, words))
    return bool(_DOORS.intersection(after[:1]) or _DOORS.intersection(led)) or _leads_to_a_place(behind)


def _leads_to_a_place(behind: Sequence[str]) -> bool:
    """Whether a later sentence begins by leading there: "use the sally port", not "they came thru the lobby"."""
    later = " ".join(["", *behind]).split(f" {BREAK} ")[1:] if _WAITS.isdisjoint(behind) else []
    led = [words for words in map(str.split, later) if _LEADS_ELSEWHERE.intersection(words[:1])]
    return any(not _PLACES.isdisjoint(words) for words in led)


def _comes_out(behind: Sequence[str]) -> bool:
    """Whether the officer comes out to whoever waits, and not only once something is over."""
    return _NOT_YET.isdisjoint(behind) and _COMES_OUT.search(_words(behind)) is not None


def _words(pieces: Sequence[str]) -> str:
    return " ".join(piece for piece in pieces if piece not in MARKS)


def _is_code(pieces: Sequence[str], start: int, end: int) -> bool:
    digits = "".join(piece for piece in pieces[start:end] if piece not in MARKS)
    before, behind = _words(pieces[:start]), _words(pieces[end:])
    if _HOUSE_NUMBER.match(behind) or _NAMES.search(before) or _IS_NAMED.match(behind):
        return False
    one_piece = end - start == 1  # as the police write the time: 1033
    if _ETA.search(before) or _LONG.match(behind) or (one_piece and _AT.search(before) and _CALLED.match(behind)):
        return False
    is_time = len(digits) == len("1033") and int(digits[:2]) < _HOURS and int(digits[2:]) < _MINUTES
    if not is_time:
        return True
    timed = BEHIND_NUMBER.at(pieces, end)[0] is not None or _OF_THE_DAY.match(behind) or _TELLS_THE_TIME.search(before)
    return not (one_piece or timed)


def _in_thanks(before: Sequence[str]) -> bool:
    """Whether a thank-you stands before it in the same sentence."""
    for piece in reversed(before):
        if piece == BREAK:
            return False
        if piece in _THANKS:
            return True
    return False


# ---- what it reports -----------------------------------------------------------------------------------------------

_NOT_MERE = re.compile("[0-9?](?!0-4)")


def reports(intent: Intent, phrases: Phrases = REPORT_PHRASES) -> frozenset[OfficerReport]:
    """What it reports, by the reader of all texts."""
    pieces = [piece for piece in intent.apart.pieces if not (piece.isdigit() and len(piece) == len("1022"))]
    return frozenset(one for one in found_in(pieces, phrases) if isinstance(one, OfficerReport))


def is_courtesy(intent: Intent) -> bool:
    """Whether it only says that they have read our text: nobody need be woken, or answer."""
    if intent.sent_back or (intent.word in Trait.HEARD and not _NOT_MERE.search(intent.as_written)):
        return True
    return is_wholly(intent.apart.pieces, REPORT_PHRASES, OfficerReport.COURTESY)


def is_off_alone(intent: Intent) -> bool:
    return _plain(intent) == "off"


def has_a_question_mark(intent: Intent) -> bool:
    return "?" in intent.as_written


def is_of_words(intent: Intent, most: int) -> bool:
    """Whether it has so many words at most: "ya se fue" leaves no room for anything else."""
    return len(intent.as_written.split()) <= most


# ---- its language --------------------------------------------------------------------------------------------------

# One of these letters, or two of the words: "no" and "me" are in both languages.
_SPANISH = re.compile("[ñ¿¡áéíóú]", re.IGNORECASE)
_SPANISH_WORDS = re.compile(
    r"\b(?:gracias|por|favor|donde|cuando|cuanto|quien|viene|vienen|esta|estan|estamos|necesit\w+|ayuda|el|la|los|las"
    r"|una?|con|para|que|nadie|llega\w*|ya|aqui|nina|nino|hola|cancel(?:en|ar|ado|ada)|hace|falta|si|todavia|se|fue)\b"
)
_ONLY_SPANISH = re.compile(
    r"\b(?:necesit\w+|alguien|nadie|donde|cuando|cuanto|quien|viene|vienen|estamos|tenemos|ayuda|hola|todavia|llegad\w+"
    r"|regres\w+|quise|puede[ns]?|manden|envien|cancel(?:en|ar|ado|ada)|hace falta)\b"
)


def in_their_language(answer: Words, said: Intent) -> str:
    """Nobody's roster knows an officer's language: whoever writes in Spanish is answered in it."""
    plain = _plain(said)
    surely = _SPANISH.search(said.as_written) or _ONLY_SPANISH.search(plain)
    spanish = surely or len(set(_SPANISH_WORDS.findall(plain))) > 1
    return in_language(answer, Language.SPANISH if spanish else Language.ENGLISH)


def _plain(intent: Intent) -> str:
    """Lower-case letters without accents and apostrophes, and numbers."""
    apart = unicodedata.normalize("NFKD", intent.as_written.casefold().replace("'", "").replace("\u2019", ""))
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(re.findall("[a-z]+|[0-9]+", bare))
