"""What single phrases of a specialist's text hint at, where the tables have no answer.

The law: nothing acts on one of these alone. They keep a guess from being made, or have a text said back or rung.
"""

import re

from dispatch.rules.reader.intent import Intent, once
from dispatch.rules.reader.letters import squeezed
from dispatch.rules.reader.read_text import read_part
from dispatch.rules.reader.vocabulary import Trait, Word
from dispatch.rules.reader.words.consenting import PLAIN_YES
from dispatch.rules.reader.words.refusing import PLAIN_NO

_PLAIN = frozenset(squeezed(phrase) for sense in (*PLAIN_YES, *PLAIN_NO) for phrase in sense) | {"1", "2"}
_LATER_THAN_SAID = re.compile(r"\d\s*[a-z]*\s+(?:late|behind|tarde|de retraso)\b", re.IGNORECASE)
_ARRIVED_BY_RADIO = re.compile(r"\W*(?:[a-z]\d[a-z]\W+)?97\W*", re.IGNORECASE)
_THE_KEY = re.compile(r"\W*(?:[a-z]\d[a-z]\W+)?1\W*", re.IGNORECASE)
_BEGINS_WITH_THE_KEY = re.compile(r"\W*1\s+[^\W\d]")
_CRIES = re.compile(
    r"\b(?:come quick(?:ly)?|he can hear|11-99|ven ya|vengan (?:ya|r[áa]pido)|me quit[óo] el tel[ée]fono)\b",
    re.IGNORECASE,
)
_OF_ME = re.compile(
    r"\b(?:i|im|i'm|ive|i've|id|me|we|myself|yo|estoy|soy|tengo|puedo|voy|quiero|ando|nos)\b"
    r"|^\W*(?:not?|don'?t|do not)\b",
    re.IGNORECASE,
)
_OF_ANOTHER = re.compile(
    r"\b(?:he|she|they|it|who|some(?:body|one)|nobody|if\s+\w+|él|ella|ell[oa]s|alguien|nadie|si\s+\w+"
    r"|(?:dicen?|dijo|dijeron)\s+que)\s+"
    r"(?:can['’]?t|cannot|won['’]?t|sa(?:id|ys?)\s+no|no\s+(?:pued(?!o\b)|podr|va|contest|respond|quier)\w*)\b"
    r"|\bno\s+(?:(?:te|le|les|lo)\s+)?(?:ent(?:end|iend)|comprend)\w*|\b(?:don|didn)['’]?t\s+(?:understand|know)\b",
    re.IGNORECASE,
)
_TEN_CODE = re.compile(r"\b10\s?-?\s?(\d{1,2})\b")
_HOW_LONG = re.compile(r"\b(?:min(?:ute|uto)?s?|hours?|hrs?|horas?)\b", re.IGNORECASE)
_CUT_OFF = re.compile(r"\b(?:the|a|an|my|your|our|their|and|but|el|los|un|una|de|del)\s*$", re.IGNORECASE)
_WORDS_OF = re.compile(r"[^\W\d_]+")
_SENTENCES = re.compile(r"[.;!\n]+")


def is_bare(intent: Intent) -> bool:
    """Whether it says yes or no, and nothing else: which call-out, how long, or why."""
    if intent.code is not None or intent.eta_said:
        return False
    plain = intent.word in Trait.YES or intent.word in Trait.NO
    return intent.word is Word.OK or (plain and squeezed(intent.as_written) in _PLAIN)


def is_the_key(intent: Intent) -> bool:
    """Whether it is the key 1, with a code or without."""
    return _THE_KEY.fullmatch(intent.as_written) is not None


def begins_with_the_key(intent: Intent) -> bool:
    """Whoever begins with the key for yes excuses themselves, and does not refuse: "1 sorry couldnt find my
    glasses"."""
    return _BEGINS_WITH_THE_KEY.match(intent.as_written) is not None


def is_arrival_by_radio(intent: Intent) -> bool:
    """Police say "97" once they are there, and nobody counts 97 minutes."""
    return intent.word is Word.ETA and _ARRIVED_BY_RADIO.fullmatch(intent.as_written) is not None


def ten_codes(intent: Intent) -> list[str]:
    """What stands behind 10 in the codes of the police."""
    return _TEN_CODE.findall(intent.as_written.replace("\u2013", "-"))


def is_later_than_said(intent: Intent) -> bool:
    """So many minutes after another time, or from now: "15 min late"."""
    return _LATER_THAN_SAID.search(intent.as_written) is not None


def says_how_long(intent: Intent) -> bool:
    """What makes the number of somebody who leaves an ETA: "I'm off, from here it's an hour"."""
    return _HOW_LONG.search(intent.as_written) is not None


def cries_out(intent: Intent) -> bool:
    """No officer's text is read so: who writes "come quickly" from there wants nobody kept away."""
    return _CRIES.search(intent.as_written) is not None


def speaks_of_another(intent: Intent) -> bool:
    """A refusal has its writer as subject: "he can't", "if Ben can't" and "no entendí" refuse nothing."""
    return _OF_ANOTHER.search(intent.as_written) is not None


def speaks_of_themselves(intent: Intent) -> bool:
    return _OF_ME.search(intent.as_written) is not None


def is_cut_off(intent: Intent) -> bool:
    """Of a text that was sent too early nobody knows what it would have said: "I left the"."""
    return _CUT_OFF.search(intent.as_written) is not None


def words_in(intent: Intent) -> int:
    return len(_WORDS_OF.findall(intent.as_written))


@once
def sentences_of(intent: Intent) -> list[Intent]:
    """Calm words before it must not outweigh a sentence that is none: "still with her. he put his hands on me"."""
    parts = filter(str.strip, _SENTENCES.split(intent.as_written))
    return [read_part(intent, part) for part in parts]
