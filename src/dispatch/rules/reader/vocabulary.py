"""The words that people answer with, in English and in Spanish.

The law: what can be said in one language can be said in the other. Each sense has its English words and their Spanish
twins, so nobody is understood less well because of the language in which they woke up.

Capitals, accents, apostrophes, spaces and hyphens make no difference: "I'M HERE" stands for "im here" and "i m here".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Word(StrEnum):
    """What somebody says, whatever their position: a row of the matrix."""

    TAKE = "take"
    OK = "ok"  # a yes, or what people say to anything they are told
    TAKE_AND_TWO = "take_and_two"  # "ok 2": 2 means no
    ON_MY_WAY = "on_my_way"
    SET_OUT = "set_out"  # "just left": for the scene, or from it
    GOING_IN = "going_in"  # "omw in 10": when they leave, or when they are there
    ETA = "eta"
    LIMITED = "limited"  # "L 40", "only if nobody else"
    DOUBLED = "doubled"  # "11", "22": an ETA, or a key that was pressed twice
    RUN_TOGETHER = "run_together"  # "125": two hours, or "1 25" without its space
    TWO = "two"
    TWO_AND_MORE = "two_and_more"  # "2-3 min", "2:45": an ETA, or a no and something more
    NO = "no"
    NO_SOON = "no_soon"  # "no, ahorita": not yet, or not now
    NO_AND_WHY = "no_and_why"  # "no, my kid is sick": a no, and words that no table has
    NEGATED = "negated"  # "I'm not on call": no no, but a refusal from whoever is asked
    NO_AND_MORE = "no_and_more"  # "no, 25 min"
    TEN_CODE = "ten_code"  # "10-23": what the police say over the radio, or a range of minutes
    HERE = "here"
    PRESENT = "present"  # "I'm here": there, or awake
    WITH_THEM = "with_them"  # "with her", "parked": at the scene, or just before it
    STILL_HERE = "still_here"  # "still here": at the scene, or still at home
    NOT_THERE = "not_there"  # "wrong address", "not yet"
    TROUBLE = "trouble"  # "flat tire": they may not come at all
    BACK_OUT = "back_out"  # "send someone else": perhaps a no
    HOMEWARD = "homeward"  # "going home": not coming, or done
    LEFT = "left"  # the scene, not their bed: "done"
    READY = "ready"  # "all clear": safe, ready to go, or gone
    HOME = "home"
    CALL = "call"
    WHERE = "where"  # where do I go?
    THANKS = "thanks"  # and nothing else
    HELP = "help"  # what can I say? Or, from whoever is out there, a cry
    HELP_LOUD = "help_loud"  # "help!": the same, or a cry from whoever is out there
    DANGER = "danger"
    UNCLEAR = "unclear"


class Around(StrEnum):
    """What is not an answer by itself, and stands around one or around a number."""

    COURTESY = "courtesy"
    THANKS = "thanks"
    APOLOGY = "apology"
    REASON = "reason"
    GOOD_NIGHT = "good night"
    SOON = "soon"
    AT_THE_MOMENT = "at the moment"
    ABOUT = "about"
    WITHIN = "within"
    AT = "at"
    BETWEEN = "between"
    MINUTES = "minutes"
    HOURS = "hours"
    AND_A_HALF = "and a half"
    BEFORE_NOON = "am"
    IN_THE_MORNING = "in the morning"
    AFTER_NOON = "pm"
    O_CLOCK = "o'clock"
    AWAY = "away"
    TO = "to"
    AND = "and"
    HURT = "hurt"  # a cry for help as well
    IDIOM = "idiom"  # one too, unless a clear answer stands beside it
    NOT_A_NEXT_MOVE = "aside"
    NO_REFUSAL = "no refusal"
    HEDGE = "hedge"
    NEGATION = "negation"
    AROUND = "around"


@dataclass(frozen=True, slots=True)
class Sense:
    """Words that mean the same. `signs` belong to no language."""

    english: tuple[str, ...]
    spanish: tuple[str, ...]
    signs: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:
        yield from (*self.signs, *self.english, *self.spanish)


def sense(english: str, spanish: str, signs: str = "") -> Sense:
    """A sense from its phrases, with commas between them. "(DON'T|DO NOT) COME" is two."""
    return Sense(_phrases(english), _phrases(spanish), _phrases(signs))


_CHOICE = re.compile(r"\(([^()]*)\)")


def _phrases(listed: str) -> tuple[str, ...]:
    return tuple(whole for phrase in listed.split(",") if phrase.strip() for whole in _each(phrase))


def _each(phrase: str) -> Iterator[str]:
    choice = _CHOICE.search(phrase)
    if choice is None:
        yield " ".join(phrase.split())
        return
    for chosen in choice[1].split("|"):
        yield from _each(phrase[: choice.start()] + chosen + phrase[choice.end() :])
