"""What a doubtful text most likely says: it is said back, and a Y to it acts.

The law: a guess changes nothing before its Y, nobody else hears of it, and a Y is believed only as the answer to the
newest text that we sent, whose row says what was guessed. Only what two witnesses say acts at once: a phrase of the
tables, and nearly all who ever wrote like it (ADR 64).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.rules.callout.eta import FEWEST_MINUTES, ClockTime, eta_at
from dispatch.rules.facts.callout import Assignment
from dispatch.rules.facts.pages import Confirm, Guessed, SentText
from dispatch.rules.reader.gist import Gist, knows_every_word, shares_of
from dispatch.rules.reader.hints import Hint, says, sentences_of, tells_of_danger, ten_codes, words_in
from dispatch.rules.reader.intent import Intent
from dispatch.rules.reader.plain_questions import asking_of, asks_for_a_call, denies
from dispatch.rules.reader.shift_words import is_about_shifts_alone
from dispatch.rules.reader.vocabulary import Trait, Word
from dispatch.rules.reader.when_they_come import latest
from dispatch.rules.replies.matrix import ASKED_TO_GO, MATRIX, Effect, Position
from dispatch.rules.wording import asking
from dispatch.rules.wording.languages import Words

_JUMPS = timedelta(minutes=60)
"""An ETA that is so much later or sooner than the one before may be a slip."""
_FAR = timedelta(minutes=120)
"""A first ETA that is farther off may be one too."""

_ON_THE_WAY = frozenset({Position.HAS_IT, Position.UNDER_WAY})

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
_MEANT = {guessed: word for word, guessed in _SAID_BACK.items()} | {Guessed.STILL_GOES: Word.TAKE}
# "No, voy", "2-3 min": what is wholly known and doubtful all the same has no likeliest meaning.
_HALF_KNOWN = {Word.NO_AND_MORE: 3, Word.TWO_AND_MORE: 1}  # words that say more
_WITH_A_NUMBER = 4
_A_SENTENCE = 6
_HINTED_ALSO = {
    Position.LEFT: frozenset({Word.HERE, Word.STILL_HERE}),
    Position.PASSED_OVER: frozenset({Word.SET_OUT}),  # "already driving there"
}

_MEANS: Mapping[Position, Mapping[Gist, Word]] = {
    Position.PAGED: {Gist.TAKE: Word.TAKE, Gist.CANNOT: Word.NO, Gist.ACK: Word.THANKS},
    Position.ASKED_ALONG: {Gist.TAKE: Word.TAKE, Gist.CANNOT: Word.NO},
    Position.PASSED_OVER: {
        Gist.TAKE: Word.TAKE,
        Gist.OFFER: Word.TAKE,
        Gist.CANNOT: Word.NO,
        Gist.ARRIVED: Word.HERE,
        Gist.ACK: Word.THANKS,
    },
    Position.HAS_IT: {
        Gist.TAKE: Word.TAKE,
        Gist.ETA: Word.TAKE,
        Gist.ACK: Word.TAKE,
        Gist.LEAVE: Word.ON_MY_WAY,
        Gist.CANNOT: Word.BACK_OUT,
        Gist.ARRIVED: Word.HERE,
    },
    Position.UNDER_WAY: {
        Gist.LEAVE: Word.ON_MY_WAY,
        Gist.ETA: Word.ON_MY_WAY,
        Gist.ACK: Word.ON_MY_WAY,
        Gist.CANNOT: Word.BACK_OUT,
        Gist.ARRIVED: Word.HERE,
    },
    Position.THERE: {
        Gist.DONE: Word.LEFT,
        Gist.HOME: Word.HOME,
        Gist.STAYS: Word.WITH_THEM,
        Gist.ACK: Word.WITH_THEM,
        Gist.NOT_THERE: Word.NOT_THERE,
    },
    Position.LEFT: {
        Gist.HOME: Word.HOME,
        Gist.STAYS: Word.WITH_THEM,
        Gist.NOT_OK: Word.TROUBLE,
        Gist.ACK: Word.THANKS,
    },
}
"""What is said back of a gist. The others are for a person to read."""
_LIKELY = 0.4
"""The share below which nothing is said back."""
_GIVES_UP = 0.65
"""The share from which somebody who cries for help may also not go on: "no estoy a salvo" says no such thing."""
_OF_TIME = 0.4
"""The share of ETAs from which a lone number is one."""
_MAY_LEAVE = 0.25
"""The share of departures from which a time beside a word for moving is that of somebody who leaves."""
_SURE = 0.98
"""The share from which it acts at once, if the text has a phrase for it as well."""
_RINGS = 0.5
"""The share from which somebody is rung. A wrong one costs a call."""
_MAY_CRY = 0.45
"""The same for a cry for help, of which there are few to learn from."""
_FEW = 3  # words: "no soy yo" leaves no room for anything else
_UNLIKELY_IN_FEW = 0.15
_UNLIKELY = 0.5
"""The share below which a "not" among other words refuses nothing: it is asked back."""
_UNLIKELY_OF_OTHERS = 0.9
"""The same for a "not" that is not said of its writer: "my timesheet is still not approved"."""


@dataclass(frozen=True, slots=True)
class Guess:
    """`at` is the ETA that belongs to it, if one does. `is_sure`: it acts without a Y."""

    word: Word
    at: datetime | None = None
    is_sure: bool = False

    def question(self, code: str, position: Position) -> Words:
        return asking.guessed(self._guessed(position), code, self.at)

    def asks(self, callout: str, position: Position) -> Confirm:
        return Confirm(callout, self._guessed(position), self.at)

    def _guessed(self, position: Position) -> Guessed:
        goes = self.word is Word.TAKE and position in _ON_THE_WAY and self.at is None
        return Guessed.STILL_GOES if goes else _SAID_BACK[self.word]

    @property
    def needs_more_than_ok(self) -> bool:
        """Whether an "ok" is no Y to it: what begins or ends something needs an unmistakable word."""
        return self.word not in {Word.TAKE, Word.ETA, Word.ON_MY_WAY}


def moment(reply: Intent, now: datetime) -> datetime | None:
    """The ETA in a text, as it is guessed: "around 5" is a time on the wall if that is near enough to be meant."""
    number = reply.number
    if number is None:
        return None
    if reply.guessed and isinstance(number, int):
        return eta_at(ClockTime(number, 0), now) or _minutes(number, now)
    return eta_at(number, now)


def _minutes(number: int, now: datetime) -> datetime | None:
    return now + timedelta(minutes=number) if number >= FEWEST_MINUTES else None


def is_doubtful(reply: Intent, mine: Assignment | None, at: datetime, now: datetime) -> bool:
    """Whether an ETA is said back before anybody is told: it was guessed, or it jumps, or it is no ETA: police say
    "97" once they are there, and nobody counts 97 minutes."""
    before = mine.eta_at if mine is not None and mine.is_on_it else None
    if mine is not None and mine.is_on_it and _is_arrival_by_radio(reply):
        return True
    jumps = abs(at - before) > _JUMPS if before is not None else at - now > _FAR
    return jumps or says(reply, Hint.LATER_THAN_SAID) or (reply.guessed and _may_be_an_hour(reply, now))


def _may_be_an_hour(reply: Intent, now: datetime) -> bool:
    """Whether "about 4" may be four o'clock. Where that is hours away it is minutes."""
    return isinstance(reply.eta, int) and eta_at(ClockTime(reply.eta, 0), now) is not None


def _is_arrival_by_radio(reply: Intent) -> bool:
    return reply.word is Word.ETA and says(reply, Hint.ARRIVED_BY_RADIO)


def wants_a_call(reply: Intent, position: Position) -> bool:
    """Whether a text that no table has asks that somebody ring its sender. It need not be said back: it is done."""
    if _has_no_gist(reply, position):
        return False
    return asks_for_a_call(reply) or _shares(reply, position).get(Gist.CALL_ME, 0) >= _RINGS


def cries(reply: Intent, position: Position) -> bool:
    """Whether a text that is not understood is most likely a cry for help."""
    if _has_no_gist(reply, position):
        return False
    return tells_of_danger(reply) or _shares(reply, position).get(Gist.DANGER, 0) >= _MAY_CRY


def _has_no_gist(reply: Intent, position: Position) -> bool:
    known = reply.word not in Trait.HINTED
    return known or reply.sent_back or _is_other_code(reply, position) or is_about_shifts_alone(reply)


def refuses_nothing(reply: Intent, position: Position) -> bool:
    """Whether a "not" or a "no" among words that no table has may be no refusal: "Do Not Disturb is on", "can't say no
    to a kid, going"."""
    if reply.word not in Trait.REFUSES_AMONG_OTHERS or position not in _MEANS:
        return False
    if says(reply, Hint.OF_ANOTHER) or tells_of_danger(reply):
        return True
    if words_in(reply) <= _FEW:
        unlikely = _UNLIKELY_IN_FEW
    else:
        theirs = reply.word is not Word.NEGATED or says(reply, Hint.OF_ME)
        unlikely = _UNLIKELY if theirs else _UNLIKELY_OF_OTHERS
    return _shares(reply, position).get(Gist.CANNOT, 0) < unlikely


_WRITES_AS = {Position.ASKED_ALONG: Position.PAGED}


def _shares(reply: Intent, position: Position) -> Mapping[Gist, float]:
    return shares_of(reply, _called(position)) if position in _MEANS else {}


def _called(position: Position) -> str:
    """As the weights call it."""
    return _WRITES_AS.get(position, position).replace(" ", "_")


_ALL_WELL: Mapping[Position, frozenset[Gist]] = {
    Position.HAS_IT: frozenset({Gist.ACK, Gist.TAKE}),
    Position.UNDER_WAY: frozenset({Gist.ACK}),
    Position.THERE: frozenset({Gist.ACK, Gist.STAYS}),
    Position.LEFT: frozenset({Gist.ACK, Gist.STAYS, Gist.HOME, Gist.DONE}),
}
_NOT_ALL_WELL = frozenset({Gist.DANGER, Gist.NOT_OK, Gist.CALL_ME, Gist.CANNOT, Gist.NOT_THERE})
_SURELY, _NO_CRY = 0.85, 0.02


def is_all_well(reply: Intent, position: Position) -> bool:
    """Whether a text that is asked back most certainly says that all is well, and that nothing has changed: "still with
    her, waiting on DCFS", or "WHO" from somebody who drives. Then nobody is rung if no clear word follows; coordinators
    read it all the same. With a single word that it has never met nobody knows what it says."""
    if is_about_shifts_alone(reply):
        return True
    if reply.word not in Trait.CALM or position not in _ALL_WELL:
        return False
    asks = asking_of(reply).asks or asks_for_a_call(reply) or says(reply, Hint.BUT)
    if asks or not knows_every_word(reply, _called(position)):
        return False
    well, not_well = _how_well(reply, position)
    each = [] if reply.sent_back else [_how_well(part, position) for part in sentences_of(reply)]
    return well >= _SURELY and not_well < _NO_CRY and all(well >= _LIKELY > not_well for well, not_well in each)


def _how_well(said: Intent, position: Position) -> tuple[float, float]:
    """The shares of what says that all is well, and that it is not."""
    shares = shares_of(said, _called(position))
    well, not_well = (sum(shares.get(gist, 0) for gist in gists) for gists in (_ALL_WELL[position], _NOT_ALL_WELL))
    return well, not_well


def guess_from(reply: Intent, position: Position, now: datetime) -> Guess | None:
    """What a text that is asked back, or whose ETA is said back, most likely says from this position."""
    if is_about_shifts_alone(reply):  # a cover's number is no ETA, and whoever is back from holidays lets nothing go
        return None
    if reply.word is Word.DANGER:
        gives_up = position in _ON_THE_WAY and _shares(reply, position).get(Gist.CANNOT, 0) >= _GIVES_UP
        return Guess(Word.BACK_OUT) if gives_up else None
    if position in _ON_THE_WAY and _is_arrival_by_radio(reply):
        return Guess(Word.HERE)
    hinted = reply.word in Trait.HINTED.words | _HINTED_ALSO.get(position, frozenset()) and position in _MEANS
    by_words = not hinted or _is_half_known(reply, position) or _is_other_code(reply, position)
    guess = (_by_words if by_words else _by_meaning)(reply, position, now)
    if guess is None or _is_denied(reply, guess.word):
        return None
    if guess.word in {Word.NO, Word.BACK_OUT} and says(reply, Hint.OF_ANOTHER):
        return None
    rings = position is Position.LEFT and guess.word is Word.THANKS and not is_all_well(reply, position)
    return None if rings else guess


_SAID_BY = {
    Word.ON_MY_WAY: (Word.ON_MY_WAY, Word.SET_OUT, Word.GOING_IN),
    Word.HERE: (Word.HERE, Word.PRESENT),
    Word.LEFT: (Word.LEFT, Word.SET_OUT, Word.HOMEWARD),
    Word.HOME: (Word.HOME,),
}


def _is_denied(reply: Intent, word: Word) -> bool:
    """Whether the text says that this is not so: "not on my way", "no he llegado". The opposite is not asked."""
    return denies(reply, _SAID_BY.get(word, ()))


# Of the codes of the police those that mean the same everywhere: 10-97 arrived, 10-98 done, 10-7 out of service, 10-8
# in service, 10-76 on the way. The others stay asked back without a guess.
_GOES_BY_RADIO = frozenset({"8", "76"})
_STAYS_BY_RADIO = frozenset({"7"})
_OFF_BY_RADIO = frozenset({"98", "8", "7"})
_RADIO = (
    dict.fromkeys(ASKED_TO_GO, _GOES_BY_RADIO | _STAYS_BY_RADIO)
    | dict.fromkeys(_ON_THE_WAY, _GOES_BY_RADIO | {"97"})
    | dict.fromkeys((Position.THERE, Position.LEFT), _OFF_BY_RADIO)
)


def _is_other_code(reply: Intent, position: Position) -> bool:
    known = _RADIO.get(position, frozenset[str]())
    return reply.word is Word.TEN_CODE and not known.issuperset(ten_codes(reply))


def _by_meaning(reply: Intent, position: Position, now: datetime) -> Guess | None:
    """What most of those meant who wrote like it. Whatever a person has to read counts together, as no guess."""
    if reply.sent_back:
        return None
    said = _MEANS.get(position, {})
    by_gist = _shares(reply, position)
    shares: dict[Word | None, float] = {None: 0.0}
    for gist, share in by_gist.items():
        shares[said.get(gist)] = shares.get(said.get(gist), 0) + share
    if Word.LEFT in shares:  # whoever is home has left: together against all else
        ends = {end: shares.pop(end, 0) for end in (Word.LEFT, Word.HOME)}
        shares[max(ends, key=ends.__getitem__)] = sum(ends.values())
    word = max(shares, key=shares.__getitem__)
    share = shares[word]
    if word is None or share < _LIKELY:
        return None
    if says(reply, Hint.CUT_OFF):
        return None
    if word is Word.NO and says(reply, Hint.BEGINS_WITH_THE_KEY):
        word = Word.TAKE
    at = latest(asking_of(reply).times, now) if word in Trait.DRIVES else None
    says_how_long = word is Word.ON_MY_WAY and says(reply, Hint.HOW_LONG)
    if at is None and (says_how_long or by_gist.get(Gist.ETA, 0) >= _OF_TIME):
        at = moment(reply, now)
    may_leave = by_gist.get(Gist.LEAVE, 0) >= _MAY_LEAVE
    moves = word is Word.ON_MY_WAY or may_leave  # "I'm off, it's an hour from here"
    leaves = position is Position.HAS_IT and moves
    if leaves and at is not None:
        word = Word.ON_MY_WAY
    if at is not None and position in _ON_THE_WAY and not leaves:
        word = Word.ETA
    share = share - by_gist.get(Gist.OFFER, 0)
    if position in _ON_THE_WAY and word in {Word.ON_MY_WAY, Word.ETA}:  # who drives, and who says when, goes
        share = sum(by_gist.get(gist, 0) for gist in _GOING)
        if word is Word.ON_MY_WAY and reply.mentions.isdisjoint(Trait.DEPARTS.words) and Word.ETA in reply.mentions:
            word = Word.ETA
    is_one_time = reply.number is not None and not says(reply, Hint.AGO)
    is_sure = share >= _SURE and _has_its_phrase(reply, word, position)
    if word is Word.TAKE and is_sure and not is_one_time:
        at = None  # it is asked for; an ETA that the officer has must not stay behind another one
    return Guess(word, at, is_sure and (at is None or is_one_time) and (at is not None or word is not Word.ETA))


_GOING = frozenset({Gist.TAKE, Gist.LEAVE, Gist.ETA, Gist.ACK})
_TAKING = frozenset({Word.TAKE, Word.ON_MY_WAY, Word.GOING_IN})
_REFUSING = frozenset({Word.NO, Word.TWO})
_LEAVING = frozenset({Word.ON_MY_WAY, Word.SET_OUT})
_ARRIVING = frozenset({Word.HERE, Word.PRESENT})
_COMING = frozenset({Word.ETA})
_ITS_PHRASES: Mapping[Position, Mapping[Word, frozenset[Word]]] = {
    Position.PAGED: {Word.TAKE: _TAKING, Word.NO: _REFUSING},
    Position.ASKED_ALONG: {Word.TAKE: _TAKING, Word.NO: _REFUSING},
    Position.PASSED_OVER: {Word.TAKE: _TAKING, Word.NO: _REFUSING},
    Position.HAS_IT: {Word.ON_MY_WAY: _LEAVING, Word.ETA: _COMING, Word.HERE: frozenset({Word.HERE})},
    Position.UNDER_WAY: {Word.ETA: _COMING, Word.HERE: _ARRIVING},
    Position.THERE: {
        Word.LEFT: frozenset({Word.LEFT, Word.HOME, Word.HOMEWARD, Word.SET_OUT}),
        Word.WITH_THEM: frozenset({Word.STILL_HERE, Word.WITH_THEM}),
    },
    Position.LEFT: {Word.HOME: frozenset({Word.HOME})},
}
"""What may act without a Y, and of which phrases one must stand in the text."""


def _has_its_phrase(reply: Intent, word: Word, position: Position) -> bool:
    """Whether the text has a phrase that says so, and none that says otherwise, asks, or sets a condition."""
    its = _ITS_PHRASES.get(position, {}).get(word, frozenset[Word]())
    driving = position is Position.UNDER_WAY and isinstance(reply.number, ClockTime)
    in_minutes = word is Word.ETA and (driving or says(reply, Hint.HOW_LONG))
    if (reply.mentions.isdisjoint(its) and not (its and in_minutes)) or reply.word not in Trait.MAY_BE_PLAIN:
        return False
    if says(reply, Hint.CONDITION) or asking_of(reply).asks:
        return False
    if word is Word.NO:
        return reply.mentions.isdisjoint(Trait.GOES.words)
    if says(reply, Hint.OTHERS_DO) or not reply.mentions.isdisjoint(Trait.NO.words | {Word.NOT_THERE, Word.LIMITED}):
        return False
    if word is Word.TAKE:  # "no estoy en camino"
        return Word.TAKE in reply.mentions or not reply.negated
    if word is Word.WITH_THEM:
        return not reply.negated and is_all_well(reply, position)
    elsewhere = {Word.STILL_HERE} if word in {Word.LEFT, Word.HOME} else {Word.STILL_HERE, Word.HOME, Word.HOMEWARD}
    if not reply.mentions.isdisjoint(elsewhere) or reply.negated:
        return False
    if word is Word.ETA:
        return not says(reply, Hint.NO_ETA)
    takes_time = word in {Word.LEFT, Word.HOME} and says(reply, Hint.HOW_LONG) and not says(reply, Hint.AGO)
    return not takes_time and not says(reply, Hint.IN_A_WHILE)


def _is_half_known(reply: Intent, position: Position) -> bool:
    enough = _HALF_KNOWN.get(reply.word, 0) if Word.TEN_CODE not in reply.mentions else 0  # "negative, 10-7"
    if reply.word is Word.NEGATED and position in _ON_THE_WAY | {Position.LEFT}:  # "I'm not on call"
        enough = _A_SENTENCE
    if reply.number is not None and enough:
        enough = _WITH_A_NUMBER
    return words_in(reply) < enough


def _by_words(reply: Intent, position: Position, now: datetime) -> Guess | None:
    """From the words of it that are known."""
    said = reply.mentions
    at = moment(reply, now)
    if reply.word in Trait.NO_GUESS or Word.TEN_CODE in said or Trait.NO.words & {reply.word, *said}:
        return None
    if position in ASKED_TO_GO:
        if said <= Trait.GOES.words | {Word.ETA} and at is not None:
            return Guess(Word.ON_MY_WAY if said & Trait.DEPARTS.words else Word.TAKE, at)
        return Guess(Word.NO) if said == {Word.BACK_OUT} else None
    if position in _ON_THE_WAY:
        if said <= Trait.GOES.words | {Word.ETA, Word.NOT_THERE} and at is not None:
            leaves = position is Position.HAS_IT and said & Trait.DEPARTS.words
            return Guess(Word.ON_MY_WAY if leaves else Word.ETA, at)
        if said & Trait.DEPARTS.words and said <= Trait.GOES.words and reply.number is None:
            return Guess(Word.ON_MY_WAY)
        return None
    over = said & Trait.ENDS.words or reply.word is Word.SET_OUT  # "lista, ya salgo" is made of two other words
    ends = over and said <= Trait.LEAVES.words and reply.number is None and not reply.negated
    return Guess(Word.LEFT) if ends and position is Position.THERE else None


def said_back(last: SentText | None, callout: str, position: Position, reply: Intent, now: datetime) -> Guess | None:
    """What a bare yes in this `reply`, which comes `now`, stands for: the guess that our `last` text said back, if it
    said one."""
    if last is None or not isinstance(last.asks, Confirm) or last.asks.callout != callout:
        return None
    at = last.asks.at
    guess = Guess(_MEANT[last.asks.guessed], at if at is not None and at > now else None)
    if guess.word is Word.ETA and guess.at is None:
        return None  # nobody hears of a time that has passed
    if guess.word is Word.NO and says(reply, Hint.THE_KEY):
        return None  # "not going? Reply Y. If not, reply K7Q 1"
    return guess if MATRIX[guess.word][position] is not Effect.ASK else None
