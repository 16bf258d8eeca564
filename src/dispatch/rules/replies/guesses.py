"""What a doubtful text most likely says: it is said back, and a Y to it acts.

The law: a guess changes nothing before its Y, nobody else hears of it, and a Y is believed only as the answer to the
newest text that we sent. What somebody has written is read again then, so no guess is kept anywhere; the question must
come out as it was asked.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dispatch.rules.callout.eta import FEWEST_MINUTES, ClockTime, eta_at
from dispatch.rules.facts.callout import Assignment
from dispatch.rules.facts.pages import NewestText, Purpose
from dispatch.rules.replies.matrix import MATRIX, Effect, Position
from dispatch.rules.replies.reader.hinting.hint import Hint
from dispatch.rules.replies.reader.hints import Hints, hints_of
from dispatch.rules.replies.reader.read_text import Reply, read
from dispatch.rules.replies.reader.vocabulary import Word
from dispatch.rules.wording import asking
from dispatch.rules.wording.alphabet import gsm7
from dispatch.rules.wording.asking import Guessed
from dispatch.rules.wording.languages import Words

_JUMPS = timedelta(minutes=60)
"""An ETA that is so much later or sooner than the one before may be a slip."""
_FAR = timedelta(minutes=120)
"""A first ETA that is farther off may be one too."""

_ASKED_TO_GO = frozenset(
    {Position.PAGED, Position.DECLINED, Position.LIMITED, Position.PASSED_OVER, Position.ASKED_ALONG}
)
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
# Texts that no table has, and answers of which the hints may say more.
_HINTED = frozenset(
    {
        *(Word.UNCLEAR, Word.WITH_THEM, Word.NO_AND_MORE, Word.NEGATED, Word.NO_AND_WHY, Word.TWO_AND_MORE),
        Word.DANGER,
    }
)
# "No, voy", "2-3 min": what is wholly known and doubtful all the same has no likeliest meaning.
_HALF_KNOWN = {Word.NO_AND_MORE: 3, Word.TWO_AND_MORE: 1}  # words that say more
_WITH_A_NUMBER = 4
_A_SENTENCE = 6
_WORDS_OF = re.compile(r"[^\W\d_]+")
_HINTED_ALSO = {Position.LEFT: frozenset({Word.HERE, Word.STILL_HERE})}
_H = Hint
# From each position, the first that fits counts: all hints of the first set, and none of the second.
_Rule = tuple[frozenset[Hint], frozenset[Hint], Word]


def _rule(hint: Hint, word: Word, *but: Hint) -> _Rule:
    return frozenset({hint}), frozenset(but), word


_FROM_HINTS: Mapping[Position, Sequence[_Rule]] = {
    Position.PAGED: (
        _rule(_H.REFUSES, Word.NO),
        _rule(_H.BACKS_OUT, Word.NO),
        _rule(_H.NO, Word.NO, _H.ASIDE, _H.YES, _H.MOVES),
        _rule(_H.YES, Word.TAKE, _H.OPEN),
        _rule(_H.MOVES, Word.ON_MY_WAY, _H.OPEN),
        _rule(_H.SOON, Word.TAKE, _H.OPEN),
        _rule(_H.OFFERS, Word.TAKE, _H.OPEN),
    ),
    Position.PASSED_OVER: (
        _rule(_H.ARRIVES, Word.HERE, _H.OTHERS),
        _rule(_H.OFFERS, Word.TAKE),
        _rule(_H.MOVES, Word.ON_MY_WAY),
        _rule(_H.SOON, Word.TAKE),
        _rule(_H.REFUSES, Word.NO),
        _rule(_H.BACKS_OUT, Word.NO, _H.YES, _H.THANKS),
        _rule(_H.NO, Word.NO, _H.ASIDE, _H.YES),
        _rule(_H.YES, Word.TAKE, _H.OPEN, _H.THANKS),
    ),
    Position.HAS_IT: (
        _rule(_H.BACKS_OUT, Word.BACK_OUT),
        _rule(_H.REFUSES, Word.BACK_OUT),
        _rule(_H.NO, Word.BACK_OUT, _H.ASIDE, _H.WHEN, _H.YES, _H.MOVES, _H.ARRIVES, _H.THANKS, _H.BUSY_THERE),
        _rule(_H.ARRIVES, Word.HERE, _H.OTHERS),
        _rule(_H.SOON, Word.TAKE),
        _rule(_H.MOVES, Word.ON_MY_WAY, _H.OTHERS, _H.OPEN),
        _rule(_H.YES, Word.TAKE, _H.OPEN),
    ),
    Position.UNDER_WAY: (
        _rule(_H.BACKS_OUT, Word.BACK_OUT),
        _rule(_H.REFUSES, Word.BACK_OUT),
        _rule(_H.NO, Word.BACK_OUT, _H.ASIDE, _H.WHEN, _H.YES, _H.MOVES, _H.ARRIVES, _H.THANKS, _H.BUSY_THERE),
        _rule(_H.ARRIVES, Word.HERE, _H.OTHERS, _H.NOT_THERE),
        _rule(_H.MOVES, Word.ON_MY_WAY, _H.OTHERS, _H.OPEN),
        _rule(_H.NOT_THERE, Word.ON_MY_WAY),
        _rule(_H.YES, Word.ON_MY_WAY),
    ),
    Position.THERE: (
        _rule(_H.NOT_THERE, Word.NOT_THERE),
        _rule(_H.STAYS, Word.WITH_THEM),
        _rule(_H.HOME, Word.HOME, _H.OTHERS, _H.BUSY_THERE, _H.MOVES),
        _rule(_H.ENDS, Word.LEFT, _H.OTHERS),
        _rule(_H.HOME, Word.HOME, _H.OTHERS),
        _rule(_H.BUSY_THERE, Word.WITH_THEM),
        _rule(_H.ARRIVES, Word.WITH_THEM),
        _rule(_H.YES, Word.WITH_THEM),
    ),
    Position.LEFT: (
        _rule(_H.UNWELL, Word.TROUBLE),
        _rule(_H.STAYS, Word.WITH_THEM),
        _rule(_H.MOVES, Word.HOMEWARD),
        _rule(_H.HOME, Word.HOME),
        _rule(_H.ARRIVES, Word.WITH_THEM, _H.OTHERS),
    ),
}


@dataclass(frozen=True, slots=True)
class Guess:
    """`at` is the ETA that belongs to it, if one does."""

    word: Word
    at: datetime | None = None

    def question(self, code: str, position: Position) -> Words:
        goes = self.word is Word.TAKE and position in _ON_THE_WAY and self.at is None
        return asking.guessed(Guessed.STILL_GOES if goes else _SAID_BACK[self.word], code, self.at)

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


def wants_a_call(reply: Reply) -> bool:
    """Whether a text that no table has asks that somebody ring its sender. It need not be said back: it is done."""
    return reply.word in _HINTED and not reply.sent_back and Hint.CALL_ME in hints_of(reply.text).found


def of(reply: Reply, position: Position, now: datetime) -> Guess | None:
    """What a text that is asked back, or whose ETA is said back, most likely says from this position."""
    if reply.word not in _HINTED | _HINTED_ALSO.get(position, frozenset()):
        return _by_words(reply, position, now)
    if _is_half_known(reply, position):
        return _by_words(reply, position, now)
    if reply.sent_back:
        return None
    hints = hints_of(reply.text)
    if reply.word is Word.DANGER and not hints.found & _GIVES_UP:
        return None  # "no estoy a salvo" has a no in it
    said = _by_hints(reply, hints, position, now)
    return said or (None if hints.found or hints.asks else _by_words(reply, position, now))


def _is_half_known(reply: Reply, position: Position) -> bool:
    enough = _HALF_KNOWN.get(reply.word, 0)
    if reply.word is Word.NEGATED and position in _ON_THE_WAY:  # "I'm not on call"
        enough = _A_SENTENCE if Hint.BACKS_OUT not in hints_of(reply.text).found else 0
    if reply.number is not None and enough:
        enough = _WITH_A_NUMBER
    return len(_WORDS_OF.findall(reply.text)) < enough


def _by_hints(reply: Reply, hints: Hints, position: Position, now: datetime) -> Guess | None:
    """From phrases of it, whatever else stands there."""
    if Hint.THANKS in hints.found <= _HEARS and not hints.asks and position not in _IS_ASKED:
        return Guess(Word.THANKS)
    at = _moment_of(hints, now)
    if Word.TWO in reply.mentions and at is None and not hints.found - {Hint.BACKS_OUT}:
        hints = replace(hints, found=hints.found | {Hint.REFUSES})
    word = next((word for rule in _FROM_HINTS.get(position, ()) if (word := _fits(rule, hints))), None)
    says_home = Word.HOME in reply.mentions and not reply.negated
    if position is Position.LEFT and says_home and Hint.MOVES not in hints.found:
        word = Word.HOME
    refuses = word is Word.NO or (word is Word.BACK_OUT and Hint.BACKS_OUT not in hints.found)
    if refuses and at is not None and hints.found & _SAYS_WHEN:
        word = Word.ON_MY_WAY if Hint.MOVES in hints.found else None
    if hints.asks and word not in _MAY_ASK_TOO and not (word is Word.BACK_OUT and Hint.BACKS_OUT in hints.found):
        return None
    comes = position is Position.PASSED_OVER and (Hint.OFFERS in hints.found or word is Word.ON_MY_WAY)
    if hints.asks_first and word is not Word.BACK_OUT and not comes:
        return None
    if position in _ASKED_TO_GO and at is not None and word not in _NO_TIME:
        return Guess(Word.ON_MY_WAY if word is Word.ON_MY_WAY else Word.TAKE, at)
    if position in _ON_THE_WAY and at is not None and word not in _NO_TIME:
        return Guess(Word.ON_MY_WAY if position is Position.HAS_IT and word is Word.ON_MY_WAY else Word.ETA, at)
    if word in {Word.HOME, Word.LEFT} and at is not None:  # "home in 15", "done in 20"
        return Guess(Word.HOMEWARD if position is Position.LEFT else Word.WITH_THEM)
    return Guess(word) if word is not None else None


_SAYS_WHEN = frozenset({Hint.WHEN, Hint.SOON, Hint.MOVES})
_GIVES_UP = frozenset({Hint.BACKS_OUT, Hint.REFUSES})
_IS_ASKED = frozenset({Position.PAGED, Position.DECLINED})
# All that a text says which only shows that they have read ours.
_HEARS = frozenset({Hint.THANKS, Hint.YES, Hint.OTHERS, Hint.BUSY_THERE})
# Whoever says this and asks something as well has answered.
_MAY_ASK_TOO = frozenset({Word.TAKE, Word.ON_MY_WAY, Word.HERE, Word.LEFT})
# No ETA belongs to these.
_NO_TIME = frozenset({Word.NO, Word.BACK_OUT, Word.HERE})


def _fits(rule: _Rule, hints: Hints) -> Word | None:
    some, none, word = rule
    return word if some <= hints.found and not none & hints.found else None


def _moment_of(hints: Hints, now: datetime) -> datetime | None:
    return eta_at(hints.eta, now)


def _by_words(reply: Reply, position: Position, now: datetime) -> Guess | None:
    """From the words of it that are known."""
    said = reply.mentions
    at = moment(reply, now)
    if reply.word in _NO_GUESS or Word.TEN_CODE in said or _REFUSALS & {reply.word, *said}:
        return None
    if reply.negated and said & _MOVES:  # "not omw": the opposite is not asked
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
    if guess.word not in _SAID_BACK:
        return None
    question = guess.question(code, position)
    asked = any(gsm7(words) in gsm7(newest.text) for words in (question, question.spanish))
    return guess if asked and _still_acts(guess, position) else None


def _still_acts(guess: Guess, position: Position) -> bool:
    return MATRIX[guess.word][position] is not Effect.ASK
