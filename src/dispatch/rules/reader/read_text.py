"""What a text says. The law: every text can be read, and whatever is not certainly an answer is UNCLEAR.

A wrong "taken" ends paging while nobody goes, a wrong "no" sends home somebody who is driving, a wrong "here" stops the
clock while a child is alone. So a single word that no table has leaves everything as it is, and the sender is asked.
What is quoted, negated or asked never acts. Only a cry for help needs no grammar.

What a word does depends on its sender's position, and is decided in `rules/replies/matrix.py`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from dispatch.rules.callout.eta import FEWEST_MINUTES, ClockTime, Eta
from dispatch.rules.reader.intent import Intent
from dispatch.rules.reader.letters import COLON, take_apart
from dispatch.rules.reader.numbers import Number, number_at, ten_code_at
from dispatch.rules.reader.phrases import (
    ANSWERS,
    BEHIND_NUMBER,
    BETWEEN_NUMBERS,
    DANGER_PHRASES,
    MARKS,
    PLAIN_NO_PHRASES,
    PhraseMeaning,
)
from dispatch.rules.reader.plain_questions import begins_asking
from dispatch.rules.reader.vocabulary import Around, Trait, Word


def read(text: str) -> Intent:
    """What any text whatsoever says; never raises."""
    taken = take_apart(text)
    code = min(taken.codes) if len(taken.codes) == 1 else None
    unclear = Intent(Word.UNCLEAR, code, None, eta_said=False, as_written=text, apart=taken)
    cries = _cries(taken.cries)
    cry = replace(unclear, word=Word.DANGER)
    if cries and not taken.quotes:
        beside = _beside(taken.pieces, unclear)
        if beside is not None and cries == {Around.IDIOM}:
            return replace(beside, idiom=True)
        return replace(cry, beside=replace(beside, whole=cry) if beside is not None else None)
    if cries:
        return cry
    if taken.quotes or len(taken.codes) > 1:
        return replace(unclear, mentions=_mentioned(_said(taken.pieces)), sent_back=taken.only_quotes)
    return _read(taken.pieces, unclear, asks=taken.asks, exclaims=taken.exclaims)


def read_part(whole: Intent, part: str) -> Intent:
    """A part of a text, which may be all of it."""
    return whole if part == whole.as_written else read(part)


def clauses_of(whole: Intent) -> list[Intent]:
    """The parts of a text about several call-outs, if each is a plain yes or no with a code of its own: "X6K 1 30, L4L
    2"."""
    if len(whole.apart.codes) < 2 or whole.apart.quotes:
        return []
    parts = [read(part) for part in _BETWEEN_CLAUSES.split(whole.as_written) if part.strip()]
    clear = all(one.code is not None and (one.word in Trait.KEY or one.word is Word.NO) for one in parts)
    return parts if clear and len({one.code for one in parts}) == len(parts) else []


_BETWEEN_CLAUSES = re.compile(r"[,;.\n]+")


def _read(pieces: Sequence[str], unclear: Intent, *, asks: bool, exclaims: bool) -> Intent:
    said, code = _said(pieces), unclear.code
    number = said.numbers[0] if len(said.numbers) == 1 else None
    unclear = replace(
        unclear,
        mentions=_mentioned(said),
        number=_as_eta(number),
        guessed=bool(number and number.guessed),
        negated=said.negated or said.no_refusal or said.hedged,
    )
    word, eta = _meaning(said, asks=asks, exclaims=exclaims)
    if word in Trait.REFUSES_AMONG_OTHERS and begins_asking(pieces):
        word = Word.UNCLEAR if word is Word.NEGATED else Word.NO_AND_MORE
    mild = word is Word.TAKE and not said.strong and not said.numbers
    if mild and (said.takes_leave or code is None):
        word = Word.UNCLEAR if said.takes_leave else Word.OK
    if word is Word.ON_MY_WAY and said.voy:
        mild = Word.TAKE in said.words and said.words.count(word) == 1 and Word.SET_OUT not in said.words
    timed = bool(said.numbers) or Word.TEN_CODE in said.words
    return replace(unclear, word=word, eta=eta, eta_said=word in Trait.HAS_ETA and timed, mild=mild)


def _mentioned(said: "_Said") -> frozenset[Word]:
    return frozenset(said.words) | ({Word.TWO} if said.starts_with_two else set())


def _as_eta(number: Number | None) -> Eta | None:
    """A number that may be an ETA whatever stands around it. A key, or a bare 125, may not."""
    if number is None or number.eta is None:
        return None
    short = isinstance(number.eta, int) and number.eta < FEWEST_MINUTES
    return None if short or (number.bare and number.digits == "2") else number.eta


# What somebody is believed who cries for help in the same text. Nothing begins or ends on such a word.
_BELIEVED_BESIDE = frozenset({Word.ON_MY_WAY, Word.ETA, Word.TAKE, Word.SET_OUT})
_PAST = frozenset({"BEEN", "HACE", "LLEVO", "LLEVAMOS", "AGO"})  # "I have been with her about ten minutes"
_MOST_BESIDE = 30  # pieces: more than anybody says beside a cry


def _beside(pieces: Sequence[str], unclear: Intent) -> Intent | None:
    """The longest beginning or end of the text that is a clear answer, without the cry: "sorry i crashed early, omw
    20"."""
    if len(pieces) > _MOST_BESIDE or not _PAST.isdisjoint(pieces):
        return None
    ends = [pieces[start:] for start in range(1, len(pieces))]
    beginnings = [pieces[:end] for end in range(len(pieces) - 1, 0, -1)]
    for part in sorted([*ends, *beginnings], key=len, reverse=True):
        if _cries(part):
            continue
        found = _read(part, unclear, asks=False, exclaims=False)
        timed = found.eta is not None and _is_of_time(part)
        if found.word in _BELIEVED_BESIDE and (timed or found.word is Word.ON_MY_WAY):
            return found
    return None


def _is_of_time(pieces: Sequence[str]) -> bool:
    """Whether its number is no mere digits, which may be the end of anything: "room 20"."""
    said = _said(pieces)
    return bool(said.words) or not all(number.bare for number in said.numbers)


# ---- from the pieces to what is said -------------------------------------------------------------------------------


@dataclass(slots=True)
class _Said:
    words: list[Word] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    key: bool = False  # it begins with the key 1
    starts_with_two: bool = False
    strong: bool = False  # a yes that says more than "ok"
    letter: bool = False  # it begins with Y
    voy: bool = False  # "I go" in Spanish: now, or at all
    if_i_can: bool = False
    reason: bool = False
    soon: bool = False
    takes_leave: bool = False  # a good night or an apology behind an answer
    can_not: bool = False  # a no that says what it refuses
    aside: bool = False  # "in traffic"
    no_refusal: bool = False  # "no doubt"
    hedged: bool = False  # "but", "hold on"
    negated: bool = False  # "I'm not"
    joined: bool = False  # a letter that may be "and"
    thanks: bool = False  # a thank-you or a good night, wherever it stands
    unknown: bool = False


def _cries(pieces: Sequence[str]) -> set[PhraseMeaning]:
    """The kinds of cries for help in it."""
    found: set[PhraseMeaning] = set()
    position = 0
    while position < len(pieces):
        meaning, end = DANGER_PHRASES.at(pieces, position)
        if meaning in (Word.DANGER, Around.HURT, Around.IDIOM):
            assert meaning is not None
            found.add(meaning)
        position = max(end, position + 1)
    return found


def _said(pieces: Sequence[str]) -> _Said:
    said, position, behind_eta = _Said(), 0, False
    while position < len(pieces):
        if pieces[position] in MARKS:
            position += 1
            continue
        meaning, end = ANSWERS.at(pieces, position)
        if not behind_eta and _is_key(pieces, position, said):
            said.key = said.key or not said.words
            said.words.append(Word.TAKE)
            position += 1
            said.strong = True
        elif not behind_eta and position < _MOST_PIECES and (code := ten_code_at(pieces, position)) is not None:
            second, position = code
            said.words.append(Word.TAKE if second == _ROGER else Word.TEN_CODE)
        elif position < _MOST_PIECES and (found := number_at(pieces, position)) is not None and found[1] >= end:
            number, position = found
            first = not (said.words or said.numbers or said.unknown)
            said.starts_with_two |= first and number.digits == "2" and not number.led
            led, starts = number.led or behind_eta, number.starts and not behind_eta
            said.numbers.append(_without_unit(replace(number, led=led, starts=starts)))
        elif meaning is not None:
            _add(said, meaning, pieces, position, end)
            position = end
        else:
            said.unknown = True
            position += 1
        behind_eta = meaning is Word.ETA
    said.unknown |= len(pieces) > _MOST_PIECES
    return said


def _add(said: _Said, meaning: PhraseMeaning, pieces: Sequence[str], position: int, end: int) -> None:
    phrase = "".join(piece for piece in pieces[position:end] if piece not in MARKS)
    if phrase in _LETTERS and any(piece not in MARKS for piece in islice(pieces, position)):
        said.unknown = said.joined = True  # "gracias y perdón", "thanks n sorry"
        if phrase == "N" and end == len(pieces):
            said.words.append(Word.NO)  # "sorry n" may still be a no
        return
    said.unknown |= said.letter and meaning not in _BEHIND_Y
    match meaning:
        case Word.OK:
            said.words.append(Word.TAKE)
        case Word.TAKE:
            said.strong = True
            said.letter |= phrase in _LETTERS
            said.if_i_can |= phrase == _IF_I_CAN
            said.words.append(Word.TAKE)
        case Word.NO:
            said.can_not |= PLAIN_NO_PHRASES.at(pieces, position)[1] < end
            said.words.append(Word.NO)
        case Word():
            said.voy |= phrase == "VOY"
            said.words.append(meaning)
        case Around.NOT_A_NEXT_MOVE:
            said.aside = True
        case Around.NO_REFUSAL:
            said.no_refusal = said.unknown = True
        case Around.HEDGE:
            said.hedged = said.unknown = True
        case Around.NEGATION:
            said.negated = said.unknown = True
        case Around.SOON | Around.AT_THE_MOMENT:
            said.soon = True
            said.reason |= meaning is Around.AT_THE_MOMENT
        case _:
            said.thanks |= meaning in (Around.THANKS, Around.GOOD_NIGHT)
            said.reason |= meaning is Around.REASON
            said.takes_leave |= meaning in (Around.GOOD_NIGHT, Around.APOLOGY) and bool(said.words)


def _without_unit(number: Number) -> Number:
    """Three digits alone are not minutes: "125" is "1 25" in a hurry, and 250 is a clock time."""
    if not number.bare or number.eta is None or len(number.digits) != _THREE:
        return number
    hour, minute = divmod(int(number.digits), 100)
    if hour > 1:
        return replace(number, eta=ClockTime(hour, minute) if minute < _AN_HOUR else None)
    return number if number.led or _is_of_keys(number) else replace(number, eta=None)


def _is_of_keys(number: Number) -> bool:
    return bool(number.digits) and set(number.digits) <= _KEYS


def _is_key(pieces: Sequence[str], position: int, said: _Said) -> bool:
    """A 1 that stands first, or between a yes and a number: "yes, 1 25"."""
    if pieces[position] != "1" or position >= _MOST_PIECES:
        return False
    if said.numbers or said.unknown or not set(said.words) <= {Word.TAKE}:
        return False
    behind = list(islice((piece for piece in islice(pieces, position + 1, None) if piece not in MARKS), _FAR_ENOUGH))
    if behind[:1] == [COLON] or any(table.at(behind, 0)[0] is not None for table in (BEHIND_NUMBER, BETWEEN_NUMBERS)):
        return False
    return not said.words or (bool(behind) and behind[0].isdigit())


# ---- from what is said to the meaning ------------------------------------------------------------------------------

_GOING = Trait.GOES.words | {Word.ETA}
_BESIDE_LIMITED = frozenset({Word.LIMITED, Word.TAKE, Word.ETA})
_ARRIVED = frozenset({Word.HERE, Word.PRESENT})
_KEYS = frozenset("12")
_NO_WORDS = frozenset({Word.NO, Word.BACK_OUT, Word.TROUBLE, Word.HOMEWARD})

# Words when they stand first; anywhere else Y is "and" in Spanish, N in English, and L what a thumb hits.
_LETTERS = frozenset("YNL")
_BEHIND_Y = frozenset({Around.COURTESY, Around.THANKS, Around.APOLOGY, Word.ETA})
_IF_I_CAN = "SIPUEDO"  # "si puedo, voy": with an accent ("sí puedo") a yes, without it "if I can"

# More than anybody says. Beyond it, the text is searched only for the words that it mentions.
_MOST_PIECES = 120
_FAR_ENOUGH = 16  # pieces: enough to know what stands behind a number
_THREE = 3  # digits
_AN_HOUR = 60  # minutes
_MOST_NUMBERS = 2  # in one answer; a range is one
_ROGER = 4  # "10-4"
# Two words, one of which says more than the other.
_TOGETHER = {
    frozenset({Word.LEFT, Word.HOME}): Word.HOME,
    frozenset({Word.HERE, Word.PRESENT}): Word.HERE,
    frozenset({Word.LEFT, Word.READY}): Word.READY,
}

# "Lista, ya salgo" means ready and leaving; "done, omw" may be on the way home.
_OFF = [{ready, off} for ready in (Word.LEFT, Word.READY) for off in (Word.ON_MY_WAY, Word.SET_OUT)]
_OFF_SOON = ({Word.LEFT, Word.GOING_IN}, {Word.READY, Word.GOING_IN})  # "lista ya" is a phrase, and "salgo" another

_Read = tuple[Word, Eta | None]
_UNCLEAR: _Read = (Word.UNCLEAR, None)


def _meaning(said: _Said, *, asks: bool, exclaims: bool) -> _Read:
    words = frozenset(said.words)
    if words - {Word.TAKE} in _OFF or (words - {Word.TAKE} in _OFF_SOON and not said.numbers):
        words = frozenset({Word.SET_OUT})
    if Word.WHERE in words and not said.unknown and not said.reason:
        yes = words == {Word.TAKE, Word.WHERE} and said.strong and not said.starts_with_two
        if yes and len(said.numbers) <= 1:  # whoever says yes and asks where is coming
            return _going(frozenset({Word.TAKE}), said)
        return (Word.WHERE, None) if words == {Word.WHERE} and not said.numbers else _UNCLEAR
    doubtful = said.unknown or asks
    if words == {Word.HELP} and not said.unknown and not said.numbers:
        return (Word.HELP_LOUD if exclaims else Word.HELP), None
    if _refuses(said, words, asks=asks):
        return (Word.NO_AND_WHY if Word.NO in words else Word.NEGATED), None
    if Word.NO in words:
        if words != {Word.NO} or doubtful or not _only_a_two(said):
            return Word.NO_AND_MORE, None
        return (Word.NO_SOON if said.soon and not said.can_not else Word.NO), None
    if said.starts_with_two and (words or doubtful):
        return (Word.TAKE_AND_TWO if words == {Word.TAKE} and not doubtful else Word.TWO_AND_MORE), None
    if said.no_refusal and not words and not said.numbers:
        return Word.NO_AND_MORE, None
    if said.aside and not said.numbers:
        return _UNCLEAR
    if doubtful or (said.reason and not said.starts_with_two) or (said.if_i_can and _is_conditional(said)):
        return _UNCLEAR
    if not words and not said.numbers and said.thanks:
        return Word.THANKS, None
    if not words:
        return _UNCLEAR if _complains(said.numbers, exclaims=exclaims) else _number_alone(said.numbers)
    if Word.TEN_CODE in words:
        yes = words == {Word.TAKE, Word.TEN_CODE} and said.strong and not said.numbers
        return (Word.TAKE if yes else Word.TEN_CODE), None
    if Word.LIMITED in words and words <= _BESIDE_LIMITED:
        return _limited(said.numbers)
    if words <= _GOING and len(said.numbers) <= _MOST_NUMBERS:
        return _going(words, said)
    if words <= _ARRIVED and len(said.numbers) == 1 and said.numbers[0].starts:
        return (Word.ETA, said.numbers[0].eta) if said.numbers[0].eta is not None else _UNCLEAR  # "here in 10"
    if said.numbers:
        return _UNCLEAR  # with a number it is not true yet: "home in 10"
    return _TOGETHER.get(words, min(words) if len(words) == 1 else Word.UNCLEAR), None


def _refuses(said: _Said, words: frozenset[Word], *, asks: bool) -> bool:
    """A no, or a negation, beside words that no table has, and nothing else: no number, no question, no idiom."""
    if said.numbers or said.starts_with_two or said.no_refusal or said.hedged or said.joined or asks:
        return False
    if Word.NO in words:
        return words <= _NO_WORDS and (said.unknown or words != {Word.NO})
    return said.negated and not words


def _is_conditional(said: _Said) -> bool:
    """ "Si puedo" beside another word means "if I can"; alone, with the key or with an ETA, it means "yes, I can"."""
    return len([word for word in said.words if word is not Word.ETA]) > 1 + said.key


def _only_a_two(said: _Said) -> bool:
    """ "2, can't" says no twice. Any other number makes a no doubtful."""
    return not said.numbers or (said.starts_with_two and len(said.numbers) == 1 and said.numbers[0].bare)


def _complains(numbers: Sequence[Number], *, exclaims: bool) -> bool:
    """ "3 in the morning", "3am!!": the time at which they were woken, not when they come."""
    return any(
        number.complains
        or (exclaims and isinstance(number.eta, ClockTime) and number.eta.exact and number.eta.minute == 0)
        for number in numbers
    )


def _number_alone(numbers: Sequence[Number]) -> _Read:
    if len(numbers) != 1:
        return (Word.TWO_AND_MORE if numbers and numbers[0].digits == "2" else Word.UNCLEAR), None
    number = numbers[0]
    keys = _is_of_keys(number) and not number.led
    of_the_clock = isinstance(number.eta, ClockTime)
    if keys and len(number.digits) == 1:
        if number.bare:
            return Word.TWO, None  # a 1 alone is the key
        if number.digits == "1" and of_the_clock:
            return Word.TAKE, None  # 1:45: a time, or a take with 45
        if number.digits == "2" or not _is_long(number.eta):
            return Word.TWO_AND_MORE, number.eta
    elif keys and number.bare and number.eta is not None:
        return Word.DOUBLED, number.eta
    elif keys and of_the_clock and len(number.digits) == 4:
        return Word.TWO_AND_MORE, number.eta  # 2222
    if number.bare and len(number.digits) == _THREE and number.digits[0] == "1" and not number.led:
        return Word.RUN_TOGETHER, None
    if number.eta is None:
        return _UNCLEAR
    short = isinstance(number.eta, int) and number.eta < FEWEST_MINUTES
    return (Word.TWO_AND_MORE if short else Word.ETA), number.eta


def _limited(numbers: Sequence[Number]) -> _Read:
    """ "L 40". A 2 is no minute, and may be a no."""
    if len(numbers) > 1 or any(number.digits == "2" and number.bare for number in numbers):
        return _UNCLEAR
    eta = numbers[0].eta if numbers else None
    short = isinstance(eta, int) and eta < FEWEST_MINUTES
    return Word.LIMITED, None if short else eta


def _is_long(eta: Eta | None) -> bool:
    """An hour or more: "1 h" is not a key."""
    return isinstance(eta, int) and eta >= 60


def _going(words: frozenset[Word], said: _Said) -> _Read:
    number = said.numbers[0] if len(said.numbers) == 1 else None
    eta = number.eta if number is not None else None
    if words == {Word.ETA}:
        return (Word.ETA, eta) if eta is not None else _UNCLEAR
    if words == {Word.TAKE, Word.SET_OUT} and said.strong:
        words = frozenset({Word.ON_MY_WAY})
    leaves = not words.isdisjoint(Trait.DEPARTS.words)
    starts = any(one.starts for one in said.numbers)
    if (leaves and starts) or (Word.GOING_IN in words and (starts or Word.ETA not in words)):
        return (Word.GOING_IN, eta) if said.numbers else _UNCLEAR
    if not leaves and any(
        number.digits == "2" and (number.bare or number.loose) and not number.led for number in said.numbers
    ):
        return Word.TAKE_AND_TWO, None
    if number is not None and isinstance(eta, int) and eta < FEWEST_MINUTES and Word.ETA not in words:
        if said.key and not number.bare:
            return Word.TWO_AND_MORE, eta  # "1-2 min"
        eta = None
    if not leaves:
        return Word.TAKE, eta
    return (Word.ON_MY_WAY if Word.ON_MY_WAY in words else Word.SET_OUT), eta
