"""What somebody asks or tells by a text. The door reads it once (`read_text`); the words themselves are only shown.

The law: behind the door nobody but the reader looks into the words, so nothing is decided by letters that two rules
read in two ways. What a rule asks of them is worked out when the first one asks, and once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from dispatch.rules.callout.eta import Eta
from dispatch.rules.reader.letters import Pieces
from dispatch.rules.reader.vocabulary import Word


@dataclass(frozen=True, slots=True)
class Intent:
    """`code` is in capitals, if one was named; `as_written` is for a person to read; `mentions` are all words
    that stand in it, whether they act or not.

    `eta` is minutes or a clock time. `eta_said` without `eta`: an ETA was said, and no time can be made of it.
    `guessed`: "around 5", which may be minutes or a time on the wall. `number` is the one number that may be an ETA, if
    the text has just one. `negated`: a "not" or a "but" stands in it. `sent_back`: a phone has quoted what we wrote,
    and nothing else.

    `beside` is the clear answer that stands beside a cry for help: where they are, or when they come. If the cry is
    also an idiom ("trapped in traffic, 20 more"), the answer is the word, and `idiom` is set.

    `mild`: a yes that says no more than "ok", or an OMW no more than "sí, voy". `whole` is the text as it was read,
    where this is taken for another word.
    """

    word: Word
    code: str | None
    eta: Eta | None
    eta_said: bool
    as_written: str
    apart: Pieces
    mentions: frozenset[Word] = frozenset()
    guessed: bool = False
    number: Eta | None = None
    negated: bool = False
    sent_back: bool = False
    beside: "Intent | None" = None
    idiom: bool = False
    mild: bool = False
    whole: "Intent | None" = None
    known: dict[object, object] = field(default_factory=dict, repr=False, compare=False)

    def taken_as(self, word: Word, *, code: str | None = None) -> "Intent":
        """The same text, taken for another word. What the reader finds in it stays."""
        return replace(self, word=word, code=code or self.code, idiom=False, whole=self.whole or self)


_P = ParamSpec("_P")
_T = TypeVar("_T")


def once(find: Callable[Concatenate[Intent, _P], _T]) -> Callable[Concatenate[Intent, _P], _T]:
    """Of each text this is worked out once, whatever it is taken for meanwhile: the weights cost 0.5 ms."""

    @wraps(find)
    def found(intent: Intent, /, *args: _P.args, **more: _P.kwargs) -> _T:
        whole, asked = intent.whole or intent, (find, *args, *more.items())
        if asked not in whole.known:
            whole.known[asked] = find(whole, *args, **more)
        return cast(_T, whole.known[asked])

    return found
