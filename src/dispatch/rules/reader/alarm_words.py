"""What a coordinator's text says about the open alarms: that they have one, or that somebody is safe."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from dispatch.rules.reader.hints import any_of, in_capitals, sentences_of, words_in
from dispatch.rules.reader.intent import Intent
from dispatch.rules.reader.vocabulary import Word
from dispatch.rules.reader.words import of_alarms
from dispatch.rules.reader.words.consenting import CONSENTING, HANDLES_IT, ONLY_HEARD

_OWNS = tuple(sense for sense in CONSENTING[Word.OK] if sense not in ONLY_HEARD)
HAVE_IT = tuple(
    word
    for sense in (*_OWNS[:1], *_OWNS[-3:], *HANDLES_IT, *of_alarms.HAS_IT)
    for word in sense
    if word not in set(of_alarms.ONLY_READ)
)
_YES = ("1", "Y", "YES", "YEP", "YEAH", "SURE", "SI", "CLARO", "MEENCARGO", "YOMEENCARGO")
CALLS, GOES, CALLS_911 = (
    tuple(word for sense in senses for word in sense)
    for senses in (of_alarms.CALLS, of_alarms.GOES, of_alarms.CALLS_911)
)
_COURTESY = ("THANKYOU", "THANKS", "THX", "PLEASE", "GRACIAS")


def _squeezed(text: str) -> str:
    """In capitals, without accents, spaces and punctuation. Anything else stays: "OK" with a heart is another word."""
    apart = unicodedata.normalize("NFKD", text[:200]).upper()
    return "".join(letter for letter in apart if unicodedata.category(letter)[0] not in "MPZC" and letter not in _TONES)


_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"  # of a thumb's skin
_HAVE_IT, _GOES, _CALLS, _CALLS_911 = (frozenset(map(_squeezed, words)) for words in (HAVE_IT, GOES, CALLS, CALLS_911))
_FIRST = ("OKAY", "OK", "VALE")
_NOW = ("NOW", "AHORA", "YA")
_ASKS_LAST = re.compile(r"[?¿][^.!\n]{0,3}$|¿[^?]*$")  # "Nobody? Then I'm driving" tells


@dataclass(frozen=True, slots=True)
class AlarmSaid:
    """`code` is that of the alarm which they name. `has_it`: that they have it; `perhaps`: the same, where nothing else
    asks them; `goes`: that they go there themselves. `safe` are the ids of the people who are said to be safe: None is
    the officer, `ANYBODY` is "she"."""

    code: str | None
    has_it: bool
    perhaps: bool
    goes: bool
    safe: frozenset[str | None]


ANYBODY = ""


def alarm_said(intent: Intent, codes: Collection[str], names: Mapping[str, str]) -> AlarmSaid:
    """`codes` are those of the open alarms, `names` the first names of our people by id."""
    said = _squeezed(intent.as_written)
    code = next((code for code in codes if said.startswith(code) or said.endswith(code)), None)
    said = said.removeprefix(code).removesuffix(code) if code else said
    for courtesy in _COURTESY:
        said = said.removesuffix(courtesy)
    perhaps, goes = said in {*_YES, *_GOES, *_CALLS_911}, said in _GOES
    calm = next((said.removesuffix(now) for now in _NOW if said.endswith(now)), said)
    others = [*((None, one) for one in of_alarms.THE_OFFICER), *((ANYBODY, one) for one in of_alarms.SHE)]
    safe = frozenset(one for one, name in [*names.items(), *others] if calm in _safe(name))
    return AlarmSaid(code, _has_it(said, code, intent, names.values()), perhaps, goes, safe)


def _safe(who: str) -> set[str]:
    return {_squeezed(f"{who} {word}") for word in of_alarms.SAFE}


def _has_it(said: str, code: str | None, intent: Intent, names: Collection[str]) -> bool:
    """ "Ok, calling Ana now": whoever calls has the alarm."""
    more = next((said.removeprefix(ok) for ok in _FIRST if said.startswith(ok)), said)
    called = next((more.removesuffix(now) for now in _NOW if more.endswith(now)), more)
    named = intent.mild and intent.word is Word.TAKE and intent.code == code
    return (
        not _HAVE_IT.isdisjoint({said, more})
        or (intent.as_written.isascii() and (intent.word is Word.OK or named) and not _only_heard(said, more))  # "10-4"
        or any(called.removesuffix(_squeezed(name)) in _CALLS for name in names)
    )


def _only_heard(*said: str) -> bool:
    """ "Ok noted", "gracias, enterada": they have read it."""
    bare = {one.removeprefix(courtesy) for one in said for courtesy in ("", *_COURTESY)}
    return not _ONLY_HEARD.isdisjoint(bare)


_ONLY_HEARD = frozenset(_squeezed(word) for sense in (*ONLY_HEARD, of_alarms.ONLY_READ) for word in sense)


def asks_last(intent: Intent) -> bool:
    """Whether it ends with a question."""
    return _ASKS_LAST.search(intent.as_written) is not None


_OF_WRITER, _CALLED, _ANOTHER_GOES = (
    any_of((words,)) for words in (of_alarms.OF_WRITER, of_alarms.CALLED, of_alarms.ANOTHER_GOES)
)
_NOBODY = re.compile(r"\b(?:NOBODY|NO ONE|NADIE|WHO|QUIEN|DOES|ANYBODY|ANYONE) (?:HAS|LO|LA|SAYS|SAID)\b")
_ASKS_WHO = re.compile(r"\b(?:WHO|ANYBODY|ANYONE|QUIEN|ALGUIEN) (?:HAS|GOT|TOOK|LO TIENE|LA TIENE|TIENE)\b")
_A_MERE_CRY = 3  # words: "SOS", "call 911", "help now please"


def asks_who_has_it(intent: Intent) -> bool:
    """No phone asks so by itself."""
    return _ASKS_WHO.search(in_capitals(intent.as_written)) is not None


def cries_for_another(intent: Intent) -> bool:
    """Whether a cry for help is not its writer's own: "911 called, a unit rolls to her". A few words may be anybody's,
    and nothing is their writer's that says so of another sentence."""
    parts = [one for one in sentences_of(intent) if one.word is Word.DANGER] or [intent]
    of_writer = any(_OF_WRITER.search(_CALLED.sub("", in_capitals(one.as_written))) for one in parts)
    return not of_writer and words_in(intent) > _A_MERE_CRY


def says_another_goes(intent: Intent) -> bool:
    """Whether it says that somebody else goes: "Ben has it, 3:20"."""
    plain = in_capitals(intent.as_written)
    goes = _ANOTHER_GOES.search(plain) is not None or "S GOT IT" in plain  # Ben's
    return goes and not _NOBODY.search(plain)
