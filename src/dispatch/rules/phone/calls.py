"""What a key means in a call: the shape of every table of keys, whoever calls whom.

The law: a key means what its stage says it means, and nothing else does anything. A call ends unless its last words
asked for a key.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Generic, TypeVar

from dispatch.rules.decisions import DecideCall, Decision
from dispatch.rules.facts.people import Language
from dispatch.rules.phone.bridge import LegStep

AnyCall = TypeVar("AnyCall")
"""The facts of one kind of call: who is on the line, and what the call is about."""


class NoSuchStage(LookupError):
    """there is no such stage of a call"""


@dataclass(frozen=True, slots=True)
class SpokenReply:
    """What is said next, and the stage whose key is asked for.

    Without `ask` the call ends; with `join` it goes into that conference. `many_keys`: a number is asked for, which
    ends with the pound key, and the call goes on without one. `times` is how often the words are said while nobody
    presses anything. With `silence_counts` silence is an answer as well, and the key is asked for only once.
    `wait_seconds` is how long we wait for a key. `language` is that of the words.
    """

    say: tuple[str, ...] = ()
    ask: str | None = None
    join: str | None = None
    many_keys: bool = False
    times: int = 1
    silence_counts: bool = False
    wait_seconds: int = 8  # somebody half asleep has to find the key pad first
    language: Language = Language.ENGLISH


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a key, or silence, leads to. `answers`: it answers what the call asked, so the call did its work. `decides`
    is what a coordinator has said of a call on the hotline, `leg` what becomes of this phone in a bridge.
    `verifies`: whoever is to have this number has its phone.
    """

    heard: SpokenReply
    decisions: Sequence[Decision] = ()
    answers: bool = False
    decides: DecideCall | None = None
    leg: LegStep | None = None
    verifies: bool = False


AnyLed = TypeVar("AnyLed")
"""What a key leads to in that kind of call."""
KeyRule = Callable[[AnyCall, str, datetime], AnyLed]
"""Decides on the keys pressed at a moment; they are empty if the time ran out."""


@dataclass(frozen=True, slots=True)
class KeyTable(Generic[AnyCall, AnyLed]):
    """What may be pressed at one stage of a call: single keys, anything else (a number has many digits), or nothing."""

    single: Mapping[str, KeyRule[AnyCall, AnyLed]]
    _: KW_ONLY
    otherwise: KeyRule[AnyCall, AnyLed]
    silence: KeyRule[AnyCall, AnyLed]

    def rule(self, pressed: str) -> KeyRule[AnyCall, AnyLed]:
        """The rule that decides on these keys."""
        return self.single.get(pressed, self.otherwise) if pressed else self.silence
