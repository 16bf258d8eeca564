"""What single phrases of a specialist's text hint at, where the tables have no answer.

The law: nothing acts on one of these. They keep a guess from being made or from acting, or have a text said back or
rung.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import Enum

from dispatch.rules.reader.intent import Intent, once
from dispatch.rules.reader.letters import squeezed
from dispatch.rules.reader.phrases import Phrases, is_wholly
from dispatch.rules.reader.read_text import read_part
from dispatch.rules.reader.vocabulary import Around, Sense, Trait, Word
from dispatch.rules.reader.words.consenting import PLAIN_YES
from dispatch.rules.reader.words.courtesy import APOLOGY, COURTESY, THANKS
from dispatch.rules.reader.words.refusing import PLAIN_NO

_PLAIN = frozenset(squeezed(phrase) for sense in (*PLAIN_YES, *PLAIN_NO) for phrase in sense) | {"1", "2"}
_WORDS_OF = re.compile(r"[^\W\d_]+")
_SENTENCES = re.compile(r"[.;!\n]+")
_TEN_CODE = re.compile(r"\b10\s?-?\s?(\d{1,2})\b")
_CODE = r"\W*(?:[a-z]\d[a-z]\W+)?"


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


class Hint(Enum):
    """A phrase in it: `says(intent, Hint.CUT_OFF)`."""

    THE_KEY = _words(rf"\A{_CODE}1\W*\Z")  # with a code or without, and nothing else
    # Whoever begins with the key for yes excuses themselves, and does not refuse: "1 sorry couldnt find my glasses".
    BEGINS_WITH_THE_KEY = _words(r"\A\W*1\s+[^\W\d]")
    ARRIVED_BY_RADIO = _words(rf"\A{_CODE}97\W*\Z")  # police say so once they are there; nobody counts 97 minutes
    # So many minutes after another time, or from now: "15 min late".
    LATER_THAN_SAID = _words(r"\d\s*[a-z]*\s+(?:late|behind|tarde|de retraso)\b")
    # What makes the number of somebody who leaves an ETA: "I'm off, from here it's an hour".
    HOW_LONG = _words(r"\b(?:min(?:ute|uto|utito)?s?|hours?|hrs?|horas?)\b|\bmake (?:it|that) \d")
    # No officer's text is read so: who writes "come quickly" from there wants nobody kept away.
    CRIES = _words(
        r"\b(?:come quick(?:ly)?|he can hear|11-99|ven ya|vengan (?:ya|r[áa]pido)|me quit[óo] el tel[ée]fono)\b",
    )
    # Of somebody else, who is named and must not drive: "I really shouldn't" is a no.
    MUST_NOT_DRIVE = _words(
        r"(?<![\w'’])(?!(?:i|am|i['’]?m|is|are|it['’]?s?|that['’]?s?|this|all|no|just|so|and|but|we|you|way|far|still"
        r"|\w+ly|def|prob|bit)\b)[\w'’]+ (?:is |are )?"
        r"(?:(?:not|isn['’]?t) (?:safe|ok|okay|fit|sober)(?: to drive)?|too \w+ to drive|shouldn['’]?t (?:be )?driv\w+|"
        r"should not (?:be )?driv\w+)\b",
        r"\b(?!(?:yo|y|pero|ya|que|creo|hoy|mejor)\b)\w+ no (?:est[áa] (?:bien|en condiciones|apt[ao]) para|"
        r"debe(?:ría)?) (?:manejar|conducir)\b",
    )
    OF_ME = _words(
        r"\b(?:i|im|i'm|ive|i've|id|me|we|myself|yo|estoy|soy|tengo|puedo|voy|quiero|ando|nos)\b",
        r"^\W*(?:not?|don'?t|do not)\b",
    )
    # A refusal has its writer as subject: "he can't", "if Ben can't" and "no entendí" refuse nothing.
    OF_ANOTHER = _words(
        r"\b(?:he|she|they|it|who|some(?:body|one)|nobody|if\s+\w+|él|ella|ell[oa]s|alguien|nadie|si\s+\w+"
        r"|(?:dicen?|dijo|dijeron)\s+que)\s+"
        r"(?:can['’]?t|cannot|won['’]?t|sa(?:id|ys?)\s+no|no\s+(?:pued(?!o\b)|podr|va|contest|respond|quier)\w*)\b",
        r"\bno\s+(?:(?:te|le|les|lo)\s+)?(?:ent(?:end|iend)|comprend|contesta|responde)\w*|\b(?:don|didn)['’]?t\s+(?:understand|know)\b",
    )
    # What is said under a condition, or of later, is not said yet: "if you still need me", "almost home".
    CONDITION = _words(
        r"\b(?:if|unless|once|when|after|until|till?|maybe|might|perhaps|or|soon|almost|about to)\b",
        r"\b(?:si (?:me|no|hay|es|puedo|gust)|si\b.*\b(?:nadie|alguien|quier|necesit))",
        r"\b(?:cuando|hasta|tal vez|quiz[áa]s?|a ver|casi|ya mero)\b",
    )
    IN_A_WHILE = _words(r"\b(?:in|within|en) \d")
    # So many minutes after another time, or until they leave: no ETA by itself.
    NO_ETA = _words(
        r"\b(?:more(?! like)|extra|más|mas|away|leav\w+|sal(?:go|ir\w*)|shoes?|dress\w*|ready|min\w* late)\b|\+\s?\d",
    )
    BUT = _words(r"\b(?:but|pero|except|aunque)\s+\S")  # what stands before it says nothing of what stands behind it
    AGO = _words(r"\b(?:ago|hace|since|desde (?:las|la|hace))\b")  # what stands beside it is no ETA
    # What somebody else does or is: "the child is at home".
    OTHERS_DO = _words(
        r"\b(?:child|girl|kid|kiddo|baby|mom|mother|officer|cops?|she|he|they|all|every(?:one|body)"
        r"|ella|él|ellos|niñ[ao]|bebé|oficial|mamá|tod[oa]s)"
        r"(?:['’]?s|\s+(?:safe|is|are|was|has|have|had|will|can|went|left|got|made|home|here|there"
        r"|está|en|ya|se|va|llegó|fue))\b"
    )
    # Of a text that was sent too early nobody knows what it would have said: "I left the".
    CUT_OFF = _words(r"\b(?:the|a|an|my|your|our|their|and|but|el|los|un|una|de|del)\s*$")


def says(intent: Intent, hint: Hint) -> bool:
    return hint.value.search(intent.as_written) is not None


def tells_of_danger(intent: Intent) -> bool:
    """In words that no table has: the writer's, or that of somebody who must not drive."""
    return says(intent, Hint.CRIES) or says(intent, Hint.MUST_NOT_DRIVE)


def is_bare(intent: Intent) -> bool:
    """Whether it says yes or no, and nothing else: which call-out, how long, or why."""
    if intent.code is not None or intent.eta_said:
        return False
    plain = intent.word in Trait.YES or intent.word in Trait.NO
    return intent.word is Word.OK or (plain and squeezed(intent.as_written) in _PLAIN)


def says_only_yes(intent: Intent) -> bool:
    """Whether it is a yes, with courtesy perhaps, and no 1: what is written twice to be sure."""
    is_ok = intent.word is Word.OK
    return intent.code is None and (is_ok or is_wholly(intent.apart.pieces, _ONLY_YES, Around.COURTESY))


_ONLY_YES = Phrases((Around.COURTESY, (*PLAIN_YES, *COURTESY, *THANKS, *APOLOGY)))


def ten_codes(intent: Intent) -> list[str]:
    """What stands behind 10 in the codes of the police."""
    return _TEN_CODE.findall(intent.as_written.replace("\u2013", "-"))


def names_agency(intent: Intent, code: str, name: str, others: Iterable[str]) -> bool:
    """Whether it names this agency, by its code or by what its name has and those of the `others` have not: "ill take
    long beach"."""
    shared = {word for other in others for word in other.split()}
    own = " ".join(word for word in name.split() if word not in shared)
    return any(
        re.search(rf"\b{re.escape(one)}\b", intent.as_written, re.IGNORECASE) is not None for one in (code, own) if one
    )


_OF_LISTED = re.compile(
    r"(?:(?:ILL |I WILL |I CAN )?TAKE |TOMO )?(?:THE |LA |EL )?"
    r"(?:(NEITHER|NONE|NO TO BOTH|NINGUN[AO]?)|(FIRST|1ST|PRIMER[AO]?)|(SECOND|2ND|SEGUND[AO])|(THIRD|3RD|TERCER[AO]?))"
    r"(?: ONE| OF THEM| DE ELLAS| DE LAS DOS)?(?: PLEASE| POR FAVOR)?((?: \d.*)?)"
)


def of_listed(intent: Intent) -> tuple[int, str] | None:
    """Which of several that we listed it means, from 1, or 0 for none; and the rest of it: "the second one, 25"."""
    found = _OF_LISTED.fullmatch(in_capitals(intent.as_written))
    if found is None:
        return None
    *which, rest = found.groups()
    return next(at for at, one in enumerate(which) if one), rest


def words_in(intent: Intent) -> int:
    return len(_WORDS_OF.findall(intent.as_written))


@once
def sentences_of(intent: Intent) -> list[Intent]:
    """Calm words before it must not outweigh a sentence that is none: "still with her. he put his hands on me"."""
    parts = filter(str.strip, _SENTENCES.split(intent.as_written))
    return [read_part(intent, part) for part in parts]


_MOST = 400  # characters: by then a text has said what it means


def in_capitals(text: str) -> str:
    """Its letters and digits, without accents, apostrophes and punctuation."""
    apart = unicodedata.normalize("NFKD", text[:_MOST]).upper().replace("'", "").replace("\u2019", "")
    return " ".join("".join(one if one.isalnum() else " " for one in apart if not unicodedata.combining(one)).split())


def any_of(senses: tuple[Sense, ...]) -> re.Pattern[str]:
    """Looks for any of these phrases in a text in capitals."""
    phrases = (in_capitals(phrase) for one in senses for phrase in one)
    return re.compile(rf"\b(?:{'|'.join(sorted(phrases, key=len, reverse=True))})\b")
