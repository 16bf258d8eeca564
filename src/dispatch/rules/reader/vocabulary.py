"""The words that people answer with, in English and in Spanish, and what each of them is.

The law: what can be said in one language can be said in the other. Each sense has its English words and their Spanish
twins, so nobody is understood less well because of the language in which they woke up.

Capitals, accents, apostrophes, spaces and hyphens make no difference: "I'M HERE" stands for "im here" and "i m here".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum, auto


class Word(StrEnum):
    """What somebody says, whatever their position: a row of the matrix. Behind it stand what we show behind the code
    when we ask for one, and the traits of the word."""

    shown: str
    traits: frozenset[str]

    def __new__(cls, value: str, shown: str, traits: str) -> "Word":
        word = str.__new__(cls, value)
        word._value_, word.shown, word.traits = value, shown, frozenset(traits.split())
        return word

    TAKE = "take", "1", "YES KEY GOES DRIVES IS_MEANT TAKES ANSWERS_A_PAGE HAS_ETA"
    OK = "ok", "1", "YES IS_MEANT TAKES ANSWERS_A_PAGE HEARD"  # a yes, or what people say to anything they are told
    TAKE_AND_TWO = "take_and_two", "1", "DOUBTFUL NO_GUESS"  # "ok 2": 2 means no
    ON_MY_WAY = "on_my_way", "OMW", "GOES DEPARTS DRIVES IS_MEANT ANSWERS_A_PAGE MOVES ENDS LEAVES HAS_ETA"
    # "just left": for the scene, or from it
    SET_OUT = "set_out", "OMW", "GOES DEPARTS IS_MEANT HAS_IT ENDS LEAVES HAS_ETA"
    # "omw in 10": when they leave, or when they are there
    GOING_IN = "going_in", "1", "GOES IS_MEANT TAKES ANSWERS_A_PAGE LEAVES TAKES_HERE_BACK HAS_ETA"
    ETA = "eta", "ETA 20", "IS_MEANT TAKES ANSWERS_A_PAGE MOVES TAKES_HERE_BACK HAS_ETA NEEDS_ETA NO_CRY"
    LIMITED = "limited", "L 40", "ANSWERS_A_PAGE HAS_ETA"  # "L 40", "only if nobody else"
    # "11", "22": an ETA, or a key that was pressed twice
    DOUBLED = "doubled", "1", "IS_MEANT TAKES ANSWERS_A_PAGE TAKES_HERE_BACK HAS_ETA NEEDS_ETA NO_GUESS NO_CRY"
    # "125": two hours, or "1 25" without its space
    RUN_TOGETHER = "run_together", "1", "TAKES ANSWERS_A_PAGE TAKES_HERE_BACK HAS_ETA NO_GUESS NO_CRY"
    TWO = "two", "2", "NO KEY REFUSES ANSWERS_A_PAGE NO_GUESS"
    # "2-3 min", "2:45": an ETA, or a no and something more
    TWO_AND_MORE = "two_and_more", "1", "MAY_BE_PLAIN HAS_ETA NEEDS_ETA DOUBTFUL HINTED NO_GUESS"
    NO = "no", "NO", "NO REFUSES ANSWERS_A_PAGE"
    NO_SOON = "no_soon", "NO", "REFUSES ANSWERS_A_PAGE"  # "no, ahorita": not yet, or not now
    # "no, my kid is sick": a no, and words that no table has
    NO_AND_WHY = "no_and_why", "1", "REFUSES REFUSES_AMONG_OTHERS CALM HINTED FOR_A_PERSON MAY_BE_OF_SHIFTS"
    # "I'm not on call": no no, but a refusal from whoever is asked
    NEGATED = "negated", "1", "MAY_REFUSE REFUSES_AMONG_OTHERS CALM HINTED FOR_A_PERSON MAY_BE_OF_SHIFTS"
    NO_AND_MORE = (
        "no_and_more",
        "1",
        "MAY_BE_PLAIN MAY_REFUSE CALM DOUBTFUL HINTED FOR_A_PERSON MAY_BE_OF_SHIFTS",
    )  # "no, 25 min"
    # "10-23": what the police say over the radio, or a range of minutes
    TEN_CODE = "ten_code", "1", "HAS_IT DOUBTFUL HINTED NO_GUESS FOR_COORDINATORS"
    HERE = "here", "HERE", "HAS_IT AT_THE_SCENE LEAVES NO_GUESS"
    PRESENT = "present", "HERE", "HAS_IT AT_THE_SCENE NO_GUESS"  # "I'm here": there, or awake
    WITH_THEM = "with_them", "1", "MAY_BE_PLAIN CALM HINTED"  # "with her", "parked": at the scene, or just before it
    STILL_HERE = "still_here", "HERE", "HAS_IT AT_THE_SCENE NO_GUESS"  # "still here": at the scene, or still at home
    NOT_THERE = "not_there", "1", "HAS_IT TAKES_HERE_BACK NO_GUESS FOR_A_PERSON"  # "wrong address", "not yet"
    # "flat tire": they may not come at all
    TROUBLE = "trouble", "1", "HAS_IT TAKES_HERE_BACK NO_GUESS CRIES FOR_A_PERSON"
    BACK_OUT = "back_out", "1", "REFUSES TAKES_HERE_BACK FOR_A_PERSON"  # "send someone else": perhaps a no
    HOMEWARD = "homeward", "1", "ENDS LEAVES TAKES_HERE_BACK"  # "going home": not coming, or done
    LEFT = "left", "DONE", "HAS_IT ENDS LEAVES NO_GUESS NO_CRY"  # the scene, not their bed: "done"
    READY = "ready", "DONE", "HAS_IT LEAVES NO_GUESS"  # "all clear": safe, ready to go, or gone
    HOME = "home", "HOME", "HAS_IT LEAVES NO_GUESS"
    CALL = "call", "CALL", "HAS_IT"
    WHERE = "where", "1", "HAS_IT FOR_COORDINATORS"  # where do I go?
    THANKS = "thanks", "1", "HEARD"  # and nothing else
    HELP = "help", "HELP", "HAS_IT NO_CRY ASIDE CRIES"  # what can I say? Or, from whoever is out there, a cry
    # "help!": the same, or a cry from whoever is out there
    HELP_LOUD = "help_loud", "HELP", "HAS_IT NO_CRY ASIDE CRIES"
    DANGER = "danger", "1", "DOUBTFUL HINTED NO_GUESS ASIDE CRIES"
    UNCLEAR = "unclear", "1", "MAY_BE_PLAIN CALM DOUBTFUL HINTED ASIDE FOR_A_PERSON MAY_BE_OF_SHIFTS"


class Consent(StrEnum):
    """Whether a number takes our texts. People say so in words that the carrier itself acts on and that its adapter
    knows."""

    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"


class Trait(Enum):
    """What a word is, whatever its sender's position: a column of the words above. `word in Trait.YES` asks it."""

    YES = auto()  # or what may be one
    NO = auto()  # or the key for it
    KEY = auto()  # 1 or 2: from a scene it changes nothing there, so it answers another page
    REFUSES = auto()  # a shift too, as the answer to its test
    MAY_REFUSE = auto()  # the same, or it only sounds so
    REFUSES_AMONG_OTHERS = auto()  # words that no table has
    GOES = auto()
    DEPARTS = auto()
    DRIVES = auto()  # and is not there, if an ETA follows
    IS_MEANT = auto()  # of two call-outs, this one: nobody need ask
    TAKES = auto()  # whoever has offered to come and says this means another call-out; OMW says that they come along
    ANSWERS_A_PAGE = auto()  # of another call-out, perhaps, than the one that is over and named
    # What somebody says about a call-out that they have, even while another one pages them. A number alone is not among
    # these words: the page has just shown how to answer with one.
    HAS_IT = auto()
    MOVES = auto()  # the same, of somebody who drives; anything else is an answer to a page
    AT_THE_SCENE = auto()
    ENDS = auto()  # the work there, or the wait for it
    LEAVES = auto()  # the same, or may be said on the way
    TAKES_HERE_BACK = auto()  # minutes after HERE
    HAS_ETA = auto()  # a number in it is an ETA
    NEEDS_ETA = auto()  # without a possible one it says nothing
    HEARD = auto()  # says that our last text was read
    CALM = auto()  # nothing speaks against all being well
    DOUBTFUL = auto()  # no clear answer to another call-out's page: asked back about the one that its sender has
    MAY_BE_PLAIN = auto()  # in no table, and may say one thing so plainly that it acts
    HINTED = auto()  # in no table, or the hints may say more
    NO_GUESS = auto()  # doubtful in a way of its own: it has no likeliest meaning
    NO_CRY = auto()  # nobody guesses a cry for help from "330", or from "help", which asks what can be said
    ASIDE = auto()  # said of no call-out: nobody is asked for its code
    CRIES = auto()  # or tells of trouble on the way
    FOR_A_PERSON = auto()  # who reads it where its sender has no call-out: "flat tire" on the way home
    FOR_COORDINATORS = auto()  # the same of what a coordinator writes: "quién no contestó?" is more than a no
    MAY_BE_OF_SHIFTS = auto()

    def __contains__(self, word: Word) -> bool:
        return self.name in word.traits

    @property
    def words(self) -> frozenset[Word]:
        return frozenset(word for word in Word if word in self)


assert {name for word in Word for name in word.traits} == {*Trait.__members__}


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
