"""The languages that a child may speak, by code and by name.

The law: what is kept is a code of these, never what was said. They are the languages with a two-letter code (ISO
639-1), as Unicode's CLDR names them in English and in Spanish, and others that are spoken in Los Angeles. There are no
more: among the seven thousand languages of the world are some called Ana and Maria (ADR 38).
"""

import re
import unicodedata

from babel import Locale
from babel.core import get_global

LONGEST = 40


class NotALanguage(ValueError):
    """no language of the list is called that; the message says how to write one"""


# Codes of ISO 639-3 for what has none of two letters.
_NAMED_BY_CLDR = "ase ceb chr haw hmn kek pag quc wuu yue zap"
_NAMED_HERE = {
    "ilo": "Ilocano",
    "ixl": "Ixil",
    "jac": "Jakaltek",
    "kac": "Jingpo",
    "kjb": "Q'anjob'al",
    "knj": "Akatek",
    "ksw": "S'gaw Karen",
    "mam": "Mam",
    "mix": "Mixtec",
    "nah": "Nahuatl",
    "pam": "Kapampangan",
    "poh": "Poqomchi'",
    "rom": "Romani",
    "trq": "Triqui",
    "tzh": "Tzeltal",
    "tzo": "Tzotzil",
    "yua": "Yucatec Maya",
}
"""What CLDR has no name for, or one that nobody here uses."""
_ALSO_CALLED = {
    "ase": "ASL, sign language, lengua de senas, lenguaje de senas",
    "az": "Azeri",
    "ceb": "Bisaya, Visayan",
    "de": "Deutsch",
    "en": "American English, British English",
    "es": "castellano, Castilian, Mexican Spanish",
    "eu": "Euskara",
    "fa": "Farsi, Dari",
    "ff": "Fulah, Fulani",
    "ga": "Gaelic",
    "ht": "Haitian, Creole, Kreyol",
    "hy": "Eastern Armenian, Western Armenian",
    "id": "Bahasa Indonesia",
    "jac": "Popti",
    "kek": "Kekchi",
    "kjb": "Kanjobal",
    "km": "Cambodian, camboyano",
    "knj": "Akateko",
    "ku": "Kurmanji",
    "ky": "Kirghiz",
    "lg": "Luganda",
    "lo": "Laotian",
    "mix": "Mixteco",
    "nl": "Flemish, holandes",
    "ny": "Chichewa",
    "pa": "Panjabi",
    "pt": "Brazilian Portuguese, Brazilian",
    "ro": "Moldovan",
    "si": "Sinhalese",
    "sl": "Slovene",
    "sw": "Kiswahili",
    "tl": "Filipino, Pilipino, fil, tgl",
    "wuu": "Shanghainese",
    "yua": "Yucatec, Mayan",
    "zh": "Mandarin, Mandarin Chinese, mandarin chino, Putonghua",
}
_FIRST_NAMES = (
    "ana ava ave bel ben cat che cor dan ell geo ike ina kal kat lav lin mac mal mar may mon mya nor ori per pol ron "
    "sol sun tam ven"
)
"""Three-letter codes that are left out: a name would pass as a language."""

# A code with its script and region (BCP 47), as programs write it; what follows the code is not kept.
_TAGGED = re.compile(r"(?P<code>[a-z]{2,3})(?:[-_][a-z]{4})?(?:[-_](?:[a-z]{2}|[0-9]{3}))?")
_APOSTROPHES = "'\u2018\u2019\u02bc`\u00b4\ua78c"
_BARE = str.maketrans(dict.fromkeys(_APOSTROPHES))


def language_code(text: str) -> str:
    """The code of the language that `text` names. Raises `NotALanguage`."""
    plain = _plain(text) if len(text) <= LONGEST else ""
    found = _CODE_FOR.get(plain) or _CODE_FOR.get(plain.removesuffix(" language"))
    if found is None and (tagged := _TAGGED.fullmatch(plain)) is not None:
        found = _CODE_FOR.get(tagged["code"]) if tagged["code"] in _TAGS else None
    if found is None:
        raise NotALanguage('is no language of our list; write it like "es" or "Spanish". No name belongs here')
    return found


def language_name(code: str) -> str:
    """What a language is called in English; a code that is not in the list stays as it is."""
    return _NAMES.get(code, code)


def _plain(text: str) -> str:
    """In lower case, without accents and apostrophes, with single spaces."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_BARE))
    return " ".join("".join(one for one in letters if not unicodedata.combining(one)).split())


_ENGLISH, _SPANISH = (Locale(one).languages for one in ("en", "es"))
_NAMES: dict[str, str] = {
    code: name for code, name in _ENGLISH.items() if len(code) == 2 or code in _NAMED_BY_CLDR.split()
} | _NAMED_HERE
_ALIASES = {code: to.partition("_")[0] for code, to in get_global("language_aliases").items()}
_TAGS = {code: code for code in _NAMES} | {
    code: to for code, to in _ALIASES.items() if to in _NAMES and code not in {*_NAMES, *_FIRST_NAMES.split()}
}
_CODE_FOR: dict[str, str] = _TAGS | {
    _plain(name): code
    for code in reversed(_NAMES)
    for name in (_SPANISH.get(code), _ENGLISH.get(code), _NAMES[code], *_ALSO_CALLED.get(code, "").split(","))
    if name
}
