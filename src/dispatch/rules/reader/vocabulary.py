"""The words that people answer with, in English and in Spanish, and what each of them is.

The law: what can be said in one language can be said in the other. Each sense has its English words and their Spanish
twins, so nobody is understood less well because of the language in which they woke up.

Capitals, accents, apostrophes, spaces and hyphens make no difference: "I'M HERE" stands for "im here" and "i m here".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto


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

    @property
    def shown(self) -> str:
        """What we show behind the code when we ask for one."""
        return _TABLE[self][0]


class Consent(StrEnum):
    """Whether a number takes our texts. People say so in words that the carrier itself acts on and that its adapter
    knows."""

    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"


class Trait(Enum):
    """What a word is, whatever its sender's position: a column of the table below. `word in Trait.YES` asks it."""

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
    HINTED = auto()  # in no table, or the hints may say more
    NO_GUESS = auto()  # doubtful in a way of its own: it has no likeliest meaning
    NO_CRY = auto()  # nobody guesses a cry for help from "330", or from "help", which asks what can be said
    ASIDE = auto()  # answers no test of a phone
    CRIES = auto()  # or tells of trouble on the way
    FOR_A_PERSON = auto()  # who reads it where its sender has no call-out: "flat tire" on the way home
    FOR_COORDINATORS = auto()  # the same of what a coordinator writes: "quién no contestó?" is more than a no
    MAY_BE_OF_SHIFTS = auto()

    def __contains__(self, word: object) -> bool:
        return word in self.words

    @property
    def words(self) -> frozenset[Word]:
        return _COLUMNS[self]


_T = Trait
_TABLE: Mapping[Word, tuple[str, set[Trait]]] = {
    Word.TAKE: ("1", {_T.YES, _T.KEY, _T.GOES, _T.DRIVES, _T.IS_MEANT, _T.TAKES, _T.ANSWERS_A_PAGE, _T.HAS_ETA}),
    Word.OK: ("1", {_T.YES, _T.IS_MEANT, _T.TAKES, _T.ANSWERS_A_PAGE, _T.HEARD}),
    Word.TAKE_AND_TWO: ("1", {_T.DOUBTFUL, _T.NO_GUESS}),
    Word.ON_MY_WAY: ("OMW", {_T.GOES, _T.DEPARTS, _T.DRIVES, _T.IS_MEANT, _T.ANSWERS_A_PAGE, _T.MOVES, _T.ENDS,
        _T.LEAVES, _T.HAS_ETA}),
    Word.SET_OUT: ("OMW", {_T.GOES, _T.DEPARTS, _T.IS_MEANT, _T.HAS_IT, _T.ENDS, _T.LEAVES, _T.HAS_ETA}),
    Word.GOING_IN: ("1", {_T.GOES, _T.IS_MEANT, _T.TAKES, _T.ANSWERS_A_PAGE, _T.LEAVES, _T.TAKES_HERE_BACK,
        _T.HAS_ETA}),
    Word.ETA: ("ETA 20", {_T.IS_MEANT, _T.TAKES, _T.ANSWERS_A_PAGE, _T.MOVES, _T.TAKES_HERE_BACK, _T.HAS_ETA,
        _T.NEEDS_ETA, _T.NO_CRY}),
    Word.LIMITED: ("L 40", {_T.ANSWERS_A_PAGE, _T.HAS_ETA}),
    Word.DOUBLED: ("1", {_T.IS_MEANT, _T.TAKES, _T.ANSWERS_A_PAGE, _T.TAKES_HERE_BACK, _T.HAS_ETA, _T.NEEDS_ETA,
        _T.NO_GUESS, _T.NO_CRY}),
    Word.RUN_TOGETHER: ("1", {_T.TAKES, _T.ANSWERS_A_PAGE, _T.TAKES_HERE_BACK, _T.HAS_ETA, _T.NO_GUESS, _T.NO_CRY}),
    Word.TWO: ("2", {_T.NO, _T.KEY, _T.REFUSES, _T.ANSWERS_A_PAGE, _T.NO_GUESS}),
    Word.TWO_AND_MORE: ("1", {_T.HAS_ETA, _T.NEEDS_ETA, _T.DOUBTFUL, _T.HINTED, _T.NO_GUESS}),
    Word.NO: ("NO", {_T.NO, _T.REFUSES, _T.ANSWERS_A_PAGE}),
    Word.NO_SOON: ("NO", {_T.REFUSES, _T.ANSWERS_A_PAGE}),
    Word.NO_AND_WHY: ("1", {_T.REFUSES, _T.REFUSES_AMONG_OTHERS, _T.CALM, _T.HINTED, _T.FOR_A_PERSON,
        _T.MAY_BE_OF_SHIFTS}),
    Word.NEGATED: ("1", {_T.MAY_REFUSE, _T.REFUSES_AMONG_OTHERS, _T.CALM, _T.HINTED, _T.FOR_A_PERSON,
        _T.MAY_BE_OF_SHIFTS}),
    Word.NO_AND_MORE: ("1", {_T.MAY_REFUSE, _T.CALM, _T.DOUBTFUL, _T.HINTED, _T.FOR_A_PERSON, _T.MAY_BE_OF_SHIFTS}),
    Word.TEN_CODE: ("1", {_T.HAS_IT, _T.DOUBTFUL, _T.HINTED, _T.NO_GUESS, _T.FOR_COORDINATORS}),
    Word.HERE: ("HERE", {_T.HAS_IT, _T.AT_THE_SCENE, _T.LEAVES, _T.NO_GUESS}),
    Word.PRESENT: ("HERE", {_T.HAS_IT, _T.AT_THE_SCENE, _T.NO_GUESS}),
    Word.WITH_THEM: ("1", {_T.CALM, _T.HINTED}),
    Word.STILL_HERE: ("HERE", {_T.HAS_IT, _T.AT_THE_SCENE, _T.NO_GUESS}),
    Word.NOT_THERE: ("1", {_T.HAS_IT, _T.TAKES_HERE_BACK, _T.NO_GUESS, _T.FOR_A_PERSON}),
    Word.TROUBLE: ("1", {_T.HAS_IT, _T.TAKES_HERE_BACK, _T.NO_GUESS, _T.CRIES, _T.FOR_A_PERSON}),
    Word.BACK_OUT: ("1", {_T.REFUSES, _T.TAKES_HERE_BACK, _T.FOR_A_PERSON}),
    Word.HOMEWARD: ("1", {_T.ENDS, _T.LEAVES, _T.TAKES_HERE_BACK}),
    Word.LEFT: ("DONE", {_T.HAS_IT, _T.ENDS, _T.LEAVES, _T.NO_GUESS, _T.NO_CRY}),
    Word.READY: ("DONE", {_T.HAS_IT, _T.LEAVES, _T.NO_GUESS}),
    Word.HOME: ("HOME", {_T.HAS_IT, _T.LEAVES, _T.NO_GUESS}),
    Word.CALL: ("CALL", {_T.HAS_IT}),
    Word.WHERE: ("1", {_T.HAS_IT, _T.FOR_COORDINATORS}),
    Word.THANKS: ("1", {_T.HEARD}),
    Word.HELP: ("HELP", {_T.HAS_IT, _T.NO_CRY, _T.ASIDE, _T.CRIES}),
    Word.HELP_LOUD: ("HELP", {_T.HAS_IT, _T.NO_CRY, _T.ASIDE, _T.CRIES}),
    Word.DANGER: ("1", {_T.DOUBTFUL, _T.HINTED, _T.NO_GUESS, _T.ASIDE, _T.CRIES}),
    Word.UNCLEAR: ("1", {_T.CALM, _T.DOUBTFUL, _T.HINTED, _T.ASIDE, _T.FOR_A_PERSON, _T.MAY_BE_OF_SHIFTS}),
}  # fmt: skip
_COLUMNS = {trait: frozenset(word for word, (_, traits) in _TABLE.items() if trait in traits) for trait in Trait}


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
