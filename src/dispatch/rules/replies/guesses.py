"""What a doubtful text most likely says: it is said back, and a Y to it acts.

The law: a guess changes nothing before its Y, nobody else hears of it, and a Y is believed only as the answer to the
newest text that we sent. What somebody has written is read again then, so no guess is kept anywhere; the question must
come out as it was asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.rules.callout.eta import FEWEST_MINUTES, ClockTime, eta_at
from dispatch.rules.facts.callout import Assignment
from dispatch.rules.facts.pages import NewestText, Purpose
from dispatch.rules.replies.matrix import MATRIX, Effect, Position
from dispatch.rules.replies.reader.read_text import Reply, read
from dispatch.rules.replies.reader.vocabulary import Hint, Word
from dispatch.rules.wording import asking
from dispatch.rules.wording.alphabet import gsm7
from dispatch.rules.wording.asking import Guessed
from dispatch.rules.wording.languages import Words

_JUMPS = timedelta(minutes=60)
"""An ETA that is so much later or sooner than the one before may be a slip."""
_FAR = timedelta(minutes=120)
"""A first ETA that is farther off may be one too."""

_ASKED_TO_GO = frozenset({Position.PAGED, Position.DECLINED, Position.PASSED_OVER, Position.ASKED_ALONG})
_ON_THE_WAY = frozenset({Position.HAS_IT, Position.UNDER_WAY})
_REFUSALS = frozenset({Word.NO, Word.TWO})
_MOVES = frozenset({Word.ON_MY_WAY, Word.SET_OUT})
_GOES = frozenset({Word.TAKE, Word.ON_MY_WAY, Word.SET_OUT, Word.GOING_IN})
_THERE = frozenset({Word.HERE, Word.PRESENT, Word.WITH_THEM})
_ENDS = frozenset({Word.LEFT, Word.SET_OUT, Word.ON_MY_WAY, Word.HOMEWARD})
_LEAVES = _ENDS | {Word.HOME, Word.HERE, Word.READY, Word.GOING_IN}
# Doubtful in a way of their own: there is no likeliest meaning.
_NO_GUESS = frozenset(
    {
        *(Word.TAKE_AND_TWO, Word.TWO, Word.TWO_AND_MORE, Word.TEN_CODE, Word.DANGER, Word.DOUBLED, Word.RUN_TOGETHER),
        *(Word.HERE, Word.PRESENT, Word.STILL_HERE, Word.NOT_THERE, Word.READY, Word.LEFT, Word.HOME, Word.TROUBLE),
    }
)

_SAID_BACK = {
    Word.TAKE: Guessed.TAKES,
    Word.ON_MY_WAY: Guessed.LEAVES,
    Word.ETA: Guessed.ETA,
    Word.HERE: Guessed.THERE,
    Word.LEFT: Guessed.LEFT,
    Word.HOME: Guessed.HOME,
    Word.WITH_THEM: Guessed.STAYS,
    Word.NO: Guessed.CANNOT,
}
_HINTED = frozenset({Word.UNCLEAR, Word.WITH_THEM})
# The first that fits counts.
_FROM_HINTS: Mapping[Position, Mapping[Hint, Word]] = {
    Position.HAS_IT: {Hint.BACKS_OUT: Word.BACK_OUT, Hint.ARRIVES: Word.HERE, Hint.LEAVES: Word.ON_MY_WAY},
    Position.UNDER_WAY: {Hint.BACKS_OUT: Word.BACK_OUT, Hint.ARRIVES: Word.HERE, Hint.COMES: Word.ON_MY_WAY},
    Position.THERE: {Hint.HOME: Word.HOME, Hint.ENDS: Word.LEFT, Hint.STAYS: Word.WITH_THEM},
    Position.LEFT: {Hint.HOME: Word.HOME},
}


@dataclass(frozen=True, slots=True)
class Guess:
    """`at` is the ETA that belongs to it, if one does."""

    word: Word
    at: datetime | None = None

    def question(self, code: str) -> Words:
        return asking.guessed(_SAID_BACK[self.word], code, self.at)

    @property
    def needs_more_than_ok(self) -> bool:
        """Whether an "ok" is no Y to it: what begins or ends something needs an unmistakable word."""
        return self.word not in {Word.TAKE, Word.ETA, Word.ON_MY_WAY}


def moment(reply: Reply, now: datetime) -> datetime | None:
    """The ETA in a text, as it is guessed: "around 5" is a time on the wall if that is near enough to be meant."""
    number = reply.number
    if number is None:
        return None
    if reply.guessed and isinstance(number, int):
        return eta_at(ClockTime(number, 0), now) or _minutes(number, now)
    return eta_at(number, now)


def _minutes(number: int, now: datetime) -> datetime | None:
    return now + timedelta(minutes=number) if number >= FEWEST_MINUTES else None


def is_doubtful(reply: Reply, mine: Assignment | None, at: datetime, now: datetime) -> bool:
    """Whether an ETA is said back before anybody is told: it was guessed, or it jumps."""
    before = mine.eta_at if mine is not None and mine.is_on_it else None
    jumps = abs(at - before) > _JUMPS if before is not None else at - now > _FAR
    return reply.guessed or jumps


def of(reply: Reply, position: Position, now: datetime) -> Guess | None:
    """What a text that is asked back, or whose ETA is said back, most likely says from this position."""
    return _by_words(reply, position, now) or _by_hints(reply, position)


def _by_hints(reply: Reply, position: Position) -> Guess | None:
    """From single words of it, if no number, no question and nobody else stands in it."""
    unclear = reply.word in _HINTED and reply.number is None and not reply.negated and "?" not in reply.text
    if not unclear or Hint.NOTHING in reply.hints or reply.mentions & _REFUSALS:
        return None
    likely = (word for hint, word in _FROM_HINTS.get(position, {}).items() if hint in reply.hints)
    word = next(likely, None)
    return Guess(word) if word is not None and (word is Word.WITH_THEM or Hint.OTHERS not in reply.hints) else None


def _by_words(reply: Reply, position: Position, now: datetime) -> Guess | None:
    """From the words of it that are known."""
    said = reply.mentions
    at = moment(reply, now)
    if reply.word in _NO_GUESS or Word.TEN_CODE in said or _REFUSALS & {reply.word, *said}:
        return None
    if position in _ASKED_TO_GO:
        if said <= _GOES | {Word.ETA} and at is not None:
            return Guess(Word.ON_MY_WAY if said & _MOVES else Word.TAKE, at)
        if said and said <= _GOES and reply.number is None and reply.word is not Word.SET_OUT:
            return Guess(Word.TAKE if Word.TAKE in said else Word.ON_MY_WAY) if not reply.eta_said else None
        return Guess(Word.NO) if said == {Word.BACK_OUT} else None
    if position in _ON_THE_WAY:
        if said <= _GOES | {Word.ETA, Word.NOT_THERE} and at is not None:
            leaves = position is Position.HAS_IT and said & _MOVES
            return Guess(Word.ON_MY_WAY if leaves else Word.ETA, at)
        if said and said <= _THERE and reply.number is None:
            return Guess(Word.HERE) if not reply.negated else None
        if said & _MOVES and said <= _GOES and reply.number is None:
            return Guess(Word.ON_MY_WAY)
        return None
    ends = said & _ENDS or reply.word is Word.SET_OUT  # "lista, ya salgo" is made of two other words
    if position is Position.THERE and ends and said <= _LEAVES and reply.number is None and not reply.negated:
        return Guess(Word.LEFT)
    return None


def confirmed(newest: NewestText | None, callout: str, code: str, position: Position, yes: Word) -> Guess | None:
    """What a bare `yes` stands for: the guess that our newest text said back, if it said one."""
    if newest is None or newest.callout != callout or newest.answers is None:
        return None
    if newest.purpose not in {Purpose.ANSWER, Purpose.CONFIRMATION}:
        return None
    guess = of(read(newest.answers), position, newest.decided_at)
    if guess is None or (yes is Word.OK and guess.needs_more_than_ok):
        return None
    question = guess.question(code)
    asked = any(gsm7(words) in gsm7(newest.text) for words in (question, question.spanish))
    return guess if asked and _still_acts(guess, position) else None


def _still_acts(guess: Guess, position: Position) -> bool:
    return MATRIX[guess.word][position] is not Effect.ASK
